"""The pages of comments: who gets in, what they say in every state, and what their buttons do."""

from __future__ import annotations

from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from survey_app.questionnaire.text import EN
from survey_app.services import surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Comment, Unit
from survey_app.storage.session import Database
from survey_app.words import Audience, CommentState, Role, SurveyState
from tests.support.evaluated import NOW, Evaluated, make_campaign, open_survey, respond, sign_up, survey_over
from tests.support.sessions import client_of
from tests.support.union import token

SAID = (
    "食堂的饭菜太贵", "食堂饭菜贵，品种少", "食堂菜太贵了", "希望食堂降价", "食堂饭菜太贵，吃不起", "食堂太贵",
    "高温津贴没有发", "希望发高温津贴", "更衣室太小", "班车太少", "王建国班长处事不公", "=cmd|' /C calc'!A0 <b>",
)  # fmt: skip


def _made(database: Database, said: tuple[str, ...] = SAID, **options: object) -> Evaluated:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS, **options)
    answers = [{"W01": ["1"], "W10": ["1"], "W32a": [words]} for words in said]
    respond(database, made, "A_W", made.postings[0].id, answers)
    return made


def _close(database: Database, made: Evaluated) -> None:
    surveys.change_state(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, state=SurveyState.CLOSED, now=NOW
    )


@pytest.fixture
def made(database: Database) -> Evaluated:
    """A closed survey with twelve comments."""
    made = _made(database)
    _close(database, made)
    return made


def _client(
    app: Flask, database: Database, made: Evaluated, role: Role = Role.ORGANISER, **more: str
) -> FlaskClient:
    return client_of(app, sign_up(database, made.unit, username=role, role=role), **more)


def _desk(made: Evaluated) -> str:
    return f"/surveys/{made.surveys['A_W'].id}/comments"


def _post(client: FlaskClient, address: str, **data: object) -> str:
    """What the page says after the deed."""
    sent = {"csrf_token": token(client), "field": "W32a", **data}
    return unescape(client.post(address, data=sent, follow_redirects=True).text)


def _release(client: FlaskClient, made: Evaluated, *digests: str) -> str:
    """Choose comments, be asked, and answer yes: what the page says then."""
    assert f"公开 {len(digests)} 种说法？" in _post(client, _desk(made), deed="release", chosen=list(digests))
    return _post(client, _desk(made), deed="publish", chosen=list(digests))


def _digest(database: Database, words: str) -> str:
    with database.reading() as session:
        return session.query(Comment).filter_by(words=words).one().digest


def test_a_comment_goes_from_reading_to_the_leaders_page(app: Flask, database: Database, made: Evaluated) -> None:
    client = _client(app, database, made)
    results = f"/results/{made.campaign.id}/comments"
    assert "尚未读取" in client.get(_desk(made)).text
    assert "目前尚未公开" in client.get(results).text
    page = _post(client, f"{_desk(made)}/read")
    assert "新读取 12 种说法" in page
    assert "〔姓名〕" in page
    assert "王建国" not in page
    assert "<b>" not in client.get(_desk(made)).text.partition("cmd|")[2][:40]
    leader = _client(app, database, made, Role.LEADER)
    assert "更衣室太小" not in leader.get(results).text
    page = _release(client, made, _digest(database, "更衣室太小"))
    assert "已公开 1 种说法（1 条意见）" in page
    shown = leader.get(results).text
    assert "更衣室太小" in shown
    assert "食堂太贵" not in shown
    assert "共 12 条意见（12 种说法），已公开 1 条（1 种说法）" in shown
    assert leader.get(_desk(made)).status_code == 403
    answer = leader.get(f"{results}.json").json
    described = leader.get("/api/openapi.json").json["components"]
    schema = {"$ref": "#/components/schemas/Comments", "components": described}
    assert list(Draft202012Validator(schema).iter_errors(answer)) == []
    (survey,) = answer["surveys"]
    (question,) = survey["questions"]
    assert (question["base"], question["released"]) == (12, 1)
    said = [each["words"] for group in question["groups"] for each in group["verbatims"]]
    assert said == ["更衣室太小"]


