"""What was counted for one field: the five counts that are always kept, and the grades behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.questionnaire.definition import Scale

ABSTAIN = "abstain"
"""Code of the grade 弃权, on scales that offer abstention as an answer."""


class UnknownGrade(ValueError):
    """A tally counts a grade that its scale does not have; `code` names it."""

    def __init__(self, code: str, scale: str) -> None:
        super().__init__(f"scale {scale} has no grade {code}")
        self.code = code
        self.scale = scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Ballots of one field, counted.

    `counts` holds the ballots per grade code. `blank` were returned and asked, but not answered; `spoilt`
    are 废票; `abstained` are ballots marked 弃权 as a whole (abstention that is a grade of the scale stands in
    `counts`). `not_asked` were returned, but the field was off their path. `issued` is None where nobody
    knows it, as with an open QR code. Raises `ValueError` for a negative count.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    blank: int = 0
    spoilt: int = 0
    abstained: int = 0
    not_asked: int = 0
    issued: int | None = None

    def __post_init__(self) -> None:
        others = (self.blank, self.spoilt, self.abstained, self.not_asked, self.issued or 0)
        if min(others) < 0 or min(self.counts.values(), default=0) < 0:
            raise ValueError("a count cannot be negative")

    @property
    def returned(self) -> int:
        """Ballots that came back, whatever is on them."""
        marked = self.blank + self.spoilt + self.abstained
        return sum(self.counts.values()) + marked + self.not_asked

    def __add__(self, other: Tally) -> Tally:
        """Pool two groups of ballots; what was issued is known only if it is known for both."""
        codes = dict.fromkeys((*self.counts, *other.counts))
        issued = None if self.issued is None or other.issued is None else self.issued + other.issued
        return Tally(
            counts={code: self.counts.get(code, 0) + other.counts.get(code, 0) for code in codes},
            blank=self.blank + other.blank,
            spoilt=self.spoilt + other.spoilt,
            abstained=self.abstained + other.abstained,
            not_asked=self.not_asked + other.not_asked,
            issued=issued,
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """A tally read through its scale: which grades are in the base, and what stands outside it."""

    graded: Mapping[str, int]
    unknown: int
    abstained: int
    blank: int
    spoilt: int


def read(tally: Tally, scale: Scale) -> Parts:
    """Split `tally` by what each grade of `scale` counts for. Raises `UnknownGrade`.

    A grade outside the base is 不了解/未参与 (unknown), unless it is the abstention.
    """
    for code in tally.counts:
        if code not in scale.by_code:
            raise UnknownGrade(code, scale.code)
    graded: dict[str, int] = {}
    unknown = 0
    abstained = tally.abstained
    for grade in scale.grades:
        count = tally.counts.get(grade.code, 0)
        if grade.in_base:
            graded[grade.code] = count
        elif grade.code == ABSTAIN:
            abstained += count
        else:
            unknown += count
    return Parts(graded, unknown, abstained, tally.blank, tally.spoilt)
