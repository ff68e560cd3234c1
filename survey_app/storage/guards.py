"""Rows that never change once written: the ORM refuses, whoever asks and by whatever road."""

from __future__ import annotations

from sqlalchemy import Connection, event
from sqlalchemy.orm import DeclarativeBase, Mapper, ORMExecuteState, Session, object_session

_FROZEN: set[type[DeclarativeBase]] = set()


class NeverChanges(Exception):
    """Somebody tried to change or delete a row that others rely on as it is."""


def never_changes(model: type[DeclarativeBase]) -> None:
    """Refuse every UPDATE and DELETE of `model`, through a loaded row or by a statement: `NeverChanges`.

    In Python and not as a trigger, because the schema must run on databases that have none.
    """
    _FROZEN.add(model)
    event.listen(model, "before_update", _refuse_update)
    event.listen(model, "before_delete", _refuse_delete)


def _refuse_update(mapper: Mapper[DeclarativeBase], connection: Connection, row: DeclarativeBase) -> None:
    # SQLAlchemy also asks about rows whose collections only were touched, for which it writes nothing.
    session = object_session(row)
    if session is None or session.is_modified(row, include_collections=False):
        raise NeverChanges(mapper.class_.__name__)


def _refuse_delete(mapper: Mapper[DeclarativeBase], connection: Connection, row: DeclarativeBase) -> None:
    raise NeverChanges(mapper.class_.__name__)


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if (state.is_update or state.is_delete) and mapper is not None and mapper.class_ in _FROZEN:
        raise NeverChanges(mapper.class_.__name__)
