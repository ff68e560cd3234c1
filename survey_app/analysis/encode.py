"""Responses into columns: the only reader of answers, once per response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from survey_app.analysis.layout import Array, Column, columns_of_version
from survey_app.questionnaire.definition import Matrix, Questionnaire, options_of
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import Answer, comparisons
from survey_app.words import Audience, Mode

SLOT = timedelta(minutes=10)
"""`received_at` is kept cut to this, so that it connects nobody with an answer."""
SLOTS_A_DAY = 144
CHINA = 48
"""Slots by which China's day begins before the day of UTC."""

AUDIENCES = tuple(Audience)
MODES = tuple(Mode)
NONE = -1
"""Stands for no posting, no batch, no known duration."""

_MOST_REMEMBERED = 50_000


class ResponseRow(NamedTuple):
    """One stored response, as the database gives it."""

    id: UUID | str
    """Also as 32 hexadecimal digits."""
    received_at: datetime
    version_id: int
    collector_id: int
    posting_id: int | None
    unit_id: int
    batch_id: int | None
    audience: str
    mode: str
    seconds: int | None
    answers: dict[str, Any]


DIMENSIONS: Mapping[str, np.dtype[Any]] = {
    "id_high": np.dtype("<u8"),
    "id_low": np.dtype("<u8"),
    "slot": np.dtype("<i4"),
    "version": np.dtype("<i4"),
    "collector": np.dtype("<i4"),
    "posting": np.dtype("<i4"),
    "unit": np.dtype("<i4"),
    "batch": np.dtype("<i4"),
    "audience": np.dtype("i1"),
    "mode": np.dtype("i1"),
    "seconds": np.dtype("<i2"),
}
"""What is known of a response besides its answers; foreign keys are those of the database, `NONE` for NULL.

Team, wave and the unit tree follow from these through small tables, so that nothing here goes stale when they
change.
"""


def slot_of(moment: datetime) -> int:
    """Return the number of the ten-minute slot (since 1970, UTC) that `moment` lies in."""
    return int(moment.timestamp() // SLOT.total_seconds())


def day_of(slots: Array) -> Array:
    """Return the day in China (days since 1970) of each slot."""
    days: Array = np.floor_divide(slots + CHINA, SLOTS_A_DAY)
    return days


def encode_dimensions(rows: Sequence[ResponseRow]) -> dict[str, Array]:
    """Return one array per dimension."""
    ids, moments, versions, collectors, postings, units, batches, audiences, modes, seconds, _ = zip(
        *rows, strict=True
    )
    keys = id_pairs(ids)
    slots = {moment: slot_of(moment) for moment in set(moments)}
    audience_number = {each.value: place for place, each in enumerate(AUDIENCES)}
    mode_number = {each.value: place for place, each in enumerate(MODES)}
    values: dict[str, Any] = {
        "slot": [slots[moment] for moment in moments],
        "version": versions,
        "collector": collectors,
        "posting": _keys(postings),
        "unit": units,
        "batch": _keys(batches),
        "audience": [audience_number[each] for each in audiences],
        "mode": [mode_number[each] for each in modes],
        "seconds": _keys(seconds),
    }
    return {
        "id_high": keys[:, 0],
        "id_low": keys[:, 1],
        **{name: np.array(column, DIMENSIONS[name]) for name, column in values.items()},
    }


def id_pairs(ids: Sequence[UUID | str]) -> Array:
    """Return the ids as two unsigned numbers each."""
    digits = "".join(each if isinstance(each, str) else each.hex for each in ids)
    raw = np.frombuffer(bytes.fromhex(digits), ">u8")
    return raw.astype("<u8").reshape(-1, 2)


def _keys(values: Sequence[int | None]) -> list[int]:
    return [NONE if value is None else value for value in values]


class Encoder:
    """Encodes the answers given under one version, into that version's columns or a wider set of them."""

    def __init__(self, questionnaire: Questionnaire, columns: Mapping[str, Column]) -> None:
        """`columns` holds, by name, at least the columns of `questionnaire`, with at least their codes."""
        own = {column.name: columns[column.name] for column in columns_of_version(questionnaire)}
        self._own = own
        self._others = tuple(column for name, column in columns.items() if name not in own)
        self._asked = _Asked(questionnaire)

    def encode(self, answers: Sequence[dict[str, Answer]]) -> dict[str, Array]:
        """Return one array per column. Answers off the path count as not asked, whatever is stored."""
        asked = self._asked.of(answers)
        by_field: dict[str, list[Answer | None]] = {}
        encoded: dict[str, Array] = {}
        for name, column in self._own.items():
            if column.field not in by_field:
                by_field[column.field] = list(map(dict.get, answers, repeat(column.field)))
            values = column.encode(by_field[column.field])
            values[~asked[column.field]] = column.not_asked
            encoded[name] = values
        for column in self._others:
            encoded[column.name] = np.full(len(answers), column.not_asked, column.dtype)
        return encoded


class _Asked:
    """Which fields a respondent was asked: `questionnaire.path`, once for each combination of steering answers."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._steering = _steering(questionnaire)
        self._patterns: list[frozenset[str]] = []
        self._number: dict[frozenset[str], int] = {}
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, answers: Sequence[Mapping[str, Answer]]) -> dict[str, Array]:
        """Return for each field whether it was asked, per response."""
        numbers = np.fromiter((self._pattern(each) for each in answers), np.intp, len(answers))
        return {
            field: np.array([field in pattern for pattern in self._patterns], np.bool_)[numbers]
            for field in self._questionnaire.fields
        }

    def _pattern(self, answers: Mapping[str, Answer]) -> int:
        key = tuple(_hashable(answers.get(code)) for code in self._steering)
        found = self._known.get(key)
        if found is None:
            found = self._find(answers)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _find(self, answers: Mapping[str, Answer]) -> int:
        steering = {code: answers[code] for code in self._steering if code in answers}
        pattern = path(self._questionnaire, steering).codes
        if pattern not in self._number:
            self._number[pattern] = len(self._patterns)
            self._patterns.append(pattern)
        return self._number[pattern]


def _hashable(answer: Answer | None) -> object:
    return tuple(answer) if isinstance(answer, list) else answer


def _steering(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the fields whose answers decide which fields are asked."""
    codes: dict[str, None] = {}
    for section in questionnaire.sections:
        codes.update(dict.fromkeys(each.question for each in comparisons(section.shown_if)))
        for question in section.questions:
            codes.update(dict.fromkeys(each.question for each in comparisons(question.shown_if)))
            if isinstance(question, Matrix) and question.rows_from is not None:
                codes[question.rows_from] = None
            if any(option.specify for option in options_of(question)):
                codes[question.code] = None
    return tuple(codes)
