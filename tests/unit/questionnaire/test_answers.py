"""What people and files send becomes answers, or a problem that names the field."""

import ast
import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.questionnaire import answers as answers_module
from survey_app.questionnaire.answers import AnswerProblem, clean
from survey_app.questionnaire.definition import (
    DateQuestion,
    LongText,
    MultipleChoice,
    Nps,
    Number,
    Question,
    Ranking,
    ShortText,
    Statement,
)
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import LARGEST, Answer, Is
from tests.support.strategies import as_raw, good_answers, questionnaires, raw_answers
from tests.support.tiny import WORDS, matrix, multiple, options, questionnaire, rating, section, single

FULL_WIDTH_12 = "\uff11\uff12"


def _number(low: float | None = 0, high: float | None = 100, decimals: int = 0) -> Number:
    return Number(code="Q", text=WORDS, minimum=low, maximum=high, decimals=decimals)


SINGLE = single("Q")
SEVERAL = multiple("Q", exclusive="4", most=2)
AT_LEAST_TWO = MultipleChoice(code="Q", text=WORDS, options=options("1", "2", "3", exclusive="3"), min_choices=2)
RATING = rating("Q")
NPS = Nps(code="Q", text=WORDS)
LINE = ShortText(code="Q", text=WORDS, max_length=5)
LINES = LongText(code="Q", text=WORDS, max_length=10)
DAY = DateQuestion(code="Q", text=WORDS, earliest="2017-04-11", latest="2017-12-31")
ANY_DAY = DateQuestion(code="Q", text=WORDS)
RANKING = Ranking(code="Q", text=WORDS, options=options("1", "2", "3", "4"), top=3)

GOOD: list[tuple[Question, list[str], Answer]] = [
    (SINGLE, ["2"], "2"),
    (SINGLE, [" 2 "], "2"),
    (SINGLE, ["\uff12"], "2"),
    (SINGLE, ["", "2", " "], "2"),
    (SEVERAL, ["1"], ["1"]),
    (SEVERAL, ["3", "1"], ["1", "3"]),
    (SEVERAL, ["1", "1", "3"], ["1", "3"]),
    (SEVERAL, ["4"], ["4"]),
    (AT_LEAST_TWO, ["1", "2"], ["1", "2"]),
    (AT_LEAST_TWO, ["3"], ["3"]),
    (RATING, ["3"], "3"),
    (NPS, ["0"], 0),
    (NPS, ["10"], 10),
    (NPS, ["7.0"], 7),
    (_number(), ["12"], 12),
    (_number(), ["+12"], 12),
    (_number(), ["012"], 12),
    (_number(), [FULL_WIDTH_12], 12),
    (_number(), ["1e1"], 10),
    (_number(high=None), ["1,234,567"], 1234567),
    (_number(high=None), ["1\uff0c234"], 1234),
    (_number(high=None), [str(LARGEST)], LARGEST),
    (_number(-5), ["-3"], -3),
    (_number(decimals=1), ["2.5"], 2.5),
    (_number(decimals=1), [".5"], 0.5),
    (_number(decimals=2), ["2.500"], 2.5),
    (_number(decimals=1), ["-0"], 0.0),
    (LINE, ["a  b\tc"], "a b c"),
    (LINE, ["a\r\nb"], "a b"),
    (LINE, ["a\x00b\x1b\ud800\uffff"], "ab"),
    (LINE, ["=1+1"], "=1+1"),
    (LINES, ["  a \r\n\r b\n"], "a \n\n b"),
    (LINES, ["一二三四五六七八九十"], "一二三四五六七八九十"),
    (LINES, ["\x00 a"], "a"),
    (LINES, ["a\tb"], "a\tb"),
    (DAY, ["2017-04-11"], "2017-04-11"),
    (DAY, ["2017-12-31"], "2017-12-31"),
    (ANY_DAY, ["2017/4/1"], "2017-04-01"),
    (ANY_DAY, ["2017年4月1日"], "2017-04-01"),
    (ANY_DAY, ["\uff12\uff10\uff11\uff17-04-01"], "2017-04-01"),
    (ANY_DAY, ["2024-02-29"], "2024-02-29"),
    (RANKING, ["3", "1", "4"], ["3", "1", "4"]),
    (RANKING, ["2"], ["2"]),
]


@pytest.mark.parametrize(("question", "raw", "answer"), GOOD)
def test_good_input_becomes_the_answer(question: Question, raw: list[str], answer: Answer) -> None:
    cleaned = clean(questionnaire(question), {"Q": raw})
    assert cleaned.problems == ()
    assert cleaned.answers == {"Q": answer}
    assert type(cleaned.answers["Q"]) is type(answer)


def test_minus_zero_is_zero() -> None:
    assert str(clean(questionnaire(_number(decimals=1)), {"Q": ["-0.0"]}).answers["Q"]) == "0.0"


