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
from survey_app.scoring.design import Design, Estimate, places, ratio
from survey_app.scoring.design_intervals import design_interval
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import LEVEL, Floats
from survey_app.scoring.measure import withhold_if_small
from survey_app.scoring.rules import RateRule
from survey_app.scoring.suppression import THRESHOLD


def pooled_ratio(
    satisfied: Sequence[int], valid: Sequence[int], clusters: Sequence[Hashable] | None = None
) -> Estimate:
    """Return sum(satisfied)/sum(valid) with its error; parallel sequences, one entry a respondent.

    `satisfied` and `valid` count the items that the respondent rated satisfied, and validly. `clusters`
    names each respondent's enterprise; left out, respondents are the clusters. Raises `ValueError` if
    nothing is valid.
    """
    x, n = np.asarray(satisfied, dtype=np.float64), np.asarray(valid, dtype=np.float64)
    return ratio(Design.of(len(n), clusters=clusters), x, n)


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
    x, n = (np.array([column[i] for i in kept], dtype=np.float64) for column in (satisfied, valid))
    if clusters is not None:
        group, count = places([clusters[i] for i in kept])
        x, n = (np.bincount(group, column, count).astype(np.float64, copy=False) for column in (x, n))
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
        found = ratio(Design.of(len(valid)), satisfied, valid)
        figure = replace(figure, interval=design_interval(found, respondents, level))
    return withhold_if_small(figure, respondents, threshold)


def pooled_rule(rule: RateRule) -> RateRule:
    """Return `rule` as it reads over pooled items."""
    return replace(
        rule,
        name=f"{rule.name}_pooled",
        label=Text(f"{rule.label.zh}（各项合计）", f"{rule.label.en} (items pooled)"),
        description=Text(
            f"{rule.description.zh}各项合计 = 各项计入票数之和 ÷ 各项有效票数之和；误差按答卷人和单位聚类计算。",
            f"{rule.description.en} Items pooled = sum of ratings that count ÷ sum of valid ratings over the "
            "items; the error allows for ratings of one person and one enterprise belonging together.",
        ),
    )
