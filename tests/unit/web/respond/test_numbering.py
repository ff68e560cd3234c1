"""How many questions come before a section, and where numbers have to stay as they are printed."""

from dataclasses import replace

import pytest

from survey_app import library
from survey_app.questionnaire.definition import Questionnaire, Statement
from survey_app.questionnaire.rules import Is
from survey_app.questionnaire.text import Text
from survey_app.web.respond.numbering import asked_before
from tests.support import tiny

FORM = tiny.questionnaire(
    tiny.section(
        "one", tiny.single("Q1"), tiny.single("Q2", shown_if=Is("Q1", "1")), Statement(code="N", text=tiny.WORDS)
    ),
    tiny.section("two", tiny.single("Q3"), shown_if=Is("Q1", "1")),
    tiny.section("three", tiny.single("Q4")),
)


def _asking(words: str) -> Questionnaire:
    return tiny.questionnaire(replace(tiny.single("Q1"), text=Text(words)))


@pytest.mark.parametrize(("answer", "before"), [("1", [0, 2, 3]), ("2", [0, 1, 1])])
def test_only_what_is_asked_is_counted(answer: str, before: list[int]) -> None:
    assert [asked_before(FORM, section, {"Q1": answer}) for section in FORM.sections] == before


@pytest.mark.parametrize(
    "words",
    [
        "选“否”的请跳至第 5 题",
        "第3、4题只由劳模填写",
        "满意的转5",
        "与第十题相同",
        "5—8题选填",
        "As in question 3",
        "See Q12",
    ],
)
def test_numbers_stay_where_a_text_names_one(words: str) -> None:
    assert asked_before(_asking(words)) is None


@pytest.mark.parametrize(
    "words",
    ["您第一次遇到这个问题是什么时候", "本问卷共 10 题", "您有 3 个问题想问吗", "2017 年第 1 期", "跳绳", "转岗"],
)
def test_other_numbers_name_no_question(words: str) -> None:
    assert asked_before(_asking(words)) == 0


@pytest.mark.parametrize("template", library.templates(), ids=lambda template: template.code)
def test_shipped_questionnaires_name_no_numbers(template: library.Template) -> None:
    assert asked_before(template.questionnaire) == 0
