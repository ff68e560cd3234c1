"""Many enterprises below one unit: the page shows a part of them, each can be reached, the JSON has all."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from random import Random
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey_app.questionnaire.answers import clean
from survey_app.services import collect, surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.session import Database
from survey_app.web.results.explore.paging import ROWS
from survey_app.words import Audience, Mode, SurveyState
from tests.support import evaluated
from tests.support.evaluated import NOW, Evaluated, collectors, make_campaign, open_survey, sign_up, worker
from tests.support.sessions import client_of

MANY = 75
SMALL = 7
"""Every enterprise whose number this divides has too few ballots to be shown."""

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def made(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> Evaluated:
    """A campaign at 75 enterprises with 3 or 8 ballots each, which is over."""
    places = [(f"企业{number:03d}", f"E{number}", f"队{number}", f"T{number}", 40) for number in range(1, MANY + 1)]
    monkeypatch.setattr(evaluated, "ENTERPRISES", places)
    made = make_campaign(database, name="市")
    survey = open_survey(database, made, "A_W", Audience.WORKERS)
    ways, draw = collectors(database, survey), Random(5)
    with database.transaction() as session:
        for number, posting in enumerate(made.postings, start=1):
            for _ in range(8 if number % SMALL else 3):
                collect.store(
                    session, collector=ways[posting.id], version_id=survey.version_id,
                    cleaned=clean(made.questionnaires["A_W"], worker(draw, draw.random())),
                    response_id=UUID(int=draw.getrandbits(128), version=4), mode=Mode.WEB, locale="zh_Hans_CN",
                    received_at=NOW - timedelta(days=50),
                )  # fmt: skip
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=NOW)
    return made


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def get(client: FlaskClient, made: Evaluated, view: str, rest: str = "") -> str:
    address = f"/results/{made.campaign.id}/{view}?survey={made.surveys['A_W'].id}&audience=workers{rest}"
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def rows(page: str, table: str) -> dict[str, list[str]]:
    """The table's cells by the unit's name, without the unit over all."""
    found = re.search(rf'data-table="{table}".*?</table>', page, re.S)
    assert found is not None
    body = found.group().partition("<tbody>")[2]
    lines = re.findall(r'<tr><th scope="row"><a [^>]*>([^<]*)</a>(.*?)</tr>', body, re.S)
    return {name: re.findall(r"<td[^>]*>(.*?)</td>", rest, re.S) for name, rest in lines}


def pages(client: FlaskClient, made: Evaluated, view: str, rest: str) -> Iterator[dict[str, list[str]]]:
    for number in range(1, -(-MANY // ROWS) + 1):
        page = get(client, made, view, f"{rest}&page={number}" if number > 1 else rest)
        yield rows(page, "units" if view == "units" else "groups")


def test_every_unit_is_on_one_page(leader: FlaskClient, made: Evaluated) -> None:
    for view, rest in (("units", ""), ("units", "&sort=W10"), ("explore", "&by=unit")):
        _check_pages(leader, made, view, rest)


def _check_pages(leader: FlaskClient, made: Evaluated, view: str, rest: str) -> None:
    found: dict[str, list[str]] = {}
    for part in pages(leader, made, view, rest):
        assert len(part) <= ROWS
        assert not set(part) & set(found)
        found |= part
    assert len(found) == MANY
    whole = rows(get(leader, made, view, f"{rest}&page=all"), "units" if view == "units" else "groups")
    assert list(whole.items()) == list(found.items())


def test_what_is_withheld_is_so_on_every_page_and_in_the_json(leader: FlaskClient, made: Evaluated) -> None:
    data = leader.get(f"/results/{made.campaign.id}/units.json?page=2&find=企业").json["units"]
    assert len([each for each in data if each["name"]["zh"] != made.unit.name]) == MANY
    by_name = {each["name"]["zh"]: each["cells"] for each in data}
    for part in pages(leader, made, "units", ""):
        for name, cells in part.items():
            assert [cell == "—" for cell in cells] == [cell is None for cell in by_name[name]]
    thin = [name for name in by_name if name[-3:].isdecimal() and int(name[-3:]) % SMALL == 0]
    assert thin
    assert all(cell is None for name in thin for cell in by_name[name])


def test_a_unit_is_found_by_its_name(leader: FlaskClient, made: Evaluated) -> None:
    page = get(leader, made, "units", "&sort=W10&find=企业07")
    assert sorted(rows(page, "units")) == [f"市企业{number:03d}" for number in range(70, MANY + 1)]
    assert "名称含“企业07”的第 1 至 6 个，共 6 个" in page
    assert "sort=-W10" in page
    assert "中没有名称含“无此”的" in get(leader, made, "units", "&find=无此")


def test_odd_pages_are_the_nearest(leader: FlaskClient, made: Evaluated) -> None:
    last = rows(get(leader, made, "units", "&page=2"), "units")
    assert rows(get(leader, made, "units", "&page=99"), "units") == last
    assert rows(get(leader, made, "units", "&page=x"), "units") == rows(get(leader, made, "units"), "units")
    into = re.findall(r'<th scope="row"><a href="([^"]*)"', get(leader, made, "units", "&page=2&find=企业"))
    assert into
    assert not any("page=" in address or "find=" in address for address in into)


def test_the_results_page_shows_a_part_of_many_teams(leader: FlaskClient, made: Evaluated) -> None:
    """Each team can be reached, the JSON and the workbook have all, and the finding is that of all."""
    address = f"/results/{made.campaign.id}"
    whole = leader.get(f"{address}.json").json["parts"][0]["teams"]
    assert len(whole) == MANY
    seen: list[str] = []
    for page in ("", "?teams=2", "?teams=9"):
        text = html.unescape(leader.get(address + page).text)
        found = re.search(r'data-table="teams".*?</table>', text, re.S)
        assert found is not None
        seen.append(" ".join(re.findall(r'<th scope="row">([^<]*)</th>', found.group())))
        assert "全部工作队" in seen[-1]
    names = [each["name"]["zh"] for each in whole]
    assert seen[1] == seen[2]
    assert [seen[0].count(name + " ") + seen[1].count(name + " ") for name in names] == [1] * MANY
    searched = html.unescape(leader.get(f"{address}?find=队7&teams=2").text)
    table = re.search(r'data-table="teams".*?</table>', searched, re.S)
    assert table is not None
    called = [each for each in names if "队7" in each]
    assert sorted(re.findall(r'<th scope="row">([^<]*)</th>', table.group())) == sorted([*called, "全部工作队"])
    book = load_workbook(BytesIO(leader.get(f"{address}/workbook.xlsx").data))
    cells = {cell for row in book["按工作队"].iter_rows(values_only=True) for cell in row}
    assert set(names) <= cells
