"""Counting the ballots of one world by place, cells of some cuts, and answer: only where somebody asks.

Ballots lie sorted by place, so that a place is a slice of them, and adding one to a counter for each takes a
nanosecond as long as the counters stay in the cache next to the core. A few places are counted each by itself; of
many, blocks of leaves are, and larger places are sums of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.analysis.blocks import Scope
from survey_app.analysis.columns import MARKS
from survey_app.analysis.layout import Array, Column
from survey_app.analysis.world import Cut, Part, World, codes_of

MOST_SLICES = 256
"""Beyond so many places at once, counting them one by one costs more than counting all leaves."""

_BLOCK = 16_384
"""Counters of a block of leaves: 128 KiB, which the cache next to a core holds."""
_MOST_BLOCKS = 128
_MOST_SHORT = np.iinfo(np.int16).max
_KEPT = 128
"""Places whose counts a cube keeps."""
_OVERHEAD = 256
"""Bytes that each of them takes besides its counts."""


def width_of(column: Column) -> int:
    """Return how many values a counted column has, the marks included."""
    return MARKS + len(codes_of(column))


@dataclass(frozen=True, eq=False)
class Cells:
    """The cell of every ballot of a world, by some cuts: for each part, where the counters of its cell begin.

    Each cell has `width` counters; those of the marks stand below where it begins.
    """

    world: World
    cuts: tuple[Cut, ...]
    width: int
    begins: tuple[Array, ...]

    @classmethod
    def of(cls, world: World, cuts: Sequence[Cut], width: int) -> Cells:
        """Find the cells; where numbers of two bytes do, they are read in half the time of larger ones."""
        kind = np.int16 if math.prod(cut.size for cut in cuts) * width <= _MOST_SHORT else np.int32
        return cls(world, tuple(cuts), width, tuple(_begins(part, cuts, width, kind) for part in world.parts))

    @property
    def counters(self) -> int:
        """Number of counters of one place."""
        return math.prod(cut.size for cut in self.cuts) * self.width

    @property
    def nbytes(self) -> int:
        """Memory."""
        return sum(each.nbytes for each in self.begins)

    def between(self, column: Column, low: int, high: int) -> Array:
        """Count a column's values in the active leaves from `low` up to `high`: cell × value, marks first."""
        total = np.zeros(self.counters, np.int64)
        for part, begins, bounds in zip(self.world.parts, self.begins, self.world.bounds, strict=True):
            rows = slice(int(bounds[low]), int(bounds[high]))
            if rows.start < rows.stop:
                total += np.bincount(_counter(part, column, begins, rows), minlength=self.counters)
        # A copy of what is asked for, in half the bytes: many such counts are kept.
        return total.reshape(-1, self.width)[:, : width_of(column)].astype(np.int32)

    def by_leaf(self, column: Column) -> Array:
        """Count a column's values by active leaf: leaf × cell × value, marks first."""
        leaves = len(self.world.active)
        total = np.zeros((leaves, self.counters), np.int32)
        step = max(-(-leaves // _MOST_BLOCKS), _BLOCK // self.counters, 1)
        for part, begins, bounds in zip(self.world.parts, self.begins, self.world.bounds, strict=True):
            for first in range(0, leaves, step):
                block = total[first : first + step]
                rows = slice(int(bounds[first]), int(bounds[first + len(block)]))
                if rows.start == rows.stop:
                    continue
                sizes = np.diff(bounds[first : first + len(block) + 1])
                place = np.repeat(np.arange(len(block)) * self.counters, sizes)
                place += _counter(part, column, begins, rows)
                block += np.bincount(place, minlength=block.size).reshape(block.shape)
        found = total.reshape(leaves, self.counters // self.width, self.width)
        return np.ascontiguousarray(found[:, :, : width_of(column)])


def _begins(part: Part, cuts: Sequence[Cut], width: int, kind: type[np.signedinteger]) -> Array:
    begins = np.zeros(part.size, kind)
    for cut in cuts:
        begins *= kind(cut.size)
        begins += cut.of(part).astype(kind, copy=False)
    begins *= kind(width)
    begins += kind(MARKS)
    return begins


def _counter(part: Part, column: Column, begins: Array, rows: slice) -> Array:
    """Return the counter of each ballot of some rows; who was given another version was not asked."""
    if part.has(column):
        return np.asarray(begins[rows] + part.of(column.name)[rows])
    return np.asarray(begins[rows] - begins.dtype.type(MARKS))


class Cube:
    """Ballots by place, cell of some cuts and value of a column. Safe with threads.

    `by_leaf` counts all of it; `between` counts from one active leaf up to another, where that is quicker.
    """

    def __init__(self, by_leaf: Callable[[], Array], between: Callable[[int, int], Array] | None = None) -> None:
        self._by_leaf = by_leaf
        self._between = between
        self._known: dict[tuple[int, int], Array] = {}

    @staticmethod
    def nbytes(cuts: Sequence[Cut], column: Column) -> int:
        """Return the memory of the counts of places that a cube keeps, at most."""
        each = math.prod(cut.size for cut in cuts) * width_of(column) * np.dtype(np.int32).itemsize
        return _KEPT * (_OVERHEAD + each)

    def at(self, scope: Scope, nodes: Array) -> Array:
        """Return the counts of some nodes of a scope: node × cell × value."""
        if self._between is None or len(nodes) > MOST_SLICES:
            return scope.sums(self._by_leaf(), nodes)
        return np.stack([self._node(self._between, scope, node) for node in nodes.tolist()])

    def of(self, leaves: Array) -> Array:
        """Return the counts of some active leaves together: cell × value."""
        edges = np.flatnonzero(np.diff(leaves.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
        if self._between is None or not 0 < len(edges) <= MOST_SLICES:
            return np.asarray(self._by_leaf()[leaves].sum(axis=0, dtype=np.int64))
        slices = [self._slice(self._between, low, high) for low, high in edges.tolist()]
        return np.asarray(np.sum(slices, axis=0))

    def _node(self, between: Callable[[int, int], Array], scope: Scope, node: int) -> Array:
        """Return the counts of a node: of what lies right below it, because a view asks for that next."""
        below = np.flatnonzero(scope.parent == node)
        if 1 < len(below) <= MOST_SLICES:
            places = zip(scope.low[below].tolist(), scope.high[below].tolist(), strict=True)
            return np.asarray(np.sum([self._slice(between, low, high) for low, high in places], axis=0))
        if node:
            return self._slice(between, int(scope.low[node]), int(scope.high[node]))
        return self.of(scope.inside)

    def _slice(self, between: Callable[[int, int], Array], low: int, high: int) -> Array:
        known = self._known.get((low, high))
        if known is None:
            known = between(low, high)
            if len(self._known) < _KEPT:
                self._known[low, high] = known
        return known
