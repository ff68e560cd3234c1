"""Somebody who never saw the product builds a questionnaire: what the pages say where people hesitated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import create_app, library
from survey_app.config import Settings
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Grade, Questionnaire, Scale
from survey_app.questionnaire.rules import AnyOf
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.services import designing, questionnaires, scales, surveys
from survey_app.services.access import NotFound
from survey_app.storage.models import Questionnaire as Row
from survey_app.storage.models import Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Purpose
from tests.support.drafting import designer_at, draft_of, form_at, in_the_field, kept, pressed, send, taken
from tests.support.forms import form_of
from tests.support.office import NOW, Office, make_office
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""What these pages say does not depend on the database."""

A_W = library.template("A_W").questionnaire
BARE = replace(A_W, notice=EMPTY, consent=EMPTY, closing=EMPTY)
OWN = Scale(
    "OWN1", Text("整改程度量表"), (Grade("1", Text("已整改"), 100, True, True), Grade("2", Text("未整改"), 0))
)


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


def _publish(database: Database, office: Office, row: Row) -> int:
    return questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=NOW).id


# --- words that are usual --------------------------------------------------------------------------


def test_usual_words_are_shown_where_there_are_none_and_taken_one_by_one(
    database: Database, office: Office, client: FlaskClient
) -> None:
    row = kept(database, office, BARE)
    page = client.get(designer_at(row)).text
    usual = designing.usual_texts()
    assert "还没有写：卷首告知、同意语（需勾选）、结束语" in page
    assert all(text.zh.splitlines()[-1] in page for text in usual.values())
    assert pressed(client, row, "usual:consent", "").status_code == 200
    made = draft_of(database, office, row)
    assert (made.notice, made.consent, made.closing) == (EMPTY, usual["consent"], EMPTY)


