"""The database does not do its part, for real: no room, a lock that somebody else holds, a server that is gone.

Whoever sends is told that the answers are kept, the page still holds them, the log says why, and the same
submission goes in once the trouble is over.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.config import Settings
from survey_app.questionnaire.definition import LongText
from survey_app.questionnaire.text import Text
from survey_app.storage.session import Database
from tests.support import postgres, tiny
from tests.support.databases import FreshDatabases
from tests.support.field import Field, put_into_field, responses
from tests.support.office import make_office

TINY = tiny.questionnaire(
    tiny.single("Q1", required=True), LongText(code="Q2", text=Text("意见", "Opinion"), max_length=20_000)
)
WORDS = "多办培训。" * 4_000
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


class Phone:
    """A worker whose submission keeps its id."""

    def __init__(self, app: Flask, field: Field) -> None:
        self._client = app.test_client(use_cookies=False)
        self._field = field
        self._id = str(uuid4())

    def look(self) -> TestResponse:
        """Open the page."""
        return self._client.get(f"/s/{self._field.code}")

    def send(self, words: str = WORDS) -> TestResponse:
        """Send the answers."""
        return self._client.post(f"/s/{self._field.code}", data={"id": self._id, "q_Q1": "2", "q_Q2": words})


@pytest.fixture
def lite(fresh_databases: FreshDatabases) -> Iterator[Database]:
    with fresh_databases.database("sqlite") as database:
        yield database


@contextmanager
def _application(database: Database, folder: Path) -> Iterator[Flask]:
    made = create_app(
        Settings.from_environment({"DATABASE_URL": database.url, "SURVEY_APP_INSTANCE": str(folder / "instance")})
    )
    yield made
    made.extensions["survey_app.database"].dispose()


def _expect_kept(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert answer.headers["Survey-Answer"] == "later"
    assert "请稍后重试，您的答案已保留" in answer.text
    assert re.search(r'name="q_Q1" value="2"\s+checked', answer.text)
    assert WORDS in answer.text


def _every_connection(app: Flask, pragma: str) -> None:
    """Set something on all connections of the application from now on."""
    engine = app.extensions["survey_app.database"].engine
    event.listen(engine, "connect", lambda connection, record: connection.execute(f"PRAGMA {pragma}"))
    app.extensions["survey_app.database"].dispose()


def test_a_full_disk(lite: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    field = put_into_field(lite, make_office(lite), TINY)
    with _application(lite, tmp_path) as app:
        phone = Phone(app, field)
        assert phone.look().status_code == 200
        _every_connection(app, "max_page_count = 1")  # SQLite takes it for "no more than there are"
        for _ in range(2):
            _expect_kept(phone.send())
        assert "database full" in caplog.text
        assert WORDS not in caplog.text
        assert responses(lite, field) == []
        _every_connection(app, "max_page_count = 1000000")
        assert phone.send().status_code == 200
    assert [row.answers["Q2"] for row in responses(lite, field)] == [WORDS]


def test_a_lock_that_another_process_holds(
    lite: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    field = put_into_field(lite, make_office(lite), TINY)
    with _application(lite, tmp_path) as app:
        phone = Phone(app, field)
        assert phone.look().status_code == 200
        _every_connection(app, "busy_timeout = 50")
        place = lite.url.removeprefix("sqlite:///")
        command = [sys.executable, "-c", HOLD, place]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            _expect_kept(phone.send())
            assert phone.look().status_code == 200
            holder.communicate()
        assert "database locked" in caplog.text
        assert phone.send().status_code == 200
    assert len(responses(lite, field)) == 1


def test_a_server_that_is_gone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = postgres.find_installation()
    if found is None:
        pytest.skip(f"No PostgreSQL. {postgres.HOW_TO_INSTALL}")
    folder = postgres.make_run_directory()
    cluster = postgres.Cluster(found, folder)
    with closing(postgres.Postgres(cluster.start())) as server:
        database = Database(server.create("survey"))
    try:
        database.migrate()
        field = put_into_field(database, make_office(database), TINY)
        with _application(database, tmp_path) as app:
            phone = Phone(app, field)
            assert phone.look().status_code == 200
            cluster.stop(is_kept=True)
            for _ in range(2):
                _expect_kept(phone.send())
            assert "database away" in caplog.text
            assert WORDS not in caplog.text
            assert phone.look().status_code == 200  # from what was known a moment ago
            cluster.start_again()
            assert phone.send().status_code == 200
            assert phone.send().status_code == 200
        assert len(responses(database, field)) == 1
    finally:
        database.dispose()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
