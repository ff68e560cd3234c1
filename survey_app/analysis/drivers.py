"""Which items move the overall verdict, and whether they measure one thing: over all that a reader sees.

What leaves is rounded to hundredths: people who left single questions out are few, and an exact sum over those who
answered all would tell by subtraction what they said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_app.analysis.explore import Topic, view
from survey_app.analysis.gate import NOTHING, Gated, both
from survey_app.analysis.readings import Entry, Reading
from survey_app.analysis.selection import Selection
from survey_app.scoring.drivers import MOST_ITEMS, Moments, NotEnoughData, Quadrant, importance, quadrants
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import Interval
from survey_app.scoring.reliability import alpha_of
from survey_app.scoring.rules import IndexRule

ENOUGH = 0.8
"""Items that fewer answered than this share of those who gave the overall verdict would leave too few complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """An item: its share of what all explain together (in percent), its correlation, and its index.

    At a part (`place_drivers`) it has no share, and `n` ballots that answered both it and the verdict.
    """

    name: str
    correlation: float
    performance: Figure
    share: float | None = None
    n: int | None = None
    quadrant: Quadrant = Quadrant.LOW_PRIORITY


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverMap:
    """The map of importance and performance over `respondents` who answered every item, and alpha of the items.

    The lines of the map are the means. `alpha` is None where it is not defined. At a part importance is the
    correlation, and what rests on all items together is None.
    """

    overall: str
    items: tuple[Driver, ...]
    mean_performance: float
    mean_correlation: float | None = None
    respondents: int | None = None
    r_squared: float | None = None
    mean_share: float | None = None
    alpha: float | None = None
    interval: Interval | None = None


def driver_map(topic: Topic, selection: Selection) -> Gated[DriverMap | None]:
    """Return the map of the whole; `selection` tells survey and audience only.

    None: too few answers, or nothing to explain.
    """
    whole = Selection(survey=selection.survey, audience=selection.audience)
    seen = view(topic, whole)
    names = items_of(topic, {each.name: each for each in seen.value.readings})
    if len(names) < 3:
        return NOTHING
    scores = {name: scores_of(topic.by_name[name], topic.rules.index) for name in names}
    moments = topic.gate.moments(scores)
    return both(seen, moments).map(
        lambda found: _mapped(names, found[1], {each.name: each for each in found[0].readings})
    )


def items_of(topic: Topic, readings: dict[str, Reading]) -> list[str]:
    """Return the items on the headline's scale that most people answered, and the headline itself last."""
    headline = next((entry for entry in topic.entries if entry.is_headline and entry.is_rated), None)
    n = None if headline is None else readings[headline.name].n
    if headline is None or not n or headline.name not in topic.gate.asked:
        return []
    items = [
        entry.name
        for entry in topic.entries
        if entry.is_rated
        and not entry.is_headline
        and entry.name in topic.gate.asked
        and entry.scale == headline.scale
        and (readings[entry.name].n or 0) >= ENOUGH * n
    ]
    return [*items[:MOST_ITEMS], headline.name]


def scores_of(entry: Entry, rule: IndexRule) -> dict[str, float]:
    """Return what each answer in the base scores by a rule."""
    own = {} if rule.scores is None else dict(rule.scores)
    grades = () if entry.scale is None else entry.scale.grades
    found = {
        grade.code: grade.score if rule.scores is None else own.get(grade.code) for grade in grades if grade.in_base
    }
    return {code: score for code, score in found.items() if score is not None}


def _mapped(names: list[str], moments: Moments | None, readings: dict[str, Reading]) -> DriverMap | None:
    rated = [readings[name].rated for name in names[:-1]]
    indices = [each.index for each in rated if each is not None and each.index.withheld is None]
    if moments is None or len(indices) < len(names) - 1:
        return None
    try:
        found = importance(moments)
    except NotEnoughData:
        return None
    shares = np.round(found.percentages, 0)
    performance = np.array([float(each.index or 0) for each in indices])
    reliability = alpha_of(moments.covariance[:-1, :-1], moments.respondents)
    return DriverMap(
        overall=names[-1],
        items=tuple(
            Driver(name=name, share=float(share), correlation=round(float(r), 2), performance=index, quadrant=where)
            for name, share, r, index, where in zip(
                names, shares, found.pearson, indices, quadrants(shares, performance), strict=False
            )
        ),
        respondents=moments.respondents,
        r_squared=round(found.r_squared, 2),
        mean_share=round(float(shares.mean()), 1),
        mean_performance=round(float(performance.mean()), 1),
        alpha=None if reliability is None else round(reliability[0], 2),
        interval=None if reliability is None else _rounded(reliability[1]),
    )


def _rounded(found: Interval) -> Interval:
    return Interval(round(found.low, 2), round(found.high, 2), found.level, found.method)
