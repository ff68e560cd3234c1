"""The one gate: nothing made of answers leaves the columns except as `Gated`, and only this module makes that.

Whoever shows something (page, chart, table, file, JSON) takes `Gated` values. They are made here from counts of
groups that may be told apart (`openings`), and made into other things by pure functions of them alone
(`Gated.map`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Generic, TypeVar

import numpy as np

from survey_app.analysis.blocks import Scope
from survey_app.analysis.columns import MARKS, Kept, Piece
from survey_app.analysis.counting import Cells, Cube, cells_width
from survey_app.analysis.layout import MISSING, NOT_ASKED, Array, Column
from survey_app.analysis.memory import Memory
from survey_app.analysis.openings import Groups
from survey_app.analysis.pairs import Whole, pair_tables
from survey_app.analysis.release import Release
from survey_app.analysis.table_openings import Asked, TableOpenings
from survey_app.analysis.world import Cut, World, answer_cut, codes_of

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

_KEY = object()


class Gated(Generic[T_co]):
    """A value that may leave: it follows from counts of groups that may be told apart, and from nothing else."""

    __slots__ = ("_value",)

    def __init__(self, value: T_co, key: object) -> None:
        """Only the gate has the key. Raises `TypeError` for others."""
        if key is not _KEY:
            raise TypeError("only the gate makes what may be shown")
        self._value = value

    @property
    def value(self) -> T_co:
        """What may be shown."""
        return self._value

    def map(self, make: Callable[[T_co], U]) -> Gated[U]:
        """Return what follows from the value alone: `make` must not look at answers by another way."""
        return Gated(make(self._value), _KEY)


NOTHING: Gated[None] = Gated(None, _KEY)
"""What is shown of a question that no ballot has."""


def together(parts: Iterable[Gated[T]]) -> Gated[tuple[T, ...]]:
    """Return several values as one."""
    return Gated(tuple(part.value for part in parts), _KEY)


def both(first: Gated[T], second: Gated[U]) -> Gated[tuple[T, U]]:
    """Return two values as one."""
    return Gated((first.value, second.value), _KEY)


@dataclass(frozen=True)
class Where:
    """Ballots: active leaves, and the categories of each cut that is told apart."""

    leaves: Array
    node: int | None
    conditions: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """Ballots by groups of codes (each in the order of the codes), of those that count as an answer.

    `others`, `blank` and `not_asked` are the rest: codes that do not count, no answer, not asked; None where
    ballots are told apart by other answers, because the rest may be few. There `around` is what is shown of the
    same place without conditions: none of its answers can stand more often in a part of it.
    """

    groups: tuple[tuple[tuple[str, ...], int], ...]
    others: tuple[tuple[str, int], ...] | None
    blank: int | None
    not_asked: int | None
    around: Counted | None = None

    @property
    def n(self) -> int:
        """Ballots that count."""
        return sum(count for _, count in self.groups)


def counted_of(asked: Asked, values: Array) -> Counted:
    """Return the ballots of a place by code, from those by value of the question's column, marks first."""
    by_code = dict(zip(codes_of(asked.column), values[MARKS:].tolist(), strict=True))
    counting = answer_cut(asked.name, asked.column, asked.counting).codes
    return Counted(
        groups=tuple(((code,), by_code[code]) for code in counting),
        others=tuple((code, count) for code, count in by_code.items() if code not in counting),
        blank=int(values[MARKS + MISSING]),
        not_asked=int(values[MARKS + NOT_ASKED]),
    )


@dataclass(frozen=True, slots=True)
class CrossCounted:
    """Two questions against each other: groups of codes of both, and the ballots that answered both."""

    rows: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, ...], ...]
    table: Array


@dataclass(frozen=True, slots=True)
class ByNode:
    """One question at every node of the scope: ballots by value, marks first; zero where withheld (not `shown`)."""

    asked: Asked
    counts: Array
    shown: Array

    @property
    def answers(self) -> tuple[tuple[str, ...], Array]:
        """The codes that count as an answer, and the ballots by node and code."""
        every = codes_of(self.asked.column)
        codes = answer_cut(self.asked.name, self.asked.column, self.asked.counting).codes
        return codes, self.counts[:, [MARKS + every.index(code) for code in codes]]


@dataclass(frozen=True, slots=True)
class GroupsByNode:
    """One question at nodes of the scope, of ballots that other answers tell apart: by `groups` of codes.

    `around` are the ballots of the same places without conditions, by value, marks first: none of its answers can
    stand more often in a part of it. Both are zero where nothing is `shown`.
    """

    asked: Asked
    groups: tuple[tuple[str, ...], ...]
    counts: Array
    around: Array
    shown: Array

    def only(self, kept: Array) -> GroupsByNode:
        """Return the same for some of the nodes, given by whether they are among them."""
        counts, around = (np.where(kept[:, None], each, 0) for each in (self.counts, self.around))
        return GroupsByNode(self.asked, self.groups, counts, around, self.shown & kept)


