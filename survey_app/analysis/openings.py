"""Which groups of ballots a reader may tell apart in a table of answers, cuts and places.

The dimensions of a table are answers (a question asked about, those filtered by) and circumstances (mode, week).
Of every group that the table names, by all its dimensions but one answer, at least k ballots must have that
answer, or none: so for every answer in turn, and at every place shown. Small categories are merged with their
neighbours for all places at once; places where a group is small are pooled with siblings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

import numpy as np

from survey_app.analysis.blocks import Scope, cells_are_small, opened, pool
from survey_app.analysis.layout import Array

CROWD = 11
"""Least size of a group made by answers (METRICS: cross-tabs); groups by place or week need the survey's k."""

Labels: TypeAlias = Mapping[str, Array]
"""The group of each category, by dimension; groups are runs of neighbours, numbered from 0."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a table: its name, its number of categories, and whether they are answers.

    The last category of an answer holds the ballots without one.
    """

    name: str
    size: int
    is_answer: bool


class Opening:
    """What may be told apart in one table by one reader: groups of categories, and of places.

    Places are looked at family by family (the nodes right below one), only as far as somebody asks.
    """

    def __init__(self, scope: Scope, table: Table, finer: Sequence[Opening], least: int) -> None:
        self._scope = scope
        self._table = table
        self._finer = finer
        self._least = least
        total = table.total(scope.inside)
        self.labels: Labels = _settled(total, _joined(table, finer), least)
        self.is_open: bool = all(each.is_open for each in finer) and not self._is_small(total).any()
        """Whether anything is shown at all: the whole scope is a group that may be told apart."""
        self._pooled = np.zeros(len(scope.node), np.bool_)
        self._looked_at = np.zeros(len(scope.node), np.bool_)

    @property
    def nbytes(self) -> int:
        """Memory that it keeps, roughly: its own table and those with fewer dimensions."""
        return 2 * self._table.counts.nbytes

    def shows_node(self, place: int) -> bool:
        """Tell whether a node (its place in the scope) may be shown: neither it nor one above is pooled."""
        if not self.is_open:
            return False
        while place > 0:
            above = int(self._scope.parent[place])
            if self.pools(np.array([above]))[place]:
                return False
            place = above
        return True

    def shows_leaves(self, chosen: Array) -> bool:
        """Tell whether these active leaves are whole blocks, and some."""
        blocks = self.blocks
        if not chosen.any() or not self.is_open or (blocks[chosen] < 0).any():
            return False
        touched = np.isin(blocks, np.unique(blocks[chosen]))
        return bool((touched == chosen).all())

    def shows_categories(self, name: str, chosen: Array) -> bool:
        """Tell whether these categories of a dimension are whole groups."""
        labels = self.labels[name]
        return bool(chosen.any()) and not np.isin(labels[chosen], labels[~chosen]).any()

    def groups(self, name: str) -> list[list[int]]:
        """Return the categories of each group of a dimension."""
        labels = self.labels[name]
        return [np.flatnonzero(labels == group).tolist() for group in range(int(labels.max(initial=-1)) + 1)]

    @cached_property
    def nodes(self) -> Array:
        """Whether each node of the scope may be shown."""
        return self._everywhere[0]

    @cached_property
    def blocks(self) -> Array:
        """The block of each active leaf: what is told apart by place; -1 outside the scope."""
        by_leaf = np.full(len(self._table.counts), -1, np.int64)
        by_leaf[self._scope.low[self._scope.leaf]] = self._everywhere[1][self._scope.leaf]
        return by_leaf

    @cached_property
    def _everywhere(self) -> tuple[Array, Array]:
        pooled = self.pools(np.flatnonzero(np.bincount(self._scope.parent[1:], minlength=len(self._scope.parent))))
        return opened(self._scope, pooled, root_is_open=self.is_open)

    def pools(self, parents: Array) -> Array:
        """Return which nodes are pooled with siblings; right for the children of `parents`."""
        new = parents[~self._looked_at[parents]]
        if new.size:
            asked = np.zeros(len(self._looked_at), np.bool_)
            asked[new] = True
            nodes = 1 + np.flatnonzero(asked[self._scope.parent[1:]])
            must = np.any([each.pools(new)[nodes] for each in self._finer], axis=0) if self._finer else False
            cells = self._cells(self._table.below(self._scope.sums(self._table.counts, nodes)))
            self._pooled[nodes] = pool(
                cells, self._scope.parent[nodes], cells_are_small(cells, self._least) | must, self._least
            )
            self._looked_at[new] = True
        return self._pooled

    def _cells(self, table: Table) -> Array:
        """Return all groups of a table that must not be small, one row for each of its places."""
        return np.concatenate([each.reshape(len(table.counts), -1) for each in table.cells(self.labels)], axis=1)

    def _is_small(self, table: Table) -> Array:
        return cells_are_small(self._cells(table), self._least)


