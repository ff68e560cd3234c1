"""Every unit of the tree × every rated question, with intervals, as arrays: 64,000 figures at once.

Of a team, a way of answering, weeks or answers, too: each figure is the one that a view of the same selection has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

import numpy as np

from survey_app.analysis.columns import MARKS
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import NOT_HERE, Topic, where_of
from survey_app.analysis.facts import Rules
from survey_app.analysis.gate import ByNode, Gated, GroupsByNode, together
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import WIDEST, Entry
from survey_app.analysis.selection import Selection
from survey_app.analysis.world import codes_of
from survey_app.analysis.worth import worth
from survey_app.scoring.figure import Bounds
from survey_app.scoring.intervals import LEVEL, SMALL, hypergeometric, proportion_limits, wilson_finite
from survey_app.scoring.measure import counted_grades, reads
from survey_app.scoring.participation import known_issued
from survey_app.scoring.rules import RateRule


@dataclass(frozen=True, eq=False)
class UnitTable:
    """Rates of all rated questions at all units: arrays of units × questions.

    `units` holds the keys (parents before children), `names` the questions. `x` of `n` and `strict` of `strict_n`
    are 0 and the limits of the rate's interval nan where `shown` (`strict_shown`) is False; limits are nan, too,
    where everybody answered. Of a withheld rate that has bounds, x lies between `least` and `most` of `n_bounded`
    ballots, which are 0 elsewhere. `rules` are those that all of it is read by.
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
    strict_shown: Array
    least: Array
    most: Array
    n_bounded: Array

    def bounds(self, row: int, column: int) -> Bounds | None:
        """Return between what a withheld rate lies; None where that is not told."""
        n = int(self.n_bounded[row, column])
        if not n:
            return None
        least, most = (Fraction(int(each[row, column]), n) for each in (self.least, self.most))
        return Bounds(least, most, n)


@dataclass(frozen=True, eq=False)
class _Places:
    """The places of the table's rows in the reader's scope, and what is known of each besides answers.

    `is_cut`: conditions are set, so that nobody knows how many people or papers without answers they hold of.
    """

    inner: Array
    people: Array
    returned: Array
    spoilt: Array
    abstained: Array
    is_cut: bool

    def has_base(self, rule: RateRule) -> Array:
        """Tell at which places all that a rule takes into its base is known."""
        known = np.ones(len(self.inner), np.bool_)
        for name, papers in (("spoilt", self.spoilt), ("abstained", self.abstained)):
            if self.is_cut and name in rule.base_adds:
                known &= papers == 0
        return known


@dataclass(frozen=True, eq=False)
class _Counts:
    """Of one rule by unit and question: between what x lies, n, and whether that may be told."""

    low: Array
    high: Array
    n: Array
    known: Array

    @property
    def exact(self) -> Array:
        """Where x is one number."""
        return np.asarray(self.known & (self.low == self.high))


def unit_table(
    topic: Topic, selection: Selection | None = None, names: Collection[str] | None = None
) -> Gated[UnitTable]:
    """Return the table for all units that the reader may see and that have ballots; of some questions by name.

    Of a selection its team and conditions are taken, whatever its unit. Raises `OutOfScope`, `NoSuchQuestion`.
    """
    where = topic.gate.everywhere if selection is None else where_of(topic, replace(selection, unit=None))
    of = None if selection is None or selection.team is None else topic.gate.world.tree.team_leaves(selection.team)
    inner = inner_places(topic, of)
    wanted = topic.gate.asked if names is None else names
    rated = [
        each for each in topic.entries if each.is_rated and each.name in wanted and each.name in topic.gate.asked
    ]
    places = _Places(
        inner,
        np.full(len(inner), NONE) if where.conditions else headcounts_of(topic, inner, of),
        returned_of(topic, inner, of),
        below(topic, inner, topic.spoilt, of),
        below(topic, inner, topic.abstained, of),
        bool(where.conditions),
    )
    if any(topic.gate.cut(name).is_answer for name in where.conditions):
        parts = together(topic.gate.groups_by_node(entry.name, where) for entry in rated)
        return parts.map(lambda found: _table(topic, rated, partial(_between, rated, found, places), places))
    counted = together(topic.gate.by_node(entry.name, where) for entry in rated)
    return counted.map(lambda found: _table(topic, rated, partial(_counted, rated, found, places), places))


def _table(
    topic: Topic, rated: Sequence[Entry], count: Callable[[RateRule], _Counts], places: _Places
) -> UnitTable:
    rules, tree, k = topic.rules, topic.gate.world.tree, topic.gate.threshold
    units = tuple(int(unit) for unit in tree.unit[topic.gate.scope.node[places.inner]])
    if not rated:
        nothing = np.zeros((len(units), 0))
        hidden = nothing.astype(np.bool_)
        return UnitTable(units, (), rules, *(nothing,) * 6, hidden, hidden, *(nothing,) * 3)
    rate, strict = count(rules.rate), count(rules.strict)
    shown = rate.exact & (rate.n >= k)
    also = shown & strict.exact & (strict.n >= k)
    x, n = np.where(shown, rate.low, 0), np.where(shown, rate.n, 0)
    low, high = _limits(x, n, shown, places.people, places.returned)
    least, most, n_bounded = _bounds(rate)
    return UnitTable(
        units, tuple(entry.name for entry in rated), rules, x, n,
        np.where(also, strict.low, 0), np.where(also, strict.n, 0), low, high, shown, also, least, most, n_bounded,
    )  # fmt: skip


