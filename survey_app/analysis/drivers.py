"""Which items move the overall verdict, and whether they measure one thing: from cross-tabs as shown, no more.

Where few are dissatisfied, one correlation tells how many of these few are the same people, however it is rounded.
So all that is said here follows from what the cross-tab of every two questions shows: answers that stand together
there count with their mean score. Who knows all cross-tabs learns nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

import numpy as np

from survey_app.analysis.explore import Topic, View, view, where_of
from survey_app.analysis.gate import NOTHING, CrossCounted, Gated, both, together
from survey_app.analysis.layout import Array
from survey_app.analysis.pair_correlations import PairCorrelation, Scored, correlation
from survey_app.analysis.readings import Entry, Reading
from survey_app.analysis.selection import Selection
from survey_app.scoring.drivers import (
    MOST_ITEMS,
    Importance,
    Moments,
    NotEnoughData,
    Quadrant,
    importance,
    quadrants,
)
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import Interval
from survey_app.scoring.reliability import alpha_of
from survey_app.scoring.rules import IndexRule

ENOUGH = 0.8
"""Items that fewer answered than this share of those who gave the overall verdict say too little about it."""

_TWO = 2


class Omission(StrEnum):
    """Why an item on the scale of the overall verdict is not in the map."""

    SELDOM = "seldom"
    """Too few of those who gave the verdict answered it."""
    BEYOND = "beyond"
    """It comes after as many items as are looked at."""
    WITHHELD = "withheld"
    """Its cross-tab with the verdict is withheld, or tells two groups of answers apart in neither."""
    ALIKE = "alike"
    """In its cross-tab with the verdict all have the same score."""


class NoShares(StrEnum):
    """Why importance is the correlation, without LMG shares and alpha."""

    PART = "part"
    """A part of the ballots is selected."""
    PAIRS = "pairs"
    """The cross-tab of two of the items is withheld."""
    UNFIT = "unfit"
    """The correlations do not fit into one whole, or items follow from others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """An item: its correlation with the verdict over the `n` ballots with both, and its index.

    `share` is its part of what all items explain together, in percent; None without LMG shares.
    """

    name: str
    correlation: float
    n: int
    performance: Figure
    share: float | None = None
    quadrant: Quadrant = Quadrant.LOW_PRIORITY


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverMap:
    """The map of importance and performance, and alpha of the items; the lines of the map are the means.

    Importance is the share, or the correlation where `no_shares` says why there are none; then what rests on all
    items together is None, too. `n` is the least number of ballots of a cross-tab that was used, `is_merged` tells
    whether answers stand together in one of them. `omitted` are items that are left out.
    """

    overall: str
    items: tuple[Driver, ...]
    n: int
    is_merged: bool
    mean_performance: float
    mean_correlation: float
    omitted: tuple[tuple[str, Omission], ...] = ()
    no_shares: NoShares | None = None
    r_squared: float | None = None
    mean_share: float | None = None
    alpha: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True)
class _Items:
    """The items that are looked at, and the verdict last, with those that are left out before any table is seen."""

    names: tuple[str, ...]
    scores: Mapping[str, Mapping[str, float]]
    omitted: tuple[tuple[str, Omission], ...] = ()
    is_part: bool = False


def driver_map(topic: Topic, selection: Selection) -> Gated[DriverMap | None]:
    """Return the map of a selection, whose conditions are no answers; None where fewer than two items remain.

    LMG shares and alpha are told of the whole that the reader sees, where the cross-tabs of all items are shown.

    Raises `OutOfScope`, `NoSuchQuestion`.
    """
    seen = view(topic, selection)
    items = replace(_items(topic, {each.name: each for each in seen.value.readings}), is_part=bool(selection.parts))
    if len(items.names) <= _TWO:
        return NOTHING
    tables = _with_verdict(topic, selection, items.names) if items.is_part else topic.gate.crosses(items.names)
    return both(seen, tables).map(lambda found: _mapped(items, *found))


def _items(topic: Topic, readings: Mapping[str, Reading]) -> _Items:
    """Return the items on the headline's scale that most people answered, and the headline itself last."""
    headline = next((entry for entry in topic.entries if entry.is_headline and entry.is_rated), None)
    n = None if headline is None else readings[headline.name].n
    if headline is None or not n or headline.name not in topic.gate.asked:
        return _Items((), {})
    names: list[str] = []
    omitted: list[tuple[str, Omission]] = []
    for entry in topic.entries:
        if not entry.is_rated or entry.is_headline or entry.scale != headline.scale:
            continue
        answered = readings[entry.name].n if entry.name in topic.gate.asked else 0
        if answered is None:
            omitted.append((entry.name, Omission.WITHHELD))
        elif answered < ENOUGH * n:
            omitted.append((entry.name, Omission.SELDOM))
        elif len(names) == MOST_ITEMS:
            omitted.append((entry.name, Omission.BEYOND))
        else:
            names.append(entry.name)
    names.append(headline.name)
    scores = {name: _scores(topic.by_name[name], topic.rules.index) for name in names}
    return _Items(tuple(names), scores, tuple(omitted))


