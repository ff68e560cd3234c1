"""What many tests begin with: made through the services once per process, then copied.

Every test gets rows and objects of its own. Kept are bytes, and a database that nobody is given.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from psycopg import sql
from sqlalchemy import text

from survey_app.storage.models import Base
from survey_app.storage.session import Database

_P = ParamSpec("_P")
_Made = TypeVar("_Made")
_Filling = Callable[[Database], None]

_TABLES = {table.name: [column.name for column in table.columns] for table in Base.metadata.tables.values()}
_IS_ANYTHING_THERE = text("SELECT " + " OR ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in _TABLES))
_SEQUENCES = "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL"


def made_once(make: Callable[Concatenate[Database, _P], _Made]) -> Callable[Concatenate[Database, _P], _Made]:
    """Have a function that puts things into an empty database do so once for each set of arguments.

    Afterwards, an empty database gets a copy of all rows, and the caller a copy of what the function returned. In
    a database where something stands already, the function does its work as ever (`__wrapped__` always does).
    """
    kept: dict[object, tuple[_Filling, bytes]] = {}

    @wraps(make)
    def make_or_copy(database: Database, /, *values: _P.args, **options: _P.kwargs) -> _Made:
        if _is_anything_there(database):
            return make(database, *values, **options)
        key = (database.is_sqlite, values, *sorted(options.items()))
        if key in kept:
            kept[key][0](database)
        else:
            made = make(database, *values, **options)
            kept[key] = (_filling(database), pickle.dumps(made))
        result: _Made = pickle.loads(kept[key][1])
        return result

    return make_or_copy


def _is_anything_there(database: Database) -> bool:
    with database.reading() as session:
        return bool(session.scalar(_IS_ANYTHING_THERE))


def _filling(database: Database) -> _Filling:
    """Return what puts a copy of all that the database holds now into an empty one of its kind."""
    return _filling_of_sqlite(database) if database.is_sqlite else _filling_of_postgresql(database)


def _filling_of_sqlite(database: Database) -> _Filling:
    original = sqlite3.connect(":memory:")
    with _driver(database) as connection:
        connection.backup(original)

    def fill(empty: Database) -> None:
        with _driver(empty) as connection:
            original.backup(connection)

    return fill


def _filling_of_postgresql(database: Database) -> _Filling:
    rows = {}
    with _driver(database) as connection, connection.cursor() as cursor:
        sequences = cursor.execute(_SEQUENCES).fetchall()
        for table in _TABLES:
            if cursor.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone():
                with cursor.copy(_copying("COPY {} ({}) TO STDOUT (FORMAT binary)", table)) as copy:
                    rows[table] = b"".join(copy)

    def fill(empty: Database) -> None:
        with _driver(empty) as connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # tables come in any order
            for table, content in rows.items():
                with cursor.copy(_copying("COPY {} ({}) FROM STDIN (FORMAT binary)", table)) as copy:
                    copy.write(content)
            cursor.executemany("SELECT setval(%s, %s)", sequences)
            connection.commit()

    return fill


def _copying(statement: Any, table: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, _TABLES[table]))
    return sql.SQL(statement).format(sql.Identifier(table), columns)


@contextmanager
def _driver(database: Database) -> Iterator[Any]:
    """The driver's own connection, which can copy whole tables."""
    with closing(database.engine.raw_connection()) as pooled:
        yield pooled.driver_connection
