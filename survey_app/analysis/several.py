"""Ballots that count one by one: what is shown of several surveys is the sum of what each of them shows by itself.

Each survey, and each time that a survey took answers, has a gate of its own: over, it shows everything that may be
told apart; while it takes answers, whole steps (`release`). A sum of what each shows gives nothing away that they
do not, however many looks there are and whichever of them is opened, closed or opened again between two looks. So
what is over stays shown as it was. What one of them withholds at a place is left out of the sum there. See
decision 0014.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from survey_app.analysis.blocks import Scope, scope_of
from survey_app.analysis.columns import MARKS, Columns, Kept, Piece
from survey_app.analysis.encode import slot_of
from survey_app.analysis.gate import (
    ByBlock,
    ByNode,
    Counted,
    CrossCounted,
    Gate,
    Gated,
    GroupsByNode,
    Where,
    together,
)
from survey_app.analysis.layout import Array, Column
from survey_app.analysis.places import Tree
from survey_app.analysis.readings import entries
from survey_app.analysis.release import Release, Rule, has_answer
from survey_app.analysis.selection import PERIOD
from survey_app.analysis.store import MARGIN
from survey_app.analysis.table_openings import Asked
from survey_app.analysis.world import Part, World, codes_of
from survey_app.analysis.worlds import Ballots, Source, Worlds
from survey_app.questionnaire.definition import Questionnaire
from survey_app.words import Audience


@dataclass(frozen=True)
class Own:
    """The ballots of one survey, of which groups of at least `threshold` are shown. `is_live`: more may come in.

    `resumed` are the moments since when it took answers again after it had been over; `entered` says when each
    batch was begun, whose ballots carry a day of the past.
    """

    ballots: Ballots
    threshold: int
    is_live: bool = False
    resumed: tuple[datetime, ...] = ()
    entered: Mapping[int, datetime] = field(default_factory=dict)

    def parts(self) -> list[Own]:
        """Return what came in each time that it took answers; more may come of the last."""
        if not self.resumed:
            return [self]
        numbers = [self._numbers(piece) for piece in self.ballots.columns.pieces]
        last = len(self.resumed)
        return [
            Own(
                replace(self.ballots, columns=_chosen(self.ballots.columns, numbers, place)),
                self.threshold,
                self.is_live and place == last,
            )
            for place in range(last + 1)
        ]

    def _numbers(self, piece: Piece) -> Array:
        """Return for each response of a piece which time it came in."""
        since = np.array([slot_of(each) for each in self.resumed])
        found = np.searchsorted(since, piece.arrays["slot"], side="right")
        for batch, moment in self.entered.items():
            found[piece.arrays["batch"] == batch] = bisect_right(self.resumed, moment)
        return found


def _chosen(columns: Columns, numbers: Sequence[Array], place: int) -> Columns:
    pieces = [
        replace(piece, kept=number == place if piece.kept is None else piece.kept & (number == place))
        for piece, number in zip(columns.pieces, numbers, strict=True)
    ]
    return replace(columns, pieces=tuple(pieces))


@dataclass(frozen=True)
class Looking:
    """Who looks at what: the places, the subtrees `paths` of a reader, and the moment."""

    worlds: Worlds
    tree: Tree
    number: int
    paths: Sequence[str]
    now: datetime

    def gate(self, ballots: Mapping[int, Own], audience: Audience, questionnaire: Questionnaire) -> Gate:
        """Return the gate to the ballots of an audience in some surveys of one instrument, by survey."""
        parts = {
            (survey, place): part
            for survey, own in sorted(ballots.items())
            for place, part in enumerate(own.parts())
        }
        world = self._world(parts, audience)
        every = entries(questionnaire)
        asked = {each.name: found for each in every if (found := each.asked(world.layout)) is not None}
        counting = {each.name: tuple(each.labels) for each in every}
        members = [
            self._gate(self._world({key: own}, audience), asked, own, counting) for key, own in parts.items()
        ]
        if len(members) == 1:
            return members[0]
        return Several(self, world, self._scope(world), asked, members, counting)

    def _world(self, parts: Mapping[Source, Own], audience: Audience) -> World:
        ballots = {key: own.ballots for key, own in parts.items()}
        return self.worlds.world(ballots, audience, self.tree, self.number)

    def _scope(self, world: World) -> Scope:
        return self.worlds.memory.get(
            (world.state, tuple(self.paths)),
            lambda: scope_of(self.tree, world.active, self.paths),
            lambda made: 50 * len(made.node),
        )

    def _gate(
        self, world: World, asked: Mapping[str, Asked], own: Own, counting: Mapping[str, tuple[str, ...]]
    ) -> Gate:
        release = None
        if own.is_live:
            release = Release(world, Rule(own.threshold, slot_of(self.now - MARGIN), counting))
        return Gate(world, self._scope(world), self.paths, own.threshold, asked, self.worlds.memory, release)


class Several(Gate):
    """What a reader may see of several gates (`members`) together: the sum of what each of them shows."""

    def __init__(
        self,
        looking: Looking,
        world: World,
        scope: Scope,
        asked: Mapping[str, Asked],
        members: Sequence[Gate],
        counting: Mapping[str, tuple[str, ...]],
    ) -> None:
        super().__init__(
            world, scope, looking.paths, max(each.threshold for each in members), asked, looking.worlds.memory
        )
        # The largest says which answers are told apart where they do so differently.
        self._members = sorted(members, key=lambda each: -each.world.size)
        self._answers = counting

    @property
    def is_live(self) -> bool:
        """Whether more ballots come in for one of them."""
        return any(member.is_live for member in self._members)

    @property
    def kept(self) -> Kept | None:
        """Tells which ballots of a piece count for a column now."""
        return self._counting

    def whole(self, piece: Piece, columns: Sequence[Column]) -> Array:
        """Return which ballots of a piece count for all of some columns at once: of what is over only."""
        found = np.zeros(piece.size, np.bool_)
        for member in self._members:
            if not member.is_live and all(self._is_enough(member, column) for column in columns):
                found |= _rows(member, piece)
        return found

    def over(self, where: Where) -> int:
        """Return how many ballots from a place came in while what is over by now took answers."""
        return sum(
            int(member.world.ballots[own.leaves].sum()) for member, own in self._at(where) if not member.is_live
        )

    def count(self, name: str, where: Where) -> Gated[Counted | None]:
        """Return the answers to a question; None where none of the members shows any."""
        found = [member.count(name, own) for member, own in self._at(where)]
        return together(found).map(_summed)

    def categories(self, name: str, cut: str, conditions: Iterable[str] = ()) -> list[Array]:
        """Return the groups of a cut that can be asked for one by one: of the largest, then others apart."""
        conditions = tuple(conditions)
        found: list[Array] = []
        for member in self._members:
            for each in member.categories(name, cut, conditions):
                chosen = _matched(each, member.cut(cut).codes, self.cut(cut).codes)
                if not any((chosen & other).any() for other in found):
                    found.append(chosen)
        if cut == PERIOD:
            found.sort(key=lambda chosen: int(np.flatnonzero(chosen)[0]))
        return found

    def cross(self, row: str, column: str, where: Where) -> Gated[CrossCounted | None]:
        """Return two questions against each other; None where none of the members shows them."""
        found = [member.cross(row, column, own) for member, own in self._at(where)]
        return together(found).map(_crossed)

    def by_node(self, name: str, where: Where | None = None) -> Gated[ByNode]:
        """Return a question at every node of the scope, in the scope's order."""
        return self._by_node(name, where, is_whole=False)

    def by_whole_node(self, name: str, where: Where | None = None) -> Gated[ByNode]:
        """Return the same, only of nodes where nothing is left out that counts above: what is shown adds up."""
        return self._by_node(name, where, is_whole=True)

    def _by_node(self, name: str, where: Where | None, *, is_whole: bool) -> Gated[ByNode]:
        asked = list(self._at(where or self.everywhere))
        found = together(member.by_node(name, replace(own, node=None)) for member, own in asked)
        return found.map(partial(self._joined, name, [member for member, _ in asked], is_whole=is_whole))

    def groups_by_node(self, name: str, where: Where) -> Gated[tuple[GroupsByNode, ...]]:
        """Return the same where conditions by answers are set; the first that shows a node says its groups."""
        asked = list(self._at(where))
        found = together(member.groups_by_node(name, replace(own, node=None)) for member, own in asked)
        return found.map(partial(self._grouped, [member for member, _ in asked]))

    def by_block(self, name: str, conditions: Mapping[str, Array] | None = None) -> Gated[ByBlock]:
        """Return a question by the smallest groups of places that none of the members splits."""
        asked = self._at(Where(self.scope.inside, 0, conditions or {}))
        found = [member.by_block(name, own.conditions) for member, own in asked]
        return together(found).map(partial(_blocks, self.asked[name]))

    def crosses(self, names: Sequence[str]) -> Gated[Mapping[tuple[str, str], CrossCounted]]:
        """Return every two of some questions, over all that the reader sees: what `cross` shows of each two."""
        found = together(member.crosses(names) for member, _ in self._at(self.everywhere))
        return found.map(_paired)

    def _at(self, where: Where) -> Iterator[tuple[Gate, Where]]:
        """Yield the members with ballots at a place, each with the place and conditions as it has them."""
        for member in self._members:
            leaves = where.leaves[np.searchsorted(self.world.active, member.world.active)]
            if not leaves.any():
                continue
            node = where.node
            if node is not None and node > 0:
                node = member.scope.place_of(int(self.scope.node[node]))
            conditions = {
                name: _matched(chosen, self.cut(name).codes, member.cut(name).codes)
                for name, chosen in where.conditions.items()
            }
            yield member, Where(leaves, node, conditions)

    def _joined(self, name: str, members: Sequence[Gate], found: Sequence[ByNode], *, is_whole: bool) -> ByNode:
        asked = self.asked[name]
        counts = np.zeros((len(self.scope.node), MARKS + len(codes_of(asked.column))), np.int64)
        shown, hidden = np.zeros(len(counts), np.bool_), np.zeros(len(counts), np.bool_)
        for member, own in zip(members, found, strict=True):
            places = self._places[id(member)]
            here = places >= 0
            counts[here] += own.counts[places[here]]
            shown[here] |= own.shown[places[here]]
            # Of what goes by steps nothing is withheld anywhere: where it shows nothing, nothing counts yet.
            if own.shown[0] and not member.is_live:
                hidden[here] |= ~own.shown[places[here]]
        if is_whole:
            shown &= ~hidden
        return ByNode(asked, np.where(shown[:, None], counts, 0), shown)

    def _grouped(
        self, members: Sequence[Gate], found: Sequence[tuple[GroupsByNode, ...]]
    ) -> tuple[GroupsByNode, ...]:
        """Add up as `_summed` does at each node: those that tell fewer apart than the first are left out."""
        every = [self._placed(member, each) for member, own in zip(members, found, strict=True) for each in own]
        parts, taken = [], np.zeros(len(self.scope.node), np.bool_)
        for at, first in enumerate(every):
            shown = first.shown & ~taken
            taken |= first.shown
            counts, around = first.counts.copy(), first.around.copy()
            for other in every[at + 1 :]:
                places = _within(first.groups, other.groups)
                if places is not None:
                    np.add.at(counts.T, [first.groups.index(codes) for codes in places], other.counts.T)
                    around += other.around
            parts.append(GroupsByNode(first.asked, first.groups, counts, around, first.shown).only(shown))
        return tuple(parts)

    def _placed(self, member: Gate, own: GroupsByNode) -> GroupsByNode:
        """Return what a member shows by the nodes of this scope."""
        places = self._places[id(member)]
        here = places >= 0
        counts, around, shown = (
            np.zeros((len(places), *each.shape[1:]), each.dtype) for each in (own.counts, own.around, own.shown)
        )
        for mine, theirs in ((counts, own.counts), (around, own.around), (shown, own.shown)):
            mine[here] = theirs[places[here]]
        return GroupsByNode(own.asked, own.groups, counts, around, shown)

    @cached_property
    def _places(self) -> dict[int, Array]:
        """For each member the place in its scope of each node of this one; -1 where it has no ballots."""
        return {id(member): _places(self, member) for member in self._members}

    def _counting(self, piece: Piece, column: Column) -> Array:
        found = np.zeros(piece.size, np.bool_)
        for member in self._members:
            if not any(part.piece.arrays is piece.arrays for part in member.world.parts):
                continue
            if member.kept is not None:
                found |= member.kept(piece, column)
            elif self._is_enough(member, column):
                found |= _rows(member, piece)
        return found

    def _is_enough(self, member: Gate, column: Column) -> bool:
        """Tell whether a question may be told, and as many have answered as are shown together; of what is over.

        Counted are answers from where the reader may look: of a part, few may be of a survey that has many.
        """
        answered = self._memory.get(
            (member.world.state, member.paths, "answered", column),
            lambda: sum(self._answered(member, part, column) for part in member.world.parts),
            lambda _: 8,
        )
        return answered >= member.threshold and tells(member, column.field)

    def _answered(self, member: Gate, part: Part, column: Column) -> int:
        given = has_answer(part, column, self._answers)
        if not member.scope.inside.all():
            inside = np.zeros(member.world.tree.leaves, np.bool_)
            inside[member.world.active[member.scope.inside]] = True
            given = given & inside[part.leaf]
        return int(given.sum())


