"""Columns → traces → what looks like proxy filling: by collector and ten-minute slot, and the ballots without it.

Judged are ballots that people sent themselves, from a phone or a shared tablet. Those on paper, from a file or by
telephone were entered by somebody on purpose. Of a ballot nothing is read but what its columns hold: answers, its
collector, its ten minutes and how long it took.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from survey_app.analysis.columns import Columns
from survey_app.analysis.encode import MODES, NONE, SLOT
from survey_app.analysis.layout import Array, Column, Sort
from survey_app.questionnaire.definition import Matrix, Questionnaire, ScaleQuestion, scale_of
from survey_app.scoring.proxy import Flag, Limits, Trace, flag
from survey_app.words import Mode

_BY_THEMSELVES = (Mode.WEB, Mode.KIOSK)
_MARKS = (Flag.BURST, Flag.IDENTICAL, Flag.TOO_FAST)
_FIELD_BITS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Judged ballots, how many of them are flagged, and how many for each reason."""

    judged: int
    flagged: int
    burst: int
    identical: int
    too_fast: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Ten minutes of one collector in which something stands out; `begins` is their first moment."""

    collector: int
    begins: datetime
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The flagged ballots of one collector at one posting (None: none); `counting` of them answer the headline."""

    collector: int
    posting: int | None
    ids: frozenset[UUID]
    counting: frozenset[UUID]


@dataclass(frozen=True)
class Judgement:
    """The ballots of one survey under some limits. `rest` are all its ballots that count without the flagged."""

    total: Counts
    by_collector: dict[int, Counts]
    slots: tuple[Slot, ...]
    groups: tuple[Group, ...]
    rest: Columns

    def flagged(self, collectors: Collection[int]) -> frozenset[UUID]:
        """Return the ids of the flagged ballots of some collectors."""
        return frozenset().union(*(group.ids for group in self.groups if group.collector in collectors))

    def counting(self, collectors: Collection[int]) -> frozenset[UUID]:
        """Return those of them that answer the headline."""
        return frozenset().union(*(group.counting for group in self.groups if group.collector in collectors))


def judge(columns: Columns, questionnaire: Questionnaire, limits: Limits) -> Judgement:
    """Return what stands out among the ballots that count."""
    own = columns.where("mode", np.array([MODES.index(mode) for mode in _BY_THEMSELVES]))
    own = own.where("batch", np.array([NONE]))
    collector, slot = (own.dimension(name) for name in ("collector", "slot"))
    flags = flag(_traces(own, questionnaire, collector, slot), limits)
    marks = np.array([[mark in each for mark in _MARKS] for each in flags], np.bool_).reshape(-1, len(_MARKS))
    is_flagged: Array = np.asarray(marks.any(axis=1))
    keys, of_collector = np.unique(collector, return_inverse=True)
    return Judgement(
        total=_counts(marks, np.zeros(len(flags), np.intp), 1)[0],
        by_collector=dict(zip(keys.tolist(), _counts(marks, of_collector, len(keys)), strict=True)),
        slots=_slots(marks, collector, slot),
        groups=_groups(own, is_flagged, _counting(own, questionnaire)),
        rest=_without(columns, own, is_flagged),
    )


def _counts(marks: Array, group: Array, size: int) -> list[Counts]:
    """Return the counts of each group, 0 up to `size` - 1."""
    by_mark = [np.bincount(group[marks[:, place]], minlength=size).tolist() for place in range(len(_MARKS))]
    judged = np.bincount(group, minlength=size).tolist()
    flagged = np.bincount(group[marks.any(axis=1)], minlength=size).tolist()
    return [
        Counts(judged=every, flagged=some, burst=burst, identical=identical, too_fast=too_fast)
        for every, some, burst, identical, too_fast in zip(judged, flagged, *by_mark, strict=True)
    ]


def _slots(marks: Array, collector: Array, slot: Array) -> tuple[Slot, ...]:
    """Return the slots with something flagged, those with the most first."""
    pairs, group = np.unique(np.stack([collector, slot], axis=1), axis=0, return_inverse=True)
    found = [
        Slot(collector=key, begins=datetime.fromtimestamp(number * SLOT.total_seconds(), UTC), counts=counts)
        for (key, number), counts in zip(pairs.tolist(), _counts(marks, group.reshape(-1), len(pairs)), strict=True)
        if counts.flagged
    ]
    return tuple(sorted(found, key=lambda each: (-each.counts.flagged, each.begins, each.collector)))


def _counting(own: Columns, questionnaire: Questionnaire) -> Array:
    """Return which ballots have an answer to the headline that counts."""
    code = questionnaire.headline
    column = None if code is None else own.column(code, Sort.CODED)
    if code is None or column is None:
        return np.zeros(own.size, np.bool_)
    scale = questionnaire.scale_by_code[scale_of(questionnaire.fields[code].question) or ""]
    places = [
        place for place, each in enumerate(column.codes) if each in scale.by_code and scale.by_code[each].in_base
    ]
    return np.isin(own.values(column), np.array(places))


