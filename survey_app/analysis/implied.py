"""Openings of tables with options that say something of other options of their question.

Whoever chose an exclusive option (以上都没有) chose no other: those who answered without an option, less those who
chose the exclusive one, are those who chose something else. So a table with an option and other answers tells apart
no more than leaves eleven of these, or none; and where everybody chooses all options or all but one, no more than
leaves as many with every combination.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from survey_app.analysis.openings import Groups
from survey_app.analysis.world import Cut

MOST_ANSWERS = 4
"""Tables of more questions than these are not counted: nothing of them would be open."""

BySize: TypeAlias = Callable[[str, tuple[str, ...], Sequence[str]], Groups]
"""Gives the opening of a question by some cuts, by the size of groups alone; some of them are not to be merged."""


class Implied:
    """What options of a question imply of each other. `beside` names by option those that it is looked at with."""

    def __init__(self, beside: Mapping[str, tuple[str, ...]], cut: Callable[[str], Cut], by_size: BySize) -> None:
        self._beside = beside
        self._cut = cut
        self._by_size = by_size

    def besides(self, names: tuple[str, ...], first: str) -> list[Groups] | None:
        """Return the opening that a table of these dimensions keeps besides; None where it must stay closed.

        `first` is the question that the table's counts are about.
        """
        answers = [name for name in names if self._cut(name).is_answer]
        wanted = (each for name in answers for each in self._beside.get(name, ()))
        added = [each for each in dict.fromkeys(wanted) if each not in names and each in self._beside]
        if not added or len(answers) == 1:
            return []
        if len(answers) + len(added) > MOST_ANSWERS:
            return None
        found = self._by_size(first, tuple(sorted({*names, *added} - {first})), added)
        return [found] if found.is_open and all(_stands_apart(found, each) for each in added) else None


def _stands_apart(opening: Groups, name: str) -> bool:
    """Tell whether the categories of a dimension that anybody chose are told apart there."""
    own = opening.labels[name][opening.held[name]]
    return len(np.unique(own)) == len(own)
