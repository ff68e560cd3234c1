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
from dataclasses import dataclass
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
        answered = has_answer(part, column, self._rule.counting)[timeline.rows]
        found[timeline.rows] = timeline.released(answered, self._rule.threshold)
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


def has_answer(part: Part, column: Column, counting: Mapping[str, tuple[str, ...]]) -> Array:
    """Return for each ballot of a part whether it has an answer that counts; `counting`: the codes by field."""
    if not part.has(column):
        return np.zeros(part.size, np.bool_)
    values = part.of(column.name)
    if column.sort is Sort.NUMBER:
        return np.isfinite(values)
    if column.sort is not Sort.CODED:
        return np.asarray(values > column.missing)
    codes = counting.get(column.field, column.codes)
    counts = np.array([False] * MARKS + [code in codes for code in column.codes])
    return np.asarray(counts[values + np.int8(MARKS)])


@dataclass(frozen=True, eq=False)
class _Timeline:
    """The ballots of a part that take part in steps, by place and then by slot.

    `rows` are their rows in the part. `first` is the first of these of each place, `begin` and `end` bound the rows
    of each complete step, and `steps` bounds the steps of each place (one bound more than places).
    """

    rows: Array
    first: Array
    begin: Array
    end: Array
    steps: Array

    @classmethod
    def of(cls, part: Part, rule: Rule) -> _Timeline:
        """Return the timeline of a part."""
        slot = part.of("slot")
        rows = np.flatnonzero((slot < rule.until) & (part.of("batch") == NONE) & np.isin(part.of("mode"), _AT_ONCE))
        leaf, slot = part.leaf[rows], slot[rows]
        if (np.diff(slot)[leaf[1:] == leaf[:-1]] < 0).any():
            order = np.lexsort((slot, leaf))
            rows, leaf, slot = rows[order], leaf[order], slot[order]
        first, slots = _starts(leaf), _starts(leaf, slot)
        ends = np.append(slots, len(rows))[1:]
        bounds = np.append(np.searchsorted(slots, first), len(slots))
        walked = [ends[reached] for _, reached in _walk(ends - slots, bounds, rule.threshold, growth=GROWTH)]
        end = np.sort(np.concatenate([first[:0], *walked]))
        steps = np.searchsorted(end, np.append(first, len(rows)), side="right")
        begin = np.append(first[:1], end)[:-1].copy() if len(end) else end
        opening = steps[:-1] < steps[1:]
        begin[steps[:-1][opening]] = first[opening]
        return cls(rows, first, begin, end, steps)

    def released(self, answered: Array, threshold: int) -> Array:
        """Return for each row whether it is released: it lies before the last group of a place."""
        upto = np.append(0, np.cumsum(answered, dtype=np.int32))
        last, before = self.first.copy(), self.first.copy()
        for places, reached in _walk(upto[self.end] - upto[self.begin], self.steps, threshold):
            before[places] = last[places]
            last[places] = self.end[reached]
        change = np.zeros(len(self.rows) + 1, np.int8)
        np.add.at(change, self.first, 1)
        np.add.at(change, before, -1)
        return np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)


def _walk(sizes: Array, bounds: Array, least: int, growth: int | None = None) -> Iterator[tuple[Array, Array]]:
    """Yield the places that complete a first group and its last item, then those that complete a second, and so on.

    A group is the next few items of a place that have `least` together. `sizes` holds the items of all places, one
    place behind the other as `bounds` says. With `growth`, a group is also one part in so many of those before it.
    """
    upto = np.append(0, np.cumsum(sizes))
    going, begin = np.arange(len(bounds) - 1), upto[bounds[:-1]]
    at = begin
    while going.size:
        need = least if growth is None else np.maximum(least, -(-(at - begin) // growth))
        reached = np.searchsorted(upto, at + need) - 1
        is_complete = reached < bounds[going + 1]
        going, begin, reached = going[is_complete], begin[is_complete], reached[is_complete]
        at = upto[reached + 1]
        if going.size:
            yield going, reached


def _starts(*columns: Array) -> Array:
    """Return where each run of neighbours that are equal in all columns begins."""
    changes = np.any([values[1:] != values[:-1] for values in columns], axis=0)
    return np.flatnonzero(np.append(True, changes)[: len(columns[0])])
