"""Seals of surveys: nobody sees a result before the survey is over, unless somebody opens the seal and says why.

A seal is opened once. By itself, when the announced closing time comes; by hand, through closing the survey before
that or by lifting the seal, which takes a reason and stands in the audit log and beside the figures. It is not put
back: whoever answers after that may know the results, and the figures say so.
"""

from __future__ import annotations

from datetime import datetime

from survey_app.analysis.encode import slot_of
from survey_app.services import audit
from survey_app.services.access import Actor
from survey_app.storage.models import Survey, Unsealing
from survey_app.storage.queries import seals as queries
from survey_app.storage.session import Session
from survey_app.words import SealEnd, SurveyState


class SealHolds(Exception):
    """This would open the seal of a survey that has ballots: it takes a reason (`unsealing.unseal`)."""


def is_sealed(survey: Survey, now: datetime) -> bool:
    """Tell whether a survey shows nothing: it is sealed, not over yet, and its seal was never opened."""
    is_over = survey.state == SurveyState.CLOSED or closed_since(survey, now) is not None
    return survey.is_sealed and not is_over and survey.unsealing is None


def may_take(survey: Survey, now: datetime) -> bool:
    """Tell whether answers may still come in, so that two looks at them could be subtracted."""
    return survey.state != SurveyState.CLOSED and closed_since(survey, now) is None


def closed_since(survey: Survey, now: datetime) -> datetime | None:
    """Return since when a survey has taken nothing, by hand or by its closing time; None while it may."""
    by_hand = survey.closed_at if survey.state == SurveyState.CLOSED else None
    by_time = survey.closes_at if survey.closes_at is not None and survey.closes_at <= now else None
    return min((moment for moment in (by_hand, by_time) if moment is not None), default=None)


def require_no_ballots(session: Session, survey: Survey, now: datetime) -> None:
    """Raise `SealHolds` where the seal of this survey protects anything."""
    if is_sealed(survey, now) and queries.ballots(session, survey.id):
        raise SealHolds


def require_not_shortened(session: Session, survey: Survey, closes_at: datetime | None, now: datetime) -> None:
    """Raise `SealHolds` where a new closing time would open the seal earlier than respondents were told."""
    before = survey.closes_at
    if closes_at is not None and (before is None or closes_at < before):
        require_no_ballots(session, survey, now)


def record_end(session: Session, survey: Survey, now: datetime) -> None:
    """Write down that the seal of a survey that is over was opened by that; done already: nothing happens."""
    ended = closed_since(survey, now)
    if not survey.is_sealed or survey.unsealing is not None or ended is None:
        return
    if queries.ballots(session, survey.id):
        open_seal(session, survey, actor=None, how=SealEnd.ENDED, reason="", at=ended, now=now)


def record_reopening(survey: Survey, now: datetime) -> None:
    """Write down that a survey takes answers again whose results could be seen before."""
    if survey.unsealing is not None and survey.unsealing.reopened_at is None:
        survey.unsealing.reopened_at = now


def record_resumption(session: Session, survey: Survey, over_since: datetime | None, now: datetime) -> None:
    """Write down that a survey takes answers again that had been over, so that what it showed stays as it was.

    Nothing happens where it had shown nothing, having too few ballots, or where it was over for no more than the
    ten minutes that are kept of a ballot's moment: those before and after could not be told apart.
    """
    if over_since is None or closed_since(survey, now) is not None or slot_of(over_since) == slot_of(now):
        return
    if queries.ballots(session, survey.id) >= survey.threshold:
        queries.resume(session, survey.id, now)


def open_seal(
    session: Session, survey: Survey, *, actor: Actor | None, how: SealEnd, reason: str, at: datetime, now: datetime
) -> None:
    """Open the seal of a survey, in the audit log with how many ballots were in by then."""
    ballots = queries.ballots(session, survey.id)
    survey.unsealing = Unsealing(
        survey_id=survey.id,
        at=at,
        how=how,
        ballots=ballots,
        reason=reason,
        by=actor.user_id if actor is not None else None,
    )
    audit.record(
        session,
        actor=actor,
        action="survey_unsealed",
        subject_kind="survey",
        subject_id=survey.id,
        now=now,
        unit_id=survey.campaign.unit_id,
        how=how,
        at=at.isoformat(),
        ballots=ballots,
        reason=reason,
    )
