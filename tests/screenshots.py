"""Takes the pictures of the documentation from the sample campaign: `make screenshots`."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from survey_app.services import sample, surveys, units
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Campaign, Collector, Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Purpose, Role, SurveyState, UnitKind
from tests.support.chromium import HOW_TO_INSTALL, find_browser, launch
from tests.support.pages import DEVICES
from tests.support.server import Server, running_server
from tests.support.sessions import PASSWORD
from tests.support.union import person

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images"
NOW = datetime.now(UTC)


_ADDRESS = "http://survey.example.org"
"""Stands in links and QR codes, so that pictures show no warning that phones cannot open them."""
_LANGUAGES = (("zh-CN", "zh"), ("en-US", "en"))


def main() -> None:
    """Make a database with the sample campaign, serve it, and photograph each person's page."""
    found = find_browser()
    if found is None:
        raise SystemExit(HOW_TO_INSTALL)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Database(f"sqlite:///{folder}/pictures.sqlite3")
        _set_up(database)
        browser = launch(playwright, found)
        with running_server(database, Path(folder), SURVEY_APP_PUBLIC_URL=_ADDRESS) as server:
            for locale, suffix in _LANGUAGES:
                _office(browser, server, "leader", "/results/1", locale, suffix)
            # Only now: with one more survey in the field, results would say that answers still come in.
            code, survey_id = _open_one_more(database)
            for locale, suffix in _LANGUAGES:
                _worker(browser, server, code, locale, suffix)
                _office(browser, server, "organiser", f"/surveys/{survey_id}", locale, suffix)
        browser.close()
        database.dispose()


def _set_up(database: Database) -> None:
    """Load the sample, and two people who look at it."""
    database.migrate()
    root = units.create_unit(
        database, actor=SYSTEM, parent_id=None, kind=UnitKind.FEDERATION, name="总工会", name_en="Union", now=NOW
    )
    sample.load(database, root_unit_id=root.id, now=NOW)
    person(database, "organiser", Role.ORGANISER, root)
    person(database, "leader", Role.LEADER, root)


def _open_one_more(database: Database) -> tuple[str, int]:
    """Open one more survey of the sample for a worker to answer; give its first code and its key."""
    with database.reading() as session:
        campaign = session.scalars(select(Campaign)).one()
        version = session.scalars(select(Survey.version_id).order_by(Survey.id)).first()
    assert version is not None
    survey = surveys.create_survey(
        database, actor=SYSTEM, campaign_id=campaign.id, version_id=version, title="工作队满意度测评（示例）",
        title_en="Satisfaction with the work team (sample)", purpose=Purpose.ACTIVITY_EVALUATION,
        audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    with database.reading() as session:
        codes = session.scalars(
            select(Collector.code).where(Collector.survey_id == survey.id).order_by(Collector.id)
        )
        return codes.first() or "", survey.id


def _worker(browser: Browser, server: Server, code: str, locale: str, suffix: str) -> None:
    """The second part of the questionnaire on a phone, half answered."""
    with browser.new_context(
        **{**DEVICES["phone"], "device_scale_factor": 2}, base_url=server.url, locale=locale
    ) as context:
        page = context.new_page()
        page.goto(f"/s/{code}")
        page.locator("[name=consent-given]").check()
        page.locator("[name=q_W01][value='1']").check(force=True)
        page.locator("#next").click()
        for name, grade in (("W10", "1"), ("W11", "1"), ("W12", "2"), ("W13", "1")):
            page.locator(f"[name=q_{name}][value='{grade}']").check(force=True)
        page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        _save(page, f"worker-{suffix}")


def _office(browser: Browser, server: Server, name: str, address: str, locale: str, suffix: str) -> None:
    """The first screen of an office page."""
    with browser.new_context(**DEVICES["desktop"], base_url=server.url, locale=locale) as context:
        page = context.new_page()
        page.goto(f"/sign-in?next={address}")
        page.locator("#username").fill(name)
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        page.wait_for_url(f"**{address}")
        if name == "leader":
            page.locator(".drawing .main-svg").first.wait_for(timeout=60_000)
        page.wait_for_load_state("networkidle")
        _save(page, f"{name}-{suffix}")


def _save(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
