"""Weighted rates from counts: cells of ballots that are told apart by place or answers, before and after weights.

Nobody needs the single ballots for that: those of one cell have one weight, and x of n of them count. What
`design` and `weighting` make of respondents, this makes of cells, with the same results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey_app.scoring.design import Design, Estimate, indicators, ratio
from survey_app.scoring.intervals import Floats
from survey_app.scoring.weighting import LEAST_IN_CATEGORY, Margin, kish_factor, raking_weights

LIMIT = 5.0
"""Raked weights are cut to so many times their mean, and to the same part of it below."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Ballots by cell: `x` of `n` count. No cell is empty. Raises `ValueError` otherwise."""

    x: Floats
    n: Floats

    def __post_init__(self) -> None:
        if len(self.x) != len(self.n) or not len(self.n) or np.any(self.n <= 0) or np.any(self.x > self.n):
            raise ValueError("need x of n for each cell, none of them empty")

    @property
    def ballots(self) -> int:
        """How many ballots there are."""
        return int(self.n.sum())


@dataclass(frozen=True, slots=True)
class WeightedRate:
    """A rate with its error (design effect included), Kish's 1 + cv², and how many ballots' weights were cut.

    `n` ballots lie in `clusters` groups; the error allows for ballots of one group being alike.
    """

    estimate: Estimate
    n: int
    clusters: int
    kish: float
    trimmed: int = 0


def cluster_rate(cells: Cells, weights: Floats | None = None) -> WeightedRate:
    """Return the rate with cells as clusters; `weights` holds the weight of a ballot of each, equal if left out.

    The error is that of a ratio of cluster totals (`design.ratio`); nan where there is one cell only.
    """
    each = np.ones(len(cells.n)) if weights is None else weights
    design = Design.of(len(cells.n), weights=each)
    found = ratio(design, cells.x, cells.n)
    return WeightedRate(
        with_effect(found.value, found.standard_error, found.df, cells.ballots),
        cells.ballots,
        len(cells.n),
        kish_factor(each, cells.n),
    )


def calibrated_rate(
    cells: Cells,
    margins: Sequence[Margin],
    *,
    limit: float | None = None,
    least: int = LEAST_IN_CATEGORY,
    clustering: WeightedRate | None = None,
) -> WeightedRate:
    """Return the rate with weights that meet the margins: post-stratified with one of them, raked with several.

    Cells hold the ballots of one category of every margin. The error is linearised: of residuals from a regression
    on the margins, each ballot by itself. `clustering`, the unweighted rate by place, then inflates it by its
    design effect (where above 1) and brings its degrees of freedom: answers and places together would be groups
    too small to be told apart. Raises `SparseCategory`, `NotConverging`.
    """
    weights, trimmed = calibrated_weights(cells.n, margins, limit=limit, least=least)
    population = float((weights * cells.n).sum())
    value = float((weights * cells.x).sum()) / population
    columns = np.column_stack([indicators(margin.categories) for margin in margins])
    variance = _variance(cells, weights, value, columns) / population**2
    df, clusters = cells.ballots - 1, cells.ballots
    if clustering is not None:
        variance *= max(1.0, clustering.estimate.design_effect or 1.0)
        df, clusters = clustering.estimate.df, clustering.clusters
    return WeightedRate(
        with_effect(value, float(np.sqrt(variance)), df, cells.ballots),
        cells.ballots,
        clusters,
        kish_factor(weights, cells.n),
        trimmed,
    )


def weighted_bounds(
    weights: Floats, least: Floats, most: Floats, sizes: Floats, *, misses: int, left_out: int
) -> tuple[float, float]:
    """Return between what a weighted rate lies where of each cell only is known between what its x lies.

    `misses` are the ballots of all that do not count as satisfied, `left_out` the ballots of all that are in no
    cell. At the lower end as many misses as there are have the greatest weights, at the upper end the smallest.
    """
    population = float((weights * sizes).sum())

    def rate(total: float, order: npt.NDArray[np.intp]) -> float:
        missed = sizes - most
        left = max(0.0, total - float(missed.sum()))
        room = (most - least)[order]
        before = np.concatenate([[0.0], np.cumsum(room)[:-1]])
        missed[order] += np.clip(left - before, 0, room)
        return 1 - float((weights * missed).sum()) / population

    order = np.argsort(weights, kind="stable")
    return rate(misses, order[::-1]), rate(misses - left_out, order)


def calibrated_weights(
    sizes: Floats, margins: Sequence[Margin], *, limit: float | None = None, least: int = LEAST_IN_CATEGORY
) -> tuple[Floats, int]:
    """Return the weight of a ballot of each cell that meets the margins, and how many ballots' weights were cut.

    `sizes` holds the ballots of each cell. Raises `SparseCategory`, `NotConverging`.
    """
    return raking_weights(np.ones(len(sizes)), sizes, margins, least=least, limit=limit)


def _variance(cells: Cells, weights: Floats, value: float, columns: Floats) -> float:
    """Return the variance of the weighted total of residuals, ballots drawn with replacement."""
    root = np.sqrt(cells.n)[:, None]
    influences = (cells.x / cells.n - value)[:, None]
    fit = np.linalg.lstsq(root * columns, root * influences, rcond=None)[0]
    expected = value + (columns @ fit)[:, 0]
    squares = weights**2 * (cells.x * (1 - expected) ** 2 + (cells.n - cells.x) * expected**2)
    total = float((weights * (cells.x - cells.n * expected)).sum())
    n = float(cells.n.sum())
    return max(0.0, float(squares.sum()) - total**2 / n) * n / (n - 1)


def with_effect(value: float, standard_error: float, df: int, n: int) -> Estimate:
    """Return the estimate with its design effect: against a simple random sample with replacement."""
    simple = value * (1 - value) / (n - 1) if n > 1 else 0.0
    known = simple > 0 and np.isfinite(standard_error)
    return Estimate(value, standard_error, df, standard_error**2 / simple if known else None)
