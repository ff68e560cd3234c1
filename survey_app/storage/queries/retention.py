"""What is removed when its time is up, a few rows at a time: the only road past the guard of `Response`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, exists, func, insert, select, text, update
from sqlalchemy.orm import Session, selectinload

from survey_app.storage.models import (
    Batch,
    Campaign,
    Collector,
    Comment,
    CommentReading,
    Invitation,
    KeptWorkbook,
    KeyedBallot,
    OpenInvitation,
    PartialResponse,
    Response,
    Survey,
    Throttle,
    Voiding,
)

AT_ONCE = 500
"""Rows in one transaction: some 20 ms on SQLite, for which a worker who sends waits."""

_IS_VOIDED = exists().where(Voiding.response_id == bindparam("old"))
_RENEW = update(Response).where(Response.id == bindparam("old")).values(id=bindparam("new"))
_RENEW_UNVOIDED = _RENEW.where(~_IS_VOIDED)
_PLAIN = {"synchronize_session": False}


def surveys(session: Session) -> Sequence[Survey]:
    """Return every survey, oldest first."""
    return session.scalars(select(Survey).order_by(Survey.id)).all()


def survey(session: Session, survey_id: int, *, for_change: bool = False) -> Survey | None:
    """Return a survey with its campaign; `for_change` makes whoever else wants to change it wait."""
    query = (
        select(Survey)
        .where(Survey.id == survey_id)
        .options(selectinload(Survey.campaign).selectinload(Campaign.unit))
    )
    return session.scalar(query.with_for_update() if for_change else query)


def submission_ids(session: Session, survey_id: int) -> Iterator[Sequence[UUID]]:
    """Yield the ids that respondents' pages gave to responses, some `AT_ONCE` at a time.

    Ballots of a batch are none of these: their ids follow from a file, so that it is not imported twice.
    """
    own = (Response.survey_id == survey_id, Response.batch_id.is_(None))
    slots = session.execute(
        select(Response.received_at, func.count())
        .where(*own)
        .group_by(Response.received_at)
        .order_by("received_at")
    ).all()
    waiting: list[datetime] = []
    size = 0
    for place, (slot, count) in enumerate(slots, start=1):
        waiting.append(slot)
        size += count
        if size >= AT_ONCE or place == len(slots):
            within = Response.received_at.between(waiting[0], waiting[-1])
            found = session.scalars(select(Response.id).where(*own, within).order_by(Response.id)).all()
            yield from (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE))
            waiting, size = [], 0


def renew_ids(session: Session, ids: Sequence[UUID]) -> None:
    """Give these responses other random ids; those that are voided keep theirs, which their voiding names."""
    session.connection().execute(_RENEW_UNVOIDED, [{"old": one, "new": uuid4()} for one in ids])


def renew_voided(session: Session, survey_id: int) -> int:
    """Give voided responses other random ids, and tell their voidings; return how many there are."""
    own = select(Response.id).where(Response.survey_id == survey_id, Response.batch_id.is_(None))
    query = select(Voiding.response_id).where(Voiding.survey_id == survey_id, Voiding.response_id.in_(own))
    pairs = [{"old": one, "new": uuid4()} for one in session.scalars(query.distinct())]
    if pairs:
        session.connection().execute(_RENEW, pairs)
        session.connection().execute(
            update(Voiding).where(Voiding.response_id == bindparam("old")).values(response_id=bindparam("new")),
            pairs,
        )
    return len(pairs)


def codes_out_of_use(session: Session, survey_id: int) -> Sequence[int]:
    """Return the keys of the survey's invitations that nobody can use any more: used or revoked."""
    is_open = exists().where(OpenInvitation.invitation_id == Invitation.id)
    query = (
        select(Invitation.id)
        .join(Collector, Collector.id == Invitation.collector_id)
        .where(Collector.survey_id == survey_id, ~is_open)
        .order_by(Invitation.id)
    )
    return session.scalars(query).all()


