"""The organiser's pages as requests: who may enter, what is refused, what files are called."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.services import questionnaires, surveys
from survey_app.services.access import SYSTEM, Actor
from survey_app.storage.models import Questionnaire, Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Purpose
from tests.support.office import NOW, Office, make_office
from tests.support.sessions import client_of

SignedIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database, is_sample=True)


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """Give a client with the session that signing in would make."""
    app.config["WTF_CSRF_ENABLED"] = False
    return partial(client_of, app)


@pytest.fixture
def row(database: Database, office: Office) -> Questionnaire:
    return questionnaires.copy_template(
        database, actor=office.organiser, template_code="B_1", unit_id=office.unit.id, now=NOW
    )


@pytest.fixture
def survey(database: Database, office: Office, row: Questionnaire) -> Survey:
    version = questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=NOW)
    return surveys.create_survey(
        database, actor=office.organiser, campaign_id=office.campaign.id, version_id=version.id, title="测评",
        purpose=Purpose.RETURN_VISIT, wave=1, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip


def _pages(row: Questionnaire, survey: Survey) -> list[str]:
    collector = survey.collectors[0].id
    return [
        f"/questionnaires/{row.id}",
        f"/questionnaires/{row.id}/title",
        f"/questionnaires/{row.id}/preview",
        f"/questionnaires/versions/{survey.version_id}/preview",
        f"/surveys/{survey.id}",
        f"/surveys/{survey.id}/edit",
        f"/surveys/{survey.id}/codes",
        f"/surveys/{survey.id}/collectors/new",
        f"/surveys/{survey.id}/collectors/{collector}",
        f"/surveys/{survey.id}/collectors/{collector}/qr.svg",
    ]


def test_the_organiser_sees_every_page(
    office: Office, row: Questionnaire, survey: Survey, signed_in: SignedIn
) -> None:
    client = signed_in(office.organiser)
    lists = ["/questionnaires/", "/questionnaires/?archived=1", "/questionnaires/templates", "/surveys/"]
    pages = [*lists, *_pages(row, survey)]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_the_organiser_of_another_unit_finds_nothing(
    office: Office, row: Questionnaire, survey: Survey, signed_in: SignedIn
) -> None:
    client = signed_in(office.stranger)
    assert {client.get(page).status_code for page in _pages(row, survey)} == {404}


def test_a_leader_has_no_desk(office: Office, row: Questionnaire, survey: Survey, signed_in: SignedIn) -> None:
    client = signed_in(office.leader)
    assert {client.get(page).status_code for page in ["/surveys/", *_pages(row, survey)]} == {403}


def test_a_collector_is_found_under_its_own_survey_only(
    office: Office, survey: Survey, signed_in: SignedIn
) -> None:
    client = signed_in(office.organiser)
    assert client.get(f"/surveys/{survey.id + 1}/collectors/{survey.collectors[0].id}").status_code == 404


def test_pages_of_a_sample_campaign_say_so(office: Office, survey: Survey, signed_in: SignedIn) -> None:
    client = signed_in(office.organiser)
    for page in ("/surveys/", f"/surveys/{survey.id}", f"/surveys/{survey.id}/codes"):
        assert "示例数据" in client.get(page).text


def test_files_have_names_that_chinese_offices_give(office: Office, survey: Survey, signed_in: SignedIn) -> None:
    address = f"/surveys/{survey.id}/collectors/{survey.collectors[0].id}/qr.png?download=1"
    response = signed_in(office.organiser).get(address)
    assert response.mimetype == "image/png"
    disposition = response.headers["Content-Disposition"]
    assert "filename*=UTF-8''" in disposition
    assert response.headers["Cache-Control"].startswith("private")


def test_a_draft_that_was_changed_meanwhile_is_not_published(
    database: Database, office: Office, row: Questionnaire, signed_in: SignedIn
) -> None:
    client = signed_in(office.organiser)
    questionnaires.rename(
        database, actor=office.organiser, questionnaire_id=row.id, title="新题目", title_en="", now=NOW
    )
    answer = client.post(
        f"/questionnaires/{row.id}/publish", data={"revision": str(row.draft_revision)}, follow_redirects=True
    )
    assert "草稿已被他人修改" in answer.text
    assert questionnaires.detail(database, actor=office.organiser, questionnaire_id=row.id).versions == ()


def test_a_survey_from_a_draft_publishes_it(
    database: Database, office: Office, row: Questionnaire, signed_in: SignedIn
) -> None:
    client = signed_in(office.organiser)
    address = f"/surveys/new?campaign={office.campaign.id}&source=draft-{row.id}"
    values = {
        "title": "一个月回访", "purpose": "return_visit:1", "audiences": "workers", "anonymity": "anonymous",
        "threshold": "5", "opens_at": "2026-05-14T08:00",
    }  # fmt: skip
    answer = client.post(address, data=values, follow_redirects=True)
    assert answer.status_code == 200
    (entry,) = surveys.entries(database, actor=office.organiser)
    assert (entry.survey.wave, entry.survey.version.number) == (1, 1)
    assert entry.survey.opens_at is not None
    assert entry.survey.opens_at.isoformat() == "2026-05-14T00:00:00+00:00"


def test_a_union_without_work_teams_gets_from_a_questionnaire_to_a_code(
    database: Database, office: Office, row: Questionnaire, signed_in: SignedIn
) -> None:
    client, source = signed_in(office.organiser), f"draft-{row.id}"
    begin = f"/campaigns/new/survey?source={source}"
    assert f'href="{begin}"' in client.get(f"/surveys/new?source={source}").text
    assert "驻几天" not in client.get(begin).text
    values = {"name": "食堂满意度", "unit_id": str(office.unit.id), "starts_on": "2026-11-20"}
    survey_form = client.post(begin, data=values).location
    assert "下一步选择" in client.get(survey_form).text
    values = {
        "title": "食堂", "purpose": "service_review", "audiences": "workers", "anonymity": "anonymous",
        "threshold": "5",
    }  # fmt: skip
    collector_form = client.post(survey_form, data=values).location
    (entry,) = surveys.entries(database, actor=office.organiser)
    survey = f"/surveys/{entry.survey.id}"
    assert collector_form == f"{survey}/collectors/new"
    empty = client.get(survey).text
    assert "为单位新增收集码" in empty
    assert "每个驻点一个" not in empty
    refused = client.post(f"{survey}/collectors", follow_redirects=True).text
    assert "这个活动没有驻点" in refused
    assert "已齐备" not in refused
    client.post(collector_form, data={"unit_id": str(office.unit.id), "audience": "workers", "label": ""})
    assert len(surveys.detail(database, actor=office.organiser, survey_id=entry.survey.id).ways) == 1
    assert "新建测评" in client.get(f"/campaigns/{entry.survey.campaign_id}").text
    for view in ("explore", "compare"):
        page = client.get(f"/results/{entry.survey.campaign_id}/{view}", follow_redirects=True).text
        assert 'name="since"' in page or "b.since" in page
        assert 'name="team"' not in page


def test_closing_a_survey_asks_once(
    database: Database, office: Office, survey: Survey, signed_in: SignedIn
) -> None:
    client, address = signed_in(office.organiser), f"/surveys/{survey.id}/state"
    client.post(address, data={"state": "open"})
    asked = client.post(address, data={"state": "closed"})
    assert 'name="sure"' in asked.text
    assert surveys.detail(database, actor=office.organiser, survey_id=survey.id).survey.state == "open"
    client.post(address, data={"state": "closed", "sure": "1"})
    assert surveys.detail(database, actor=office.organiser, survey_id=survey.id).survey.state == "closed"


def test_the_form_starts_with_what_the_template_is_for(
    office: Office, row: Questionnaire, signed_in: SignedIn
) -> None:
    page = signed_in(office.organiser).get(f"/surveys/new?campaign={office.campaign.id}&source=draft-{row.id}").text
    assert '<option selected value="return_visit:1">' in page
    assert 'value="回访问卷（驻点结束后 1 个月）"' in page


def test_groups_of_a_monthly_pulse_are_larger(
    database: Database, office: Office, row: Questionnaire, signed_in: SignedIn
) -> None:
    pulse = questionnaires.copy_template(
        database, actor=SYSTEM, template_code="D_W", unit_id=office.unit.id, now=NOW
    )
    client = signed_in(office.organiser)
    for source, usual in ((pulse, "11"), (row, "5")):
        page = client.get(f"/surveys/new?campaign={office.campaign.id}&source=draft-{source.id}").text
        assert f'value="{usual}"' in page.split('name="threshold"')[1].split(">")[0]


def test_a_wave_is_led_to_its_template(office: Office, row: Questionnaire, signed_in: SignedIn) -> None:
    client = signed_in(office.organiser)
    page = client.get(f"/surveys/new?campaign={office.campaign.id}&purpose=return_visit&wave=3").text
    assert "回访问卷（驻点结束后 3 个月）" in page
    fitting = client.get(f"/surveys/new?campaign={office.campaign.id}&purpose=return_visit&wave=1").text
    assert f'<option value="draft-{row.id}" selected>' in fitting


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("threshold", "0", "threshold-error"),
        ("threshold", "4", "threshold-error"),
        ("threshold", "five", "threshold-error"),
        ("closes_at", "tomorrow", "closes_at-error"),
        ("closes_at", "0001-01-01T00:00", "closes_at-error"),
        ("closes_at", "2026-05-14T08:00", "closes_at-error"),
        ("purpose", "return_visit", "purpose-error"),
        ("audiences", "everybody", "audiences-error"),
        ("title", " ", "title-error"),
        ("anonymity", "", "anonymity-error"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    database: Database, office: Office, row: Questionnaire, signed_in: SignedIn, field: str, value: str, said: str
) -> None:
    values = {
        "title": "一个月回访", "purpose": "return_visit:1", "audiences": "workers", "anonymity": "anonymous",
        "threshold": "5", "opens_at": "2026-05-14T08:00", field: value,
    }  # fmt: skip
    answer = signed_in(office.organiser).post(
        f"/surveys/new?campaign={office.campaign.id}&source=draft-{row.id}", data=values
    )
    assert answer.status_code == 422
    assert f'id="{said}"' in answer.text
    assert 'href="#' + field in answer.text
    assert surveys.entries(database, actor=office.organiser) == ()
    assert questionnaires.detail(database, actor=office.organiser, questionnaire_id=row.id).versions == ()


def test_a_survey_that_is_refused_publishes_nothing(
    database: Database, office: Office, row: Questionnaire, signed_in: SignedIn
) -> None:
    values = {
        "title": "测评", "purpose": "activity_evaluation", "audiences": "workers", "anonymity": "anonymous",
        "threshold": "5",
    }  # fmt: skip
    answer = signed_in(office.organiser).post(
        f"/surveys/new?campaign={office.campaign.id + 1}&source=draft-{row.id}", data=values
    )
    assert answer.status_code == 404
    assert questionnaires.detail(database, actor=office.organiser, questionnaire_id=row.id).versions == ()


@pytest.mark.parametrize("address", ["/questionnaires/", "/questionnaires/templates", "/surveys/"])
def test_looking_for_what_no_database_can_hold_finds_nothing(
    office: Office, signed_in: SignedIn, address: str
) -> None:
    assert signed_in(office.organiser).get(f"{address}?q=a%00b").status_code == 200


def test_a_title_cannot_be_taken_away(office: Office, row: Questionnaire, signed_in: SignedIn) -> None:
    client = signed_in(office.organiser)
    assert client.post(f"/questionnaires/{row.id}/title", data={"title": " "}).status_code == 422
    assert client.post(f"/questionnaires/{row.id}/title", data={"title": "长" * 201}).status_code == 422


def test_search_finds_templates_by_their_questions(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.organiser)
    found = client.get("/questionnaires/templates?q=六小").text
    assert "职工卷" in found
    assert "好差评" not in found
    assert "没有找到" in client.get("/questionnaires/templates?q=火星").text
