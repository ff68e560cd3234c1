"""Questionnaires from files and texts: what has been read becomes a draft when somebody says so, not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.questionnaire.definition import Statement
from survey_app.questionnaire.headlines import with_headline
from survey_app.services import designing, drafts
from survey_app.services.access import Actor
from survey_app.services.context import Database
from survey_app.storage.models import Questionnaire

_LONGEST_NAME = 200
_QUESTIONS_A_MINUTE = 6
"""How many questions people answer on a phone: about ten seconds for each."""


def lacking(definition: Definition) -> tuple[str, ...]:
    """Return which of "notice", "consent" and "closing" a questionnaire has no words for.

    Consent is to a notice: one of its own that asks for none is meant so.
    """
    missing = (
        ("notice", not definition.notice),
        ("consent", not definition.notice and not definition.consent),
        ("closing", not definition.closing),
    )
    return tuple(name for name, is_missing in missing if is_missing)


def with_usual_words(definition: Definition) -> Definition:
    """Return the questionnaire with the words of the shipped templates wherever it is `lacking` some.

    As the notice says how many minutes it takes, these are estimated where they are not known.
    """
    usual, missing = designing.usual_words(), lacking(definition)
    added = replace(
        definition,
        notice=usual.notice if "notice" in missing else definition.notice,
        consent=usual.consent if "consent" in missing else definition.consent,
        closing=usual.thanks if "closing" in missing else definition.closing,
    )
    if definition.minutes is not None:
        return added
    asked = sum(not isinstance(question, Statement) for question in definition.questions)
    return replace(added, minutes=max(1, round(asked / _QUESTIONS_A_MINUTE)))


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

    A draft may have problems; publishing it may not. Its one overall question becomes the headline where none is
    named. Raises `NotFound` (no such unit) or `access.Forbidden`.
    """
    with database.transaction() as session:
        return drafts.begin(
            session,
            actor=actor,
            unit_id=unit_id,
            definition=with_headline(definition),
            action="questionnaire_imported",
            now=now,
            file_format=file_format,
            file_name=file_name[:_LONGEST_NAME],
        )