def _scores(entry: Entry, rule: IndexRule) -> dict[str, float]:
    """Return what each answer in the base scores by a rule."""
    own = {} if rule.scores is None else dict(rule.scores)
    grades = () if entry.scale is None else entry.scale.grades
    found = {
        grade.code: grade.score if rule.scores is None else own.get(grade.code) for grade in grades if grade.in_base
    }
    return {code: score for code, score in found.items() if score is not None}


def _with_verdict(
    topic: Topic, selection: Selection, names: Sequence[str]
) -> Gated[Mapping[tuple[str, str], CrossCounted]]:
    """Return the cross-tab of each item with the verdict, of a part."""
    where, verdict = where_of(topic, selection), names[-1]
    asked = [name for name in names[:-1] if not {name, verdict} & set(where.conditions)]
    found = together(topic.gate.cross(name, verdict, where) for name in asked)
    return found.map(
        lambda tables: {
            (name, verdict): table for name, table in zip(asked, tables, strict=True) if table is not None
        }
    )


def _mapped(items: _Items, seen: View, tables: Mapping[tuple[str, str], CrossCounted]) -> DriverMap | None:
    readings = {each.name: each for each in seen.readings}
    scored = {name: Scored(readings[name], items.scores[name]) for name in items.names}
    pairs = {
        pair: found
        for pair, table in tables.items()
        if (found := correlation(table, *(scored[each] for each in pair))) is not None
    }
    *names, verdict = items.names
    drivers, omitted = [], list(items.omitted)
    for name in names:
        table, rated, found = tables.get((name, verdict)), readings[name].rated, pairs.get((name, verdict))
        if table is None or not _tells_apart(table) or rated is None or rated.index.withheld is not None:
            omitted.append((name, Omission.WITHHELD))
        elif found is None:
            omitted.append((name, Omission.ALIKE))
        else:
            own = round(found.value, 2)
            drivers.append(Driver(name=name, correlation=own, n=found.n, performance=rated.index))
    if len(drivers) < _TWO:
        return None
    shown = _by_correlation(verdict, drivers, omitted, [pairs[each.name, verdict] for each in drivers])
    return replace(shown, no_shares=NoShares.PART) if items.is_part else _with_shares(shown, pairs, scored)


def _tells_apart(table: CrossCounted) -> bool:
    return min(len(table.rows), len(table.columns)) >= _TWO


def _by_correlation(
    verdict: str,
    drivers: Sequence[Driver],
    omitted: Sequence[tuple[str, Omission]],
    used: Sequence[PairCorrelation],
) -> DriverMap:
    performance = np.array([float(each.performance.index or 0) for each in drivers])
    correlations = np.array([each.correlation for each in drivers])
    places = quadrants(correlations, performance)
    return DriverMap(
        overall=verdict,
        items=tuple(replace(each, quadrant=own) for each, own in zip(drivers, places, strict=True)),
        n=min(each.n for each in used),
        is_merged=any(each.is_merged for each in used),
        mean_performance=round(float(performance.mean()), 1),
        mean_correlation=round(float(correlations.mean()), 2),
        omitted=tuple(omitted),
    )


def _with_shares(
    shown: DriverMap, pairs: Mapping[tuple[str, str], PairCorrelation], scored: Mapping[str, Scored]
) -> DriverMap:
    """Return the map with LMG shares and alpha, or why there are none."""
    names = [*(each.name for each in shown.items), shown.overall]
    wanted = list(combinations(range(len(names)), 2))
    used = [found for one, other in wanted if (found := pairs.get((names[one], names[other]))) is not None]
    if len(used) < len(wanted):
        return replace(shown, no_shares=NoShares.PAIRS)
    matrix = np.eye(len(names))
    for (one, other), found in zip(wanted, used, strict=True):
        matrix[one, other] = matrix[other, one] = found.value
    n = min(each.n for each in used)
    weighed = _importance(matrix, n)
    if weighed is None:
        return replace(shown, no_shares=NoShares.UNFIT)
    shares = np.round(weighed.percentages, 0)
    performance = np.array([float(each.performance.index or 0) for each in shown.items])
    places = zip(shown.items, shares.tolist(), quadrants(shares, performance), strict=True)
    spreads = np.array([scored[name].spread for name in names[:-1]])
    reliability = alpha_of(matrix[:-1, :-1] * np.outer(spreads, spreads), n)
    return replace(
        shown,
        items=tuple(replace(each, share=share, quadrant=own) for each, share, own in places),
        n=n,
        is_merged=any(each.is_merged for each in used),
        r_squared=round(weighed.r_squared, 2),
        mean_share=round(float(shares.mean()), 1),
        alpha=None if reliability is None else round(reliability[0], 2),
        interval=None if reliability is None else _rounded(reliability[1]),
    )


def _importance(matrix: Array, n: int) -> Importance | None:
    try:
        return importance(Moments(n, np.zeros(len(matrix)), matrix))
    except NotEnoughData:
        return None


def _rounded(found: Interval) -> Interval:
    return Interval(round(found.low, 2), round(found.high, 2), found.level, found.method)