def _bounds(rate: _Counts) -> tuple[Array, Array, Array]:
    """Return between what rates lie that are not known exactly, where that says enough, and their base."""
    told = rate.known & (rate.low < rate.high) & (rate.high - rate.low <= float(WIDEST) * rate.n)
    least, most, n = (np.where(told, each, 0) for each in (rate.low, rate.high, rate.n))
    return least, most, n


def _counted(rated: Sequence[Entry], found: Sequence[ByNode], places: _Places, rule: RateRule) -> _Counts:
    """Return x and n of a rule by unit and question; not known where the question's scale lacks its grades."""
    x, n = np.zeros((2, len(places.inner), len(rated)), np.int64)
    known = np.zeros(x.shape, np.bool_)
    papers = (0, 0) if places.is_cut else (places.spoilt, places.abstained)
    for column, (entry, each) in enumerate(zip(rated, found, strict=True)):
        if entry.scale is not None and reads(rule, entry.scale):
            value = worth(rule, entry.scale, each.asked.column)
            x[:, column], n[:, column] = value.of(each.counts[places.inner], *papers)
            known[:, column] = each.shown[places.inner] & places.has_base(rule)
    return _Counts(x, x, n, known)


def _between(
    rated: Sequence[Entry], found: Sequence[tuple[GroupsByNode, ...]], places: _Places, rule: RateRule
) -> _Counts:
    """Return the same of ballots that answers tell apart: what is shown of their groups and of the whole place."""
    low, high, n = np.zeros((3, len(places.inner), len(rated)), np.int64)
    known = np.zeros(low.shape, np.bool_)
    for column, (entry, parts) in enumerate(zip(rated, found, strict=True)):
        if entry.scale is None or not reads(rule, entry.scale) or set(rule.base_adds) - {"spoilt"}:
            continue
        satisfied = frozenset(counted_grades(rule, entry.scale))
        for part in parts:
            own = _groups(part, satisfied)
            for total, each in zip((low, high, n), own, strict=True):
                total[:, column] += each[places.inner]
            known[:, column] |= part.shown[places.inner]
    return _Counts(low, high, n, known)


def _groups(part: GroupsByNode, satisfied: frozenset[str]) -> tuple[Array, Array, Array]:
    """Return by node between what the number of the satisfied lies, and the ballots that count."""
    n = part.counts.sum(axis=1)
    low = part.counts[:, [satisfied.issuperset(codes) for codes in part.groups]].sum(axis=1)
    high = n - part.counts[:, [satisfied.isdisjoint(codes) for codes in part.groups]].sum(axis=1)
    codes = codes_of(part.asked.column)
    counting = [place for place, code in enumerate(codes) if code in part.asked.counting]
    around = part.around[:, [MARKS + place for place in counting]]
    all_satisfied = around[:, [codes[place] in satisfied for place in counting]].sum(axis=1)
    low = np.maximum(low, n - (around.sum(axis=1) - all_satisfied))
    return np.where(part.shown, low, 0), np.where(part.shown, np.minimum(high, all_satisfied), 0), n


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


def inner_places(topic: Topic, of: Array | None = None) -> Array:
    """Return the places of the reader's scope that are units: postings are left out.

    `of` names leaves of the tree (a team's): only units with ballots from these are returned then.
    """
    scope, tree = topic.gate.scope, topic.gate.world.tree
    inner = np.flatnonzero((scope.depth > 0) & ~tree.leaf[scope.node])
    return inner if of is None else inner[returned_of(topic, inner, of) > 0]


def headcounts_of(topic: Topic, inner: Array, of: Array | None = None) -> Array:
    """Return the workers of each unit, -1 where one posting's are not known or nobody is asked."""
    known = topic.headcounts
    total, asked, missing = (
        below(topic, inner, each, of) for each in (np.where(known > 0, known, 0), known != NOT_HERE, known == NONE)
    )
    return np.where((asked > 0) & (missing == 0), total, NONE)


def returned_of(topic: Topic, inner: Array, of: Array | None = None) -> Array:
    """Return the ballots that came back from each unit, whatever is on them."""
    world = topic.gate.world
    by_leaf = topic.spoilt + topic.abstained
    by_leaf[world.active] += world.ballots
    return below(topic, inner, by_leaf, of)


def issued_of(topic: Topic, inner: Array, of: Array | None = None) -> Array:
    """Return the codes and papers given out in each unit, -1 where ballots came in another way, too."""
    if topic.issued is None:
        return np.full(len(inner), NONE)
    given, through = (below(topic, inner, each, of) for each in (topic.issued.given_out, topic.issued.through))
    counts = zip(given.tolist(), through.tolist(), returned_of(topic, inner, of).tolist(), strict=True)
    found = (known_issued(given_out=out, through=came, returned=back) for out, came, back in counts)
    return np.array([NONE if each is None else each for each in found], np.int64)


def below(topic: Topic, inner: Array, by_leaf: Array, of: Array | None = None) -> Array:
    """Return what lies below each unit of what is counted by leaf of the tree; of some leaves only."""
    tree, nodes = topic.gate.world.tree, topic.gate.scope.node[inner]
    sums = np.concatenate([[0], np.cumsum(by_leaf if of is None else np.where(of, by_leaf, 0))])
    return np.asarray(sums[tree.high[nodes]] - sums[tree.low[nodes]])
