"""Do the items of a scale measure one thing: Cronbach's alpha with Feldt's interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri

from survey_app.scoring.intervals import LEVEL, Floats, Interval


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha over complete answers, and what each item does to it (in the order of the items).

    `if_dropped` is alpha without the item (None for two items), `item_rest` the item's correlation with the sum of
    the others; both None for an item that everybody answered alike.
    """

    alpha: float
    standardised: float | None
    interval: Interval
    if_dropped: tuple[float | None, ...]
    item_rest: tuple[float | None, ...]
    respondents: int


def cronbach(answers: Sequence[Sequence[float]] | Floats, level: float = LEVEL) -> Reliability | None:
    """Return the reliability of items scored by respondents (rows); rows with a nan are left out.

    None where it is not defined: fewer than two items or respondents, or everybody has the same sum. Sources:
    Cronbach 1951; Feldt, Woodruff & Salih 1987.
    """
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        return None
    table = table[~np.isnan(table).any(axis=1)]
    alpha = _alpha(table)
    if alpha is None:
        return None
    items = range(table.shape[1])
    return Reliability(
        alpha,
        _standardised(table),
        _feldt(alpha, table.shape[0], table.shape[1], level),
        tuple(_alpha(np.delete(table, item, axis=1)) for item in items),
        tuple(_correlation(table[:, item], np.delete(table, item, axis=1).sum(axis=1)) for item in items),
        table.shape[0],
    )


def alpha_of(covariance: Floats, respondents: int, level: float = LEVEL) -> tuple[float, Interval] | None:
    """Return alpha and Feldt's interval from the covariances of items; None where it is not defined."""
    items, whole = len(covariance), float(covariance.sum())
    if items < 2 or respondents < 2 or not whole > 0:
        return None
    alpha = items / (items - 1) * (1 - float(np.trace(covariance)) / whole)
    return alpha, _feldt(alpha, respondents, items, level)


def _alpha(table: Floats) -> float | None:
    people, items = table.shape
    if people < 2 or items < 2:
        return None
    whole = float(table.sum(axis=1).var(ddof=1))
    if not whole > 0:
        return None
    parts = float(table.var(axis=0, ddof=1).sum())
    return float(items / (items - 1) * (1 - parts / whole))


def _standardised(table: Floats) -> float | None:
    """Return alpha of the items at equal variance, from their mean correlation."""
    items = table.shape[1]
    if not np.all(table.std(axis=0) > 0):
        return None
    correlations = np.asarray(np.corrcoef(table, rowvar=False))
    mean = float((correlations.sum() - items) / (items * (items - 1)))
    return float(items * mean / (1 + (items - 1) * mean))


def _feldt(alpha: float, people: int, items: int, level: float) -> Interval:
    df = people - 1, (people - 1) * (items - 1)
    tail = (1 - level) / 2
    low, high = (1 - (1 - alpha) * float(fdtri(*df, quantile)) for quantile in (1 - tail, tail))
    return Interval(low, high, level, "feldt")


def _correlation(first: Floats, second: Floats) -> float | None:
    if not (first.std() > 0 and second.std() > 0):
        return None
    return float(np.asarray(np.corrcoef(first, second))[0, 1])
