"""Ballots of open batches: overview and exploring say the same about what does not count yet, at every place."""

import random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.services import units
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Batch
from survey_app.storage.session import Database
from survey_app.words import Audience, BatchState, Mode, UnitKind
from tests.support.evaluated import (
    NOW,
    Evaluated,
    collectors,
    make_campaign,
    make_evaluated,
    open_survey,
    respond,
    sign_up,
    worker,
)
from tests.support.sessions import client_of


def put_batch(database: Database, made: Evaluated, template: str, place: int, many: int) -> int:
    posting = made.postings[place]
    collector = collectors(database, made.surveys[template])[posting.id]
    with database.transaction() as session:
        batch = Batch(
            collector_id=collector.id, posting_id=posting.id, unit_id=posting.unit_id, mode=Mode.IMPORT,
            label="导入", created_at=NOW,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        key = batch.id
    draw = random.Random(place)
    respond(database, made, template, posting.id, [worker(draw, 0.9) for _ in range(many)], batch_id=key)
    return key


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign; 12 ballots of one place and 3 of another stand in open batches."""
    made = make_evaluated(database)
    put_batch(database, made, "A_W", 0, 12)
    put_batch(database, made, "A_W", 1, 3)
    return made


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def address(made: Evaluated, view: str, rest: str = "") -> str:
    return f"/results/{made.campaign.id}/{view}?survey={made.surveys['A_W'].id}&audience=workers{rest}"


def uncounted(client: FlaskClient, made: Evaluated, view: str = "explore", rest: str = "") -> list[tuple[int, int]]:
    found = client.get(address(made, f"{view}.json", rest)).json["uncounted"]
    return [(each["ballots"], each["batches"]) for each in found]


def sentence(client: FlaskClient, made: Evaluated) -> str:
    """What the overview says."""
    page = client.get(f"/results/{made.campaign.id}").text
    (found,) = [line for line in page.split("<div") if "15 " in line and "notice-wait" in line]
    return found.partition(">")[2].partition("<")[0]


def test_every_view_says_what_the_overview_says(leader: FlaskClient, made: Evaluated) -> None:
    said = sentence(leader, made)
    assert "15" in said
    assert "2" in said
    for view in ("explore", "units", "crosstab", "compare", "waves", "drivers", "weights", "indexes"):
        rest = ""
        if view == "compare":
            rest = f"&unit={made.postings[0].unit_id}&b.unit={made.postings[1].unit_id}"
        if view == "crosstab":
            rest = "&row=W01&column=W10"
        assert uncounted(leader, made, view, rest) == [(15, 2)], view
        assert said in leader.get(address(made, view, rest), follow_redirects=True).text, view


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_is_said_of_the_place_and_no_condition_tells_more(leader: FlaskClient, made: Evaluated) -> None:
    first, second, third = (posting.unit_id for posting in made.postings[:3])
    assert uncounted(leader, made, rest=f"&unit={first}") == [(12, 1)]
    assert uncounted(leader, made, rest=f"&team={made.postings[1].team_id}") == [(3, 1)]
    assert uncounted(leader, made, rest=f"&unit={third}") == []
    assert uncounted(leader, made, rest=f"&unit={second}&q.W01=3&mode=web") == [(3, 1)]
    other = f"/results/{made.campaign.id}/explore.json?survey={made.surveys['A_E'].id}&audience=enterprise"
    assert leader.get(other).json["uncounted"] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_sees_a_part_hears_of_that_part(app: Flask, database: Database, made: Evaluated) -> None:
    with database.reading() as session:
        place = session.get_one(type(made.unit), made.postings[1].unit_id)
    reader = client_of(app, sign_up(database, place, username="part"))
    assert uncounted(reader, made) == [(3, 1)]
    elsewhere = units.create_unit(
        database, actor=SYSTEM, parent_id=None, kind=UnitKind.FEDERATION, name="别处", now=NOW
    )
    stranger = client_of(app, sign_up(database, elsewhere, username="stranger"))
    assert stranger.get(address(made, "explore.json")).status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_reconciled_counts_and_is_not_said(
    database: Database, leader: FlaskClient, made: Evaluated
) -> None:
    with database.transaction() as session:
        for batch in session.query(Batch):
            batch.state = BatchState.RECONCILED
            batch.issued = batch.returned = 20
    assert uncounted(leader, made) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_sealed_survey_does_not_tell(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS, is_sealed=True)
    put_batch(database, made, "A_W", 0, 12)
    leader = client_of(app, sign_up(database, made.unit, username="leader"))
    answer = leader.get(address(made, "explore.json"))
    assert answer.status_code == 403
    assert "uncounted" not in answer.json
    assert "12" not in leader.get(address(made, "explore")).text.partition("notice-wait")[2].partition("</div>")[0]
