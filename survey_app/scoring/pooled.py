"""工作队各项工作满意率, second reading: the items of all respondents pooled, with an honest error.

One respondent rates several items, and respondents of one enterprise share a team; ballots x items is not
the number of independent answers. The rate is the ratio sum(x)/sum(n), its error that of a ratio estimate by
cluster.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from survey_app.questionnaire.text import Text
from survey_app.scoring.clusters import Ratio, cluster_places, ratio, sums_by
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import LEVEL, Floats, Interval, proportion_interval, wilson_limits
from survey_app.scoring.means import t_value
from survey_app.scoring.measure import withhold_if_small
from survey_app.scoring.rules import RateRule
from survey_app.scoring.suppression import THRESHOLD


def pooled_ratio(
    satisfied: Sequence[int], valid: Sequence[int], clusters: Sequence[Hashable] | None = None
) -> Ratio:
    """Return sum(satisfied)/sum(valid) with its error; parallel sequences, one entry a respondent.

    `satisfied` and `valid` count the items that the respondent rated satisfied, and validly. `clusters`
    names each respondent's enterprise; left out, respondents are the clusters. Raises `ValueError` if nothing is
    valid.
    """
    if not sum(valid):
        raise ValueError("nothing was validly rated")
    x, n = _floats(satisfied), _floats(valid)
    if clusters is not None:
        places, count = cluster_places(clusters)
        return ratio(sums_by(places, x, count), sums_by(places, n, count))
    return ratio(x, n)


def pooled_rate(
    satisfied: Sequence[int],
    valid: Sequence[int],
    clusters: Sequence[Hashable] | None = None,
    *,
    rule: RateRule,
    as_of: datetime,
    threshold: int = THRESHOLD,
    issued: int | None = None,
    headcount: int | None = None,
    level: float = LEVEL,
) -> Figure:
    """Return the pooled rate as a Figure: x and n count items, `respondents` people, who meet the threshold.

    The rule's name and label are marked as pooled. Respondents without a valid rating are not counted.
    """
    kept = [i for i, n in enumerate(valid) if n]
    x, n = _floats([satisfied[i] for i in kept]), _floats([valid[i] for i in kept])
    if clusters is not None:
        places, count = cluster_places([clusters[i] for i in kept])
        x, n = sums_by(places, x, count), sums_by(places, n, count)
    return pooled_rate_of_totals(
        x,
        n,
        respondents=len(kept),
        returned=len(valid),
        rule=rule,
        as_of=as_of,
        threshold=threshold,
        issued=issued,
        headcount=headcount,
        level=level,
    )


def pooled_rate_of_totals(
    satisfied: Floats,
    valid: Floats,
    *,
    respondents: int,
    returned: int,
    rule: RateRule,
    as_of: datetime,
    threshold: int = THRESHOLD,
    issued: int | None = None,
    headcount: int | None = None,
    level: float = LEVEL,
) -> Figure:
    """Return the pooled rate from totals of each cluster, which is all that it needs of any number of people.

    `satisfied` and `valid` count items, one entry a cluster with at least one valid rating (a respondent, where
    respondents are the clusters); `respondents` have a valid rating, `returned` are all.
    """
    figure = Figure(
        rule=pooled_rule(rule),
        as_of=as_of,
        issued=issued,
        headcount=headcount,
        returned=returned,
        blank=returned - respondents,
        x=int(satisfied.sum()),
        n=int(valid.sum()),
        respondents=respondents,
        clusters=len(valid),
        census=returned == headcount,
    )
    if respondents and not figure.census:
        figure = replace(figure, interval=_interval(satisfied, valid, respondents, level))
    return withhold_if_small(figure, respondents, threshold)


def pooled_rule(rule: RateRule) -> RateRule:
    """Return `rule` as it reads over pooled items."""
    return replace(
        rule,
        name=f"{rule.name}_pooled",
        label=Text(f"{rule.label.zh}(各项合计)", f"{rule.label.en} (items pooled)"),
        description=Text(
            f"{rule.description.zh}各项合计 = 各项满意票数之和 ÷ 各项有效票数之和;误差按答卷人和单位聚类计算。",
            f"{rule.description.en} Items pooled = sum of satisfied ratings ÷ sum of valid ratings over the items; "
            "the error allows for ratings of one person and one enterprise belonging together.",
        ),
    )


def _interval(x: Floats, n: Floats, people: int, level: float) -> Interval | None:
    """Return Wilson's limits for the effective number of ratings, p(1-p)/SE², with the t quantile.

    Without spread between clusters (all satisfied, none, or one cluster) there is no error to use:
    then as many ratings as there are respondents, which is the cautious number.
    """
    found = ratio(x, n)
    p = found.value
    if not found.standard_error > 0 or not 0 < p < 1:
        return proportion_interval(round(p * people), people, level)
    effective = p * (1 - p) / found.standard_error**2
    low, high = wilson_limits(p, effective, t_value(level, found.df))
    return Interval(
        float(low),
        float(high),
        level,
        "wilson_effective_n",
        standard_error=found.standard_error,
        df=found.df,
        design_effect=float(n.sum()) / effective,
    )


def _floats(values: Sequence[int]) -> Floats:
    return np.asarray(values, dtype=np.float64)
