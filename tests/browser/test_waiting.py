"""The page of those who wait while many responses are read: in both languages, with scripts and without."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from survey_app.config import Settings
from survey_app.services.evaluate import store_in
from survey_app.storage.session import Database
from tests.support.evaluated import Evaluated, make_evaluated, sign_up
from tests.support.pages import Visitors, sign_in
from tests.support.server import Server

_FEW = 100
_PATIENCE = 60_000
_LEADER = "waiting-leader"
_TITLES = {"zh-CN": "正在读取答卷", "en-US": "Responses are being read"}


@pytest.fixture
def database_kind() -> str:
    """The database behind it has no say in what the page looks like."""
    return "sqlite"


@pytest.fixture
def server(app: Flask, settings: Settings, database: Database, tmp_path: Path) -> Iterator[Server]:
    """The application in this process, with columns whose readers wait for a hundred responses already."""
    app.extensions["survey_app.columns"] = store_in(tmp_path / "unread", at_once=_FEW)
    serving = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    log = tmp_path / "server.log"
    log.touch()
    yield Server(f"http://127.0.0.1:{serving.server_port}", settings, database, log)
    serving.shutdown()
    thread.join()
    serving.server_close()
    for each in threading.enumerate():
        if each.name == "catching-up":
            each.join()


@pytest.fixture
def made(database: Database) -> Evaluated:
    """An evaluated campaign of some six hundred responses, with a leader who may read it."""
    evaluated = make_evaluated(database, is_sample=True)
    sign_up(database, evaluated.unit, username=_LEADER)
    return evaluated


def _waits(page: Page, title: str) -> None:
    expect(page.locator("main h1")).to_have_text(title)
    bar = page.get_by_role("progressbar")
    assert int(bar.get_attribute("max") or 0) > _FEW
    assert bar.get_attribute("value") == "0"
    expect(page.locator("main a.button")).to_have_attribute("href", "/")


def test_the_page_tells_everybody_how_far_it_is_and_opens_by_itself(
    visitors: Visitors, app: Flask, made: Evaluated, axe: Callable[[Page], None]
) -> None:
    columns = app.extensions["survey_app.columns"]
    # As long as somebody else is at it, everybody waits.
    at_it = [each.id for each in made.surveys.values() if columns.claim(each.id)]
    address = f"/results/{made.campaign.id}"
    for locale, title in _TITLES.items():
        with visitors.page("phone", locale) as page:
            sign_in(page, _LEADER, address)
            _waits(page, title)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            axe(page)
        with visitors.page("desktop", locale, java_script_enabled=False) as page:
            sign_in(page, _LEADER, address)
            _waits(page, title)
            axe(page)
            if locale == "en-US":
                for each in at_it:
                    columns.release(each, has_failed=False)
                expect(page.locator(".finding-value")).to_contain_text("%", timeout=_PATIENCE)
