"""Which groups of ballots a reader may tell apart in a table of answers, cuts and places.

The dimensions of a table are answers (a question asked about, those filtered by) and circumstances (mode, week).
Where a table has one answer, every group by its other dimensions has at least k ballots with that answer, or none;
and at least k with any answer, or none, because how many answered outside the base (不了解) is told beside it.
Where it has several, every cell has eleven, or none: the people who gave one answer and the others. So at every
place shown. Small categories are merged with their neighbours for all places at once; places where a group is small
are pooled with siblings.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

import numpy as np

from survey_app.analysis.blocks import Scope, cells_are_small, opened, pool
from survey_app.analysis.counting import Cube
from survey_app.analysis.layout import Array
from survey_app.analysis.sizes import Dimension, Labels, Least, Table, settled

CROWD = 11
"""Least size of a group made by answers (METRICS: cross-tabs); groups by place or week need the survey's k."""

_A_FEW = 32
"""Places below one, most often."""


class Groups(ABC):
    """What may be told apart in one table, or in several that stand together: groups of categories, and of places.

    `labels` are the groups, `held` tells which categories anybody chose, by dimension. `is_open`: whether anything
    is shown at all, the whole scope being a group that may be told apart.
    """

    labels: Labels
    held: Mapping[str, Array]
    is_open: bool

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """Memory that it keeps, roughly."""

    @abstractmethod
    def pools(self, parents: Array) -> Array:
        """Return which nodes are pooled with siblings; right for the children of `parents`."""

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

    def shows_parts(self, chosen: Array) -> Array:
        """Tell for each node of the scope whether those of these active leaves that lie there may be shown.

        They are the whole node, which is open, or whole blocks. Same as `shows_node` and `shows_leaves` one by one.
        """
        scope, blocks = self._scope, self.blocks
        if (chosen == scope.inside).all() or not self.is_open:
            return self.nodes
        ends = np.stack([scope.low[1:], scope.high[1:]], axis=1).reshape(-1)
        inside, taken = (_between(np.add, each.astype(np.int64), 0, ends) for each in (scope.inside, chosen))
        is_split = np.isin(blocks, np.unique(blocks[~chosen & scope.inside])) | (blocks < 0)
        _, block = np.unique(blocks, return_inverse=True)
        at = np.arange(len(blocks))
        first, last = np.full(len(blocks), len(blocks)), np.full(len(blocks), -1)
        np.minimum.at(first, block, at)
        np.maximum.at(last, block, at)
        # A block that is split by the choice begins before every node.
        earliest = np.where(chosen, np.where(is_split, -1, first[block]), len(blocks))
        latest = np.where(chosen, last[block], -1)
        found = np.zeros(len(scope.node), np.bool_)
        found[0] = chosen.any() and not (chosen & is_split).any()
        found[1:] = _between(np.minimum, earliest, len(blocks), ends) >= scope.low[1:]
        found[1:] &= _between(np.maximum, latest, -1, ends) < scope.high[1:]
        found[1:] = np.where(taken == inside, self.nodes[1:], found[1:] & (taken > 0))
        return found

    def shows_categories(self, name: str, chosen: Array) -> bool:
        """Tell whether these categories of a dimension are whole groups; empty ones do not matter."""
        taken, left = chosen & self.held[name], ~chosen & self.held[name]
        labels = self.labels[name]
        return bool(taken.any()) and not np.isin(labels[taken], labels[left]).any()

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


class Opening(Groups):
    """What may be told apart in one table by one reader.

    Places are looked at family by family (the nodes right below one), only as far as somebody asks.
    """

    def __init__(
        self,
        source: Source,
        names: tuple[str, ...],
        finer: Sequence[Groups],
        asked: Least,
        *,
        may_open: bool = True,
    ) -> None:
        super().__init__(source.scope)
        self._source = source
        self._names = names
        self._finer = finer
        self._asked = asked
        total = source.table(np.zeros(1, np.int64), names)
        are_open = may_open and all(each.is_open for each in finer)
        joined = _joined(total, finer)
        self.labels = settled(total, joined, asked) if are_open else joined
        self.held = total.held()
        self.is_open = are_open and not cells_are_small(*self._cells(total))[0]
        self._pooled = np.zeros(len(self._scope.node), np.bool_)
        self._looked_at = np.zeros(len(self._scope.node), np.bool_)

    @property
    def nbytes(self) -> int:
        """Memory that it keeps, roughly."""
        return 30 * len(self._pooled) + self._source.nbytes

    def pools(self, parents: Array) -> Array:
        """Return which nodes are pooled with siblings; right for the children of `parents`."""
        new = parents[~self._looked_at[parents]]
        if new.size:
            asked = np.zeros(len(self._looked_at), np.bool_)
            asked[new] = True
            nodes = 1 + np.flatnonzero(asked[self._scope.parent[1:]])
            must = np.any([each.pools(new)[nodes] for each in self._finer], axis=0) if self._finer else False
            cells, least = self._cells(self._source.table(nodes, self._names))
            self._pooled[nodes] = pool(
                cells, self._scope.parent[nodes], cells_are_small(cells, least) | must, least
            )
            self._looked_at[new] = True
            if self._names == self._source.names:
                self._source.forget_many()
        return self._pooled

    def _cells(self, table: Table) -> tuple[Array, Array]:
        """Return all groups of a table, a row for each of its places, and the least that each may have."""
        found = table.cells(self.labels, self._asked)
        return found.counts.reshape(len(table.counts), -1), found.least.reshape(-1)


