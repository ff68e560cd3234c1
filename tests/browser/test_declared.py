"""What an organiser declares for the figures, in a browser: a participation floor, rules, weights of audiences."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey_app.words import Role
from tests.support.evaluated import Evaluated, make_evaluated, sign_up
from tests.support.pages import ON_ONE_DATABASE, Visitors, sign_in
from tests.support.server import Server

Axe = Callable[[Page], None]

pytestmark = ON_ONE_DATABASE
_NAMES = itertools.count(1)


@pytest.fixture(scope="module")
def made(server: Server) -> tuple[Evaluated, str]:
    """An evaluated campaign on this server, and the name of its organiser."""
    number = next(_NAMES)
    evaluated = make_evaluated(server.database, name=f"评{number}", is_sample=True)
    sign_up(server.database, evaluated.unit, username=f"declarer-{number}", role=Role.ORGANISER)
    return evaluated, f"declarer-{number}"


def test_a_floor_and_a_composite_reach_the_results_page(
    desktop: Page, made: tuple[Evaluated, str], axe: Axe
) -> None:
    evaluated, organiser = made
    survey = evaluated.surveys["A_W"].id
    sign_in(desktop, organiser, f"/surveys/{survey}/figures")
    axe(desktop)
    desktop.get_by_role("link", name="设置参评要求").click()
    desktop.get_by_role("link", name="W01 您知道工会工作队").click()
    desktop.locator("#kind").select_option("own")
    desktop.locator("#members").fill("44.5")
    desktop.locator("#frontline").fill("60")
    for answer in ("知道，并接触过", "知道，没接触过"):
        desktop.get_by_label(answer).check()
    axe(desktop)
    desktop.locator("#reason").fill("会员评家办法")
    desktop.get_by_role("button", name="保存参评要求").click()
    expect(desktop.locator("section[aria-labelledby=floor]")).to_contain_text("参评人数不低于职工人数的 44.5%")
    desktop.get_by_role("link", name="各主体权重").click()
    axe(desktop)
    desktop.get_by_role("button", name="设定综合指标").click()
    expect(desktop.locator("#composite")).to_be_visible()
    expect(desktop.locator("[data-table=composite]")).to_contain_text("满意率")
    expect(desktop.locator(".finding")).to_contain_text("4 个驻点单位中有 1 个未达参评要求")
    axe(desktop)


def test_the_pages_fit_a_phone(visitors: Visitors, made: tuple[Evaluated, str], axe: Axe) -> None:
    evaluated, organiser = made
    survey = evaluated.surveys["A_W"].id
    with visitors.page("phone") as page:
        sign_in(page, organiser, f"/surveys/{survey}/rules")
        for address in (
            f"/surveys/{survey}/rules",
            f"/surveys/{survey}/rules/new",
            f"/surveys/{survey}/floor?question=W01",
            f"/surveys/{evaluated.surveys['A_U'].id}/floor?audience=grassroots_union",
            f"/surveys/{survey}/outcomes/workers",
            f"/campaigns/{evaluated.campaign.id}/composite",
        ):
            page.goto(address)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
