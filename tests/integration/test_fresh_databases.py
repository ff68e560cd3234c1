"""The tests' own ground: databases are fresh, real and gone afterwards."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from survey_app.storage.session import Database
from tests.support.databases import FreshDatabases
from tests.support.parent import end_helper, start_helper
from tests.support.postgres import ask_for_postgres, find_installation, make_run_directory
from tests.support.waiting import wait_until

_ROOT = Path(__file__).resolve().parents[2]
_NEEDS_POSTGRESQL = pytest.mark.skipif(find_installation() is None, reason="No PostgreSQL on this machine")


def _process_of(directory: Path) -> int:
    return int((directory / "postgresql" / "data" / "postmaster.pid").read_text().splitlines()[0])


def _runs(process: int) -> bool:
    """Whether the process lives; one that has ended and only waits to be collected does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_database_is_of_the_kind_that_was_asked_for(database: Database, database_kind: str) -> None:
    with database.reading() as session:
        name = session.connection().dialect.name
    assert name == database_kind


def test_the_schema_is_the_newest(database: Database) -> None:
    assert database.is_current()


def test_an_empty_database_has_no_schema(empty_database: Database) -> None:
    assert not empty_database.is_current()


def test_two_databases_share_nothing(fresh_databases: FreshDatabases, database_kind: str) -> None:
    with fresh_databases.database(database_kind) as one, fresh_databases.database(database_kind) as other:
        with one.transaction() as session:
            session.execute(text("CREATE TABLE only_here (id INTEGER)"))
        with other.transaction() as session:
            session.execute(text("CREATE TABLE only_here (id INTEGER)"))


def test_the_application_answers_on_both_databases(client: FlaskClient) -> None:
    assert client.get("/").status_code < 500


@_NEEDS_POSTGRESQL
def test_the_server_and_its_directory_go_with_the_run() -> None:
    directory = make_run_directory()
    keeper = start_helper("tests.support.postgres", str(directory), cwd=_ROOT)
    with closing(ask_for_postgres(directory)):
        server = _process_of(directory)
        assert _runs(server)
        end_helper(keeper)
    assert not _runs(server)
    assert not directory.exists()


@_NEEDS_POSTGRESQL
@pytest.mark.skipif(os.name != "posix", reason="Windows has no signal that cannot be caught")
def test_the_server_goes_when_the_run_is_killed() -> None:
    directory = make_run_directory()
    program = (
        "import os, sys; from pathlib import Path\n"
        "from tests.support.parent import start_helper; from tests.support.postgres import ask_for_postgres\n"
        "keeper = start_helper('tests.support.postgres', sys.argv[1], cwd=Path.cwd())\n"
        "ask_for_postgres(Path(sys.argv[1]))\n"
        "print(keeper.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(directory)], cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    assert run.returncode == -signal.SIGKILL
    keeper = int(run.stdout)
    assert wait_until(lambda: not _runs(keeper))
    assert not directory.exists()
