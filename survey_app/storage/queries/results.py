"""What evaluating a campaign needs besides answers: surveys with rules, ways in, batches, postings, visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from survey_app.storage.models import (
    Batch,
    Campaign,
    Collector,
    FormerPlace,
    Invitation,
    Posting,
    ReturnVisit,
    Round,
    Survey,
    Unit,
    WorkTeam,
)
from survey_app.storage.queries.lines import lines
from survey_app.words import InvitationState


def campaign(session: Session, campaign_id: int) -> Campaign | None:
    """Return the campaign with its unit."""
    return session.scalar(
        select(Campaign).where(Campaign.id == campaign_id).options(joinedload(Campaign.unit, innerjoin=True))
    )


def surveys(session: Session, campaign_id: int) -> Sequence[Survey]:
    """Return the surveys of a campaign with version and rules, oldest first; none that was erased."""
    query = (
        select(Survey)
        .where(Survey.campaign_id == campaign_id, Survey.erased_at.is_(None))
        .options(
            joinedload(Survey.version, innerjoin=True),
            joinedload(Survey.rate_rule, innerjoin=True),
            joinedload(Survey.strict_rule, innerjoin=True),
            joinedload(Survey.index_rule, innerjoin=True),
            joinedload(Survey.nps_rule),
        )
        .order_by(Survey.id)
    )
    return session.scalars(query).all()


def collectors(session: Session, campaign_id: int) -> Sequence[Any]:
    """Return the ways into a campaign's surveys: id, survey_id, audience, posting_id, unit_id, needs_invitation."""
    return session.execute(_collectors(campaign_id)).all()


def collector_lines(session: Session, campaign_id: int) -> str:
    """Return the same as one text."""
    return lines(session, _collectors(campaign_id))


def _collectors(campaign_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Collector.id,
            Collector.survey_id,
            Collector.audience,
            Collector.posting_id,
            Collector.unit_id,
            Collector.needs_invitation,
        )
        .join(Survey, Survey.id == Collector.survey_id)
        .where(Survey.campaign_id == campaign_id)
        .order_by(Collector.id)
    )


def all_surveys(session: Session) -> Sequence[Survey]:
    """Return every survey, oldest first, without anything loaded beside."""
    return session.scalars(select(Survey).order_by(Survey.id)).all()


def batches(session: Session, campaign_id: int) -> Sequence[tuple[int, Batch]]:
    """Return the batches of a campaign's surveys, each with its survey's key."""
    query = (
        select(Collector.survey_id, Batch)
        .join(Batch, Batch.collector_id == Collector.id)
        .join(Survey, Survey.id == Collector.survey_id)
        .where(Survey.campaign_id == campaign_id)
        .order_by(Batch.id)
    )
    return [(survey_id, batch) for survey_id, batch in session.execute(query)]


def former_places(session: Session, campaign_id: int) -> dict[int, list[int]]:
    """Return the postings where people were asked through a collector before it was moved, by collector."""
    query = (
        select(FormerPlace.collector_id, FormerPlace.posting_id)
        .join(Collector, Collector.id == FormerPlace.collector_id)
        .join(Survey, Survey.id == Collector.survey_id)
        .where(Survey.campaign_id == campaign_id)
        .order_by(FormerPlace.id)
    )
    found: dict[int, list[int]] = {}
    for collector_id, posting_id in session.execute(query):
        found.setdefault(collector_id, []).append(posting_id)
    return found


def invited(session: Session, campaign_id: int) -> dict[int, dict[int | None, int]]:
    """Return how many single-use codes were given out and not revoked, by collector and posting at the time."""
    query = (
        select(Invitation.collector_id, Invitation.posting_id, func.count().label("given"))
        .join(Collector, Collector.id == Invitation.collector_id)
        .join(Survey, Survey.id == Collector.survey_id)
        .where(Survey.campaign_id == campaign_id, Invitation.state != InvitationState.REVOKED)
        .group_by(Invitation.collector_id, Invitation.posting_id)
    )
    found: dict[int, dict[int | None, int]] = {}
    for row in session.execute(query):
        found.setdefault(row.collector_id, {})[row.posting_id] = row.given
    return found


def teams(session: Session, campaign_id: int) -> Sequence[WorkTeam]:
    """Return the teams of a campaign in the order in which they were added."""
    return session.scalars(select(WorkTeam).where(WorkTeam.campaign_id == campaign_id).order_by(WorkTeam.id)).all()


def postings(session: Session, campaign_id: int) -> Sequence[Any]:
    """Return the postings of a campaign by round and team.

    id, team_id, headcount, and the names of team, unit (`place`) and round (`stage`) in both languages.
    """
    return session.execute(_postings(campaign_id)).all()


def posting_lines(session: Session, campaign_id: int) -> str:
    """Return the same as one text."""
    return lines(session, _postings(campaign_id))


def _postings(campaign_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Posting.id,
            Posting.team_id,
            Posting.headcount,
            WorkTeam.name.label("team"),
            WorkTeam.name_en.label("team_en"),
            Unit.name.label("place"),
            Unit.name_en.label("place_en"),
            Round.name.label("stage"),
            Round.name_en.label("stage_en"),
        )
        .join(Round, Round.id == Posting.round_id)
        .join(WorkTeam, WorkTeam.id == Posting.team_id)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Round.campaign_id == campaign_id)
        .order_by(Round.number, Posting.team_id, Posting.id)
    )


def visits(session: Session, campaign_id: int) -> Sequence[Any]:
    """Return the return visits of a campaign by due date: wave, posting_id, state, due_on, done_on."""
    query = (
        select(ReturnVisit.wave, ReturnVisit.posting_id, ReturnVisit.state, ReturnVisit.due_on, ReturnVisit.done_on)
        .join(ReturnVisit.posting)
        .join(Posting.round)
        .where(Round.campaign_id == campaign_id)
        .order_by(ReturnVisit.due_on, ReturnVisit.id)
    )
    return session.execute(query).all()
