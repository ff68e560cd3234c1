"""Days as Chinese offices count them: the day in China, calendar months, months' ends."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China Standard Time. It has had no summer time since 1991, so no time-zone database is needed."""


def today(now: datetime) -> date:
    """Return the day in China at the moment `now`."""
    return now.astimezone(CHINA).date()


def day_begins(day: date) -> datetime:
    """Return the moment (UTC) at which `day` begins in China."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """Return the same day of the month, `months` later; the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