@dataclass(frozen=True, slots=True)
class ByBlock:
    """One question by the smallest groups of places that may be told apart: ballots by value, marks first.

    `leaves` are the tree's leaves with ballots that the reader sees, `block` the row of `counts` of each.
    """

    asked: Asked
    leaves: Array
    block: Array
    counts: Array


class Gate:
    """What one reader may see of one world. `threshold` is the survey's k, `asked` the questions by name.

    `release` tells which ballots count while the survey takes answers; then nothing is told apart but places.
    """

    def __init__(
        self,
        world: World,
        scope: Scope,
        paths: Sequence[str],
        threshold: int,
        asked: Mapping[str, Asked],
        memory: Memory,
        release: Release | None = None,
    ) -> None:
        self.world = world
        self.scope = scope
        self.paths = tuple(paths)
        self.threshold = threshold
        self.asked = asked
        self._memory = memory
        self._release = release
        self._state: Hashable = world.state if release is None else release.key
        self._view = (self._state, self.paths, threshold)
        self._openings = TableOpenings(
            scope, threshold, asked, self.cut, self._cube, memory, self._view, is_live=release is not None
        )

    @property
    def is_live(self) -> bool:
        """Whether ballots still come in, so that two looks could be subtracted."""
        return self._release is not None

    @property
    def kept(self) -> Kept | None:
        """Tells which ballots of a piece count for a column now; None where all do."""
        return None if self._release is None else partial(self._kept, self._release)

    def _kept(self, release: Release, piece: Piece, column: Column) -> Array:
        place = next(at for at, part in enumerate(self.world.parts) if part.piece.arrays is piece.arrays)
        packed = self._memory.get(
            (release.key, "kept", self.world.state[1 + place], column.name),
            lambda: np.packbits(release.kept(self.world.parts[place], column)),
            lambda made: made.nbytes,
        )
        return np.unpackbits(packed, count=piece.size).view(np.bool_)

    def cut(self, name: str) -> Cut:
        """Return a cut by name. Raises `KeyError`."""
        if name in self._circumstances:
            return self._circumstances[name]
        asked = self.asked[name]
        return answer_cut(name, asked.column, asked.counting)

    @cached_property
    def _circumstances(self) -> dict[str, Cut]:
        return {cut.name: cut for cut in (self.world.modes, self.world.periods)}

    def ballots(self, where: Where) -> Gated[int | None]:
        """Return how many ballots came from a place, whatever is on them; None where more than a place is asked."""
        return Gated(None if where.conditions else int(self.world.ballots[where.leaves].sum()), _KEY)

    def count(self, name: str, where: Where) -> Gated[Counted | None]:
        """Return the answers to a question; None where they must not be told apart, or there are none."""
        if not self._may_ask(name, where):
            return Gated(None, _KEY)
        opening = self._openings.of(name, tuple(sorted(where.conditions)))
        if not self._shows(opening, where):
            return Gated(None, _KEY)
        values, asked = self._sum(name, where), self.asked[name]
        if any(self.cut(each).is_answer for each in where.conditions):
            by_code = dict(zip(codes_of(asked.column), values[MARKS:].tolist(), strict=True))
            groups = self._groups(opening, asked)
            counted = tuple((group, sum(by_code[code] for code in group)) for group in groups)
            around = self.count(name, Where(where.leaves, where.node)).value
            found = Counted(counted, None, None, None, around)
            return Gated(found if found.n else None, _KEY)
        return Gated(counted_of(asked, values) if values[MARKS:].any() else None, _KEY)

    def categories(self, name: str, cut: str, conditions: Iterable[str] = ()) -> list[Array]:
        """Return the groups of a cut that can be asked for one by one about a question, as chosen categories.

        Categories that nobody chose, and the ballots without an answer, are left out. None while ballots come in.
        """
        if self.is_live:
            return []
        opening, own = self._openings.of(name, tuple(sorted({cut, *conditions}))), self.cut(cut)
        found = []
        for group in opening.groups(cut):
            chosen = np.isin(np.arange(own.size), group) & opening.held[cut]
            if chosen.any() and not (own.is_answer and chosen[-1]):
                found.append(chosen)
        return found

    def cross(self, row: str, column: str, where: Where) -> Gated[CrossCounted | None]:
        """Return two questions against each other; None where it may not be shown, or nobody answered both."""
        if row == column or self.is_live:
            return Gated(None, _KEY)
        opening = self._openings.of(column, tuple(sorted({row, *where.conditions})))
        if not self._shows(opening, where):
            return Gated(None, _KEY)
        rows, columns = self._groups(opening, self.asked[row]), self._groups(opening, self.asked[column])
        own = self.cut(row)
        table = np.zeros((len(rows), len(columns)), np.int64)
        places = {code: place for place, code in enumerate(codes_of(self.asked[column].column))}
        for at, group in enumerate(rows):
            chosen = np.isin(np.arange(own.size), [own.codes.index(code) for code in group])
            values = self._sum(column, Where(where.leaves, where.node, {**where.conditions, row: chosen}))[MARKS:]
            table[at] = [sum(int(values[places[code]]) for code in codes) for codes in columns]
        return Gated(CrossCounted(tuple(rows), tuple(columns), table) if table.any() else None, _KEY)

    def by_node(self, name: str, where: Where | None = None) -> Gated[ByNode]:
        """Return a question at every node of the scope, in the scope's order: what `count` shows of each.

        `where` names the leaves that are meant, and conditions that are no answers. Raises `ValueError` for others.
        """
        where = where or self.everywhere
        if any(self.cut(each).is_answer for each in where.conditions):
            raise ValueError("conditions by answers leave groups of codes only")
        may_show, by_node = self._at_nodes(name, where)
        shown = may_show & by_node[:, MARKS:].any(axis=1)
        return Gated(ByNode(self.asked[name], np.where(shown[:, None], by_node, 0), shown), _KEY)

    def groups_by_node(self, name: str, where: Where) -> Gated[tuple[GroupsByNode, ...]]:
        """Return the same where conditions by answers are among those of `where`; parts have no node in common."""
        if not self._may_ask(name, where):
            return Gated((), _KEY)
        shown, by_node = self._at_nodes(name, where)
        asked = self.asked[name]
        groups = self._groups(self._openings.of(name, tuple(sorted(where.conditions))), asked)
        place = {code: MARKS + at for at, code in enumerate(codes_of(asked.column))}
        counts = np.zeros((len(by_node), len(groups)), np.int64)
        for at, group in enumerate(groups):
            counts[:, at] = by_node[:, [place[code] for code in group]].sum(axis=1)
        around = self.by_node(name, Where(where.leaves, None)).value.counts
        found = GroupsByNode(asked, tuple(groups), counts, around, shown).only(shown & counts.any(axis=1))
        return Gated((found,), _KEY)

    @property
    def everywhere(self) -> Where:
        """All ballots that the reader sees."""
        return Where(self.scope.inside, 0)

    def _at_nodes(self, name: str, where: Where) -> tuple[Array, Array]:
        """Return which nodes may be shown, and the ballots by node and value, marks first, of all."""
        nodes = np.arange(len(self.scope.node))
        by_leaf = self._chosen(name, where) if self._may_ask(name, where) else self._chosen(name, self.everywhere)
        by_node = self.scope.sums(np.where(where.leaves[:, None], by_leaf, 0), nodes)
        if not self._may_ask(name, where):
            return np.zeros(len(nodes), np.bool_), by_node
        opening = self._openings.of(name, tuple(sorted(where.conditions)))
        if not self._shows_conditions(opening, where):
            return np.zeros(len(nodes), np.bool_), by_node
        return opening.shows_parts(where.leaves), by_node

    def by_block(self, name: str, conditions: Mapping[str, Array] | None = None) -> Gated[ByBlock]:
        """Return a question by the smallest groups of places; none where not even the whole is shown.

        With conditions that are no answers, blocks without such ballots are left out.
        """
        where = Where(self.scope.inside, 0, conditions or {})
        blocks, by_leaf = np.full(len(self.scope.inside), -1), self._chosen(name, self.everywhere)
        if self._may_ask(name, where):
            opening, by_leaf = self._openings.of(name, tuple(sorted(where.conditions))), self._chosen(name, where)
            if opening.is_open and self._shows_conditions(opening, where):
                blocks = opening.blocks
        if where.conditions:
            blocks = np.where(np.isin(blocks, np.unique(blocks[by_leaf.any(axis=1)])), blocks, -1)
        inside = np.flatnonzero(blocks >= 0)
        known, block = np.unique(blocks[inside], return_inverse=True)
        counts = np.zeros((len(known), by_leaf.shape[1]), np.int64)
        np.add.at(counts, block, by_leaf[inside])
        return Gated(ByBlock(self.asked[name], self.world.active[inside], block, counts), _KEY)

    def crosses(self, names: Sequence[str]) -> Gated[Mapping[tuple[str, str], CrossCounted]]:
        """Return every two of some questions, the former as rows, over all that the reader sees: as `cross` does.

        They are counted together. Two that may not be shown are left out. No option of a question that is `tied`.
        """
        if self.is_live:
            return Gated({}, _KEY)
        found = self._memory.get(
            (self._view, "crosses", tuple(names)),
            lambda: self._count_crosses(names),
            lambda made: sum(each.table.nbytes for each in made.values()),
        )
        return Gated(found, _KEY)

    def _count_crosses(self, names: Sequence[str]) -> dict[tuple[str, str], CrossCounted]:
        cuts, found = [self.cut(name) for name in names], {}
        openings = self._openings.anew()
        for (first, second), table in pair_tables(self.world, cuts, self.scope.inside).items():
            own, other = cuts[first], cuts[second]
            dimensions = [self._openings.dimension(each) for each in (own, other)]
            opening = openings.of(dimensions, partial(Whole, table), np.arange(other.size))
            if opening.is_open:
                rows, columns = (self._groups(opening, self.asked[each.name]) for each in (own, other))
                by_row = [table[[own.codes.index(code) for code in group]].sum(axis=0) for group in rows]
                cells = [
                    [line[[other.codes.index(code) for code in group]].sum() for group in columns]
                    for line in by_row
                ]
                if np.any(cells):
                    crossed = CrossCounted(tuple(rows), tuple(columns), np.array(cells, np.int64))
                    found[own.name, other.name] = crossed
        return found

    def _shows(self, opening: Groups, where: Where) -> bool:
        """Tell whether the place and every condition are whole groups."""
        here = opening.shows_node(where.node) if where.node is not None else opening.shows_leaves(where.leaves)
        return here and self._shows_conditions(opening, where)

    def _may_ask(self, name: str, where: Where) -> bool:
        """Tell whether a question has an answer here: not by itself, and by places only while ballots come in."""
        return name not in where.conditions and not (self.is_live and where.conditions)

    def _shows_conditions(self, opening: Groups, where: Where) -> bool:
        """Tell whether every condition is whole groups."""
        return all(opening.shows_categories(name, chosen) for name, chosen in where.conditions.items())

    def _groups(self, opening: Groups, asked: Asked) -> list[tuple[str, ...]]:
        """Return the groups of codes of a question, those without an answer left out."""
        codes = self.cut(asked.name).codes
        groups = opening.groups(asked.name)
        return [group for each in groups if (group := tuple(codes[place] for place in each if place < len(codes)))]

    def _sum(self, name: str, where: Where) -> Array:
        """Return the ballots by value of a question's column, marks first."""
        chosen = self._chosen_cells(where)
        cube = self._cube(name, tuple(sorted(where.conditions)))
        if where.node is not None and where.node > 0:
            return np.asarray(cube.at(self.scope, np.array([where.node]))[0, chosen].sum(axis=0))
        return np.asarray(cube.of(where.leaves)[chosen].sum(axis=0))

    def _chosen(self, name: str, where: Where) -> Array:
        """Return the ballots that meet the conditions by active leaf and value."""
        counts = self._by_leaf(name, tuple(sorted(where.conditions)))
        if not where.conditions:
            return counts[:, 0]
        return np.asarray(counts[:, self._chosen_cells(where)].sum(axis=1, dtype=counts.dtype))

    def _chosen_cells(self, where: Where) -> Array:
        """Return which cells of the conditions' cuts meet them."""
        chosen = np.ones(1, np.bool_)
        for name in sorted(where.conditions):
            chosen = np.logical_and.outer(chosen, where.conditions[name]).reshape(-1)
        return chosen

    def _cube(self, name: str, cuts: tuple[str, ...]) -> Cube:
        """Return the ballots by active leaf, cell of the cuts and value; the same for all readers."""
        by_leaf = partial(self._by_leaf, name, cuts)
        if not cuts or self._release is not None:
            return Cube(by_leaf)
        column = self.asked[name].column
        return self._memory.get(
            (self._state, name, cuts),
            lambda: Cube(by_leaf, lambda low, high: self._cells(cuts, column).between(column, low, high)),
            lambda _: Cube.nbytes([self.cut(each) for each in cuts], column),
        )

    def _by_leaf(self, name: str, cuts: tuple[str, ...]) -> Array:
        return self._memory.get(
            (self._state, "by leaf", name, cuts), lambda: self._count(name, cuts), lambda counts: counts.nbytes
        )

    def _count(self, name: str, cuts: tuple[str, ...]) -> Array:
        column = self.asked[name].column
        if self._release is not None:
            return self._release.counts(column)[:, None]
        return self._cells(cuts, column).by_leaf(column)

    def _cells(self, cuts: tuple[str, ...], column: Column) -> Cells:
        """Return the cells of some cuts, which serve most columns of a view."""
        columns = [each.column for each in self.asked.values()]
        width = cells_width(column)
        return self._memory.get(
            (self._state, "cells", cuts, width),
            lambda: Cells.of(self.world, [self.cut(each) for each in cuts], width, columns),
            lambda cells: cells.nbytes,
        )
