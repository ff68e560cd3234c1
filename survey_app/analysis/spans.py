"""Spans of days: what ballots are told apart by where a question asks for a date.

Like classes of numbers (`classes`) they follow from the question alone, never from the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from survey_app.questionnaire.definition import DateQuestion
from survey_app.questionnaire.text import Text

BEYOND = "inf"
"""The end of a span that has none."""

_MOST_DAYS = 31
_MOST_SPANS = 24
_MONTHS = (1, 3, 12, 60, 120, 240, 600, 1200, 6000)
"""Lengths of spans in months: the first of which there are no more than `_MOST_SPANS` between two limits."""

_LADDER = ((1940, 1989, 120), (1990, 2009, 60), (2010, 2039, 12))
"""Without an earliest day: from year, to year, and months of a span. Births lie far back, events are recent."""

_DAY = timedelta(days=1)
_LAST_YEAR = date.max.year


def ends_of_spans(question: DateQuestion) -> tuple[str, ...]:
    """Return the spans of a question by their last days, ISO; "inf" for the last where no latest day is set.

    Between two limits these are days, months, quarters, years or more; from an earliest day on the months of two
    years and then ten years; without one decades, half-decades and, from 2010 on, years.
    """
    earliest, latest = _day(question.earliest), _day(question.latest)
    if earliest is not None and latest is not None:
        if (latest - earliest).days < _MOST_DAYS:
            return tuple((earliest + number * _DAY).isoformat() for number in range((latest - earliest).days + 1))
        return _written(_ends(earliest, latest, _months(earliest, latest)))
    if earliest is not None:
        year = earliest.year + 1
        ends = [*_ends(earliest, _last_of(year), 1), *_ends(_first_of(year + 1), _last_of(year + 10), 12)]
        return (*_written(dict.fromkeys(ends)), BEYOND)
    ends = [end for begin, last, months in _LADDER for end in _ends(_first_of(begin), _last_of(last), months)]
    if latest is None or latest > ends[-1]:
        return (*_written(ends), BEYOND)
    return _written(end for place, end in enumerate(ends) if not place or ends[place - 1] < latest)


def day_number(end: str) -> float:
    """Return the days since 1970 of the end of a span."""
    return float("inf") if end == BEYOND else (date.fromisoformat(end) - date(1970, 1, 1)).days


def name_of_span(question: DateQuestion, before: str | None, end: str) -> Text:
    """Name the days after `before` (None: from the beginning) up to `end`: as months or years where they are."""
    first = _beginning(question) if before is None else date.fromisoformat(before) + _DAY
    if end == BEYOND:
        return Text("任何日期", "any date") if first is None else _from(first)
    last = date.fromisoformat(end)
    if first is None:
        return _until(last)
    if _is_first(first, year=True) and _is_last(last, year=True):
        return _years(first.year, last.year)
    if _is_first(first) and _is_last(last):
        return _whole_months(first, last)
    return _days(first, last)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _months(earliest: date, latest: date) -> int:
    def spans(months: int) -> int:
        return _index(latest) // months - _index(earliest) // months + 1

    return next((months for months in _MONTHS if spans(months) <= _MOST_SPANS), _MONTHS[-1])


def _index(day: date) -> int:
    """Return the number of the month."""
    return day.year * 12 + day.month - 1


def _ends(first: date, last: date, months: int) -> Iterator[date]:
    """Yield the last days of the spans of so many months that lie between two days."""
    for number in range(_index(first) // months, _index(last) // months + 1):
        year, month = divmod((number + 1) * months, 12)
        yield date.max if year > _LAST_YEAR else date(year, month + 1, 1) - _DAY


def _written(ends: Iterator[date] | dict[date, None] | list[date]) -> tuple[str, ...]:
    return tuple(end.isoformat() for end in ends)


def _first_of(year: int) -> date:
    return date(min(year, _LAST_YEAR), 1, 1)


def _last_of(year: int) -> date:
    return date(min(year, _LAST_YEAR), 12, 31)


def _beginning(question: DateQuestion) -> date | None:
    """Return where the first span of a question begins: with the month or years that its earliest day lies in."""
    earliest, latest = _day(question.earliest), _day(question.latest)
    if earliest is None or (latest is not None and (latest - earliest).days < _MOST_DAYS):
        return earliest
    months = 1 if latest is None else _months(earliest, latest)
    year, month = divmod(_index(earliest) // months * months, 12)
    return date(max(year, 1), month + 1, 1)


def _is_first(day: date, *, year: bool = False) -> bool:
    return day.day == 1 and (not year or day.month == 1)


def _is_last(day: date, *, year: bool = False) -> bool:
    return day == date.max or (_is_first(day + _DAY) and (not year or day.month == 12))


def _until(last: date) -> Text:
    name = _years(last.year, last.year) if _is_last(last, year=True) else _days(last, last)
    return Text(f"{name.zh}及以前", f"{name.en} or earlier")


def _from(first: date) -> Text:
    if _is_first(first, year=True):
        name = _years(first.year, first.year)
    else:
        name = _whole_months(first, first) if _is_first(first) else _days(first, first)
    return Text(f"{name.zh}及以后", f"{name.en} or later")


def _years(first: int, last: int) -> Text:
    if first == last:
        return Text(f"{first}年", f"{first}")
    return Text(f"{first}年至{last}年", f"{first} to {last}")


def _whole_months(first: date, last: date) -> Text:
    zh, en = f"{first.year}年{first.month}月", f"{first:%b} {first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return Text(zh, en)
    if first.year == last.year:
        return Text(f"{zh}至{last.month}月", f"{first:%b} to {last:%b} {last.year}")
    return Text(f"{zh}至{last.year}年{last.month}月", f"{en} to {last:%b} {last.year}")


def _days(first: date, last: date) -> Text:
    zh, en = f"{first.year}年{first.month}月{first.day}日", f"{first.day} {first:%b} {first.year}"
    if first == last:
        return Text(zh, en)
    ends = f"{last.day} {last:%b} {last.year}"
    if first.year == last.year:
        return Text(f"{zh}至{last.month}月{last.day}日", f"{first.day} {first:%b} to {ends}")
    return Text(f"{zh}至{last.year}年{last.month}月{last.day}日", f"{en} to {ends}")
