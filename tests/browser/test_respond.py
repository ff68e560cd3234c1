"""A worker answers on a phone: with scripts and without, in Chinese and in English."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from survey_app import library
from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.definition import (
    DateQuestion,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    options_of,
)
from survey_app.questionnaire.rules import Answered, AnyOf, AtLeast, Is
from survey_app.questionnaire.text import Text
from tests.support import tiny
from tests.support.field import Field, change_collector, responses
from tests.support.pages import ON_ONE_DATABASE, Visitors, Watch
from tests.support.respondent import Form, open_survey
from tests.support.server import Server

CASES = json.loads((Path(__file__).parents[1] / "cases" / "rules.json").read_text(encoding="utf-8"))
A_W = library.template("A_W").questionnaire
Axe = Callable[[Page], None]

EVERY_KIND = replace(
    tiny.questionnaire(
        tiny.section(
            "first",
            tiny.single("A1", specify="3"),
            MultipleChoice(
                code="A2",
                text=Text("最多选两项", "At most two"),
                options=(*tiny.options("1", "2", "3"), Option("9", Text("都没有", "None"), exclusive=True)),
                max_choices=2,
            ),
            Number(code="A3", text=Text("几条", "How many"), minimum=0, maximum=999, unit=Text("条", "items")),
        ),
        tiny.section(
            "second",
            Nps(code="A4", text=Text("推荐", "Recommend"), low=Text("不会", "No"), high=Text("会", "Yes")),
            Ranking(code="A5", text=Text("排序", "Rank"), options=tiny.options("1", "2", "3"), top=2),
            DateQuestion(code="A6", text=Text("日期", "Day"), earliest="2017-04-11", latest="2017-04-25"),
            ShortText(code="A7", text=Text("一句话", "One line")),
            tiny.matrix("A8", "A8_1", "A8_2", "A8_3", rows_from="A2"),
            LongText(code="A9", text=Text("为什么", "Why"), shown_if=AtLeast("A3", 10)),
        ),
        tiny.section("third", tiny.rating("A10"), shown_if=AnyOf("A4", ("9", "10"))),
        tiny.section("fourth", tiny.single("A11"), shown_if=Answered("A7")),
    ),
    code="EVERY",
)


@pytest.fixture
def survey(server: Server) -> Callable[[Questionnaire], Field]:
    """Puts a questionnaire into the field on this server."""
    return lambda questionnaire: open_survey(server.database, questionnaire)


@pytest.fixture
def plain_phone(visitors: Visitors, locale: str) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    with visitors.page("phone", locale, java_script_enabled=False) as page:
        yield page


def _answer_a_w(form: Form, *, steps: bool) -> None:
    """Answer the shipped workers' questionnaire in Chinese."""

    def step() -> None:
        if steps:
            form.next()

    form.agree()
    form.choose("W01", "知道，没接触过")
    step()
    form.choose("W10", "满意")
    for row, grade in zip(
        range(11, 17), ("非常满意", "满意", "基本满意", "不满意", "满意", "不了解、未参与"), strict=True
    ):
        form.choose(f"W{row}", grade)
    step()
    form.choose("W20", "小讲堂")
    form.choose("W20", "小关爱")
    form.choose("W21", "满意")
    form.choose("W23", "非常满意")
    step()
    form.choose("W28", "已解决")
    form.choose("W29", "不满意")
    form.choose("W29a", "时间太长")
    step()
    form.choose("W30", "9")
    form.page.get_by_label("工作队做得最好的一件事").fill("教大家算加班工资")
    step()
    form.choose("B4", "是")
    form.send()
    form.expect_thanks()


EXPECTED_A_W = {
    "W01": "2", "W10": "2", "W11": "1", "W12": "2", "W13": "3", "W14": "4", "W15": "2", "W16": "6",
    "W20": ["1", "3"], "W21": "2", "W23": "1", "W28": "1", "W29": "4", "W29a": ["2"], "W30": 9,
    "W32a": "教大家算加班工资", "B4": "1",
}  # fmt: skip