def _groups(own: Columns, is_flagged: Array, counts: Array) -> tuple[Group, ...]:
    high, low = own.dimension("id_high"), own.dimension("id_low")
    collector, posting = own.dimension("collector"), own.dimension("posting")
    groups: dict[tuple[int, int], dict[UUID, bool]] = {}
    for place in np.flatnonzero(is_flagged).tolist():
        one = UUID(int=int(high[place]) << 64 | int(low[place]))
        groups.setdefault((int(collector[place]), int(posting[place])), {})[one] = bool(counts[place])
    return tuple(
        Group(
            collector=key,
            posting=None if where == NONE else where,
            ids=frozenset(ids),
            counting=frozenset(each for each, does_count in ids.items() if does_count),
        )
        for (key, where), ids in sorted(groups.items())
    )


def _without(columns: Columns, own: Columns, is_flagged: Array) -> Columns:
    """Return the ballots that count without the flagged ones; `own` are those that were judged."""
    pieces, start = [], 0
    for piece, judged in zip(columns.pieces, own.pieces, strict=True):
        places = np.arange(piece.size) if judged.kept is None else np.flatnonzero(judged.kept)
        stays = np.ones(piece.size, np.bool_)
        stays[places[is_flagged[start : start + len(places)]]] = False
        start += len(places)
        pieces.append(replace(piece, kept=stays if piece.kept is None else stays & piece.kept))
    return replace(columns, pieces=tuple(pieces))


def _traces(own: Columns, questionnaire: Questionnaire, collector: Array, slot: Array) -> list[Trace]:
    fields: dict[str, list[Column]] = {}
    for column in own.layout.values():
        fields.setdefault(column.field, []).append(column)
    graded = {
        code
        for code, place in questionnaire.fields.items()
        if place.specify is None and isinstance(place.question, ScaleQuestion | Matrix)
    }
    values = [_values(own, columns) for columns in fields.values()]
    graded_places = [place for place, code in enumerate(fields) if code in graded]
    table = np.stack(values, axis=1) if values else np.zeros((own.size, 0), np.int64)
    seconds = own.dimension("seconds").tolist()
    return [
        Trace(key, number, given, None if took == NONE else float(took))
        for key, number, given, took in zip(
            collector.tolist(), slot.tolist(), _answers(table, graded_places), seconds, strict=True
        )
    ]


def _answers(table: Array, graded: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the answers of each ballot, each marked by its field.

    One with a single grade throughout, and one that has no equal, is given as the same answer so many times: all
    that matters of it is how many it has, and a million ballots would make thirty million numbers otherwise.
    """
    counts = (table >= 0).sum(axis=1)
    grades = table[:, list(graded)]
    most = grades.max(axis=1, initial=-1)
    least = np.where(grades >= 0, grades, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
    is_uniform = ((grades >= 0).sum(axis=1) > 1) & (most == least)
    needs_all = ~is_uniform & ~_is_alone(table)
    plain = [(0,) * length for length in range(table.shape[1] + 1)]
    found = [plain[count] for count in counts.tolist()]
    for place in np.flatnonzero(needs_all).tolist():
        row = table[place].tolist()
        found[place] = tuple((field << _FIELD_BITS) + value for field, value in enumerate(row) if value >= 0)
    return found


def _is_alone(table: Array) -> Array:
    """Return which rows have no equal."""
    if not table.size:
        return np.ones(len(table), np.bool_)
    # A row as one value of so many bytes: sorting these takes a tenth of sorting by column after column.
    rows: Array = np.ascontiguousarray(table).view(np.dtype((np.void, table.shape[1] * table.itemsize))).reshape(-1)
    _, same, often = np.unique(rows, return_inverse=True, return_counts=True)
    alone: Array = often[same] == 1
    return alone


def _values(own: Columns, columns: Sequence[Column]) -> Array:
    """Return one number for the answers to a field, -1 for none. Of words only is known that there are some."""
    total = np.full(own.size, -1, np.int64)
    for number, column in enumerate(columns):
        found = own.values(column)
        match column.sort:
            case Sort.CODED | Sort.WHOLE:
                total = np.where(found >= 0, found.astype(np.int64), total)
            case Sort.DAY:
                total = np.where(found > column.missing, np.abs(found.astype(np.int64)), total)
            case Sort.NUMBER:
                given = np.isfinite(found)
                total[given] = np.abs(found[given] * 100).astype(np.int64)
            case Sort.CHOSEN | Sort.PLACE:
                more = np.where(found > 0, found.astype(np.int64) << (number % 20), 0)
                total = np.where(found >= 0, np.maximum(total, 0) + more, total)
            case Sort.GIVEN:
                # Two people do not write the same words: each counts as an answer of its own.
                total = np.where(found > 0, np.arange(own.size), total)
    return total
