"""Opening a seal before its time: closing the survey now, or letting results be seen while it goes on."""

from __future__ import annotations

from datetime import datetime

from survey_app.services import collectors, seals, surveys
from survey_app.services.access import Actor
from survey_app.services.context import Database
from survey_app.storage.models import Survey
from survey_app.storage.queries import seals as queries
from survey_app.words import SealEnd, SurveyState


class NotSealed(Exception):
    """The survey is not sealed, or its seal is open already."""


class ReasonMissing(Exception):
    """A seal is not opened without saying why."""


def unseal(database: Database, *, actor: Actor, survey_id: int, how: SealEnd, reason: str, now: datetime) -> Survey:
    """Open the seal of a survey for good; `CLOSED_EARLY` closes it, too, `LIFTED` lets it go on.

    The deed stands in the audit log with who, when, why and how many ballots were in, and beside the figures.
    Raises `NotFound`, `NotSealed`, `ReasonMissing`, or `collectors.NotPossible` for closing what was never open.
    """
    words = reason.strip()
    if not words:
        raise ReasonMissing
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        if not seals.is_sealed(survey, now):
            raise NotSealed
        if how == SealEnd.CLOSED_EARLY and survey.state == SurveyState.PREPARED:
            raise collectors.NotPossible(survey.state, SurveyState.CLOSED)
        seals.open_seal(session, survey, actor=actor, how=how, reason=words, at=now, now=now)
        if how == SealEnd.CLOSED_EARLY:
            before = SurveyState(survey.state)
            survey.state, survey.closed_at = SurveyState.CLOSED, now
            surveys.record(session, actor, collectors.deed("survey", before, SurveyState.CLOSED), survey, now)
    return survey


def record_ends(database: Database, *, now: datetime) -> int:
    """Write down the seals that were opened by their closing time; return how many. Runs once a day."""
    with database.transaction() as session:
        over = [each for each in queries.unopened(session) if seals.closed_since(each, now) is not None]
        for survey in over:
            seals.record_end(session, survey, now)
        return sum(survey.unsealing is not None for survey in over)