def test_worker_answers_step_by_step(
    server: Server, survey: Callable[[Questionnaire], Field], phone: Page, axe: Axe
) -> None:
    requests: list[str] = []
    phone.on("request", lambda request: requests.append(request.url))
    form = Form(phone, survey(A_W))
    assert len(requests) == 1, requests
    axe(phone)
    expect(form.question("W10")).to_be_hidden()
    _answer_a_w(form, steps=True)
    axe(phone)
    (row,) = responses(server.database, form.field)
    assert row.answers == EXPECTED_A_W
    assert row.seconds is not None
    assert len(requests) == 2


def test_worker_answers_without_scripts(
    server: Server, survey: Callable[[Questionnaire], Field], plain_phone: Page, axe: Axe
) -> None:
    form = Form(plain_phone, survey(A_W))
    axe(plain_phone)
    expect(form.question("W02")).to_contain_text("仅当第 1 题选了“知道，并接触过”时填写。")
    expect(form.question("W21_W26")).to_contain_text("只评第 5 题中选了的各项。")
    form.choose("W02", "一起劳动")  # off the path, as W01 says otherwise
    form.choose("W22", "满意")  # not chosen in W20
    _answer_a_w(form, steps=False)
    (row,) = responses(server.database, form.field)
    assert row.answers == EXPECTED_A_W


@ON_ONE_DATABASE
def test_errors_without_scripts_keep_everything(
    server: Server, survey: Callable[[Questionnaire], Field], plain_phone: Page, axe: Axe
) -> None:
    form = Form(plain_phone, survey(A_W))
    form.choose("W01", "知道，没接触过")
    form.choose("W10", "满意")
    plain_phone.get_by_label("工作队做得最好的一件事").fill("好事一件")
    form.send()
    axe(plain_phone)
    summary = plain_phone.get_by_role("alert")
    expect(summary).to_contain_text("第 4 题“宣传教育有引领")
    expect(form.question("W11")).to_contain_text("请评价这一项。")
    expect(form.question("W01").get_by_label("知道，没接触过")).to_be_checked()
    expect(plain_phone.get_by_label("工作队做得最好的一件事")).to_have_value("好事一件")
    assert responses(server.database, form.field) == []
    summary.get_by_role("link").first.click()
    expect(plain_phone.locator("#q_consent-given")).to_be_in_viewport()


@ON_ONE_DATABASE
def test_errors_are_shown_before_the_next_step(
    survey: Callable[[Questionnaire], Field], phone: Page, axe: Axe
) -> None:
    form = Form(phone, survey(A_W))
    form.next()
    axe(phone)
    expect(phone.get_by_text("请勾选此项")).to_be_visible()
    expect(form.question("W01")).to_contain_text("请回答这一题。")
    expect(form.question("W01")).to_have_attribute("aria-invalid", "true")
    expect(phone.get_by_role("checkbox", name="自愿参加")).to_be_focused()
    form.agree()
    form.choose("W01", "不知道")
    expect(phone.get_by_text("请勾选此项")).to_be_hidden()
    expect(phone.get_by_text("请回答这一题。")).to_be_hidden()
    expect(form.question("W31")).to_contain_text("3. ")
    form.next()
    expect(form.question("W30")).to_be_visible()  # three sections are passed over
    expect(phone.get_by_text("第 2 部分", exact=True).filter(visible=True)).to_have_count(1)


@ON_ONE_DATABASE
def test_what_the_server_refuses_is_shown_in_its_step(
    survey: Callable[[Questionnaire], Field], phone: Page, axe: Axe, watch: Watch
) -> None:
    watch.allow("status of 422")
    form = Form(phone, survey(A_W))
    form.agree()
    form.choose("W01", "不知道")
    form.next()
    # What only the server finds: somebody has tampered with an option.
    phone.evaluate("document.querySelector('#q_W31 input').value = '99'")
    form.question("W31").get_by_role("radio").first.check()
    form.next()
    form.send()
    axe(phone)
    expect(phone.get_by_role("link", name="第 3 题：没有“99”这个选项。")).to_be_visible()
    expect(form.question("W31")).to_be_visible()
    expect(form.question("B1")).to_be_hidden()


