"""The main job, end to end: an organiser, workers and a leader, in Chinese and in English, on both databases."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from playwright.sync_api import Page, expect

from survey_app import library
from survey_app.questionnaire.definition import options_of, scale_of
from survey_app.questionnaire.text import EN, ZH
from survey_app.services import surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.session import Database
from survey_app.words import Role, SurveyState
from tests.support.pages import EACH_ONCE, Visitors, sign_in
from tests.support.server import Server
from tests.support.union import Union, make_union

_NAMES = itertools.count(1)
Axe = Callable[[Page], None]

GRADES = "11121214"
"""What eight workers answer on W10 and W11-W16; with the two who tap "satisfied", 9 of 10 are satisfied."""
GRADES_LATER = "12121212"
"""What eight workers answer on F03 a month later."""


@dataclass(frozen=True)
class Words:
    """What the three persons read and press, in one language."""

    language: str
    template: str
    wave_template: str
    from_template: str
    use: str
    publish: str
    for_survey: str
    following: str
    prepare: str
    open: str
    is_open: str
    agree: str
    next: str
    send: str
    thanks: str
    survey_for_visit: str
    record: str
    workbook: str
    waves: str


WORDS = {
    "zh-CN": Words(
        language=ZH,
        template="工作队满意度测评表（职工卷）",
        wave_template="回访问卷（驻点结束后 1 个月）",
        from_template="从模板新建",
        use="使用此模板",
        publish="发布问卷",
        for_survey="用于测评",
        following="下一步",
        prepare="建立测评",
        open="开放测评",
        is_open="收集中",
        agree="自愿参加",
        next="下一步",
        send="提交",
        thanks="已提交",
        survey_for_visit="为本次回访开测评",
        record="记录回访",
        workbook="下载测评报表",
        waves="首次评价与回访对比",
    ),
    "en-US": Words(
        language=EN,
        template="Satisfaction with the work team (workers)",
        wave_template="Return visit questionnaire (1 month after the posting)",
        from_template="New from a template",
        use="Use this template",
        publish="Publish questionnaire",
        for_survey="Use for a survey",
        following="Next step",
        prepare="Prepare the survey",
        open="Open the survey",
        is_open="Taking answers",
        agree="free will",
        next="Next",
        send="Send",
        thanks="Sent",
        survey_for_visit="Open a survey for this return visit",
        record="Record the visit",
        workbook="Download the workbook",
        waves="First evaluation and return visits",
    ),
}


@pytest.fixture
def words(locale: str) -> Words:
    return WORDS[locale]


@pytest.fixture
def union(server: Server) -> Union:
    return make_union(server.database, name=f"圆{next(_NAMES)}")


def _sign_in(page: Page, union: Union, role: Role, to: str) -> None:
    sign_in(page, union.north.people[role].username, to)
    expect(page).to_have_url(re.compile(re.escape(to)))


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def _open_survey_from_template(page: Page, union: Union, words: Words, axe: Axe) -> str:
    """Play the organiser from the template to the code on the poster; return the code's address."""
    _sign_in(page, union, Role.ORGANISER, "/questionnaires/")
    axe(page)
    _link(page, words.from_template)
    axe(page)
    _link(page, words.template)
    axe(page)
    _button(page, words.use)
    expect(page.frame_locator("iframe").get_by_role("checkbox").first).to_be_visible()
    axe(page)
    _button(page, words.publish)
    axe(page)
    _link(page, words.for_survey)
    axe(page)
    _button(page, words.following)
    axe(page)
    _button(page, words.prepare)
    _button(page, words.open)
    expect(page.get_by_text(words.is_open, exact=True).first).to_be_visible()
    axe(page)
    address = page.locator("table.collectors code").first.inner_text()
    for kind, begins in (("svg", b"<"), ("png", b"\x89PNG")):
        href = page.locator("table.collectors img").first.get_attribute("src") or ""
        answer = page.request.get(re.sub(r"(svg|png)(?=$|\?)", kind, href))
        assert answer.ok
        assert answer.body().startswith(begins)
    return address


def _answer_by_hand(page: Page, address: str, words: Words, axe: Axe, *, scripts: bool) -> None:
    """Play a worker who knows the team, had no contact and raised nothing."""
    page.goto(address)
    axe(page)
    form = page.locator("form").last

    def choose(code: str, option: str) -> None:
        name = _option(code, option, words.language)
        place = page.locator(f"#q_{code}")
        box = place.get_by_role("radio", name=name, exact=True)
        box.or_(place.get_by_role("checkbox", name=name, exact=True)).check()

    def step() -> None:
        if scripts:
            form.get_by_role("button", name=words.next, exact=True).click()
            axe(page)

    page.get_by_role("checkbox", name=re.compile(words.agree)).check()
    choose("W01", "2")
    step()
    choose("W10", "2")
    for row in range(11, 17):
        choose(f"W{row}", "1")
    step()
    choose("W20", "7")
    step()
    choose("W28", "5")
    step()
    step()
    form.get_by_role("button", name=words.send, exact=True).click()
    expect(page.get_by_role("heading", name=words.thanks, exact=True)).to_be_visible()
    axe(page)


def _answer_by_request(page: Page, address: str, answers: dict[str, str]) -> None:
    """Send one ballot as a phone does; the page is fetched first, and a resend is answered the same."""
    html = page.request.get(address, params={"again": "1"}).text()  # another worker each time
    submission = re.search(r'name="id" value="([^"]+)"', html)
    assert submission is not None, "the page carries a submission id"
    form = {"id": submission[1], "consent-given": "1", **{f"q_{code}": value for code, value in answers.items()}}
    for _again in range(2):
        answer = page.request.post(address, form=form)
        assert answer.ok, answer.text()


