"""Which groups of ballots a reader may tell apart in a table of answers, cuts and places.

The dimensions of a table are answers (a question asked about, those filtered by) and circumstances (mode, week).
Of every group that the table names, by all its dimensions but one answer, at least k ballots must have that
answer, or none: so for every answer in turn, and at every place shown. Small categories are merged with their
neighbours for all places at once; places where a group is small are pooled with siblings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np

from survey_app.analysis.blocks import Scope, opened, pool
from survey_app.analysis.layout import Array

CROWD = 11
"""Least size of a group made by answers (METRICS: cross-tabs); groups by place, mode and week need the survey's k."""

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


@dataclass(frozen=True, eq=False)
class Opening:
    """What may be told apart: groups of categories, and of places (`block` by active leaf; -1 out of scope)."""

    labels: Labels
    is_open: Array
    pooled: Array
    block: Array

    def shows_node(self, place: int) -> bool:
        """Tell whether a node (its place in the scope) may be shown."""
        return bool(self.is_open[place])

    def shows_leaves(self, chosen: Array) -> bool:
        """Tell whether these active leaves are whole blocks, and some."""
        if not chosen.any() or not self.is_open[0] or (self.block[chosen] < 0).any():
            return False
        touched = np.isin(self.block, np.unique(self.block[chosen]))
        return bool((touched == chosen).all())

    def shows_categories(self, name: str, chosen: Array) -> bool:
        """Tell whether these categories of a dimension are whole groups."""
        labels = self.labels[name][: len(chosen)]
        return not np.isin(labels[chosen], labels[~chosen]).any() and bool(chosen.any())

    def groups(self, name: str) -> list[list[int]]:
        """Return the categories of each group of a dimension."""
        labels = self.labels[name]
        return [np.flatnonzero(labels == group).tolist() for group in range(int(labels.max()) + 1)]


class Openings:
    """Works out openings in one scope, each set of dimensions once for one table."""

    def __init__(self, scope: Scope, threshold: int) -> None:
        self.scope = scope
        self.threshold = threshold

    def of(self, dimensions: Sequence[Dimension], counts: Array) -> Opening:
        """Return the opening of a table: `counts` has the active leaves first, then the dimensions as given."""
        order = sorted(range(len(dimensions)), key=lambda place: dimensions[place].name)
        table = _Table(tuple(dimensions[place] for place in order), counts.transpose(0, *(1 + p for p in order)))
        known: dict[tuple[str, ...], Opening] = {}
        return self._opening(table, known)

    def _opening(self, table: _Table, known: dict[tuple[str, ...], Opening]) -> Opening:
        if table.names in known:
            return known[table.names]
        finer = [self._opening(each, known) for each in table.without_one()]
        threshold = self.threshold if len(table.answers) == 1 else max(self.threshold, CROWD)
        labels = _settled(table.total(self.scope.inside), _joined(table, finer), threshold)
        cells = np.concatenate([each.reshape(len(table.counts), -1) for each in table.cells(labels)], axis=1)
        by_node = self.scope.sums(cells)
        must = np.any([each.pooled for each in finer], axis=0) if finer else np.zeros(len(by_node), np.bool_)
        pooled = pool(by_node, self.scope.parent, must, threshold)
        is_open, block = opened(self.scope, by_node, pooled, threshold)
        is_open[0] &= all(each.is_open[0] for each in finer)
        by_leaf = np.full(len(table.counts), -1, np.int64)
        by_leaf[self.scope.low[self.scope.leaf]] = block[self.scope.leaf]
        known[table.names] = Opening(labels, is_open & is_open[0], pooled, by_leaf)
        return known[table.names]


@dataclass(frozen=True, eq=False)
class _Table:
    """Counts by active leaf (first axis) and dimensions, sorted by name."""

    dimensions: tuple[Dimension, ...]
    counts: Array

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.dimensions)

    @property
    def answers(self) -> tuple[int, ...]:
        """Places of the dimensions that are answers."""
        return tuple(place for place, each in enumerate(self.dimensions) if each.is_answer)

    def without_one(self) -> Iterator[_Table]:
        """Yield the tables with one dimension less that still have an answer."""
        for kept in combinations(range(len(self.dimensions)), len(self.dimensions) - 1):
            if any(self.dimensions[place].is_answer for place in kept):
                gone = next(place for place in range(len(self.dimensions)) if place not in kept)
                yield _Table(tuple(self.dimensions[place] for place in kept), self.counts.sum(axis=1 + gone))

    def total(self, inside: Array) -> _Table:
        """Return the table over all places of a scope."""
        return _Table(self.dimensions, self.counts[inside].sum(axis=0, keepdims=True))

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


def _joined(table: _Table, finer: Sequence[Opening]) -> dict[str, Array]:
    """Return the finest groups that are no finer than any of `finer`: only boundaries that all have remain."""
    joined = {}
    for each in table.dimensions:
        boundary = np.ones(each.size, np.bool_)
        for opening in finer:
            if each.name in opening.labels:
                boundary &= np.diff(opening.labels[each.name], prepend=-1) > 0
        joined[each.name] = np.cumsum(boundary) - 1
    return joined


def _settled(total: _Table, labels: dict[str, Array], threshold: int) -> dict[str, Array]:
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


def _smallest(total: _Table, labels: Labels, threshold: int) -> tuple[str, int, Array] | None:
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


def _left_out(total: _Table) -> list[int]:
    times = 2 if len(total.answers) > 1 else 1
    return [place for place in total.answers for _ in range(times)]
