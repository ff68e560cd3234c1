"""Counting attempts in windows of time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app.storage.models import Throttle


def add(session: Session, *, bucket: str, window: int, expires_at: datetime, now: datetime) -> int:
    """Count one attempt, forget windows that are over, and return the count in this window."""
    session.execute(delete(Throttle).where(Throttle.expires_at < now))
    values = {"bucket": bucket, "window": window, "count": 1, "expires_at": expires_at}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(Throttle)
        .values(**values)
        .on_conflict_do_update(index_elements=["bucket", "window"], set_={"count": Throttle.count + 1})
        .returning(Throttle.count)
    )
    return int(session.execute(statement).scalar_one())


def forget(session: Session, *, bucket: str) -> None:
    """Forget what was counted of this bucket."""
    session.execute(delete(Throttle).where(Throttle.bucket == bucket))


def count(session: Session, *, bucket: str, window: int) -> int:
    """Return how many attempts were counted in this window."""
    found = select(Throttle.count).where(Throttle.bucket == bucket, Throttle.window == window)
    return session.scalar(found) or 0
