"""What a database is asked, seen at its driver: whoever asks, and by whatever road."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.pool import Pool

from survey_app.storage.session import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Give a list that fills with the SQL of every statement, on SQLite with BEGIN and COMMIT."""
    said: list[str] = []

    class Listening(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **more: Any) -> Any:
            said.append(str(query))
            return super().execute(query, *args, **more)

    def listen(connection: Any, *_: object) -> None:
        if database.is_sqlite:
            connection.set_trace_callback(said.append)
        else:
            connection.cursor_factory = Listening

    def end(connection: Any, *_: object) -> None:
        if database.is_sqlite:
            connection.set_trace_callback(None)
        elif connection is not None:
            connection.cursor_factory = psycopg.Cursor

    event.listen(Pool, "checkout", listen)
    event.listen(Pool, "checkin", end)
    try:
        yield said
    finally:
        event.remove(Pool, "checkout", listen)
        event.remove(Pool, "checkin", end)
