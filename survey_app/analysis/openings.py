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

    def __init__(self, source: Source, names: tuple[str, ...], finer: Sequence[Opening], least: int) -> None:
        self._scope = source.scope
        self._source = source
        self._names = names
        self._finer = finer
        self._least = least
        total = source.table(np.zeros(1, np.int64), names)
        self.labels: Labels = _settled(total, _joined(total, finer), least)
        self.is_open: bool = all(each.is_open for each in finer) and not self._is_small(total).any()
        """Whether anything is shown at all: the whole scope is a group that may be told apart."""
        self._pooled = np.zeros(len(self._scope.node), np.bool_)
        self._looked_at = np.zeros(len(self._scope.node), np.bool_)

    @property
    def nbytes(self) -> int:
        """Memory that it keeps besides the counts, roughly, with those of fewer dimensions."""
        return 30 * len(self._pooled)

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
        by_leaf = np.full(len(self._scope.inside), -1, np.int64)
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
            cells = self._cells(self._source.table(nodes, self._names))
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

    def of(self, dimensions: Sequence[Dimension], counts: Array, category: Array) -> Opening:
        """Return the opening of a table.

        `counts` has the active leaves first, then the cells of all dimensions but the last, then the values of the
        last, whose `category` is given by value.
        """
        source = Source(self.scope, tuple(dimensions), counts, category)
        return self._opening(source, tuple(sorted(each.name for each in dimensions)), {})

    def _opening(self, source: Source, names: tuple[str, ...], known: dict[tuple[str, ...], Opening]) -> Opening:
        if names not in known:
            finer = [
                self._opening(source, fewer, known)
                for fewer in combinations(names, len(names) - 1)
                if source.answers.intersection(fewer)
            ]
            least = self.threshold if len(source.answers.intersection(names)) == 1 else max(self.threshold, CROWD)
            known[names] = Opening(source, names, finer, least)
        return known[names]


class Source:
    """Where openings have their counts from: added up by place first, because places are many."""

    def __init__(self, scope: Scope, dimensions: tuple[Dimension, ...], counts: Array, category: Array) -> None:
        self.scope = scope
        self.answers = frozenset(each.name for each in dimensions if each.is_answer)
        self._dimensions = dimensions
        self._counts = counts
        self._by_value = np.argsort(category, kind="stable")
        self._sizes = np.bincount(category, minlength=dimensions[-1].size)
        self._last: tuple[Array, Array] | None = None

    def table(self, nodes: Array, names: tuple[str, ...]) -> Table:
        """Return the table of some dimensions, sorted by name, by node of the scope."""
        counts = self._at(nodes)
        order = sorted(range(len(self._dimensions)), key=lambda place: self._dimensions[place].name)
        gone = tuple(1 + p for p, each in enumerate(order) if self._dimensions[each].name not in names)
        kept = tuple(self._dimensions[place] for place in order if self._dimensions[place].name in names)
        return Table(kept, counts.transpose(0, *(1 + place for place in order)).sum(axis=gone))

    def _at(self, nodes: Array) -> Array:
        # Openings of fewer dimensions look at the same places right after.
        if self._last is None or not np.array_equal(self._last[0], nodes):
            values = self.scope.sums(self._counts, nodes)
            table = _by_category(values[:, :, self._by_value], self._sizes)
            self._last = (nodes, table.reshape(len(nodes), *(each.size for each in self._dimensions)))
        return self._last[1]


def _by_category(values: Array, sizes: Array) -> Array:
    """Add up the last axis by runs of these lengths; a run of no length gives 0."""
    up = np.zeros((*values.shape[:-1], values.shape[-1] + 1), values.dtype)
    np.cumsum(values, axis=-1, out=up[..., 1:])
    ends = np.cumsum(sizes)
    return np.asarray(up[..., ends] - up[..., ends - sizes])


@dataclass(frozen=True, eq=False)
class Table:
    """Counts by place (first axis) and dimensions, sorted by name."""

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
