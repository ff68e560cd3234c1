"""Questionnaires from files and texts: what has been read becomes a draft when somebody says so, not before."""

from __future__ import annotations

from datetime import datetime

from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.services import audit, drafts
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.storage.models import Questionnaire
from survey_app.storage.queries import questionnaires as queries

_LONGEST_NAME = 200


def save_draft(
    database: Database,
    *,
    actor: Actor,
    unit_id: int,
    definition: Definition,
    file_format: str,
    file_name: str = "",
    now: datetime,
) -> Questionnaire:
    """Make a questionnaire of the unit from what was read in the format `file_format`, and return it.

    A draft may have problems; publishing it may not. Raises `NotFound` (no such unit) or `access.Forbidden`.
    """
    with database.transaction() as session:
        unit = queries.unit(session, unit_id)
        if unit is None:
            raise NotFound
        actor.require(Permission.DESIGN, unit.path)
        row = Questionnaire(unit=unit, title="", draft="", draft_revision=0, created_at=now, updated_at=now)
        drafts.put(row, definition)
        session.add(row)
        session.flush()
        audit.record(
            session,
            actor=actor,
            action="questionnaire_imported",
            subject_kind="questionnaire",
            subject_id=row.id,
            now=now,
            unit_id=row.unit_id,
            file_format=file_format,
            file_name=file_name[:_LONGEST_NAME],
        )
    return row
