"""Questionnaires from files and as files, in the browser: looked at first, saved when told; in both languages."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey_app.interchange.formats import WRITABLE
from survey_app.questionnaire import codec
from survey_app.services import questionnaires
from survey_app.storage.models import Questionnaire
from tests.support.exchange import foreign_xlsform, shipped_files
from tests.support.office import NOW, Office, make_office
from tests.support.pages import EACH_ONCE, ON_ONE_DATABASE, sign_in
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)


@dataclass(frozen=True)
class Words:
    """What the buttons and places are called in one language."""

    import_it: str
    read: str
    save: str
    nothing_saved: str
    left_out: str
    files: str
    question: str
    title: str


_WORDS = {
    "zh-CN": Words(
        import_it="粘贴或导入问卷",
        read="读取文件",
        save="存为草稿",
        nothing_saved="尚未保存任何内容。",
        left_out="本平台没有“geopoint”题型，“where”未导入。",
        files="导出问卷文件",
        question="食堂满意吗？",
        title="食堂问卷",
    ),
    "en-US": Words(
        import_it="Paste or import a questionnaire",
        read="Read the file",
        save="Save as a draft",
        nothing_saved="Nothing has been saved yet.",
        left_out="Questions of the type “geopoint” cannot be asked here; “where” is left out.",
        files="Download as a file",
        question="Is the canteen good?",
        title="食堂问卷",
    ),
}


@pytest.fixture
def words(locale: str) -> Words:
    return _WORDS[locale]


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"文件室{next(_NAMES)}", password=PASSWORD)


def _read(page: Page, words: Words, name: str, content: bytes) -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name=words.read).click()


def _own(server: Server, office: Office) -> list[Questionnaire]:
    return [each.questionnaire for each in questionnaires.entries(server.database, actor=office.organiser)]


@EACH_ONCE
def test_a_form_from_elsewhere_is_looked_at_and_saved(
    desktop: Page, server: Server, office: Office, words: Words, axe: Callable[[Page], None]
) -> None:
    sign_in(desktop, office.organiser.username, "/questionnaires/")
    desktop.get_by_role("link", name=words.import_it).click()
    axe(desktop)
    _read(desktop, words, "坏.xlsx", b"PK\x03\x04 not a workbook")
    expect(desktop.locator("#file-error")).to_be_visible()
    axe(desktop)

    _read(desktop, words, "食堂.xlsx", foreign_xlsform())
    expect(desktop.get_by_text(words.nothing_saved)).to_be_visible()
    expect(desktop.get_by_role("cell", name=words.left_out)).to_be_visible()
    expect(desktop.frame_locator("iframe").locator("main")).to_contain_text(words.question)
    axe(desktop)
    assert _own(server, office) == []

    desktop.get_by_role("button", name=words.save).click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text(words.title)
    (row,) = _own(server, office)
    assert [each.code for each in codec.loads(row.draft).questions] == ["q"]

    desktop.get_by_role("link", name=words.files).click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text(words.files)
    axe(desktop)


@ON_ONE_DATABASE
@pytest.mark.parametrize("key", list(WRITABLE))
def test_every_format_goes_in_and_comes_out(
    desktop: Page, server: Server, office: Office, words: Words, key: str
) -> None:
    sign_in(desktop, office.organiser.username, "/questionnaires/import")
    name, content = shipped_files()[key]
    _read(desktop, words, name, content)
    desktop.get_by_role("button", name=words.save).click()
    desktop.get_by_role("link", name=words.files).click()
    with desktop.expect_download() as download:
        desktop.locator(f"main a[href$='/files/{key}']").click()
    title = codec.loads(_own(server, office)[0].draft).title.zh
    of_others = {"xlsform": "_XLSForm", "surveyjs": "_SurveyJS"}.get(key, "")
    assert download.value.suggested_filename == f"{title}_草稿{of_others}{WRITABLE[key].suffixes[0]}"
    assert Path(download.value.path()).stat().st_size > 1_000


@ON_ONE_DATABASE
def test_on_a_phone_nothing_stands_out(
    phone: Page, server: Server, office: Office, words: Words, axe: Callable[[Page], None]
) -> None:
    row = questionnaires.copy_template(
        server.database, actor=office.organiser, template_code="A_W", unit_id=office.unit.id, now=NOW
    )
    sign_in(phone, office.organiser.username, "/questionnaires/import")
    _read(phone, words, "食堂.xlsx", foreign_xlsform())
    axe(phone)
    phone.goto(f"/questionnaires/{row.id}/files")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
