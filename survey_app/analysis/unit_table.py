"""Every unit of the tree × every rated question, with intervals, as arrays: 64,000 figures at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_app.analysis.explore import NOT_HERE, Topic
from survey_app.analysis.gate import ByNode, Gated, together
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Entry
from survey_app.scoring.intervals import LEVEL, SMALL, hypergeometric, proportion_limits, wilson_finite
from survey_app.scoring.measure import counted_grades
from survey_app.scoring.rules import RateRule


@dataclass(frozen=True, eq=False)
class UnitTable:
    """Rates of all rated questions at all units: arrays of units × questions.

    `units` holds the keys (parents before children), `names` the questions. `x` and `strict` of `n` are 0 and the
    limits of the rate's interval nan where `shown` is False; limits are nan, too, where everybody answered.
    """

    units: tuple[int, ...]
    names: tuple[str, ...]
    x: Array
    strict: Array
    n: Array
    low: Array
    high: Array
    shown: Array


def unit_table(topic: Topic) -> Gated[UnitTable]:
    """Return the table for all units that the reader may see and that have ballots."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    inner = inner_places(topic)
    rated = [entry for entry in topic.entries if entry.is_rated and entry.name in topic.gate.asked]
    units = tuple(int(unit) for unit in tree.unit[scope.node[inner]])
    population, returned = headcounts_of(topic, inner), returned_of(topic, inner)
    counted = together(topic.gate.by_node(entry.name) for entry in rated)
    return counted.map(lambda found: _table(topic, rated, found, inner, units, population, returned))


def _table(
    topic: Topic,
    rated: list[Entry],
    found: tuple[ByNode, ...],
    inner: Array,
    units: tuple[int, ...],
    population: Array,
    returned: Array,
) -> UnitTable:
    if not rated:
        nothing = np.zeros((len(units), 0))
        return UnitTable(units, (), nothing, nothing, nothing, nothing, nothing, nothing.astype(np.bool_))
    x, strict, n = (
        np.stack([part(entry, each)[inner] for entry, each in zip(rated, found, strict=True)], axis=1)
        for part in (
            lambda entry, each: _counted(entry, each, topic.rules.rate),
            lambda entry, each: _counted(entry, each, topic.rules.strict),
            lambda _, each: each.counts.sum(axis=1),
        )
    )
    shown = np.stack([each.shown[inner] for each in found], axis=1)
    low, high = _limits(x, n, shown, population, returned)
    return UnitTable(units, tuple(entry.name for entry in rated), x, strict, n, low, high, shown)


def _counted(entry: Entry, found: ByNode, rule: RateRule) -> Array:
    codes = counted_grades(rule, entry.scale) if entry.scale is not None else ()
    return np.asarray(found.counts[:, [found.codes.index(code) for code in codes]].sum(axis=1))


def _limits(x: Array, n: Array, shown: Array, population: Array, returned: Array) -> tuple[Array, Array]:
    """Return the limits that `scoring.measure.rate` gives, for all figures at once."""
    low, high = proportion_limits(x, n)
    people = np.broadcast_to(population[:, None], x.shape)
    finite = shown & (people > returned[:, None])
    exact, score = finite & (n < SMALL), finite & (n >= SMALL)
    low[score], high[score] = wilson_finite(x[score], n[score], people[score])
    low[exact], high[exact] = hypergeometric(x[exact], n[exact], people[exact], LEVEL)
    nothing = ~shown | (people == returned[:, None]) | (people == n)
    low[nothing] = high[nothing] = np.nan
    return low, high


def inner_places(topic: Topic) -> Array:
    """Return the places of the reader's scope that are units: postings are left out."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    return np.flatnonzero((scope.depth > 0) & ~tree.leaf[scope.node])


def headcounts_of(topic: Topic, inner: Array) -> Array:
    """Return the workers of each unit, -1 where one posting's are not known or nobody is asked."""
    tree, nodes = topic.gate.world.tree, topic.gate.scope.node[inner]
    here, unknown = topic.headcounts != NOT_HERE, topic.headcounts == -1
    sums = [
        np.concatenate([[0], np.cumsum(values)])
        for values in (np.where(topic.headcounts > 0, topic.headcounts, 0), here, unknown)
    ]
    total, asked, missing = (each[tree.high[nodes]] - each[tree.low[nodes]] for each in sums)
    return np.where((asked > 0) & (missing == 0), total, -1)


def returned_of(topic: Topic, inner: Array) -> Array:
    """Return the ballots that came back from each unit, whatever is on them."""
    tree, world = topic.gate.world.tree, topic.gate.world
    by_leaf = topic.spoilt + topic.abstained
    by_leaf[world.active] += world.ballots
    sums, nodes = np.concatenate([[0], np.cumsum(by_leaf)]), topic.gate.scope.node[inner]
    return np.asarray(sums[tree.high[nodes]] - sums[tree.low[nodes]])