Besides: TypeAlias = Callable[[tuple[str, ...], str], Sequence[Groups] | None]
"""The openings that the table of some names keeps besides those of fewer of them; None where it must stay closed.

The second argument is the question that its counts are about.
"""


class Openings:
    """Works out the openings of one scope. `threshold` is the survey's k, `besides` what tables keep besides."""

    def __init__(self, scope: Scope, threshold: int, besides: Besides) -> None:
        self.scope = scope
        self.threshold = threshold
        self._besides = besides
        # Tables of fewer dimensions are the same for all questions of a view.
        self._known: dict[tuple[str, ...], Opening] = {}

    def of(
        self,
        dimensions: Sequence[Dimension],
        cube: Callable[[], Cube],
        category: Array,
        given: Array | None = None,
    ) -> Opening:
        """Return the opening of a table.

        `cube` has the cells of all dimensions but the last, and its values, whose `category` is given by value;
        `given` tells which values are an answer, in the base or outside (None: none is outside).
        """
        source = Source(self.scope, tuple(dimensions), cube, category, given)
        return self._opening(source, tuple(sorted(each.name for each in dimensions)))

    def _opening(self, source: Source, names: tuple[str, ...]) -> Opening:
        if names not in self._known:
            finer: list[Groups] = [
                self._opening(source, fewer)
                for fewer in combinations(names, len(names) - 1)
                if source.answers.intersection(fewer)
            ]
            besides = self._besides(names, source.asked) if all(each.is_open for each in finer) else None
            asked = Least(self.threshold, max(self.threshold, CROWD))
            self._known[names] = Opening(
                source, names, [*finer, *(besides or ())], asked, may_open=besides is not None
            )
        return self._known[names]


class Source:
    """Where openings have their counts from: added up by place first, because places are many."""

    def __init__(
        self,
        scope: Scope,
        dimensions: tuple[Dimension, ...],
        cube: Callable[[], Cube],
        category: Array,
        given: Array | None,
    ) -> None:
        self.scope = scope
        self.answers = frozenset(each.name for each in dimensions if each.is_answer)
        self.asked = dimensions[-1].name
        self.names = tuple(sorted(each.name for each in dimensions))
        self._dimensions = dimensions
        self._cube = cube
        self._by_value = np.argsort(category, kind="stable")
        self._sizes = np.bincount(category, minlength=dimensions[-1].size)
        self._given = given
        self._last: tuple[Array, Array, Array | None] | None = None

    @property
    def nbytes(self) -> int:
        """Memory of the tables that it keeps of a few places, roughly."""
        return _A_FEW * math.prod(each.size for each in self._dimensions) * np.dtype(np.int64).itemsize

    def table(self, nodes: Array, names: tuple[str, ...]) -> Table:
        """Return the table of some dimensions, sorted by name, by node of the scope."""
        counts, given = self._at(nodes)
        order = sorted(range(len(self._dimensions)), key=lambda place: self._dimensions[place].name)
        kept = tuple(self._dimensions[place] for place in order if self._dimensions[place].name in names)
        if given is not None and self.answers.intersection(names) == {self.asked}:
            given = self._sum(given, [place for place in order if place < given.ndim - 1], names)
        else:
            given = None
        return Table(kept, self._sum(counts, order, names), given)

    def _sum(self, counts: Array, order: Sequence[int], names: tuple[str, ...]) -> Array:
        """Put axes into an order, and add up those of other dimensions than these."""
        gone = tuple(1 + p for p, each in enumerate(order) if self._dimensions[each].name not in names)
        return np.asarray(counts.transpose(0, *(1 + place for place in order)).sum(axis=gone))

    def forget_many(self) -> None:
        """Let go of the last table if it is of many places."""
        if self._last is not None and len(self._last[0]) > _A_FEW:
            self._last = None

    def _at(self, nodes: Array) -> tuple[Array, Array | None]:
        """Return the counts of all dimensions, and those with any answer to what is asked by all but that."""
        # Openings of fewer dimensions look at the same places right after.
        if self._last is None or not np.array_equal(self._last[0], nodes):
            values, shape = self._cube().at(self.scope, nodes), [each.size for each in self._dimensions]
            table = _by_category(values[:, :, self._by_value], self._sizes).reshape(len(nodes), *shape)
            given = None
            if self._given is not None:
                given = values[:, :, self._given].sum(axis=-1).reshape(len(nodes), *shape[:-1])
            self._last = (nodes, table, given)
        return self._last[1:]


def _by_category(values: Array, sizes: Array) -> Array:
    """Add up the last axis by runs of these lengths; a run of no length gives 0."""
    up = np.zeros((*values.shape[:-1], values.shape[-1] + 1), values.dtype)
    np.cumsum(values, axis=-1, out=up[..., 1:])
    ends = np.cumsum(sizes)
    return np.asarray(up[..., ends] - up[..., ends - sizes])


def _between(combine: np.ufunc, values: Array, nothing: int, ends: Array) -> Array:
    """Combine the values from each first bound up to before the one that follows it; bounds come in pairs."""
    if not len(ends):
        return np.zeros(0, np.int64)
    return np.asarray(combine.reduceat(np.append(values, nothing), ends)[::2])


def _joined(table: Table, finer: Sequence[Groups]) -> dict[str, Array]:
    """Return the finest groups that are no finer than any of `finer`: only boundaries that all have remain."""
    joined = {}
    for each in table.dimensions:
        boundary = np.ones(each.size, np.bool_)
        for opening in finer:
            if each.name in opening.labels:
                boundary &= np.diff(opening.labels[each.name], prepend=-1) > 0
        joined[each.name] = np.cumsum(boundary) - 1
    return joined
