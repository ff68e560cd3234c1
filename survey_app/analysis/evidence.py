"""Columns → traces → what looks like proxy filling: by collector and ten-minute slot, and the ballots without it.

Judged are ballots that people sent themselves, from a phone or a shared tablet. Those on paper, from a file or by
telephone were entered by somebody on purpose. Of a ballot nothing is read but what its columns hold: answers, its
collector, its ten minutes and how long it took.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from survey_app.analysis.columns import Columns
from survey_app.analysis.encode import MODES, NONE, SLOT
from survey_app.analysis.layout import Array, Column, Sort
from survey_app.questionnaire.definition import Matrix, Questionnaire, ScaleQuestion
from survey_app.scoring.proxy import Flag, Limits, Trace, flag
from survey_app.words import Mode

_BY_THEMSELVES = (Mode.WEB, Mode.KIOSK)
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
    """The flagged ballots of one collector at one posting (None: none)."""

    collector: int
    posting: int | None
    ids: frozenset[UUID]


@dataclass(frozen=True)
class Judgement:
    """The ballots of one survey under some limits. `rest` are all its ballots that count without the flagged."""

    total: Counts
    by_collector: dict[int, Counts]
    slots: tuple[Slot, ...]
    groups: tuple[Group, ...]
    rest: Columns

    @property
    def flagged(self) -> frozenset[UUID]:
        """The ids of all flagged ballots."""
        return frozenset().union(*(group.ids for group in self.groups))


def judge(columns: Columns, questionnaire: Questionnaire, limits: Limits) -> Judgement:
    """Return what stands out among the ballots that count."""
    own = columns.where("mode", np.array([MODES.index(mode) for mode in _BY_THEMSELVES]))
    own = own.where("batch", np.array([NONE]))
    collector, slot, posting = (own.dimension(name) for name in ("collector", "slot", "posting"))
    flags = flag(_traces(own, questionnaire, collector, slot), limits)
    is_flagged = np.array([bool(each) for each in flags], np.bool_)
    places = np.arange(len(flags))
    by_collector = {int(key): _counts(flags, places[collector == key].tolist()) for key in np.unique(collector)}
    return Judgement(
        total=_counts(flags, places.tolist()),
        by_collector=by_collector,
        slots=_slots(flags, is_flagged, collector, slot),
        groups=_groups(own, is_flagged, collector, posting),
        rest=_without(columns, own, is_flagged),
    )


def _counts(flags: Sequence[frozenset[Flag]], places: Sequence[int]) -> Counts:
    own = [flags[place] for place in places]
    return Counts(
        judged=len(own),
        flagged=sum(bool(each) for each in own),
        burst=sum(Flag.BURST in each for each in own),
        identical=sum(Flag.IDENTICAL in each for each in own),
        too_fast=sum(Flag.TOO_FAST in each for each in own),
    )


def _slots(flags: Sequence[frozenset[Flag]], is_flagged: Array, collector: Array, slot: Array) -> tuple[Slot, ...]:
    """Return the slots with something flagged, those with the most first."""
    if not is_flagged.any():
        return ()
    pairs = np.stack([collector, slot], axis=1)
    found = []
    for key, number in np.unique(pairs[is_flagged], axis=0).tolist():
        places = np.flatnonzero((collector == key) & (slot == number)).tolist()
        begins = datetime.fromtimestamp(number * SLOT.total_seconds(), UTC)
        found.append(Slot(collector=key, begins=begins, counts=_counts(flags, places)))
    return tuple(sorted(found, key=lambda each: (-each.counts.flagged, each.begins, each.collector)))


def _groups(own: Columns, is_flagged: Array, collector: Array, posting: Array) -> tuple[Group, ...]:
    high, low = own.dimension("id_high"), own.dimension("id_low")
    groups: dict[tuple[int, int], list[UUID]] = {}
    for place in np.flatnonzero(is_flagged).tolist():
        one = UUID(int=int(high[place]) << 64 | int(low[place]))
        groups.setdefault((int(collector[place]), int(posting[place])), []).append(one)
    return tuple(
        Group(collector=key, posting=None if where == NONE else where, ids=frozenset(ids))
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
    places = np.array([code in graded for code in fields], np.bool_)
    table = np.stack(values, axis=1) if values else np.zeros((own.size, 0), np.int64)
    seconds = own.dimension("seconds").tolist()
    return [
        Trace(key, number, _answers(row, places), None if took == NONE else float(took))
        for key, number, row, took in zip(collector.tolist(), slot.tolist(), table, seconds, strict=True)
    ]


def _answers(row: Array, graded: Array) -> tuple[int, ...]:
    """Return a ballot's answers, each marked by its field; one with a single grade throughout as just that."""
    answered = row >= 0
    grades = row[answered & graded]
    if len(grades) > 1 and (grades == grades[0]).all():
        return (0,) * int(answered.sum())
    return tuple(((np.flatnonzero(answered) << _FIELD_BITS) + row[answered]).tolist())


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
