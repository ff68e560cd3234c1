"""Paper in a browser: ballots keyed without touching anything but keys, and pages that everybody can read."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey_app.words import BallotKind
from tests.support.keyed import SATISFIED, UNAWARE, Paper, make_paper
from tests.support.pages import ON_ONE_DATABASE, sign_in
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)
Axe = Callable[[Page], None]


@pytest.fixture
def made(server: Server) -> Paper:
    """A batch of 60 sheets on the server."""
    return make_paper(server.database, name=f"录入室{next(_NAMES)}", password=PASSWORD)


def _press(page: Page, keys: str) -> None:
    """Press keys one after the other; ⏎ is Enter, ← is Backspace."""
    page.locator("[data-keying][data-ready]").wait_for()
    for key in keys:
        page.keyboard.press({"⏎": "Enter", "←": "Backspace"}.get(key, key))


@ON_ONE_DATABASE
def test_three_ballots_are_keyed_by_keys_alone(desktop: Page, server: Server, made: Paper) -> None:
    page = desktop
    sign_in(page, made.one.username, f"/paper/{made.batch_id}/key")
    expect(page.locator("#serial")).to_be_focused()
    _press(page, "7⏎1")
    expect(page.locator("#q_W02")).to_be_focused()
    _press(page, "132")  # 3 was pressed by mistake: once more takes it out again
    _press(page, "3⏎")
    expect(page.locator("#q_W10")).to_be_focused()  # the words behind “other” are not asked
    _press(page, "4")
    expect(page.locator("#q_W11")).to_be_focused()
    _press(page, "←2")  # back, and another one instead
    _press(page, "8")
    expect(page.locator(".field-error")).to_have_text("本题没有这个数字的方格。")
    expect(page.locator("#q_W11")).to_be_focused()
    _press(page, "1")
    expect(page.locator(".field-error")).to_have_count(0)
    _press(page, "1223613⏎14⏎⏎⏎⏎⏎⏎11")
    expect(page.locator("#q_W30")).to_be_focused()
    _press(page, "9⏎")
    page.keyboard.insert_text(SATISFIED["W32a"])
    _press(page, "⏎⏎⏎⏎⏎⏎")
    expect(page.locator(".key-count strong")).to_have_text("1")
    expect(page.locator("#serial")).to_be_focused()
    _press(page, "12⏎3")
    expect(page.locator("#q_W30")).to_be_focused()  # a worker who never met the team is asked little
    _press(page, "10⏎⏎⏎⏎⏎⏎⏎")
    expect(page.locator(".key-count strong")).to_have_text("2")
    _press(page, "12⏎")  # keyed before: said at once
    expect(page.locator(".key-serial .field-error")).to_have_text("第 12 号已经录入过。")
    expect(page.locator("#serial")).to_be_focused()
    _press(page, "13⏎")
    expect(page.locator(".key-serial .field-error")).to_have_count(0)
    page.reload()
    _press(page, "3⏎*")
    expect(page.locator(".key-count strong")).to_have_text("3")
    assert made.page().keyed.kinds == {BallotKind.VALID: 2, BallotKind.SPOILT: 1}
    page.locator(".key-last a").nth(2).click()
    for code, keys in SATISFIED.items():
        expect(page.locator(f"#q_{code}")).to_have_value(keys)
    page.go_back()
    page.locator(".key-last a").nth(1).click()
    for code, keys in UNAWARE.items():
        expect(page.locator(f"#q_{code}")).to_have_value(keys)
    assert page.locator("#q_W10").is_disabled()


@ON_ONE_DATABASE
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_pages_about_paper_are_read_by_everybody(desktop: Page, made: Paper, axe: Axe) -> None:
    page = desktop
    made.key(7)
    sign_in(page, made.organiser.username, f"/paper/{made.batch_id}/key")
    for address in (
        f"/surveys/{made.field.survey_id}/paper",
        f"/paper/{made.batch_id}",
        f"/paper/{made.batch_id}/key",
        f"/paper/{made.batch_id}/sheets/7",
        f"/paper/{made.batch_id}/print?first=1&last=1&language=zh&both_sides=y",
        "/keying/",
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        axe(page)
    page.goto(f"/paper/{made.batch_id}/key")
    _press(page, "61⏎3")
    page.locator("[name=kind][value=valid]").click()
    expect(page.locator("#serial-error")).to_be_visible()
    axe(page)
