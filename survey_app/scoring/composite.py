"""A composite of audiences: Σ weight × figure, only where an organiser has declared the weights.

Each audience is a sample of its own, so that the audiences' variances are independent. They are recovered from the
limits of each figure's interval and added (MOVER: Zou & Donner 2008, after Newcombe 1998), so that the composite
keeps what Wilson's limits, finite populations and censuses say, also at 0 and 1. Made of shown figures alone: one
that is withheld is missing, as one that nobody gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import LEVEL, Interval
from survey_app.scoring.rules import Rule
from survey_app.words import Audience, WithoutAudience

NAME = "audience_composite"
"""The name of the rule; its version is that of the declaration."""
DEFAULT: Mapping[Audience, Fraction] = {
    Audience.WORKERS: Fraction(6, 10),
    Audience.ENTERPRISE: Fraction(2, 10),
    Audience.GRASSROOTS_UNION: Fraction(2, 10),
}
"""The weights that an organiser is offered (METRICS)."""
_METHOD = "mover"
_TWO = 2


@dataclass(frozen=True, slots=True)
class Declared:
    """The weights of audiences as declared, adding up to 1, and what is to be done where one is missing.

    Raises `ValueError` for weights that do not add up to 1, that are not above 0, or for fewer than two audiences.
    """

    weights: tuple[tuple[Audience, Fraction], ...]
    missing: WithoutAudience
    version: int

    def __post_init__(self) -> None:
        weights = [weight for _, weight in self.weights]
        if len(dict(self.weights)) < _TWO or len(dict(self.weights)) != len(weights):
            raise ValueError("a composite has two audiences at least, each once")
        if min(weights) <= 0 or sum(weights) != 1:
            raise ValueError("weights are above 0 and add up to 1")


class Absence(StrEnum):
    """Why there is no composite although one is declared."""

    AUDIENCE_MISSING = "audience_missing"
    RULES_DIFFER = "rules_differ"


@dataclass(frozen=True, slots=True)
class Composed:
    """A weighted sum of figures of the same rule. `census`: all of them are, so that there is no interval."""

    rule: Rule
    value: Fraction
    interval: Interval | None
    census: bool


@dataclass(frozen=True, slots=True)
class Composite:
    """The composite of a campaign: rate, strict rate and index, or why there is none.

    `covered` is the share of the declared weight that the audiences in `shown` have.
    """

    declared: Declared
    shown: tuple[Audience, ...]
    covered: Fraction
    absence: Absence | None = None
    rate: Composed | None = None
    strict: Composed | None = None
    index: Composed | None = None


def composite(declared: Declared, figures: Mapping[Audience, Sequence[Figure]]) -> Composite:
    """Return the composite of each audience's rate, strict rate and index; withheld ones are as if missing."""
    present = {
        audience: figures[audience]
        for audience, _ in declared.weights
        if audience in figures and figures[audience][0].value is not None
    }
    weights = dict(declared.weights)
    covered = sum((weights[audience] for audience in present), Fraction(0))
    bare = Composite(declared=declared, shown=tuple(present), covered=covered)
    if not present or (covered < 1 and declared.missing is WithoutAudience.NOTHING):
        return _without(bare, Absence.AUDIENCE_MISSING)
    shares = [weights[audience] / covered for audience in present]
    rate, strict, index = (_composed(column, shares) for column in zip(*present.values(), strict=True))
    if rate is None:
        return _without(bare, Absence.RULES_DIFFER)
    return Composite(
        declared=declared, shown=tuple(present), covered=covered, rate=rate, strict=strict, index=index
    )


def composed(declared: Declared, figures: Mapping[Audience, Figure]) -> Composed | None:
    """Return the composite of one figure of every declared audience; None unless all are shown, by one rule."""
    shown = [figures[audience] for audience, _ in declared.weights if audience in figures]
    if len(shown) < len(declared.weights):
        return None
    return _composed(shown, [weight for _, weight in declared.weights])


def _without(bare: Composite, absence: Absence) -> Composite:
    return Composite(declared=bare.declared, shown=bare.shown, covered=bare.covered, absence=absence)


def _composed(figures: Sequence[Figure], weights: Sequence[Fraction]) -> Composed | None:
    """Return the sum; None where the audiences' rules differ, or one has no such value."""
    if len({(each.metric, each.rule_version) for each in figures}) > 1 or any(
        each.value is None for each in figures
    ):
        return None
    values = [Fraction(each.value or 0) for each in figures]
    value = sum((weight * each for weight, each in zip(weights, values, strict=True)), Fraction(0))
    census = all(each.census for each in figures)
    is_sure = all(each.census or each.interval is not None for each in figures)
    interval = _mover(figures, values, weights, float(value)) if is_sure and not census else None
    return Composed(rule=figures[0].rule, value=value, interval=interval, census=census)


def _mover(
    figures: Sequence[Figure], values: Sequence[Fraction], weights: Sequence[Fraction], value: float
) -> Interval:
    """Return the limits: squared distances to each figure's own limits, weighted, added and rooted."""
    below = above = 0.0
    for figure, own, weight in zip(figures, values, weights, strict=True):
        if figure.interval is not None:
            below += (float(weight) * (float(own) - figure.interval.low)) ** 2
            above += (float(weight) * (figure.interval.high - float(own))) ** 2
    most = 1.0 if figures[0].is_rate else 100.0
    return Interval(max(0.0, value - sqrt(below)), min(most, value + sqrt(above)), LEVEL, _METHOD)
