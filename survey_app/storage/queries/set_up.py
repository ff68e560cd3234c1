"""What a new database has already."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from survey_app.storage.models import AuditEntry, Campaign, Unit


def root(session: Session) -> Unit | None:
    """Return the root of the union tree; the oldest, should there be several."""
    return session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))


def has_sample(session: Session) -> bool:
    """Tell whether there is a sample campaign, whole or not."""
    return session.scalar(select(exists().where(Campaign.is_sample))) is True


def has_happened(session: Session, action: str) -> bool:
    """Tell whether the audit log knows of this deed."""
    return session.scalar(select(exists().where(AuditEntry.action == action))) is True
