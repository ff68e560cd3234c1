"""What batches of ballots have in common, however they came in."""

from __future__ import annotations

from datetime import datetime

from survey_app.services import audit
from survey_app.services.access import Actor
from survey_app.storage.models import Batch, Collector
from survey_app.storage.session import Session


def record(
    session: Session, actor: Actor, action: str, batch: Batch, collector: Collector, now: datetime, **detail: object
) -> None:
    """Put a deed on a batch into the audit log. `detail` holds no answers."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="batch",
        subject_id=batch.id,
        unit_id=collector.survey.campaign.unit_id,
        now=now,
        survey_id=collector.survey_id,
        collector_id=collector.id,
        label=batch.label,
        **detail,
    )
