"""What opening a seal or a survey again needs to know: how many ballots are in, which are over, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from survey_app.storage.models import Batch, Campaign, Collector, Response, Resumption, Survey, Unsealing


def ballots(session: Session, survey_id: int) -> int:
    """Return how many responses a survey has."""
    query = select(func.count()).select_from(Response).where(Response.survey_id == survey_id)
    return session.execute(query).scalar_one()


def unopened(session: Session) -> Sequence[Survey]:
    """Return the sealed surveys of which no opening is written down, each with its campaign, to be changed."""
    query = (
        select(Survey)
        .outerjoin(Unsealing, Unsealing.survey_id == Survey.id)
        .where(Survey.is_sealed, Unsealing.survey_id.is_(None))
        .options(selectinload(Survey.campaign).selectinload(Campaign.unit))
        .order_by(Survey.id)
        .with_for_update(of=Survey)
    )
    return session.scalars(query).all()


def resume(session: Session, survey_id: int, at: datetime) -> None:
    """Write down that a survey takes answers again."""
    session.add(Resumption(survey_id=survey_id, at=at))


def resumed(session: Session, campaign_id: int) -> dict[int, list[datetime]]:
    """Return since when surveys of a campaign took answers again, by survey, oldest first."""
    query = (
        select(Resumption.survey_id, Resumption.at)
        .join(Survey, Survey.id == Resumption.survey_id)
        .where(Survey.campaign_id == campaign_id)
        .order_by(Resumption.at)
    )
    found: dict[int, list[datetime]] = {}
    for survey_id, at in session.execute(query):
        found.setdefault(survey_id, []).append(at)
    return found


def entered(session: Session, survey_id: int) -> dict[int, datetime]:
    """Return when each batch of a survey was begun."""
    query = (
        select(Batch.id, Batch.created_at)
        .join(Collector, Collector.id == Batch.collector_id)
        .where(Collector.survey_id == survey_id)
    )
    return {row.id: row.created_at for row in session.execute(query)}
