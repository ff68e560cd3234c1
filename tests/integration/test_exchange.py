"""Questionnaires from files and as files, as requests: who may, what is refused, what is kept and for whom."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from survey_app import library
from survey_app.interchange.formats import WRITABLE
from survey_app.interchange.own_schema import json_schema
from survey_app.questionnaire import codec
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.services import questionnaires
from survey_app.storage.models import Questionnaire
from survey_app.storage.session import Database
from survey_app.web.author import uploads
from survey_app.web.author.exchange_words import FORMAT_WORDS
from survey_app.words import Role
from tests.support.exchange import foreign_xlsform, shipped_files
from tests.support.union import NOW, Union, make_union, signed_in, token
from tests.support.xlsform import HEAD, ONE, YES_NO, xlsx

PAGE = "/questionnaires/import"


@pytest.fixture
def union(database: Database) -> Union:
    return make_union(database)


@pytest.fixture
def client(app: Flask, union: Union) -> FlaskClient:
    return signed_in(app, "north.organiser")


def _send(client: FlaskClient, content: bytes, name: str = "问卷.xlsx", **fields: Any) -> TestResponse:
    data = {"csrf_token": token(client), "file": (io.BytesIO(content), name), **fields}
    return client.post(PAGE, data=data, content_type="multipart/form-data")


def _sent(client: FlaskClient, content: bytes, name: str = "问卷.xlsx") -> str:
    """The address of the page about a file that was taken."""
    answer = _send(client, content, name)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def _refused(client: FlaskClient, content: bytes, name: str = "问卷.xlsx", **fields: Any) -> str:
    """What the page says at the field of a file that was not taken."""
    answer = _send(client, content, name, **fields)
    assert answer.status_code == 422
    found = re.search(r'id="file-error">([^<]+)<', answer.text)
    assert found is not None, answer.text
    return found[1]


def _save(client: FlaskClient, address: str) -> TestResponse:
    return client.post(address, data={"csrf_token": token(client)}, follow_redirects=True)


def _own(database: Database, union: Union) -> list[Questionnaire]:
    actor = union.north.people[Role.ORGANISER]
    return [each.questionnaire for each in questionnaires.entries(database, actor=actor)]


# --- in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", list(WRITABLE))
def test_what_we_write_is_recognised_read_and_saved_only_when_told(
    client: FlaskClient, database: Database, union: Union, key: str
) -> None:
    name, content = shipped_files()[key]
    address = _sent(client, content, name)
    assert FORMAT_WORDS[key].name._args[0] in client.get(f"{address}?lang=en").text
    assert "尚未保存任何内容" in client.get(f"{address}?lang=zh_Hans_CN").text
    assert _own(database, union) == []

    assert "问卷已存为草稿" in _save(client, address).text
    (row,) = _own(database, union)
    saved = codec.loads(row.draft)
    assert [each.code for each in saved.questions] == [
        each.code for each in library.template("A_W").questionnaire.questions
    ]
    # What has been saved is not kept: sending the form again makes no second one.
    assert "已不再保留" in _save(client, address).text
    assert len(_own(database, union)) == 1


def test_everything_left_out_is_told_before_anything_is_saved(client: FlaskClient) -> None:
    address = _sent(client, foreign_xlsform(), "食堂.xlsx")
    chinese, english = client.get(address).text, client.get(f"{address}?lang=en").text
    assert "工作表“survey”，第 3 行" in chinese
    assert "没有“geopoint”题型，“where”未导入" in chinese
    assert "sheet “survey”, row 3" in english
    assert "cannot be asked here; “where” is left out" in english
    assert "食堂满意吗？" in client.get(f"{address}/phone").text

    report = client.get(f"{address}/report.xlsx")
    sheet = load_workbook(io.BytesIO(report.data)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["survey", 3, "type"] in [row[1:4] for row in rows]
    assert report.headers["Content-Disposition"].startswith("attachment")


def test_a_file_without_any_question_tells_why_and_cannot_be_saved(
    client: FlaskClient, database: Database, union: Union
) -> None:
    address = _sent(client, xlsx(survey=[HEAD, ("geopoint", "where", "您在哪里？")]))
    shown = client.get(address).text
    assert "没有可以作答的题目" in shown
    assert "存为草稿" not in shown
    assert _save(client, address).status_code == 404
    assert client.get(f"{address}/phone").status_code == 404
    assert _own(database, union) == []


def test_the_format_can_be_chosen(client: FlaskClient) -> None:
    name, content = shipped_files()["own_json"]
    assert "不是 SurveyJS 问卷" in _refused(client, content, name, file_format="surveyjs")
    assert _send(client, content, name, file_format="own_json").status_code == 302
    assert _send(client, content, name, file_format="no_such").status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"\xef\xbb\xbf \r\n", "文件是空的"),
        (b"PK\x03\x04 cut off", "文件已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "文件已损坏"),
        (b'{"pages": [', "第 1 行第 12 列"),
        (b'{"pages": ' + b"[" * 500_000, "嵌套"),
        (b'{"title": "x"}', "不是 SurveyJS 问卷"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(client: FlaskClient, content: bytes, words: str) -> None:
    assert words in _refused(client, content, "问卷")


def test_scripts_in_words_are_words(client: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    address = _sent(client, xlsx(survey=[HEAD, ONE, ("geopoint", evil, evil)], choices=YES_NO), f"{evil}.xlsx")
    for page in (address, f"{address}/phone"):
        assert evil not in client.get(page).text


def test_a_file_over_the_limit_is_refused(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2_000
    answer = _send(client, foreign_xlsform())
    assert answer.status_code == 413
    assert "文件过大" in answer.text


# --- whose it is -----------------------------------------------------------------------------------


def test_nothing_is_taken_without_the_forms_token(client: FlaskClient, database: Database, union: Union) -> None:
    address = _sent(client, foreign_xlsform())
    assert client.post(address).status_code == 400
    bare = client.post(PAGE, data={"file": (io.BytesIO(b"{}"), "x.json")}, content_type="multipart/form-data")
    assert bare.status_code == 400
    assert _own(database, union) == []


@pytest.mark.parametrize("role", [Role.LEADER, Role.TEAM_MEMBER])
def test_who_designs_nothing_imports_nothing(app: Flask, union: Union, role: Role) -> None:
    other = signed_in(app, f"north.{role}")
    assert other.get(PAGE).status_code == 403
    assert _send(other, foreign_xlsform()).status_code == 403


def test_somebody_else_finds_nothing(app: Flask, client: FlaskClient, database: Database, union: Union) -> None:
    address = _sent(client, foreign_xlsform(), "食堂.xlsx")
    other = signed_in(app, "south.organiser")
    for page in (address, f"{address}/phone", f"{address}/report.xlsx"):
        answer = other.get(page)
        assert (answer.status_code, answer.location) == (302, PAGE)
    assert "食堂" not in _save(other, address).text
    assert _own(database, union) == []


def test_a_unit_of_others_takes_nothing(client: FlaskClient, database: Database, union: Union) -> None:
    address = _sent(client, foreign_xlsform())
    foreign = {"csrf_token": token(client), "unit_id": str(union.south.unit.id)}
    assert client.post(address, data=foreign).status_code == 403
    for nowhere in ("99999", "x", "9" * 30):
        assert client.post(address, data={**foreign, "unit_id": nowhere}).status_code in {302, 404}
    assert len(_own(database, union)) <= 1


def test_after_an_hour_the_file_must_be_sent_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = _sent(client, foreign_xlsform())
    monkeypatch.setattr(uploads, "LIFETIME_SECONDS", -1)
    answer = client.get(address, follow_redirects=True)
    assert "请重新上传" in answer.text
    assert answer.request.path == PAGE


def test_a_ballots_token_opens_no_questionnaire(app: Flask, client: FlaskClient, union: Union) -> None:
    kept = uploads.Uploads(app.extensions["survey_app.settings"].instance / "uploads", app.config["SECRET_KEY"])
    user = union.north.people[Role.ORGANISER].user_id
    alien = kept.keep(b"K1\r\n1", user=user, survey=1, collector=1, file="x.csv", mode="paper", blanks=False)
    assert client.get(f"{PAGE}/{alien}").location == PAGE


# --- out -------------------------------------------------------------------------------------------


@pytest.fixture
def row(database: Database, union: Union) -> Questionnaire:
    actor = union.north.people[Role.ORGANISER]
    made = questionnaires.copy_template(
        database, actor=actor, template_code="A_W", unit_id=union.north.unit.id, now=NOW
    )
    questionnaires.publish(database, actor=actor, questionnaire_id=made.id, now=NOW)
    return made


def _version(database: Database, union: Union, row: Questionnaire) -> int:
    actor = union.north.people[Role.ORGANISER]
    detail = questionnaires.detail(database, actor=actor, questionnaire_id=row.id)
    return detail.versions[0].version.id


@pytest.mark.parametrize("key", list(WRITABLE))
def test_draft_and_version_come_as_files_in_every_format(
    client: FlaskClient, database: Database, union: Union, row: Questionnaire, key: str
) -> None:
    version_id = _version(database, union, row)
    written = WRITABLE[key].write
    assert written is not None
    for address, edition in (
        (f"/questionnaires/{row.id}", "草稿"),
        (f"/questionnaires/versions/{version_id}", "第1版"),
    ):
        page = client.get(f"{address}/files")
        assert f"{address}/files/{key}" in page.text
        answer = client.get(f"{address}/files/{key}")
        assert answer.status_code == 200
        assert len(answer.data) > 1_000
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("attachment")
        assert WRITABLE[key].suffixes[0] in disposition
        assert edition in page.text.replace(" ", "")
    assert client.get(f"/questionnaires/{row.id}/files/no_such").status_code == 404


def test_what_a_format_does_not_say_is_told_before(client: FlaskClient, row: Questionnaire) -> None:
    chinese = client.get(f"/questionnaires/{row.id}/files").text
    assert "量表各选项如何计分写在其他软件不读取的列中" in chinese
    english = client.get(f"/questionnaires/{row.id}/files?lang=en").text
    assert "What the options of a scale count for stands in columns that other programs pass over." in english


def test_a_draft_with_problems_is_given_as_it_is_in_our_own_format_only(
    client: FlaskClient, database: Database, union: Union
) -> None:
    actor = union.north.people[Role.ORGANISER]
    row = questionnaires.copy_template(
        database, actor=actor, template_code="A_W", unit_id=union.north.unit.id, now=NOW
    )
    definition = questionnaires.load_draft(database, actor=actor, questionnaire_id=row.id).definition
    broken = codec.decode({**codec.encode(definition), "headline": "no_such"})
    questionnaires.save_draft(
        database, actor=actor, questionnaire_id=row.id, definition=broken, revision=0, now=NOW
    )
    page = client.get(f"/questionnaires/{row.id}/files").text
    assert "草稿有 1 个问题" in page
    assert "/files/own_json" in page
    assert "/files/xlsform" not in page
    assert client.get(f"/questionnaires/{row.id}/files/xlsform").status_code == 404
    given = client.get(f"/questionnaires/{row.id}/files/own_json").data
    assert codec.loads(given) == broken


def test_others_get_no_file(app: Flask, database: Database, union: Union, row: Questionnaire) -> None:
    version_id = _version(database, union, row)
    other = signed_in(app, "south.organiser")
    for page in (f"/questionnaires/{row.id}/files", f"/questionnaires/versions/{version_id}/files"):
        assert other.get(page).status_code == 404
        assert other.get(f"{page}/own_json").status_code == 404


def test_the_schema_of_our_own_format_is_there_for_everybody(app: Flask) -> None:
    answer = app.test_client().get("/schema/questionnaire-1.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/schema+json"
    assert json.loads(answer.data) == json.loads(json.dumps(json_schema()))


def test_a_title_with_odd_signs_makes_a_file_name(
    client: FlaskClient, database: Database, union: Union, row: Questionnaire
) -> None:
    actor = union.north.people[Role.ORGANISER]
    questionnaires.rename(
        database, actor=actor, questionnaire_id=row.id, title='a/b\\c"\r\nx: y', title_en="", now=NOW
    )
    answer = client.get(f"/questionnaires/{row.id}/files/own_json")
    assert answer.status_code == 200
    assert not re.search(r"[\r\n/\\]", answer.headers["Content-Disposition"].partition("filename")[2].strip('="'))
    assert codec.loads(answer.data).title == Text('a/b\\c"\r\nx: y')


# --- what a file does not have ---------------------------------------------------------------------


def _lacking_all() -> bytes:
    shipped = library.template("A_W").questionnaire
    return codec.dumps(replace(shipped, notice=EMPTY, consent=EMPTY, closing=EMPTY)).encode()


def test_the_usual_words_are_offered_said_in_the_report_and_put_in_while_the_box_is_ticked(
    client: FlaskClient, database: Database, union: Union
) -> None:
    address = _sent(client, _lacking_all(), "a.json")
    page = client.get(address).text
    box = re.search(r'<input type="checkbox" name="usual_words"[^>]*>', page)
    assert box is not None
    assert "checked" in box[0]
    assert "<dt>补上</dt><dd>3</dd>" in page
    sheet = load_workbook(io.BytesIO(client.get(f"{address}/report.xlsx").data)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["补上"] * 3
    data = {"csrf_token": token(client), "usual_words": "1"}
    assert client.post(address, data=data, follow_redirects=True).status_code == 200
    (row,) = _own(database, union)
    saved, usual = codec.loads(row.draft), library.template("A_W").questionnaire
    assert (saved.consent, bool(saved.notice), bool(saved.closing)) == (usual.consent, True, True)


def test_nothing_is_put_in_without_the_tick(client: FlaskClient, database: Database, union: Union) -> None:
    _save(client, _sent(client, _lacking_all(), "a.json"))
    (row,) = _own(database, union)
    assert not codec.loads(row.draft).notice


def test_a_file_in_english_alone_says_that_chinese_is_to_be_completed(client: FlaskClient) -> None:
    shipped = library.template("A_W").questionnaire
    first, *others = shipped.sections
    section = replace(first, title=Text(en="Contact"))
    page = client.get(
        _sent(client, codec.dumps(replace(shipped, sections=(section, *others))).encode(), "a.json")
    ).text
    assert "<dt>待补充</dt><dd>1</dd>" in page
    assert "有 1 处文字只有英文" in page
    assert first.code in page