def tells(gate: Gate, question: str) -> bool:
    """Tell whether a gate lets out by itself, over everybody, how many answered a question.

    It may not where several answers decide who is asked: then the number of the others is that of people with these
    answers together. All other questions are told of everybody, unless too few answered.
    """
    asked = (each for name, each in gate.asked.items() if name.partition(".")[0] == question)
    hanging = [each.name for each in asked if each.steering is not None and each.steering.is_several]
    return all(gate.count(name, gate.everywhere).value is not None for name in hanging)


def over_at(gate: Gate, where: Where) -> int:
    """Return how many ballots from a place are in surveys that take no more answers."""
    if isinstance(gate, Several):
        return gate.over(where)
    return 0 if gate.is_live else int(gate.world.ballots[where.leaves].sum())


def whole_rows(gate: Gate, piece: Piece, columns: Sequence[Column]) -> Array:
    """Return which ballots of a piece count for all of some columns at once; none of those that go by steps."""
    if isinstance(gate, Several):
        return gate.whole(piece, columns)
    return np.zeros(piece.size, np.bool_) if gate.is_live else _rows(gate, piece)


def by_whole_node(gate: Gate, name: str, where: Where | None = None) -> Gated[ByNode]:
    """Return a question at every node of the scope, so that what is shown of one holds all shown below it."""
    return gate.by_whole_node(name, where) if isinstance(gate, Several) else gate.by_node(name, where)


