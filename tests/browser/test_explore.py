"""Exploring in a browser: by clicking, on a phone, without scripts, on a wall, for everybody."""

import itertools
import random
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.evaluated import NOW, Evaluated, in_the_field, make_evaluated, respond, sign_up, worker
from tests.support.pages import ON_ONE_DATABASE, Visitors, sign_in
from tests.support.server import Server

Axe = Callable[[Page], None]

pytestmark = ON_ONE_DATABASE
_NAMES = itertools.count(1)
_PATIENCE = 60_000


def _evaluated(server: Server) -> tuple[Evaluated, str]:
    number = next(_NAMES)
    evaluated = make_evaluated(server.database, name=f"探{number}", is_sample=True)
    sign_up(server.database, evaluated.unit, username=f"explore-leader-{number}")
    return evaluated, f"explore-leader-{number}"


@pytest.fixture(scope="module")
def made(server: Server) -> tuple[Evaluated, str]:
    """An evaluated campaign on this server, and the name of a leader who may read it."""
    return _evaluated(server)


@pytest.fixture(scope="module")
def live(server: Server) -> tuple[Evaluated, str]:
    """Another one whose surveys take answers."""
    evaluated, leader = _evaluated(server)
    in_the_field(server.database, evaluated)
    return evaluated, leader


def _open(page: Page, username: str, address: str) -> None:
    sign_in(page, username, address)
    expect(page.locator("main h1")).to_be_visible()


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def _first_chart(page: Page) -> None:
    drawing = page.locator(".drawing:visible").first
    drawing.scroll_into_view_if_needed()
    expect(drawing).to_have_attribute("data-drawn", re.compile("[0-9]"), timeout=_PATIENCE)


def test_a_leader_digs_by_clicking(desktop: Page, made: tuple[Evaluated, str], axe: Axe) -> None:
    evaluated, leader = made
    _open(desktop, leader, f"/results/{evaluated.campaign.id}")
    desktop.get_by_role("link", name="细看").click()
    _first_chart(desktop)
    axe(desktop)
    desktop.locator("[data-table=groups] tbody a").first.click()
    expect(desktop.locator(".places [aria-current]")).to_contain_text("长江船厂")
    expect(desktop.locator("[data-sends-itself] button")).to_be_hidden()
    desktop.locator("#by").select_option("team")
    expect(desktop).to_have_url(re.compile("by=team"))
    desktop.locator(".places a").first.click()
    desktop.get_by_text("设置条件").click()
    desktop.locator("#if-1").select_option("W01=1")
    desktop.locator(".filter-form button").click()
    expect(desktop.locator(".chips li")).to_contain_text("W01")
    expect(desktop).to_have_url(re.compile("q.W01=1"))
    desktop.locator(".chips a").click()
    expect(desktop.locator(".chips")).to_have_count(0)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_every_view_fits_a_phone_and_everybody_can_read_it(
    visitors: Visitors, made: tuple[Evaluated, str], axe: Axe, locale: str
) -> None:
    evaluated, leader = made
    first, last = (evaluated.postings[place].unit_id for place in (0, 3))
    root = f"/results/{evaluated.campaign.id}"
    with visitors.page("phone", locale) as page:
        _open(page, leader, f"{root}/explore")
        _first_chart(page)
        for view in (
            "explore",
            "units",
            "crosstab",
            "crosstab?row=W20&column=W10",
            f"compare?unit={first}&b.unit={last}",
            "waves",
            "weights?population=finite&strata=above",
            "drivers",
            "wall",
        ):
            page.goto(f"{root}/{view}")
            expect(page.locator("main h1")).to_be_visible()
            assert _fits(page), view
            axe(page)
            if view == "crosstab":
                _first_chart(page)
                # A legend of several lines makes the chart higher, not its bars thinner than their words.
                bars = page.locator(".drawing .bars .point path")
                assert all(each.bounding_box()["height"] > 20 for each in bars.all())
        page.goto("/tokens/")
        assert _fits(page)
        axe(page)


def test_without_scripts_everything_can_be_chosen(
    visitors: Visitors, made: tuple[Evaluated, str], axe: Axe
) -> None:
    evaluated, leader = made
    with visitors.page("phone", java_script_enabled=False) as page:
        _open(page, leader, f"/results/{evaluated.campaign.id}/explore")
        page.locator("#by").select_option("team")
        page.locator(".filters button").click()
        expect(page).to_have_url(re.compile("by=team"))
        expect(page.locator("[data-table=items-0] td").first).to_be_visible()
        axe(page)


_SIZES = """() => [...document.querySelectorAll(".slide:not([hidden]) :is(h2, h3, p, dt, dd, span, text)")]
    .filter(each => each.textContent.trim() && each.getClientRects().length)
    .map(each => parseFloat(getComputedStyle(each).fontSize))"""


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_wall_can_be_read_from_five_metres(
    visitors: Visitors, made: tuple[Evaluated, str], locale: str
) -> None:
    evaluated, leader = made
    with visitors.page("desktop", locale) as page:
        page.set_viewport_size({"width": 1920, "height": 1080})
        _open(page, leader, f"/results/{evaluated.campaign.id}/wall")
        for _slide in page.locator(".slide").all():
            drawing = page.locator(".slide:visible .drawing")
            if drawing.count():
                expect(drawing.locator("svg").first).to_be_visible()
            assert min(page.evaluate(_SIZES)) >= 25
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
            page.keyboard.press("ArrowRight")


