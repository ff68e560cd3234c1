"""What is not sent stays on the phone: a dead network, a closed browser, an answer that is lost on the way back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from survey_app.questionnaire.definition import LongText
from survey_app.questionnaire.text import Text
from survey_app.services.flood import Gate
from tests.support import tiny
from tests.support.field import Field, responses
from tests.support.pages import ON_ONE_DATABASE, Visitors, Watch, check_accessibility
from tests.support.respondent import Form, open_survey
from tests.support.server import Server

pytestmark = ON_ONE_DATABASE  # what a phone does is the same with either

TINY = tiny.questionnaire(
    tiny.section("one", tiny.single("Q1", required=True), tiny.multiple("Q2")),
    tiny.section("two", LongText(code="Q3", text=Text("意见", "Opinion"))),
)
ANSWERS = {"Q1": "2", "Q2": ["1", "3"], "Q3": "多办培训"}
KEPT = "Object.keys(localStorage)"


@pytest.fixture
def field(server: Server) -> Field:
    return open_survey(server.database, TINY)


@pytest.fixture
def mobile(visitors: Visitors, watch: Watch) -> Iterator[BrowserContext]:
    """A phone whose browser can be closed and opened, and whose network can die."""
    watch.allow("Failed to load resource: net::")
    with visitors.page("phone") as page:
        yield page.context


def _filled(page: Page, field: Field) -> Form:
    form = Form(page, field)
    form.question("Q1").get_by_role("radio").nth(1).check()
    for place in (0, 2):
        form.question("Q2").get_by_role("checkbox").nth(place).check()
    form.next()
    page.get_by_label("意见").fill("多办培训")
    return form


def _expect_queued(page: Page) -> None:
    expect(page.get_by_role("heading", name="已保存，联网后自动提交")).to_be_visible()


def _expect_stored_once(server: Server, form: Form) -> None:
    form.expect_thanks()
    assert [row.answers for row in responses(server.database, form.field)] == [ANSWERS]
    assert form.page.evaluate(KEPT) == []


def test_a_dead_network_keeps_the_submission_until_it_is_back(
    server: Server, field: Field, mobile: BrowserContext
) -> None:
    form = _filled(mobile.pages[0], field)
    mobile.set_offline(True)
    form.send()
    _expect_queued(form.page)
    assert responses(server.database, field) == []
    mobile.set_offline(False)
    _expect_stored_once(server, form)


def test_closing_the_browser_loses_no_submission(server: Server, field: Field, mobile: BrowserContext) -> None:
    form = _filled(mobile.pages[0], field)
    mobile.set_offline(True)
    form.send()
    _expect_queued(form.page)
    again = mobile.new_page()
    form.page.goto("about:blank")
    form.page.close()
    mobile.set_offline(False)
    Form(again, field)
    # A page that closes is on the network again for a moment, and may have sent: then the next one says so.
    expect(again.get_by_role("heading", name=re.compile("^(已提交|您好像已经填过了)"))).to_be_visible()
    assert [row.answers for row in responses(server.database, field)] == [ANSWERS]


def test_closing_the_browser_loses_nothing_that_was_filled_in(
    server: Server, field: Field, mobile: BrowserContext
) -> None:
    page = _filled(mobile.pages[0], field).page
    again = mobile.new_page()
    page.close()
    form = Form(again, field)
    expect(again.get_by_text("已恢复您上次没有提交的内容。")).to_be_visible()
    check_accessibility(again)
    form.next()
    expect(again.get_by_label("意见")).to_have_value("多办培训")
    form.send()
    _expect_stored_once(server, form)


def test_one_can_start_over(field: Field, mobile: BrowserContext) -> None:
    page = _filled(mobile.pages[0], field).page
    form = Form(page, field)
    page.get_by_role("button", name="重新填写").click()
    expect(form.question("Q1").get_by_role("radio").nth(1)).not_to_be_checked()
    assert page.evaluate(KEPT) == []
    page.reload()
    expect(page.get_by_text("已恢复您上次没有提交的内容。")).to_be_hidden()


def test_an_acknowledgement_that_is_lost_makes_no_second_response(
    server: Server, field: Field, mobile: BrowserContext
) -> None:
    form = _filled(mobile.pages[0], field)

    def lose(route: Route) -> None:
        assert route.fetch().status == 200
        route.abort()

    form.page.route(re.compile("/s/"), lose)
    form.send()
    _expect_queued(form.page)
    assert len(responses(server.database, field)) == 1
    form.page.unroute(re.compile("/s/"))
    form.page.get_by_role("button", name="立即重试").click()
    _expect_stored_once(server, form)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_waiting_submission_is_accessible(field: Field, mobile: BrowserContext, language: str) -> None:
    page = mobile.pages[0]
    form = Form(page, field, query=f"?lang={language}")
    form.question("Q1").get_by_role("radio").first.check()
    form.next()
    page.route(re.compile("/s/"), lambda route: route.abort())
    form.send()
    expect(page.get_by_role("heading", level=1).last).to_be_focused()
    check_accessibility(page)


def test_the_page_of_a_hot_spot_is_no_acknowledgement(server: Server, field: Field, mobile: BrowserContext) -> None:
    form = _filled(mobile.pages[0], field)
    form.page.route(re.compile("/s/"), lambda route: route.fulfill(body="<h1>Sign in to this hot spot</h1>"))
    form.send()
    _expect_queued(form.page)
    form.page.unroute(re.compile("/s/"))
    form.page.get_by_role("button", name="立即重试").click()
    _expect_stored_once(server, form)


def test_a_server_in_trouble_asks_to_try_again(
    server: Server, field: Field, mobile: BrowserContext, watch: Watch
) -> None:
    watch.allow("status of 503")
    form = _filled(mobile.pages[0], field)
    form.page.route(re.compile("/s/"), lambda route: route.fulfill(status=503, headers={"Survey-Answer": "later"}))
    form.send()
    expect(form.page.get_by_role("heading", name="请稍后重试，您的答案已保留")).to_be_visible()
    form.page.unroute(re.compile("/s/"))
    form.page.get_by_role("button", name="立即重试").click()
    _expect_stored_once(server, form)


def test_the_page_does_the_work_that_a_flood_asks_for(
    server: Server, field: Field, mobile: BrowserContext, watch: Watch
) -> None:
    watch.allow("status of 429")
    form, gate, worked = _filled(mobile.pages[0], field), Gate("a secret", most=1), []

    def ask(route: Route) -> None:
        sent = parse_qs(route.request.post_data or "")
        number = UUID(sent["id"][0])
        if "work" in sent:
            worked.append(gate.is_worked(number, sent["work"][0]))
            return route.continue_()
        puzzle = gate.needed(field.code, "203.0.113.7", number).puzzle
        return route.fulfill(status=429, headers={"Survey-Answer": "later", "Survey-Puzzle": puzzle})

    form.page.route(re.compile("/s/"), ask)
    form.send()
    _expect_stored_once(server, form)
    assert worked == [True]


def test_a_workmate_can_answer_while_one_waits_for_the_network(
    server: Server, field: Field, mobile: BrowserContext
) -> None:
    form = _filled(mobile.pages[0], field)
    mobile.set_offline(True)
    form.send()
    form.page.get_by_role("button", name="请另一位工友填写").click()
    expect(form.question("Q1").get_by_role("radio").nth(1)).not_to_be_checked()
    expect(form.page.get_by_text("还有 1 份待提交，联网后自动提交。")).to_be_visible()
    form.question("Q1").get_by_role("radio").nth(2).check()
    form.next()
    expect(form.page.get_by_label("意见")).to_have_value("")
    form.send()
    _expect_queued(form.page)
    mobile.set_offline(False)
    form.expect_thanks()
    rows = {row.answers["Q1"]: row.answers for row in responses(server.database, field)}
    assert rows == {"2": ANSWERS, "3": {"Q1": "3"}}
    assert form.page.evaluate(KEPT) == []


def test_the_next_worker_reads_that_what_waited_has_arrived(
    server: Server, field: Field, mobile: BrowserContext
) -> None:
    form = _filled(mobile.pages[0], field)
    mobile.set_offline(True)
    form.send()
    form.page.get_by_role("button", name="请另一位工友填写").click()
    mobile.set_offline(False)
    expect(form.page.get_by_text("刚才待提交的已补交。")).to_be_visible()
    expect(form.question("Q1")).to_be_visible()
    assert [row.answers for row in responses(server.database, field)] == [ANSWERS]


def test_a_browser_that_keeps_nothing_asks_to_stay(server: Server, field: Field, mobile: BrowserContext) -> None:
    page = mobile.pages[0]
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    form = _filled(page, field)
    mobile.set_offline(True)
    form.send()
    expect(page.get_by_role("heading", name="联网后自动提交，请不要关闭本页")).to_be_visible()
    mobile.set_offline(False)
    _expect_stored_once(server, form)


def test_a_section_survives_a_dead_network_and_a_closed_browser(server: Server, mobile: BrowserContext) -> None:
    field = open_survey(server.database, replace(TINY, paged=True))
    form = Form(mobile.pages[0], field)
    form.question("Q1").get_by_role("radio").nth(1).check()
    for place in (0, 2):
        form.question("Q2").get_by_role("checkbox").nth(place).check()
    mobile.set_offline(True)
    form.next()
    _expect_queued(form.page)
    again = mobile.new_page()
    form.page.close()
    mobile.set_offline(False)
    form = Form(again, field)  # sends what is queued, and goes on where it leads
    expect(again.get_by_text("最后一部分")).to_be_visible()
    assert again.evaluate(KEPT) == []
    again.get_by_label("意见").fill("多办培训")
    here = again.url
    mobile.new_page()
    again.close()
    page = mobile.pages[-1]
    page.goto(here)
    expect(page.get_by_text("已恢复您上次没有提交的内容。")).to_be_visible()
    expect(page.get_by_label("意见")).to_have_value("多办培训")
    form.page = page
    form.send()
    _expect_stored_once(server, form)
