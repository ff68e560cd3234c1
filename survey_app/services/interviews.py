"""Interviews by telephone: somebody reads the survey's questionnaire out and fills it in, as mode "phone".

Of the respondent no name and no number is kept; of the interviewer, how many interviews they made in a survey on a
day, and nothing that would say which responses these are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from survey_app.questionnaire import answers
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import audit, collect
from survey_app.services.access import SYSTEM, Actor, NotFound, Permission
from survey_app.services.collect import InvalidAnswers, Place
from survey_app.services.context import Database
from survey_app.services.days import today
from survey_app.storage.models import Collector
from survey_app.storage.queries import collecting as collecting_queries
from survey_app.storage.queries import interviews as queries
from survey_app.storage.session import Session
from survey_app.words import Mode


class Bar(StrEnum):
    """Why nobody is interviewed through a way in."""

    SINGLE_USE_CODES = "single_use_codes"


class NotByTelephone(Exception):
    """Nobody may be interviewed through this way in; `bar` says why."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(bar)
        self.bar = bar


@dataclass(frozen=True, slots=True)
class Line:
    """A way in at which people can be interviewed, or (`bar`) why not. `mine`: one's interviews in it today."""

    collector: Collector
    bar: Bar | None
    mine: int


@dataclass(frozen=True, slots=True)
class Interview:
    """What an interviewer reads out, and where. `made`: one's interviews in this survey today."""

    collector: Collector
    place: Place
    questionnaire: Questionnaire
    made: int


def lines(database: Database, *, actor: Actor, now: datetime, survey_id: int | None = None) -> tuple[Line, ...]:
    """Return the open ways in of one's units, newest survey first; of one survey if it is named."""
    with database.reading() as session:
        found = queries.open_collectors(session, actor.paths(Permission.KEY_BALLOTS), survey_id)
        mine = queries.of_person(session, actor.user_id or 0, today(now))
    return tuple(Line(each, _bar(each), mine.get(each.survey_id, 0)) for each in found)


def begin(database: Database, *, actor: Actor, survey_id: int, collector_id: int, now: datetime) -> Interview:
    """Return what to read out. Writes nothing.

    Raises `NotFound`, `NotByTelephone`, or `collect.NotTaking` where the way in takes no answers now.
    """
    with database.reading() as session:
        collector = _readable(session, actor, survey_id, collector_id)
        place = collect.place_of(session, collector.code)
        collect.require_taking(session, place, now)
        made = queries.of_person(session, actor.user_id or 0, today(now)).get(survey_id, 0)
        return Interview(collector, place, collect.questionnaire_at(session, place), made)


def save(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    collector_id: int,
    submission_id: UUID,
    raw: Mapping[str, Sequence[str]],
    unanswered: bool,
    locale: str,
    seconds: int | None,
    now: datetime,
) -> bool:
    """Store one interview; False when it was stored already. It is committed when this returns.

    `unanswered` says that the respondent did not know or would not say where an answer is needed: it is left out.
    Raises `NotFound`, `NotByTelephone`, `collect.NotTaking` or `collect.InvalidAnswers`.
    """
    with database.transaction() as session:
        collector = _readable(session, actor, survey_id, collector_id)
        if collecting_queries.is_stored(session, submission_id):
            return False
        place = collect.place_of(session, collector.code)
        collect.require_taking(session, place, now, hold=True)
        questionnaire = collect.questionnaire_at(session, place)
        cleaned = answers.clean(questionnaire, raw)
        problems = [*collect.missing_consent(questionnaire, raw), *cleaned.problems]
        may_miss = unanswered and bool(cleaned.answers)  # somebody who says nothing at all was not interviewed
        left = [each for each in problems if not (may_miss and each.kind == "required")]
        if left:
            raise InvalidAnswers(dataclasses.replace(cleaned, problems=tuple(left)), place, questionnaire)
        is_new = collect.store(
            session,
            collector=place,
            version_id=place.version_id,
            cleaned=cleaned,
            response_id=submission_id,
            mode=Mode.PHONE,
            locale=locale,
            received_at=now,
            seconds=seconds,
        )
    if is_new and actor.user_id is not None:
        # Apart from the response's transaction, which PostgreSQL would name in both rows.
        with database.transaction() as session:
            queries.add(session, survey_id=survey_id, user_id=actor.user_id, day=today(now))
    return is_new


def log_days(database: Database, *, now: datetime) -> int:
    """Put the interviews of past days into the audit log, one entry for person, survey and day; return how many."""
    with database.transaction() as session:
        found = queries.unlogged(session, today(now))
        for count, survey in found:
            audit.record(
                session,
                actor=dataclasses.replace(SYSTEM, user_id=count.user_id),
                action="interviews_made",
                subject_kind="survey",
                subject_id=survey.id,
                now=now,
                unit_id=survey.campaign.unit_id,
                day=count.day.isoformat(),
                interviews=count.interviews,
            )
            count.is_logged = True
    return len(found)


def _readable(session: Session, actor: Actor, survey_id: int, collector_id: int) -> Collector:
    found = queries.collector(session, collector_id)
    if found is None or found.survey_id != survey_id or not actor.may(Permission.KEY_BALLOTS, found.unit.path):
        raise NotFound
    bar = _bar(found)
    if bar is not None:
        raise NotByTelephone(bar)
    return found


def _bar(collector: Collector) -> Bar | None:
    return Bar.SINGLE_USE_CODES if collector.needs_invitation else None
