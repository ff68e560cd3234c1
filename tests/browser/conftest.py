"""Browser tests: the real server, a real Chromium, and pages that fail the test when they complain.

`server` is one on SQLite, then one on PostgreSQL; both stay for all tests of this process. `phone` and
`desktop` are pages on it in the language `locale` (Chinese unless a test is parametrised with another);
`visitors.page(...)` opens more. Tests of what a page looks like are marked `ON_ONE_DATABASE`.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.chromium import HOW_TO_INSTALL, find_browser, launch
from tests.support.databases import KINDS, FreshDatabases
from tests.support.pages import Visitors, Watch, check_accessibility, save_for_the_reader
from tests.support.server import Server, running_server

_RESULTS = Path(__file__).resolve().parents[2] / "test-results"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, without a window."""
    found = find_browser()
    if found is None:
        pytest.skip(f"No Chromium. {HOW_TO_INSTALL}")
    with sync_playwright() as playwright:
        browser = launch(playwright, found)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def servers(
    fresh_databases: FreshDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Server]]:
    """The production server on a database of a kind, each started when its first test comes."""
    with ExitStack() as until_the_end:

        @cache
        def start(kind: str) -> Server:
            database = until_the_end.enter_context(fresh_databases.database(kind))
            return until_the_end.enter_context(running_server(database, tmp_path_factory.mktemp("instance")))

        yield start


@pytest.fixture(scope="session", params=KINDS)
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """The production server, first on SQLite, then on PostgreSQL."""
    return servers(request.param)


@pytest.fixture
def locale() -> str:
    """The language that the browser asks for; parametrise with `en-US` for English."""
    return "zh-CN"


@pytest.fixture
def watch(server: Server) -> Watch:
    """Fails the test on errors, policy violations and foreign requests; `watch.allow(pattern)` expects one."""
    return Watch(server.url)


@pytest.fixture
def visitors(chromium: Browser, server: Server, watch: Watch) -> Visitors:
    """Opens pages for several people in one test."""
    return Visitors(chromium, server.url, watch)


@pytest.fixture
def phone(visitors: Visitors, locale: str) -> Iterator[Page]:
    """A page on a phone of 360 × 780 with a touch screen."""
    with visitors.page("phone", locale) as page:
        yield page


@pytest.fixture
def desktop(visitors: Visitors, locale: str) -> Iterator[Page]:
    """A page on a desktop of 1440 × 900."""
    with visitors.page("desktop", locale) as page:
        yield page


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails the test on any violation that axe finds."""
    return check_accessibility


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose pages complained; show a failed test's pages and the server's log."""
    values = getattr(item, "funcargs", {})
    watch, running = values.get("watch"), values.get("server")
    position = running.log.stat().st_size if running else 0
    try:
        result = yield
        complaints = watch.complaints() if watch else []
        assert not complaints, "The pages complained:\n" + "\n".join(complaints)
    except BaseException:
        if watch:
            saved = save_for_the_reader(watch, _RESULTS, item.nodeid)
            item.add_report_section("call", "pages", "\n".join(saved))
        if running:
            item.add_report_section("call", "server", running.said_since(position))
        raise
    return result
