"""What posters say of a survey that its own page does not: how long answering takes."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import collect, surveys
from survey_app.services.access import Actor
from survey_app.services.collectors import Way
from survey_app.services.context import Database
from survey_app.storage.models import Survey
from survey_app.storage.queries import collecting as queries
from survey_app.words import CollectorState


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A survey, what it asks, and the collectors that posters can be printed for."""

    survey: Survey
    questionnaire: Questionnaire
    ways: tuple[Way, ...]


def to_print(database: Database, *, actor: Actor, survey_id: int) -> ToPrint:
    """Return the survey with its collectors that are not closed. Raises `NotFound`."""
    detail = surveys.detail(database, actor=actor, survey_id=survey_id)
    with database.reading() as session:
        questionnaire = collect.questionnaire_of(queries.version(session, detail.survey.version_id))
    open_ways = tuple(way for way in detail.ways if way.collector.state != CollectorState.CLOSED)
    return ToPrint(detail.survey, questionnaire, open_ways)
