"""What a survey that takes answers shows of them: steps of at least k, the last of them held back.

Whoever looks before and after an answer comes in must not learn it by subtraction. So ballots count place by place
in steps of at least k. A question counts as many whole steps as make groups of at least k people who answered it.
The last such group waits: with whatever comes after it, it is what closing the survey adds, so that closing gives
no small remainder away and leaves nobody out. See decision 0014.

Steps follow from the ballots alone: from their ten-minute slots, never from who looked when. Ballots of batches (on
paper, from a file) come with a day of the past and would shift the steps; they count when the survey is closed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from survey_app.analysis.columns import MARKS
from survey_app.analysis.encode import MODES, NONE
from survey_app.analysis.layout import Array, Column, Sort
from survey_app.analysis.world import Part, World, codes_of
from survey_app.words import Mode

GROWTH = 20
"""A step is at least one part in so many of what a place counts already, so that steps stay few."""

_AT_ONCE = np.array([MODES.index(mode) for mode in (Mode.WEB, Mode.KIOSK, Mode.PHONE)])


@dataclass(frozen=True, slots=True)
class Rule:
    """By what answers are released: k, the slot before which all are over, and the codes that count by field."""

    threshold: int
    until: int
    counting: Mapping[str, tuple[str, ...]]


class Release:
    """The released ballots of one world, question by question."""

    def __init__(self, world: World, rule: Rule) -> None:
        self._world = world
        self._rule = rule
        self._timelines: dict[int, _Timeline] = {}

    @cached_property
    def key(self) -> Hashable:
        """Equal for equal released ballots, whatever has come in since."""
        tree, *states = self._world.state
        old = tuple(each for each, part in zip(states, self._world.parts, strict=True) if self._is_old(part))
        return (tree, old, self._world.active.tobytes(), self._rule.threshold, self._rule.until)

    def counts(self, column: Column) -> Array:
        """Count the released values of a column by active leaf: leaf × value, marks first."""
        width = MARKS + len(codes_of(column))
        total = np.zeros(len(self._world.active) * width, np.int64)
        for part in self._world.parts:
            rows = np.flatnonzero(self.rows(part, column))
            # Rows are there only of versions with the question: without answers there are no steps.
            place = np.searchsorted(self._world.active, part.leaf[rows]) * width
            if rows.size:
                place += MARKS + part.of(column.name)[rows]
            total += np.bincount(place, minlength=len(total))
        return total.reshape(-1, width)

    def rows(self, part: Part, column: Column) -> Array:
        """Return for each ballot of a part, as sorted, whether a question counts it."""
        found = np.zeros(part.size, np.bool_)
        if not self._is_old(part):
            return found
        timeline = self._timeline(part)
        end = timeline.released(self._answered(part, column)[timeline.rows], self._rule.threshold)
        found[timeline.rows[np.arange(len(timeline.rows)) < end[timeline.place]]] = True
        return found

    def kept(self, part: Part, column: Column) -> Array:
        """Return the same for each row of the part's piece."""
        found = np.zeros(part.piece.size, np.bool_)
        found[part.order[self.rows(part, column)]] = True
        return found

    def _is_old(self, part: Part) -> bool:
        return bool(part.size) and int(part.of("slot").min()) < self._rule.until

    def _timeline(self, part: Part) -> _Timeline:
        key = id(part)
        if key not in self._timelines:
            self._timelines[key] = _Timeline.of(part, self._rule)
        return self._timelines[key]

    def _answered(self, part: Part, column: Column) -> Array:
        """Return for each ballot whether it has an answer to the question that its figures count."""
        if not part.has(column):
            return np.zeros(part.size, np.bool_)
        values = part.of(column.name)
        if column.sort is Sort.NUMBER:
            return np.isfinite(values)
        if column.sort is not Sort.CODED:
            return np.asarray(values > column.missing)
        counting = self._rule.counting.get(column.field, column.codes)
        counts = np.array([False] * MARKS + [code in counting for code in column.codes])
        return np.asarray(counts[values.astype(np.intp) + MARKS])


@dataclass(frozen=True, eq=False)
class _Timeline:
    """The ballots of a part that take part in steps, by place and then by slot.

    `rows` are their rows in the part, `place` numbers their places from 0, `first` and `last` bound the rows of
    each place, and `step_end` is where the step of each row ends; past `last` where that is not complete.
    """

    rows: Array
    place: Array
    first: Array
    last: Array
    step_end: Array

    @classmethod
    def of(cls, part: Part, rule: Rule) -> _Timeline:
        """Return the timeline of a part."""
        slot = part.of("slot")
        rows = np.flatnonzero((slot < rule.until) & (part.of("batch") == NONE) & np.isin(part.of("mode"), _AT_ONCE))
        leaf, slot = part.leaf[rows], slot[rows]
        if (np.diff(slot)[leaf[1:] == leaf[:-1]] < 0).any():
            order = np.lexsort((slot, leaf))
            rows, leaf, slot = rows[order], leaf[order], slot[order]
        first = _starts(leaf)
        place = np.repeat(np.arange(len(first)), np.diff(first, append=len(rows)))
        slots = np.union1d(first, _starts(slot))
        slot_end = np.repeat(np.append(slots, len(rows))[1:], np.diff(slots, append=len(rows)))
        timeline = cls(rows, place, first, np.append(first[1:], len(rows)), slot_end)
        ends = [end for _, end in timeline._steps(np.ones(len(rows), np.bool_), rule.threshold, growth=GROWTH)]
        steps = np.append(np.sort(np.concatenate(ends)), len(rows) + 1) if ends else np.array([len(rows) + 1])
        return replace(timeline, step_end=steps[np.searchsorted(steps, np.arange(len(rows)), side="right")])

    def released(self, answered: Array, threshold: int) -> Array:
        """Return for each place where its released rows end: the end of the last complete step but one."""
        end, before = self.first.copy(), self.first.copy()
        for places, ends in self._steps(answered, threshold):
            before[places] = end[places]
            end[places] = ends
        return before

    def _steps(self, answered: Array, threshold: int, growth: int | None = None) -> Iterator[tuple[Array, Array]]:
        """Yield the places that complete a first step and its end, then those that complete a second, and so on."""
        upto = np.append(0, np.cumsum(answered))
        going, begin = np.arange(len(self.first)), upto[self.first]
        at = begin
        while going.size:
            need = threshold if growth is None else np.maximum(threshold, -(-(at - begin) // growth))
            reached = np.searchsorted(upto, at + need) - 1
            is_here = reached < self.last[going]
            end = np.where(is_here, self.step_end[np.where(is_here, reached, 0)], 0)
            is_complete = is_here & (end <= self.last[going])
            going, begin, end = going[is_complete], begin[is_complete], end[is_complete]
            at = upto[end]
            if going.size:
                yield going, end


def _starts(values: Array) -> Array:
    """Return where each run of equal neighbours begins."""
    return np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
