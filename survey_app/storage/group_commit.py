"""Many small writes, one durable commit: how SQLite, which has one writer, keeps up with many.

A commit waits for the disk, however much is in it. So one thread writes for all: it takes every statement that
waits, commits them together, and only then tells each caller. Statements fail alone: SQLite undoes the one and
keeps the others.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Engine

from survey_app.storage.failures import Unavailable, failure_of

LARGEST_GROUP = 256
"""Statements in one commit at most: nobody waits for more than these."""


class Turns:
    """A lock that is given in the order in which it was asked for, so that nobody starves."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._is_held = False

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Hold the lock for the block. Raises `Unavailable` when it does not come within so many seconds."""
        self._take(seconds)
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._is_held = False

    def _take(self, seconds: float) -> None:
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return
            signal = Lock()
            signal.acquire()
            self._waiting.append(signal)
        if signal.acquire(timeout=seconds):
            return
        with self._guard:
            if signal in self._waiting:
                self._waiting.remove(signal)
                raise Unavailable("locked", f"another write has held the database for {seconds:g} s")


class _Item:
    """One statement on its way, and its outcome."""

    __slots__ = ("_done", "error", "has_row", "is_abandoned", "sql", "values")

    def __init__(self, sql: str, values: Sequence[Any]) -> None:
        self.sql = sql
        self.values = values
        self.has_row = False
        self.error: Exception | None = None
        self.is_abandoned = False
        self._done = Lock()
        self._done.acquire()

    def finish(self, error: Exception | None = None) -> None:
        """Let the caller go on."""
        self.error = error
        self._done.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the outcome; False when it did not come: then the statement is left out if it still can be."""
        if self._done.acquire(timeout=seconds):
            return True
        self.is_abandoned = True
        return False


class GroupCommit:
    """Writes for all threads of this process.

    `turns` is shared with the process's other writers. More than `most_waiting` statements are refused at once, and
    nobody waits longer than `patience` seconds: a worker's phone keeps the answers and tries again.
    """

    def __init__(
        self, engine: Engine, turns: Turns, *, patience: float, most_waiting: int = 4 * LARGEST_GROUP
    ) -> None:
        self._engine = engine
        self._turns = turns
        self._patience = patience
        self._most = most_waiting
        self._waiting: deque[_Item] = deque()
        self._guard = Lock()
        self._work = Lock()
        self._work.acquire()
        self._is_closed = False
        self._writer = Thread(target=self._run, name="group-commit", daemon=True)
        self._writer.start()

    def execute(self, sql: str, values: Sequence[Any]) -> bool:
        """Execute one statement; return whether it gave a row. What it wrote is on disk when this returns.

        Raises the driver's error if this statement failed, and `Unavailable` if it could not be tried or committed.
        """
        item = _Item(sql, values)
        with self._guard:
            if self._is_closed:
                raise Unavailable("away", "the server is stopping")
            if len(self._waiting) >= self._most:
                raise Unavailable("locked", f"{self._most} writes are waiting")
            self._waiting.append(item)
            if len(self._waiting) == 1 and self._work.locked():
                self._work.release()
        if not item.wait(self._patience):
            raise Unavailable("locked", f"no commit within {self._patience:g} s")
        if item.error is not None:
            raise item.error
        return item.has_row

    def close(self) -> None:
        """Take no more, write what waits, and end."""
        with self._guard:
            self._is_closed = True
            if self._work.locked():
                self._work.release()
        self._writer.join()

    def _run(self) -> None:
        while True:
            self._work.acquire()
            while group := self._next_group():
                self._write(group)
            with self._guard:
                if self._is_closed and not self._waiting:
                    return

    def _next_group(self) -> list[_Item]:
        with self._guard:
            size = min(len(self._waiting), LARGEST_GROUP)
            return [self._waiting.popleft() for _ in range(size)]

    def _write(self, group: list[_Item]) -> None:
        try:
            with self._turns.turn(self._patience), closing(self._engine.raw_connection()) as pooled:
                group = [item for item in group if not item.is_abandoned]
                written = _execute_all(group, pooled.driver_connection)
        except Exception as error:  # whatever it is, every caller must hear of it
            failure = failure_of(error) or error
            for item in group:
                if item.error is None:
                    item.finish(failure)
            return
        for item in written:
            item.finish()


def _execute_all(group: list[_Item], connection: Any) -> list[_Item]:
    """Commit the group; return the items that are on disk. Items that failed alone have been told."""
    written = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        for item in group:
            try:
                item.has_row = connection.execute(item.sql, item.values).fetchone() is not None
            except sqlite3.Error as error:
                if not connection.in_transaction:
                    raise  # the disk is full, say: SQLite has undone the whole transaction
                item.finish(failure_of(error) or error)
            else:
                written.append(item)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return written
