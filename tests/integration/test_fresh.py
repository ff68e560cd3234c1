"""While people can answer, a page knows what it shows and asks whether there is more; afterwards it is still."""

import html
import random
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.services import surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.session import Database
from survey_app.words import SurveyState
from tests.support.evaluated import NOW, Evaluated, in_the_field, make_evaluated, respond, sign_up, worker
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
VIEWS = ("", "/explore", "/units", "/crosstab", "/waves", "/drivers", "/weights", "/indexes")


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign, in the field again."""
    made = make_evaluated(database)
    in_the_field(database, made)
    return made


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def watched(client: FlaskClient, made: Evaluated, view: str) -> tuple[str, str] | None:
    """The address that a page asks, and the tag of what it shows."""
    survey = f"?survey={made.surveys['A_W'].id}&audience=workers" if view else ""
    page = client.get(f"/results/{made.campaign.id}{view}{survey}").text
    found = re.search(r'data-live-json="([^"]*)" data-live-tag="([^"]*)"', page)
    return None if found is None else (html.unescape(found.group(1)), html.unescape(found.group(2)))


def ask(client: FlaskClient, address: str, tag: str) -> int:
    answer = client.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code == 304) == (answer.headers["ETag"] == tag)
    assert (answer.status_code == 304) == (answer.data == b"")
    return answer.status_code


def test_what_a_page_shows_is_what_its_json_has_until_ballots_come(
    database: Database, leader: FlaskClient, made: Evaluated
) -> None:
    before = {view: watched(leader, made, view) for view in VIEWS}
    for view, found in before.items():
        assert found is not None, view
        assert ask(leader, *found) == 304, view
    draw = random.Random(9)
    for days in (48, 46, 44):  # figures of a live survey go by steps, and the last of them waits
        respond(
            database, made, "A_W", made.postings[0].id, [worker(draw, 0.2) for _ in range(40)],
            received_at=NOW - timedelta(days=days),
        )  # fmt: skip
    for view in ("", "/explore", "/units", "/weights"):
        found, again = before[view], watched(leader, made, view)
        assert found is not None
        assert again is not None
        assert ask(leader, *found) == 200, view
        assert ask(leader, *again) == 304, view


def test_afterwards_a_page_is_still(database: Database, leader: FlaskClient, made: Evaluated) -> None:
    for survey in made.surveys.values():
        surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=NOW)
    for view in VIEWS:
        assert watched(leader, made, view) is None
    assert "live.js" not in leader.get(f"/results/{made.campaign.id}").text


def test_without_scripts_a_link_brings_the_same_view_again(leader: FlaskClient, made: Evaluated) -> None:
    address = f"/results/{made.campaign.id}/units?survey={made.surveys['A_W'].id}&audience=workers&sort=W10"
    page = leader.get(address).text
    assert re.findall(r'data-live-plain>[^<]*<a href="([^"]*)"', page) == [html.escape(address)]
    assert "data-live-news hidden" in page
