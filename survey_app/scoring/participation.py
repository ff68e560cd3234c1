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
class Outcomes:
    """What somebody has counted of single-use codes that nobody used. Raises `ValueError` for negative counts.

    `ineligible` should not have been asked. Of the `unknown` nobody can tell; `eligible_share` of them is taken to
    be eligible (None: in the proportion of all others, AAPOR's proportional allocation).
    """

    not_contacted: int = 0
    refused: int = 0
    ineligible: int = 0
    unknown: int = 0
    eligible_share: Fraction | None = None

    def __post_init__(self) -> None:
        if min(self.not_contacted, self.refused, self.ineligible, self.unknown) < 0:
            raise ValueError("a count cannot be negative")

    @property
    def counted(self) -> int:
        """All codes that somebody has counted."""
        return self.not_contacted + self.refused + self.ineligible + self.unknown

    def __add__(self, other: Outcomes) -> Outcomes:
        """Return both together; shares weigh as many codes as are unknown."""
        return Outcomes(
            not_contacted=self.not_contacted + other.not_contacted,
            refused=self.refused + other.refused,
            ineligible=self.ineligible + other.ineligible,
            unknown=self.unknown + other.unknown,
            eligible_share=_together(self, other),
        )


def _together(one: Outcomes, other: Outcomes) -> Fraction | None:
    shares = [(each.eligible_share, each.unknown) for each in (one, other) if each.unknown]
    if not shares or any(share is None for share, _ in shares):
        return None
    expected = sum(((share or Fraction(0)) * many for share, many in shares), Fraction(0))
    return expected / sum(many for _, many in shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The single-use codes of an audience, `issued` without revoked ones.

    `dispositions` is None where more codes are accounted for than were issued: somebody has to look at the counts.
    """

    issued: int
    complete: int
    partial: int
    outcomes: Outcomes
    dispositions: Dispositions | None


def invited(*, issued: int, complete: int, partial: int, outcomes: Outcomes) -> Invited:
    """Return what became of codes. Those of which nobody has said anything are eligible and silent.

    That gives the lowest rate of all readings: a code that was not used counts against us until somebody knows
    better. `partial` are ballots that were sent without the headline question.
    """
    silent = issued - complete - partial - outcomes.counted
    if silent < 0:
        return Invited(issued=issued, complete=complete, partial=partial, outcomes=outcomes, dispositions=None)
    eligible = issued - outcomes.ineligible - outcomes.unknown
    share = outcomes.eligible_share
    if share is None:
        known = eligible + outcomes.ineligible
        share = Fraction(eligible, known) if known else Fraction(1)
    found = Dispositions(
        complete=complete,
        partial=partial,
        refused=outcomes.refused,
        not_contacted=outcomes.not_contacted,
        other=silent,
        unknown_other=outcomes.unknown,
        eligible_share=share,
    )
    return Invited(issued=issued, complete=complete, partial=partial, outcomes=outcomes, dispositions=found)


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


def known_issued(*, given_out: int, through: int, returned: int) -> int | None:
    """Return how many papers and codes were given out, if every ballot came in `through` one of them.

    More ballots than were given out came in with codes of elsewhere, before the collector was moved.
    """
    return (given_out or None) if through == returned <= given_out else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a group of voters stands to its floor, with the numbers that it was judged by.

    `headcount` are the people asked; with `of_issued`, the codes and papers that were given out. `frontline` is
    None where the floor does not ask, or where that is not shown: what is withheld is no part of a verdict.
    """

    floor: Floor
    returned: int
    headcount: int | None
    frontline: Frontline | None
    verdict: Verdict
    of_issued: bool = False

    @property
    def is_compared(self) -> bool:
        """Tell whether the group has a place in rankings and bands."""
        return self.verdict is Verdict.MET

    @property
    def share(self) -> Fraction | None:
        """Returned out of the headcount; None where nobody knows it."""
        return Fraction(self.returned, self.headcount) if self.headcount else None


def judge(
    floor: Floor,
    *,
    returned: int,
    headcount: int | None,
    frontline: Frontline | None = None,
    of_issued: bool = False,
) -> Standing:
    """Return how a group stands to `floor`; `of_issued` says that `headcount` counts what was given out.

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
    return Standing(
        floor=floor,
        returned=returned,
        headcount=headcount,
        frontline=asked,
        verdict=verdict,
        of_issued=of_issued,
    )


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