def test_going_back_and_sending_again_is_thanked_and_counted_once(
    server: Server, survey: Callable[[Questionnaire], Field], plain_phone: Page
) -> None:
    field = survey(tiny.questionnaire(tiny.single("Q1", required=True)))
    change_collector(server.database, field, once_per_device=False)  # or the browser is asked first
    form = Form(plain_phone, field)
    form.question("Q1").get_by_role("radio").nth(1).check()
    form.send()
    form.expect_thanks()
    for _ in range(2):
        plain_phone.go_back()
        form.question("Q1").get_by_role("radio").nth(2).check()
        form.send()
        form.expect_thanks()
    (row,) = responses(server.database, form.field)
    assert row.answers == {"Q1": "2"}


def test_a_double_tap_sends_once(server: Server, survey: Callable[[Questionnaire], Field], phone: Page) -> None:
    form = Form(phone, survey(tiny.questionnaire(tiny.single("Q1"))))
    posts: list[str] = []
    phone.on("request", lambda request: posts.append(request.method))
    phone.get_by_role("button", name="提交").dblclick(no_wait_after=True)
    form.expect_thanks()
    assert posts == ["POST"]
    assert len(responses(server.database, form.field)) == 1


def test_another_worker_can_answer_on_the_same_phone(
    server: Server, survey: Callable[[Questionnaire], Field], phone: Page
) -> None:
    form = Form(phone, survey(tiny.questionnaire(tiny.single("Q1"))))
    form.send()
    phone.get_by_role("link", name="请另一位工友在本机填写").click()
    form.send()
    form.expect_thanks()
    assert len(responses(server.database, form.field)) == 2


@ON_ONE_DATABASE
def test_the_phones_back_button_goes_one_part_back(survey: Callable[[Questionnaire], Field], phone: Page) -> None:
    form = Form(phone, survey(A_W))
    form.agree()
    form.choose("W01", "知道，没接触过")
    form.next()
    form.choose("W10", "不满意")
    phone.go_back()
    expect(form.question("W01").get_by_label("知道，没接触过")).to_be_checked()
    form.next()
    expect(form.question("W10").get_by_label("不满意", exact=True)).to_be_checked()
    form.back()
    expect(form.question("W01")).to_be_visible()


@ON_ONE_DATABASE
def test_choices_exclude_and_limit_each_other(survey: Callable[[Questionnaire], Field], phone: Page) -> None:
    form = Form(phone, survey(EVERY_KIND))
    boxes = form.question("A2").get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    boxes.nth(2).click()
    expect(boxes.nth(2)).not_to_be_checked()
    expect(form.question("A2")).to_contain_text("最多选 2 项。")
    boxes.nth(3).check()
    expect(boxes.nth(0)).not_to_be_checked()
    boxes.nth(0).check()
    expect(boxes.nth(3)).not_to_be_checked()


@ON_ONE_DATABASE
def test_numbers_run_on_over_what_is_hidden(survey: Callable[[Questionnaire], Field], phone: Page) -> None:
    hidden = replace(tiny.single("N2", shown_if=Is("N1", "1")), text=Text("原因", "Why"))
    last = tiny.single("N3")
    questionnaire = tiny.questionnaire(tiny.single("N1"), hidden, last)
    form = Form(phone, survey(questionnaire))
    expect(form.question("N3")).to_contain_text("2. 文字")
    form.question("N1").get_by_role("radio").first.check()
    expect(form.question("N2")).to_contain_text("2. 原因")
    expect(form.question("N3")).to_contain_text("3. 文字")
    jumping = replace(tiny.single("N1"), help=Text("选第二项的请跳至第 3 题"))
    form = Form(phone, survey(replace(questionnaire, sections=(tiny.section("s", jumping, hidden, last),))))
    expect(form.question("N3")).to_contain_text("3. 文字")


