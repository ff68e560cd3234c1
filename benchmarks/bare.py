"""The yardstick: a bare Flask view that parses a form, checks its fields, and commits one row.

Run by granian: `BENCHMARK_DATABASE` is a file of SQLite or a connection string of PostgreSQL. No ORM, no rules, no
page: what any collecting of this kind costs at least. On SQLite one thread writes for all, several rows a commit,
because one commit for each row measures nothing but the disk.
"""

from __future__ import annotations

import json
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from uuid import UUID

import psycopg
from flask import Flask, abort, request

FIELDS = ("W01", "W10", *(f"W{row}" for row in range(11, 17)), "W30", "W32a")
TABLE = "CREATE TABLE IF NOT EXISTS bare (id {} PRIMARY KEY, answers {} NOT NULL)"
Store = Callable[[UUID, str], None]


def _in_postgresql(place: str) -> Store:
    own = threading.local()
    statement = "INSERT INTO bare (id, answers) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING"

    def store(number: UUID, answers: str) -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(place, autocommit=True)
        own.connection.execute(statement, (number, answers))

    return store


def _in_sqlite(place: str) -> Store:
    waiting: queue.SimpleQueue[tuple[str, str, Future[None]]] = queue.SimpleQueue()

    def write() -> None:
        connection = sqlite3.connect(place, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        while True:
            group = [waiting.get()]
            while not waiting.empty() and len(group) < 256:
                group.append(waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT OR IGNORE INTO bare VALUES (?, ?)", [each[:2] for each in group])
            connection.execute("COMMIT")
            for each in group:
                each[2].set_result(None)

    def store(number: UUID, answers: str) -> None:
        done: Future[None] = Future()
        waiting.put((number.hex, answers, done))
        done.result(30)

    threading.Thread(target=write, daemon=True).start()
    return store


def application() -> Flask:
    """Return the application; granian calls this in each of its processes."""
    place = os.environ["BENCHMARK_DATABASE"]
    store = _in_postgresql(place) if place.startswith("postgresql") else _in_sqlite(place)
    app = Flask(__name__)

    @app.post("/bare")
    def take() -> str:
        given = {name: request.form.getlist(f"q_{name}") for name in FIELDS}
        if not all(values and all(len(value) <= 2000 for value in values) for values in given.values()):
            abort(422)
        store(UUID(request.form["id"]), json.dumps(given, ensure_ascii=False))
        return "saved"

    return app
