"""The designer's requests: what hostile or late forms do, and that nothing typed is lost or saved unseen."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import library
from survey_app.questionnaire.text import Text
from survey_app.services import drafts, questionnaires
from survey_app.storage.models import Questionnaire as Row
from survey_app.storage.session import Database
from tests.support.drafting import designer_at, draft_of, form_at, in_the_field, pressed, send, taken
from tests.support.forms import form_of
from tests.support.office import NOW, Office, make_office
from tests.support.sessions import client_of

A_W = library.template("A_W").questionnaire
HUGE = "9" * 5000


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def row(database: Database, office: Office) -> Row:
    return taken(database, office)


@pytest.fixture
def client(app: Flask, office: Office) -> FlaskClient:
    """The organiser's browser, signed in."""
    app.config["WTF_CSRF_ENABLED"] = False
    return client_of(app, office.organiser)


# --- late and repeated forms -----------------------------------------------------------------------


def test_a_form_from_an_older_draft_saves_nothing_and_keeps_what_was_typed(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    mine, theirs = form_at(client, row), form_at(client, row, "?question=W30")
    theirs["text-zh"] = "别人改的"
    assert send(client, row, theirs, "?question=W30").status_code == 200
    mine["text-zh"] = "我改的"
    answer = send(client, row, mine)
    assert answer.status_code == 409
    assert "我改的" in answer.text
    assert "别人改的" in answer.text
    made = draft_of(database, office, row)
    assert made.question_by_code["W31"] == A_W.question_by_code["W31"]
    again = form_of(answer.text)[1]
    assert send(client, row, again).status_code == 200
    made = draft_of(database, office, row)
    assert [made.question_by_code[code].text.zh for code in ("W30", "W31")] == ["别人改的", "我改的"]


def test_a_form_that_comes_twice_is_saved_once_and_told_as_saved(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    form = form_at(client, row)
    form["text-zh"] = "只存一次"
    assert send(client, row, form).status_code == 200
    assert send(client, row, form).status_code == 200  # the answer to the first was lost on its way
    with database.reading() as session:
        assert len(drafts.deeds(session, row.id, since=0)) == 1


def test_work_on_what_others_have_removed_is_not_lost(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    mine, theirs = form_at(client, row), form_at(client, row)
    theirs["do"] = "remove"
    send(client, row, theirs)
    mine["text-zh"] = "还要这一题"
    refused = send(client, row, mine)
    assert refused.status_code == 409
    assert send(client, row, form_of(refused.text)[1]).status_code == 200
    assert draft_of(database, office, row).question_by_code["W31"].text.zh == "还要这一题"


def test_undoing_and_redoing_go_through_the_whole_history(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    for words in ("第一次", "第二次"):
        form = form_at(client, row)
        form["text-zh"] = words
        send(client, row, form)

    def turn(**more: str) -> int:
        url, form = form_of(client.get(designer_at(row)).text, "turning")
        return client.post(url, data={**form.to_dict(), **more}).status_code

    def now() -> str:
        return draft_of(database, office, row).question_by_code["W31"].text.zh

    assert (turn(), now()) == (302, "第一次")
    assert (turn(), draft_of(database, office, row)) == (302, A_W)
    assert turn() == 409  # nothing is left to undo
    assert (turn(redo="1"), now()) == (302, "第一次")
    assert (turn(redo="1"), now()) == (302, "第二次")
    assert turn(redo="1") == 409
    turn()
    form = form_at(client, row)
    form["text-zh"] = "第三次"
    send(client, row, form)
    assert turn(redo="1") == 409  # what was undone has been replaced


def test_an_archived_questionnaire_is_not_edited(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    form = form_at(client, row)
    questionnaires.archive(database, actor=office.organiser, questionnaire_id=row.id, now=NOW)
    form["text-zh"] = "改"
    assert send(client, row, form).status_code == 409
    assert client.get(designer_at(row)).status_code == 404


# --- what a newcomer reads ---------------------------------------------------------------------------


@pytest.fixture
def fresh(database: Database, office: Office, client: FlaskClient) -> Row:
    """A questionnaire begun from nothing."""
    client.post("/questionnaires/new", data={"title": "食堂调查"})
    (entry,) = questionnaires.entries(database, actor=office.organiser)
    return entry.questionnaire


def test_a_question_just_added_is_not_called_wrong_but_cannot_be_published(
    database: Database, office: Office, fresh: Row, client: FlaskClient
) -> None:
    added = pressed(client, fresh, "add:single", "").text
    assert added.count("还没有填写。") == 1
    assert "未填写" in added
    assert "待改" not in added
    form = form_at(client, fresh, "?question=Q1")
    form["text-zh"] = "您常去食堂吗？"
    begun = send(client, fresh, form, "?question=Q1").text
    assert "未完成" in begun
    assert "待改" not in begun
    with pytest.raises(questionnaires.HasProblems):
        questionnaires.publish(database, actor=office.organiser, questionnaire_id=fresh.id, now=NOW)


def test_english_is_asked_for_before_its_lack_is_marked(client: FlaskClient, fresh: Row) -> None:
    pressed(client, fresh, "add:single", "")
    place = "?question=Q1"
    form = form_at(client, fresh, place)
    form["text-zh"] = "您常去食堂吗？"
    plain = send(client, fresh, form, place).text
    assert "需要英文版？" in plain
    assert 'data-languages="zh"' in plain
    assert "缺少英文" not in plain + client.get(f"/questionnaires/{fresh.id}").text
    assert 'data-languages="asked"' in client.get(designer_at(fresh, f"{place}&english=1")).text
    form = form_at(client, fresh, place)
    form["text-en"] = "Do you often go to the canteen?"
    begun = send(client, fresh, form, place).text
    assert 'data-languages="both"' in begun
    assert "1 处缺少英文" in begun  # the title


def test_a_condition_about_a_deleted_question_names_it_by_its_words(client: FlaskClient, row: Row) -> None:
    words = "已删除的题目“您知道工会工作队到本企业驻点吗？”"
    assert words in pressed(client, row, "remove", "?question=W01").text
    page = client.get(designer_at(row, "?question=W02")).text
    assert f">{words}</option>" in page
    assert "知道，并接触过" in page
    assert "（不存在）" not in page


def test_rows_of_a_matrix_are_made_of_the_options_that_bring_them_up(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    pressed(client, row, "add:matrix", "?question=W20")
    form = form_at(client, row, "?question=Q1")
    form["rows_from"] = "W20"
    assert "选项填为各行" in send(client, row, form, "?question=Q1").text
    assert "选项填为各行" not in pressed(client, row, "row-source:items", "?question=Q1").text
    matrix, source = (draft_of(database, office, row).question_by_code[code] for code in ("Q1", "W20"))
    wanted = [(each.text, each.code) for each in source.options if not each.exclusive]  # type: ignore[union-attr]  # a choice
    assert [(each.text, each.when) for each in matrix.items] == wanted  # type: ignore[union-attr]  # a matrix


def test_scales_are_chosen_changed_and_made_on_one_page(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    page = client.get(designer_at(row, "/scales?question=W10")).text
    assert page.index("本问卷正在使用的") < page.index("平台自带")
    assert "非常满意 · 满意 · 基本满意" in page
    assert "修改“满意度五级量表”" in page
    made = client.post(designer_at(row, "/scales"), data={"revision": "0", "own": "1"})
    assert made.location.endswith("scale=OWN1#name-zh")
    assert "OWN1" in draft_of(database, office, row).scale_by_code


# --- hostile forms ---------------------------------------------------------------------------------


BUTTONS = (
    "add:nonsense", "copy", "remove", "up", "down", "move", "kind", "rule:add:rule", "rule:group:rule_0_0_0",
    f"rule:remove:rule_{HUGE}", "row-add:options", f"row-add:options:{HUGE}", "row-add:nonsense", "row-up:grades:0",
    f"row-remove:options:{HUGE}", "row-lines:nonsense", "row-lines:grades", "add-section", "add-scale", HUGE,
)  # fmt: skip
PLACES = ("", "?section=contact", "?question=W31", "?scale=S5", "?question=nowhere", "?scale=nowhere")


@pytest.mark.parametrize("place", PLACES)
def test_no_button_breaks_anything_anywhere(client: FlaskClient, row: Row, place: str) -> None:
    for button in BUTTONS:
        form = form_at(client, row, place)  # of the whole, where there is no such place (any more)
        form["do"] = button
        form["lines"] = "一\n二\x00"
        form["target"] = "after:nowhere"
        form["kind_wanted"] = "nonsense"
        assert send(client, row, form, place).status_code in {200, 422}, button


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999999999999999", HUGE])
def test_odd_revisions_are_late_ones(client: FlaskClient, row: Row, revision: str) -> None:
    form = form_at(client, row)
    form["revision"] = revision
    form["text-zh"] = "改"
    assert send(client, row, form).status_code == 409
    assert client.post(designer_at(row, "/undo"), data={"revision": revision}).status_code == 409
    data = {"revision": revision, "code": "W31", "target": "start:contact"}
    assert client.post(designer_at(row, "/move"), data=data).status_code == 409


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("text-zh", "长" * 5001, 422),
        ("text-zh", "<script>alert(1)</script>", 200),
        ("text-zh", "\x00\x08\ud7ff\ufffe字", 200),
        ("code", "W10", 422),
        ("code", "w10", 422),
        ("code", "", 422),
        ("code", "第三题", 422),
        ("code", "x" * 41, 422),
        ("options-0-code", "", 422),
        ("options-0-code", "2", 422),
        ("kind", "nonsense", 200),
    ],
)
def test_odd_values_are_refused_at_their_field_or_made_harmless(
    client: FlaskClient, row: Row, name: str, value: str, status: int
) -> None:
    form = form_at(client, row)
    form[name] = value
    answer = send(client, row, form)
    assert answer.status_code == status
    assert "<script>alert" not in answer.text
    assert client.get(designer_at(row, "?question=W31")).status_code in {200, 302}


def test_rules_deeper_than_files_allow_are_refused_and_not_stored(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    form = form_at(client, row)
    path = "rule"
    for __ in range(20):
        form[f"{path}-mode"] = "not_any"
        path += "_0"
    form[f"{path}-question"] = form[f"{path}-was"] = "W01"
    form[f"{path}-test"] = form[f"{path}-was_test"] = "is"
    form[f"{path}-value"] = "1"
    answer = send(client, row, form)
    assert answer.status_code == 422
    assert "嵌套过深" in answer.text
    assert draft_of(database, office, row) == A_W


def test_a_condition_that_names_nonsense_is_kept_as_a_problem(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    form = form_at(client, row)
    form["rule-mode"] = "any"
    form["rule_0-question"] = form["rule_0-was"] = "gone\x01"
    form["rule_0-test"] = form["rule_0-was_test"] = "is"
    form["rule_0-value"] = "\x02x"
    answer = send(client, row, form)
    assert answer.status_code == 200
    assert "处待改" in answer.text
    assert questionnaires.detail(database, actor=office.organiser, questionnaire_id=row.id).entry.errors == 1


# --- beginning, publishing -------------------------------------------------------------------------


def test_a_questionnaire_begins_with_words_that_fit_any_subject(
    database: Database, office: Office, client: FlaskClient
) -> None:
    answer = client.post("/questionnaires/new", data={"title": "食堂调查"})
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200
    (entry,) = questionnaires.entries(database, actor=office.organiser)
    definition = draft_of(database, office, entry.questionnaire)
    assert definition.title == Text("食堂调查", "")
    assert definition.consent
    for words in (definition.notice.zh, definition.closing.zh):
        assert words
        assert "工作队" not in words
    assert client.post("/questionnaires/new", data={"title": " "}).status_code == 422
    data = {"title": "别处的", "unit_id": str(2**40)}
    assert client.post("/questionnaires/new", data=data).status_code in {302, 404, 422}


def test_publishing_another_meaning_leads_to_what_can_be_done(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    in_the_field(database, office, row)
    form = form_at(client, row)
    form["do"] = "row-remove:options:0"
    send(client, row, form)
    refused = client.post(f"/questionnaires/{row.id}/publish", data={"revision": "1"}, follow_redirects=True)
    assert "原编码下含义会改变" in refused.text
    assert "删去选项：“没有”" in refused.text
    late = client.post(f"/questionnaires/{row.id}/publish/codes", data={"revision": HUGE}, follow_redirects=True)
    assert "草稿已被他人修改" in late.text
    renewed = client.post(f"/questionnaires/{row.id}/publish/codes", data={"revision": "1"}, follow_redirects=True)
    assert "1 道题（或行）今后作为新题统计。新版还没有发布。" in renewed.text
    published = client.post(f"/questionnaires/{row.id}/publish", data={"revision": "2"}, follow_redirects=True)
    assert "第 2 版已发布" in published.text


def test_a_change_that_is_kept_as_new_questions_is_published_by_the_same_button(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    in_the_field(database, office, row)
    pressed(client, row, "row-remove:options:0")
    button = f"/questionnaires/{row.id}/publish/anew"
    assert "草稿已被他人修改" in client.post(button, data={"revision": HUGE}, follow_redirects=True).text
    done = client.post(button, data={"revision": "1"}, follow_redirects=True)
    assert "第 2 版已发布，不会再改动；其中 1 道题" in done.text


def test_what_no_survey_uses_is_changed_and_published_without_being_asked(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=NOW)
    pressed(client, row, "row-remove:options:0")
    page = client.get(f"/questionnaires/{row.id}/publish").text
    assert "还没有用于测评，不影响任何答卷" in page
    assert "删去选项：“没有”" in page
    assert "恢复原来的选项" not in page
    done = client.post(f"/questionnaires/{row.id}/publish", data={"revision": "1"}, follow_redirects=True)
    assert "第 2 版已发布" in done.text


def test_a_version_proves_itself(database: Database, row: Row, client: FlaskClient, office: Office) -> None:
    version = questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=NOW)
    page = client.get(f"/questionnaires/versions/{version.id}")
    assert version.sha256 in page.text
    file = client.get(f"/questionnaires/versions/{version.id}/definition.json")
    assert hashlib.sha256(file.data).hexdigest() == version.sha256
    assert "attachment" in file.headers["Content-Disposition"]


def test_a_template_of_a_unit_is_found_by_its_questions_and_copied(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    assert client.post(f"/questionnaires/{row.id}/template", follow_redirects=True).text.count("请先发布")
    questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=NOW)
    client.post(f"/questionnaires/{row.id}/template")
    address = f"/questionnaires/templates/shared/{row.id}"
    found = client.get("/questionnaires/templates?q=走进车间")
    assert address in found.text
    assert "（驻点起止日期）" in found.text
    assert address not in client.get("/questionnaires/templates?q=食堂").text
    assert client.get(address).status_code == client.get(f"{address}/preview").status_code == 200
    copied = client.post(f"{address}/copy")
    assert copied.status_code == 302
    assert copied.location != f"/questionnaires/{row.id}"
    client.post(f"/questionnaires/{row.id}/template?withdraw=1")
    assert client.get(address).status_code == 404
