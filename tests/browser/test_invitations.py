"""Single-use codes in a browser: let people in by them, issue, print and scan them, replace a lost one."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from survey_app import library
from tests.support.field import Field, put_into_field
from tests.support.office import Office, make_office
from tests.support.pages import EACH_ONCE, ON_ONE_DATABASE, Visitors, sign_in
from tests.support.scanning import scanned
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)
Axe = Callable[[Page], None]


@dataclass(frozen=True)
class Words:
    """What the buttons and places are called in one language."""

    settings: str
    by_invitation: str
    save: str
    codes: str
    how_many: str
    issue: str
    slips: str
    back: str
    all_codes: str
    numbers: str
    reissue: str
    update: str
    fewer: str


_WORDS = {
    "zh-CN": Words(
        settings="设置", by_invitation="凭一次性码", save="保存设置", codes="一次性码", how_many="发放数量",
        issue="发放", slips="打印纸条", back="返回", all_codes="查看此收集码的全部一次性码", numbers="编号",
        reissue="停用并补发新码", update="更新名单", fewer="不足 5 个",
    ),
    "en-US": Words(
        settings="Settings", by_invitation="By invitation", save="Save the settings", codes="Single-use codes",
        how_many="How many codes", issue="Issue the codes", slips="Print the slips", back="Back",
        all_codes="To all single-use codes", numbers="Numbers", reissue="Issue new codes instead",
        update="Bring the list up to date", fewer="fewer than 5",
    ),
}  # fmt: skip


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"发码室{next(_NAMES)}", password=PASSWORD)


@pytest.fixture
def field(server: Server, office: Office) -> Field:
    return put_into_field(server.database, office, library.template("A_W").questionnaire)


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _address(field: Field) -> str:
    return f"/surveys/{field.survey_id}/collectors/{field.collector_id}"


def _let_in_by_invitation(page: Page, words: Words) -> None:
    page.get_by_role("link", name=words.settings, exact=True).click()
    page.get_by_label(words.by_invitation).check()
    _button(page, words.save)


@EACH_ONCE
def test_codes_are_issued_printed_scanned_and_replaced(
    desktop: Page, office: Office, field: Field, server: Server, locale: str, axe: Axe
) -> None:
    page, words = desktop, _WORDS[locale]
    sign_in(page, office.organiser.username, _address(field))
    page.get_by_role("link", name=words.settings, exact=True).click()
    axe(page)
    page.go_back()
    _let_in_by_invitation(page, words)
    axe(page)
    page.get_by_role("link", name=words.codes, exact=True).click()
    axe(page)
    page.get_by_label(words.how_many).fill("30")
    _button(page, words.issue)
    axe(page)
    page.get_by_role("link", name=words.slips, exact=True).click()
    axe(page)
    sheets = page.locator("main svg")
    expect(sheets).to_have_count(2)
    links = scanned(sheets.first)
    assert len(set(links)) == 24
    opening = re.escape(f"{server.url.upper()}/S/{field.code}#")
    assert all(re.fullmatch(opening + "[A-Z0-9]{10}", link) for link in links)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", printed)) == 2
    page.get_by_role("link", name=words.back, exact=True).click()
    page.get_by_role("link", name=words.all_codes).click()
    page.get_by_label(words.numbers, exact=True).fill("3, 7-8")
    _button(page, words.reissue)
    page.get_by_role("link", name=words.all_codes).click()
    expect(page.locator("dl.facts")).to_contain_text("1–2, 4–6, 9–33")
    _button(page, words.update)
    expect(page.get_by_text(words.fewer)).to_be_visible()
    axe(page)


@ON_ONE_DATABASE
def test_codes_on_a_phone_without_scripts(visitors: Visitors, office: Office, field: Field, axe: Axe) -> None:
    words = _WORDS["zh-CN"]
    with visitors.page("phone", java_script_enabled=False) as page:
        sign_in(page, office.organiser.username, _address(field))
        _let_in_by_invitation(page, words)
        page.get_by_role("link", name=words.codes, exact=True).click()
        page.get_by_label(words.how_many).fill("两百")
        _button(page, words.issue)
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label(words.how_many)).to_have_value("两百")
        axe(page)
        page.get_by_label(words.how_many).fill("２")
        _button(page, words.issue)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("link", name=words.all_codes).click()
        page.get_by_label(words.numbers, exact=True).fill("2和7")
        _button(page, words.reissue)
        expect(page.get_by_role("alert")).to_contain_text("2和7")
        axe(page)
