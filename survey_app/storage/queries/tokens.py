"""Personal tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.storage.models import AccessToken


def of_user(session: Session, user_id: int) -> Sequence[AccessToken]:
    """Return a person's tokens, newest first."""
    query = select(AccessToken).where(AccessToken.user_id == user_id).order_by(AccessToken.id.desc())
    return session.scalars(query).all()


def by_hash(session: Session, digest: str) -> AccessToken | None:
    """Return the token with this hash."""
    return session.scalar(select(AccessToken).where(AccessToken.hash == digest))


def in_use(session: Session, user_id: int, now: datetime) -> int:
    """Count a person's tokens that are neither revoked nor expired."""
    query = (
        select(func.count())
        .select_from(AccessToken)
        .where(AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None), AccessToken.expires_at > now)
    )
    return session.execute(query).scalar_one()
