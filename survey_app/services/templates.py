"""Templates of one's own: published questionnaires that a unit offers to itself and to the units below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.services import drafts, questionnaires
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.drafts import decoded
from survey_app.storage.models import Questionnaire, QuestionnaireVersion
from survey_app.storage.queries import questionnaires as queries
from survey_app.storage.session import Session


class NotPublished(Exception):
    """Only what was published can be offered: a draft changes under the hands of those who take it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A template of a unit: `definition` is its newest version, of which copies are made."""

    questionnaire: Questionnaire
    version: QuestionnaireVersion
    definition: Definition


def shared(database: Database, *, actor: Actor) -> tuple[Shared, ...]:
    """Return the templates that the person may take: of the units designed for, of those above and below."""
    with database.reading() as session:
        found = queries.templates_for(session, actor.paths(Permission.DESIGN))
    return tuple(Shared(row, version, decoded(version.definition)) for row, version in found)


def one(database: Database, *, actor: Actor, questionnaire_id: int) -> Shared:
    """Return one of the templates that the person may take. Raises `NotFound`."""
    with database.reading() as session:
        return _one(session, actor, questionnaire_id)


def offer(
    database: Database, *, actor: Actor, questionnaire_id: int, is_offered: bool, now: datetime
) -> Questionnaire:
    """Offer the questionnaire as a template, or take the offer back; copies that were made stay.

    Raises `NotFound` or, before its first version, `NotPublished`.
    """
    with database.transaction() as session:
        row = questionnaires.readable(session, actor=actor, questionnaire_id=questionnaire_id, for_change=True)
        if row.is_template == is_offered:
            return row
        if is_offered and queries.newest_version(session, row.id) is None:
            raise NotPublished
        row.is_template = is_offered
        action = "questionnaire_offered" if is_offered else "questionnaire_withdrawn"
        drafts.record(session, actor, action, row, now)
    return row


def copy(database: Database, *, actor: Actor, questionnaire_id: int, unit_id: int, now: datetime) -> Questionnaire:
    """Make a questionnaire of `unit_id` from a template of a unit: a copy of its newest version, not a link.

    Raises `NotFound` (no such template or unit) or `access.Forbidden`.
    """
    with database.transaction() as session:
        found = _one(session, actor, questionnaire_id)
        source = found.questionnaire
        return drafts.begin(
            session,
            actor=actor,
            unit_id=unit_id,
            definition=found.definition,
            action="questionnaire_copied",
            now=now,
            copied_from=source.copied_from,
            questionnaire_id=source.id,
            version=found.version.number,
        )


def _one(session: Session, actor: Actor, questionnaire_id: int) -> Shared:
    for row, version in queries.templates_for(session, actor.paths(Permission.DESIGN)):
        if row.id == questionnaire_id:
            return Shared(row, version, decoded(version.definition))
    raise NotFound
