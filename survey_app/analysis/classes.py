"""Classes: what ballots are told apart by where a question asks for a number or a date.

The classes follow from the question alone, never from the answers, so that an address means the same tomorrow and
no class tells where somebody's number lies. They are fine; the gate puts those together that too few people are in.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil, floor, inf
from typing import TypeAlias

import numpy as np

from survey_app.analysis.layout import MISSING, NOT_ASKED, Array, Column, Sort
from survey_app.analysis.spans import BEYOND, day_number, ends_of_spans, name_of_span
from survey_app.questionnaire.definition import DateQuestion, Number
from survey_app.questionnaire.text import Text

Measured: TypeAlias = Number | DateQuestion
"""Questions whose answers are too many to be told apart one by one."""

_MOST_SINGLE = 20
"""Whole numbers up to so many are a class each."""
_MOST_EVEN = 100
"""Wider limits are there to catch slips of the pen: most answers lie near their lower end."""
_STEPS = (1, 2, 5)
_DECADES = 7


def column_of_classes(question: Measured) -> Column:
    """Return the column of a question's classes."""
    sort = Sort.NUMBER if isinstance(question, Number) else Sort.DAY
    return Column(question.code, Sort.CLASS, sort, codes_of_classes(question))


def codes_of_classes(question: Measured) -> tuple[str, ...]:
    """Return the classes of a question by their upper ends, which belong to them; "inf" for the last without one.

    Of numbers, up to a span of 100 they are single numbers or about ten equal steps; else 0, 1, 2, 5, 10, 20, 50
    and so on. Of dates they are spans of days (`spans`).
    """
    if isinstance(question, DateQuestion):
        return ends_of_spans(question)
    low, high = question.minimum, question.maximum
    if low is None or high is None or not 0 < high - low <= _MOST_EVEN:
        ends = [0, *(step * 10**decade for decade in range(_DECADES) for step in _STEPS)]
        known = [end for end in ends if low is None or end >= low]
        if high is None or high > known[-1]:
            return (*map(_written, known), BEYOND)
        return tuple(_written(end) for place, end in enumerate(known) if not place or known[place - 1] < high)
    if question.decimals == 0 and high - low < _MOST_SINGLE:
        return tuple(_written(low + place) for place in range(int(high - low) + 1))
    step = _step((Decimal(str(high)) - Decimal(str(low))) / 10)
    first = (floor(Decimal(str(low)) / step) + 1) * step
    many = ceil((Decimal(str(high)) - first) / step) + 1
    return tuple(_written(first + place * step) for place in range(max(many, 1)))


def classed(values: Array, column: Column) -> Array:
    """Return the class of each value of the stored column; what is missing or was not asked keeps its mark."""
    stored = column.stored
    end_of = day_number if stored.sort is Sort.DAY else float
    ends = np.array([end_of(code) for code in column.codes])
    places = np.minimum(np.searchsorted(ends, values), len(ends) - 1).astype(np.int8)
    places[np.isnan(values) if stored.sort is Sort.NUMBER else values == stored.missing] = MISSING
    places[values == stored.not_asked] = NOT_ASKED
    return places


def name_of_classes(question: Measured, codes: Sequence[str]) -> Text:
    """Name one class, or several next to each other as one: "3–5", "2 or less", "above 100", with the unit."""
    every = codes_of_classes(question)
    first, last = every.index(codes[0]), every.index(codes[-1])
    if isinstance(question, DateQuestion):
        return name_of_span(question, every[first - 1] if first else None, every[last])
    whole = question.decimals == 0
    high = float(every[last]) if question.maximum is None else min(float(every[last]), question.maximum)
    if first:
        low = float(every[first - 1])
    elif question.minimum is not None:
        low = question.minimum - (1 if whole else 0)
    else:
        low = -inf
    if high == inf:
        zh, en = f"{_printed(low)} 以上", f"above {_printed(low)}"
    elif low == -inf:
        zh, en = f"{_printed(high)} 及以下", f"{_printed(high)} or less"
    elif whole:
        zh = en = _printed(high) if high - low <= 1 else f"{_printed(low + 1)}–{_printed(high)}"
    elif low == high:
        zh = en = _printed(high)
    elif first or question.minimum is None:
        zh, en = f"{_printed(low)}（不含）–{_printed(high)}", f"above {_printed(low)}, to {_printed(high)}"
    else:
        zh = en = f"{_printed(low)}–{_printed(high)}"
    return Text(f"{zh} {question.unit.zh}".strip(), f"{en} {question.unit.en}".strip())


def _step(least: Decimal) -> Decimal:
    """Return the smallest 1, 2 or 5 times a power of ten that is not below `least`."""
    power = Decimal(10) ** least.adjusted()
    return next(step * power for step in (*_STEPS, 10) if step * power >= least)


def _written(end: float | Decimal) -> str:
    return format(Decimal(str(end)).normalize(), "f")


def _printed(number: float) -> str:
    return f"{Decimal(str(number)).normalize():,f}"