def _option(code: str, option: str, locale: str) -> str:
    """Return what the shipped workers' questionnaire calls an option, as the worker reads it."""
    questionnaire = library.template("A_W").questionnaire
    question = questionnaire.fields[code].question
    scale = scale_of(question)
    options = questionnaire.scale_by_code[scale].grades if scale else options_of(question)
    return next(each.text for each in options if each.code == option).in_locale(locale)


def _ballot(grade: str) -> dict[str, str]:
    return {"W01": "2", "W10": grade, **{f"W{row}": grade for row in range(11, 17)}, "W20": "7", "W28": "5"}


@EACH_ONCE
def test_from_the_code_on_the_wall_to_the_leaders_workbook(
    visitors: Visitors, server: Server, union: Union, words: Words, locale: str, axe: Axe
) -> None:
    with visitors.page("desktop", locale) as organiser:
        address = _open_survey_from_template(organiser, union, words, axe)

        with visitors.page("phone", locale) as worker:
            _answer_by_hand(worker, address, words, axe, scripts=True)
        with visitors.page("phone", locale, java_script_enabled=False) as worker:
            _answer_by_hand(worker, address, words, axe, scripts=False)
        with visitors.page("phone", locale) as worker:
            for grade in GRADES:
                _answer_by_request(worker, address, _ballot(grade))

        _visit_and_ask_again(organiser, visitors, union, words, locale, axe)

    _close_all(server.database, union)
    with visitors.page("desktop", locale) as leader:
        _read_results(leader, union, words, axe)
    with visitors.page("phone", locale) as leader:
        _sign_in(leader, union, Role.LEADER, f"/results/{union.north.campaign.id}")
        axe(leader)
        assert leader.evaluate("document.documentElement.scrollWidth") <= 360


def _close_all(database: Database, union: Union) -> None:
    """Close the surveys: from then on all ballots count."""
    campaign = union.north.campaign.id
    for entry in surveys.entries(database, actor=SYSTEM, campaign_id=campaign):
        surveys.change_state(
            database, actor=SYSTEM, survey_id=entry.survey.id, state=SurveyState.CLOSED, now=datetime.now(UTC)
        )


def _visit_and_ask_again(page: Page, visitors: Visitors, union: Union, words: Words, locale: str, axe: Axe) -> None:
    """Play the return visit after a month: its survey, eight workers, its record."""
    visit = union.north.visits[0]
    page.goto(f"/visits/{visit.id}")
    axe(page)
    _link(page, words.survey_for_visit)
    axe(page)
    _link(page, words.wave_template)
    _button(page, words.use)
    _button(page, words.publish)
    _link(page, words.for_survey)
    _button(page, words.following)
    axe(page)
    _button(page, words.prepare)
    _button(page, words.open)
    page.goto(f"/visits/{visit.id}")
    address = page.locator(".code-card-link a").first.get_attribute("href") or ""
    axe(page)
    with visitors.page("phone", locale) as worker:
        worker.goto(address)
        axe(worker)
        for grade in GRADES_LATER:
            _answer_by_request(
                worker, address, {"F01": "1", "F02": "2", "F03": grade, "F04": "5", "F07": "1", "F08": "2"}
            )
    for name, value in (
        ("done_on", "2026-05-14"),
        ("place", "一号车间"),
        ("attendees", "12"),
        ("record", "饮水机已装好。"),
    ):
        page.locator(f"[name=record-{name}]").fill(value)
    page.locator("form", has=page.locator("[name=record-record]")).get_by_role("button").click()
    expect(page.locator(".page-state .state-done")).to_be_visible()
    axe(page)


def _read_results(page: Page, union: Union, words: Words, axe: Axe) -> None:
    """Play the leader: the figure, the charts with their tables, the workbook with the same numbers."""
    _sign_in(page, union, Role.LEADER, f"/results/{union.north.campaign.id}")
    expect(page.locator(".finding-value")).to_have_text("90.0%")
    expect(page.locator(".finding-base").first).to_contain_text("9/10")
    # Plotly is four megabytes of script: a busy machine takes its time to read it.
    expect(page.locator(".drawing .main-svg").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name=words.waves).first).to_be_visible()
    axe(page)
    with page.expect_download() as downloading:
        _link(page, words.workbook)
    book = load_workbook(BytesIO(downloading.value.path().read_bytes()))
    cover = [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert any("90.0%" in str(value) for value in cover), cover
    assert any("9/10" in str(value) for value in cover), cover
    _same_tables(page, book)


def _same_tables(page: Page, book: Workbook) -> None:
    """Every number in a table of the page stands in a cell of the workbook, too."""
    shown = set(re.findall(r"\d[\d,]*\.\d%|\d+/\d+", " ".join(page.locator("main table").all_inner_texts())))
    assert shown
    written = {
        found
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
        for found in re.findall(r"\d[\d,]*\.\d%|\d+/\d+", _as_shown(cell))
    }
    assert shown <= written, sorted(shown - written)


def _as_shown(cell: Cell) -> str:
    """Return a cell as Excel shows it, for the formats that the workbook uses."""
    if isinstance(cell.value, int | float) and "%" in cell.number_format:
        return f"{cell.value:.1%}"
    return str(cell.value)
