"""Limits of suspicion by survey, and voidings by the act that made them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from survey_app.storage.models import ProxyLimits, Response, User, Voiding


def limits(session: Session, survey_id: int) -> Sequence[ProxyLimits]:
    """Return all versions of a survey's limits, oldest first."""
    query = select(ProxyLimits).where(ProxyLimits.survey_id == survey_id).order_by(ProxyLimits.version)
    return session.scalars(query).all()


def void(
    session: Session, *, survey_id: int, ids: Collection[UUID], reason: str, at: datetime, by: int | None
) -> None:
    """Leave responses out of the figures."""
    values = [
        {"survey_id": survey_id, "response_id": one, "reason": reason, "voided_at": at, "voided_by": by}
        for one in sorted(ids)
    ]
    session.execute(insert(Voiding), values)


def acts(session: Session, survey_id: int) -> Sequence[Any]:
    """Return when, why and by whom each act left out how many ballots, and who restored them when; newest first."""
    restorer = User.__table__.alias("restorer")
    query = (
        select(
            Voiding.voided_at,
            Voiding.reason,
            User.name.label("by"),
            Voiding.restored_at,
            restorer.c.name.label("restored_by"),
            func.count().label("ballots"),
        )
        .outerjoin(User, User.id == Voiding.voided_by)
        .outerjoin(restorer, restorer.c.id == Voiding.restored_by)
        .where(Voiding.survey_id == survey_id)
        .group_by(Voiding.voided_at, Voiding.reason, User.name, Voiding.restored_at, restorer.c.name)
        .order_by(Voiding.voided_at.desc())
    )
    return session.execute(query).all()


def voided(session: Session, survey_id: int) -> Sequence[Any]:
    """Return act, response, its collector and posting, and whether it was restored, of all ever left out."""
    query = (
        select(
            Voiding.voided_at,
            Voiding.response_id,
            Response.collector_id,
            Response.posting_id,
            Voiding.restored_at.is_not(None).label("is_restored"),
        )
        .join(Response, Response.id == Voiding.response_id)
        .where(Voiding.survey_id == survey_id)
    )
    return session.execute(query).all()


def restore(session: Session, *, survey_id: int, voided_at: datetime, at: datetime, by: int | None) -> int:
    """Let the responses of an act count again; return how many."""
    changed = session.execute(
        update(Voiding)
        .where(Voiding.survey_id == survey_id, Voiding.voided_at == voided_at, Voiding.restored_at.is_(None))
        .values(restored_at=at, restored_by=by)
        .returning(Voiding.id)
    )
    return len(changed.all())
