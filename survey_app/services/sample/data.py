"""What the sample is made of, read from `data.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from survey_app.services.days import CHINA

SEED = "到职工中去 2017/10"
"""What every simulated choice follows from. Another seed gives other responses, and other figures."""

FIRST_DAY = date(2017, 4, 11)
PLANNED_DAYS = 14


@dataclass(frozen=True)
class Enterprise:
    """One enterprise of the sample.

    `effect` shifts how satisfied its workers are, in standard deviations; `workers` answer the first evaluation,
    the share `paper` of them on paper, of which `issued` were handed out and `spoilt` and `abstained` came back
    without being counted; `visitors` answer at the return visits.
    """

    union: str
    name: str
    name_en: str
    code: str
    workshops: tuple[str, ...]
    headcount: int
    days: int
    effect: float
    workers: int
    paper: float
    issued: int
    spoilt: int
    abstained: int
    union_ballots: int
    visitors: tuple[int, ...]
    hours: int
    interviews: int
    notes: int
    deeds: int
    members: tuple[str, ...]


@cache
def raw() -> Mapping[str, Any]:
    """Return the file's content."""
    found: Mapping[str, Any] = json.loads((resources.files(__package__) / "data.json").read_text(encoding="utf-8"))
    return found


@cache
def enterprises() -> tuple[Enterprise, ...]:
    """Return the eight enterprises, in the order of their teams."""
    return tuple(_enterprise(each) for each in raw()["enterprises"])


def _enterprise(record: Mapping[str, Any]) -> Enterprise:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
    }
    return Enterprise(**values)


def moment(day: date, hour: float = 9) -> datetime:
    """Return the moment (UTC) of an hour of a day in China."""
    return (datetime.combine(day, time(), CHINA) + timedelta(hours=hour)).astimezone(UTC)


def chance(*about: object) -> Random:
    """Return the source of chance for one thing, the same at every loading. Nothing here is a secret."""
    return Random(":".join([SEED, *map(str, about)]))  # noqa: S311  # simulated data