def test_the_workbook_has_what_was_released_as_plain_text(app: Flask, database: Database, made: Evaluated) -> None:
    client = _client(app, database, made)
    _post(client, f"{_desk(made)}/read")
    address = f"/results/{made.campaign.id}/workbook.xlsx"
    assert "意见（已公开）" not in load_workbook(BytesIO(client.get(address).data)).sheetnames
    _release(client, made, *(_digest(database, each) for each in ("更衣室太小", SAID[-1])))
    sheet = load_workbook(BytesIO(client.get(address).data))["意见（已公开）"]
    cells = {cell.value: cell for row in sheet for cell in row if cell.value is not None}
    assert "更衣室太小" in cells
    assert "食堂太贵" not in cells
    assert cells[SAID[-1]].data_type == "s"
    heads = ["题目", "分类", "意见（原话）", "意见数"]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet]
    assert heads in rows
    (group,) = {row[1] for row in rows[rows.index(heads) + 1 :] if len(row) == len(heads)}
    assert f"<h4>{group}" in client.get(f"/results/{made.campaign.id}/comments").text


def test_the_wall_quotes_what_was_released_and_is_silent_before(
    app: Flask, database: Database, made: Evaluated
) -> None:
    client = _client(app, database, made)
    _post(client, f"{_desk(made)}/read")
    wall = f"/results/{made.campaign.id}/wall"
    assert "slide-written" not in client.get(wall).text
    _release(client, made, _digest(database, "更衣室太小"))
    page = client.get(wall).text
    _before, _, slide = page.partition('id="slide-written-1"')
    assert "更衣室太小" in slide
    assert "食堂太贵" not in page
    assert "共 12 条意见" in slide
    with database.reading() as session:
        place = session.get_one(Unit, made.postings[0].unit_id)
    below = client_of(app, sign_up(database, place, username="below"))
    assert "slide-written" not in below.get(wall).text
    assert below.get(f"{wall}.json").json["comments"]["surveys"] == []


def test_every_button_does_what_it_says(app: Flask, database: Database, made: Evaluated) -> None:
    client = _client(app, database, made)
    desk = _desk(made)
    _post(client, f"{desk}/read")
    one, other = _digest(database, "食堂太贵"), _digest(database, "班车太少")
    assert "请先选择意见" in _post(client, desk, deed="release")
    both = {"member-2": [one, other], "member-1": [_digest(database, "更衣室太小")]}
    assert "公开 2 种说法？" in _post(client, desk, deed="release_all:2", **both)
    assert "已公开 2 种说法" in _post(client, desk, deed="publish", chosen=[one, other])
    assert "已经公开" in _post(client, desk, deed="release", chosen=[one, other])
    assert "1 种说法暂不公开" in _post(client, desk, deed="hold", chosen=[one], state="released")
    assert "1 种说法改回待定" in _post(client, desk, deed="wait", chosen=[one], state="held")
    assert "文字已遮盖" in _post(client, desk, deed=f"hide:{one}", **{f"hide-{one}": "食堂"})
    assert "没有这些文字" in _post(client, desk, deed=f"hide:{one}", **{f"hide-{one}": "食堂"})
    with database.reading() as session:
        row = session.query(Comment).filter_by(digest=one).one()
        assert (row.words, row.state) == ("〔…〕太贵", CommentState.WAITING)
    page = _post(client, f"{desk}/themes", name="通勤")
    theme = page.partition("/comments/themes/")[2].partition("/")[0]
    assert "已有同名主题" in _post(client, f"{desk}/themes", name="通勤")
    assert client.post(f"{desk}/themes", data={"csrf_token": token(client), "name": ""}).status_code == 422
    assert "已调整 1 种说法的主题" in _post(client, desk, deed="theme", theme=theme, chosen=[other])
    assert "已调整 1 种说法的主题" in _post(client, desk, deed=f"off:{theme}:{other}")
    assert "已调整 1 种说法的主题" in _post(client, desk, deed=f"under:{theme}:{other}")
    assert "主题已移除" in _post(client, f"{desk}/themes/{theme}/remove")


