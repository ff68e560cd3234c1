"""A survey's responses for the column cache: in portions, never all at once, never an ORM object per row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, func, select, type_coerce
from sqlalchemy.orm import Session

from survey_app.storage.models import Erasure, QuestionnaireVersion, Response, Voiding

PORTION = 10_000
_AT_ONCE = 500

_response = Response.__table__.c
# Columns of the table and not of the class: the class's would be looked at by the ORM once more, row by row.
_ROW = (
    # As the driver gives it: objects for the ids of 1.5 million rows would take a tenth of the time.
    type_coerce(_response.id, String),
    _response.received_at,
    _response.version_id,
    _response.collector_id,
    _response.posting_id,
    _response.unit_id,
    _response.batch_id,
    _response.audience,
    _response.mode,
    _response.seconds,
    _response.answers,
)
"""What a row of `rows` and `rows_of` holds, in this order."""


def rows(
    session: Session, survey_id: int, since: datetime | None, until: datetime | None
) -> Iterator[Sequence[Row[Any]]]:
    """Yield the responses received from `since` (inclusive) to `until` (exclusive), by moment and then id."""
    query = _ordered(select(*_ROW).where(*_between(survey_id, since, until)))
    found = session.execute(query.execution_options(yield_per=PORTION))
    yield from found.partitions()


def rows_of(session: Session, ids: Sequence[UUID]) -> Iterator[Sequence[Row[Any]]]:
    """Yield the responses with these ids, as `rows` would; those that are gone are left out.

    Portions follow the order of `ids`, so give them in the order of `ids()`.
    """
    for start in range(0, len(ids), _AT_ONCE):
        query = _ordered(select(*_ROW).where(Response.id.in_(ids[start : start + _AT_ONCE])))
        if found := session.execute(query).all():
            yield found


def ids(session: Session, survey_id: int, since: datetime | None, until: datetime | None) -> Sequence[UUID]:
    """Return the ids of the responses received from `since` to `until`, in the order of `rows`."""
    return session.scalars(_ordered(select(Response.id).where(*_between(survey_id, since, until)))).all()


def count(session: Session, survey_id: int, until: datetime) -> int:
    """Return how many responses were received before `until`."""
    query = select(func.count()).select_from(Response).where(*_between(survey_id, None, until))
    return session.execute(query).scalar_one()


def erased(session: Session, survey_id: int, after: int) -> Sequence[tuple[int, UUID]]:
    """Return key and response of each erasure newer than the one with key `after`, oldest first."""
    query = (
        select(Erasure.id, Erasure.response_id)
        .where(Erasure.survey_id == survey_id, Erasure.id > after)
        .order_by(Erasure.id)
    )
    return [(key, response) for key, response in session.execute(query)]


def voided(session: Session, survey_id: int) -> Sequence[UUID]:
    """Return the ids of the responses that are voided and not restored."""
    query = select(Voiding.response_id).where(Voiding.survey_id == survey_id, Voiding.restored_at.is_(None))
    return session.scalars(query.distinct()).all()


def version(session: Session, version_id: int) -> QuestionnaireVersion:
    """Return the published version with its definition. Raises `NoResultFound`."""
    return session.get_one(QuestionnaireVersion, version_id)


def _between(survey_id: int, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Response.survey_id == survey_id]
    if since is not None:
        conditions.append(Response.received_at >= since)
    if until is not None:
        conditions.append(Response.received_at < until)
    return conditions


def _ordered(query: Select[Any]) -> Select[Any]:
    return query.order_by(Response.received_at, Response.id)
