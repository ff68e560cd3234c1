"""What the tools find: numbers for JSON, sentences for people. Only what was typed goes in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flask_babel import gettext as _

from survey_app.scoring.intervals import LEVEL, SMALL, Interval, proportion_interval
from survey_app.scoring.rounding import grim_counts, grim_smallest_n, half_up, percent_text
from survey_app.scoring.sample_size import to_invite

HALF = Decimal(50)
"""The share in percent that needs the largest sample: taken where none is expected."""

_EXACT_UP_TO = 100_000
"""Beyond so many people a draw of fewer than 10 is as good as one from everybody there is."""


@dataclass(frozen=True, slots=True)
class Possible:
    """Whether a reported rate (in percent, as written) is possible. `counts`: the least and most x that give it."""

    reported: Decimal
    n: int | None
    smallest_n: int | None
    counts: tuple[int, int] | None

    @property
    def is_possible(self) -> bool | None:
        """Whether some x of n gives the rate; None where no n is given."""
        return None if self.n is None else self.counts is not None

    @property
    def is_doubtful(self) -> bool:
        """Whether something is not as it should be."""
        return self.is_possible is False

    @property
    def verdict(self) -> str:
        """Say it in one sentence."""
        if self.n is None:
            return _("How many ballots a rate of %(rate)s needs", rate=self._rate)
        if self.counts is None:
            return _("%(rate)s of %(n)s ballots is not possible", rate=self._rate, n=self.n)
        return _("%(rate)s of %(n)s ballots is possible", rate=self._rate, n=self.n)

    @property
    def sentences(self) -> list[str]:
        """Say which counts give it, and what that means."""
        said = []
        if self.n is not None:
            said.append(self._which_counts(self.n))
        if self.smallest_n is not None:
            least = grim_counts(self.reported, self.smallest_n)[0]
            said.append(
                _(
                    "The fewest ballots that can give %(rate)s are %(n)s: %(x)s of %(n)s.",
                    rate=self._rate,
                    n=self.smallest_n,
                    x=least,
                )
            )
        if self.n is not None and self.n >= 10 ** (_places(self.reported) + 2):
            said.append(_("With so many ballots every such rate is possible: the check proves nothing."))
        elif self.counts is not None:
            said.append(_("Possible does not mean right: the check only finds what cannot be."))
        return said

    @property
    def _rate(self) -> str:
        return f"{self.reported:f}%"

    def _which_counts(self, n: int) -> str:
        if self.counts is None:
            return _(
                "No whole number of %(n)s ballots gives %(rate)s when rounded. The rate or the number of ballots "
                "is not what was reported, or another base or rounding was used; ask for the counts.",
                n=n,
                rate=self._rate,
            )
        least, most = self.counts
        if least == most:
            return _("One count gives it: %(x)s of %(n)s.", x=least, n=n)
        return _("%(many)s counts give it: %(least)s to %(most)s of %(n)s.", many=most - least + 1, least=least,
                 most=most, n=n)  # fmt: skip


def possible(reported: Decimal, n: int | None) -> Possible:
    """Check a reported rate in percent (0-100, at most two decimals) against its base."""
    counts = grim_counts(reported, n) if n is not None else ()
    return Possible(reported, n, grim_smallest_n(reported), (counts[0], counts[-1]) if counts else None)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class Sample:
    """How many to ask for a margin. Shares are in percent, the margin in percentage points.

    `answers` are needed, `invited` people give them; `attainable` answers come back if everybody of a `population`
    is invited (None: its size is not given).
    """

    margin: Decimal
    expected: Decimal
    population: int | None
    design_effect: Decimal
    response: Decimal
    answers: int
    invited: int
    attainable: int | None

    @property
    def is_attainable(self) -> bool:
        """Whether inviting everybody brings enough answers."""
        return self.attainable is None or self.attainable >= self.answers

    @property
    def is_doubtful(self) -> bool:
        """Whether something is not as it should be."""
        return not self.is_attainable

    @property
    def verdict(self) -> str:
        """Say it in one sentence."""
        if not self.is_attainable:
            return _("%(answers)s answers needed: more than will come back", answers=self.answers)
        return _("%(answers)s answers needed; invite %(people)s people", answers=self.answers, people=self.invited)

    @property
    def sentences(self) -> list[str]:
        """Say what that gives, and what it rests on."""
        said = [
            _(
                "With them, a rate of about %(rate)s is known to ±%(margin)s percentage points: of 100 such "
                "samples, about 95 come as near as that.",
                rate=f"{self.expected:f}%",
                margin=f"{self.margin:f}",
            )
        ]
        if not self.is_attainable:
            said.append(
                _(
                    "Even if all %(people)s people are invited, only about %(attainable)s answer; choose a wider "
                    "margin, or see to it that more answer.",
                    people=self.population,
                    attainable=self.attainable,
                )
            )
        elif self.population is not None and self.answers == self.population:
            said.append(_("That is everybody: ask all of them."))
        said.append(
            _(
                "This holds for people drawn at random. A larger sample makes up for chance, never for people who "
                "do not answer because of what they think."
            )
        )
        return said


def sample(
    margin: Decimal,
    expected: Decimal | None,
    population: int | None,
    design_effect: Decimal | None,
    response: Decimal | None,
) -> Sample:
    """Return how many to ask; left out: a rate of 50 %, no limit of people, no clusters, all answer."""
    share, effect, answering = expected or HALF, design_effect or Decimal(1), response or Decimal(100)

    def asked(rate: Decimal) -> int:
        return to_invite(
            float(margin / 100),
            share=float(share / 100),
            population=population,
            design_effect=float(effect),
            response_rate=float(rate / 100),
        )

    attainable = None if population is None else int(population * Fraction(answering) / 100)
    return Sample(margin, share, population, effect, answering, asked(Decimal(100)), asked(answering), attainable)


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted rate and its interval; `interval` is None where everybody answered."""

    x: int
    n: int
    headcount: int | None
    interval: Interval | None
    is_doubtful: bool = False

    @property
    def rate(self) -> Fraction:
        """The rate, 0-1."""
        return Fraction(self.x, self.n)

    @property
    def verdict(self) -> str:
        """Say it in one sentence."""
        if self.interval is None:
            return _("%(rate)s (%(x)s of %(n)s): everybody answered", rate=self._rate, x=self.x, n=self.n)
        return _(
            "%(rate)s (%(x)s of %(n)s), 95%% interval %(low)s–%(high)s",
            rate=self._rate,
            x=self.x,
            n=self.n,
            low=percent_text(self.interval.low),
            high=percent_text(self.interval.high),
        )

    @property
    def sentences(self) -> list[str]:
        """Say what that means, and how it was made."""
        if self.interval is None:
            return [_("A full count has no sampling error: report who did not vote validly instead.")]
        said = [
            _(
                "If these ballots are a random part of all, a true rate anywhere between %(low)s and %(high)s goes "
                "well with them. Two rates whose intervals overlap widely need not differ.",
                low=percent_text(self.interval.low),
                high=percent_text(self.interval.high),
            ),
            self._method(self.interval),
        ]
        if self.headcount is None:
            said.append(_("With the number of people in all, the interval of a small enterprise becomes narrower."))
        return said

    @property
    def _rate(self) -> str:
        return percent_text(self.rate)

    def _method(self, found: Interval) -> str:
        names = {
            "wilson": _("Wilson's interval"),
            "wilson_finite": _("Wilson's interval for a part of a known number of people"),
            "clopper_pearson": _("the exact interval (Clopper and Pearson), since there are fewer than 10 ballots"),
            "hypergeometric": _("the exact hypergeometric interval, since there are fewer than 10 ballots"),
        }
        level = int(half_up(Fraction(str(found.level)) * 100, 0))
        return _("Method: %(method)s, %(level)d%%.", method=names[found.method], level=level)


def counted(x: int, n: int, headcount: int | None) -> Counted:
    """Return the interval of x out of n, drawn from `headcount` people where that is known."""
    drawn_from = None if headcount is not None and n < SMALL and headcount > _EXACT_UP_TO else headcount
    return Counted(x, n, headcount, proportion_interval(x, n, LEVEL, population=drawn_from))
