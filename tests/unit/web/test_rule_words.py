"""Rules in words, as a page without script, the author and the printed form show them."""

import pytest

from survey_app import library
from survey_app.questionnaire.definition import Matrix, Number, ShortText
from survey_app.questionnaire.rules import All, Answered, Any, AnyOf, AtLeast, AtMost, Is, IsNot, Not, Rule
from survey_app.web.rule_words import (
    only_chosen_rows,
    only_if,
    question_numbers,
    rule_words,
    section_only_if,
)
from tests.support import tiny

A_W = library.template("A_W").questionnaire
FREE = tiny.questionnaire(
    Number(code="N", text=tiny.WORDS),
    ShortText(code="T", text=tiny.WORDS),
    tiny.matrix("M", "M1", "M2"),
    tiny.single("S", specify="3"),
)

CASES: list[tuple[Rule, str, str]] = [
    (
        Is("W01", "1"),
        "第 1 题选了“知道，并接触过”",
        "question 1 was answered with “Yes, and I was in contact with it”",
    ),
    (IsNot("W01", "3"), "第 1 题选了“不知道”以外的答案", "question 1 was answered, but not with “No”"),
    (
        AnyOf("W29", ("4", "5")),
        "第 9 题选了“不满意”或“非常不满意”",
        "question 9 was answered with “Dissatisfied” or “Very dissatisfied”",
    ),
    (AtLeast("W30", 9), "第 11 题不小于 9", "question 11 is 9 or more"),
    (AtMost("W30", 6), "第 11 题不大于 6", "question 11 is 6 or less"),
    (Answered("W32a"), "第 13 题已作答", "question 13 was answered"),
    (Not(Answered("W32a")), "第 13 题没有作答", "question 13 was not answered"),
    (Not(Is("W01", "3")), "第 1 题没有选“不知道”", "question 1 was not answered with “No”"),
    (Not(AtLeast("W30", 9)), "并非第 11 题不小于 9", "it is not so that question 11 is 9 or more"),
    (
        All((Answered("W01"), Any((AtLeast("W30", 9), AtMost("W30", 1))))),
        "第 1 题已作答，并且（第 11 题不小于 9，或者第 11 题不大于 1）",
        "question 1 was answered and (question 11 is 9 or more or question 11 is 1 or less)",
    ),
    (
        Is("W16", "1"),
        "第 4 题“服务基层有成效（对班组、企业工会有看得见的帮助）”选了“非常满意”",
        (
            "“Results for the grassroots (visible help for teams and the enterprise union)” in question 4"
            " was answered with “Very satisfied”"
        ),
    ),
    (Is("W30", "0"), "第 11 题选了“0”", "question 11 was answered with “0”"),
    (Is("NOT_THERE", "1"), "第 NOT_THERE 题选了“1”", "question NOT_THERE was answered with “1”"),
]


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("rule", "words"), [(rule, zh) for rule, zh, _ in CASES])
def test_rules_in_chinese(rule: Rule, words: str) -> None:
    assert rule_words(rule, A_W) == words


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("rule", "words"), [(rule, en) for rule, _, en in CASES])
def test_rules_in_english(rule: Rule, words: str) -> None:
    assert rule_words(rule, A_W) == words


@pytest.mark.usefixtures("chinese")
def test_sentences_beside_questions_sections_and_rows() -> None:
    w02, section = A_W.question_by_code["W02"], A_W.sections[1]
    rows = A_W.question_by_code["W21_W26"]
    assert w02.shown_if is not None
    assert section.shown_if is not None
    assert isinstance(rows, Matrix)
    assert only_if(w02.shown_if, A_W) == "仅当第 1 题选了“知道，并接触过”时填写。"
    assert section_only_if(section.shown_if, A_W) == "本部分仅当第 1 题选了“不知道”以外的答案时填写。"
    assert only_chosen_rows(rows, A_W) == "只评第 5 题中选了的各项。"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    "rule", [All(()), Any(()), Answered("N"), Is("T", "x"), Is("M2", "1"), Is("S_3_text", "x")]
)
def test_every_rule_has_words(rule: Rule) -> None:
    assert rule_words(rule, FREE)


def test_numbers_run_through_and_pass_over_statements() -> None:
    numbers = question_numbers(library.template("B_1").questionnaire)
    assert "F00" not in numbers
    assert list(numbers.values()) == list(range(1, len(numbers) + 1))