class Openings:
    """Works out the openings of one scope. `threshold` is the survey's k."""

    def __init__(self, scope: Scope, threshold: int) -> None:
        self.scope = scope
        self.threshold = threshold

    def of(self, dimensions: Sequence[Dimension], counts: Array) -> Opening:
        """Return the opening of a table: `counts` has the active leaves first, then the dimensions as given."""
        order = sorted(range(len(dimensions)), key=lambda place: dimensions[place].name)
        table = Table(tuple(dimensions[place] for place in order), counts.transpose(0, *(1 + p for p in order)))
        return self._opening(table, {})

    def _opening(self, table: Table, known: dict[tuple[str, ...], Opening]) -> Opening:
        if table.names not in known:
            finer = [self._opening(each, known) for each in table.without_one()]
            least = self.threshold if len(table.answers) == 1 else max(self.threshold, CROWD)
            known[table.names] = Opening(self.scope, table, finer, least)
        return known[table.names]


@dataclass(frozen=True, eq=False)
class Table:
    """Counts by place (first axis; active leaves, unless told otherwise) and dimensions, sorted by name."""

    dimensions: tuple[Dimension, ...]
    counts: Array

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the dimensions."""
        return tuple(each.name for each in self.dimensions)

    @property
    def answers(self) -> tuple[int, ...]:
        """Places of the dimensions that are answers."""
        return tuple(place for place, each in enumerate(self.dimensions) if each.is_answer)

    def without_one(self) -> Iterator[Table]:
        """Yield the tables with one dimension less that still have an answer."""
        for kept in combinations(range(len(self.dimensions)), len(self.dimensions) - 1):
            if any(self.dimensions[place].is_answer for place in kept):
                gone = next(place for place in range(len(self.dimensions)) if place not in kept)
                yield Table(tuple(self.dimensions[place] for place in kept), self.counts.sum(axis=1 + gone))

    def below(self, counts: Array) -> Table:
        """Return the table with counts by something else than leaves."""
        return Table(self.dimensions, counts)

    def total(self, inside: Array) -> Table:
        """Return the table over all places of a scope."""
        return Table(self.dimensions, self.counts[inside].sum(axis=0, keepdims=True))

    def cells(self, labels: Labels) -> Iterator[Array]:
        """Yield for each answer the ballots that have one, by the groups of all the other dimensions.

        With several answers, once more without those who left one of the others blank: a group is not to count
        as large because of them.
        """
        for place in self.answers:
            has_it = np.take(self.counts, range(self.dimensions[place].size - 1), axis=1 + place)
            yield self._grouped(has_it, place, labels, with_blank=True)
            if len(self.answers) > 1:
                yield self._grouped(has_it, place, labels, with_blank=False)

    def _grouped(self, counts: Array, left_out: int, labels: Labels, *, with_blank: bool) -> Array:
        for place, each in enumerate(self.dimensions):
            if place == left_out:
                continue
            own = labels[each.name]
            if each.is_answer and not with_blank:
                counts = np.take(counts, range(each.size - 1), axis=1 + place)
                own = own[:-1]
            counts = np.add.reduceat(counts, np.flatnonzero(np.diff(own, prepend=-1)), axis=1 + place)
        return np.asarray(counts.sum(axis=1 + left_out))


def _joined(table: Table, finer: Sequence[Opening]) -> dict[str, Array]:
    """Return the finest groups that are no finer than any of `finer`: only boundaries that all have remain."""
    joined = {}
    for each in table.dimensions:
        boundary = np.ones(each.size, np.bool_)
        for opening in finer:
            if each.name in opening.labels:
                boundary &= np.diff(opening.labels[each.name], prepend=-1) > 0
        joined[each.name] = np.cumsum(boundary) - 1
    return joined


def _settled(total: Table, labels: dict[str, Array], threshold: int) -> dict[str, Array]:
    """Merge categories until no cell of the whole is small: the smallest cell's, along its longest axis."""
    if len(total.dimensions) == 1:
        return labels
    while (found := _smallest(total, labels, threshold)) is not None:
        name, group, sums = found
        near = [each for each in (group - 1, group + 1) if 0 <= each < len(sums)]
        lower = min(group, min(near, key=lambda each: (int(sums[each]), each)))
        own = labels[name]
        labels = {**labels, name: np.where(own > lower, own - 1, own)}
    return labels


def _smallest(total: Table, labels: Labels, threshold: int) -> tuple[str, int, Array] | None:
    """Return dimension and group of the smallest cell that can be merged, and the sums of all groups there."""
    best: tuple[int, str, int, Array] | None = None
    for cells, left_out in zip(total.cells(labels), _left_out(total), strict=True):
        counts = cells[0]
        small = (counts > 0) & (counts < threshold)
        if not small.any() or max(counts.shape) == 1:
            continue
        at = np.unravel_index(np.argmin(np.where(small, counts, np.iinfo(np.int64).max)), counts.shape)
        size = int(counts[at])
        if best is None or size < best[0]:
            names = [each.name for place, each in enumerate(total.dimensions) if place != left_out]
            axis = max(range(len(names)), key=lambda place: counts.shape[place])
            others = tuple(place for place in range(len(names)) if place != axis)
            best = (size, names[axis], int(at[axis]), counts.sum(axis=others))
    return None if best is None else best[1:]


def _left_out(total: Table) -> list[int]:
    times = 2 if len(total.answers) > 1 else 1
    return [place for place in total.answers for _ in range(times)]
