"""An interview by telephone, made with the keyboard alone, also while the network is away."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from survey_app.questionnaire.definition import LongText
from survey_app.questionnaire.text import Text
from tests.support import tiny
from tests.support.field import put_into_field, responses
from tests.support.office import make_office
from tests.support.pages import ON_ONE_DATABASE, Watch
from tests.support.server import Server
from tests.support.sessions import PASSWORD

pytestmark = ON_ONE_DATABASE

TINY = tiny.questionnaire(
    tiny.section(
        "one",
        tiny.single("Q1", required=True),
        tiny.multiple("Q2"),
        LongText(code="Q3", text=Text("意见", "Opinion")),
    )
)


def test_keys_alone_make_an_interview(
    server: Server, desktop: Page, watch: Watch, axe: Callable[[Page], None]
) -> None:
    watch.allow("Failed to load resource: net::")
    office = make_office(server.database, name="访问", password=PASSWORD)
    field = put_into_field(server.database, office, TINY)
    address = f"/surveys/{field.survey_id}/interviews/{field.collector_id}"
    desktop.goto(f"/sign-in?next={address}")
    desktop.locator("#username").fill(office.organiser.username)
    desktop.locator("#password").fill(PASSWORD)
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_text("请先读出")).to_be_visible()
    axe(desktop)
    for key in ("2", "Enter", "1", "3", "Enter"):
        desktop.keyboard.press(key)
    desktop.keyboard.type("3 号车间太热")
    desktop.keyboard.press("Control+Enter")
    expect(desktop.get_by_text("您今天在本测评中已完成 1 份访问")).to_be_visible()
    desktop.keyboard.press("1")
    desktop.context.set_offline(True)
    desktop.keyboard.press("Control+Enter")
    expect(desktop.get_by_role("heading", name="已保存，联网后自动提交")).to_be_visible()
    desktop.context.set_offline(False)
    expect(desktop.get_by_text("您今天在本测评中已完成 2 份访问")).to_be_visible()
    found = sorted(
        (row.mode, row.answers["Q1"], row.answers.get("Q3")) for row in responses(server.database, field)
    )
    assert found == [("phone", "1", None), ("phone", "2", "3 号车间太热")]
