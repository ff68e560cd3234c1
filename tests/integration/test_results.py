"""The results page and the workbook over HTTP: the same numbers, for those who may read them, and nothing else."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import unquote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.storage.models import Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Role, SurveyState
from tests.support.evaluated import (
    Evaluated,
    make_campaign,
    make_evaluated,
    open_survey,
    respond,
    sign_up,
    survey_over,
)
from tests.support.printed import Tables, printed
from tests.support.sessions import client_of


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign with about 620 responses."""
    return make_evaluated(database, is_sample=True)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def _page(client: FlaskClient, made: Evaluated, lang: str = "zh_Hans_CN") -> str:
    answer = client.get(f"/results/{made.campaign.id}?lang={lang}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("lang", ["zh_Hans_CN", "en"])
def test_page_and_workbook_show_the_same_cells(leader: FlaskClient, made: Evaluated, lang: str) -> None:
    tables = Tables()
    tables.feed(_page(leader, made, lang))
    content = leader.get(f"/results/{made.campaign.id}/workbook.xlsx?lang={lang}").data
    book = openpyxl.load_workbook(BytesIO(content))
    lines = {
        tuple(text for text in row[1 : 1 + width])
        for sheet in book.worksheets
        for row in printed(sheet)
        for width in range(1, len(row))
    }
    assert len(tables.found) >= 12
    for name, rows in tables.found.items():
        assert len(rows) > 1, name
        for row in rows:
            assert tuple(text.strip() for text in row) in lines, (name, row)


def test_every_table_of_the_workbook_is_on_the_page(leader: FlaskClient, made: Evaluated) -> None:
    """The way back: no line of figures in the workbook that the page does not show."""
    tables = Tables()
    tables.feed(_page(leader, made))
    shown = {tuple(text.strip() for text in row) for rows in tables.found.values() for row in rows}
    content = leader.get(f"/results/{made.campaign.id}/workbook.xlsx").data
    for sheet in openpyxl.load_workbook(BytesIO(content)).worksheets[1:-1]:
        for row in printed(sheet):
            cells = row[1:]
            if sum(bool(text) for text in cells) > 2:  # titles, notes and captions stand alone in their rows
                assert any(tuple(cells[: len(each)]) == each for each in shown), (sheet.title, cells)


def test_the_headline_stands_large_with_its_base_beneath(leader: FlaskClient, made: Evaluated) -> None:
    page = _page(leader, made)
    answers = made.answers("A_W", "W10")
    x, n = sum(each in {"1", "2", "3"} for each in answers), sum(each in set("12345") for each in answers)
    value = re.search(r'class="finding-value">([^<]+)<', page)
    base = re.search(r'class="finding-base">([^<]+)<', page)
    assert value is not None
    assert base is not None
    assert value.group(1) == f"{round(x / n * 1000) / 10}%"
    assert f"{x}/{n}" in base.group(1)
    assert "95% 置信区间" in base.group(1)
    assert "口径：满意率（第 1 版），题目 W10" in page
    assert "示例数据" in page


def test_the_workbook_has_its_name_and_type(leader: FlaskClient, made: Evaluated) -> None:
    answer = leader.get(f"/results/{made.campaign.id}/workbook.xlsx")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "到职工中去_工作队满意度测评_" in unquote(answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"].startswith("no-") or "max-age=0" in answer.headers["Cache-Control"]


def test_scripts_stay_on_the_policy(leader: FlaskClient, made: Evaluated) -> None:
    policy = leader.get(f"/results/{made.campaign.id}").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split(";") if "script-src" in part)
    assert "unsafe" not in scripts
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "unsafe" not in leader.get("/results/").headers["Content-Security-Policy"]


def test_the_drawing_script_comes_from_here_and_stays(
    leader: FlaskClient, made: Evaluated, client: FlaskClient
) -> None:
    address = re.search(r'data-plotly="([^"]+)"', _page(leader, made))
    assert address is not None
    plain = client.get(address.group(1))
    packed = client.get(address.group(1), headers={"Accept-Encoding": "gzip"})
    assert plain.status_code == packed.status_code == 200
    assert plain.mimetype == "text/javascript"
    assert "immutable" in plain.headers["Cache-Control"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert b"Plotly" in plain.data[:5_000_000]
    assert client.get("/results/plotly-0123456789abcdef.min.js").status_code == 404


def test_who_may_not_read_gets_nothing(
    app: Flask, database: Database, made: Evaluated, client: FlaskClient
) -> None:
    place = f"/results/{made.campaign.id}"
    assert client.get(place).status_code == 302
    member = client_of(app, sign_up(database, made.unit, username="member", role=Role.TEAM_MEMBER))
    other = make_campaign(database, name="另一处")
    stranger = client_of(app, sign_up(database, other.unit, username="stranger"))
    for address in (place, f"{place}/workbook.xlsx"):
        assert member.get(address).status_code == 403
        assert stranger.get(address).status_code == 404
    assert "到职工中去<" not in stranger.get("/results/").text


def test_the_list_leads_to_the_results(leader: FlaskClient, made: Evaluated) -> None:
    assert f'href="/results/{made.campaign.id}"' in leader.get("/results/").text


def test_before_the_first_answer(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    leader = client_of(app, sign_up(database, made.unit, username="leader"))
    page = _page(leader, made)
    assert "还没有答卷" in page
    assert "plotly" not in page
    assert "workbook.xlsx" not in page


def test_a_sealed_survey(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    survey = open_survey(database, made, "A_W", Audience.WORKERS, is_sealed=True)
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], "W10": ["1"]}] * 30)
    leader = client_of(app, sign_up(database, made.unit, username="leader"))
    page = _page(leader, made)
    assert "已封存" in page
    assert "100.0%" not in page
    assert "30" not in re.sub(r"<[^>]+>|\d+:30", "", page.split("<main")[1])
    with database.transaction() as session:
        session.get_one(Survey, survey.id).state = SurveyState.CLOSED
    assert "100.0%" in _page(leader, made)


def test_small_teams_show_no_number(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    for posting, count in zip(made.postings, (37, 4, 11, 0), strict=True):
        respond(database, made, "A_W", posting.id, [{"W01": ["1"], "W10": ["1"]}] * count)
    leader = client_of(app, sign_up(database, made.unit, username="leader"))
    tables = Tables()
    tables.feed(_page(leader, made))
    rows = {row[0].strip()[-2:]: [text.strip() for text in row[2:]] for row in tables.found["teams"][1:]}
    assert rows["一队"][:2] == ["37", "37"]
    for team in ("二队", "三队", "四队"):
        assert set(rows[team]) == {"—"}


def test_a_survey_leads_to_its_own_part_of_the_page(
    app: Flask, database: Database, made: Evaluated, leader: FlaskClient
) -> None:
    organiser = client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))
    with database.reading() as session:
        found = session.scalars(select(Survey).where(Survey.campaign_id == made.campaign.id)).all()
    led = []
    for survey in found:
        links = re.findall(r'href="(/results/[^"#]+)#(survey-\d+)"', organiser.get(f"/surveys/{survey.id}").text)
        for address, anchor in links:
            page = leader.get(unescape(address)).text
            assert f'id="{anchor}"' in page
            assert page.count('class="behind audience" open') <= 1
            led.append(anchor)
    assert len(set(led)) == len(found)
