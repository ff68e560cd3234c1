"""An organiser's desk in the browser: from a template to the codes on the wall, in both languages."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.support.office import Office, make_office
from tests.support.pages import EACH_ONCE, ON_ONE_DATABASE, Visitors, sign_in
from tests.support.server import Server
from tests.support.sessions import PASSWORD
from tests.support.waiting import wait_until

_NAMES = itertools.count(1)
Axe = Callable[[Page], None]


@dataclass(frozen=True)
class Words:
    """What the buttons and places are called in one language."""

    from_template: str
    template: str
    use: str
    publish: str
    published: str
    for_survey: str
    following: str
    prepare: str
    open: str
    is_open: str
    copy: str
    print: str
    preview: str
    send: str
    workers: str


_WORDS = {
    "zh-CN": Words(
        from_template="从模板新建",
        template="工作队满意度测评表（职工卷）",
        use="使用此模板",
        publish="发布问卷",
        published="已发布第 1 版",
        for_survey="用于测评",
        following="下一步",
        prepare="建立测评",
        open="开放测评",
        is_open="收集中",
        copy="复制链接",
        print="打印小卡",
        preview="问卷的手机预览",
        send="您知道工会工作队到本企业驻点吗？",
        workers="职工",
    ),
    "en-US": Words(
        from_template="New from a template",
        template="Satisfaction with the work team (workers)",
        use="Use this template",
        publish="Publish questionnaire",
        published="Version 1 published",
        for_survey="Use for a survey",
        following="Next step",
        prepare="Prepare the survey",
        open="Open the survey",
        is_open="Taking answers",
        copy="Copy",
        print="Print small cards",
        preview="Preview as on a phone",
        send="Do you know",
        workers="Workers",
    ),
}


@pytest.fixture
def words(locale: str) -> Words:
    return _WORDS[locale]


@pytest.fixture
def office(server: Server) -> Office:
    return make_office(server.database, name=f"书室{next(_NAMES)}", password=PASSWORD)


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def _publish_from_template(page: Page, words: Words) -> None:
    _link(page, words.from_template)
    _link(page, words.template)
    _button(page, words.use)
    _button(page, words.publish)


def _open_survey(page: Page, words: Words) -> None:
    _link(page, words.for_survey)
    _button(page, words.following)
    _button(page, words.prepare)
    _button(page, words.open)


@EACH_ONCE
def test_from_a_template_to_the_codes_on_the_wall(desktop: Page, office: Office, words: Words, axe: Axe) -> None:
    page = desktop
    sign_in(page, office.organiser.username, "/questionnaires/")
    axe(page)
    _link(page, words.from_template)
    axe(page)
    _link(page, words.template)
    axe(page)
    _button(page, words.use)
    preview = page.frame_locator("iframe")
    expect(preview.get_by_text(words.send).first).to_be_visible()
    axe(page)
    _button(page, words.publish)
    expect(page.get_by_text(words.published)).to_be_visible()
    axe(page)
    _link(page, words.for_survey)
    axe(page)
    _button(page, words.following)
    axe(page)
    _button(page, words.prepare)
    axe(page)
    _button(page, words.open)
    expect(page.locator(".page-state")).to_contain_text(words.is_open)
    rows = page.locator("table.collectors tbody tr")
    expect(rows).to_have_count(len(office.postings))
    for posting in office.postings:
        expect(page.get_by_role("row").filter(has_text=posting.unit.name)).to_have_count(1)
    axe(page)
    _link(page, words.print)
    expect(page.locator(".code-cards img")).to_have_count(len(office.postings))
    axe(page)
    page.goto("/surveys/")
    expect(page.get_by_text(words.is_open, exact=True)).to_be_visible()
    axe(page)


@ON_ONE_DATABASE
def test_a_code_is_downloaded_under_a_telling_name(desktop: Page, office: Office) -> None:
    words = _WORDS["zh-CN"]
    sign_in(desktop, office.organiser.username, "/questionnaires/")
    _publish_from_template(desktop, words)
    _open_survey(desktop, words)
    _link(desktop, office.postings[0].unit.name)
    with desktop.expect_download() as downloading:
        _link(desktop, "下载二维码（PNG）")
    assert unquote(downloading.value.suggested_filename) == f"收集码_{office.postings[0].unit.name}_职工.png"
    assert downloading.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_link_on_the_page_leads_a_worker_to_the_questionnaire(
    desktop: Page, visitors: Visitors, office: Office
) -> None:
    words = _WORDS["zh-CN"]
    sign_in(desktop, office.organiser.username, "/questionnaires/")
    _publish_from_template(desktop, words)
    _open_survey(desktop, words)
    link = desktop.locator("table.collectors code").first.inner_text()
    with visitors.page("phone") as worker:
        worker.goto(link)
        expect(worker.get_by_text(words.send).first).to_be_visible()
        _button(desktop, "暂停测评")
        # Codes are looked up once a second.
        assert wait_until(lambda: worker.goto(link).status == 403)


@ON_ONE_DATABASE
def test_the_desk_works_on_a_phone_without_scripts(visitors: Visitors, office: Office, axe: Axe) -> None:
    words = _WORDS["zh-CN"]
    with visitors.page("phone", java_script_enabled=False) as page:
        sign_in(page, office.organiser.username, "/questionnaires/")
        _publish_from_template(page, words)
        axe(page)
        _open_survey(page, words)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        expect(page.get_by_role("button", name=words.copy)).to_have_count(0)
        _link(page, office.postings[0].unit.name)
        page.locator("#posting_id").select_option(label=f"{office.postings[1].unit.name}、第一工作队、第一期")
        _button(page, "转移收集码")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{office.postings[1].unit.name} · 职工 2")
        axe(page)


@ON_ONE_DATABASE
def test_what_was_typed_stays_when_something_is_wrong(desktop: Page, office: Office, axe: Axe) -> None:
    words = _WORDS["zh-CN"]
    sign_in(desktop, office.organiser.username, "/questionnaires/")
    _publish_from_template(desktop, words)
    _link(desktop, words.for_survey)
    _button(desktop, words.following)
    desktop.locator("#title").fill("四月测评")
    desktop.locator("#opens_at").fill("2026-04-20T09:00")
    desktop.locator("#closes_at").fill("2026-04-19T09:00")
    desktop.get_by_label(words.workers, exact=True).uncheck()
    with desktop.expect_response(lambda response: response.request.method == "POST") as refused:
        _button(desktop, words.prepare)
    assert refused.value.status == 422
    expect(desktop.locator("#title")).to_have_value("四月测评")
    expect(desktop.locator("#closes_at")).to_have_value("2026-04-19T09:00")
    expect(desktop.get_by_role("alert")).to_contain_text("截止时间应晚于开始时间")
    expect(desktop.get_by_role("alert")).to_contain_text("请至少选择一项")
    axe(desktop)


@ON_ONE_DATABASE
def test_one_page_shows_other_versions_and_languages_on_the_phone(desktop: Page, office: Office) -> None:
    words = _WORDS["zh-CN"]
    sign_in(desktop, office.organiser.username, "/questionnaires/")
    _publish_from_template(desktop, words)
    desktop.locator(".phone-tools").get_by_role("link", name="English").click()
    preview = desktop.frame_locator("iframe")
    expect(preview.locator("html")).to_have_attribute("lang", "en")
    _link(desktop, "第 1 版")
    expect(preview.locator("html")).to_have_attribute("lang", "zh-Hans")
