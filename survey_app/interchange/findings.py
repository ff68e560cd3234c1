"""What an importer tells about a file: each thing dropped, changed or refused, with its place and the reason.

Nothing is renamed or left out without a finding. `kind` is a key of the catalogue in the web layer, which words it
in the reader's language with `params`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.questionnaire.definition import Questionnaire


class Severity(StrEnum):
    """How much a finding matters. An error leaves no questionnaire that could be saved.

    What is to be completed can be saved as a draft, and not published before; what is added is not in the file.
    """

    CHANGED = "changed"
    DROPPED = "dropped"
    ERROR = "error"
    TO_COMPLETE = "to_complete"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file: sheet, row (from 1) and column (its header or letter), or a path in JSON or XML."""

    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the organiser should know before anything is saved."""

    severity: Severity
    kind: str
    place: Place = Place()
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of a file. `questionnaire` is None when there is an error among the findings."""

    questionnaire: Questionnaire | None
    findings: tuple[Finding, ...]


class UnreadableFile(Exception):
    """The file as a whole cannot be taken: not of this format, broken, too large, or hostile."""

    def __init__(self, kind: str, /, **params: object) -> None:
        super().__init__(f"{kind} {params}" if params else kind)
        self.kind = kind
        self.params = params
