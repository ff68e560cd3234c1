"""The settings of a collector in a browser: what is wrong is said at its field, and nothing typed is lost."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey_app import library
from tests.support.field import Field, put_into_field
from tests.support.office import Office, make_office
from tests.support.pages import ON_ONE_DATABASE, sign_in
from tests.support.server import Server
from tests.support.sessions import PASSWORD

_NAMES = itertools.count(1)
Axe = Callable[[Page], None]


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"设码室{next(_NAMES)}", password=PASSWORD)


@pytest.fixture
def field(server: Server, office: Office) -> Field:
    return put_into_field(server.database, office, library.template("A_W").questionnaire)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("locale", "times"),
    [
        ("zh-CN", ("2099年4月20日 09:00", "2099年4月21日 18:00")),
        ("en-US", ("20 Apr 2099 09:00", "21 Apr 2099 18:00")),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(
    desktop: Page, office: Office, field: Field, axe: Axe, times: tuple[str, str]
) -> None:
    page = desktop
    sign_in(page, office.organiser.username, f"/surveys/{field.survey_id}/collectors/{field.collector_id}/settings")
    page.locator("input[name=entry][value=kiosk]").check()
    page.locator("#opens_at").fill("2099-04-20T09:00")
    page.locator("#closes_at").fill("2099-04-19T09:00")
    page.locator("#quota").fill("很多")
    page.locator("#password").fill("abc")
    page.locator("#note").fill("平板在门卫室")
    page.locator("main form .button-primary").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(3)
    expect(page.locator("#note")).to_have_value("平板在门卫室")
    expect(page.locator("input[name=entry][value=kiosk]")).to_be_checked()
    axe(page)
    page.locator("#closes_at").fill("2099-04-21T18:00")
    page.locator("#quota").fill("200")
    page.locator("#password").fill("班组2026")
    page.locator("main form .button-primary").click()
    facts = page.locator("dl.facts")
    for words in (*times, "200", "平板在门卫室"):
        expect(facts).to_contain_text(words)
    axe(page)