def test_the_wall_turns_its_pages_and_stops(visitors: Visitors, made: tuple[Evaluated, str]) -> None:
    evaluated, leader = made
    with visitors.page("desktop") as page:
        _open(page, leader, f"/results/{evaluated.campaign.id}/wall")
        shown = page.locator(".slide:visible")
        expect(shown).to_have_count(1)
        expect(shown).to_have_id("slide-headline")
        page.keyboard.press("ArrowRight")
        expect(shown).to_have_id("slide-participation")
        expect(page.locator("#wall-stop")).to_have_text("继续")
        page.keyboard.press("Space")
        expect(page.locator("#wall-stop")).to_have_text("暂停")
    with visitors.page("desktop", reduced_motion="reduce") as page:
        _open(page, leader, f"/results/{evaluated.campaign.id}/wall")
        expect(page.locator("#wall-stop")).to_have_text("继续")


def _more(server: Server, evaluated: Evaluated) -> None:
    """Ballots of several days: figures of a live survey go by steps, and the last of them waits."""
    draw = random.Random(4)
    for days in (48, 46, 44):
        answers = [worker(draw, 0.1) for _ in range(60)]
        moment = NOW - timedelta(days=days)
        respond(server.database, evaluated, "A_W", evaluated.postings[0].id, answers, received_at=moment)


def test_newer_figures_are_offered_and_nothing_else_moves(
    visitors: Visitors, server: Server, live: tuple[Evaluated, str], axe: Axe
) -> None:
    evaluated, leader = live
    with visitors.page("desktop") as page:
        page.clock.install()
        _open(page, leader, f"/results/{evaluated.campaign.id}")
        news = page.locator("[data-live-news]")
        finding = page.locator(".finding-base").first
        behind = page.locator("details:has(#method)")
        expect(page.locator("[data-live-plain]")).to_be_visible()
        with page.expect_response(lambda answer: answer.status == 304):
            page.clock.run_for(46_000)
        expect(news).to_be_hidden()
        behind.locator("summary").click()
        behind.scroll_into_view_if_needed()
        shown = finding.inner_text()
        _more(server, evaluated)
        page.clock.run_for(46_000)
        expect(news).to_be_visible()
        axe(page)
        assert finding.inner_text() == shown
        before = page.evaluate("scrollY")
        assert before > 0
        with page.expect_event("load"):
            news.locator("a").evaluate("link => link.click()")
        expect(news).to_be_hidden()
        expect(finding).not_to_have_text(shown)
        expect(behind).to_have_attribute("open", "")
        page.wait_for_function("top => Math.abs(scrollY - top) < 400", arg=before)


def test_the_wall_brings_in_new_figures_by_itself(
    visitors: Visitors, server: Server, live: tuple[Evaluated, str]
) -> None:
    evaluated, leader = live
    with visitors.page("desktop") as page:
        page.clock.install()
        _open(page, leader, f"/results/{evaluated.campaign.id}/wall")
        base = page.locator("[data-live=base]")
        before = base.inner_text()
        _more(server, evaluated)
        page.clock.run_for(61_000)
        # The page's clock was moved, the server's is not: it may take its time.
        expect(base).not_to_have_text(before, timeout=30_000)


_FOCUSED = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return seen && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
_MOST_STOPS = 90


def _tab_to(page: Page, wanted: Locator) -> None:
    """Go on by Tab until the focus is there; on the way it must always be seen, and get on."""
    for _stop in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(_FOCUSED), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"No way by Tab to {wanted}")


@pytest.mark.parametrize("locale", ["en-US"])
def test_exploring_by_keyboard_alone(desktop: Page, made: tuple[Evaluated, str]) -> None:
    evaluated, leader = made
    keys = desktop.keyboard
    _open(desktop, leader, f"/results/{evaluated.campaign.id}/explore")
    _tab_to(desktop, desktop.get_by_text("Set conditions"))
    keys.press("Enter")
    _tab_to(desktop, desktop.locator("#if-1"))
    keys.type("Yes, and")
    _tab_to(desktop, desktop.locator(".filter-form button"))
    keys.press("Enter")
    expect(desktop).to_have_url(re.compile("q.W01=1"))
    _tab_to(desktop, desktop.locator(".chips a"))
    keys.press("Enter")
    expect(desktop.locator(".chips")).to_have_count(0)
    by, show = desktop.locator("#by"), desktop.locator("[data-sends-itself] button")
    _tab_to(desktop, by)
    keys.type("Work")
    # Whoever goes through a list by its keys is not sent away from it at the first of them.
    expect(show).to_be_visible()
    assert "by=" not in desktop.url
    _tab_to(desktop, show)
    keys.press("Enter")
    expect(desktop).to_have_url(re.compile("by=team"))
    expect(by).to_be_focused()
    _tab_to(desktop, desktop.locator("[data-table=groups] thead a").first)
    _tab_to(desktop, desktop.locator("[data-table=groups] tbody a").first)
    keys.press("Enter")
    expect(desktop.locator(".chips li")).to_have_count(1)


@pytest.mark.parametrize("locale", ["en-US"])
def test_a_cross_tab_by_keyboard_alone(desktop: Page, made: tuple[Evaluated, str]) -> None:
    evaluated, leader = made
    keys = desktop.keyboard
    _open(desktop, leader, f"/results/{evaluated.campaign.id}/crosstab")
    for name, typed in (("row", "W20 "), ("column", "W10")):
        _tab_to(desktop, desktop.locator(f"#{name}"))
        keys.type(typed)
    _tab_to(desktop, desktop.locator("[data-sends-itself] button"))
    keys.press("Enter")
    expect(desktop).to_have_url(re.compile("column=W10&row=W20$"))
    expect(desktop.locator("#column")).to_be_focused()
    table = desktop.locator(".chart details.behind")
    expect(desktop.locator(".drawing svg").first).to_be_visible(timeout=_PATIENCE)
    _tab_to(desktop, table.locator("summary"))
    keys.press("Enter")
    expect(table).to_have_attribute("open", "")
    _tab_to(desktop, table.locator(".table-scroll"))
