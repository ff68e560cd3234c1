"""Tests of whole tables of counts: several groups, a trend, two by two, and association in complex samples."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc, gammaln

from survey_app.scoring.design import Design, indicators, places, ratios
from survey_app.scoring.intervals import Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test statistic with its degrees of freedom (numerator, denominator for an F) and p-value."""

    statistic: float
    df: float
    p_value: float
    denominator_df: float | None = None


def chi_square(table: npt.ArrayLike, *, corrected: bool = False) -> Outcome:
    """Return Pearson's X² of a table of counts, with Yates' correction if asked. Empty lines are left out.

    Raises `ValueError` where fewer than two rows or columns have counts.
    """
    counts = np.asarray(table, dtype=np.float64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape, default=0) < 2:
        raise ValueError("need at least two rows and two columns with counts")
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    distance = np.abs(counts - expected)
    if corrected:
        distance = np.maximum(distance - 0.5, 0)
    statistic = float((distance**2 / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return Outcome(statistic, df, float(chdtrc(df, statistic)))


def cramers_v(test: Outcome, table: npt.ArrayLike) -> float:
    """Return Cramér's V, 0-1, of the table whose X² is `test` (Cramér 1946); empty lines are left out.

    Raises `ValueError` as `chi_square`.
    """
    counts = np.asarray(table, dtype=np.float64)
    shorter = min(int((counts.sum(axis=1) > 0).sum()), int((counts.sum(axis=0) > 0).sum()))
    if shorter < 2:
        raise ValueError("need at least two rows and two columns with counts")
    return float(np.sqrt(test.statistic / (counts.sum() * (shorter - 1))))


def k_sample(x: npt.ArrayLike, n: npt.ArrayLike) -> Outcome:
    """Return the test that several groups have one rate: X² of satisfied and not, by group."""
    satisfied, answered = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    return chi_square(np.column_stack([satisfied, answered - satisfied]))


def trend(x: npt.ArrayLike, n: npt.ArrayLike, scores: npt.ArrayLike | None = None) -> Outcome:
    """Return the test for a linear trend of rates over ordered groups (Cochran 1954, Armitage 1955).

    `scores` place the groups (months after the posting); left out: 1, 2, 3, …. Raises `ValueError` where all or
    none are satisfied, or where groups with answers do not stand at two places at least.
    """
    satisfied, answered = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    place = np.arange(1.0, len(answered) + 1) if scores is None else np.asarray(scores, dtype=np.float64)
    if len(set(place[answered > 0].tolist())) < 2:
        raise ValueError("need answers at two places at least")
    overall = satisfied.sum() / answered.sum()
    if not 0 < overall < 1:
        raise ValueError("all or none are satisfied")
    centred = place - np.average(place, weights=answered)
    slope = (centred * satisfied).sum()
    statistic = float(slope**2 / (overall * (1 - overall) * (answered * centred**2).sum()))
    return Outcome(statistic, 1, float(chdtrc(1, statistic)))


def fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """Return Fisher's exact two-sided p-value for two rates: all tables no likelier than this one."""
    satisfied = x1 + x2
    first = np.arange(max(0, satisfied - n2), min(n1, satisfied) + 1, dtype=np.float64)
    logs = _log_choose(n1, first) + _log_choose(n2, satisfied - first) - _log_choose(n1 + n2, np.float64(satisfied))
    chances = np.exp(logs)
    observed = chances[x1 - int(first[0])]
    return min(1.0, float(chances[chances <= observed * (1 + 1e-7)].sum()))


def _log_choose(n: int, k: Floats | np.float64) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


@dataclass(frozen=True, slots=True)
class RaoScott:
    """Association of two answers in a complex sample: the second-order F, and the first-order X²."""

    f: Outcome
    chi_square: Outcome


def rao_scott(design: Design, rows: Sequence[Hashable], columns: Sequence[Hashable]) -> RaoScott:
    """Return Rao & Scott's tests (1984) of independence of two columns of answers under `design`.

    Pearson's X² of the weighted table, scaled to the number of rows, is compared with what clusters, strata
    and weights make of it: by its mean design effect (`chi_square`), and by the second moment as
    well (`f`). Raises `ValueError` where a column has only one answer, or the sample has one cluster.
    """
    (row, row_count), (column, column_count) = places(rows), places(columns)
    if min(row_count, column_count) < 2:
        raise ValueError("need at least two rows and two columns with counts")
    if design.df < 1:
        raise ValueError("need at least two clusters in a stratum")
    cell = row * column_count + column
    members = np.zeros((design.size, row_count * column_count))
    members[np.arange(design.size), cell] = 1
    shares = ratios(design, members, np.ones_like(members))
    pearson = _pearson(shares.values.reshape(row_count, column_count), design.size)
    effects = _generalised_effects(shares.values, shares.covariance, (row_count, column_count), design.size)
    trace, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    df = (row_count - 1) * (column_count - 1)
    f, f_df = pearson / trace, trace**2 / square
    first_order = pearson * df / trace
    return RaoScott(
        Outcome(f, f_df, float(fdtrc(f_df, f_df * design.df, f)), f_df * design.df),
        Outcome(pearson, df, float(chdtrc(df, first_order))),
    )


def _pearson(shares: Floats, n: int) -> float:
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(n * ((shares - expected) ** 2 / expected).sum())


def _generalised_effects(shares: Floats, variance: Floats, shape: tuple[int, int], n: int) -> Floats:
    """Return the matrix whose eigenvalues are the design effects of the interaction contrasts."""
    row_columns = indicators([i // shape[1] for i in range(shape[0] * shape[1])])
    column_columns = indicators([i % shape[1] for i in range(shape[0] * shape[1])])
    main = np.column_stack([row_columns, column_columns[:, 1:]])
    both = np.column_stack(
        [row_columns[:, i] * column_columns[:, j] for i in range(1, shape[0]) for j in range(1, shape[1])]
    )
    contrasts = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.diag(np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0))
    simple = contrasts.T @ (inverse / n) @ contrasts
    actual = contrasts.T @ inverse @ variance @ inverse @ contrasts
    return np.asarray(np.linalg.solve(simple, actual))
