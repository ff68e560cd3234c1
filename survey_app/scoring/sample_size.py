"""How many people to ask for a rate within a margin of error."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from survey_app.scoring.intervals import LEVEL, z_value


def needed(margin: float, *, share: float = 0.5, population: int | None = None, level: float = LEVEL) -> float:
    """Return the number of answers, unrounded, for a half-width of `margin` (0.05: ±5 points).

    n0 = z² p(1-p)/margin², for a finite population n0/(1 + (n0 - 1)/N). Source: Cochran 1977, 4.4.
    """
    if not 0 < margin < 1 or not 0 < share < 1:
        raise ValueError("margin and share lie between 0 and 1")
    n0 = z_value(level) ** 2 * share * (1 - share) / margin**2
    return n0 if population is None else n0 / (1 + (n0 - 1) / population)


def to_invite(
    margin: float,
    *,
    share: float = 0.5,
    population: int | None = None,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
    level: float = LEVEL,
) -> int:
    """Return how many people to invite, each step rounded up, at most the whole population.

    `design_effect` allows for clusters, `response_rate` (0-1) for those who will not answer.
    """
    if not 0 < response_rate <= 1 or not design_effect > 0:
        raise ValueError("need a response rate above 0, at most 1, and a positive design effect")
    n = ceil(needed(margin, share=share, level=level)) * _as_written(design_effect)
    if population is not None:
        n = n / (1 + (n - 1) / population)
    invited = ceil(ceil(n) / _as_written(response_rate))
    return invited if population is None else min(invited, population)


def _as_written(number: float) -> Fraction:
    """Return 0.7 as 7/10: with its binary form, steps that come out even would be rounded up to one more."""
    return Fraction(str(number))