@ON_ONE_DATABASE
def test_words_behind_other_are_asked_with_it(survey: Callable[[Questionnaire], Field], phone: Page) -> None:
    form = Form(phone, survey(EVERY_KIND))
    box = form.question("A1").get_by_role("textbox")
    expect(box).to_be_hidden()
    form.question("A1").get_by_role("radio").nth(2).check()
    expect(box).to_be_visible()


def test_every_kind_is_sent_as_the_server_reads_it(
    server: Server, survey: Callable[[Questionnaire], Field], phone: Page, axe: Axe
) -> None:
    form = Form(phone, survey(EVERY_KIND))
    form.question("A1").get_by_role("radio").nth(2).check()
    form.question("A1").get_by_role("textbox").fill("食堂")
    form.question("A2").get_by_role("checkbox").nth(1).check()
    phone.get_by_label("几条").fill("一千")
    form.next()
    expect(form.question("A3")).to_contain_text("请填写 0 至 999 之间的数。")
    phone.get_by_label("几条").fill("１２")
    form.next()
    axe(phone)
    form.choose("A4", "10")
    form.question("A5").get_by_role("combobox").nth(0).select_option("3")
    form.question("A5").get_by_role("combobox").nth(1).select_option("1")
    phone.get_by_label("日期").fill("2017-04-11")
    phone.get_by_label("一句话").fill("好")
    expect(form.question("A8_1")).to_be_hidden()
    form.question("A8_2").get_by_role("radio").first.check()
    phone.get_by_label("为什么").fill("人多")
    form.next()
    form.question("A10").get_by_role("radio").nth(2).check()
    form.next()
    form.question("A11").get_by_role("radio").nth(0).check()
    form.send()
    form.expect_thanks()
    (row,) = responses(server.database, form.field)
    assert row.answers == {
        "A1": "3", "A1_3_text": "食堂", "A2": ["2"], "A3": 12, "A4": 10, "A5": ["3", "1"], "A6": "2017-04-11",
        "A7": "好", "A8_2": "1", "A9": "人多", "A10": "3", "A11": "1",
    }  # fmt: skip


@ON_ONE_DATABASE
def test_one_page_a_section(
    server: Server, survey: Callable[[Questionnaire], Field], phone: Page, axe: Axe
) -> None:
    questionnaire = replace(A_W, paged=True)
    form = Form(phone, survey(questionnaire))
    form.agree()
    form.choose("W01", "知道，并接触过")
    form.choose("W02", "谈心访谈")
    form.next()
    expect(phone.get_by_text("第 2 部分", exact=True).filter(visible=True)).to_have_count(1)
    axe(phone)
    form.choose("W10", "满意")
    form.back()
    expect(form.question("W02").get_by_label("谈心访谈")).to_be_checked()
    form.choose("W01", "不知道")
    form.next()
    form.choose("W30", "0")
    form.next()
    form.send()
    form.expect_thanks()
    (row,) = responses(server.database, form.field)
    assert row.answers == {"W01": "3", "W30": 0}


@ON_ONE_DATABASE
def test_rules_in_the_page_are_those_of_the_server(survey: Callable[[Questionnaire], Field], phone: Page) -> None:
    Form(phone, survey(A_W))
    outcomes = phone.evaluate("cases => cases.map(each => survey.rules.holds(each.rule, each.answers))", CASES)
    wrong = [case["name"] for case, outcome in zip(CASES, outcomes, strict=True) if outcome is not case["holds"]]
    assert wrong == []


FILL = """given => {
  for (const input of document.querySelectorAll('[name^=q_]')) {
    const values = given[input.name.slice(2)] || [];
    if (input.type === 'radio' || input.type === 'checkbox') input.checked = values.includes(input.value);
    else if (input.tagName === 'SELECT') {
      const all = Array.from(document.getElementsByName(input.name));
      input.value = values[all.indexOf(input)] || '';
    } else input.value = values[0] || '';
  }
  return survey.path();
}"""


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "questionnaire", [A_W, library.template("B_1").questionnaire, EVERY_KIND], ids=lambda q: q.code
)
def test_path_in_the_page_is_that_of_the_server(
    survey: Callable[[Questionnaire], Field], phone: Page, questionnaire: Questionnaire
) -> None:
    Form(phone, survey(questionnaire))
    draw = random.Random(20170411)
    for _ in range(60):
        raw = {
            code: _draw(place.question, draw) for code, place in questionnaire.fields.items() if draw.random() < 0.8
        }
        assert phone.evaluate(FILL, raw) == clean(questionnaire, raw).answers, raw