BAD: list[tuple[Question, list[str], str]] = [
    (SINGLE, ["9"], "unknown_option"),
    (SINGLE, ["1 2"], "unknown_option"),
    (SINGLE, ["1", "2"], "one_only"),
    (SEVERAL, ["1", "9"], "unknown_option"),
    (SEVERAL, ["1", "2", "3"], "too_many"),
    (SEVERAL, ["1", "4"], "exclusive"),
    (AT_LEAST_TWO, ["1"], "too_few"),
    (RATING, ["4"], "unknown_option"),
    (RATING, ["1", "2"], "one_only"),
    (NPS, ["11"], "out_of_range"),
    (NPS, ["-1"], "out_of_range"),
    (NPS, ["7.5"], "not_whole"),
    (NPS, ["ten"], "not_a_number"),
    (_number(), ["101"], "out_of_range"),
    (_number(), ["-1"], "out_of_range"),
    (_number(), ["1e999"], "out_of_range"),
    (_number(None, None), ["1e999"], "out_of_range"),
    (_number(None, None), ["-1e15"], "out_of_range"),
    (_number(high=1e300), ["1e16"], "out_of_range"),
    (_number(), ["1e-999"], "not_whole"),
    (_number(), ["1e9999999999"], "not_a_number"),
    (_number(), ["NaN"], "not_a_number"),
    (_number(), ["sNaN"], "not_a_number"),
    (_number(), ["Infinity"], "not_a_number"),
    (_number(), ["-inf"], "not_a_number"),
    (_number(), ["0x10"], "not_a_number"),
    (_number(), ["1_0"], "not_a_number"),
    (_number(), ["\u0661\u0662"], "not_a_number"),
    (_number(), ["1 0"], "not_a_number"),
    (_number(), ["1,0"], "not_a_number"),
    (_number(), ["."], "not_a_number"),
    (_number(), ["十二"], "not_a_number"),
    (_number(), ["2.5"], "not_whole"),
    (_number(decimals=1), ["2.55"], "too_precise"),
    (_number(), ["1", "2"], "one_only"),
    (LINE, ["abcdef"], "too_long"),
    (LINE, ["a", "b"], "one_only"),
    (LINES, ["一二三四五六七八九十一"], "too_long"),
    (DAY, ["2017-04-10"], "too_early"),
    (DAY, ["2018-01-01"], "too_late"),
    (ANY_DAY, ["2023-02-29"], "not_a_date"),
    (ANY_DAY, ["0000-01-01"], "not_a_date"),
    (ANY_DAY, ["11.04.2017"], "not_a_date"),
    (ANY_DAY, ["2017-04-11T00:00"], "not_a_date"),
    (ANY_DAY, ["tomorrow"], "not_a_date"),
    (RANKING, ["1", "9"], "unknown_option"),
    (RANKING, ["1", "1"], "ranked_twice"),
    (RANKING, ["1", "2", "3", "4"], "too_many"),
]


@pytest.mark.parametrize(("question", "raw", "kind"), BAD)
def test_bad_input_is_refused_at_its_field(question: Question, raw: list[str], kind: str) -> None:
    cleaned = clean(questionnaire(question), {"Q": raw})
    assert [(problem.field, problem.kind) for problem in cleaned.problems] == [("Q", kind)]
    assert cleaned.answers == {}


