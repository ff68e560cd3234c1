"""The database: engine, transactions, migrations. One object per application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

__all__ = ["ConstraintViolated", "Database", "DatabaseUnusable", "Session", "constraint_name"]

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
SQLITE_BUSY_SECONDS = 15


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

    def __init__(self, url: str) -> None:
        self.url = _with_driver(url)
        try:
            # An error that quotes the values it was about would carry answers into the log.
            self.engine = create_engine(self.url, hide_parameters=True, **_engine_options(self.url))
        except (ArgumentError, ImportError) as error:
            raise DatabaseUnusable("bad_url", str(error)) from error
        except ValueError as error:  # its words could hold a part of the password
            raise DatabaseUnusable("bad_url", "the port is not a number") from error
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session that commits at the end of the block, or rolls back if the block raises.

        Raises `ConstraintViolated` where the schema refuses. A SQLite writer takes its lock at once, so that
        two writers wait for each other instead of failing at commit.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"writes": True})
            try:
                yield session
                session.commit()
            except IntegrityError as error:
                raise ConstraintViolated(constraint_name(error)) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading; whatever it changed is rolled back. What it loaded stays readable.

        Closing rolls back; `rollback()` would also expire every row that the block has returned.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema to `revision`."""
        with self.engine.connect() as connection:
            try:
                command.upgrade(self._alembic(connection), revision)
            except CommandError as error:
                raise DatabaseUnusable("newer", str(error)) from error

    def downgrade(self, revision: str) -> None:
        """Take the schema back to `revision`."""
        with self.engine.connect() as connection:
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
        """Close all connections."""
        self.engine.dispose()

    def _alembic(self, connection: Connection | None) -> Config:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        return config


def constraint_name(error: IntegrityError) -> str:
    """Return the name of the constraint that an error is about, as far as the database tells.

    PostgreSQL names it; SQLite names a CHECK, and the columns of a UNIQUE (`table.column, table.column`).
    """
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None and diagnostics.constraint_name:
        return str(diagnostics.constraint_name)
    message = str(error.orig)
    _, _, named = message.partition("constraint failed: ")
    if message.startswith("UNIQUE") and "." in named:
        table = named.split(".", 1)[0]
        columns = "_".join(column.split(".", 1)[1] for column in named.split(", "))
        return f"uq_{table}_{columns}"
    return named or message


def _with_driver(url: str) -> str:
    """Accept the URL forms that hosts hand out: postgres:// and postgresql:// mean psycopg 3 here."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _engine_options(url: str) -> dict[str, Any]:
    backend = make_url(url).get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise ArgumentError(f"neither sqlite nor postgresql: {backend}")
    if backend == "sqlite":
        return {"connect_args": {"timeout": SQLITE_BUSY_SECONDS}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}


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
