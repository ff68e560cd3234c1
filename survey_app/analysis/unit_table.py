"""Every unit of the tree × every rated question, with intervals, as arrays: 64,000 figures at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_app.analysis.explore import NOT_HERE, Topic
from survey_app.analysis.facts import Rules
from survey_app.analysis.gate import ByNode, Gated, together
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Entry
from survey_app.analysis.worth import worth
from survey_app.scoring.intervals import LEVEL, SMALL, hypergeometric, proportion_limits, wilson_finite
from survey_app.scoring.measure import reads
from survey_app.scoring.rules import RateRule


@dataclass(frozen=True, eq=False)
class UnitTable:
    """Rates of all rated questions at all units: arrays of units × questions.

    `units` holds the keys (parents before children), `names` the questions. `x` of `n` and `strict` of `strict_n`
    are 0 and the limits of the rate's interval nan where `shown` is False; limits are nan, too, where everybody
    answered. `rules` are those that all of it is read by.
    """

    units: tuple[int, ...]
    names: tuple[str, ...]
    rules: Rules
    x: Array
    n: Array
    strict: Array
    strict_n: Array
    low: Array
    high: Array
    shown: Array


@dataclass(frozen=True, eq=False)
class _Places:
    """The places of the table's rows in the reader's scope, and what is known of each besides answers."""

    inner: Array
    people: Array
    returned: Array
    spoilt: Array
    abstained: Array


def unit_table(topic: Topic) -> Gated[UnitTable]:
    """Return the table for all units that the reader may see and that have ballots."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    inner = inner_places(topic)
    rated = [entry for entry in topic.entries if entry.is_rated and entry.name in topic.gate.asked]
    units = tuple(int(unit) for unit in tree.unit[scope.node[inner]])
    places = _Places(
        inner,
        headcounts_of(topic, inner),
        returned_of(topic, inner),
        below(topic, inner, topic.spoilt),
        below(topic, inner, topic.abstained),
    )
    counted = together(topic.gate.by_node(entry.name) for entry in rated)
    return counted.map(lambda found: _table(topic, rated, found, units, places))


def _table(
    topic: Topic, rated: list[Entry], found: tuple[ByNode, ...], units: tuple[int, ...], places: _Places
) -> UnitTable:
    rules = topic.rules
    if not rated:
        nothing = np.zeros((len(units), 0))
        return UnitTable(units, (), rules, *(nothing,) * 6, nothing.astype(np.bool_))
    x, n = _counted(rated, found, rules.rate, places)
    strict, strict_n = _counted(rated, found, rules.strict, places)
    open_to_all = np.stack([each.shown[places.inner] for each in found], axis=1)
    shown = open_to_all & (n >= topic.gate.threshold)
    x, n, strict, strict_n = (np.where(shown, each, 0) for each in (x, n, strict, strict_n))
    low, high = _limits(x, n, shown, places.people, places.returned)
    names = tuple(entry.name for entry in rated)
    return UnitTable(units, names, rules, x, n, strict, strict_n, low, high, shown)


def _counted(rated: list[Entry], found: tuple[ByNode, ...], rule: RateRule, places: _Places) -> tuple[Array, Array]:
    """Return x and n of a rule by unit and question; 0 of 0 where the question's scale lacks the rule's grades."""
    columns = []
    for entry, each in zip(rated, found, strict=True):
        if entry.scale is None or not reads(rule, entry.scale):
            columns.append((np.zeros(len(places.inner), np.int64),) * 2)
        else:
            value = worth(rule, entry.scale, each.asked.column)
            columns.append(value.of(each.counts[places.inner], places.spoilt, places.abstained))
    x, n = (np.stack(part, axis=1) for part in zip(*columns, strict=True))
    return x, n


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
    world = topic.gate.world
    by_leaf = topic.spoilt + topic.abstained
    by_leaf[world.active] += world.ballots
    return below(topic, inner, by_leaf)


def below(topic: Topic, inner: Array, by_leaf: Array) -> Array:
    """Return what lies below each unit of what is counted by leaf of the tree."""
    tree, nodes = topic.gate.world.tree, topic.gate.scope.node[inner]
    sums = np.concatenate([[0], np.cumsum(by_leaf)])
    return np.asarray(sums[tree.high[nodes]] - sums[tree.low[nodes]])
