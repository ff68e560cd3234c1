"""The designer in the browser: a questionnaire written from nothing, several editors, bad networks, keyboard."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from survey_app import library
from survey_app.questionnaire.text import Text
from survey_app.services import questionnaires, surveys, templates
from survey_app.storage.models import Questionnaire as Row
from survey_app.storage.session import Database
from survey_app.words import Audience, Purpose, SurveyState
from tests.support.designing import press, saved, write
from tests.support.drafting import draft_of, taken
from tests.support.office import NOW, Office, make_office
from tests.support.pages import ON_ONE_DATABASE, Visitors, Watch, sign_in
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)
Axe = Callable[[Page], None]
A_W = library.template("A_W").questionnaire


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"设计{next(_NAMES)}", password=PASSWORD)


@pytest.fixture
def row(server: Server, office: Office) -> Row:
    return taken(server.database, office)


def _open(page: Page, office: Office, row: Row, place: str = "") -> None:
    sign_in(page, office.organiser.username, "/questionnaires/")
    page.goto(f"/questionnaires/{row.id}/edit{place}")


def _newest(database: Database, office: Office) -> Row:
    return questionnaires.entries(database, actor=office.organiser)[0].questionnaire


# --- writing ---------------------------------------------------------------------------------------


@ON_ONE_DATABASE
def test_the_workers_questionnaire_is_written_from_nothing(desktop: Page, server: Server, office: Office) -> None:
    # The preview is tried elsewhere: drawing it after each of some hundred changes takes half of the time.
    desktop.route("**/preview?*", lambda route: route.fulfill(content_type="text/html", body="<title>–</title>"))
    sign_in(desktop, office.organiser.username, "/questionnaires/new")
    desktop.locator("#title").fill("职工卷")
    desktop.locator("main form button").click()
    write(desktop, A_W)
    made = draft_of(server.database, office, _newest(server.database, office))
    assert len(made.questions) > 17
    assert made == A_W
    expect(desktop.locator("#designer-remarks .state-done")).to_be_visible()


@ON_ONE_DATABASE
def test_a_questionnaire_is_written_on_a_phone_without_scripts(
    visitors: Visitors, server: Server, office: Office, axe: Axe
) -> None:
    with visitors.page("phone", java_script_enabled=False) as page:
        sign_in(page, office.organiser.username, "/questionnaires/new")
        page.locator("#title").fill("食堂调查")
        page.locator("main form button").click()
        page.locator("#title-zh").fill("用餐")
        page.locator("button[value='add:single']").click()
        page.locator("#text-zh").fill("您在食堂用餐吗？")
        page.locator("details.row-lines > summary").click()
        page.locator("#lines").fill("每天\n偶尔\n从不")
        page.locator("button[value='row-lines:options']").click()
        page.locator("#codes-options > summary").click()
        page.locator("#options-2-code").fill("never")
        page.locator("button[value='add:scale']").click()
        page.locator("#text-zh").fill("您对食堂满意吗？")
        page.locator("button[value='rule:add:rule']").click()
        page.locator("#rule_0-test").select_option("is_not")
        page.get_by_role("button", name="保存", exact=True).click()
        page.locator("#rule_0-value").select_option("never")
        page.get_by_role("button", name="保存", exact=True).click()
        page.locator("#required").check()
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.get_by_text("没有待改之处")).to_be_visible()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="撤销").click()
        expect(page.locator("#required")).not_to_be_checked()
        page.get_by_role("link", name="完成，去检查并发布").click()
        page.get_by_role("button", name="发布问卷").click()
        expect(page.get_by_text("已发布第 1 版")).to_be_visible()
    made = draft_of(server.database, office, _newest(server.database, office))
    assert [question.text.zh for question in made.questions] == ["您在食堂用餐吗？", "您对食堂满意吗？"]


@ON_ONE_DATABASE
def test_enter_adds_rows_and_lines_from_elsewhere_become_options(
    desktop: Page, server: Server, office: Office, row: Row
) -> None:
    _open(desktop, office, row, "?question=W31")
    press(desktop, "add:single")
    box = desktop.locator("#text-zh").bounding_box()
    assert box is not None
    assert box["width"] > 150  # room to write, also where nothing stands yet
    desktop.keyboard.type("您的工种？")  # the words have the focus
    desktop.locator("#options-0-zh").fill("钳工")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#options-1-zh")).to_be_focused()
    desktop.keyboard.type("焊工")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#options-2-zh")).to_be_focused()
    desktop.keyboard.type("电工")
    saved(desktop)
    question = draft_of(server.database, office, row).question_by_code["Q1"]
    assert question.text.zh == "您的工种？"
    assert [option.text.zh for option in question.options] == ["钳工", "焊工", "电工"]  # type: ignore[union-attr]  # a choice


@ON_ONE_DATABASE
def test_the_phone_beside_shows_what_was_changed_and_obeys_the_conditions(
    desktop: Page, office: Office, row: Row
) -> None:
    _open(desktop, office, row, "?question=W02")
    desktop.locator("#text-zh").fill("您怎样接触过工作队？")
    saved(desktop)
    preview = desktop.frame_locator("iframe[name=preview]")
    question = preview.get_by_text("您怎样接触过工作队？")
    expect(question).to_have_count(1)
    preview.locator("input[name=q_W01][value='3']").check()
    expect(question).to_be_hidden()
    preview.locator("input[name=q_W01][value='1']").check()
    expect(question).to_be_visible()


@ON_ONE_DATABASE
def test_the_phone_beside_turns_to_the_section_that_is_written(desktop: Page, office: Office, row: Row) -> None:
    _open(desktop, office, row, "?question=W30")
    preview = desktop.frame_locator("iframe[name=preview]")
    expect(preview.locator("#q_W30")).to_be_in_viewport()
    desktop.locator("#text-zh").fill("您会推荐吗？")
    saved(desktop)
    desktop.locator("#text-zh").focus()
    expect(preview.get_by_text("您会推荐吗？")).to_be_in_viewport()
    expect(desktop.locator("#text-zh")).to_be_focused()


@ON_ONE_DATABASE
def test_saving_is_promised_before_the_first_change_and_told_in_the_sites_time(
    desktop: Page, office: Office, row: Row
) -> None:
    desktop.clock.set_fixed_time("2026-04-11T20:05:00Z")
    _open(desktop, office, row, "?question=W30")
    expect(desktop.locator("#designer-status")).to_have_text("修改后自动保存")
    desktop.locator("#text-zh").fill("您会推荐吗？")
    expect(desktop.locator("#designer-status")).to_have_text("已自动保存 04:05")


@ON_ONE_DATABASE
def test_what_was_added_is_in_view_while_the_phone_beside_follows(phone: Page, office: Office, row: Row) -> None:
    _open(phone, office, row, "?question=W01")
    with phone.expect_event("requestfinished", lambda request: "/preview?" in request.url):
        phone.locator("button[value='add:single']").click()
    shown = phone.frame_locator("iframe[name=preview]").locator("fieldset, .question").last
    expect(shown).to_be_attached()
    expect(phone.locator("#text-zh")).to_be_focused()
    phone.wait_for_load_state("networkidle")
    expect(phone.locator("#text-zh")).to_be_in_viewport()


# --- order, undo -----------------------------------------------------------------------------------


@ON_ONE_DATABASE
def test_questions_are_moved_with_the_keyboard_alone(
    desktop: Page, server: Server, office: Office, row: Row
) -> None:
    _open(desktop, office, row, "?question=W01")
    desktop.locator("#down").focus()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#designer-outline li").nth(1)).to_have_attribute("data-question", "W01")
    expect(desktop.locator("#down")).to_be_focused()
    desktop.keyboard.press("Enter")  # from the end of its section into the next one
    outline = desktop.locator("#designer-outline .outline-part").nth(1).locator("li")
    expect(outline.first).to_have_attribute("data-question", "W01")
    expect(desktop.locator("#errors")).to_be_visible()  # what asks for it before it is asked
    desktop.locator("#up").focus()
    desktop.keyboard.press("Enter")
    expect(outline.first).to_have_attribute("data-question", "W10")
    expect(desktop.locator("#up")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#designer-outline li").first).to_have_attribute("data-question", "W01")
    assert draft_of(server.database, office, row) == A_W


@ON_ONE_DATABASE
def test_a_question_is_dragged_into_another_section(
    desktop: Page, server: Server, office: Office, row: Row
) -> None:
    _open(desktop, office, row)
    upper_half = {"x": 20, "y": 2}
    desktop.locator("li[data-question=W02]").drag_to(
        desktop.locator("li[data-question=W11_W16]"), target_position=upper_half
    )
    expect(desktop.locator("#designer-outline li").nth(2)).to_have_attribute("data-question", "W02")
    codes = [question.code for question in draft_of(server.database, office, row).sections[1].questions]
    assert codes[:2] == ["W10", "W02"]


@ON_ONE_DATABASE
def test_what_was_deleted_comes_back_and_goes_again(
    desktop: Page, server: Server, office: Office, row: Row
) -> None:
    _open(desktop, office, row, "?question=W20")
    desktop.locator("#remove").click()
    expect(desktop.locator("li[data-question=W20]")).to_have_count(0)
    expect(desktop.locator("#errors")).to_be_visible()
    desktop.locator("#undo").click()
    expect(desktop.locator("li[data-question=W20]")).to_be_visible()
    assert draft_of(server.database, office, row) == A_W
    desktop.locator("#redo").click()
    expect(desktop.locator("li[data-question=W20]")).to_have_count(0)


# --- several editors, bad networks -----------------------------------------------------------------


def test_two_who_edit_at_once_are_told_and_neither_overwrites(
    visitors: Visitors, server: Server, office: Office, row: Row, watch: Watch
) -> None:
    watch.allow("409")
    with visitors.page() as mine, visitors.page() as theirs:
        _open(mine, office, row, "?question=W31")
        _open(theirs, office, row, "?question=W30")
        mine.locator("#text-zh").fill("有没有影响您？")
        saved(mine)
        theirs.locator("#text-zh").fill("您会推荐吗？")
        theirs.locator("#text-en").focus()
        notice = theirs.locator("#editor-notice [role=alert]")
        expect(notice).to_contain_text("草稿已在别处修改")
        expect(notice).to_contain_text("有没有影响您？")
        expect(notice).to_contain_text("您会推荐吗？")
        expect(theirs.locator("#text-zh")).to_have_value("您会推荐吗？")
        assert draft_of(server.database, office, row).question_by_code["W30"] == A_W.question_by_code["W30"]
        theirs.get_by_role("button", name="把我的修改存入最新草稿").click()
        expect(theirs.locator("#designer-status")).to_have_attribute("data-state", "saved")
    made = draft_of(server.database, office, row)
    assert made.question_by_code["W31"].text.zh == "有没有影响您？"
    assert made.question_by_code["W30"].text.zh == "您会推荐吗？"


@ON_ONE_DATABASE
def test_what_was_typed_without_network_is_sent_when_it_is_back(
    desktop: Page, server: Server, office: Office, row: Row, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    _open(desktop, office, row, "?question=W31")
    desktop.context.set_offline(True)
    desktop.locator("#text-zh").fill("断网时写的")
    desktop.locator("#text-en").focus()
    expect(desktop.locator("#designer-status")).to_contain_text("网络不通")
    desktop.locator("#text-en").fill("Typed offline")
    desktop.context.set_offline(False)
    expect(desktop.locator("#designer-status")).to_have_attribute("data-state", "saved")
    assert draft_of(server.database, office, row).question_by_code["W31"].text == Text(
        "断网时写的", "Typed offline"
    )


@ON_ONE_DATABASE
def test_what_was_typed_without_network_survives_a_closed_window(
    desktop: Page, server: Server, office: Office, row: Row, watch: Watch
) -> None:
    watch.allow("ERR_FAILED")
    _open(desktop, office, row, "?question=W31")
    desktop.route("**/edit?question=W31", lambda route: route.abort())
    desktop.locator("#text-zh").fill("断网时写的")
    desktop.locator("#text-en").focus()
    expect(desktop.locator("#designer-status")).to_contain_text("网络不通")
    context = desktop.context
    desktop.close()
    again = context.new_page()
    again.goto(f"/questionnaires/{row.id}/edit")
    expect(again.locator("#kept")).to_contain_text("断网时写的")  # what differs is said in words
    again.get_by_role("button", name="立即保存").click()
    expect(again.locator("#designer-status")).to_have_attribute("data-state", "saved")
    assert draft_of(server.database, office, row).question_by_code["W31"].text.zh == "断网时写的"


@ON_ONE_DATABASE
def test_what_the_server_has_is_not_called_unsaved(
    desktop: Page, server: Server, office: Office, row: Row, watch: Watch
) -> None:
    """The window is closed before the answer arrives: the text is on the server, a copy of it on this computer."""
    watch.allow("ERR_FAILED")
    _open(desktop, office, row, "?question=W31")
    desktop.route("**/edit?question=W31", _swallow_answer)
    desktop.locator("#text-zh").fill(" 已经送到了 ")
    with desktop.expect_event("requestfailed"):
        desktop.locator("#text-en").focus()
    context = desktop.context
    desktop.close(run_before_unload=False)
    assert draft_of(server.database, office, row).question_by_code["W31"].text.zh == "已经送到了"
    again = context.new_page()
    with again.expect_response(lambda response: response.status == 204):
        again.goto(f"/questionnaires/{row.id}/edit?question=W31")
    assert again.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('designer:')).length") == 0
    expect(again.locator("#kept")).to_have_count(0)
    again.locator("#text-zh").fill("再改一次")
    saved(again)


def _swallow_answer(route: Route) -> None:
    if route.request.method == "POST":
        route.fetch()
        route.abort()
    else:
        route.continue_()


# --- every page for everybody ----------------------------------------------------------------------


@pytest.fixture
def published(server: Server, office: Office, row: Row) -> list[str]:
    """Addresses of all pages about versions, and of the designer with every kind of place open."""
    database, actor = server.database, office.organiser
    first = questionnaires.publish(database, actor=actor, questionnaire_id=row.id, now=NOW)
    templates.offer(database, actor=actor, questionnaire_id=row.id, is_offered=True, now=NOW)
    survey = surveys.create_survey(
        database, actor=actor, campaign_id=office.campaign.id, version_id=first.id, title="测评",
        purpose=Purpose.ACTIVITY_EVALUATION, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip
    surveys.change_state(database, actor=actor, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    questionnaires.rename(database, actor=actor, questionnaire_id=row.id, title="新题", title_en="New", now=NOW)
    second = questionnaires.publish(database, actor=actor, questionnaire_id=row.id, now=NOW)
    changed = replace(A_W, scales=tuple(replace(each, grades=each.grades[1:]) for each in A_W.scales))
    questionnaires.save_draft(
        database, actor=actor, questionnaire_id=row.id, definition=changed, revision=1, now=NOW
    )
    edit = f"/questionnaires/{row.id}/edit"
    places = ["", "?section=contact", "?question=W02", "?question=W21_W26", "?question=W30", "?scale=S5"]
    return [
        "/questionnaires/new",
        *(f"{edit}{place}" for place in places),
        f"{edit}/scales?question=W10",
        f"/questionnaires/{row.id}/publish",
        f"/questionnaires/versions/{second.id}",
        f"/surveys/{survey.id}/versions/{second.id}",
        f"/questionnaires/templates/shared/{row.id}",
        "/questionnaires/templates",
    ]


@ON_ONE_DATABASE
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_every_page_is_accessible(desktop: Page, office: Office, published: list[str], axe: Axe) -> None:
    sign_in(desktop, office.organiser.username, "/questionnaires/")
    for address in published:
        desktop.goto(address)
        axe(desktop)


@ON_ONE_DATABASE
def test_no_page_is_wider_than_a_phone(phone: Page, office: Office, published: list[str], axe: Axe) -> None:
    sign_in(phone, office.organiser.username, "/questionnaires/")
    for address in published:
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, address
        axe(phone)


@ON_ONE_DATABASE
def test_other_meanings_are_published_under_new_codes_only(
    desktop: Page, office: Office, row: Row, published: list[str]
) -> None:
    _open(desktop, office, row)
    desktop.goto(f"/questionnaires/{row.id}/publish")
    expect(desktop.get_by_role("button", name="发布问卷")).to_have_count(0)
    desktop.get_by_role("button", name="作为新题保留改动，并发布第 3 版").click()
    expect(desktop.get_by_text("已发布第 3 版")).to_be_visible()


@ON_ONE_DATABASE
def test_a_survey_is_moved_only_after_it_was_said_what_that_means(
    desktop: Page, office: Office, row: Row, published: list[str]
) -> None:
    _open(desktop, office, row)
    address = next(each for each in published if each.startswith("/surveys/"))
    desktop.goto(address.partition("/versions")[0])
    desktop.get_by_role("link", name="改用第 2 版").click()
    expect(desktop.locator("main")).to_contain_text("改为“新题”")
    desktop.get_by_label("我已了解改动内容").check()
    desktop.get_by_role("button", name="改用新版").click()
    expect(desktop.locator("main")).to_contain_text("，第 2 版")
    expect(desktop.get_by_role("link", name="改用第 2 版")).to_have_count(0)
