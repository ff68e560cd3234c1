"""The participation floor of a survey: which it may have, chosen, changed, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey_app.analysis.facts import FloorFacts
from survey_app.analysis.readings import Entry
from survey_app.services import floors, surveys
from survey_app.services.access import Actor
from survey_app.services.collect import questionnaire_of
from survey_app.services.context import Database
from survey_app.services.figure_rules import ReasonNeeded
from survey_app.services.weights import profile_questions
from survey_app.storage.models import ParticipationFloor, Survey
from survey_app.storage.queries import declared as queries
from survey_app.storage.queries import seals as ballot_queries
from survey_app.storage.session import Session
from survey_app.words import Audience


class BadFloor(ValueError):
    """The floor asks for a share above all or of nobody, or does not say who works at the front line."""


class NotAsked(ValueError):
    """The audience is not asked in this survey."""


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """The floor of an audience, the questions that can tell front-line workers, and how many ballots are in."""

    survey: Survey
    audience: Audience
    floor: FloorFacts | None
    profile: tuple[Entry, ...]
    ballots: int


def settings(database: Database, *, actor: Actor, survey_id: int, audience: Audience) -> FloorSettings:
    """Return what can be settled about the floor of an audience of a survey. Raises `NotFound`.

    Only of workers some are at the front line.
    """
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        questionnaire = questionnaire_of(queries.version(session, survey.version_id))
        return FloorSettings(
            survey,
            audience,
            floors.floors(session, [survey_id]).get(survey_id, {}).get(audience),
            profile_questions(questionnaire) if audience == Audience.WORKERS else (),
            ballot_queries.ballots(session, survey_id),
        )


def keep(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    audience: Audience,
    floor: FloorFacts | None,
    reason: str,
    now: datetime,
) -> None:
    """Give an audience of a survey this floor, or none; in the audit log with the one before.

    Raises `NotFound`, `NotAsked`, `BadFloor`, and `ReasonNeeded` where there are ballots and nothing is said.
    """
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        row = queries.floor(session, survey_id, audience)
        before = None if row is None else floors.facts(row)
        if before == floor:
            return
        if not reason and ballot_queries.ballots(session, survey_id):
            raise ReasonNeeded
        if floor is None:
            session.delete(row)
        else:
            _require_sound(session, survey, audience, floor)
            _write(session, row or ParticipationFloor(survey_id=survey_id, audience=audience), floor, actor, now)
        surveys.record(
            session, actor, "participation_floor_set", survey, now,
            audience=audience.value, before=_plain(before), after=_plain(floor), reason=reason,
        )  # fmt: skip


def _write(session: Session, row: ParticipationFloor, floor: FloorFacts, actor: Actor, now: datetime) -> None:
    row.members = floors.percent(floor.floor.members)
    row.frontline = None if floor.floor.frontline is None else floors.percent(floor.floor.frontline)
    row.question, row.codes = floor.question or None, list(floor.codes) or None
    row.made_at, row.made_by = now, actor.user_id
    session.add(row)


def _require_sound(session: Session, survey: Survey, audience: Audience, floor: FloorFacts) -> None:
    if all(each.audience != audience for each in survey.collectors):
        raise NotAsked
    asked = floor.floor.frontline
    if asked is not None and audience != Audience.WORKERS:
        raise BadFloor
    shares = [floor.floor.members, *([] if asked is None else [asked])]
    if not all(0 < share <= 1 for share in shares):
        raise BadFloor
    if (asked is None) != (not floor.question):
        raise BadFloor
    if asked is None:
        return
    profile = profile_questions(questionnaire_of(queries.version(session, survey.version_id)))
    entry = next((each for each in profile if each.name == floor.question), None)
    if entry is None or not floor.codes or not set(floor.codes) <= set(entry.labels):
        raise BadFloor


def _plain(floor: FloorFacts | None) -> dict[str, object] | None:
    if floor is None:
        return None
    asked = floor.floor.frontline
    return {
        "members": str(floors.percent(floor.floor.members)),
        "frontline": None if asked is None else str(floors.percent(asked)),
        "question": floor.question,
        "codes": list(floor.codes),
    }
