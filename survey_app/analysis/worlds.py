"""Keeps the sorted ballots of a process: what is settled is sorted once, the newest anew when some come in."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import TypeAlias

from survey_app.analysis.columns import Columns, Piece
from survey_app.analysis.encode import AUDIENCES
from survey_app.analysis.layout import Column
from survey_app.analysis.memory import Memory
from survey_app.analysis.places import Tree
from survey_app.analysis.world import Part, World, sorted_part
from survey_app.words import Audience

Source: TypeAlias = tuple[int, int]
"""A survey, and which time that it took answers."""


@dataclass(frozen=True)
class Ballots:
    """The ballots of one survey that are not voided, and the batches whose totals are not stated yet."""

    columns: Columns
    open_batches: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Sorted:
    """A sorted part with what it was made of, and a number that no other has."""

    made_of: Hashable
    part: Part
    number: int


class Worlds:
    """The worlds of all surveys. One object a process; safe with threads."""

    def __init__(self) -> None:
        self.memory = Memory()
        self._lock = Lock()
        self._numbers = count(1)
        self._trees: dict[int, tuple[Hashable, Tree, int]] = {}
        self._sorted: dict[tuple[Source, Audience], tuple[_Sorted, ...]] = {}
        self._worlds: dict[tuple[Audience, tuple[Source, ...]], World] = {}

    def tree(self, campaign: int, facts: Hashable, make: Callable[[], Tree]) -> tuple[Tree, int]:
        """Return a campaign's tree and its number, which changes with it; made anew where the facts are others."""
        with self._lock:
            known = self._trees.get(campaign)
            if known is None or known[0] != facts:
                known = (facts, make(), next(self._numbers))
                self._trees[campaign] = known
            return known[1], known[2]

    def world(self, ballots: Mapping[Source, Ballots], audience: Audience, tree: Tree, tree_number: int) -> World:
        """Return the ballots of an audience in some surveys of one instrument, by survey and part of it."""
        with self._lock:
            parts = [
                each
                for survey, own in sorted(ballots.items())
                for each in self._parts(survey, own, audience, tree, tree_number)
            ]
            layout: dict[str, Column] = {}
            for own in ballots.values():
                layout.update(own.columns.layout)
            state = (tree_number, *(each.number for each in parts))
            known = self._worlds.get((audience, tuple(sorted(ballots))))
            if known is None or known.state != state:
                if known is not None:
                    self.memory.forget_state(known.state)
                known = World(tree, tuple(each.part for each in parts), layout, state)
                self._worlds[audience, tuple(sorted(ballots))] = known
            return known

    def _parts(
        self, survey: Source, own: Ballots, audience: Audience, tree: Tree, tree_number: int
    ) -> tuple[_Sorted, ...]:
        known = {each.made_of: each for each in self._sorted.get((survey, audience), ())}
        found = []
        for piece in own.columns.pieces:
            made_of = (id(piece.arrays), _fingerprint(piece), own.open_batches, tree_number)
            if made_of not in known:
                part = sorted_part(piece, tree, AUDIENCES.index(audience), own.open_batches)
                known[made_of] = _Sorted(made_of, part, next(self._numbers))
            found.append(known[made_of])
        # A part holds on to its piece, so that no other array can have the same identity meanwhile.
        self._sorted[survey, audience] = tuple(found)
        return self._sorted[survey, audience]


def _fingerprint(piece: Piece) -> int | None:
    return None if piece.kept is None else zlib.crc32(piece.kept.tobytes())
