"""A shared tablet, and slips with a code: what the page does besides taking answers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from survey_app.services import invitations
from tests.support import tiny
from tests.support.field import Field, change_collector, responses
from tests.support.pages import ON_ONE_DATABASE, Visitors, Watch, check_accessibility
from tests.support.respondent import Form, open_survey, organiser_of
from tests.support.server import Server
from tests.support.waiting import wait_until

pytestmark = ON_ONE_DATABASE

TINY = tiny.questionnaire(
    tiny.section("one", tiny.single("Q1", required=True)), tiny.section("two", tiny.multiple("Q2"))
)


@pytest.fixture
def field(server: Server) -> Field:
    return open_survey(server.database, TINY)


@pytest.fixture
def tablet(server: Server, field: Field, visitors: Visitors, watch: Watch) -> Iterator[Page]:
    """A tablet at the gate, at the collector's page."""
    watch.allow("Failed to load resource: net::")
    change_collector(server.database, field, is_kiosk=True)
    with visitors.page("phone", viewport={"width": 800, "height": 1280}) as page:
        yield page


def _expect_blank(form: Form) -> None:
    expect(form.question("Q1")).to_be_visible()
    expect(form.page.locator("input:checked")).to_have_count(0)
    assert form.page.evaluate("Object.keys(localStorage)") == []


def test_it_goes_back_to_the_start_and_shows_nobody_the_last_answers(
    server: Server, field: Field, tablet: Page
) -> None:
    form = Form(tablet, field)
    for _ in range(2):
        form.question("Q1").get_by_role("radio").nth(1).check()
        form.next()
        form.send()
        form.expect_thanks()
        check_accessibility(tablet)
        tablet.go_back()
        expect(tablet.locator("input:checked")).to_have_count(0)
        tablet.goto(f"/s/{field.code}")
        _expect_blank(form)
    assert len(responses(server.database, field)) == 2


def test_who_walks_away_leaves_nothing(field: Field, tablet: Page) -> None:
    tablet.clock.install()
    form = Form(tablet, field)
    form.question("Q1").get_by_role("radio").nth(1).check()
    form.next()
    form.question("Q2").get_by_role("checkbox").first.check()
    tablet.clock.fast_forward(50_000)
    expect(form.question("Q2")).to_be_visible()
    tablet.clock.fast_forward(11_000)
    _expect_blank(form)


def test_it_goes_on_while_the_network_is_dead(server: Server, field: Field, tablet: Page) -> None:
    tablet.clock.install()
    form = Form(tablet, field)
    tablet.context.set_offline(True)
    for answer in (1, 2):
        form.question("Q1").get_by_role("radio").nth(answer).check()
        form.next()
        form.send()
        expect(tablet.get_by_role("heading", name="已保存，联网后自动提交")).to_be_visible()
        tablet.clock.fast_forward(11_000)
        expect(form.question("Q1")).to_be_visible()
        expect(tablet.locator("input:checked")).to_have_count(0)
    tablet.context.set_offline(False)
    tablet.clock.fast_forward(60_000)
    assert wait_until(lambda: len(responses(server.database, field)) == 2)
    assert {row.mode for row in responses(server.database, field)} == {"kiosk"}
    assert wait_until(lambda: tablet.evaluate("Object.keys(localStorage)") == [])


def test_the_code_on_a_slip_fills_itself_in_and_stands_in_no_address(
    server: Server, field: Field, phone: Page
) -> None:
    change_collector(server.database, field, needs_invitation=True)
    key = server.settings.secret_key
    run = invitations.issue(
        server.database, actor=organiser_of(server.database), key=key, collector_id=field.collector_id, count=1,
        now=datetime.now(UTC),
    )  # fmt: skip
    ((_, code),) = invitations.codes(key, run)
    addresses: list[str] = []
    phone.on("request", lambda request: addresses.append(request.url))
    form = Form(phone, field, query=f"#{code}")
    expect(phone.get_by_label("您的一次性码")).to_have_value(code)
    assert code not in phone.url
    check_accessibility(phone)
    form.question("Q1").get_by_role("radio").nth(1).check()
    form.next()
    form.send()
    form.expect_thanks()
    assert not any(code in address for address in addresses[1:])
    assert len(responses(server.database, field)) == 1
