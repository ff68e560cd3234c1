"""The stage of a benchmark: databases as users have them, a survey in the field, servers, stored responses."""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import text

from survey_app import library
from survey_app.questionnaire.answers import clean
from survey_app.services.collect import CONSENT
from survey_app.storage.session import Database
from survey_app.web.respond.forms import PREFIX
from tests.support import postgres
from tests.support.field import A_W_ANSWERS, Field, put_into_field
from tests.support.office import make_office
from tests.support.parent import end_helper, start_helper
from tests.support.server import ROOT, Server, free_port, running_server, wait_until_it_answers

KINDS = ("sqlite", "postgresql")
DAY = "2026-04-11 09:30:00"
CHUNK = 50_000
COLUMNS = (
    "id", "survey_id", "version_id", "collector_id", "posting_id", "unit_id", "batch_id", "audience", "mode",
    "locale", "received_at", "seconds", "answers",
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """A database with a survey in the field. `bare` is where the yardstick keeps its rows."""

    kind: str
    database: Database
    field: Field
    bare: str
    folder: Path


@contextmanager
def stage(kind: str) -> Iterator[Stage]:
    """Set up a database of its own, with the settings that its maker ships where durability is concerned."""
    with ExitStack() as stack:
        folder = postgres.make_run_directory()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if kind == "sqlite":
            url, bare = f"sqlite:///{folder / 'survey.sqlite3'}", str(folder / "bare.sqlite3")
        else:
            url, bare = stack.enter_context(_postgresql(folder))
        database = Database(url)
        stack.callback(database.dispose)
        database.migrate()
        field = put_into_field(database, make_office(database), library.template("A_W").questionnaire)
        made = Stage(kind, database, field, bare, folder)
        _make_bare_table(made)
        yield made


@contextmanager
def _postgresql(folder: Path) -> Iterator[tuple[str, str]]:
    found = postgres.find_installation()
    if found is None:
        raise postgres.PostgresUnavailableError(postgres.HOW_TO_INSTALL)
    cluster = postgres.Cluster(found, folder, postgres.DEFAULTS)
    try:
        url = postgres.Postgres(cluster.start()).create("survey")
        yield url, url.replace("postgresql+psycopg:", "postgresql:")
    finally:
        cluster.stop()


def _make_bare_table(made: Stage) -> None:
    words = "CREATE TABLE bare (id {} PRIMARY KEY, answers {} NOT NULL)"
    if made.kind == "sqlite":
        connection = sqlite3.connect(made.bare)
        connection.execute(f"{words.format('TEXT', 'TEXT')} WITHOUT ROWID")
        connection.close()
    else:
        with psycopg.connect(made.bare, autocommit=True) as connected:
            connected.execute(words.format("uuid", "jsonb"))


@contextmanager
def product(made: Stage, **variables: str) -> Iterator[Server]:
    """Serve the survey as `python -m survey_app serve` does, but many workers from one place are no flood."""
    instance = made.folder / f"instance{time.monotonic_ns()}"
    instance.mkdir()
    with running_server(made.database, instance, **{"SURVEY_APP_FLOOD": str(10**9), **variables}) as server:
        yield server


@contextmanager
def yardstick(made: Stage) -> Iterator[int]:
    """Serve the bare view with as many processes as suit the database; gives its port."""
    port = free_port()
    log = made.folder / "bare.log"
    environment = {**os.environ, "BENCHMARK_DATABASE": made.bare}
    workers, threads = ("1", "64") if made.kind == "sqlite" else (str(os.cpu_count() or 1), "16")
    with log.open("wb") as output:
        process = start_helper(
            "tests.support.parent", sys.executable, "-m", "granian", "--interface", "wsgi", "--factory",
            "--port", str(port), "--workers", workers, "--blocking-threads", threads, "--http", "1",
            "--log-level", "error", "benchmarks.bare:application", cwd=ROOT, environment=environment, output=output,
        )  # fmt: skip
    try:
        wait_until_it_answers(process, port, log)
        yield port
    finally:
        end_helper(process)


def form_body(submission_id: str, mark: str = "教大家算加班工资") -> bytes:
    """Return the form of the workers' questionnaire as a browser sends it; `mark` is the worker's free words."""
    fields = [("id", submission_id), ("seconds", "95")]
    for code, values in {**A_W_ANSWERS, "W32a": [mark]}.items():
        name = code if code == CONSENT else f"{PREFIX}{code}"
        fields.extend((name, value) for value in values)
    return urllib.parse.urlencode(fields).encode()


def expected_answers(mark: str = "教大家算加班工资") -> Mapping[str, object]:
    """Return what is stored for `form_body`."""
    raw: dict[str, Sequence[str]] = {**A_W_ANSWERS, "W32a": [mark]}
    return clean(library.template("A_W").questionnaire, raw).answers


def fill(made: Stage, count: int) -> None:
    """Store responses until there are `count`, past the application and as fast as the database takes them."""
    answers = json.dumps(expected_answers(), ensure_ascii=False)
    stored = stored_count(made)
    draw = random.Random(f"{count} {stored}")
    while stored < count:
        size = min(CHUNK, count - stored)
        ids = sorted(UUID(int=draw.getrandbits(128), version=4) for _ in range(size))
        with made.database.transaction() as session:
            fields = session.execute(
                text("SELECT survey_id, :version, id, posting_id, unit_id FROM collector WHERE id = :id"),
                {"id": made.field.collector_id, "version": made.field.version_id},
            ).one()
            rest = (*fields, None, "workers", "web", "zh_Hans_CN", DAY, 95, answers)
            driver = session.connection().connection.driver_connection
            if driver is None:
                raise RuntimeError("no connection")
            if made.kind == "sqlite":
                marks = ", ".join("?" * len(COLUMNS))
                driver.executemany(
                    f"INSERT INTO response ({', '.join(COLUMNS)}) VALUES ({marks})",
                    ((number.hex, *rest) for number in ids),
                )
            else:
                with driver.cursor().copy(f"COPY response ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                    for number in ids:
                        copy.write_row((number, *rest))
        stored += size
    if made.kind == "postgresql":
        with psycopg.connect(made.bare, autocommit=True) as connected:
            connected.execute("VACUUM ANALYZE response")


def stored_count(made: Stage) -> int:
    """Return how many responses there are."""
    with made.database.reading() as session:
        return int(session.execute(text("SELECT count(*) FROM response")).scalar_one())


def machine() -> str:
    """Return what the figures were measured on."""
    processor = platform.processor() or platform.machine()
    with_name = Path("/proc/cpuinfo")
    if with_name.exists():
        names = [
            line.split(":", 1)[1].strip() for line in with_name.read_text().splitlines() if "model name" in line
        ]
        processor = names[0] if names else processor
    found = postgres.find_installation()
    return (
        f"{os.cpu_count()} cores, {processor}, {platform.system()}; Python {platform.python_version()}; "
        f"SQLite {sqlite3.sqlite_version}; PostgreSQL {found.version if found else 'none'}; "
        f"a durable write of 4 KiB takes {durable_write():.2f} ms; load average {os.getloadavg()[0]:.1f}"
    )


def peak_memory() -> float:
    """Return the most memory that this process has had, in MB (2**20 bytes)."""
    status = Path("/proc/self/status")
    if status.exists():  # what is told below is there that of the process that started this one, if it had more
        return (
            int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")))
            / 2**10
        )
    # macOS counts in bytes, others in kB.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def durable_write(count: int = 100) -> float:
    """Return the milliseconds that one small write and fsync takes on this disk."""
    with tempfile.TemporaryFile(buffering=0) as file:
        began = time.perf_counter()
        for _ in range(count):
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
        return 1000 * (time.perf_counter() - began) / count
