"""Fieldwork in the browser: a campaign set up, a visit recorded, units and users kept, in both languages."""

import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from survey_app.services import campaigns
from survey_app.services.access import SYSTEM
from survey_app.words import PostingMode
from tests.support.pages import EACH_ONCE, ON_ONE_DATABASE, Visitors
from tests.support.server import Server
from tests.support.sessions import PASSWORD
from tests.support.union import NOW, Union, make_union

Axe = Callable[[Page], None]

_NUMBERS = itertools.count(1)
_WORDS = {
    "zh-CN": {
        "user": "用户名",
        "password": "密码",
        "sign in": "登录",
        "new campaign": "新建活动",
        "name": "名称",
        "begins": "开始日期",
        "ends": "结束日期",
        "days": "驻点天数",
        "begin": "建立活动",
        "add round": "新增期次",
        "save round": "添加期次",
        "add team": "新增工作队",
        "save team": "添加工作队",
        "full name": "姓名",
        "save member": "添加队员",
        "add posting": "新增驻点",
        "enterprise": "企业",
        "workers": "职工人数",
        "from": "计划开始",
        "until": "计划结束",
        "save posting": "添加驻点",
        "overdue": "逾期 1 次",
        "ledger": "活动台账",
        "first entry": "登记第一条",
        "kind": "类别",
        "hours": "劳动体验（小时）",
        "exact": "准确程度",
        "at least": "余（多于）",
        "amount": "数量",
        "save entry": "登记",
        "total": "2250余小时",
        "check": "请检查以下内容",
        "needed": "此项必填",
        "before": "结束日期早于开始日期",
        "new user": "新增用户",
        "make user": "创建用户",
        "noted": "已记下",
        "new password": "新密码",
        "again": "再次输入新密码",
        "save password": "保存密码",
        "changed": "密码已修改",
        "add unit": "新增下级单位",
        "save unit": "添加单位",
        "move": "调整隶属",
        "to": "调整到",
        "moved": "原隶属关系已留存",
        "stood": "隶属变化",
    },
    "en-US": {
        "user": "User name",
        "password": "Password",
        "sign in": "Sign in",
        "new campaign": "New campaign",
        "name": "Name",
        "begins": "Begins on",
        "ends": "Ends on",
        "days": "Days of a posting",
        "begin": "Begin the campaign",
        "add round": "Add a round",
        "save round": "Add the round",
        "add team": "Add a work team",
        "save team": "Add the team",
        "full name": "Full name",
        "save member": "Add the member",
        "add posting": "Add a posting",
        "enterprise": "Enterprise",
        "workers": "Number of workers",
        "from": "Planned from",
        "until": "Planned until",
        "save posting": "Add the posting",
        "overdue": "1 overdue",
        "ledger": "Activity ledger",
        "first entry": "Add the first entry",
        "kind": "Kind",
        "hours": "Hours of work alongside workers (hours)",
        "exact": "How exact",
        "at least": "more than",
        "amount": "Amount",
        "save entry": "Add the entry",
        "total": "more than 2,250 hours",
        "check": "Please look at the following",
        "needed": "This is needed",
        "before": "The end lies before the beginning",
        "new user": "Add a user",
        "make user": "Make the user",
        "noted": "I have noted it",
        "new password": "New password",
        "again": "New password again",
        "save password": "Save the password",
        "changed": "Your password has been changed",
        "add unit": "Add a unit below",
        "save unit": "Add the unit",
        "move": "Move",
        "to": "New place, below",
        "moved": "Where it stood before is kept",
        "stood": "Where it stood",
    },
}


@pytest.fixture
def words(locale: str) -> dict[str, str]:
    """What places, fields and buttons are called in the test's language."""
    return _WORDS[locale]


@pytest.fixture
def name() -> str:
    """What keeps this test's union apart from those of the other tests on the same server."""
    return f"fw{next(_NUMBERS)}"


@pytest.fixture
def union(server: Server, name: str) -> Union:
    """A union on the server; its administrator is `<name>root`."""
    return make_union(server.database, name)


