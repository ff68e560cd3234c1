"""Keeping on the pages: the deadline, the administrator's deed, and what the results say after it."""

import io
from datetime import UTC, datetime

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from survey_app.config import BadSetting, Settings
from survey_app.services import surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Response, Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Role, SurveyState
from tests.support.evaluated import Evaluated, make_campaign, open_survey, respond, sign_up
from tests.support.sessions import PASSWORD
from tests.support.union import token

LONG_AGO = datetime(2017, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def made(database: Database) -> Evaluated:
    """A campaign whose workers' survey has twenty answers and closed in 2017."""
    made = make_campaign(database)
    survey = open_survey(database, made, "A_W", Audience.WORKERS)
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], "W10": ["1"]}] * 20)
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=LONG_AGO)
    sign_up(database, made.unit, username="boss", role=Role.ADMINISTRATOR)
    sign_up(database, made.unit, username="organiser", role=Role.ORGANISER)
    return made


def _client(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    form = {"username": username, "password": PASSWORD, "csrf_token": token(client)}
    assert client.post("/sign-in", data=form).status_code == 302
    return client


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


def test_the_ballots_go_and_the_figures_stay(app: Flask, database: Database, made: Evaluated) -> None:
    survey_id, campaign_id = made.surveys["A_W"].id, made.campaign.id
    page, results = f"/surveys/{survey_id}", f"/results/{campaign_id}"
    boss = _client(app, "boss")
    overdue = boss.get(page).get_data(as_text=True)
    assert "已逾期：原始答卷应自 2018年6月1日 起删除" in overdue
    assert f"{page}/erasure" in overdue
    refused = boss.post(f"{page}/erasure", data={"csrf_token": token(boss)})
    assert (refused.status_code, _count(database)) == (422, 20)
    form = {"csrf_token": token(boss), "confirmed": "1"}
    assert boss.post(f"{page}/erasure", data=form).location == results
    assert _count(database) == 0
    shown = boss.get(results).get_data(as_text=True)
    assert "的原始答卷已按告知的期限于" in shown
    assert "还没有答卷" not in shown
    kept = boss.get(f"{results}/erased/{survey_id}/workbook.xlsx")
    cells = {
        str(cell.value)
        for sheet in load_workbook(io.BytesIO(kept.data)).worksheets
        for row in sheet.iter_rows()
        for cell in row
    }
    assert any("20/20" in cell for cell in cells)
    closed = boss.get(page).get_data(as_text=True)
    assert "汇总数据保留" in closed
    assert "重新开放" not in closed


def test_an_organiser_sees_the_deadline_and_may_not_erase(app: Flask, database: Database, made: Evaluated) -> None:
    page = f"/surveys/{made.surveys['A_W'].id}"
    organiser = _client(app, "organiser")
    shown = organiser.get(page).get_data(as_text=True)
    assert "已逾期" in shown
    assert "可由管理员删除" in shown
    assert f"{page}/erasure" not in shown
    form = {"csrf_token": token(organiser), "confirmed": "1"}
    assert organiser.post(f"{page}/erasure", data=form).status_code == 403
    assert _count(database) == 20


def test_the_command_tidies(app: Flask, database: Database, made: Evaluated) -> None:
    def run() -> Result:
        return app.test_cli_runner().invoke(args=["tidy"])

    first, second = run(), run()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "已清理测评 1 个（答卷 20 份" in first.output
    assert "Surveys tidied: 1 (responses: 20" in first.output
    assert "Surveys tidied: 0 (responses: 0" in second.output
    with database.reading() as session:
        assert session.get_one(Survey, made.surveys["A_W"].id).tidied_at is not None


def test_months_of_keeping_are_a_setting(tmp_path: object) -> None:
    environment = {"SURVEY_APP_INSTANCE": str(tmp_path)}
    assert Settings.from_environment(environment).keep_months == 12
    assert Settings.from_environment({**environment, "SURVEY_APP_KEEP_MONTHS": "6"}).keep_months == 6
    with pytest.raises(BadSetting, match="SURVEY_APP_KEEP_MONTHS"):
        Settings.from_environment({**environment, "SURVEY_APP_KEEP_MONTHS": "0"})
