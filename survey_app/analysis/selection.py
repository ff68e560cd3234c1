"""Which ballots a view is about, as plain values with one canonical text: a link reproduces the exact view.

Audience and survey (hence wave and version) are always named: they are never pooled. A place (a unit with all
below it, or a team) may be combined with at most `MOST_CUTS` further conditions; see decision 0008 for why.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from survey_app.questionnaire.definition import CODE, OPTION_CODE
from survey_app.words import Audience, Mode

MOST_CUTS = 2
"""Conditions besides the place: more would leave groups that nobody can keep from being told apart."""

PERIOD_DAYS = 7
MODE, PERIOD = "mode", "period"
"""Names of the cuts that are not answers."""
UNIT, TEAM, ANSWERS = "unit", "team", "answers"
"""Names of the other parts of a selection."""

_ANSWER = "q."
_CLASS = re.compile(r"-?[0-9.]{1,20}\Z|[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
"""What the code of a class of numbers or days looks like, where it is not that of an option, too."""

_LARGEST_KEY = 2**31 - 1
"""What a column of keys holds: nothing has a larger one, and a database fails at the comparison."""
_KEYS = ("survey", "audience", "unit", "team", "mode", "since", "until")


class Trouble(StrEnum):
    """Why a selection is not one."""

    MALFORMED = "malformed"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_CODE = "unknown_code"
    TOO_MANY = "too_many"
    DAYS_REVERSED = "days_reversed"
    NOT_HERE = "not_here"
    ONE_ONLY = "one_only"


class BadSelection(ValueError):
    """A text or selection that cannot be shown; `where` names the part, as `q.W01`."""

    def __init__(self, where: str, trouble: Trouble) -> None:
        super().__init__(f"{where}: {trouble}")
        self.where = where
        self.trouble = trouble


@dataclass(frozen=True, slots=True, order=True)
class AnswerFilter:
    """Ballots whose answer to `field` is one of `codes`.

    `field` is a field code, or question and option of a multiple choice ("W20.3") with the codes 1 (ticked) and 0.
    """

    field: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Ballots of one audience in one survey that meet all of the conditions; None and () set none.

    `since` and `until` are days in China, both inclusive; they are widened to whole weeks.
    """

    survey: int
    audience: Audience
    unit: int | None = None
    team: int | None = None
    modes: tuple[Mode, ...] = ()
    since: date | None = None
    until: date | None = None
    answers: tuple[AnswerFilter, ...] = ()

    @property
    def cuts(self) -> tuple[str, ...]:
        """Names of the conditions besides the place, sorted."""
        found = [each.field for each in self.answers]
        found += [MODE] if self.modes else []
        found += [PERIOD] if self.since is not None or self.until is not None else []
        return tuple(sorted(found))

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of what is set besides survey and audience, as `only` takes them; ANSWERS for all answers."""
        days = self.since is not None or self.until is not None
        given = {
            UNIT: self.unit is not None,
            TEAM: self.team is not None,
            MODE: bool(self.modes),
            PERIOD: days,
            ANSWERS: bool(self.answers),
        }
        return tuple(name for name, is_set in given.items() if is_set)

    def only(self, parts: Collection[str]) -> Selection:
        """Return the selection with nothing set but some of its parts."""
        return Selection(
            survey=self.survey,
            audience=self.audience,
            unit=self.unit if UNIT in parts else None,
            team=self.team if TEAM in parts else None,
            modes=self.modes if MODE in parts else (),
            since=self.since if PERIOD in parts else None,
            until=self.until if PERIOD in parts else None,
            answers=self.answers if ANSWERS in parts else (),
        )

    def normal(self) -> Selection:
        """Return the same ballots in the canonical form: sorted, without doubles, in whole weeks."""
        by_field: dict[str, set[str]] = {}
        for each in self.answers:
            # Two filters on one field are a narrower one.
            by_field[each.field] = by_field.get(each.field, set(each.codes)) & set(each.codes)
        return replace(
            self,
            modes=tuple(sorted(set(self.modes))),
            since=None if self.since is None else _monday(self.since),
            until=None if self.until is None else _monday(self.until) + timedelta(days=PERIOD_DAYS - 1),
            answers=tuple(AnswerFilter(name, tuple(sorted(codes))) for name, codes in sorted(by_field.items())),
        )

    def text(self) -> str:
        """Return the canonical text, the query part of a link; `parse` reads it back."""
        normal = self.normal()
        parts: list[tuple[str, str]] = [("survey", str(normal.survey)), ("audience", normal.audience.value)]
        for key, number in (("unit", normal.unit), ("team", normal.team)):
            parts += [(key, str(number))] if number is not None else []
        parts += [("mode", ",".join(normal.modes))] if normal.modes else []
        for key, day in (("since", normal.since), ("until", normal.until)):
            parts += [(key, day.isoformat())] if day is not None else []
        parts += [(_ANSWER + each.field, ",".join(each.codes)) for each in normal.answers]
        return urlencode(parts, safe=",")

    def __str__(self) -> str:
        return self.text()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def parse(text: str) -> Selection:
    """Read the text of a selection, in any order of its parts. Raises `BadSelection`."""
    pairs = parse_qsl(text, keep_blank_values=True)
    return from_pairs(pairs)


def from_pairs(pairs: Iterable[tuple[str, str]]) -> Selection:
    """Read a selection from the arguments of a request. Raises `BadSelection` for an unknown or repeated one."""
    given: dict[str, str] = {}
    for key, value in pairs:
        if key in given or (key not in _KEYS and not key.startswith(_ANSWER)):
            raise BadSelection(key, Trouble.MALFORMED)
        given[key] = value
    survey = _number(given, "survey")
    if survey is None:
        raise BadSelection("survey", Trouble.MALFORMED)
    try:
        audience = Audience(given.get("audience", ""))
        modes = tuple(Mode(each) for each in given["mode"].split(",")) if given.get("mode") else ()
    except ValueError as error:
        raise BadSelection("audience" if "Audience" in str(error) else "mode", Trouble.MALFORMED) from error
    return Selection(
        survey=survey,
        audience=audience,
        unit=_number(given, "unit"),
        team=_number(given, "team"),
        modes=modes,
        since=_day(given, "since"),
        until=_day(given, "until"),
        answers=tuple(_filter(key, value) for key, value in given.items() if key.startswith(_ANSWER)),
    ).normal()


def _number(given: Mapping[str, str], key: str) -> int | None:
    value = given.get(key, "")
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise BadSelection(key, Trouble.MALFORMED)
    return min(int(value), _LARGEST_KEY)


def _day(given: Mapping[str, str], key: str) -> date | None:
    value = given.get(key, "")
    try:
        # The furthest weeks of the calendar have no Monday or no Sunday.
        day = date.fromisoformat(value) if value else None
        return None if day is None else max(date(1970, 1, 5), min(day, date(9999, 1, 1)))
    except ValueError as error:
        raise BadSelection(key, Trouble.MALFORMED) from error


def _filter(key: str, value: str) -> AnswerFilter:
    question, _, option = key.removeprefix(_ANSWER).partition(".")
    codes = value.split(",")
    if not CODE.match(question) or (option and not OPTION_CODE.match(option)):
        raise BadSelection(key, Trouble.MALFORMED)
    if not all(OPTION_CODE.match(code) or _CLASS.match(code) for code in codes):
        raise BadSelection(key, Trouble.MALFORMED)
    return AnswerFilter(f"{question}.{option}" if option else question, tuple(codes))


def check(selection: Selection, known: Mapping[str, Collection[str]]) -> None:
    """Raise `BadSelection` unless the instrument has what `selection` names, and no more than may be asked for.

    `known` holds the codes that ballots can be filtered by, by question (`readings.filterable`).
    """
    if selection.since is not None and selection.until is not None and selection.since > selection.until:
        raise BadSelection("since", Trouble.DAYS_REVERSED)
    if len(selection.cuts) > MOST_CUTS:
        raise BadSelection(selection.cuts[MOST_CUTS], Trouble.TOO_MANY)
    for each in selection.answers:
        if each.field not in known:
            raise BadSelection(_ANSWER + each.field, Trouble.UNKNOWN_FIELD)
        if not each.codes or not set(each.codes) <= set(known[each.field]):
            raise BadSelection(_ANSWER + each.field, Trouble.UNKNOWN_CODE)
