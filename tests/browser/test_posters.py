"""Posters in a browser: chosen, printed one a sheet, and read by a phone from the paper."""

import itertools
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from survey_app import library
from tests.support.field import Field, change_survey, put_into_field
from tests.support.office import Office, make_office
from tests.support.pages import ON_ONE_DATABASE, Visitors, sign_in
from tests.support.scanning import scanned
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)
Axe = Callable[[Page], None]

_WORDS = {
    "zh-CN": ("打印小卡", "打印海报", "中英文对照", "显示并打印", "打包下载（ZIP）"),
    "en-US": ("Print small cards", "Print posters", "Chinese and English", "Show for printing", "Download as ZIP"),
}


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"海报室{next(_NAMES)}", password=PASSWORD)


@pytest.fixture
def field(server: Server, office: Office) -> Field:
    made = put_into_field(server.database, office, library.template("A_W").questionnaire)
    change_survey(server.database, made, closes_at=datetime(2099, 4, 25, 10, 0, tzinfo=UTC), title_en="Survey")
    return made


@ON_ONE_DATABASE
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_posters_are_chosen_printed_and_scanned(
    desktop: Page, office: Office, field: Field, server: Server, locale: str, axe: Axe
) -> None:
    codes, posters, both, show, archive = _WORDS[locale]
    page = desktop
    sign_in(page, office.organiser.username, f"/surveys/{field.survey_id}")
    page.get_by_role("link", name=codes, exact=True).click()
    page.get_by_role("link", name=posters, exact=True).click()
    axe(page)
    page.get_by_label(both).check()
    with page.expect_download() as downloading:
        page.get_by_role("button", name=archive).click()
    with zipfile.ZipFile(downloading.value.path()) as file:
        assert sorted(name.rsplit(".", 1)[-1] for name in file.namelist()) == ["html", "svg", "svg"]
    page.get_by_role("button", name=show).click()
    sheets = page.locator("main svg")
    expect(sheets).to_have_count(len(office.postings))
    axe(page)
    read = [scanned(sheets.nth(number), 620) for number in range(len(office.postings))]
    assert [f"{server.url.upper()}/S/{field.code}"] in read
    assert all(len(each) == 1 for each in read)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", printed)) == len(office.postings)


@ON_ONE_DATABASE
def test_posters_on_a_phone_without_scripts(visitors: Visitors, office: Office, field: Field, axe: Axe) -> None:
    with visitors.page("phone", java_script_enabled=False) as page:
        sign_in(page, office.organiser.username, f"/surveys/{field.survey_id}/posters")
        page.get_by_role("checkbox").first.uncheck()
        page.get_by_role("button", name="显示并打印").click()
        expect(page.locator("main svg")).to_have_count(1)
        expect(page.get_by_role("button", name="打印本页")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        axe(page)
