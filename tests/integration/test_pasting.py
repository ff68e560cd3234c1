"""Questionnaires from pasted text as requests: preview, saving, refusals; nothing is lost or saved unasked."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.questionnaire.definition import ScaleQuestion, SingleChoice
from survey_app.storage.models import AuditEntry, Questionnaire
from survey_app.storage.session import Database
from survey_app.web.author.pasting import MOST_CHARACTERS, SCRIPT_HEADER
from survey_app.web.author.pasting_words import EXAMPLE
from tests.support.union import Union, make_union, signed_in, token

_PAGE = "/questionnaires/paste"
_TEXT = "食堂小调查\n1. 您满意吗？\n很满意 满意 一般 不满意\n2. 您的性别：A. 男 B. 女\n（第9题选A时填写）\n"


@pytest.fixture
def union(database: Database) -> Union:
    return make_union(database)


@pytest.fixture
def client(app: Flask, union: Union) -> FlaskClient:
    """The organiser of the north, signed in."""
    return signed_in(app, "north.organiser")


def _drafts(database: Database) -> list[Definition]:
    with database.reading() as session:
        return [codec.loads(row.draft) for row in session.scalars(select(Questionnaire))]


def _post(client: FlaskClient, text: str, do: str = "preview", **fields: Any) -> TestResponse:
    data = {"csrf_token": token(client), "text": text, "do": do, **fields}
    return client.post(_PAGE, data=data, content_type="multipart/form-data")


def _send(client: FlaskClient, text: str, do: str = "preview", **fields: Any) -> tuple[int, str]:
    answer = _post(client, text, do, **fields)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_preview_shows_the_questions_and_marks_the_lines_that_were_not_understood(
    client: FlaskClient, database: Database
) -> None:
    status, page = _send(client, _TEXT)
    assert status == 200
    assert "您满意吗？" in page
    assert "第 5 行" in page
    assert "不存在，暂按“所有人都问”处理" in page
    assert _TEXT in page.replace("\r\n", "\n")
    assert _drafts(database) == []


def test_saving_makes_a_draft_and_opens_it_in_the_designer(
    client: FlaskClient, database: Database, union: Union
) -> None:
    answer = _post(client, _TEXT, "save", unit_id=union.north.unit.id)
    assert answer.status_code == 302
    (draft,) = _drafts(database)
    assert [type(question) for question in draft.questions] == [ScaleQuestion, SingleChoice]
    assert draft.title.zh == "食堂小调查"
    assert not draft.notice
    opened = client.get(answer.location)
    assert answer.location.endswith("/edit")
    assert "您满意吗？" in opened.get_data(as_text=True)
    assert "没有看懂的内容没有收入" in opened.get_data(as_text=True)
    with database.reading() as session:
        assert "questionnaire_imported" in {entry.action for entry in session.scalars(select(AuditEntry))}


def test_the_usual_notice_is_added_where_it_is_wanted_and_the_text_has_none(
    client: FlaskClient, database: Database
) -> None:
    assert _send(client, _TEXT, "save", with_notice="y")[0] == 302
    own = _TEXT.replace("1. ", "【告知】我们不记名。\n1. ", 1)
    assert _send(client, own, "save", with_notice="y")[0] == 302
    added, kept = _drafts(database)
    assert "匿名" in added.notice.zh
    assert added.consent
    assert added.minutes == 1
    assert added.closing
    assert kept.notice.zh == "我们不记名。"
    assert not kept.consent


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "还没有文字"),
        (" \n\n", "还没有文字"),
        ("各位工友：\n大家好。", "没有找到题目"),
        ("题" * (MOST_CHARACTERS + 1), "文字超过 100000 个字"),
    ],
)
def test_what_is_no_questionnaire_is_not_saved_and_the_text_is_kept(
    client: FlaskClient, database: Database, text: str, reason: str
) -> None:
    status, page = _send(client, text, "save")
    assert status == 422
    assert reason in page
    assert text.strip() in page.replace("\r\n", "\n")
    assert _drafts(database) == []


def test_the_script_gets_the_preview_alone(client: FlaskClient) -> None:
    data = {"csrf_token": token(client), "text": _TEXT}
    answer = client.post(_PAGE, data=data, headers={SCRIPT_HEADER: "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<html" not in page
    assert "您满意吗？" in page


def test_empty_lines_at_the_beginning_count(client: FlaskClient) -> None:
    assert "第 7 行" in _send(client, f"\r\n\r\n{_TEXT}")[1]


def test_markup_in_the_text_is_shown_as_text(client: FlaskClient) -> None:
    page = _send(client, "1. <script>alert(1)</script>？\nA. <img src=x>\nB. </textarea><b>\n")[1]
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "</textarea><b>" not in page


def test_the_example_reads_without_a_line_missed_and_replaces_nothing(client: FlaskClient) -> None:
    page = _send(client, "", "example")[1]
    assert "职工食堂满意度小调查" in page
    assert "每一行都看懂了" in page
    assert EXAMPLE.splitlines()[0] not in _send(client, _TEXT, "example")[1]


def test_another_unit_than_ones_own_is_refused(client: FlaskClient, database: Database, union: Union) -> None:
    assert _send(client, _TEXT, "save", unit_id=union.south.unit.id)[0] == 422
    assert _drafts(database) == []


def test_a_leader_pastes_nothing(app: Flask, database: Database, union: Union) -> None:
    leader = signed_in(app, "north.leader")
    assert leader.get(_PAGE).status_code == 403
    assert _send(leader, _TEXT, "save")[0] == 403
    assert _drafts(database) == []


def test_a_form_without_its_token_is_refused(client: FlaskClient, database: Database) -> None:
    assert _send(client, _TEXT, "save", csrf_token="")[0] == 400
    assert _drafts(database) == []
