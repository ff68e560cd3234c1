"""The browser tests' own ground: what goes wrong in a page does not go unnoticed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import ON_ONE_DATABASE, Visitors, Watch

pytestmark = ON_ONE_DATABASE
_IMAGE_WITHOUT_WORDS = "document.querySelector('main, body').append(new Image())"


@pytest.mark.parametrize(
    "deed",
    [
        "setTimeout(() => { throw new Error('broken') })",
        "console.error('broken')",
        "fetch('/no-such-address/broken')",
        "fetch('https://broken.example/')",
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.broken = 1'}))",
    ],
)
def test_a_page_that_goes_wrong_is_noticed(desktop: Page, watch: Watch, deed: str) -> None:
    desktop.goto("/")
    assert watch.complaints() == []
    desktop.evaluate(
        f"async () => {{ await Promise.resolve({deed}).catch(() => 0); await new Promise(setTimeout) }}"
    )
    assert watch.complaints()
    watch.allow("")


def test_a_missing_page_is_for_the_test_to_judge(phone: Page, watch: Watch) -> None:
    answer = phone.goto("/no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert watch.complaints() == []


def test_axe_names_rule_and_place(desktop: Page, axe: Callable[[Page], None]) -> None:
    desktop.goto("/")
    axe(desktop)
    desktop.evaluate(_IMAGE_WITHOUT_WORDS)
    with pytest.raises(AssertionError, match=r"image-alt.*\n.*img"):
        axe(desktop)


def test_axe_reads_a_page_without_scripts(visitors: Visitors, axe: Callable[[Page], None]) -> None:
    with visitors.page("phone", java_script_enabled=False) as page:
        page.goto("/")
        axe(page)


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh-Hans"), ("en-US", "en")])
def test_the_browser_asks_for_a_language(phone: Page, language: str) -> None:
    phone.goto("/")
    expect(phone.locator("html")).to_have_attribute("lang", language)
