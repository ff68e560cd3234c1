"""Paper batches, and the ballots that have been keyed of them until they are closed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session, joinedload

from survey_app.storage.models import Batch, Campaign, Collector, KeyedBallot, PaperBatch, Survey, Unit
from survey_app.storage.models.paper import FIRST
from survey_app.storage.queries.scope import within
from survey_app.words import BatchState

_PLAIN = {"synchronize_session": False}
_LOADED = (
    joinedload(PaperBatch.batch, innerjoin=True).joinedload(Batch.unit, innerjoin=True),
    joinedload(PaperBatch.version, innerjoin=True),
)


def paper(session: Session, batch_id: int, *, for_change: bool = False) -> PaperBatch | None:
    """Return a paper batch with its batch, unit and printed version.

    `for_change` makes whoever else wants to change it, or to key a ballot of it, wait.
    """
    if for_change:
        session.execute(select(Batch.id).where(Batch.id == batch_id).with_for_update())
    return session.scalar(select(PaperBatch).where(PaperBatch.batch_id == batch_id).options(*_LOADED))


def papers_of(session: Session, survey_id: int) -> Sequence[PaperBatch]:
    """Return the paper batches of a survey, newest first."""
    query = (
        select(PaperBatch)
        .join(Batch, Batch.id == PaperBatch.batch_id)
        .join(Collector, Collector.id == Batch.collector_id)
        .where(Collector.survey_id == survey_id)
        .order_by(PaperBatch.batch_id.desc())
    )
    return session.scalars(query.options(*_LOADED)).all()


def open_papers(session: Session, paths: Sequence[str]) -> Sequence[tuple[PaperBatch, Survey]]:
    """Return the batches that still take ballots, of campaigns in these subtrees, with surveys; newest first."""
    query = (
        select(PaperBatch, Survey)
        .join(Batch, Batch.id == PaperBatch.batch_id)
        .join(Collector, Collector.id == Batch.collector_id)
        .join(Survey, Survey.id == Collector.survey_id)
        .join(Campaign, Campaign.id == Survey.campaign_id)
        .join(Unit, Unit.id == Campaign.unit_id)
        .where(Batch.state == BatchState.OPEN, Survey.erased_at.is_(None), within(paths))
        .order_by(PaperBatch.batch_id.desc())
        .options(*_LOADED, joinedload(Survey.campaign, innerjoin=True))
    )
    return [(paper, survey) for paper, survey in session.execute(query)]


def ballots(session: Session, batch_id: int) -> Sequence[KeyedBallot]:
    """Return everything that was keyed of a batch, by sheet and entry."""
    query = select(KeyedBallot).where(KeyedBallot.batch_id == batch_id)
    return session.scalars(query.order_by(KeyedBallot.serial, KeyedBallot.entry)).all()


def serials(session: Session, batch_id: int, entry: int) -> Sequence[int]:
    """Return the numbers of the sheets that were keyed in an entry."""
    query = select(KeyedBallot.serial).where(KeyedBallot.batch_id == batch_id, KeyedBallot.entry == entry)
    return session.scalars(query).all()


def entries_of(session: Session, batch_id: int, serial: int) -> dict[int, KeyedBallot]:
    """Return what was keyed of one sheet, by entry."""
    query = select(KeyedBallot).where(KeyedBallot.batch_id == batch_id, KeyedBallot.serial == serial)
    return {each.entry: each for each in session.scalars(query)}


def last_of(session: Session, batch_id: int, entry: int, user_id: int | None, most: int) -> Sequence[KeyedBallot]:
    """Return what a person keyed last, the newest first."""
    query = (
        select(KeyedBallot)
        .where(KeyedBallot.batch_id == batch_id, KeyedBallot.entry == entry, KeyedBallot.keyed_by == user_id)
        .order_by(KeyedBallot.keyed_at.desc(), KeyedBallot.serial.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def forget(session: Session, batch_id: int, serial: int | None = None, entry: int | None = None) -> None:
    """Delete what was keyed of a batch, of one sheet, or one entry of it; SQLite overwrites it."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))
    statement = delete(KeyedBallot).where(KeyedBallot.batch_id == batch_id)
    if serial is not None:
        statement = statement.where(KeyedBallot.serial == serial)
    if entry is not None:
        statement = statement.where(KeyedBallot.entry == entry)
    session.execute(statement, execution_options=_PLAIN)


def counts(session: Session, batch_ids: Sequence[int]) -> dict[int, dict[tuple[int, str], int]]:
    """Return how many ballots were keyed, by batch, and by entry and kind."""
    query = (
        select(KeyedBallot.batch_id, KeyedBallot.entry, KeyedBallot.kind, func.count())
        .where(KeyedBallot.batch_id.in_(batch_ids))
        .group_by(KeyedBallot.batch_id, KeyedBallot.entry, KeyedBallot.kind)
    )
    found: dict[int, dict[tuple[int, str], int]] = {}
    for batch_id, entry, kind, count in session.execute(query):
        found.setdefault(batch_id, {})[entry, kind] = count
    return found


def waiting(session: Session, campaign_id: int) -> dict[int, int]:
    """Return how many sheets came back of the paper batches of a campaign that are not closed, by batch.

    Where nobody has counted them yet, those that have been keyed.
    """
    keyed = (KeyedBallot.batch_id == Batch.id) & (KeyedBallot.entry == FIRST)
    query = (
        select(Batch.id, func.coalesce(Batch.returned, func.count(KeyedBallot.serial)))
        .join(PaperBatch, PaperBatch.batch_id == Batch.id)
        .join(Collector, Collector.id == Batch.collector_id)
        .join(Survey, Survey.id == Collector.survey_id)
        .outerjoin(KeyedBallot, keyed)
        .where(Survey.campaign_id == campaign_id, Batch.state == BatchState.OPEN)
        .group_by(Batch.id)
    )
    return dict(session.execute(query).all())