def forget_codes(session: Session, keys: Sequence[int]) -> None:
    """Put random numbers in the place of what was kept of these codes."""
    session.connection().execute(
        update(Invitation).where(Invitation.id == bindparam("key")).values(code_hash=bindparam("new")),
        [{"key": key, "new": secrets.token_hex(32)} for key in keys],
    )


def purge_partials(session: Session, now: datetime) -> int:
    """Remove answers so far whose time is up, `AT_ONCE` at most; return how many went."""
    overwrite(session)
    some = select(PartialResponse.id).where(PartialResponse.expires_at <= now).limit(AT_ONCE)
    statement = delete(PartialResponse).where(PartialResponse.id.in_(some))
    return len(session.scalars(statement.returning(PartialResponse.id), execution_options=_PLAIN).all())


def purge_attempts(session: Session, now: datetime) -> None:
    """Forget counts of attempts whose window is over."""
    session.execute(delete(Throttle).where(Throttle.expires_at < now), execution_options=_PLAIN)


def erase_comments(session: Session, survey_id: int) -> int:
    """Erase comments of a survey for good, `AT_ONCE` at most, and when they were read; return how many went."""
    overwrite(session)
    own = (Comment.survey_id == survey_id,)
    some = session.execute(select(Comment.field, Comment.digest).where(*own).limit(AT_ONCE)).all()
    for field in sorted({field for field, _ in some}):
        digests = [digest for each, digest in some if each == field]
        session.execute(
            delete(Comment).where(*own, Comment.field == field, Comment.digest.in_(digests)),
            execution_options=_PLAIN,
        )
    session.execute(delete(CommentReading).where(CommentReading.survey_id == survey_id), execution_options=_PLAIN)
    return len(some)


def erase_responses(session: Session, survey_id: int) -> int:
    """Erase responses of a survey for good, `AT_ONCE` at most; return how many went."""
    overwrite(session)
    some = select(Response.id).where(Response.survey_id == survey_id).limit(AT_ONCE)
    statement = delete(Response).where(Response.id.in_(some)).returning(Response.id)
    return len(session.connection().execute(statement).all())


def erase_keyed(session: Session, survey_id: int) -> None:
    """Erase what was keyed of a survey's paper and never became responses."""
    overwrite(session)
    own = (
        select(Batch.id).join(Collector, Collector.id == Batch.collector_id).where(Collector.survey_id == survey_id)
    )
    session.execute(delete(KeyedBallot).where(KeyedBallot.batch_id.in_(own)), execution_options=_PLAIN)


def response_count(session: Session, survey_id: int) -> int:
    """Return how many responses a survey has."""
    query = select(func.count()).select_from(Response).where(Response.survey_id == survey_id)
    return session.execute(query).scalar_one()


def keep_workbook(session: Session, *, survey_id: int, file_name: str, content: bytes, made_at: datetime) -> None:
    """Keep the workbook of the figures as they stand."""
    values = {"survey_id": survey_id, "file_name": file_name, "content": content, "made_at": made_at}
    session.execute(insert(KeptWorkbook).values(**values))


def kept_workbook(session: Session, *, campaign_id: int, survey_id: int) -> KeptWorkbook | None:
    """Return the workbook that was kept when the survey's responses were erased."""
    query = (
        select(KeptWorkbook)
        .join(Survey, Survey.id == KeptWorkbook.survey_id)
        .where(Survey.id == survey_id, Survey.campaign_id == campaign_id)
    )
    return session.scalar(query)


def erased_surveys(session: Session, campaign_id: int) -> Sequence[tuple[Survey, bool]]:
    """Return the surveys of a campaign whose responses were erased, each with whether a workbook was kept."""
    query = (
        select(Survey, exists().where(KeptWorkbook.survey_id == Survey.id))
        .where(Survey.campaign_id == campaign_id, Survey.erased_at.is_not(None))
        .order_by(Survey.id)
    )
    return [(survey, has_workbook) for survey, has_workbook in session.execute(query)]


def overwrite(session: Session) -> None:
    """Have SQLite overwrite what is deleted, which else stays in the file's free pages."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))
