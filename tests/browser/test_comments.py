"""The desk of comments with keys and a mouse, and both pages in both languages, for everybody."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey_app.services import comment_reading, comment_review, surveys
from survey_app.services.access import SYSTEM
from survey_app.words import Audience, Role, SurveyState
from tests.support.evaluated import NOW, Evaluated, make_campaign, open_survey, respond, sign_up
from tests.support.pages import ON_ONE_DATABASE, Visitors, sign_in
from tests.support.server import Server

pytestmark = ON_ONE_DATABASE
_NAMES = itertools.count(1)
_SAID = (
    "食堂的饭菜太贵", "食堂饭菜贵，品种少", "食堂菜太贵了", "食堂饭菜太贵，吃不起", "食堂太贵", "希望食堂降价",
    "高温津贴没有发", "更衣室太小", "班车太少", "王建国班长处事不公，请打13812345678", "三号炉旁边的风扇坏了",
    "宿舍没有热水",
)  # fmt: skip


@pytest.fixture
def made(server: Server) -> tuple[Evaluated, str]:
    """A closed survey whose comments were read, with a theme, and the name of its organiser."""
    number = next(_NAMES)
    evaluated = make_campaign(server.database, name=f"言{number}")
    survey = open_survey(server.database, evaluated, "A_W", Audience.WORKERS)
    answers = [{"W01": ["1"], "W10": ["1"], "W32a": [words]} for words in _SAID]
    respond(server.database, evaluated, "A_W", evaluated.postings[0].id, answers)
    surveys.change_state(server.database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=NOW)
    comment_reading.read(
        server.database, actor=SYSTEM, survey_id=survey.id, key=server.settings.secret_key, now=NOW
    )
    comment_review.add_theme(
        server.database, actor=SYSTEM, survey_id=survey.id, name="食堂", name_en="Canteen", now=NOW
    )
    name = f"comments-organiser-{number}"
    sign_up(server.database, evaluated.unit, username=name, role=Role.ORGANISER)
    return evaluated, name


def _open(page: Page, username: str, address: str) -> None:
    sign_in(page, username, address)
    expect(page).to_have_url(re.compile(f"{address}$"))


def test_comments_are_reviewed_by_keys_and_masked_by_selecting(
    visitors: Visitors, made: tuple[Evaluated, str], axe: Callable[[Page], None]
) -> None:
    evaluated, name = made
    with visitors.page("desktop") as page:
        _open(page, name, f"/surveys/{evaluated.surveys['A_W'].id}/comments")
        expect(page.get_by_text("王建国")).to_have_count(0)
        axe(page)
        first = page.locator("[data-comment]").first
        words = first.locator("[data-words]").inner_text()
        first.locator("[data-words]").click()
        box = first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2)
        expect(page.get_by_text("已选 0 种说法")).to_be_visible()
        page.keyboard.press("j")
        expect(first).to_have_class(re.compile("is-here"))
        page.keyboard.press("r")
        expect(page.get_by_text("已选 1 种说法")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="公开 1 种说法？")).to_be_visible()
        axe(page)
        expect(page.get_by_role("button", name="公开这 1 种说法")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("已公开 1 种说法（")).to_be_visible()
        row = page.locator("[data-comment]").filter(has_text="三号炉")
        row.locator("[data-words]").evaluate("""words => {
            const range = document.createRange();
            range.setStart(words.firstChild, 0); range.setEnd(words.firstChild, 3);
            getSelection().removeAllRanges(); getSelection().addRange(range);
            words.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
        }""")
        expect(row.locator("[data-hide]")).to_have_value("三号炉")
        row.get_by_role("button", name="遮盖这些文字").click()
        expect(page.locator("[data-comment]").filter(has_text="〔…〕旁边的风扇坏了")).to_be_visible()
        page.get_by_role("link", name="读者看到的样子").click()
        expect(page.get_by_text(words, exact=True)).to_be_visible()
        expect(page.get_by_text("更衣室太小")).to_have_count(0)
        axe(page)


def test_both_pages_on_a_phone_in_english_and_in_the_dark(
    visitors: Visitors, made: tuple[Evaluated, str], axe: Callable[[Page], None]
) -> None:
    evaluated, name = made
    with visitors.page("phone", "en-US", color_scheme="dark") as page:
        _open(page, name, f"/surveys/{evaluated.surveys['A_W'].id}/comments")
        page.get_by_role("button", name="Release all of these").first.click()
        page.get_by_role("button", name=re.compile("Release these")).click()
        expect(page.get_by_text(re.compile("are released"))).to_be_visible()
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.goto(f"/results/{evaluated.campaign.id}/comments")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
