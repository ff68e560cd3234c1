"""Collects findings while a file is read or written."""

from __future__ import annotations

from survey_app.interchange.findings import Finding, Place, Severity


class Report:
    """Findings in the order they are made."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def changed(self, kind: str, place: Place, /, **params: object) -> None:
        """Note that something is taken over in another form than it stands in the file."""
        self._findings.append(Finding(Severity.CHANGED, kind, place, params))

    def dropped(self, kind: str, place: Place, /, **params: object) -> None:
        """Note that something is left out."""
        self._findings.append(Finding(Severity.DROPPED, kind, place, params))

    def error(self, kind: str, place: Place, /, **params: object) -> None:
        """Note why there will be no questionnaire."""
        self._findings.append(Finding(Severity.ERROR, kind, place, params))

    @property
    def has_errors(self) -> bool:
        """Whether anything noted so far leaves no questionnaire."""
        return any(each.severity is Severity.ERROR for each in self._findings)

    def in_order(self) -> tuple[Finding, ...]:
        """Return all findings: errors first, then by sheet as they came and by row."""
        sheets = list(dict.fromkeys(each.place.sheet for each in self._findings))
        return tuple(
            sorted(
                self._findings,
                key=lambda each: (
                    each.severity is not Severity.ERROR,
                    sheets.index(each.place.sheet),
                    each.place.row or 0,
                ),
            )
        )
