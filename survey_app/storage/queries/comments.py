"""Comments: what was written in answer to text fields, counted by the database; the masked words that are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from survey_app.storage.models import (
    Batch,
    Collector,
    Comment,
    CommentReading,
    CommentTheme,
    Erasure,
    QuestionnaireVersion,
    Response,
    Survey,
    Voiding,
)
from survey_app.storage.queries.retention import overwrite
from survey_app.words import BatchState, CommentState

AT_ONCE = 500
"""Rows in one transaction: some 20 ms on SQLite, for which a worker who sends waits."""
_PORTION = 5_000
_PLAIN = {"synchronize_session": False}


def said(session: Session, survey_id: int, field: str) -> Iterator[tuple[str, int]]:
    """Yield each text that was written in answer to a field, with how many ballots that count say it; none may.

    A ballot does not count while it is voided, or of a batch that is not reconciled.
    """
    written = Response.answers[field].as_string()
    voided = select(Voiding.response_id).where(Voiding.survey_id == survey_id, Voiding.restored_at.is_(None))
    unsettled = (
        select(Batch.id)
        .join(Collector, Collector.id == Batch.collector_id)
        .where(Collector.survey_id == survey_id, Batch.state != BatchState.RECONCILED)
    )
    is_out = Response.id.in_(voided) | (Response.batch_id.is_not(None) & Response.batch_id.in_(unsettled))
    query = (
        select(written.label("written"), func.sum(case((is_out, 0), else_=1)))
        .where(Response.survey_id == survey_id, written.is_not(None))
        .group_by("written")
    )
    with session.execute(query.execution_options(yield_per=_PORTION)) as found:
        for text, count in found:
            yield text, int(count)


def versions(session: Session, survey_id: int) -> Sequence[QuestionnaireVersion]:
    """Return the versions under which a survey has responses, the newest first."""
    used = select(Response.version_id).where(Response.survey_id == survey_id).distinct()
    query = select(QuestionnaireVersion).where(QuestionnaireVersion.id.in_(used))
    return session.scalars(query.order_by(QuestionnaireVersion.id.desc())).all()


def ballots(session: Session, survey_id: int) -> int:
    """Return how many responses a survey has."""
    query = select(func.count()).select_from(Response).where(Response.survey_id == survey_id)
    return session.execute(query).scalar_one()


def left_out(session: Session, survey_id: int) -> str:
    """Return what changes with every voiding, restoring and erasure of a response of the survey."""
    voidings = select(func.count(), func.count(Voiding.restored_at)).where(Voiding.survey_id == survey_id)
    made, restored = session.execute(voidings).one()
    erased = session.scalar(select(func.max(Erasure.id)).where(Erasure.survey_id == survey_id))
    return f"{made} {restored} {erased or 0}"


def reading(session: Session, survey_id: int) -> CommentReading | None:
    """Return when and how the survey's comments were last read; None where they never were."""
    return session.get(CommentReading, survey_id)


def comments(session: Session, survey_id: int, field: str | None = None) -> Sequence[Comment]:
    """Return the comments of a survey, or of one of its fields, by digest."""
    query = select(Comment).where(Comment.survey_id == survey_id)
    if field is not None:
        query = query.where(Comment.field == field)
    return session.scalars(query.order_by(Comment.field, Comment.digest)).all()


def chosen(session: Session, survey_id: int, field: str, digests: Collection[str]) -> Sequence[Comment]:
    """Return those of a field's comments that have these digests, to be changed."""
    found: list[Comment] = []
    wanted = sorted(set(digests))
    for start in range(0, len(wanted), AT_ONCE):
        query = select(Comment).where(
            Comment.survey_id == survey_id,
            Comment.field == field,
            Comment.digest.in_(wanted[start : start + AT_ONCE]),
        )
        found.extend(session.scalars(query.order_by(Comment.digest).with_for_update()))
    return found


def add(session: Session, survey_id: int, field: str, rows: Mapping[str, tuple[str, int]]) -> None:
    """Put comments in, given as words and copies by digest, in the order of their digests."""
    values: list[dict[str, Any]] = [
        {
            "survey_id": survey_id,
            "field": field,
            "digest": digest,
            "words": rows[digest][0],
            "copies": rows[digest][1],
            "state": CommentState.WAITING,
            "themes": [],
        }
        for digest in sorted(rows)
    ]
    if values:
        session.execute(insert(Comment), values)


def recount(session: Session, survey_id: int, field: str, copies: Mapping[str, int]) -> None:
    """Write down by how many ballots comments were said."""
    for digest, count in sorted(copies.items()):
        session.execute(
            update(Comment)
            .where(Comment.survey_id == survey_id, Comment.field == field, Comment.digest == digest)
            .values(copies=count),
            execution_options=_PLAIN,
        )


def remove(session: Session, survey_id: int, field: str, digests: Sequence[str]) -> None:
    """Remove comments that no response says any more."""
    overwrite(session)
    for start in range(0, len(digests), AT_ONCE):
        some = digests[start : start + AT_ONCE]
        session.execute(
            delete(Comment).where(Comment.survey_id == survey_id, Comment.field == field, Comment.digest.in_(some)),
            execution_options=_PLAIN,
        )


def themes(session: Session, campaign_id: int) -> Sequence[CommentTheme]:
    """Return the themes of a campaign in the order in which they were made."""
    query = select(CommentTheme).where(CommentTheme.campaign_id == campaign_id).order_by(CommentTheme.id)
    return session.scalars(query).all()


def of_campaign(session: Session, campaign_id: int) -> Sequence[Comment]:
    """Return all comments of a campaign's surveys, to be changed."""
    own = select(Survey.id).where(Survey.campaign_id == campaign_id)
    query = select(Comment).where(Comment.survey_id.in_(own))
    return session.scalars(query.order_by(Comment.survey_id, Comment.field, Comment.digest)).all()