def _sign_in(page: Page, username: str, words: dict[str, str], password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label(words["user"]).fill(username)
    page.get_by_label(words["password"], exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name=words["sign in"]).click()


def _press(page: Page, word: str) -> None:
    page.get_by_role("main").get_by_role("button", name=word, exact=True).first.click()


def _follow(page: Page, word: str) -> None:
    page.get_by_role("main").get_by_role("link", name=word, exact=True).first.click()


def _day(page: Page, label: str, day: date) -> None:
    page.get_by_label(label, exact=True).fill(day.isoformat())


@EACH_ONCE
def test_an_organiser_sets_up_a_campaign(
    desktop: Page, union: Union, name: str, words: dict[str, str], axe: Axe
) -> None:
    page = desktop
    _sign_in(page, f"{name}root", words)
    _follow(page, words["new campaign"])
    axe(page)
    begins = date.today() - timedelta(days=80)  # noqa: DTZ011  # only the distance matters, not the hour
    page.get_by_label(words["name"], exact=True).fill("到职工中去")
    _day(page, words["begins"], begins)
    _day(page, words["ends"], begins - timedelta(days=1))
    page.get_by_label(words["days"]).fill("１４")
    _press(page, words["begin"])
    expect(page.get_by_role("alert")).to_contain_text(words["check"])
    expect(page.get_by_role("alert")).to_contain_text(words["before"])
    expect(page.get_by_label(words["name"], exact=True)).to_have_value("到职工中去")
    axe(page)
    _day(page, words["ends"], begins + timedelta(days=200))
    _press(page, words["begin"])
    expect(page.get_by_role("heading", level=1)).to_have_text("到职工中去")
    axe(page)
    _follow(page, words["add round"])
    _day(page, words["begins"], begins)
    _press(page, words["save round"])
    _follow(page, words["add team"])
    page.get_by_label(words["name"], exact=True).fill("第一工作队")
    _press(page, words["save team"])
    page.get_by_label(words["full name"]).fill("张建国")
    _press(page, words["save member"])
    axe(page)
    page.get_by_role("navigation").get_by_role("link", name="到职工中去").click()
    _follow(page, words["add posting"])
    page.get_by_label(words["enterprise"], exact=True).select_option(label=f"\u3000\u3000{name}北钢铁厂")
    _day(page, words["from"], begins)
    _day(page, words["until"], begins + timedelta(days=13))
    _press(page, words["save posting"])
    expect(page.get_by_role("main")).to_contain_text(words["overdue"])
    expect(page.get_by_role("main")).to_contain_text("430")
    axe(page)


@EACH_ONCE
def test_the_ledger_prints_the_word_of_the_bound(
    desktop: Page, union: Union, name: str, words: dict[str, str], server: Server, axe: Axe
) -> None:
    campaign = campaigns.create_campaign(
        server.database,
        actor=SYSTEM,
        unit_id=union.north.unit.id,
        name="走基层",
        starts_on=date(2026, 4, 1),
        now=NOW,
    )
    page = desktop
    _sign_in(page, f"{name}north.organiser", words)
    page.goto(f"/campaigns/{campaign.id}")
    _follow(page, words["ledger"])
    axe(page)
    _follow(page, words["first entry"])
    axe(page)
    page.get_by_label(words["kind"], exact=True).select_option(label=words["hours"])
    page.get_by_label(words["exact"]).select_option(label=words["at least"])
    page.get_by_label(words["amount"], exact=True).fill("2,25O")
    _press(page, words["save entry"])
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label(words["amount"], exact=True).fill("2,250")
    _press(page, words["save entry"])
    expect(page.get_by_role("group").filter(has_text=words["total"])).to_be_visible()
    page.get_by_role("group").filter(has_text=words["total"]).locator("summary").click()
    axe(page)


def test_a_team_member_records_a_visit_on_a_phone_without_scripts(
    visitors: Visitors, union: Union, name: str, axe: Axe
) -> None:
    with visitors.page("phone", java_script_enabled=False) as page:
        _sign_in(page, f"{name}north.team_member", _WORDS["zh-CN"])
        expect(page.get_by_role("heading", level=1)).to_have_text("回访")
        axe(page)
        page.get_by_role("link", name=f"{name}北钢铁厂").first.click()
        axe(page)
        page.get_by_label("约定日期").fill("2026-05-12")
        _press(page, "记下日期")
        expect(page.get_by_role("status")).to_contain_text("约定日期已记下")
        page.get_by_label("回访日期", exact=True).fill("2026-05-12")
        page.get_by_label("回访情况").fill("食堂已延长供应。")
        _press(page, "保存记录")
        expect(page.get_by_role("alert")).to_contain_text("此项必填")
        expect(page.get_by_label("回访情况")).to_have_value("食堂已延长供应。")
        axe(page)
        page.get_by_label("地点").fill("厂工会会议室")
        page.get_by_label("座谈人数").fill("12")
        _press(page, "保存记录")
        expect(page.get_by_role("main")).to_contain_text("已回访")
        expect(page.get_by_role("main")).to_contain_text("厂工会会议室")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@ON_ONE_DATABASE
def test_overdue_visits_are_found_by_their_filter(
    visitors: Visitors, union: Union, name: str, server: Server
) -> None:
    ended = date.today() - timedelta(days=45)  # noqa: DTZ011  # only the distance matters, not the hour
    campaigns.change_posting(
        server.database,
        actor=SYSTEM,
        posting_id=union.north.posting.id,
        mode=PostingMode.STATIONED,
        planned_from=ended,
        planned_to=ended,
        now=NOW,
    )
    with visitors.page("desktop") as page:
        _sign_in(page, f"{name}north.organiser", _WORDS["zh-CN"])
        page.goto("/visits/")
        page.get_by_label("状态").select_option("overdue")
        _press(page, "查看")
        rows = page.get_by_role("main").locator("tbody tr")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("1 个月回访")
        expect(rows).to_contain_text("已逾期")
        page.get_by_label("状态").select_option("cancelled")
        _press(page, "查看")
        expect(page.get_by_role("main")).to_contain_text("没有符合条件的回访")


@EACH_ONCE
def test_units_are_added_and_moved_with_the_keyboard(
    desktop: Page, union: Union, name: str, words: dict[str, str], axe: Axe
) -> None:
    page = desktop
    _sign_in(page, f"{name}root", words)
    page.goto("/units/")
    axe(page)
    page.get_by_role("link", name=f"{name}北区总工会").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name}北区总工会")
    axe(page)
    _follow(page, words["add unit"])
    axe(page)
    page.get_by_label(words["name"], exact=True).fill("机床厂")
    page.get_by_label(words["workers"]).fill("abc")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label(words["workers"]).fill("70")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("机床厂")
    _follow(page, words["move"])
    page.get_by_label(words["to"]).select_option(label=f"\u3000{name}南区总工会")
    _press(page, words["move"] if words["move"] == "调整隶属" else "Move the unit")
    expect(page.get_by_role("status")).to_contain_text(words["moved"])
    expect(page.get_by_role("navigation").filter(has_text=f"{name}南区总工会")).to_be_visible()
    axe(page)


