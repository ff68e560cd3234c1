"""Why a file as a whole cannot be taken."""

from __future__ import annotations


class FileRefused(Exception):
    """The file cannot be taken at all.

    `kind` is a key of `ballot_words` ("damaged", "too_many_rows", …), whose words `params` fill in: `cell`,
    `line`, `row` or `columns` say where.
    """

    def __init__(self, kind: str, /, **params: object) -> None:
        super().__init__(f"{kind} {params}" if params else kind)
        self.kind = kind
        self.params = params
