"""Why a file of rows and columns as a whole cannot be taken."""

from __future__ import annotations

from survey_app.interchange.findings import UnreadableFile


class FileRefused(UnreadableFile):
    """The file cannot be taken at all.

    `kind` is a key of `ballot_words` ("damaged", "too_many_rows", …), whose words `params` fill in: `cell`,
    `line`, `row` or `columns` say where.
    """
