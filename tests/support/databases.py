"""Fresh databases for tests: migrated once per test process, then copied."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from survey_app.storage.session import Database
from tests.support.postgres import Postgres

KINDS = ("sqlite", "postgresql")


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.dispose()


class FreshDatabases:
    """Hands out databases of both kinds, each with the newest schema (or empty) and nothing in it.

    `prefix` keeps the processes of one run apart; `postgres` is called when the first PostgreSQL is wanted.
    """

    def __init__(self, directory: Path, prefix: str, postgres: Callable[[], Postgres]) -> None:
        self._directory = directory / prefix
        self._directory.mkdir()
        self._prefix = prefix
        self._postgres = postgres
        self._count = itertools.count(1)
        self._templates: dict[str, str] = {}
        self._left: list[str] = []

    @contextmanager
    def database(self, kind: str, *, migrated: bool = True) -> Iterator[Database]:
        """A database of its own, removed afterwards."""
        make = self._sqlite if kind == "sqlite" else self._postgresql
        with make(migrated) as url:
            database = Database(url)
            try:
                yield database
            finally:
                database.dispose()

    @contextmanager
    def copy_of(self, original: Database) -> Iterator[Database]:
        """A copy of a database that nobody uses at the moment, page by page, removed afterwards."""
        original.dispose()
        copy = self._sqlite_copy if original.is_sqlite else self._postgresql_copy
        with copy(original) as url:
            database = Database(url)
            try:
                yield database
            finally:
                database.dispose()

    @contextmanager
    def _sqlite_copy(self, original: Database) -> Iterator[str]:
        place = self._directory / f"test{next(self._count)}.sqlite3"
        shutil.copyfile(str(original.engine.url.database), place)
        yield f"sqlite:///{place}"
        for file in self._directory.glob(f"{place.name}*"):
            file.unlink()

    @contextmanager
    def _postgresql_copy(self, original: Database) -> Iterator[str]:
        postgres = self._postgres()
        name = f"{self._prefix}_{next(self._count)}"
        yield postgres.create(name, str(original.engine.url.database))
        self._leave(postgres, name)

    @contextmanager
    def _sqlite(self, migrated: bool) -> Iterator[str]:
        if migrated and "sqlite" not in self._templates:
            template = self._directory / "template.sqlite3"
            _migrate(f"sqlite:///{template}")
            self._templates["sqlite"] = str(template)
        place = self._directory / f"test{next(self._count)}.sqlite3"
        if migrated:
            shutil.copyfile(self._templates["sqlite"], place)
        yield f"sqlite:///{place}"
        for file in self._directory.glob(f"{place.name}*"):
            file.unlink()

    @contextmanager
    def _postgresql(self, migrated: bool) -> Iterator[str]:
        postgres = self._postgres()
        if migrated and "postgresql" not in self._templates:
            _migrate(postgres.create(f"{self._prefix}_template"))
            self._templates["postgresql"] = f"{self._prefix}_template"
        name = f"{self._prefix}_{next(self._count)}"
        url = postgres.create(name, self._templates["postgresql"] if migrated else "template0")
        yield url
        self._leave(postgres, name)

    def _leave(self, postgres: Postgres, name: str) -> None:
        """Remove the databases left before and leave this one: its connections are still being closed.

        PostgreSQL sleeps a tenth of a second when it finds one of them while it removes a database.
        """
        for each in self._left:
            postgres.drop(each)
        self._left = [name]
