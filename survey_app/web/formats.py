"""How things are written: dates, texts and the closed vocabularies, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from flask import Flask
from flask_babel import LazyString, to_user_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.questionnaire.text import EN, Text
from survey_app.web import context
from survey_app.words import (
    Anonymity,
    Audience,
    Bound,
    CollectorState,
    MemberRole,
    Mode,
    PostingMode,
    Purpose,
    Role,
    SurveyState,
    UnitKind,
    VisitState,
)

LABELS: Mapping[type[StrEnum], Mapping[str, LazyString]] = {
    UnitKind: {
        UnitKind.FEDERATION: _l("Federation of trade unions"),
        UnitKind.DISTRICT: _l("District union"),
        UnitKind.INDUSTRY: _l("Industry union"),
        UnitKind.ENTERPRISE: _l("Enterprise"),
        UnitKind.BRANCH: _l("Branch"),
        UnitKind.WORKSHOP: _l("Workshop"),
    },
    PostingMode: {
        PostingMode.STATIONED: _l("Stationed in the enterprise"),
        PostingMode.AREA: _l("In charge of an area"),
        PostingMode.WORKSHOP: _l("With shifts and workshops"),
    },
    Bound: {
        Bound.EXACT: _l("exactly"),
        Bound.AT_LEAST: _l("more than"),
        Bound.ABOUT: _l("about"),
        Bound.LESS_THAN: _l("nearly"),
    },
    MemberRole: {
        MemberRole.LEADER: _l("Team leader"),
        MemberRole.MEMBER: _l("Team member"),
    },
    Audience: {
        Audience.WORKERS: _l("Workers"),
        Audience.ENTERPRISE: _l("Enterprise management"),
        Audience.GRASSROOTS_UNION: _l("Grassroots union"),
    },
    Purpose: {
        Purpose.ACTIVITY_EVALUATION: _l("Activity evaluation"),
        Purpose.RETURN_VISIT: _l("Return visit"),
        Purpose.SERVICE_REVIEW: _l("Service review"),
        Purpose.AWARENESS: _l("Awareness survey"),
        Purpose.PULSE: _l("Monthly pulse"),
        Purpose.CASE_REVIEW: _l("Case review"),
        Purpose.MEMBER_VOTE: _l("Members' vote"),
        Purpose.OTHER: _l("Other"),
    },
    SurveyState: {
        SurveyState.PREPARED: _l("Being prepared"),
        SurveyState.OPEN: _l("Open"),
        SurveyState.PAUSED: _l("Paused"),
        SurveyState.CLOSED: _l("Closed"),
    },
    Anonymity: {
        Anonymity.ANONYMOUS: _l("Anonymous"),
        Anonymity.DE_IDENTIFIED: _l("De-identified"),
        Anonymity.NAMED: _l("With name"),
    },
    CollectorState: {
        CollectorState.OPEN: _l("Open"),
        CollectorState.PAUSED: _l("Paused"),
        CollectorState.CLOSED: _l("Closed"),
    },
    Mode: {
        Mode.WEB: _l("Phone or web"),
        Mode.KIOSK: _l("Shared tablet"),
        Mode.PAPER: _l("Paper"),
        Mode.PHONE: _l("Telephone"),
        Mode.IMPORT: _l("Imported file"),
    },
    VisitState: {
        VisitState.PLANNED: _l("Planned"),
        VisitState.SCHEDULED: _l("Date agreed"),
        VisitState.DONE: _l("Done"),
        VisitState.CANCELLED: _l("Cancelled"),
    },
    Role: {
        Role.ADMINISTRATOR: _l("Administrator"),
        Role.ORGANISER: _l("Organiser"),
        Role.TEAM_MEMBER: _l("Team member"),
        Role.LEADER: _l("Leader"),
        Role.KEYER: _l("Keyer of ballots"),
    },
}
"""The words for every value of a vocabulary. Templates use them as filters: `{{ survey.state | survey_state }}`."""


def label(vocabulary: type[StrEnum], value: str) -> LazyString:
    """Return the words for `value` of `vocabulary`."""
    return LABELS[vocabulary][value]


def choices(vocabulary: type[StrEnum]) -> list[tuple[str, LazyString]]:
    """Return the values and words of `vocabulary` as a form's choices."""
    return list(LABELS[vocabulary].items())


def day(value: date | None) -> str:
    """Write a day as Chinese offices do, 2017年4月11日; 11 Apr 2017 in English."""
    if value is None:
        return ""
    if context.locale() == EN:
        return f"{value.day} {value:%b %Y}"
    return f"{value.year}年{value.month}月{value.day}日"


def day_range(first: date | None, last: date | None) -> str:
    """Write a span of days, 2017年4月11日至4月25日; 11 Apr to 25 Apr 2017. Without an end: from the first day."""
    if first is None:
        return ""
    if last is None:
        return str(_("from %(day)s", day=day(first)))
    if first == last:
        return day(first)
    if context.locale() == EN:
        begins = f"{first.day} {first:%b}" if first.year == last.year else day(first)
        return f"{begins} to {day(last)}"
    ends = f"{last.month}月{last.day}日" if first.year == last.year else day(last)
    return f"{day(first)}至{ends}"


def wave(months: int) -> str:
    """Name a wave of return visits by the months after the posting's end."""
    return str(_("%(months)s-month return visit", months=months))


def count(value: int | None) -> str:
    """Write a count with grouped thousands; nothing for None."""
    return "" if value is None else f"{value:,}"


def moment(value: datetime | None) -> str:
    """Write a moment in the reader's time zone to the minute, 2017年4月11日 08:30; 11 Apr 2017 08:30 in English."""
    if value is None:
        return ""
    here = to_user_timezone(value)
    return f"{day(here.date())} {here:%H:%M}"


def words(text: Text) -> str:
    """Return a questionnaire's text in the reader's language."""
    return text.in_locale(context.locale())


def named(thing: object) -> str:
    """Return the name of a unit, team, campaign or survey in the reader's language, with the other as fallback."""
    chinese = getattr(thing, "name", None) or getattr(thing, "title", "")
    english = getattr(thing, "name_en", None) or getattr(thing, "title_en", "")
    return Text(str(chinese), str(english or "")).in_locale(context.locale())


def _filter_name(vocabulary: type[StrEnum]) -> str:
    """UnitKind -> unit_kind."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in vocabulary.__name__).lstrip("_")


def register(app: Flask) -> None:
    """Put the filters into the templates."""
    for vocabulary, labels in LABELS.items():
        app.add_template_filter(labels.__getitem__, _filter_name(vocabulary))
    for write in (day, moment, wave, count, words, named):
        app.add_template_filter(write, write.__name__)
    app.jinja_env.globals["day_range"] = day_range
    app.jinja_env.globals["reader_locale"] = context.locale
