"""Changes of mean scores: Welch's t, the paired t, and Mann-Whitney's U, from answers one by one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from survey_app.scoring.comparison import Change, two_sided, two_sided_t
from survey_app.scoring.drivers import ranks
from survey_app.scoring.intervals import LEVEL, Floats, Interval
from survey_app.scoring.means import t_value


def welch(first: npt.ArrayLike, second: npt.ArrayLike, level: float = LEVEL) -> Change:
    """Return second minus first of two independent groups (Welch 1947). Raises `ValueError` for groups below 2.

    Where nobody differs within either group, there is no error to use; `ValueError`, too.
    """
    a, b = _column(first), _column(second)
    parts = np.array([a.var(ddof=1) / a.size, b.var(ddof=1) / b.size])
    df = parts.sum() ** 2 / (parts**2 / (np.array([a.size, b.size]) - 1)).sum() if parts.sum() > 0 else 0.0
    return _t_change(float(b.mean() - a.mean()), float(np.sqrt(parts.sum())), float(df), level, "welch_t")


def paired_t(first: npt.ArrayLike, second: npt.ArrayLike, level: float = LEVEL) -> Change:
    """Return second minus first of the same people, in parallel. Raises `ValueError` as `welch` does."""
    differences = _column(second) - _column(first)
    error = float(differences.std(ddof=1) / np.sqrt(differences.size))
    return _t_change(float(differences.mean()), error, differences.size - 1, level, "paired_t")


def mann_whitney(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[float, float]:
    """Return U of the first group and its two-sided p: normal approximation, corrected for ties and continuity."""
    a, b = _column(first), _column(second)
    both = np.concatenate([a, b])
    total = both.size
    u = float(ranks(both)[: a.size].sum() - a.size * (a.size + 1) / 2)
    _, ties = np.unique(both, return_counts=True)
    variance = a.size * b.size / 12 * ((total + 1) - float((ties**3 - ties).sum()) / (total * (total - 1)))
    if not variance > 0:
        return u, 1.0
    distance = max(abs(u - a.size * b.size / 2) - 0.5, 0.0)
    return u, float(two_sided(distance / np.sqrt(variance)))


def _t_change(difference: float, error: float, df: float, level: float, method: str) -> Change:
    if not error > 0:
        raise ValueError("nobody differs: there is no error to use")
    half = t_value(level, df) * error
    interval = Interval(difference - half, difference + half, level, method, standard_error=error, df=df)
    return Change(difference, interval, difference / error, two_sided_t(difference / error, df))


def _column(values: npt.ArrayLike) -> Floats:
    column = np.asarray(values, dtype=np.float64)
    if column.size < 2:
        raise ValueError("need at least two answers")
    return column