def test_every_refusal_is_tried_here() -> None:
    source = ast.parse(inspect.getsource(answers_module))
    raised = {
        constant.value
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_Refused"
        for constant in ast.walk(call.args[0])
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    tried = {kind for _, _, kind in BAD}
    assert raised - {"not_a_question"} == tried


def test_the_words_of_a_refusal_are_there() -> None:
    assert clean(questionnaire(SEVERAL), {"Q": ["1", "2", "3"]}).problems[0].params == {"most": 2}
    assert clean(questionnaire(SEVERAL), {"Q": ["1", "4"]}).problems[0].params == {"option": "4"}
    assert clean(questionnaire(LINE), {"Q": ["abcdef"]}).problems[0].params == {"limit": 5, "length": 6}
    assert clean(questionnaire(_number()), {"Q": ["101"]}).problems[0].params == {"low": 0, "high": 100}
    long_value = clean(questionnaire(SINGLE), {"Q": ["x" * 1000]}).problems[0].params["value"]
    assert long_value == "x" * 40


BLANK = ["", " ", "\n", "\u3000", "\x00", "\u200b", "\ufeff \u200d", "\x00 \x1f"]


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_blank_is_no_answer(blank: str) -> None:
    required = questionnaire(ShortText(code="Q", text=WORDS, required=True))
    cleaned = clean(required, {"Q": [blank]})
    assert cleaned.problems == (AnswerProblem("Q", "required"),)
    assert cleaned.answers == {}


def test_a_statement_takes_nothing() -> None:
    words = questionnaire(single("Q1"), Statement(code="Q", text=WORDS))
    assert clean(words, {"Q": ["1"]}).answers == {}


def test_every_problem_is_reported_at_once_in_reading_order() -> None:
    several = questionnaire(
        single("Q1", required=True), _number(), single("Q2"), matrix("M", "M1", "M2", required=True)
    )
    cleaned = clean(several, {"Q": ["x"], "Q2": ["9"], "M1": ["1"]})
    assert [(problem.field, problem.kind) for problem in cleaned.problems] == [
        ("Q1", "required"),
        ("Q", "not_a_number"),
        ("Q2", "unknown_option"),
        ("M2", "required"),
    ]
    assert cleaned.answers == {"M1": "1"}


def test_good_answers_stay_beside_bad_ones() -> None:
    cleaned = clean(questionnaire(single("Q1"), single("Q2")), {"Q1": ["1"], "Q2": ["9"]})
    assert cleaned.answers == {"Q1": "1"}


def test_what_is_not_asked_is_neither_required_nor_refused_nor_kept() -> None:
    hidden = questionnaire(
        section("a", single("Q1", required=True)),
        section("b", single("Q2", required=True), _number(), shown_if=Is("Q1", "1")),
    )
    cleaned = clean(hidden, {"Q1": ["2"], "Q2": ["1"], "Q": ["NaN"]})
    assert cleaned.problems == ()
    assert cleaned.answers == {"Q1": "2"}


def test_a_refused_answer_hides_what_depends_on_it() -> None:
    chain = questionnaire(single("Q1"), single("Q2", required=True, shown_if=Is("Q1", "1")))
    cleaned = clean(chain, {"Q1": ["1", "2"], "Q2": ["1"]})
    assert [(problem.field, problem.kind) for problem in cleaned.problems] == [("Q1", "one_only")]
    assert cleaned.answers == {}


def test_fields_of_other_forms_are_ignored() -> None:
    cleaned = clean(questionnaire(single("Q1")), {"Q1": ["1"], "csrf_token": ["x"], "consent": ["yes"]})
    assert cleaned.answers == {"Q1": "1"}


def test_please_say_follows_its_option_and_is_never_required() -> None:
    other = questionnaire(single("Q1", required=True, specify="3"))
    assert clean(other, {"Q1": ["3"]}).problems == ()
    assert clean(other, {"Q1": ["3"], "Q1_3_text": [" my\nown "]}).answers == {"Q1": "3", "Q1_3_text": "my own"}
    assert clean(other, {"Q1": ["1"], "Q1_3_text": ["my own"]}).answers == {"Q1": "1"}
    too_long = clean(other, {"Q1": ["3"], "Q1_3_text": ["x" * 101]})
    assert [(problem.field, problem.kind) for problem in too_long.problems] == [("Q1_3_text", "too_long")]


def test_required_rows_are_those_that_were_chosen() -> None:
    filtered = questionnaire(multiple("Q1"), matrix("M", "M1", "M2", "M3", rows_from="Q1", required=True))
    cleaned = clean(filtered, {"Q1": ["1", "3"], "M1": ["1"], "M2": ["1"]})
    assert [(problem.field, problem.kind) for problem in cleaned.problems] == [("M3", "required")]
    assert cleaned.answers == {"Q1": ["1", "3"], "M1": "1"}


@settings(max_examples=40)
@given(st.data())
def test_cleaning_a_cleaned_answer_changes_nothing(data: st.DataObject) -> None:
    drawn = data.draw(questionnaires())
    first = clean(drawn, data.draw(raw_answers(drawn)))
    second = clean(drawn, as_raw(first.answers))
    assert second.answers == first.answers
    assert second.path == first.path
    assert {problem.kind for problem in second.problems} <= {"required"}


@settings(max_examples=40)
@given(st.data())
def test_no_answer_off_the_path_survives(data: st.DataObject) -> None:
    drawn = data.draw(questionnaires())
    cleaned = clean(drawn, data.draw(raw_answers(drawn)))
    asked = {field.code for field in path(drawn, cleaned.answers).fields}
    assert set(cleaned.answers) <= asked
    assert {problem.field for problem in cleaned.problems} <= asked
    assert {problem.field for problem in cleaned.problems}.isdisjoint(cleaned.answers)


@settings(max_examples=40)
@given(st.data())
def test_input_that_suits_its_kinds_is_taken_whole(data: st.DataObject) -> None:
    drawn = data.draw(questionnaires())
    raw = data.draw(good_answers(drawn))
    cleaned = clean(drawn, raw)
    assert {problem.kind for problem in cleaned.problems} <= {"required"}
    given_and_asked = {code for code in cleaned.path.codes if any(value.strip() for value in raw.get(code, ()))}
    assert set(cleaned.answers) == given_and_asked
