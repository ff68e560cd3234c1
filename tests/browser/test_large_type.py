"""关怀版: large type, large targets, one question a screen; switched on without a script."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from survey_app import library
from survey_app.questionnaire.text import Text
from tests.support import tiny
from tests.support.field import responses
from tests.support.pages import ON_ONE_DATABASE, Visitors, check_accessibility
from tests.support.respondent import Form, open_survey
from tests.support.server import Server

pytestmark = ON_ONE_DATABASE

TINY = replace(
    tiny.questionnaire(
        tiny.section("one", tiny.single("Q1", required=True), tiny.matrix("Q2", "Q2_1", "Q2_2")),
        tiny.section("two", tiny.multiple("Q3")),
    ),
    consent=Text("我自愿参加。", "I take part of my free will."),
)

SMALL = """() => {
    const found = [], targets = 'a, button, label > input, input, select, textarea, summary';
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const holder = texts.currentNode.parentElement, words = texts.currentNode.data.trim();
        const size = parseFloat(getComputedStyle(holder).fontSize);
        const isSeen = words && holder.getClientRects().length && !holder.closest('script,style');
        if (isSeen && size < 18) found.push([words, size]);
    }
    for (const each of document.querySelectorAll(targets)) {
        if (each.type === 'hidden') continue;
        const target = each.matches('[type=radio],[type=checkbox]') ? each.parentNode : each;
        const {width, height} = target.getBoundingClientRect();
        if (height && (height < 60 || width < 60)) found.push([each.outerHTML.slice(0, 80), width, height]);
    }
    return found;
}"""


@pytest.fixture
def plain(visitors: Visitors, locale: str) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    with visitors.page("phone", locale, java_script_enabled=False) as page:
        yield page


@pytest.mark.parametrize(("locale", "scheme"), [("zh-CN", "light"), ("zh-CN", "dark"), ("en-US", "light")])
def test_everything_is_large_and_clear(server: Server, visitors: Visitors, locale: str, scheme: str) -> None:
    with visitors.page("phone", locale, java_script_enabled=False, color_scheme=scheme) as page:
        for name, size in (("A_W", 1), ("A_E", 3)):
            Form(page, open_survey(server.database, library.template(name).questionnaire), query=f"?big={size}")
            check_accessibility(page, is_enhanced=True)
            assert page.evaluate(SMALL) == []
            assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_it_is_switched_on_without_a_script_and_stays_on(server: Server, plain: Page) -> None:
    form = Form(plain, open_survey(server.database, TINY))
    plain.get_by_role("link", name="关怀版").click()
    for name, size in (("最大", "30px"), ("大", "20px")):
        plain.get_by_role("link", name=name, exact=True).click()
        assert plain.evaluate("getComputedStyle(document.body).fontSize") == size
    form.send()
    expect(plain.get_by_role("alert").first).to_be_visible()
    assert plain.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    form.agree()
    form.question("Q1").get_by_role("radio").nth(1).check()
    form.send()
    form.expect_thanks()
    assert plain.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert [row.answers for row in responses(server.database, form.field)] == [{"Q1": "2"}]


def test_without_a_script_each_question_has_a_screen_and_leads_to_the_next(server: Server, plain: Page) -> None:
    form = Form(plain, open_survey(server.database, TINY), query="?big=1")
    form.question("Q1").get_by_role("link", name="下一题").click()
    expect(form.question("Q2_1")).to_be_in_viewport()
    expect(form.question("Q1")).not_to_be_in_viewport()
    expect(form.question("Q2_2").get_by_role("radio").first).not_to_be_in_viewport()


def test_one_question_a_screen(server: Server, phone: Page) -> None:
    form = Form(phone, open_survey(server.database, TINY), query="?big=2")
    form.agree()
    form.next()
    expect(phone.get_by_text("第 1 部分", exact=True)).to_be_visible()
    form.next()
    expect(form.question("Q1")).to_contain_text("请回答这一题。")
    form.question("Q1").get_by_role("radio").nth(1).check()
    form.next()
    expect(form.question("Q1")).to_be_hidden()
    form.question("Q2_1").get_by_role("radio").first.check()
    expect(form.question("Q2_2")).to_be_hidden()
    check_accessibility(phone, is_enhanced=True)
    form.next()
    expect(form.question("Q2_1")).to_be_hidden()
    form.back()
    expect(form.question("Q2_1").get_by_role("radio").first).to_be_checked()
    form.next()
    form.question("Q2_2").get_by_role("radio").nth(1).check()
    form.next()
    form.question("Q3").get_by_role("checkbox").first.check()
    form.send()
    form.expect_thanks()
    (row,) = responses(server.database, form.field)
    assert row.answers == {"Q1": "2", "Q2_1": "1", "Q2_2": "2", "Q3": ["1"]}
