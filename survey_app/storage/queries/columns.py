"""A survey's responses for the column cache: in portions, never all at once, never an ORM object per row.

A response *came* when it was stored, or else when it was received: ballots of a file or of paper are received on a
past day and stored now. What is new is found by when it came, at a cost that does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Row,
    Select,
    String,
    Text,
    TypeDecorator,
    UnaryExpression,
    cast,
    func,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.operators import custom_op

from survey_app.storage.models import Erasure, QuestionnaireVersion, Response, Voiding
from survey_app.storage.session import read_json

PORTION = 1_000
"""Rows read at once: few enough to stay in the core's cache until they are encoded, which halves the time."""
_AT_ONCE = 500
_MOMENTS = 10_000
_LARGE_PART = 4
"""A survey with more than one of so many responses is read by looking at all of them."""


class _FewMoments(TypeDecorator[datetime]):
    """A moment as text, which many rows share, as those cut to ten minutes do: read once for all of them."""

    impl = Text
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime]:
        """Return what reads the text, remembering what it was turned into."""
        return lru_cache(maxsize=_MOMENTS)(_moment)


def _moment(text: str) -> datetime:
    """Read a moment; SQLite has no time zones, and keeps them in UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class _Document(TypeDecorator[dict[str, Any]]):
    """Answers, read from the text that they are sent as: a driver that reads them takes a longer way."""

    impl = Text
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what reads the text."""
        return read_json


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
    cast(_response.answers, _Document),
)
"""What a row of `rows` and `rows_of` holds, in this order."""
_ROW_OF_MANY = (_ROW[0], cast(_response.received_at, _FewMoments), *_ROW[2:])
"""The same, for reading a whole survey."""
_ORDER = (Response.received_at, Response.id)


def rows(
    session: Session, survey_id: int, since: datetime | None, until: datetime | None
) -> Iterator[Sequence[Row[Any]]]:
    """Yield the responses that came from `since` (inclusive) to `until` (exclusive).

    They are ordered by moment received and id; without `since` the order may be that of their ids alone.
    """
    if since is None:
        query: Any = _all_of(session, survey_id).where(*_came_before(until))
    else:
        # Two looks into two indexes: one condition with OR in it would be answered by looking at every response.
        as_received = (Response.received_at >= since, Response.stored_at.is_(None), *_came_before(until))
        stored_later = (Response.stored_at >= since, *(() if until is None else (Response.stored_at < until,)))
        own = select(*_ROW).where(Response.survey_id == survey_id)
        query = union_all(own.where(*as_received), own.where(*stored_later)).order_by("received_at", "id")
    # Who reads may stop before the end; then the cursor on the server is to be closed, too.
    with session.connection().execute(query, execution_options={"yield_per": PORTION}) as found:
        yield from found.partitions()


def rows_of(session: Session, ids: Sequence[UUID]) -> Iterator[Sequence[Row[Any]]]:
    """Yield the responses with these ids, as `rows` would; those that are gone are left out.

    Portions follow the order of `ids`, so give them in the order of `ids_since` or `ids_before`.
    """
    for start in range(0, len(ids), _AT_ONCE):
        query = select(*_ROW).where(Response.id.in_(ids[start : start + _AT_ONCE])).order_by(*_ORDER)
        if found := session.execute(query).all():
            yield found


def ids_since(session: Session, survey_id: int, since: datetime) -> Sequence[UUID]:
    """Return the ids of the responses that came from `since` on, in the order of `rows`."""
    # Nothing is stored before it is received, so both indexes answer this without a look at the responses.
    found = union(
        *(
            select(Response.received_at, Response.id).where(Response.survey_id == survey_id, moment >= since)
            for moment in (Response.received_at, Response.stored_at)
        )
    ).order_by("received_at", "id")
    return [one for _, one in session.execute(found)]


def ids_before(session: Session, survey_id: int, until: datetime) -> Sequence[UUID]:
    """Return the ids of the responses that came before `until`, in the order of `rows`."""
    query = select(Response.id).where(Response.survey_id == survey_id, *_came_before(until))
    return session.scalars(query.order_by(*_ORDER)).all()


def count(
    session: Session, survey_id: int, since: datetime | None, until: datetime | None, before: datetime
) -> int:
    """Return how many responses received from `since` (inclusive) to `until` (exclusive) came before `before`."""
    end = before if until is None else min(until, before)
    # One upper limit only: of two, SQLite would search by one, and look at all the rows up to the other.
    within: list[ColumnElement[bool]] = [Response.survey_id == survey_id, Response.received_at < end]
    if since is not None:
        within.append(Response.received_at >= since)
    found = session.execute(select(func.count()).select_from(Response).where(*within)).scalar_one()
    # Less those that were stored later, of which there are few. Asked for with a range of moments received, SQLite
    # would take the other index, and look at every response in that range.
    later = select(Response.received_at).where(Response.survey_id == survey_id, Response.stored_at >= before)
    return found - sum((since is None or each >= since) and each < end for each in session.scalars(later))


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


def _all_of(session: Session, survey_id: int) -> Select[Any]:
    """Return the query for all responses of a survey, in an order that does not tell who came first.

    An index finds single responses; to fetch most of a table by one, each from its place, takes SQLite three times
    as long as to look at the whole table as it stands, by id. The sign keeps it from the index.
    """
    own = session.execute(select(func.count()).where(Response.survey_id == survey_id)).scalar_one()
    everyone = session.execute(select(func.count()).select_from(Response)).scalar_one()
    if own * _LARGE_PART < everyone:
        return select(*_ROW_OF_MANY).where(Response.survey_id == survey_id).order_by(*_ORDER)
    unsought: ColumnElement[int] = UnaryExpression(_response.survey_id, operator=custom_op("+"))
    return select(*_ROW_OF_MANY).where(unsought == survey_id).order_by(Response.id)


def _came_before(until: datetime | None) -> tuple[ColumnElement[bool], ...]:
    if until is None:
        return ()
    return Response.received_at < until, or_(Response.stored_at.is_(None), Response.stored_at < until)
