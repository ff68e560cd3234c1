"""Calendar months and the day in China."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.services.days import day_begins, months_after, today

_DAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2017, 4, 25), 1, date(2017, 5, 25)),
        (date(2017, 4, 25), 6, date(2017, 10, 25)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 6, 15), 0, date(2026, 6, 15)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@given(_DAYS, st.integers(0, 24))
def test_the_day_of_the_month_stays_or_becomes_the_last(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    last = calendar.monthrange(later.year, later.month)[1]
    assert later.day == min(day.day, last)


@given(_DAYS, st.integers(0, 12), st.integers(1, 12))
def test_a_later_wave_is_never_due_earlier(day: date, months: int, more: int) -> None:
    assert months_after(day, months) < months_after(day, months + more)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 4, 20, 15, 59, 59, tzinfo=UTC), date(2026, 4, 20)),
        (datetime(2026, 4, 20, 16, 0, tzinfo=UTC), date(2026, 4, 21)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_china(moment: datetime, day: date) -> None:
    assert today(moment) == day


@given(_DAYS)
def test_a_day_begins_where_the_one_before_ends(day: date) -> None:
    begins = day_begins(day)
    assert today(begins) == day
    assert today(begins - timedelta(microseconds=1)) == day - timedelta(days=1)
