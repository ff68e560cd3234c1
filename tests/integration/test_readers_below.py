"""A reader whose unit lies below the campaign's can open all that is offered, and nothing that is not theirs."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.services import collectors, units
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Unit
from survey_app.storage.session import Database
from survey_app.words import Audience, Role, UnitKind
from tests.support.evaluated import NOW, Evaluated, make_campaign, make_evaluated, sign_up
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _reader(app: Flask, database: Database, made: Evaluated, role: Role = Role.LEADER) -> FlaskClient:
    """Somebody of the third enterprise, which has the most people."""
    with database.reading() as session:
        place = session.get_one(Unit, made.postings[2].unit_id)
    return client_of(app, sign_up(database, place, username=f"below-{role}", role=role))


def _kind(address: str) -> tuple[str, ...]:
    """What a link asks for, whatever it asks it about: one of each is enough."""
    parts = urlsplit(address)
    return re.sub(r"\d+", "0", parts.path), *sorted({name for name, _value in parse_qsl(parts.query)})


def _walked(client: FlaskClient, start: str) -> dict[str, int]:
    """Follow every link from page to page; returns what each kind of address answered."""
    found: dict[str, int] = {}
    seen, waiting = {_kind(start)}, deque([start])
    while waiting:
        address = waiting.popleft()
        answer = client.get(address, follow_redirects=True, buffered=True)
        found[address] = answer.status_code
        if answer.mimetype != "text/html":
            continue
        for link in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', answer.text):
            target = urljoin(answer.request.path, unescape(link).partition("#")[0])
            if target.startswith("/") and _kind(target) not in seen:
                seen.add(_kind(target))
                waiting.append(target)
    return found


@pytest.mark.parametrize("role", [Role.LEADER, Role.ORGANISER])
def test_every_link_that_a_reader_of_a_part_meets_can_be_opened(app: Flask, database: Database, role: Role) -> None:
    made = make_evaluated(database)
    walked = _walked(_reader(app, database, made, role), "/")
    assert {address: status for address, status in walked.items() if status != 200} == {}
    kinds = {_kind(address)[0] for address in walked}
    for page in ("explore", "units", "crosstab", "compare", "waves", "weights", "drivers"):
        assert f"/results/0/{page}" in kinds, page
    assert kinds.isdisjoint({"/results/0", "/results/0/wall", "/results/0/workbook.xlsx"})


def test_results_list_and_activity_lead_to_the_own_units(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    make_campaign(database, name="另一处")
    client, explore = _reader(app, database, made), f"/results/{made.campaign.id}/explore"
    listed = client.get("/results/").text
    assert re.findall(r'href="(/results/\d+[^"]*)"', listed) == [explore]
    assert "仅含您的单位" in listed
    (in_json,) = client.get("/results.json").json["campaigns"]
    assert (in_json["address"], in_json["is_whole"]) == (f"{explore}.json", False)
    assert client.get(in_json["address"]).status_code == 200
    assert f'href="{explore}">查看结果' in client.get(f"/campaigns/{made.campaign.id}").text
    page = client.get(explore, follow_redirects=True).text
    assert f'href="{explore}">到职工中去' in page
    assert "结果总览" not in page


def test_who_reads_the_whole_is_led_to_the_overview(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    client, overview = (
        client_of(app, sign_up(database, made.unit, username="leader")),
        f"/results/{made.campaign.id}",
    )
    listed = client.get("/results/").text
    assert f'href="{overview}">' in listed
    assert "仅含您的单位" not in listed
    assert f'href="{overview}">查看结果' in client.get(f"/campaigns/{made.campaign.id}").text
    assert f'href="{overview}">结果总览' in client.get(f"{overview}/explore", follow_redirects=True).text


def test_a_team_elsewhere_is_as_unknown_as_a_unit_elsewhere(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    reader = _reader(app, database, made)
    address = f"/results/{made.campaign.id}/explore{{}}?survey={made.surveys['A_W'].id}&audience=workers&team={{}}"
    own, other = made.postings[2].team_id, made.postings[1].team_id
    for kind in ("", ".json"):
        assert reader.get(address.format(kind, own)).status_code == 200
        assert reader.get(address.format(kind, other)).status_code == 404
        assert reader.get(address.format(kind, 10**6)).status_code == 404


def test_a_unit_that_is_asked_without_a_posting_takes_part(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    district = units.create_unit(
        database, actor=SYSTEM, parent_id=made.unit.id, kind=UnitKind.DISTRICT, name="江岸区总工会", now=NOW
    )
    reader = client_of(app, sign_up(database, district, username="district"))
    explore = f"/results/{made.campaign.id}/explore"
    assert explore not in reader.get("/results/").text
    assert reader.get(explore, follow_redirects=True).status_code == 404
    collectors.add(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, audience=Audience.WORKERS, unit_id=district.id,
        label="食堂门口", now=NOW,
    )  # fmt: skip
    assert f'href="{explore}"' in reader.get("/results/").text
    assert reader.get(explore, follow_redirects=True).status_code == 200
