"""Questionnaires from files and texts: what has been read becomes a draft when somebody says so, not before."""

from __future__ import annotations

from datetime import datetime

from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.services import drafts
from survey_app.services.access import Actor
from survey_app.services.context import Database
from survey_app.storage.models import Questionnaire

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
        return drafts.begin(
            session,
            actor=actor,
            unit_id=unit_id,
            definition=definition,
            action="questionnaire_imported",
            now=now,
            file_format=file_format,
            file_name=file_name[:_LONGEST_NAME],
        )