def _rows(member: Gate, piece: Piece) -> Array:
    """Return which ballots of a piece are a member's."""
    found = np.zeros(piece.size, np.bool_)
    for part in member.world.parts:
        if part.piece.arrays is piece.arrays:
            found[part.order] = True
    return found


def _summed(found: Sequence[Counted | None]) -> Counted | None:
    """Add up counts; the first says which codes stand together, and those that tell fewer apart are left out."""
    shown = [each for each in found if each is not None]
    if not shown:
        return None
    groups = {codes: 0 for codes, _ in shown[0].groups}
    others: dict[str, int] = {}
    blank = not_asked = 0
    added = []
    for each in shown:
        places = _within(tuple(groups), [codes for codes, _ in each.groups])
        if places is None:
            continue
        added.append(each)
        for codes, (_, count) in zip(places, each.groups, strict=True):
            groups[codes] += count
        for code, count in each.others or ():
            others[code] = others.get(code, 0) + count
        blank += each.blank or 0
        not_asked += each.not_asked or 0
    if shown[0].others is None:
        return Counted(tuple(groups.items()), None, None, None, _summed([each.around for each in added]))
    return Counted(tuple(groups.items()), tuple(others.items()), blank, not_asked)


def _crossed(found: Sequence[CrossCounted | None]) -> CrossCounted | None:
    """Add up tables in the same way."""
    shown = [each for each in found if each is not None]
    if not shown:
        return None
    first = shown[0]
    table = np.zeros_like(first.table)
    for each in shown:
        rows, columns = _within(first.rows, each.rows), _within(first.columns, each.columns)
        if rows is None or columns is None:
            continue
        at = np.ix_([first.rows.index(codes) for codes in rows], [first.columns.index(codes) for codes in columns])
        np.add.at(table, at, each.table)
    return CrossCounted(first.rows, first.columns, table)


