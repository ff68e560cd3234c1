"""The results page in a browser: drawn under its own policy, readable without scripts, on paper, by everybody."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey_app.words import Audience
from tests.support.evaluated import Evaluated, make_campaign, make_evaluated, open_survey, sign_up
from tests.support.pages import ON_ONE_DATABASE, Visitors, sign_in
from tests.support.server import Server

Axe = Callable[[Page], None]

pytestmark = ON_ONE_DATABASE
_NAMES = itertools.count(1)
# Plotly is four megabytes of script: a busy machine takes its time to read it.
_PATIENCE = 60_000


@pytest.fixture(scope="module")
def made(server: Server) -> tuple[Evaluated, str]:
    """An evaluated campaign on this server, and the name of a leader who may read it."""
    number = next(_NAMES)
    evaluated = make_evaluated(server.database, name=f"测{number}", is_sample=True)
    sign_up(server.database, evaluated.unit, username=f"results-leader-{number}")
    return evaluated, f"results-leader-{number}"


def _open(page: Page, username: str, campaign_id: int) -> None:
    sign_in(page, username, f"/results/{campaign_id}")
    expect(page).to_have_url(re.compile(f"/results/{campaign_id}$"))


def _draw_all(page: Page) -> None:
    """Scroll down to every chart that is not folded away, and wait for it."""
    for drawing in page.locator(".drawing").all():
        if drawing.is_visible():
            drawing.scroll_into_view_if_needed()
            expect(drawing).to_have_attribute("data-drawn", re.compile("[0-9]"), timeout=_PATIENCE)
            expect(drawing.locator(".main-svg").first).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_charts_are_drawn_and_everybody_can_read_the_page(
    visitors: Visitors, made: tuple[Evaluated, str], axe: Axe, device: str, locale: str
) -> None:
    evaluated, leader = made
    with visitors.page(device, locale) as page:
        _open(page, leader, evaluated.campaign.id)
        _draw_all(page)
        assert page.locator(".drawing .main-svg").count() >= 5
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        axe(page)
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        _draw_all(page)
        axe(page)
        expect(
            page.get_by_text("示例数据" if locale == "zh-CN" else "Sample data", exact=True).first
        ).to_be_visible()


def test_the_dark_scheme_has_contrast_enough(visitors: Visitors, made: tuple[Evaluated, str], axe: Axe) -> None:
    evaluated, leader = made
    with visitors.page("desktop", color_scheme="dark") as page:
        _open(page, leader, evaluated.campaign.id)
        _draw_all(page)
        axe(page)


def test_without_scripts_the_tables_stand_open(visitors: Visitors, made: tuple[Evaluated, str], axe: Axe) -> None:
    evaluated, leader = made
    with visitors.page("phone", java_script_enabled=False) as page:
        _open(page, leader, evaluated.campaign.id)
        expect(page.locator("[data-table=teams] td").first).to_be_visible()
        expect(page.locator("[data-table=items-0-0] td").first).to_be_visible()
        assert not any(drawing.is_visible() for drawing in page.locator(".drawing").all())
        axe(page)


def test_drawn_charts_fold_their_tables_away(desktop: Page, made: tuple[Evaluated, str]) -> None:
    evaluated, leader = made
    _open(desktop, leader, evaluated.campaign.id)
    _draw_all(desktop)
    expect(desktop.locator("[data-table=teams]")).to_be_visible()  # the one that leaders read
    table = desktop.locator("[data-table=items-0-0]")
    expect(table).to_be_hidden()
    desktop.locator("figure", has=table).locator("summary").click()
    expect(table).to_be_visible()


def test_a_chart_shows_what_its_table_says(desktop: Page, made: tuple[Evaluated, str]) -> None:
    evaluated, leader = made
    _open(desktop, leader, evaluated.campaign.id)
    _draw_all(desktop)
    figure = desktop.locator("figure", has=desktop.locator("[data-table=teams]"))
    rates = [
        [cell.text_content() or "" for cell in row.locator("td").all()]
        for row in figure.locator("[data-table=teams] tbody tr:not(.total)").all()
    ]
    assert len(rates) == 4
    for _place, x, n, rate, *_others in rates:
        expect(figure.locator(".annotation-text", has_text=f"{rate} ({x}/{n})")).to_be_attached()


def test_the_workbook_comes_under_its_office_name(desktop: Page, made: tuple[Evaluated, str]) -> None:
    evaluated, leader = made
    _open(desktop, leader, evaluated.campaign.id)
    with desktop.expect_download() as downloading:
        desktop.get_by_role("link", name="下载测评报表").click()
    assert re.fullmatch(r"测\d+_工作队满意度测评_\d{8}\.xlsx", downloading.value.suggested_filename)


def test_on_paper_everything_is_open(desktop: Page, made: tuple[Evaluated, str]) -> None:
    evaluated, leader = made
    _open(desktop, leader, evaluated.campaign.id)
    _draw_all(desktop)
    desktop.emulate_media(media="print")
    desktop.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not desktop.locator("main details:not([open])").count()
    expect(desktop.locator(".rail")).to_be_hidden()
    # What is wider than A4 makes everything else on the sheet narrower.
    desktop.set_viewport_size({"width": 703, "height": 1000})
    assert desktop.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    desktop.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(desktop.locator("[data-table=items-0-0]")).to_be_hidden()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_before_the_first_answer_the_page_says_so(server: Server, desktop: Page, axe: Axe, locale: str) -> None:
    number = next(_NAMES)
    empty = make_campaign(server.database, name=f"空{number}{locale}")
    open_survey(server.database, empty, "A_W", Audience.WORKERS)
    sign_up(server.database, empty.unit, username=f"results-empty-{number}-{locale}".lower())
    _open(desktop, f"results-empty-{number}-{locale}".lower(), empty.campaign.id)
    expect(desktop.locator(".empty")).to_be_visible()
    axe(desktop)
    desktop.goto("/results/")
    expect(desktop.get_by_role("link", name=re.compile("空|workers"))).to_be_visible()
    axe(desktop)
