"""Confidence intervals of one proportion, on scalars and arrays alike.

Wilson (1927) by default, Clopper-Pearson below n = 10, both with their finite-population forms where the
headcount is known. At x = 0 and x = n the limits are exactly 0 and 1. Wald's interval is not offered: it
collapses at the ends. Arrays are for whole tables at once (units x items).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammaln, ndtri

Numbers: TypeAlias = npt.ArrayLike
Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Limits: TypeAlias = tuple[Floats, Floats]

LEVEL = 0.95
SMALL = 10
"""Below this n the exact interval is used."""
KNOWN = 1 << 14
"""How many intervals a process remembers: at the next look most counts are the same."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval on the scale of its figure (shares 0-1, an index 0-100, an NPS -100 to 100).

    `method` names the formula ("wilson", "clopper_pearson", …). `standard_error`, `df` (degrees of freedom) and
    `design_effect` are given where the method rests on them.
    """

    low: float
    high: float
    level: float
    method: str
    standard_error: float | None = None
    df: float | None = None
    design_effect: float | None = None

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def z_value(level: float) -> float:
    """Return the two-sided normal quantile of a confidence level (0.95 -> 1.96)."""
    if not 0 < level < 1:
        raise ValueError("a confidence level lies between 0 and 1")
    return float(ndtri(0.5 + level / 2))


def wilson_limits(share: Numbers, n: Numbers, quantile: Numbers) -> Limits:
    """Return Wilson's limits for a share observed on n, which may be an effective n with a fraction.

    `quantile` is the normal or t quantile. Source: Wilson 1927; with the effective n: Korn & Graubard 1999.
    """
    p, m = _floats(share), _floats(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        q2 = _floats(quantile) ** 2 / m
        centre = (p + q2 / 2) / (1 + q2)
        half = np.sqrt(q2 * (p * (1 - p) + q2 / 4)) / (1 + q2)
        low, high = centre - half, centre + half
    return _exact_ends(p, low, high)


def wilson(x: Numbers, n: Numbers, level: float = LEVEL) -> Limits:
    """Return Wilson's score limits; nan where n = 0."""
    share, m = _share(x, n)
    return wilson_limits(share, m, z_value(level))


def wilson_finite(x: Numbers, n: Numbers, population: Numbers, level: float = LEVEL) -> Limits:
    """Return Wilson's limits for n drawn without replacement out of `population`.

    The score test's variance p(1-p)/n x (N-n)/(N-1) gives an effective n of n(N-1)/(N-n); the limits
    are held to what is still possible, given that x and n - x are known. Source: Cochran 1977, 3.2.
    """
    share, m = _share(x, n)
    total = np.maximum(_floats(population), m)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(total > m, m * (total - 1) / (total - m), np.inf)
        low, high = wilson_limits(share, effective, z_value(level))
        return np.maximum(low, _floats(x) / total), np.minimum(high, 1 - (m - _floats(x)) / total)


