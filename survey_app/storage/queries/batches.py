"""Batches of ballots that came in together, and what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from survey_app.storage.models import Batch, Campaign, Collector, PaperBatch, Posting, Response, Survey

_AT_ONCE = 500
_IS_KEYED = exists().where(PaperBatch.batch_id == Batch.id)
"""Batches of paper that is keyed sheet by sheet have pages of their own: `queries.paper`."""
_WITH_SURROUNDINGS = (
    joinedload(Collector.unit, innerjoin=True),
    joinedload(Collector.posting).options(
        joinedload(Posting.unit, innerjoin=True), joinedload(Posting.team, innerjoin=True)
    ),
    joinedload(Collector.survey, innerjoin=True).options(
        joinedload(Survey.campaign, innerjoin=True).joinedload(Campaign.unit, innerjoin=True),
        joinedload(Survey.version, innerjoin=True),
    ),
)


def collector(session: Session, collector_id: int) -> Collector | None:
    """Return the collector with its unit, posting, and survey with campaign and published version."""
    return session.scalar(select(Collector).where(Collector.id == collector_id).options(*_WITH_SURROUNDINGS))


def collector_by_code(session: Session, code: str) -> Collector | None:
    """Return the collector with this code, with the same surroundings as `collector`."""
    return session.scalar(select(Collector).where(Collector.code == code).options(*_WITH_SURROUNDINGS))


def batch(session: Session, batch_id: int, *, for_change: bool = False) -> Batch | None:
    """Return a batch that came in a file, with its unit; `for_change` makes others who want to change it wait."""
    query = select(Batch).where(Batch.id == batch_id, ~_IS_KEYED).options(selectinload(Batch.unit))
    return session.scalar(query.with_for_update() if for_change else query)


def batches_of(session: Session, collector_ids: Sequence[int]) -> Sequence[Batch]:
    """Return the batches that came in files into these collectors, with their units, newest first."""
    query = select(Batch).where(Batch.collector_id.in_(collector_ids), ~_IS_KEYED).order_by(Batch.id.desc())
    return session.scalars(query.options(selectinload(Batch.unit))).all()


def earlier(session: Session, collector_id: int, file_sha256: str, before: int | None = None) -> Batch | None:
    """Return the newest batch that the same file made in this collector, older than the one with key `before`."""
    query = (
        select(Batch)
        .where(Batch.collector_id == collector_id, Batch.file_sha256 == file_sha256)
        .order_by(Batch.id.desc())
        .limit(1)
    )
    return session.scalar(query if before is None else query.where(Batch.id < before))


def present(session: Session, response_ids: Sequence[UUID]) -> int:
    """Return how many responses with these ids are stored."""
    return sum(
        session.execute(
            select(func.count())
            .select_from(Response)
            .where(Response.id.in_(response_ids[start : start + _AT_ONCE]))
        ).scalar_one()
        for start in range(0, len(response_ids), _AT_ONCE)
    )


def stored(session: Session, *, survey_id: int, batch_id: int) -> int:
    """Return how many responses belong to a batch. `survey_id` finds the index."""
    condition = (Response.survey_id == survey_id, Response.batch_id == batch_id)
    return session.execute(select(func.count()).select_from(Response).where(*condition)).scalar_one()
