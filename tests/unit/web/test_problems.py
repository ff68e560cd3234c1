"""Every problem of an answer has words in both languages."""

import ast
import inspect
from collections.abc import Mapping

import pytest
from flask import Flask

from survey_app.questionnaire import answers
from survey_app.questionnaire.answers import AnswerProblem, clean
from survey_app.questionnaire.definition import DateQuestion, LongText, Number, Ranking
from survey_app.questionnaire.text import Text
from survey_app.web.problems import answer_problem_words
from tests.support import tiny

QUESTIONNAIRE = tiny.questionnaire(
    tiny.single("Q1", required=True),
    tiny.multiple("Q2", exclusive="4", most=2),
    Number(code="Q3", text=tiny.WORDS, minimum=0, maximum=999),
    Number(code="Q4", text=tiny.WORDS, decimals=2),
    DateQuestion(code="Q5", text=tiny.WORDS, earliest="2017-04-11", latest="2017-04-25"),
    LongText(code="Q6", text=tiny.WORDS, max_length=3, required=True),
    Ranking(code="Q7", text=tiny.WORDS, options=tiny.options("1", "2", "3"), top=2),
    tiny.matrix("Q8", "Q8_1", required=True),
)
GIVEN: Mapping[str, str | list[str]] = {
    "Q1": "1",
    "Q6": "a",
    "Q8_1": "1",
}
CASES = [
    ({"Q1": ""}, "请回答这一题。", "Please answer this question."),
    ({"Q6": " "}, "请填写这一题。", "Please fill this in."),
    ({"Q8_1": ""}, "请评价这一项。", "Please rate this item."),
    ({"Q1": "9"}, "没有“9”这个选项。", "“9” is not one of the answers."),
    ({"Q1": ["1", "2"]}, "只能填一个答案。", "Please give one answer only."),
    ({"Q2": ["1", "4"]}, "选了“文字”，就不能再选其他项。", "“words” cannot be chosen together with others."),
    ({"Q2": ["1", "2", "3"]}, "最多选 2 项。", "Please choose at most 2."),
    ({"Q3": "很多"}, "请用数字填写。", "Please fill in a number, in digits."),
    ({"Q3": "1000"}, "请填写 0 至 999 之间的数。", "Please fill in a number from 0 to 999."),
    ({"Q3": "1.5"}, "请填写整数。", "Please fill in a whole number."),
    ({"Q4": "1.505"}, "最多保留 2 位小数。", "Please fill in a number with at most 2 decimals."),
    ({"Q4": "1e20"}, "数字过大，请核对。", "The number is too large."),
    (
        {"Q5": "昨天"},
        "请填写正确的日期，例如 2017-04-11。",
        "Please fill in a day that exists, such as 2017-04-11.",
    ),
    ({"Q5": "2017-04-10"}, "日期不能早于2017年4月11日。", "Please fill in 11 Apr 2017 or a later day."),
    ({"Q5": "2017-04-26"}, "日期不能晚于2017年4月25日。", "Please fill in 25 Apr 2017 or an earlier day."),
    ({"Q6": "abcd"}, "最多 3 字，现有 4 字，请写短一些。", "At most 3 characters, please; these are 4."),
    ({"Q7": ["1", "1"]}, "同一项只能排一次。", "Each item can have one place only."),
]


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("given", "zh", "en"), CASES)
def test_words_in_both_languages(given: Mapping[str, str | list[str]], zh: str, en: str) -> None:
    raw = {code: [value] if isinstance(value, str) else value for code, value in {**GIVEN, **given}.items()}
    (problem,) = clean(QUESTIONNAIRE, raw).problems
    assert answer_problem_words(problem, QUESTIONNAIRE) == zh
    assert answer_problem_words(problem, QUESTIONNAIRE, "en") == en
    assert answer_problem_words(problem, QUESTIONNAIRE, "zh_Hans_CN") == zh


@pytest.mark.usefixtures("chinese")
def test_every_kind_that_cleaning_knows_has_words() -> None:
    kinds = _kinds() | {"consent_required"}
    assert {"required", "exclusive", "ranked_twice"} < kinds
    params = {
        "value": "9", "option": "4", "most": 2, "least": 1, "limit": 3, "length": 4, "decimals": 2,
        "earliest": "2017-04-11", "latest": "2017-04-25", "low": None, "high": 3,
    }  # fmt: skip
    for kind in kinds:
        problem = AnswerProblem("Q2", kind, params)
        assert answer_problem_words(problem, QUESTIONNAIRE) != answer_problem_words(problem, QUESTIONNAIRE, "en")


def _kinds() -> set[str]:
    """The kinds that `answers` writes, read from its source."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(answers))) if isinstance(node, ast.Call)]
    texts = {
        word.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in {"_Refused", "AnswerProblem"}
        for argument in call.args
        for word in ast.walk(argument)
        if isinstance(word, ast.Constant)
    }
    return {text for text in texts if isinstance(text, str)}


@pytest.mark.usefixtures("chinese")
def test_a_field_that_is_not_there_has_words_too() -> None:
    assert answer_problem_words(AnswerProblem("Q99", "required"), QUESTIONNAIRE) == "请回答这一题。"


def test_words_need_no_request(paper_app: Flask) -> None:
    problem = AnswerProblem("Q1", "required")
    with paper_app.app_context():
        assert answer_problem_words(problem, QUESTIONNAIRE, "zh_Hans_CN") == "请回答这一题。"


def test_texts_of_the_questionnaire_are_in_the_wanted_language(paper_app: Flask) -> None:
    assert Text("文字", "words") == QUESTIONNAIRE.questions[0].text
    with paper_app.app_context():
        words = answer_problem_words(AnswerProblem("Q2", "exclusive", {"option": "4"}), QUESTIONNAIRE, "en")
    assert "words" in words
