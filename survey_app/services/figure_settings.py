"""What an organiser settles about the figures of a survey, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.analysis.facts import FloorFacts
from survey_app.analysis.readings import Entry
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import collectors, figure_rules, floors, outcomes, surveys, weights
from survey_app.services.access import Actor
from survey_app.services.collect import questionnaire_of
from survey_app.services.context import Database
from survey_app.services.figure_rules import Chosen
from survey_app.services.outcomes import Codes
from survey_app.services.weights import Total
from survey_app.storage.models import Survey
from survey_app.storage.queries import declared as queries
from survey_app.words import Audience


@dataclass(frozen=True, slots=True)
class Settings:
    """A survey's settings: rules, floors by audience that is asked, known totals by question.

    `profile` are the questions that can have known totals.
    """

    survey: Survey
    questionnaire: Questionnaire
    profile: tuple[Entry, ...]
    totals: Mapping[str, Total]
    rules: Chosen
    floors: Mapping[Audience, FloorFacts | None]
    codes: dict[Audience, Codes]


def settings(database: Database, *, actor: Actor, survey_id: int) -> Settings:
    """Return what is settled about a survey's figures. Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        questionnaire = questionnaire_of(queries.version(session, survey.version_id))
        kept = floors.floors(session, [survey_id]).get(survey_id, {})
        asked = collectors.in_order(each.audience for each in survey.collectors)
    totals = weights.known_totals(database, [survey_id])
    return Settings(
        survey,
        questionnaire,
        weights.profile_questions(questionnaire),
        {each.question: each for each in totals},
        figure_rules.chosen(database, actor=actor, survey_id=survey_id),
        {audience: kept.get(audience) for audience in asked},
        outcomes.codes(database, actor=actor, survey_id=survey_id)[1],
    )
