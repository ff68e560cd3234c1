"""The audit log: who did what to what. Written in the same transaction as the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from survey_app.services.access import Actor
from survey_app.storage.models import AuditEntry
from survey_app.storage.session import Session


def record(
    session: Session,
    *,
    actor: Actor | None,
    action: str,
    subject_kind: str,
    subject_id: object,
    now: datetime,
    unit_id: int | None = None,
    **detail: Any,
) -> None:
    """Add an entry. `actor` None means the system itself; `detail` must hold no answers and no secrets."""
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor.user_id if actor is not None else None,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            unit_id=unit_id,
            detail=detail,
        )
    )