def _draw(question: object, draw: random.Random) -> Sequence[str]:
    """Answers that a page can send, and some that it should not."""
    match question:
        case MultipleChoice():
            codes = [option.code for option in options_of(question) if not option.exclusive]
            return draw.sample(codes, min(len(codes), draw.randint(0, question.max_choices or 3)))
        case Ranking():
            return [draw.choice(["", "1", "2", "3"]) for _ in range(question.top)]
        case SingleChoice():
            return [draw.choice(question.options).code]
        case ScaleQuestion() | Matrix():
            return [draw.choice("123")]
        case Nps():
            return [str(draw.randint(0, 10))]
        case Number():
            return [
                draw.choice(["", "0", " 7 ", "12", "1,200", "1e2", "1000", "-1", "3.5", "8.0", "x", "９９", "1,2"])
            ]
        case DateQuestion():
            return [draw.choice(["", "2017-04-10", "2017-04-11", "2017-04-25", "2017-04-26"])]
        case _:
            return [draw.choice(["", " ", "　", "\u200b", "有话说", " 两头有空 "])]


@ON_ONE_DATABASE
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_shipped_questionnaires_fit_a_phone(
    survey: Callable[[Questionnaire], Field], visitors: Visitors, locale: str, scheme: str, axe: Axe
) -> None:
    with visitors.page("phone", locale, java_script_enabled=False, color_scheme=scheme) as page:
        for template in library.templates():
            Form(page, survey(template.questionnaire))
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") == 360, template.code
            assert _too_small(page) == [], template.code


def _too_small(page: Page) -> list[Mapping[str, Any]]:
    """Targets below 44 pixels, and words that stick out of their segment."""
    return page.evaluate(
        """() => {
        const all = document.querySelectorAll('label > input, button, select, textarea, summary');
        return Array.from(all).map(each => {
            const target = each.matches('[type=radio],[type=checkbox]') ? each.parentNode : each;
            const place = target.getBoundingClientRect(), words = target.querySelector('span');
            return {name: each.name, width: place.width, height: place.height,
                    out: words !== null && words.scrollWidth > words.clientWidth + 1};
        }).filter(each => each.height && (each.height < 44 || each.width < 44 || each.out));
        }"""
    )


@ON_ONE_DATABASE
def test_rules_follow_what_is_typed(survey: Callable[[Questionnaire], Field], phone: Page) -> None:
    asked = ShortText(code="Q1", text=Text("岗位", "Post"))
    form = Form(phone, survey(tiny.questionnaire(asked, tiny.single("Q2", shown_if=Is("Q1", "焊工")))))
    expect(form.question("Q2")).to_be_hidden()
    phone.get_by_label("岗位").press_sequentially("焊工")
    expect(form.question("Q2")).to_be_visible()


@ON_ONE_DATABASE
@pytest.mark.parametrize("locale", ["en-US"])
def test_steps_in_english(survey: Callable[[Questionnaire], Field], phone: Page, axe: Axe) -> None:
    form = Form(phone, survey(A_W))
    form.next()
    axe(phone)
    expect(form.question("W01")).to_contain_text("Please answer this question.")
    form.agree()
    form.choose("W01", "Yes, and I was in contact with it")
    form.next()
    expect(phone.get_by_text("Part 2", exact=True)).to_be_visible()
    axe(phone)
    phone.goto(f"/s/{form.field.code}")
    phone.get_by_role("link", name="中文").click()
    expect(phone.get_by_role("heading", name="工作队满意度测评表（职工卷）")).to_be_visible()
