"""What opening a seal needs to know: how many ballots are in, and which surveys are over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from survey_app.storage.models import Campaign, Response, Survey, Unsealing


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
