"""Intervals of rates from complex samples, and weighted rates as Figures.

At 0 and 1, and where clusters do not differ at all, the linearised error is 0; no interval of zero width is ever
given: then the exact or Wilson's interval on the respondents stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import expit, logit

from survey_app.scoring.design import Design, Estimate, mean
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import (
    LEVEL,
    Interval,
    clopper_pearson,
    proportion_interval,
    wilson_limits,
)
from survey_app.scoring.means import t_value


def effective_n(share: float, standard_error: float) -> float:
    """Return the size of the simple random sample that would have the same error: p(1-p)/SE².

    Raises `ValueError` where there is no spread to tell it from: a rate of 0 or 1, or no standard error.
    """
    if not 0 < share < 1 or not standard_error > 0:
        raise ValueError("need a rate between 0 and 1 with a standard error: use `design_interval` at the ends")
    return share * (1 - share) / standard_error**2


def adjusted_effective_n(share: float, standard_error: float, n: int, df: float, level: float = LEVEL) -> float:
    """Return the effective n, adjusted for few degrees of freedom by (t(n-1)/t(df))².

    Source: Korn & Graubard 1998, eq. 3. Raises `ValueError` as `effective_n`, and without degrees of freedom.
    """
    if n < 2 or df < 1:
        raise ValueError("need at least two respondents and one degree of freedom")
    correction = t_value(level, n - 1) / t_value(level, df)
    return effective_n(share, standard_error) * correction**2


def logit_t(found: Estimate, level: float = LEVEL) -> Interval:
    """Return the t interval on the logit scale, carried back (Lumley 2010, 2.3).

    Raises `ValueError` where it is not defined: a rate of 0 or 1, no standard error, no degrees of freedom.
    """
    p = found.value
    if not 0 < p < 1 or not found.standard_error > 0 or found.df < 1:
        raise ValueError("need a rate between 0 and 1 with a standard error and degrees of freedom")
    half = t_value(level, found.df) * found.standard_error / (p * (1 - p))
    low, high = float(expit(logit(p) - half)), float(expit(logit(p) + half))
    return _interval(found, low, high, level, "logit_t")


def korn_graubard(found: Estimate, n: int, level: float = LEVEL) -> Interval:
    """Return Clopper-Pearson's interval on the adjusted effective n (Korn & Graubard 1998).

    Raises `ValueError` as `adjusted_effective_n`.
    """
    m = adjusted_effective_n(found.value, found.standard_error, n, found.df, level)
    low, high = clopper_pearson(found.value * m, m, level)
    return _interval(found, float(low), float(high), level, "korn_graubard")


def effective_wilson(found: Estimate, n: int, level: float = LEVEL) -> Interval:
    """Return Wilson's interval on the adjusted effective n with the t quantile.

    Raises `ValueError` as `adjusted_effective_n`.
    """
    m = adjusted_effective_n(found.value, found.standard_error, n, found.df, level)
    low, high = wilson_limits(found.value, m, t_value(level, found.df))
    return _interval(found, float(low), float(high), level, "wilson_effective_n")


def design_interval(found: Estimate, n: int, level: float = LEVEL) -> Interval | None:
    """Return the interval of a rate estimated from `n` respondents: Wilson's on the effective n.

    Where that is impossible (rate 0 or 1, no spread, one cluster): the default interval on n.
    None without respondents.
    """
    if n < 2 or found.df < 1 or not found.standard_error > 0 or not 0 < found.value < 1:
        return proportion_interval(min(n, max(0, round(found.value * n))), n, level) if n else None
    return effective_wilson(found, n, level)


def mean_t(found: Estimate, level: float = LEVEL) -> Interval:
    """Return the plain t interval, for means of scores and totals; for rates it may leave 0-1."""
    half = t_value(level, found.df) * found.standard_error
    return _interval(found, found.value - half, found.value + half, level, "t")


def weighted_rate(
    figure: Figure, design: Design, satisfied: Sequence[bool], *, weighting: str = "", level: float = LEVEL
) -> Figure:
    """Return `figure` with the error of its design, and with its weighted value if `weighting` names one.

    `design` and `satisfied` have one row for each of the figure's n ballots. `weighting` says how ballots were
    weighted ("team_equal", "headcount", "post_stratified", "raked"); empty: they were not, and the value stays
    x/n. A withheld figure stays withheld. Raises `ValueError` where the rows are not the figure's ballots.
    """
    if figure.withheld is not None:
        return figure
    values = np.asarray(satisfied, dtype=np.float64)
    if design.size != figure.n or int(values.sum()) != figure.x:
        raise ValueError("the rows are not the ballots of the figure")
    found = mean(design, values)
    return replace(
        figure,
        estimate=found.value if weighting else None,
        weighting=weighting,
        interval=None if figure.census else design_interval(found, design.size, level),
        clusters=len(design.stratum_of_cluster),
    )


def _interval(found: Estimate, low: float, high: float, level: float, method: str) -> Interval:
    return Interval(
        low,
        high,
        level,
        method,
        standard_error=found.standard_error,
        df=found.df,
        design_effect=found.design_effect,
    )
