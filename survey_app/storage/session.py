"""The database: engine, transactions, migrations. One object per application."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Index, UniqueConstraint, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql import ClauseElement

from survey_app.storage.failures import AWAY, LOCKED, Unavailable, failure_of
from survey_app.storage.group_commit import GroupCommit, Turns
from survey_app.storage.models import Base
from survey_app.storage.prepared import Prepared

__all__ = ["ConstraintViolated", "Database", "DatabaseUnusable", "Session", "Unavailable", "constraint_name"]

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
SQLITE_BUSY_SECONDS = 15
POOL_SECONDS = 15
_DOCUMENTS: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class ConstraintViolated(Exception):
    """A write broke the named constraint. Services turn the name into words for people."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class DatabaseUnusable(Exception):
    """The database cannot be used as it is.

    `kind`: "bad_url" (the address cannot be understood), "unreachable" (or not to be written to), "newer" (a
    newer version of this program has changed its schema). `reason` is the driver's own, without any password.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason


class Database:
    """Where everything is kept: SQLite (WAL, every commit durable) or PostgreSQL, told by the URL."""

    def __init__(self, url: str, *, connections: int = 10) -> None:
        """Connect to nothing yet; on PostgreSQL at most `connections` of either kind will be open at once."""
        self.url = _with_driver(url)
        self._turns = Turns()
        self._guard = Lock()
        self._group: GroupCommit | None = None
        self._prepared: dict[ClauseElement, Prepared] = {}
        try:
            # An error that quotes the values it was about would carry answers into the log.
            options = {
                "hide_parameters": True,
                "json_deserializer": read_json,
                **_engine_options(self.url, connections),
            }
            self.engine = create_engine(self.url, **options)
        except (ArgumentError, ImportError) as error:
            raise DatabaseUnusable("bad_url", str(error)) from error
        except ValueError as error:  # its words could hold a part of the password
            raise DatabaseUnusable("bad_url", "the port is not a number") from error
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
            self._reader = self.engine
        else:
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
            options |= {"pool_pre_ping": False, "isolation_level": "AUTOCOMMIT"}
            self._singles = create_engine(self.url, **options)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session that commits at the end of the block, or rolls back if the block raises.

        Raises `ConstraintViolated` where the schema refuses, `Unavailable` where the database cannot do it now. A
        SQLite writer takes its lock at once, so that two writers wait for each other instead of failing at commit;
        those of one process in the order in which they came.
        """
        turn = self._turns.turn(SQLITE_BUSY_SECONDS) if self.is_sqlite else nullcontext()
        with _failures_told(), turn, Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"writes": True})
            try:
                yield session
                session.commit()
            except IntegrityError as error:
                # Not "from error": PostgreSQL quotes the whole row that it refuses, answers and all.
                raise ConstraintViolated(constraint_name(error)) from None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading; whatever it changed is rolled back. What it loaded stays readable.

        All that it reads is of one moment, that of its first look: figures would else mix ballots of one moment
        with voidings of the next. (SQLite reads so anyway.) Closing rolls back; `rollback()` would also expire
        every row that the block has returned. Raises `Unavailable` where the database cannot do it now.
        """
        with _failures_told(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    def write_one(self, statement: ClauseElement, parameters: Mapping[str, Any]) -> bool:
        """Execute one statement in a transaction of its own; return whether it gave a row. Durable on return.

        On PostgreSQL this is one round trip, tried again once on a new connection when the old one has gone: the
        statement must be one that may be tried twice. On SQLite the statements of many callers share a commit.
        It is compiled once and kept, so it must be a constant. Raises as `transaction` does.
        """
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared.setdefault(statement, Prepared(statement, self.engine.dialect))
        values = prepared.values(parameters)
        try:
            if self.is_sqlite:
                return self._writer().execute(prepared.sql, values)
            return self._single(prepared.sql, values)
        except self.engine.dialect.loaded_dbapi.IntegrityError as error:
            raise ConstraintViolated(constraint_name(IntegrityError(None, None, error))) from None
        except (self.engine.dialect.loaded_dbapi.Error, DBAPIError, NoConnection) as error:
            raise _unavailable(error) or error from error

    def _writer(self) -> GroupCommit:
        with self._guard:
            if self._group is None:
                self._group = GroupCommit(self.engine, self._turns, patience=SQLITE_BUSY_SECONDS)
            return self._group

    def _single(self, sql: str, values: Any) -> bool:
        for is_last in (False, True):
            with closing(self._singles.raw_connection()) as pooled:
                connection: Any = pooled.driver_connection
                try:
                    return connection.execute(sql, values).fetchone() is not None
                except self.engine.dialect.loaded_dbapi.OperationalError:
                    if not connection.broken:
                        raise
                    pooled.invalidate()
                    if is_last:
                        raise
                    self._singles.dispose()
        raise AssertionError("the loop returns or raises")

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema to `revision`."""
        with self._changing_schema() as connection:
            try:
                command.upgrade(self._alembic(connection), revision)
            except CommandError as error:
                raise DatabaseUnusable("newer", str(error)) from error

    def downgrade(self, revision: str) -> None:
        """Take the schema back to `revision`."""
        with self._changing_schema() as connection:
            command.downgrade(self._alembic(connection), revision)

    def is_current(self) -> bool:
        """Tell whether the schema is the one that this code needs."""
        with self.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        return found == ScriptDirectory.from_config(self._alembic(None)).get_current_head()

    def check(self) -> None:
        """Raise `DatabaseUnusable` unless the database can be reached and written to."""
        try:
            with self.engine.connect().execution_options(writes=True) as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise DatabaseUnusable("unreachable", str(error.orig).strip()) from error

    def dispose(self) -> None:
        """Write what waits to be written, and close all connections. The object may be used again."""
        with self._guard:
            group, self._group = self._group, None
        if group is not None:
            group.close()
        self.engine.dispose()
        if not self.is_sqlite:
            self._singles.dispose()

    @contextmanager
    def _changing_schema(self) -> Iterator[Connection]:
        """Give a connection for migrations, on which SQLite does not enforce references.

        SQLite drops or rebuilds a table by deleting its rows first, which references from other rows would forbid
        or, worse, follow (https://www.sqlite.org/lang_altertable.html#otheralter). The switch works outside a
        transaction only, and must not go back into the pool.
        """
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            try:
                yield connection
            finally:
                if self.is_sqlite:
                    connection.invalidate()

    def _alembic(self, connection: Connection | None) -> Config:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        return config