def test_usual_words_never_replace_what_somebody_wrote(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    assert 'value="usual:' not in client.get(designer_at(row)).text
    pressed(client, row, "usual:notice", "")
    assert draft_of(database, office, row) == A_W


def test_a_copy_of_a_template_that_does_without_them_is_not_reminded(
    database: Database, office: Office, client: FlaskClient
) -> None:
    row = taken(database, office, "E1")
    assert "还没有写：" not in client.get(f"/questionnaires/{row.id}").text


# --- saved, not saved ------------------------------------------------------------------------------


def test_a_copy_that_the_draft_has_already_is_known_as_saved(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    form = form_at(client, row)
    form["text-zh"] = " 同一句话 "
    send(client, row, form)
    assert pressed(client, row, "save", "?question=W30").status_code == 200  # and work has gone on since
    form["do"] = "compare"
    assert send(client, row, form).status_code == 204
    form["text-zh"] = "另一句话"
    answer = send(client, row, form)
    assert answer.status_code == 200
    assert "“同一句话”" in answer.text
    assert "“另一句话”" in answer.text
    assert draft_of(database, office, row).question_by_code["W31"].text.zh == "同一句话"


def test_a_conflict_says_what_differs_and_offers_both(office: Office, row: Row, client: FlaskClient) -> None:
    mine, theirs = form_at(client, row), form_at(client, row)
    theirs["text-zh"] = "先存的话"
    send(client, row, theirs)
    mine["text-zh"] = "后写的话"
    answer = send(client, row, mine)
    assert answer.status_code == 409
    assert re.search("您（在另一窗口）.*修改第 12 题", answer.text)
    assert re.search("您写的内容与最新草稿的不同之处.*先存的话.*后写的话", answer.text, re.DOTALL)
    assert "把我的修改存入最新草稿" in answer.text
    assert "采用最新草稿" in answer.text or "data-discard" in answer.text


# --- another meaning under an old code -------------------------------------------------------------


def test_a_removed_option_asks_for_a_choice_first_and_comes_back_whole(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    in_the_field(database, office, row)
    pressed(client, row, "row-remove:options:0")
    form = form_at(client, row, "?question=W30")
    form["text-zh"] = "您会推荐吗？"
    send(client, row, form, "?question=W30")
    page = client.get(f"/questionnaires/{row.id}/publish").text
    assert (
        page.index("第 2 版还没有发布")
        < page.index("作为新题保留改动，并发布第 2 版")
        < page.index("恢复原来的选项")
        < page.index("与第 1 版的对比")
    )
    assert f"/questionnaires/{row.id}/edit?question=W31" in page
    assert "发布问卷" not in page
    back = client.post(f"/questionnaires/{row.id}/publish/restore", data={"revision": "2"}, follow_redirects=True)
    assert "请先选择" not in back.text
    assert "新版还没有发布" in back.text
    assert "发布问卷" in back.text
    made = draft_of(database, office, row)
    assert made.question_by_code["W31"] == A_W.question_by_code["W31"]
    assert made.question_by_code["W30"].text.zh == "您会推荐吗？"  # what else was changed stays


def test_only_the_draft_that_was_seen_is_restored(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    in_the_field(database, office, row)
    pressed(client, row, "row-remove:options:0")
    late = client.post(f"/questionnaires/{row.id}/publish/restore", data={"revision": "0"}, follow_redirects=True)
    assert "草稿已被他人修改" in late.text
    assert draft_of(database, office, row) != A_W


# --- problems --------------------------------------------------------------------------------------


def test_problems_lead_to_the_editor_from_every_overview(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    pressed(client, row, "add:single")
    editor = designer_at(row, "?question=Q1")
    for page in (f"/questionnaires/{row.id}", f"/questionnaires/{row.id}/publish"):
        assert f'href="{editor}"' in client.get(page).text, page
    listed = client.get("/questionnaires/").text
    assert designer_at(row, "?at=Q1") in listed
    opened = client.get(designer_at(row, "?at=Q1")).text
    assert 'data-place="question:Q1"' in opened
    assert 'data-place="question:W21_W26"' in client.get(designer_at(row, "?at=W22")).text  # a row of it


def test_missing_chinese_is_one_line_to_mend_and_missing_english_one_remark(
    database: Database, office: Office, client: FlaskClient
) -> None:
    row = kept(database, office, _in_english(A_W))
    page = client.get(f"/questionnaires/{row.id}").text
    count = len(A_W.questions)
    assert re.search(r"\d+ 处缺少中文", page)
    assert page.count("缺少中文") == 1
    with pytest.raises(questionnaires.HasProblems):
        _publish(database, office, row)
    other = kept(database, office, _in_chinese(A_W))
    page = client.get(f"/questionnaires/{other.id}").text
    found = re.search(r"(\d+) 处缺少英文", page)
    assert found is not None
    assert int(found[1]) >= count
    assert page.count("缺少英文") == 1
    _publish(database, office, other)


def _in_english(questionnaire: Questionnaire) -> Questionnaire:
    return _with_texts(questionnaire, lambda text: Text("", text.en))


def _in_chinese(questionnaire: Questionnaire) -> Questionnaire:
    return _with_texts(questionnaire, lambda text: Text(text.zh, ""))


def _with_texts(questionnaire: Questionnaire, change: Callable[[Text], Text]) -> Questionnaire:
    sections = tuple(
        replace(part, questions=tuple(replace(each, text=change(each.text)) for each in part.questions))
        for part in questionnaire.sections
    )
    return replace(questionnaire, sections=sections)


# --- deleting, conditions, templates ---------------------------------------------------------------


def test_a_deleted_section_is_named_by_its_title_with_the_way_back_beside_it(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    answer = pressed(client, row, "remove", "?section=contact")
    assert "删除分节“您与工作队”（连同 2 题）" in answer.text
    assert 'data-focus="undo-removal"' in answer.text
    shown = client.get(designer_at(row)).text  # without script, after the redirect
    assert shown.count("删除分节“您与工作队”（连同 2 题）") == 2
    action, form = form_of(shown, "turning")
    client.post(action, data=form.to_dict())
    assert draft_of(database, office, row) == A_W
    assert "undo-removal" not in client.get(designer_at(row)).text


def test_a_condition_starts_with_the_nearest_question_to_choose_from(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    page = pressed(client, row, "rule:add:rule", "?question=W31").text  # a recommendation stands before it
    rule = draft_of(database, office, row).question_by_code["W31"].shown_if
    assert rule == AnyOf("W29a", ())
    assert "仅当……" in page
    assert 'data-focus="rule_0-question"' in page
    page = pressed(client, row, "rule:group:rule", "?question=W31").text
    assert 'data-focus="rule_1_0-question"' in page
    assert "一组条件先按组内的要求判断" in page


def test_before_the_first_version_the_page_says_how_to_get_to_a_template(row: Row, client: FlaskClient) -> None:
    page = client.get(f"/questionnaires/{row.id}").text
    assert "要存为模板，请先发布" in page
    assert f"/questionnaires/{row.id}/publish" in page


def test_organisers_read_of_check_codes_and_of_no_algorithm(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    version = _publish(database, office, row)
    pages = [client.get(f"/questionnaires/{row.id}").text, client.get(f"/questionnaires/versions/{version}").text]
    assert all("校验码" in page and "SHA" not in page for page in pages)
    assert "data-copy=" in pages[1]


def test_no_two_things_on_a_page_have_one_name(row: Row, client: FlaskClient) -> None:
    for place in ("", "?question=W31", "?question=W21_W26", "?question=W10", "?section=contact", "?scale=S5"):
        names = re.findall(r'\bid="([^"]+)"', client.get(designer_at(row, place)).text)
        assert sorted(set(names)) == sorted(names), place


# --- scales of other questionnaires ----------------------------------------------------------------


def _with_scale(database: Database, office: Office, scale: Scale = OWN) -> Row:
    titled = replace(A_W, title=Text("去年的问卷"))
    return kept(database, office, replace(titled, scales=(*A_W.scales, scale)))


def test_a_scale_of_another_questionnaire_is_copied_and_not_linked(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    other = _with_scale(database, office)
    page = client.get(designer_at(row, "/scales?question=W10")).text
    assert "来自问卷“去年的问卷”" in page
    assert page.count("整改程度量表") == 2  # named once, and once for those who hear the button
    data = {"revision": "0", "from": str(other.id), "code": "OWN1"}
    answer = client.post(designer_at(row, "/scales?question=W10"), data=data)
    assert answer.status_code == 302
    made = draft_of(database, office, row)
    assert made.scale_by_code["OWN1"] == OWN
    question = made.question_by_code["W10"]
    assert getattr(question, "scale", "") == "OWN1"
    page = client.get(designer_at(row, "/scales")).text
    assert "选用“整改程度量表”" not in page  # it is one's own now
    assert "修改“整改程度量表”" in page


def test_a_copied_scale_takes_a_code_that_means_nothing_else(
    database: Database, office: Office, client: FlaskClient
) -> None:
    mine = replace(OWN, name=Text("我的量表"))
    row = kept(database, office, replace(A_W, scales=(*A_W.scales, mine)))
    other = _with_scale(database, office)
    client.post(designer_at(row, "/scales"), data={"revision": "1", "from": str(other.id), "code": "OWN1"})
    made = draft_of(database, office, row)
    assert made.scale_by_code["OWN1"] == mine
    assert made.scale_by_code["OWN2"] == replace(OWN, code="OWN2")


def test_scales_are_found_by_words_and_only_where_one_designs(
    database: Database, office: Office, row: Row, client: FlaskClient, app: Flask
) -> None:
    other = _with_scale(database, office)
    assert "整改程度量表" in client.get(designer_at(row, "/scales?q=去年 未整改")).text
    assert "整改程度量表" not in client.get(designer_at(row, "/scales?q=食堂")).text
    with pytest.raises(NotFound):
        scales.one(database, actor=office.stranger, questionnaire_id=other.id, code="OWN1")
    with pytest.raises(NotFound):
        scales.elsewhere(database, actor=office.stranger, questionnaire_id=row.id)
    theirs = client_of(app, office.stranger)
    assert theirs.get(designer_at(row, "/scales")).status_code == 404
    for data in ({"from": "999", "code": "OWN1"}, {"from": str(other.id), "code": "NONE"}, {"code": "NONE"}):
        assert client.post(designer_at(row, "/scales"), data={"revision": "0", **data}).status_code == 404


def test_what_many_questionnaires_share_is_offered_once_and_not_without_end(
    database: Database, office: Office, row: Row
) -> None:
    many = tuple(
        replace(OWN, code=f"OWN{number}", name=Text(f"量表{number}")) for number in range(scales.MOST_SHOWN + 5)
    )
    kept(database, office, replace(A_W, scales=(*A_W.scales, *many)))
    _with_scale(database, office, many[0])
    found = scales.elsewhere(database, actor=office.organiser, questionnaire_id=row.id)
    names = [scale.name.zh for group in found.groups for scale in group.scales]
    assert len(names) == len(set(names)) == scales.MOST_SHOWN
    assert found.is_cut


# --- addresses that phones do not reach ------------------------------------------------------------


@pytest.fixture
def survey(database: Database, office: Office, row: Row) -> Survey:
    version_id = _publish(database, office, row)
    return surveys.create_survey(
        database, actor=office.organiser, campaign_id=office.campaign.id, version_id=version_id,
        title="测评", purpose=Purpose.ACTIVITY_EVALUATION, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip


def _printing(survey: Survey) -> list[str]:
    base, collector = f"/surveys/{survey.id}", survey.collectors[0].id
    return [
        base, f"{base}/codes", f"{base}/posters", f"{base}/posters/print", f"{base}/collectors/{collector}",
        f"{base}/collectors/{collector}/invitations",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "手机现在还打不开这些收集码"),
        ("http://192.168.1.20:8000", "只有连着单位内网"),
        ("http://pingce.example.org", ""),
    ],
)
def test_before_anything_is_printed_the_page_says_whether_phones_reach_it(
    settings: Settings, office: Office, survey: Survey, address: str, words: str
) -> None:
    served = create_app(replace(settings, public_url=address))
    client = client_of(served, office.organiser)
    for page in _printing(survey):
        shown = client.get(page)
        assert shown.status_code == 200
        assert words in shown.text, page
        assert ("SURVEY_APP_PUBLIC_URL" in shown.text) is bool(words), page
    served.extensions["survey_app.database"].dispose()


# --- words that say what a box would ask -----------------------------------------------------------


def test_an_option_that_asks_to_be_written_out_gets_its_box_by_itself(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    form = form_at(client, row)
    form["options-0-zh"] = "其他（请填写）"
    assert 'id="options-0-specify" name="options-0-specify" type="checkbox"' in send(client, row, form).text
    assert draft_of(database, office, row).question_by_code["W31"].options[0].specify
    form = form_at(client, row)
    del form["options-0-specify"]  # whoever does not want it takes the tick away, and it stays away
    form["text-zh"] = "换一种问法"
    send(client, row, form)
    assert not draft_of(database, office, row).question_by_code["W31"].options[0].specify
    form = form_at(client, row)
    form["lines"], form["do"] = "其他____", "row-lines:options"
    send(client, row, form)
    assert draft_of(database, office, row).question_by_code["W31"].options[-1].specify


def test_what_a_grade_counts_as_is_one_choice(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    place = "?scale=S5"
    page = client.get(designer_at(row, place)).text
    for words in ("满意（也计严格满意）", "满意（基本满意，不计严格满意）", "不满意", "不计入（不了解、弃权）"):
        assert f">{words}</option>" in page
    form = form_at(client, row, place)
    form["grades-1-counts"] = "101"
    assert send(client, row, form, place).status_code == 200
    grade = draft_of(database, office, row).scale_by_code["S5"].grades[1]
    assert (grade.satisfied, grade.strict, grade.in_base) == (True, False, True)
    form = form_at(client, row, place)
    form["grades-1-counts"] = "011"
    assert send(client, row, form, place).status_code == 422


def test_a_grade_that_contradicts_itself_is_kept_until_somebody_chooses(
    database: Database, office: Office, client: FlaskClient
) -> None:
    odd = replace(OWN, grades=(Grade("1", Text("已整改"), 100, satisfied=False, strict=True), *OWN.grades[1:]))
    row = kept(database, office, replace(A_W, scales=(*A_W.scales, odd)))
    form = form_at(client, row, "?scale=OWN1")
    form["name-zh"] = "整改"
    assert send(client, row, form, "?scale=OWN1").status_code == 200
    assert draft_of(database, office, row).scale_by_code["OWN1"].grades == odd.grades


def test_an_empty_last_line_stands_in_nobodys_way(
    database: Database, office: Office, row: Row, client: FlaskClient
) -> None:
    page = pressed(client, row, "row-add:options").text
    assert "没有待改之处" in page
    done = client.post(f"/questionnaires/{row.id}/publish", data={"revision": "1"}, follow_redirects=True)
    assert "第 1 版已发布" in done.text
    (entry,) = questionnaires.entries(database, actor=office.organiser)
    assert not entry.is_changed
    (version,) = questionnaires.detail(database, actor=office.organiser, questionnaire_id=row.id).versions
    assert version.version.sha256 == codec.sha256(A_W)
