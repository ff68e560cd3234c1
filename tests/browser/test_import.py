"""Ballots from a file, in the browser: what would happen is seen first; totals must agree; in both languages."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from survey_app.services import questionnaires, surveys
from survey_app.storage.models import Response, Survey
from survey_app.words import Audience, Purpose
from tests.support.ballots import JOB_SATISFACTION, job_satisfaction
from tests.support.office import NOW, Office, make_office
from tests.support.pages import EACH_ONCE, ON_ONE_DATABASE, sign_in
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)


@dataclass(frozen=True)
class Words:
    """What the buttons and places are called in one language."""

    import_ballots: str
    look: str
    import_715: str
    imported: str
    problems: str
    leave_out: str
    row: str
    state: str
    reconciled: str
    wrong: str


_WORDS = {
    "zh-CN": Words(
        import_ballots="导入答卷",
        look="查看文件内容",
        import_715="导入 715 份答卷",
        imported="已导入 715 份答卷。",
        problems="下载全部问题（.xlsx）",
        leave_out="不导入有问题的行，导入其余 1 份",
        row="不是选项",
        state="保存票数",
        reconciled="票数相符，该批次已核对。",
        wrong="合计 715 份",
    ),
    "en-US": Words(
        import_ballots="Import ballots",
        look="Look at the file",
        import_715="Import 715 ballots",
        imported="715 ballots have been imported.",
        problems="Download all problems as a workbook",
        leave_out="Leave out the refused rows and import the other 1 ballots",
        row="is none of the options",
        state="State the totals",
        reconciled="The totals agree, and the batch is reconciled.",
        wrong="add up to 715",
    ),
}


@pytest.fixture
def words(locale: str) -> Words:
    return _WORDS[locale]


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"票室{next(_NAMES)}", password=PASSWORD)


@pytest.fixture
def survey(server: Server, office: Office) -> Survey:
    actor, database = office.organiser, server.database
    row = questionnaires.copy_template(database, actor=actor, template_code="A_W", unit_id=office.unit.id, now=NOW)
    questionnaires.save_draft(
        database, actor=actor, questionnaire_id=row.id, definition=job_satisfaction(), revision=0, now=NOW
    )
    version = questionnaires.publish(database, actor=actor, questionnaire_id=row.id, now=NOW)
    return surveys.create_survey(
        database,
        actor=actor,
        campaign_id=office.campaign.id,
        version_id=version.id,
        title="工作满意度",
        title_en="Job satisfaction",
        purpose=Purpose.ACTIVITY_EVALUATION,
        audiences=[Audience.WORKERS],
        now=NOW,
    )


def _stored(server: Server, survey: Survey) -> int:
    with server.database.reading() as session:
        query = select(func.count()).select_from(Response).where(Response.survey_id == survey.id)
        return session.scalar(query) or 0


def _to_import(page: Page, office: Office, survey: Survey, words: Words) -> None:
    sign_in(page, office.organiser.username, f"/surveys/{survey.id}")
    page.get_by_role("link", name=words.import_ballots, exact=True).click()


def _send(page: Page, words: Words, name: str, content: bytes) -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name=words.look).click()


@EACH_ONCE
def test_715_ballots_are_looked_at_imported_and_reconciled(
    desktop: Page, server: Server, office: Office, survey: Survey, words: Words, axe: Callable[[Page], None]
) -> None:
    _to_import(desktop, office, survey, words)
    axe(desktop)
    _send(desktop, words, "1968.csv", JOB_SATISFACTION.read_bytes())
    expect(desktop.get_by_role("button", name=words.import_715)).to_be_visible()
    axe(desktop)
    assert _stored(server, survey) == 0

    desktop.get_by_role("button", name=words.import_715).click()
    expect(desktop.get_by_role("status").first).to_have_text(words.imported)
    axe(desktop)
    assert _stored(server, survey) == 715

    for field, value in (("issued", 760), ("returned", 730), ("spoilt", 0), ("abstained", 0)):
        desktop.locator(f"#{field}").fill(str(value))
    desktop.get_by_role("button", name=words.state).click()
    expect(desktop.locator("#returned-error")).to_contain_text(words.wrong)
    expect(desktop.locator("#issued")).to_have_value("760")
    axe(desktop)
    for field, value in (("spoilt", 9), ("abstained", 6)):
        desktop.locator(f"#{field}").fill(str(value))
    desktop.get_by_role("button", name=words.state).click()
    expect(desktop.get_by_role("status")).to_have_text(words.reconciled)


@EACH_ONCE
def test_bad_rows_are_shown_and_left_out_only_when_told(
    desktop: Page, server: Server, office: Office, survey: Survey, words: Words, axe: Callable[[Page], None]
) -> None:
    content = "management,supervisor,own\r\n好,高,高\r\nbad,low,middling\r\n".encode()
    _to_import(desktop, office, survey, words)
    _send(desktop, words, "bad.csv", content)
    expect(desktop.get_by_role("cell", name=words.row)).to_be_visible()
    axe(desktop)
    with desktop.expect_download() as download:
        desktop.get_by_role("link", name=words.problems).click()
    sheet = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == [3, "C", "own", "middling"]
    assert _stored(server, survey) == 0

    desktop.get_by_role("button", name=words.leave_out).click()
    expect(desktop.get_by_role("status").first).to_be_visible()
    assert _stored(server, survey) == 1


@ON_ONE_DATABASE
def test_a_file_that_cannot_be_read_is_refused_at_its_field(
    desktop: Page, server: Server, office: Office, survey: Survey, words: Words, axe: Callable[[Page], None]
) -> None:
    _to_import(desktop, office, survey, words)
    _send(desktop, words, "票.xlsx", b"PK\x03\x04 not a workbook")
    expect(desktop.locator("#file-error")).to_contain_text("文件已损坏")
    axe(desktop)
    _send(desktop, words, "票.csv", "姓名,年龄\r\n甲,30\r\n".encode("gb18030"))
    expect(desktop.locator("#file-error")).to_contain_text("姓名、年龄")
    assert _stored(server, survey) == 0


def test_the_same_file_again_says_so(
    phone: Page, server: Server, office: Office, survey: Survey, words: Words, axe: Callable[[Page], None]
) -> None:
    _to_import(phone, office, survey, words)
    for _ in range(2):
        _send(phone, words, "1968.csv", JOB_SATISFACTION.read_bytes())
        axe(phone)
        again = phone.get_by_role("button", name=words.import_715)
        if again.count():
            again.click()
            phone.goto(f"/surveys/{survey.id}/import")
    expect(phone.locator("main")).to_contain_text("再次导入不会增加答卷")
    assert _stored(server, survey) == 715


@ON_ONE_DATABASE
def test_the_template_can_be_downloaded(desktop: Page, office: Office, survey: Survey, words: Words) -> None:
    _to_import(desktop, office, survey, words)
    with desktop.expect_download() as download:
        desktop.locator("main a[href$='template.xlsx']").click()
    assert download.value.suggested_filename == "录入模板-工作满意度.xlsx"
    sheet = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["management", "supervisor", "own"]
    assert sheet.data_validations.count == 3