def test_nothing_is_released_before_the_question_is_answered(
    app: Flask, database: Database, made: Evaluated
) -> None:
    client = _client(app, database, made)
    _post(client, f"{_desk(made)}/read")
    one = _digest(database, "食堂太贵")
    asked = _post(client, _desk(made), deed="release", chosen=[one])
    assert "食堂太贵" in asked
    assert "更衣室太小" not in asked
    with database.reading() as session:
        assert session.query(Comment).filter_by(digest=one).one().state == CommentState.WAITING


def test_a_leader_is_told_once_who_releases_comments(app: Flask, database: Database, made: Evaluated) -> None:
    survey_over(database, made, "B_1", Audience.WORKERS, wave=1)
    sign_up(database, made.unit, username="chen", role=Role.ORGANISER)
    leader = _client(app, database, made, Role.LEADER)
    page = unescape(leader.get(f"/results/{made.campaign.id}/comments").text)
    assert page.count("尚未公开") == 1
    assert "请联系：chen。" in page
    assert "审阅意见" not in page
    organiser = client_of(app, sign_up(database, made.unit, username="another", role=Role.ORGANISER))
    page = organiser.get(f"/results/{made.campaign.id}/comments").text
    assert f'href="{_desk(made)}"' in page


def test_what_is_not_there_is_not_found(app: Flask, database: Database, made: Evaluated) -> None:
    client = _client(app, database, made)
    desk, csrf = _desk(made), token(client)
    _post(client, f"{desk}/read")
    for deed in ("theme", "under:x:y", "hide:nothing", f"off:{2**31 - 1}:x", "nonsense"):
        assert client.post(desk, data={"csrf_token": csrf, "field": "W32a", "deed": deed}).status_code == 404
    assert client.get(f"{desk}?field=nothing&state=nonsense&page=999").status_code == 200
    assert client.get("/surveys/987654/comments").status_code == 404
    assert client.get("/results/987654/comments").status_code == 404
    assert client.post(f"{desk}/themes/987654/remove", data={"csrf_token": csrf}).status_code == 404


def test_few_sealed_and_partial_say_why_nothing_is_there(app: Flask, database: Database) -> None:
    made = _made(database, SAID[:9])
    _close(database, made)
    client = _client(app, database, made)
    assert "意见太少" in _post(client, f"{_desk(made)}/read")
    shown = client.get(f"/results/{made.campaign.id}/comments").text
    assert "不足 10 条" in shown
    with database.reading() as session:
        enterprise = session.get_one(Unit, made.postings[0].unit_id)
    part = sign_up(database, enterprise, username="part")
    page = client_of(app, part).get(f"/results/{made.campaign.id}/comments")
    assert (page.status_code, "按整个活动汇总显示" in page.text) == (200, True)


def test_a_sealed_survey_says_so_on_both_pages(app: Flask, database: Database) -> None:
    made = _made(database, is_sealed=True)
    client = _client(app, database, made)
    assert "测评封存中" in client.get(_desk(made)).text
    assert "不能读取" in _post(client, f"{_desk(made)}/read")
    assert "测评封存中" in client.get(f"/results/{made.campaign.id}/comments").text


def test_pages_link_here_and_speak_english(app: Flask, database: Database, made: Evaluated) -> None:
    client = _client(app, database, made, locale=EN)
    assert f"{_desk(made)}" in client.get(f"/surveys/{made.surveys['A_W'].id}").text
    assert f"/results/{made.campaign.id}/comments" in client.get(f"/results/{made.campaign.id}").text
    page = _post(client, f"{_desk(made)}/read")
    assert "12 new sentences were read." in page
    assert "Release the chosen" in page
