"""Counting the ballots of one world by place, cells of some cuts, and answer: only where somebody asks.

Ballots lie sorted by place, so that a place is a slice of them, and adding one to a counter for each takes a
nanosecond as long as the counters stay in the cache next to the core. A few places are counted each by itself; of
many, blocks of leaves are, and larger places are sums of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

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
_AT_ONCE = 8_192
"""Counters of several columns counted together, at most: 64 KiB."""
_MOST_AHEAD = 4_096
"""Counts of columns that nobody has asked for yet."""
_KEPT = 128
"""Places whose counts a cube keeps."""
_OVERHEAD = 256
"""Bytes that each of them takes besides its counts."""


def width_of(column: Column) -> int:
    """Return how many values a counted column has, the marks included."""
    return MARKS + len(codes_of(column))


def cells_width(column: Column) -> int:
    """Return how many counters a cell has for it: a power of two, so that most columns share their cells."""
    return 1 << (width_of(column) - 1).bit_length()


@dataclass(frozen=True, eq=False)
class Cells:
    """The cell of every ballot of a world, by some cuts: for each part, where the counters of its cell begin.

    Each cell has `width` counters; those of the marks stand below where it begins. `columns` are those that a view
    asks for one after the other.
    """

    world: World
    cuts: tuple[Cut, ...]
    width: int
    columns: tuple[Column, ...]
    begins: tuple[Array, ...]
    _ahead: dict[tuple[str, int, int], Array] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, world: World, cuts: Sequence[Cut], width: int, columns: Sequence[Column] = ()) -> Cells:
        """Find the cells; of `columns`, those of another width are left out."""
        kind = _kind(math.prod(cut.size for cut in cuts) * width)
        begins = tuple(_begins(part, cuts, width, kind) for part in world.parts)
        return cls(world, tuple(cuts), width, tuple(each for each in columns if cells_width(each) == width), begins)

    @property
    def counters(self) -> int:
        """Number of counters of one place."""
        return math.prod(cut.size for cut in self.cuts) * self.width

    @property
    def nbytes(self) -> int:
        """Memory, that of counting by leaf included."""
        return 2 * sum(each.nbytes for each in self.begins)

    def between(self, column: Column, low: int, high: int) -> Array:
        """Count a column's values in the active leaves from `low` up to `high`: cell × value, marks first.

        Its neighbours among the columns are counted with it: three columns against each other take a third longer
        than one.
        """
        known = self._ahead.pop((column.name, low, high), None)
        if known is not None:
            return known
        together = self._together(column, low, high)
        table = self._table(together, low, high)
        axes = range(1, table.ndim)
        found: dict[str, Array] = {
            # A copy of what is asked for, in half the bytes: many such counts are kept.
            each.name: table.sum(axis=tuple(other for other in axes if other != axis))[:, : width_of(each)].astype(
                np.int32
            )
            for axis, each in zip(axes, together, strict=True)
        }
        if len(self._ahead) > _MOST_AHEAD:
            self._ahead.clear()
        self._ahead.update({(name, low, high): counts for name, counts in found.items() if name != column.name})
        return found[column.name]

    def _together(self, column: Column, low: int, high: int) -> tuple[Column, ...]:
        """Return a column and the neighbours that are worth counting with it: the same for each of them."""
        if column not in self.columns:
            return (column,)
        ballots = sum(int(bounds[high] - bounds[low]) for bounds in self.world.bounds)
        number, counters = 1, self.counters * self.width
        while counters <= min(_AT_ONCE, ballots):
            number, counters = number + 1, counters * self.width
        first = self.columns.index(column) // number * number
        return self.columns[first : first + number]

    def _table(self, columns: Sequence[Column], low: int, high: int) -> Array:
        """Count columns against each other: cell × value of each, marks first."""
        shape = (self.counters // self.width, *(self.width for _ in columns))
        size = math.prod(shape)
        total = np.zeros(size, np.int64)
        for part, begins, bounds in zip(self.world.parts, self.begins, self.world.bounds, strict=True):
            rows = slice(int(bounds[low]), int(bounds[high]))
            if rows.start == rows.stop:
                continue
            counter = _counter(part, columns[0], begins, rows).astype(_kind(size), copy=False)
            for each in columns[1:]:
                counter *= counter.dtype.type(self.width)
                if part.has(each):
                    counter += part.of(each.name)[rows]
                    counter += counter.dtype.type(MARKS)
            total += np.bincount(counter, minlength=size)
        return np.asarray(total.reshape(shape))

    def by_leaf(self, column: Column) -> Array:
        """Count a column's values by active leaf: leaf × cell × value, marks first."""
        leaves, step = len(self.world.active), self._leaves_of_a_block
        total = np.zeros((leaves, self.counters), np.int32)
        for part, places, bounds in zip(self.world.parts, self._in_blocks, self.world.bounds, strict=True):
            for first in range(0, leaves, step):
                block = total[first : first + step]
                rows = slice(int(bounds[first]), int(bounds[first + len(block)]))
                if rows.start < rows.stop:
                    counter = _counter(part, column, places, rows)
                    block += np.bincount(counter, minlength=block.size).reshape(block.shape)
        found = total.reshape(leaves, self.counters // self.width, self.width)
        return np.ascontiguousarray(found[:, :, : width_of(column)])

    @property
    def _leaves_of_a_block(self) -> int:
        return max(-(-len(self.world.active) // _MOST_BLOCKS), _BLOCK // self.counters, 1)

    @cached_property
    def _in_blocks(self) -> tuple[Array, ...]:
        """Where the counters of each ballot's cell begin if each leaf of a block has its own: for all columns."""
        step = self._leaves_of_a_block
        kind = _kind(step * self.counters)
        own = (np.arange(len(self.world.active)) % step * self.counters).astype(kind)
        return tuple(
            np.repeat(own, np.diff(bounds)) + begins
            for begins, bounds in zip(self.begins, self.world.bounds, strict=True)
        )


def _kind(counters: int) -> type[np.signedinteger]:
    """Return numbers that tell counters apart; those of two bytes are read in half the time of larger ones."""
    return np.int16 if counters <= _MOST_SHORT else np.int32


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
        if len(nodes) > 1:
            return np.stack([self._node(self._between, scope, node) for node in nodes.tolist()])
        return self._from_below(self._between, scope, int(nodes[0]))[None]

    def of(self, leaves: Array) -> Array:
        """Return the counts of some active leaves together: cell × value."""
        edges = np.flatnonzero(np.diff(leaves.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
        if self._between is None or not 0 < len(edges) <= MOST_SLICES:
            return np.asarray(self._by_leaf()[leaves].sum(axis=0, dtype=np.int64))
        slices = [self._slice(self._between, low, high) for low, high in edges.tolist()]
        return np.asarray(np.sum(slices, axis=0))

    def _from_below(self, between: Callable[[int, int], Array], scope: Scope, node: int) -> Array:
        """Return the counts of one node: of what lies right below it, because a view asks for that next."""
        own = (int(scope.low[node]), int(scope.high[node]))
        if node and own in self._known:
            return self._known[own]
        below = np.flatnonzero(scope.parent == node)
        if not 0 < len(below) <= MOST_SLICES:
            return self._node(between, scope, node)
        if len(below) == 1:
            return self._from_below(between, scope, int(below[0]))
        found = np.asarray(np.sum([self._node(between, scope, each) for each in below.tolist()], axis=0))
        return self._remembered(own, found) if node else found

    def _node(self, between: Callable[[int, int], Array], scope: Scope, node: int) -> Array:
        return self._slice(between, int(scope.low[node]), int(scope.high[node])) if node else self.of(scope.inside)

    def _slice(self, between: Callable[[int, int], Array], low: int, high: int) -> Array:
        known = self._known.get((low, high))
        return self._remembered((low, high), between(low, high)) if known is None else known

    def _remembered(self, place: tuple[int, int], counts: Array) -> Array:
        if len(self._known) < _KEPT:
            self._known[place] = counts
        return counts
