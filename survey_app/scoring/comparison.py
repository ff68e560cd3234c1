"""Did it change, do they differ: two rates with an interval of their difference, and a verdict.

Differences are second minus first (later minus earlier), in shares. An interval with 0 in it reads
“无显著变化”, whatever the p-value beside it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from scipy.special import bdtr, chdtrc, ndtr, stdtr

from survey_app.scoring.design import Design, ratios
from survey_app.scoring.differences import METHODS
from survey_app.scoring.intervals import KNOWN, LEVEL, Floats, Interval, Numbers, wilson
from survey_app.scoring.means import t_value


class Verdict(StrEnum):
    """What may be said about a change."""

    NO_CHANGE = "no_significant_change"
    RISE = "rise"
    FALL = "fall"


@dataclass(frozen=True, slots=True)
class Change:
    """Second minus first: the difference, its interval, the test's statistic (None for exact tests) and p."""

    difference: float
    interval: Interval
    statistic: float | None
    p_value: float

    @property
    def verdict(self) -> Verdict:
        """Read from the interval alone."""
        if 0 in self.interval:
            return Verdict.NO_CHANGE
        return Verdict.RISE if self.difference > 0 else Verdict.FALL


@lru_cache(KNOWN)
def two_proportions(
    x1: int, n1: int, x2: int, n2: int, level: float = LEVEL, *, method: str = "newcombe"
) -> Change:
    """Return the change between two independent groups: pooled z test, Newcombe's interval.

    `statistic` is z of second minus first; `method` may name another interval of `differences.METHODS`.
    Raises `ValueError` for an empty group.
    """
    if not n1 or not n2:
        raise ValueError("both groups need answers")
    low, high = METHODS[method](x1, n1, x2, n2, level)
    z = float(z_statistics(x1, n1, x2, n2))
    interval = Interval(low, high, level, method)
    return Change(x2 / n2 - x1 / n1, interval, z, float(two_sided(z)))


def z_statistics(x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers) -> Floats:
    """Return z of x2/n2 - x1/n1 with the pooled variance; 0 where all or none are counted in both."""
    a, m = np.asarray(x1, dtype=np.float64), np.asarray(n1, dtype=np.float64)
    b, n = np.asarray(x2, dtype=np.float64), np.asarray(n2, dtype=np.float64)
    pooled = (a + b) / (m + n)
    variance = pooled * (1 - pooled) * (1 / m + 1 / n)
    difference = b / n - a / m
    return np.where(variance > 0, difference / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)


def two_sided(z: Numbers) -> Floats:
    """Return the two-sided p-value of a standard normal statistic."""
    return np.asarray(2 * ndtr(-np.abs(np.asarray(z, dtype=np.float64))))


def two_sided_t(t: float, df: float) -> float:
    """Return the two-sided p-value of a t statistic."""
    return float(2 * stdtr(df, -abs(t)))


@dataclass(frozen=True, slots=True)
class Paired:
    """The same people asked twice: how many were satisfied in both waves, in one only, in neither."""

    both: int
    only_first: int
    only_second: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.both, self.only_first, self.only_second, self.neither) < 0 or not self.n:
            raise ValueError("need counts of at least one pair, none of them negative")

    @property
    def n(self) -> int:
        """Number of pairs."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def discordant(self) -> int:
        """Pairs that changed their mind."""
        return self.only_first + self.only_second


def mcnemar(pairs: Paired, level: float = LEVEL) -> Change:
    """Return the change of paired answers: exact McNemar test, Newcombe's paired interval.

    The interval (Newcombe 1998, Stat Med 17:2635, method 10) does not collapse where nobody changed; its
    `standard_error` is the estimate sqrt(b + c - (b - c)²/n)/n.
    """
    n, b, c = pairs.n, pairs.only_first, pairs.only_second
    smaller, changed = min(b, c), pairs.discordant
    p_value = min(1.0, 2 * float(bdtr(smaller, changed, 0.5))) if changed else 1.0
    difference = (c - b) / n
    low, high = _paired_limits(pairs, level)
    error = float(np.sqrt(changed - (c - b) ** 2 / n) / n)
    interval = Interval(low, high, level, "newcombe_paired", standard_error=error)
    return Change(difference, interval, None, p_value)


def mcnemar_chi_square(pairs: Paired, *, corrected: bool = True) -> tuple[float, float]:
    """Return McNemar's X² (1 degree of freedom), with continuity correction or without, and its p."""
    if not pairs.discordant:
        return 0.0, 1.0
    distance = abs(pairs.only_first - pairs.only_second)
    statistic = max(distance - 1, 0) ** 2 if corrected else distance**2
    return statistic / pairs.discordant, float(chdtrc(1, statistic / pairs.discordant))


