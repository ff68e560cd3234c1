"""The openings of all tables of one gate: kept, and joined with what other tables would give away.

Made of four rules (decision 0008): the size of groups (`openings`), who is asked (`steering`), options that stand
together (`tied`), and what options imply of each other (`implied`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from survey_app.analysis.blocks import Scope
from survey_app.analysis.columns import MARKS
from survey_app.analysis.counting import Cube, width_of
from survey_app.analysis.implied import Implied
from survey_app.analysis.layout import Column
from survey_app.analysis.memory import Memory
from survey_app.analysis.openings import Groups, Opening, Openings
from survey_app.analysis.sizes import Dimension
from survey_app.analysis.steering import Deciders, Steering
from survey_app.analysis.tied import Tied, alike
from survey_app.analysis.world import Cut, answer_cut

CubeOf: TypeAlias = Callable[[str, tuple[str, ...]], Cube]
"""Gives the counts of a question (its name) by some cuts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the gate sees it: its name, its column, and the codes that count as an answer.

    `tied` names what it is an option of, where one option follows from all the others (`tied`). `steering` says who
    is asked; None: everybody. `beside` names the other options that an option says something of (`implied`).
    """

    name: str
    column: Column
    counting: tuple[str, ...]
    tied: str = ""
    steering: Steering | None = None
    beside: tuple[str, ...] = ()


class TableOpenings:
    """What may be told apart in each table that a reader (`view`) asks for.

    `cut` gives the cut by a name, `cube` the counts. `is_live`: ballots come in, and only places are told apart.
    """

    def __init__(
        self,
        scope: Scope,
        threshold: int,
        asked: Mapping[str, Asked],
        cut: Callable[[str], Cut],
        cube: CubeOf,
        memory: Memory,
        view: Hashable,
        *,
        is_live: bool,
    ) -> None:
        self._scope = scope
        self._threshold = threshold
        self._asked = asked
        self._cut = cut
        self._cube = cube
        self._memory = memory
        self._view = view
        steered = {name: each.steering for name, each in asked.items()}
        implied = Implied({each.name: each.beside for each in asked.values()}, cut, self._by_size)
        self._deciders = Deciders(steered, cut, self.of, implied, is_live=is_live)
        self._openings = self.anew()

    def anew(self) -> Openings:
        """Return the same rules for tables that are counted in another way; nothing is known of them yet."""
        return Openings(self._scope, self._threshold, self._deciders.besides)

    def of(self, name: str, cuts: tuple[str, ...]) -> Groups:
        """Return what may be told apart of a question by some cuts."""
        names = (name, *cuts)
        is_crossed = sum(self._cut(each).is_answer for each in names) > 1
        tables = alike(names, {each.name: each.tied for each in self._asked.values()}) if is_crossed else []
        if len(tables) < 2:
            return self._own(name, cuts)
        return self._memory.get(
            (self._view, "tied", frozenset(names)),
            lambda: Tied(self._scope, [(kin, self._own(kin[0], kin[1:])) for kin in tables]),
            lambda opening: opening.nbytes,
        )

    def dimension(self, cut: Cut, apart: Sequence[str] = ()) -> Dimension:
        """Return a cut as a dimension; of one in `apart`, no categories are alike."""
        kinds = tuple(range(cut.size)) if cut.name in apart else self._deciders.kinds.get(cut.name, ())
        return Dimension(cut.name, cut.size, cut.is_answer, kinds)

    def _own(self, name: str, cuts: tuple[str, ...]) -> Opening:
        names = frozenset((name, *cuts))
        return self._memory.get(
            (self._view, names), lambda: self._open(name, cuts, self._openings), lambda opening: opening.nbytes
        )

    def _by_size(self, name: str, cuts: tuple[str, ...], apart: Sequence[str]) -> Opening:
        """Return an opening by the size of groups alone; of the dimensions in `apart` no categories are merged."""
        openings = Openings(self._scope, self._threshold, lambda *_: [])
        return self._memory.get(
            (self._view, "by size", frozenset((name, *cuts)), tuple(apart)),
            lambda: self._open(name, cuts, openings, apart),
            lambda opening: opening.nbytes,
        )

    def _open(self, name: str, cuts: tuple[str, ...], openings: Openings, apart: Sequence[str] = ()) -> Opening:
        asked = self._asked[name]
        own = answer_cut(name, asked.column, asked.counting)
        dimensions = [self.dimension(cut, apart) for cut in (*(self._cut(each) for each in cuts), own)]
        given = np.arange(width_of(asked.column)) >= MARKS if own.has_others else None
        return openings.of(dimensions, partial(self._cube, name, cuts), own.category, given)
