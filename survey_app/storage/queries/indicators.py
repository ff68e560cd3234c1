"""Index trees: the indicators of a campaign."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey_app.storage.models import Indicator, Survey


def indicators(session: Session, campaign_id: int) -> Sequence[Indicator]:
    """Return the indicators of a campaign, parents before their parts."""
    query = select(Indicator).where(Indicator.campaign_id == campaign_id).order_by(Indicator.id)
    return session.scalars(query).all()


def remove_all(session: Session, campaign_id: int) -> None:
    """Delete a campaign's tree, parts before their parents."""
    for row in reversed(indicators(session, campaign_id)):
        session.execute(delete(Indicator).where(Indicator.id == row.id))


def campaign_of(session: Session, survey_id: int) -> int:
    """Return the campaign of a survey."""
    return session.scalars(select(Survey.campaign_id).where(Survey.id == survey_id)).one()