@EACH_ONCE
def test_a_new_user_gets_in_with_the_password_that_was_shown_once(
    visitors: Visitors, union: Union, name: str, words: dict[str, str], locale: str, axe: Axe
) -> None:
    with visitors.page("desktop", locale) as office, visitors.page("phone", locale) as phone:
        _sign_in(office, f"{name}north.administrator", words)
        office.goto("/users/")
        axe(office)
        _follow(office, words["new user"])
        axe(office)
        office.get_by_label(words["full name"]).fill("王芳")
        office.get_by_label(words["user"]).fill(f"{name}.wang")
        _press(office, words["make user"])
        password = office.locator("code").inner_text()
        assert re.fullmatch("([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
        axe(office)
        _follow(office, words["noted"])
        axe(office)
        office.goto("/audit/")
        axe(office)
        _sign_in(phone, f"{name}.wang", words, password)
        axe(phone)
        phone.get_by_label(words["new password"], exact=True).fill("four calm words here")
        phone.get_by_label(words["again"]).fill("four calm words here")
        _press(phone, words["save password"])
        expect(phone.get_by_role("status")).to_contain_text(words["changed"])
        axe(phone)


@ON_ONE_DATABASE
@pytest.mark.parametrize(("device", "locale"), [("phone", "zh-CN"), ("phone", "en-US"), ("desktop", "zh-CN")])
def test_no_page_is_wider_than_its_screen(
    visitors: Visitors, union: Union, name: str, words: dict[str, str], locale: str, device: str, axe: Axe
) -> None:
    north = union.north
    pages = [
        "/campaigns/",
        f"/campaigns/{north.campaign.id}",
        f"/campaigns/{north.campaign.id}/activities",
        f"/postings/{north.posting.id}",
        f"/rounds/{north.round.id}",
        f"/teams/{north.team.id}",
        "/visits/",
        f"/visits/{north.visits[0].id}",
        "/units/",
        f"/units/{north.enterprise.id}",
        f"/units/{north.enterprise.id}/edit",
        "/users/",
        f"/users/{union.administrator.user_id}",
        "/audit/?action=unit_moved",
        "/password",
        "/no/such/page",
    ]
    with visitors.page(device, locale) as page:
        _sign_in(page, f"{name}root", words)
        for address in pages:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
            axe(page)
