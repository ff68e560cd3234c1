"""A reader whose unit lies below the campaign's can open all that is offered, and nothing that is not theirs."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey_app.services import collectors, units
from survey_app.services.access import SYSTEM
from survey_app.storage.models import KeptWorkbook, Survey, Unit
from survey_app.storage.session import Database
from survey_app.words import Audience, Role, UnitKind
from tests.support.evaluated import ENTERPRISES, NOW, Evaluated, make_campaign, make_evaluated, sign_up
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
    for page in ("explore", "units", "crosstab", "compare", "waves", "weights", "drivers", "wall", "workbook.xlsx"):
        assert f"/results/0/{page}" in kinds, page


def test_results_list_and_activity_lead_to_the_own_units(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    make_campaign(database, name="另一处")
    client, overview = _reader(app, database, made), f"/results/{made.campaign.id}"
    listed = client.get("/results/").text
    assert re.findall(r'href="(/results/\d+[^"]*)"', listed) == [overview]
    assert "仅含您的单位" in listed
    (in_json,) = client.get("/results.json").json["campaigns"]
    assert (in_json["address"], in_json["is_whole"]) == (f"{overview}.json", False)
    assert client.get(in_json["address"]).status_code == 200
    assert f'href="{overview}">查看结果' in client.get(f"/campaigns/{made.campaign.id}").text
    page = client.get(f"{overview}/explore", follow_redirects=True).text
    assert f'href="{overview}">结果总览' in page
    assert "仅到职工中去长江船厂及其下属单位" in page
    compared = client.get(f"{overview}/compare", follow_redirects=True).text
    assert '<option value="">到职工中去长江船厂</option>' in compared
    assert "整体</option>" not in compared


def test_the_overview_of_a_part_shows_the_own_ballots_and_says_whose_they_are(
    app: Flask, database: Database
) -> None:
    made = make_evaluated(database)
    client, overview = _reader(app, database, made), f"/results/{made.campaign.id}"
    own = made.postings[2].id
    page, found = client.get(overview).text, client.get(f"{overview}.json").json
    grades = [grade for grade in made.answers("A_W", "W10", own) if grade in set("12345")]
    workers, visit = found["parts"][0], found["waves"][0]["visits"][0]
    assert (workers["rated"]["rate"]["x"], workers["rated"]["rate"]["n"]) == (
        sum(grade in set("123") for grade in grades),
        len(grades),
    )
    assert (workers["returned"], workers["headcount"]) == (len(made.answers("A_W", "W10", own)), 260)
    assert (visit["returned"], visit["places"]) == (len(made.answers("B_1", "F03", own)), 1)
    assert [each["returned"]["workers"] for each in found["participation"]] == [workers["returned"]]
    assert (found["is_whole"], [each["zh"] for each in found["units"]]) == (False, ["到职工中去长江船厂"])
    assert f"结果总览（仅到职工中去长江船厂及其下属单位） – {made.campaign.name}" in page
    explored = client.get(f"{overview}/explore.json", follow_redirects=True).json
    (headline,) = (each for each in explored["readings"] if each["question"] == "W10")
    assert headline["rated"] == workers["rated"]


def _texts(client: FlaskClient, campaign: int) -> Iterator[tuple[str, str]]:
    """Everything that the overview of a campaign says, in all its forms."""
    for view in ("", ".json", "/wall", "/wall.json"):
        answer = client.get(f"/results/{campaign}{view}")
        yield view, json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.text
    answer = client.get(f"/results/{campaign}/workbook.xlsx")
    yield "name", unquote(answer.headers["Content-Disposition"])
    book = load_workbook(BytesIO(answer.data))
    for sheet in book:
        head = str(sheet.oddHeader.left.text)
        rows = sheet.iter_rows(values_only=True)
        yield sheet.title, " ".join([head, *(str(cell) for row in rows for cell in row if cell is not None)])


def test_an_overview_names_nobody_elsewhere(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    texts = dict(_texts(_reader(app, database, made), made.campaign.id))
    whole = dict(_texts(client_of(app, sign_up(database, made.unit, username="all")), made.campaign.id))
    elsewhere = [name for place, _en, team, *_ in (*ENTERPRISES[:2], ENTERPRISES[3]) for name in (place, team)]
    for view, text in texts.items():
        assert [name for name in elsewhere if name in text] == [], view
        if view.endswith(("", "wall", "name")) and view != ".json":
            assert "仅到职工中去长江船厂及其下属单位" in text or view in {"图表数据", "/wall.json"}, view
    # The same walk finds them where they may stand.
    for name in elsewhere:
        assert all(name in whole[view] for view in ("", ".json", "/wall.json")), name
    assert not any("及其下属单位" in text for text in whole.values())


def test_the_workbook_kept_of_the_whole_is_not_for_readers_of_a_part(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    client = _reader(app, database, made)
    survey = made.surveys["A_E"].id
    with database.transaction() as session:
        session.get_one(Survey, survey).erased_at = NOW
        session.add(KeptWorkbook(survey_id=survey, file_name="全部.xlsx", content=b"x", made_at=NOW))
    address = f"/results/{made.campaign.id}/erased/{survey}/workbook.xlsx"
    page = client.get(f"/results/{made.campaign.id}").text
    assert "已按告知的期限" in page
    assert address not in page
    assert client.get(address).status_code == 404
    whole = client_of(app, sign_up(database, made.unit, username="all"))
    assert address in whole.get(f"/results/{made.campaign.id}").text


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
    overview = f"/results/{made.campaign.id}"
    explore = f"{overview}/explore"
    pages = (explore, overview, f"{overview}.json", f"{overview}/wall", f"/campaigns/{made.campaign.id}")
    assert overview not in reader.get("/results/").text
    assert {reader.get(each, follow_redirects=True).status_code for each in pages} == {404}
    collectors.add(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, audience=Audience.WORKERS, unit_id=district.id,
        label="食堂门口", now=NOW,
    )  # fmt: skip
    assert f'href="{overview}"' in reader.get("/results/").text
    assert {reader.get(each, follow_redirects=True).status_code for each in pages} == {200}
    assert f'href="/campaigns/{made.campaign.id}"' in reader.get("/campaigns/").text