def _paired_limits(pairs: Paired, level: float) -> tuple[float, float]:
    n = pairs.n
    first, second = pairs.both + pairs.only_first, pairs.both + pairs.only_second
    p1, p2 = first / n, second / n
    low1, high1 = (float(limit) for limit in wilson(first, n, level))
    low2, high2 = (float(limit) for limit in wilson(second, n, level))
    phi = _phi(pairs)
    down = ((p2 - low2) ** 2 - 2 * phi * (p2 - low2) * (high1 - p1) + (high1 - p1) ** 2) ** 0.5
    up = ((high2 - p2) ** 2 - 2 * phi * (high2 - p2) * (p1 - low1) + (p1 - low1) ** 2) ** 0.5
    return p2 - p1 - down, p2 - p1 + up


def _phi(pairs: Paired) -> float:
    """Return the correlation of the two waves, moved towards 0 by n/2 as the method asks."""
    a, b, c, d = pairs.both, pairs.only_first, pairs.only_second, pairs.neither
    bottom = (a + b) * (c + d) * (a + c) * (b + d)
    if not bottom:
        return 0.0
    top = a * d - b * c
    return float((max(top - pairs.n / 2, 0) if top > 0 else top) / bottom**0.5)


@dataclass(frozen=True, slots=True)
class Group:
    """One cluster in one wave: x satisfied of n."""

    x: int
    n: int


def same_clusters(first: Sequence[Group], second: Sequence[Group], level: float = LEVEL) -> Change:
    """Return the change over the same enterprises in two waves: parallel sequences, one entry each.

    The enterprises are the sampling units in both waves, so that what they have in common cancels out
    (linearised contrast with covariance; t with clusters - 1 degrees of freedom). An enterprise absent from
    one wave has n = 0 there; one absent from both says nothing, and is no degree of freedom. Raises `ValueError`
    for fewer than two clusters or an empty wave.
    """
    if len(first) != len(second):
        raise ValueError("need the same two or more clusters in both waves")
    present = [pair for pair in zip(first, second, strict=True) if pair[0].n or pair[1].n]
    first, second = [pair[0] for pair in present], [pair[1] for pair in present]
    if len(present) < 2:
        raise ValueError("need the same two or more clusters in both waves")
    if not sum(group.n for group in first) or not sum(group.n for group in second):
        raise ValueError("both waves need answers")
    x, n = (
        np.array([[getattr(group, name) for group in wave] for wave in (first, second)], dtype=np.float64).T
        for name in ("x", "n")
    )
    found = ratios(Design.of(len(first)), x, n).contrast((-1.0, 1.0))
    if not found.standard_error:
        return _without_spread(first, second, level)
    half = t_value(level, found.df) * found.standard_error
    interval = Interval(
        max(-1.0, found.value - half),
        min(1.0, found.value + half),
        level,
        "clustered_contrast_t",
        standard_error=found.standard_error,
        df=found.df,
    )
    return Change(found.value, interval, found.t, two_sided_t(found.t, found.df))


def _without_spread(first: Sequence[Group], second: Sequence[Group], level: float) -> Change:
    """Return the independent comparison, where the clusters do not differ at all and give no error to use."""
    (x1, n1), (x2, n2) = ((sum(g.x for g in wave), sum(g.n for g in wave)) for wave in (first, second))
    return two_proportions(x1, n1, x2, n2, level)