@contextmanager
def _failures_told() -> Iterator[None]:
    """Turn errors that are about the database itself into `Unavailable`."""
    try:
        yield
    except (DBAPIError, NoConnection) as error:
        raise _unavailable(error) or error from error


def _unavailable(error: Exception) -> Unavailable | None:
    if isinstance(error, NoConnection):
        return Unavailable(LOCKED, "all connections are in use")
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return Unavailable(AWAY, type(error.orig).__name__)
        return failure_of(error.orig)
    return failure_of(error)


def constraint_name(error: IntegrityError) -> str:
    """Return the name of the constraint that an error is about, as far as the database tells.

    PostgreSQL names it; SQLite names a CHECK, and the columns of a UNIQUE (`table.column, table.column`), whose
    name the models know.
    """
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name or diagnostics.message_primary)
    message = str(error.orig)
    _, _, named = message.partition("constraint failed: ")
    if message.startswith("UNIQUE"):
        return _unique_names().get(named, named)
    return named or message


@cache
def _unique_names() -> dict[str, str]:
    """Return the names of unique constraints and indexes by their columns, as SQLite lists them."""
    return {
        ", ".join(f"{table.name}.{column.name}" for column in each.columns): str(each.name)
        for table in Base.metadata.tables.values()
        for each in (*table.constraints, *table.indexes)
        if isinstance(each, UniqueConstraint) or (isinstance(each, Index) and each.unique)
    }


def _with_driver(url: str) -> str:
    """Accept the URL forms that hosts hand out: postgres:// and postgresql:// mean psycopg 3 here."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _engine_options(url: str, connections: int) -> dict[str, Any]:
    backend = make_url(url).get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise ArgumentError(f"neither sqlite nor postgresql: {backend}")
    if backend == "sqlite":
        return {"connect_args": {"timeout": SQLITE_BUSY_SECONDS}}
    return {"pool_pre_ping": True, "pool_size": connections, "max_overflow": 0, "pool_timeout": POOL_SECONDS}


def read_json(text: str | bytes) -> Any:
    """Return what is written in a document.

    The standard library takes three times as long, a quarter of the first build. It wrote what is stored, and so is
    asked where the fast reader refuses (half of a surrogate pair).
    """
    try:
        return _DOCUMENTS.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


def _prepare_sqlite(engine: Engine) -> None:
    """Make every connection durable and strict, and leave BEGIN to us (the driver's own is too late)."""

    @event.listens_for(engine, "connect")
    def _(connection: Any, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
