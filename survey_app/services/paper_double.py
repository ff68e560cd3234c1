"""Double entry: which sheets are keyed a second time, where two keyers differ, and how far they agree.

Pure: what was keyed goes in, what to do comes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import Answer
from survey_app.words import BallotKind

KIND = "ballot-kind"
"""Where two readings differ when one ballot is valid and the other is not. No question's code has a hyphen."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one keyer read on a sheet."""

    kind: BallotKind
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two keyers agree: sheets keyed twice, places compared on them, and places where they differ."""

    sheets: int = 0
    compared: int = 0
    differing: int = 0

    @property
    def share(self) -> Fraction | None:
        """The places where both keyed the same out of those compared; None where nothing was compared."""
        return Fraction(self.compared - self.differing, self.compared) if self.compared else None

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.sheets + other.sheets, self.compared + other.compared, self.differing + other.differing
        )


def sample(batch_id: int, serials: Iterable[int], share: int) -> frozenset[int]:
    """Return which of the sheets are to be keyed twice: `share` of a hundred, rounded up.

    The order in which sheets are taken is a hash's, so that nobody chooses them, and asking again gives the same.
    """
    known = sorted(set(serials), key=lambda serial: hashlib.sha256(f"{batch_id}:{serial}".encode()).digest())
    return frozenset(known[: -(-len(known) * share // 100)])


def differences(questionnaire: Questionnaire, first: Reading, second: Reading) -> tuple[str, ...]:
    """Return the fields whose answers differ, in the order asked; `(KIND,)` where one ballot is not valid."""
    if first.kind != second.kind:
        return (KIND,)
    return tuple(code for code in questionnaire.fields if first.answers.get(code) != second.answers.get(code))


def agreement(questionnaire: Questionnaire, first: Reading, second: Reading) -> Agreement:
    """Compare two readings of one sheet: its kind, and every field that either keyer was asked."""
    differing = len(differences(questionnaire, first, second))
    if first.kind != second.kind or first.kind != BallotKind.VALID:
        return Agreement(1, 1, differing)
    asked = path(questionnaire, first.answers).codes | path(questionnaire, second.answers).codes
    return Agreement(1, 1 + len(asked), differing)


def settled(questionnaire: Questionnaire, first: Reading, second: Reading, take_second: Iterable[str]) -> Reading:
    """Return the reading with the second keyer's answer in the fields `take_second`, the first one's elsewhere.

    Answers that are off the path afterwards go; with none left the ballot is blank.
    """
    chosen = set(take_second)
    if first.kind != second.kind:
        return second if KIND in chosen else first
    merged = dict(first.answers)
    for code in chosen.intersection(questionnaire.fields):
        if code in second.answers:
            merged[code] = second.answers[code]
        else:
            merged.pop(code, None)
    kept = dict(path(questionnaire, merged).answers)
    return Reading(first.kind if kept else BallotKind.BLANK, kept)