def wilson_continuity(x: Numbers, n: Numbers, level: float = LEVEL) -> Limits:
    """Return Wilson's limits with continuity correction (Newcombe 1998, method 4)."""
    share, m = _share(x, n)
    z = z_value(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        bottom = 2 * (m + z**2)
        middle = 2 * m * share + z**2
        left = z * np.sqrt(z**2 - 2 - 1 / m + 4 * share * (m * (1 - share) + 1)) + 1
        right = z * np.sqrt(z**2 + 2 - 1 / m + 4 * share * (m * (1 - share) - 1)) + 1
        return _exact_ends(share, (middle - left) / bottom, (middle + right) / bottom)


def clopper_pearson(x: Numbers, n: Numbers, level: float = LEVEL) -> Limits:
    """Return the exact limits (Clopper & Pearson 1934); n and x may be effective numbers."""
    share, m = _share(x, n)
    tail = (1 - level) / 2
    y = share * m
    return _exact_ends(share, betaincinv(y, m - y + 1, tail), betaincinv(y + 1, m - y, 1 - tail))


def jeffreys(x: Numbers, n: Numbers, level: float = LEVEL) -> Limits:
    """Return the equal-tailed limits under Jeffreys' prior, not pulled to 0 and 1 (Brown et al. 2001)."""
    share, m = _share(x, n)
    tail = (1 - level) / 2
    y = share * m
    return (
        np.asarray(betaincinv(y + 0.5, m - y + 0.5, tail)),
        np.asarray(betaincinv(y + 0.5, m - y + 0.5, 1 - tail)),
    )


def agresti_coull(x: Numbers, n: Numbers, level: float = LEVEL) -> Limits:
    """Return the limits of Agresti & Coull 1998, cut to 0-1."""
    share, m = _share(x, n)
    z2 = z_value(level) ** 2
    centre = (share * m + z2 / 2) / (m + z2)
    half = np.sqrt(z2 * centre * (1 - centre) / (m + z2))
    low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    return np.where(m > 0, low, np.nan), np.where(m > 0, high, np.nan)


def hypergeometric(x: Numbers, n: Numbers, population: Numbers, level: float = LEVEL) -> Limits:
    """Return exact limits for n drawn without replacement out of `population`: K/N, lowest and highest K.

    K is kept while both tails of the hypergeometric exceed (1 - level)/2, the analogue of
    Clopper-Pearson for a finite population; x/n, which no K may hit, is always inside. Whole tables at once;
    time grows with n and the logarithm of the population, memory with n. Raises `ValueError` unless
    x <= n <= population and n > 0.
    """
    y, drawn, total = (np.asarray(each, dtype=np.int64) for each in np.broadcast_arrays(x, n, population))
    if np.any((y < 0) | (y > drawn) | (drawn > total) | (drawn == 0)):
        raise ValueError("need 0 <= x <= n <= population and n > 0")
    low, high = np.empty(y.shape), np.empty(y.shape)
    for size in np.unique(drawn):
        here = drawn == size
        cases, back = np.unique(np.stack([y[here], total[here]]), axis=1, return_inverse=True)
        ones, people = cases
        highest = _most_successes(np.stack([ones, size - ones]), int(size), people, (1 - level) / 2)
        share = ones / size
        low[here] = np.minimum((people - highest[1]) / people, share)[back]
        high[here] = np.maximum(highest[0] / people, share)[back]
    return low, high


_TIE = 1e-11
"""Tails this near to the wanted one, relatively, are equal to it: rounding does not decide which K is kept."""


def _most_successes(x: Integers, n: int, population: Integers, tail: float) -> Integers:
    """Return the largest K in the population with P(at most x among n) > tail, which falls as K grows.

    The lowest K of x is the population less the largest of n - x: what holds for successes holds for failures.
    """
    kept, refused = x.copy(), population - n + x + 1
    everything = _log_falling(population, n)[..., -1]
    while np.any(refused - kept > 1):
        middle = (kept + refused) // 2
        fine = _lower_tail(x, n, middle, population, everything) > tail * (1 + _TIE)
        kept, refused = np.where(fine, middle, kept), np.where(fine, refused, middle)
    return kept


def _lower_tail(x: Integers, n: int, successes: Integers, population: Integers, everything: Floats) -> Floats:
    """Return P(at most x successes among n drawn); `everything` is the logarithm of the ordered draws of n."""
    j = np.arange(n + 1)
    orders = gammaln(n + 1) - gammaln(j + 1) - gammaln(n - j + 1)
    ways = _log_falling(successes, n) + _log_falling(population - successes, n)[..., ::-1] + orders
    chances = np.exp(ways - everything[..., None])
    return np.asarray(np.where(j <= x[..., None], chances, 0.0).sum(axis=-1))


def _log_falling(total: Integers, n: int) -> Floats:
    """Return log(total (total - 1) … (total - j + 1)) for j = 0 … n; no difference of two large logarithms."""
    factors = np.maximum(total[..., None] - np.arange(n), 0).astype(np.float64)
    with np.errstate(divide="ignore"):
        logs = np.log(factors).cumsum(axis=-1)
    return np.concatenate([np.zeros((*total.shape, 1)), logs], axis=-1)


METHODS: Mapping[str, Callable[[Numbers, Numbers, float], Limits]] = {
    "wilson": wilson,
    "wilson_continuity": wilson_continuity,
    "clopper_pearson": clopper_pearson,
    "jeffreys": jeffreys,
    "agresti_coull": agresti_coull,
}
"""The methods that a survey may name instead of the default."""


def proportion_limits(x: Numbers, n: Numbers, level: float = LEVEL) -> Limits:
    """Return the default limits for arrays of x and n: Clopper-Pearson where n < 10, Wilson elsewhere."""
    y, m = np.broadcast_arrays(_floats(x), _floats(n))
    low, high = (np.array(each) for each in wilson(y, m, level))
    # Only where they are asked for: exact limits cost a hundred times as much.
    small = m < SMALL
    low[small], high[small] = clopper_pearson(y[small], m[small], level)
    return low, high


@lru_cache(KNOWN)
def proportion_interval(
    x: int, n: int, level: float = LEVEL, *, population: int | None = None, method: str | None = None
) -> Interval | None:
    """Return the interval of x out of n; None where there is nothing to say: n = 0, or a full census.

    `population` is the headcount that n was drawn from; one smaller than n is no headcount of these
    people and is ignored. `method` is a key of `METHODS`; left out, the default of this module holds.
    """
    if n == 0 or n == population:
        return None
    if method is not None:
        return _interval(METHODS[method](x, n, level), level, method)
    if population is not None and population > n:
        if n < SMALL:
            return _interval(hypergeometric(x, n, population, level), level, "hypergeometric")
        return _interval(wilson_finite(x, n, population, level), level, "wilson_finite")
    name = "clopper_pearson" if n < SMALL else "wilson"
    return _interval(METHODS[name](x, n, level), level, name)


def _interval(limits: Limits, level: float, method: str) -> Interval:
    return Interval(float(limits[0]), float(limits[1]), level, method)


def finite_standard_error(x: int, n: int, population: int) -> float:
    """Return the estimated standard error sqrt((1 - n/N) p(1-p)/(n-1)) of x/n (Cochran 1977, 3.8)."""
    if not 1 < n <= population:
        raise ValueError("need 1 < n <= population")
    p = x / n
    return float(np.sqrt((1 - n / population) * p * (1 - p) / (n - 1)))


def _floats(values: Numbers) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _share(x: Numbers, n: Numbers) -> tuple[Floats, Floats]:
    """Return x/n and n; nan where n = 0. Raises `ValueError` unless 0 <= x <= n."""
    y, m = np.broadcast_arrays(_floats(x), _floats(n))
    if np.any((y < 0) | (y > m)):
        raise ValueError("need 0 <= x <= n")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(m > 0, y / m, np.nan), m


def _exact_ends(share: Floats, low: Numbers, high: Numbers) -> Limits:
    """Set the low limit of a share of 0 to 0 and the high limit of 1 to 1, free of rounding noise.

    Elsewhere, cut noise past 0 or 1, and limits that noise has put on the wrong side of the share.
    """
    lowest = np.where(share == 0, 0.0, np.clip(np.minimum(_floats(low), share), 0, 1))
    highest = np.where(share == 1, 1.0, np.clip(np.maximum(_floats(high), share), 0, 1))
    return lowest, highest
