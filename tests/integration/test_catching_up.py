"""Results of a survey whose responses are still to be read: a page says how far that is, and then shows them."""

import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.analysis.files import FORMAT
from survey_app.services.evaluate import store_in
from survey_app.storage.models import Survey
from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.evaluated import Evaluated, make_evaluated, sign_up
from tests.support.sessions import client_of
from tests.support.union import send


@pytest.fixture
def made(app: Flask, database: Database, tmp_path: Path) -> Evaluated:
    """A campaign with about 620 responses, and columns whose readers wait for 100."""
    app.extensions["survey_app.columns"] = store_in(tmp_path / "unread", at_once=100)
    return make_evaluated(database, is_sample=True)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def _let_read() -> None:
    for thread in threading.enumerate():
        if thread.name == "catching-up":
            thread.join()


def _have_all_read(client: FlaskClient, address: str) -> int:
    """Ask until all surveys are read, and return how often the answer was to wait."""
    waited = 0
    while (answer := client.get(address)).status_code == 503:
        assert answer.headers["Retry-After"] == "3"
        _let_read()
        waited += 1
        assert waited < 20
    assert answer.status_code == 200
    return waited


def test_the_page_says_how_far_it_is_and_opens_when_all_are_read(leader: FlaskClient, made: Evaluated) -> None:
    address = f"/results/{made.campaign.id}"
    answer = leader.get(f"{address}?lang=zh_Hans_CN")
    assert answer.status_code == 503
    assert "正在读取答卷" in answer.text
    assert "<progress" in answer.text
    assert answer.headers["Refresh"] == "3"
    _have_all_read(leader, address)
    assert "97.9" in leader.get(f"{address}?lang=zh_Hans_CN").text


@pytest.mark.parametrize("what", [".json", "/explore.json", "/workbook.xlsx", "/wall"])
def test_every_outlet_waits(leader: FlaskClient, made: Evaluated, what: str) -> None:
    address = f"/results/{made.campaign.id}{what}"
    answer = leader.get(address)
    assert answer.status_code == 503
    if what.endswith(".json"):
        assert answer.json == {"error": {"kind": "still_reading"}}
    if what != "/explore.json":
        assert _have_all_read(leader, address) > 0
    _let_read()


def test_what_was_sent_is_not_said_to_be_sent_again(app: Flask, database: Database, made: Evaluated) -> None:
    organiser = client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))
    survey = made.surveys["A_W"].id
    key = {"seen": "0", "collector": "1", "reason": "经核实"}
    answer = send(organiser, f"/surveys/{survey}/evidence/void?lang=zh_Hans_CN", **key)
    assert answer.status_code == 503
    assert "Refresh" not in answer.headers
    assert "每三秒" not in answer.text
    assert "没有任何改动" in answer.text
    _let_read()


def test_what_cannot_be_read_is_an_error_and_not_an_endless_wait(
    database: Database, leader: FlaskClient, made: Evaluated, tmp_path: Path
) -> None:
    with database.reading() as session:
        surveys = session.scalars(select(Survey.id)).all()
    for each in surveys:
        # A folder stands where a file is to be locked.
        (tmp_path / "unread" / "columns" / f"format-{FORMAT}" / f"survey-{each}" / "lock").mkdir(parents=True)
    found = []
    for _ in range(3):
        found.append(leader.get(f"/results/{made.campaign.id}").status_code)
        _let_read()
    assert found == [503, 500, 500]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_cannot_be_read_leaves_no_answer_in_the_log(
    database: Database, leader: FlaskClient, made: Evaluated, caplog: pytest.LogCaptureFixture
) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            """UPDATE response SET answers = '{"W30": "张三"}' WHERE id = (
                   SELECT id FROM response WHERE survey_id = ? LIMIT 1)""",
            (made.surveys["A_W"].id,),
        )
    for _ in range(9):
        answer = leader.get(f"/results/{made.campaign.id}")
        _let_read()
    assert answer.status_code == 500
    assert "was not read into the columns" in caplog.text
    assert ": ValueError at " in caplog.text
    assert "张三" not in caplog.text
