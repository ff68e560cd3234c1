"""Pasted text in the browser: the preview follows typing, works without scripts, and leads to the designer."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from survey_app.web.author.pasting_words import EXAMPLE
from tests.support.office import Office, make_office
from tests.support.pages import EACH_ONCE, ON_ONE_DATABASE, Visitors, Watch, sign_in
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)
_PAGE = "/questionnaires/paste"
_MISSED = "食堂小调查\n1. 您满意吗？\nA. 满意\nB. 不满意（跳到第9题）\n2. 您的建议？\n"
Axe = Callable[[Page], None]


@dataclass(frozen=True)
class Words:
    """What the page says in one language."""

    example: str
    preview: str
    save: str
    understood: str
    missed: str
    line: str
    restore: str
    empty: str


_WORDS = {
    "zh-CN": Words(
        "填入一个例子",
        "预览",
        "存为草稿并继续编辑",
        "每一行都看懂了",
        "1 处没有看懂",
        "第 4 行",
        "恢复",
        "还没有文字",
    ),
    "en-US": Words(
        "Fill in an example",
        "Preview",
        "Save as a draft and go on editing",
        "Every line understood",
        "1 remark: not understood",
        "Line 4",
        "Take it back in",
        "There is no text yet",
    ),
}


@pytest.fixture
def words(locale: str) -> Words:
    return _WORDS[locale]


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"贴文{next(_NAMES)}", password=PASSWORD)


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@EACH_ONCE
def test_the_preview_follows_typing_and_saving_leads_to_the_designer(
    desktop: Page, office: Office, words: Words, axe: Axe
) -> None:
    sign_in(desktop, office.organiser.username, _PAGE)
    axe(desktop)
    desktop.locator("#text").fill(_MISSED)
    expect(desktop.locator("#pasting-status")).to_contain_text(words.missed)
    expect(desktop.get_by_role("button", name=words.preview, exact=True)).to_be_hidden()
    axe(desktop)
    desktop.get_by_role("link", name=words.line).first.click()
    chosen = desktop.evaluate("(() => { const t = document.getElementById('text');"
                              " return t.value.slice(t.selectionStart, t.selectionEnd); })()")  # fmt: skip
    assert chosen == "B. 不满意（跳到第9题）"
    desktop.locator("#text").fill(_MISSED.replace("第9题", "第2题"))
    expect(desktop.locator("#pasting-status")).to_contain_text(words.understood)
    _button(desktop, words.save)
    desktop.wait_for_url("**/edit")
    expect(desktop.locator("h1")).to_contain_text("食堂小调查")
    expect(desktop.locator("#designer-outline")).to_contain_text("您满意吗？")


@EACH_ONCE
def test_without_scripts_a_button_shows_the_preview(
    visitors: Visitors, office: Office, locale: str, words: Words, axe: Axe
) -> None:
    with visitors.page("phone", locale, java_script_enabled=False) as page:
        sign_in(page, office.organiser.username, _PAGE)
        _button(page, words.save)
        expect(page.locator("#error-summary")).to_contain_text(words.empty)
        axe(page)
        _button(page, words.example)
        expect(page.locator("#text")).to_have_value(EXAMPLE)
        expect(page.locator("#pasting-status")).to_contain_text(words.understood)
        page.locator("#text").fill(_MISSED)
        _button(page, words.preview)
        expect(page.locator("#pasting-status")).to_contain_text(words.missed)
        expect(page.locator("#line-4")).to_contain_text("跳到第9题")
        _button(page, words.save)
        expect(page.locator("h1")).to_contain_text("食堂小调查")


@ON_ONE_DATABASE
def test_the_text_survives_a_closed_tab_and_a_lost_connection(
    phone: Page, office: Office, words: Words, axe: Axe, watch: Watch
) -> None:
    sign_in(phone, office.organiser.username, _PAGE)
    _button(phone, words.example)
    expect(phone.locator("#pasting-status")).to_contain_text(words.understood)
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.goto(_PAGE)
    expect(phone.locator("#text")).to_have_value("")
    _button(phone, words.restore)
    expect(phone.locator("#text")).to_have_value(EXAMPLE)
    expect(phone.locator("#pasting-status")).to_contain_text(words.understood)
    watch.allow("ERR_INTERNET_DISCONNECTED")
    phone.context.set_offline(True)
    phone.locator("#text").fill(_MISSED)
    expect(phone.locator("#pasting-status")).to_contain_text("网络不通")
    phone.context.set_offline(False)
    phone.locator("#text").press("End")
    expect(phone.locator("#text")).to_have_value(_MISSED)
