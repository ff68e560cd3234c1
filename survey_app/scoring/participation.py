"""Who took part: AAPOR's response rates where there was a list of people, participation where there was not.

An open QR code has no sample frame: print `Figure.participation` (returned out of the headcount), never a
"response rate". With invitations: RR1-RR6 of the AAPOR Standard Definitions (10th edition, 2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositions:
    """What became of the invitations, in AAPOR's terms.

    `complete` and `partial` came back; `refused`, `not_contacted` and `other` were eligible and did not;
    `unknown_household` and `unknown_other` are of unknown eligibility, of whom `eligible_share` (e) is taken to be
    eligible in RR3 and RR4. Raises `ValueError` for negative counts or a share outside 0-1.
    """

    complete: int
    partial: int = 0
    refused: int = 0
    not_contacted: int = 0
    other: int = 0
    unknown_household: int = 0
    unknown_other: int = 0
    eligible_share: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if min(self.came_back, self.eligible_silent, self.unknown) < 0 or self.complete < 0:
            raise ValueError("a count cannot be negative")
        if not 0 <= self.eligible_share <= 1:
            raise ValueError("the eligible share lies between 0 and 1")

    @property
    def came_back(self) -> int:
        """Complete and partial."""
        return self.complete + self.partial

    @property
    def eligible_silent(self) -> int:
        """Eligible without an answer."""
        return self.refused + self.not_contacted + self.other

    @property
    def unknown(self) -> int:
        """Of unknown eligibility."""
        return self.unknown_household + self.unknown_other

    def response_rate(self, number: int) -> Fraction | None:
        """Return RR1 to RR6 by `number`; None where nobody was eligible.

        Odd numbers count complete answers only, even ones partial ones too; 1 and 2 take all of unknown
        eligibility as eligible, 3 and 4 their `eligible_share`, 5 and 6 none. Raises `ValueError` for others.
        """
        if number not in range(1, 7):
            raise ValueError("response rates are numbered 1 to 6")
        share = (Fraction(1), self.eligible_share, Fraction(0))[(number - 1) // 2]
        eligible = self.came_back + self.eligible_silent + share * self.unknown
        counted = self.complete if number % 2 else self.came_back
        return Fraction(counted) / eligible if eligible else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """参评要求 of a 会员评家: the least share of members who vote, and of front-line workers among the voters."""

    members: Fraction
    frontline: Fraction | None = None


FLOORS = (
    Floor(members=Fraction(30, 100), frontline=Fraction(60, 100)),
    Floor(members=Fraction(60, 100)),
)
"""Two floors in use: 30 % with 60 % front-line workers; 60 % with sealed envelopes."""


class Verdict(StrEnum):
    """Whether a group reached its floor; the last two say why nobody can tell."""

    MET = "met"
    BELOW = "below"
    NO_HEADCOUNT = "no_headcount"
    FRONTLINE_UNKNOWN = "frontline_unknown"


@dataclass(frozen=True, slots=True)
class Frontline:
    """Ballots of front-line workers, of those `n` (at least one) that say where their people work."""

    x: int
    n: int

    @property
    def share(self) -> Fraction:
        """Front-line workers among those who said."""
        return Fraction(self.x, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a group of voters stands to its floor, with the numbers that it was judged by.

    `frontline` is None where the floor does not ask, or where that is not shown: what is withheld is no part of a
    verdict.
    """

    floor: Floor
    returned: int
    headcount: int | None
    frontline: Frontline | None
    verdict: Verdict

    @property
    def is_compared(self) -> bool:
        """Tell whether the group has a place in rankings and bands."""
        return self.verdict is Verdict.MET

    @property
    def share(self) -> Fraction | None:
        """Returned out of the headcount; None where nobody knows it."""
        return Fraction(self.returned, self.headcount) if self.headcount else None


def judge(floor: Floor, *, returned: int, headcount: int | None, frontline: Frontline | None = None) -> Standing:
    """Return how a group stands to `floor`.

    `frontline` is None where it may not be told; then only a share of members that is too low gives a verdict.
    """
    asked = frontline if floor.frontline is not None else None
    if not headcount:
        verdict = Verdict.NO_HEADCOUNT
    elif meets(floor, returned=returned, members=headcount, frontline=None if asked is None else asked.share):
        verdict = Verdict.MET
    elif floor.frontline is None or asked is not None or Fraction(returned, headcount) < floor.members:
        verdict = Verdict.BELOW
    else:
        verdict = Verdict.FRONTLINE_UNKNOWN
    return Standing(floor=floor, returned=returned, headcount=headcount, frontline=asked, verdict=verdict)


def worst(standings: Sequence[Standing]) -> Standing | None:
    """Return the standing that decides where several floors hold for the same ballots; None for no floor."""
    return min(standings, key=lambda each: (each.is_compared, -each.floor.members), default=None)


def meets(floor: Floor, *, returned: int, members: int, frontline: Fraction | None = None) -> bool:
    """Tell whether a vote reached its floor; below it is “未达参评要求” and out of every ranking.

    `frontline` is the share of front-line workers; where the floor asks and nobody knows, it is not met.
    """
    if not members or Fraction(returned, members) < floor.members:
        return False
    if floor.frontline is None:
        return True
    return frontline is not None and frontline >= floor.frontline