def _paired(found: Sequence[Mapping[tuple[str, str], CrossCounted]]) -> dict[tuple[str, str], CrossCounted]:
    """Add up the tables of every two questions in the same way."""
    pairs = dict.fromkeys(pair for each in found for pair in each)
    added = {pair: _crossed([each.get(pair) for each in found]) for pair in pairs}
    return {pair: table for pair, table in added.items() if table is not None}


def _within(groups: Sequence[tuple[str, ...]], finer: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]] | None:
    """Return in which of some groups of codes each of others lies as a whole; None where one does not."""
    group_of = {code: codes for codes in groups for code in codes}
    found = [{group_of.get(code) for code in codes} for codes in finer]
    whole = [codes for each in found if len(each) == 1 for codes in each if codes is not None]
    return whole if len(whole) == len(finer) else None


def _matched(chosen: Array, codes: Sequence[str], others: Sequence[str]) -> Array:
    """Return chosen categories for a cut that has other codes: weeks differ by what came in when."""
    if codes == others:
        return chosen
    taken = {code for code, is_chosen in zip(codes, chosen.tolist(), strict=False) if is_chosen}
    return np.array([code in taken for code in others], np.bool_)


def _blocks(asked: Asked, found: Sequence[ByBlock]) -> ByBlock:
    """Put blocks together that share a place; their ballots add up."""
    if not found:
        nothing = np.zeros(0, np.int64)
        return ByBlock(asked, nothing, nothing, np.zeros((0, MARKS + len(codes_of(asked.column))), np.int64))
    leaves = np.unique(np.concatenate([each.leaves for each in found]))
    first = len(leaves) + np.cumsum([0, *(len(each.counts) for each in found)])
    edges = [
        (np.searchsorted(leaves, each.leaves), begin + each.block)
        for each, begin in zip(found, first.tolist(), strict=False)
    ]
    one, other = (np.concatenate([each[side] for each in edges]) for side in (0, 1))
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(first[-1], first[-1]))
    number = connected_components(graph, directed=False)[1]
    _, block = np.unique(number[: len(leaves)], return_inverse=True)
    counts = np.zeros((int(block.max(initial=-1)) + 1, found[0].counts.shape[1]), np.int64)
    for each, (places, _) in zip(found, edges, strict=True):
        of_block = np.zeros(len(each.counts), np.int64)
        of_block[each.block] = block[places]
        np.add.at(counts, of_block, each.counts)
    return ByBlock(asked, leaves, block, counts)


def _places(whole: Gate, member: Gate) -> Array:
    """Return the place in a member's scope of each node of the whole's; -1 where it has no ballots."""
    size = len(whole.world.tree.unit)
    place_of = np.full(size, -1)
    place_of[member.scope.node[1:]] = np.arange(1, len(member.scope.node))
    found = np.append(0, place_of[whole.scope.node[1:]])
    # Where a unit has one leaf only, the unit stands for both: a member may have fewer leaves there.
    tree = whole.world.tree
    for node in np.flatnonzero((found < 0) & tree.leaf[whole.scope.node]).tolist():
        leaf = whole.world.active[whole.scope.low[node]]
        above = int(place_of[tree.parent[whole.scope.node[node]]])
        if above > 0 and member.scope.leaf[above] and member.world.active[member.scope.low[above]] == leaf:
            found[node] = above
    return found
