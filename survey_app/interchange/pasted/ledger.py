"""What became of each line, and the findings: kept while a text is read, for the page beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey_app.interchange.findings import Finding, Imported, Place, Severity
from survey_app.interchange.pasted.lines import Line


class Understood(StrEnum):
    """What a line was understood as."""

    TITLE = "title"
    HEADING = "heading"
    """Something about the whole questionnaire: notice, consent, closing words, its code."""
    SECTION = "section"
    QUESTION = "question"
    OPTION = "option"
    ROW = "row"
    SCALE = "scale"
    RULE = "rule"
    HINT = "hint"
    NOTE = "note"
    """Something that only parts what stands above from what stands below."""
    BLANK = "blank"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class LineStatus:
    """A line of the pasted text, numbered from 1, and what it was understood as.

    `code` is that of the question, section or scale that it became part of. `reason` is the kind of the finding
    that says why it was not understood, or why one should look at it; `params` fill its words in.
    """

    number: int
    text: str
    understood: Understood
    code: str = ""
    reason: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What came out of a pasted text, and what became of each of its lines."""

    imported: Imported
    lines: tuple[LineStatus, ...]


class Ledger:
    """Collects findings, and what lines were understood as."""

    def __init__(self, raw: Sequence[str]) -> None:
        self._raw = raw
        self._lines: dict[int, LineStatus] = {}
        self._findings: list[Finding] = []
        self._used: dict[int, list[str]] = {}

    def mark(self, line: Line, understood: Understood, code: str = "") -> None:
        """Note what a line, and those joined to it, was understood as."""
        for number in (line.number, *line.joined):
            self._set(number, understood, code)

    def understood(self, line: Line) -> Understood | None:
        """Return what a line was understood as; None for one that nothing was said of yet."""
        known = self._lines.get(line.number)
        return known.understood if known is not None else None

    def changed(self, kind: str, line: Line | None = None, /, **params: object) -> None:
        """Note that something was taken otherwise than it is written."""
        self._find(Severity.CHANGED, kind, line, params)

    def refuse(self, kind: str, line: Line, /, **params: object) -> None:
        """Note that a line, or a part of it, was not understood and is left out."""
        self._find(Severity.DROPPED, kind, line, params)
        for number in (line.number, *line.joined):
            code = self._lines[number].code if number in self._lines else ""
            text = self._raw[number - 1]
            self._lines[number] = LineStatus(number, text, Understood.NOT_UNDERSTOOD, code, kind, params)

    def doubt(self, kind: str, line: Line, /, **params: object) -> None:
        """Note that a line was taken in, and may be meant otherwise."""
        self._find(Severity.CHANGED, kind, line, params)
        for number in (line.number, *line.joined):
            known = self._lines.get(number) or LineStatus(number, self._raw[number - 1], Understood.QUESTION)
            if known.reason is None:
                self._lines[number] = dataclasses.replace(known, reason=kind, params=params)

    def use(self, line: Line, words: str) -> None:
        """Note that words of a line say when something is asked, and so stand nowhere in the questionnaire."""
        self._used.setdefault(line.number, []).append(words)

    def used(self, line: Line) -> tuple[str, ...]:
        """Return the words of a line that say when something is asked."""
        return tuple(self._used.get(line.number, ()))

    def error(self, kind: str, /, **params: object) -> None:
        """Note why there is no questionnaire."""
        self._find(Severity.ERROR, kind, None, params)

    def _find(self, severity: Severity, kind: str, line: Line | None, params: Mapping[str, object]) -> None:
        place = Place(row=line.number) if line is not None else Place()
        self._findings.append(Finding(severity, kind, place, params))

    def _set(self, number: int, understood: Understood, code: str) -> None:
        known = self._lines.get(number)
        if known is None or known.understood is not Understood.NOT_UNDERSTOOD:
            reason, params = (known.reason, known.params) if known is not None else (None, {})
            self._lines[number] = LineStatus(number, self._raw[number - 1], understood, code, reason, params)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings: errors first, then by line."""
        return tuple(
            sorted(self._findings, key=lambda each: (each.severity is not Severity.ERROR, each.place.row or 0))
        )

    @property
    def lines(self) -> tuple[LineStatus, ...]:
        """What became of every line."""
        return tuple(self._status(number) for number in range(1, len(self._raw) + 1))

    def _status(self, number: int) -> LineStatus:
        text = self._raw[number - 1]
        known = self._lines.get(number)
        if known is not None:
            return known
        return LineStatus(number, text, Understood.NOTE if text.strip() else Understood.BLANK)
