"""Which items move the overall verdict: correlations, standardised weights, LMG shares, the importance map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from survey_app.scoring.intervals import Floats

MOST_ITEMS = 15
"""LMG looks at every subset of the items; 15 items have 32,768."""
_KNOWN = 64
_ROUNDING = 1e-9


class NotEnoughData(ValueError):
    """A driver analysis needs more complete answers than items, variation in each, and no exact copies."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """Importance of each item for the overall verdict, in the order of the items.

    `shares` are LMG shares of `r_squared` (they add up to it): the item's mean gain over all orders of entry
    (Lindeman, Merenda & Gold 1980). `performance` is the item's mean.
    """

    pearson: Floats
    spearman: Floats
    standardised: Floats
    r_squared: float
    shares: Floats
    performance: Floats
    respondents: int

    @property
    def percentages(self) -> Floats:
        """The shares in percent of what the items explain together."""
        return 100 * self.shares / self.r_squared


@dataclass(frozen=True, slots=True)
class Moments:
    """What importance and reliability need of many answers: how many are complete, their means and covariances.

    The last column is the overall verdict, the others are the items.
    """

    respondents: int
    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class Importance:
    """Importance of each item for the overall verdict, as in `Drivers`."""

    pearson: Floats
    r_squared: float
    shares: Floats
    respondents: int

    @property
    def percentages(self) -> Floats:
        """The shares in percent of what the items explain together."""
        return 100 * self.shares / self.r_squared


def importance(moments: Moments) -> Importance:
    """Return the importance of items.

    Covariances may come from different people for each two questions; then they may contradict one another.

    Raises `NotEnoughData`, also for that, and for more than `MOST_ITEMS` items.
    """
    count = len(moments.mean) - 1
    if not 1 <= count <= MOST_ITEMS:
        raise NotEnoughData(f"from 1 to {MOST_ITEMS} items")
    spread = np.sqrt(np.diag(moments.covariance))
    if moments.respondents < count + 2 or not np.all(spread > 0):
        raise NotEnoughData("more complete answers than items, and variation in each")
    correlations = moments.covariance / np.outer(spread, spread)
    if np.linalg.eigvalsh(correlations)[0] < -_ROUNDING:
        raise NotEnoughData("correlations that contradict one another")
    among, with_overall = correlations[:-1, :-1], correlations[:-1, -1]
    if np.linalg.matrix_rank(among) < count:
        raise NotEnoughData("an item follows exactly from others")
    weights = np.asarray(np.linalg.solve(among, with_overall), dtype=np.float64)
    explained = float(weights @ with_overall)
    if not explained > 0:
        raise NotEnoughData("the items explain nothing")
    return Importance(with_overall, explained, _lmg(among, with_overall), moments.respondents)


def drivers(items: Sequence[Sequence[float]] | Floats, overall: Sequence[float] | Floats) -> Drivers:
    """Return the drivers of `overall` among `items` (respondents x items); rows with a nan are left out.

    Raises `NotEnoughData`, also for more than `MOST_ITEMS` items.
    """
    table = np.column_stack([np.asarray(items, dtype=np.float64), np.asarray(overall, dtype=np.float64)])
    table = table[~np.isnan(table).any(axis=1)]
    count = table.shape[1] - 1
    if not 1 <= count <= MOST_ITEMS:
        raise NotEnoughData(f"from 1 to {MOST_ITEMS} items")
    if table.shape[0] < count + 2 or not np.all(table.std(axis=0) > 0):
        raise NotEnoughData("more complete answers than items, and variation in each")
    correlations = np.asarray(np.corrcoef(table, rowvar=False))
    among, with_overall = correlations[:-1, :-1], correlations[:-1, -1]
    if np.linalg.matrix_rank(among) < count:
        raise NotEnoughData("an item follows exactly from others")
    weights = np.asarray(np.linalg.solve(among, with_overall), dtype=np.float64)
    ranked = np.column_stack([ranks(column) for column in table.T])
    return Drivers(
        pearson=with_overall,
        spearman=np.asarray(np.corrcoef(ranked, rowvar=False))[:-1, -1],
        standardised=weights,
        r_squared=float(weights @ with_overall),
        shares=_lmg(among, with_overall),
        performance=table[:, :-1].mean(axis=0),
        respondents=table.shape[0],
    )


def ranks(values: npt.ArrayLike) -> Floats:
    """Return ranks from 1; equal values share the mean of their ranks."""
    _, places, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places], dtype=np.float64)


def _lmg(among: Floats, with_overall: Floats) -> Floats:
    """Return each item's mean gain in R² over all orders, weighting subsets by how many orders pass them."""
    return np.array(_gains(np.ascontiguousarray(among).tobytes(), with_overall.tobytes()))


@lru_cache(_KNOWN)
def _gains(correlations: bytes, with_overall_verdict: bytes) -> tuple[float, ...]:
    """Return that of matrices of floats; the same ones are asked for with every look at the same figures."""
    with_overall = np.frombuffer(with_overall_verdict)
    count = len(with_overall)
    among = np.frombuffer(correlations).reshape(count, count)
    explained = np.zeros(2**count)
    for size in range(1, count + 1):
        subsets = np.array(list(combinations(range(count), size)))
        left = among[subsets[:, :, None], subsets[:, None, :]]
        right = with_overall[subsets]
        solved = np.linalg.solve(left, right[:, :, None])[:, :, 0]
        explained[(2**subsets).sum(axis=1)] = (solved * right).sum(axis=1)
    masks = np.arange(2**count)
    sizes = np.array([mask.bit_count() for mask in range(2**count)])
    chance = np.array([1 / (count * comb(count - 1, size)) if size < count else 0 for size in range(count + 1)])
    shares = np.zeros(count)
    for item in range(count):
        without = masks[(masks >> item) & 1 == 0]
        gains = explained[without | (1 << item)] - explained[without]
        shares[item] = float((gains * chance[sizes[without]]).sum())
    return tuple(shares.tolist())


class Quadrant(StrEnum):
    """Where an item lies on the importance-performance map (Martilla & James 1977; GB/T 19038-2009)."""

    IMPROVE = "improve"
    KEEP_UP = "keep_up"
    LOW_PRIORITY = "low_priority"
    POSSIBLE_OVERKILL = "possible_overkill"


def quadrants(importance: Floats, performance: Floats) -> tuple[Quadrant, ...]:
    """Return each item's quadrant; the lines are the mean importance and the mean performance."""
    names = {
        (True, False): Quadrant.IMPROVE,
        (True, True): Quadrant.KEEP_UP,
        (False, False): Quadrant.LOW_PRIORITY,
        (False, True): Quadrant.POSSIBLE_OVERKILL,
    }
    important, good = importance >= importance.mean(), performance >= performance.mean()
    return tuple(names[bool(i), bool(p)] for i, p in zip(important, good, strict=True))
