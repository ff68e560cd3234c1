"""Every problem that a definition can have is found, at its place, and nothing else is reported."""

import ast
import inspect
from dataclasses import replace

import pytest

from survey_app.questionnaire import checks
from survey_app.questionnaire.checks import Problem, check, errors
from survey_app.questionnaire.definition import (
    DateQuestion,
    Grade,
    Item,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.rules import All, AnyOf, AtLeast, AtMost, Is, IsNot, Not, Rule
from survey_app.questionnaire.text import EMPTY, Text
from tests.support.tiny import WORDS, matrix, multiple, options, questionnaire, rating, section, single

GOOD = questionnaire(single("Q1"), rating("R1"))


def _ruled(rule: Rule) -> Questionnaire:
    """Q2 is shown by `rule`; a single choice, a number, a text and a rating come before it."""
    return questionnaire(
        single("Q1", specify="3"),
        Number(code="N1", text=WORDS),
        ShortText(code="T1", text=WORDS),
        rating("R1"),
        single("Q2", shown_if=rule),
        single("Q3"),
    )


def _scale(*grades: Grade) -> Questionnaire:
    return replace(questionnaire(single("Q1")), scales=(Scale("S", WORDS, grades),))


def _multiple(*, min_choices: int = 0, max_choices: int | None = None) -> MultipleChoice:
    three = options("1", "2", "3", exclusive="3")
    return MultipleChoice(code="Q1", text=WORDS, options=three, min_choices=min_choices, max_choices=max_choices)


def _filtered(*items: Item, rows_from: str | None = "Q1") -> Questionnaire:
    rows = Matrix(code="M", text=WORDS, scale="YN", items=items, rows_from=rows_from)
    return questionnaire(multiple("Q1"), single("Q2"), rows, multiple("Q3"))


LOW = Grade("2", WORDS, 0)
ITEM = Item("M1", WORDS, when="1")
ITEM_1 = Item("M1", WORDS)
NO_WORDS, NO_WORDS_2 = Option("8", EMPTY), Option("9", EMPTY)

CASES: list[tuple[str, str, Questionnaire]] = [
    ("bad_code", "", replace(GOOD, code="1 A")),
    ("bad_code", "Q-1", questionnaire(single("Q-1"))),
    ("bad_code", "x" * 41, questionnaire(single("x" * 41))),
    ("bad_code", "s 1", questionnaire(section("s 1", single("Q1")))),
    ("duplicate_code", "Q1", questionnaire(single("Q1"), single("Q1"))),
    ("duplicate_code", "q1", questionnaire(single("Q1"), single("q1"))),
    ("duplicate_code", "a", questionnaire(section("a", single("Q1")), section("a", single("Q2")))),
    ("duplicate_code", "M1", questionnaire(single("M1"), matrix("M", "M1"))),
    ("duplicate_code", "M", questionnaire(matrix("M", "M", "M2"))),
    ("duplicate_code", "Q1_3_text", questionnaire(single("Q1", specify="3"), single("Q1_3_text"))),
    ("no_title", "", replace(GOOD, title=EMPTY)),
    ("no_questions", "", questionnaire(Statement(code="R1", text=WORDS))),
    ("bad_minutes", "", replace(GOOD, minutes=0)),
    ("headline_not_scale", "", replace(GOOD, headline="Q1")),
    ("headline_not_scale", "", replace(GOOD, headline="Q9")),
    ("wave_link_without_headline", "", replace(GOOD, wave_link="W10")),
    ("empty_section", "b", questionnaire(section("a", single("Q1")), section("b"))),
    ("no_text", "Q1", questionnaire(replace(single("Q1"), text=EMPTY))),
    ("option_without_text", "Q1", questionnaire(replace(single("Q1"), options=(*options("1", "2"), NO_WORDS)))),
    ("option_without_text", "S", _scale(LOW, Grade("1", WORDS, 100), Grade("3", EMPTY, 0))),
    ("row_without_text", "M", questionnaire(replace(matrix("M", "M1"), items=(ITEM_1, Item("M2", EMPTY))))),
    ("untranslated", "Q1", questionnaire(replace(single("Q1"), text=Text("文字")))),
    ("no_chinese", "Q1", questionnaire(replace(single("Q1"), help=Text(en="words")))),
    ("no_chinese", "Q1", questionnaire(replace(single("Q1"), options=(*options("1"), Option("2", Text(en="b")))))),
    ("untranslated", "Q1", questionnaire(Nps(code="Q1", text=WORDS, low=Text("低")))),
    ("untranslated", "Q1", questionnaire(Number(code="Q1", text=WORDS, unit=Text("人")))),
    ("no_chinese", "", replace(GOOD, closing=Text(en="words"))),
    ("unknown_variable", "Q1", questionnaire(replace(single("Q1"), text=Text("{unit}", "{nobody}")))),
    ("too_few_options", "Q1", questionnaire(SingleChoice(code="Q1", text=WORDS, options=options("1")))),
    ("too_few_options", "Q1", questionnaire(replace(single("Q1"), options=(*options("1"), NO_WORDS, NO_WORDS_2)))),
    ("too_few_options", "Q1", questionnaire(MultipleChoice(code="Q1", text=WORDS, options=(), max_choices=2))),
    ("too_few_options", "Q1", questionnaire(Ranking(code="Q1", text=WORDS, options=(), top=1))),
    ("too_few_options", "S", _scale(LOW)),
    ("bad_option_code", "Q1", questionnaire(SingleChoice(code="Q1", text=WORDS, options=options("1", "a b")))),
    ("duplicate_option", "Q1", questionnaire(SingleChoice(code="Q1", text=WORDS, options=options("1", "1")))),
    ("duplicate_option", "S", _scale(LOW, LOW)),
    (
        "exclusive_not_multiple",
        "Q1",
        questionnaire(SingleChoice(code="Q1", text=WORDS, options=options("1", "2", exclusive="2"))),
    ),
    (
        "nobody_satisfied",
        "S",
        _scale(Grade("1", Text("满意", "Satisfied"), 100), Grade("2", Text("一般", "So-so"), 50)),
    ),
    ("strict_not_satisfied", "S", _scale(Grade("1", WORDS, 100, strict=True), LOW)),
    ("satisfied_not_in_base", "S", _scale(Grade("1", WORDS, 100, satisfied=True, in_base=False), LOW)),
    ("score_out_of_range", "S", _scale(Grade("1", WORDS, 101), LOW)),
    ("unknown_scale", "Q1", questionnaire(ScaleQuestion(code="Q1", text=WORDS, scale="S9"))),
    ("rule_unknown_question", "Q2", _ruled(Is("Q9", "1"))),
    ("rule_not_earlier", "Q2", _ruled(Is("Q3", "1"))),
    ("rule_not_earlier", "Q2", _ruled(Is("Q2", "1"))),
    ("rule_not_earlier", "a", questionnaire(section("a", single("Q1"), shown_if=Is("Q1", "1")))),
    ("rule_not_a_number", "Q2", _ruled(AtLeast("Q1", 1))),
    ("rule_not_a_number", "Q2", _ruled(AtMost("T1", 1))),
    ("rule_unknown_option", "Q2", _ruled(Is("Q1", "9"))),
    ("rule_unknown_option", "Q2", _ruled(Not(All((IsNot("R1", "9"),))))),
    ("rule_unknown_option", "Q2", _ruled(AnyOf("Q1", ("1", "9")))),
    ("rule_without_values", "Q2", _ruled(AnyOf("Q1", ()))),
    ("rows_from_not_earlier_choice", "M", _filtered(ITEM, rows_from="Q2")),
    ("rows_from_not_earlier_choice", "M", _filtered(ITEM, rows_from="Q3")),
    ("rows_from_not_earlier_choice", "M", _filtered(ITEM, rows_from="Q9")),
    ("row_without_option", "M", _filtered(ITEM, Item("M2", WORDS))),
    ("row_without_option", "M", _filtered(Item("M1", WORDS, when="9"))),
    ("row_condition_without_source", "M", _filtered(ITEM, rows_from=None)),
    ("no_rows", "M", questionnaire(single("Q1"), matrix("M"))),
    (
        "no_rows",
        "M",
        questionnaire(single("Q1"), replace(matrix("M"), items=(Item("M1", EMPTY), Item("M2", EMPTY)))),
    ),
    ("statement_required", "R1", questionnaire(single("Q1"), Statement(code="R1", text=WORDS, required=True))),
    ("bad_max_choices", "Q1", questionnaire(_multiple(max_choices=0))),
    ("bad_max_choices", "Q1", questionnaire(_multiple(max_choices=4))),
    ("bad_min_choices", "Q1", questionnaire(_multiple(min_choices=3))),
    ("bad_min_choices", "Q1", questionnaire(_multiple(min_choices=2, max_choices=1))),
    ("bad_min_choices", "Q1", questionnaire(_multiple(min_choices=-1))),
    ("minimum_over_maximum", "Q1", questionnaire(Number(code="Q1", text=WORDS, minimum=2, maximum=1))),
    ("bad_decimals", "Q1", questionnaire(Number(code="Q1", text=WORDS, decimals=7))),
    ("bad_max_length", "Q1", questionnaire(ShortText(code="Q1", text=WORDS, max_length=0))),
    ("bad_max_length", "Q1", questionnaire(LongText(code="Q1", text=WORDS, max_length=5001))),
    ("bad_date", "Q1", questionnaire(DateQuestion(code="Q1", text=WORDS, earliest="2017-02-30"))),
    (
        "earliest_after_latest",
        "Q1",
        questionnaire(DateQuestion(code="Q1", text=WORDS, earliest="2018-01-01", latest="2017-01-01")),
    ),
    ("bad_top", "Q1", questionnaire(Ranking(code="Q1", text=WORDS, options=options("1", "2"), top=3))),
]
"""What is wrong, where, and the smallest questionnaire in which it is."""


@pytest.mark.parametrize(("kind", "where", "bad"), CASES)
def test_the_problem_and_nothing_else_is_reported(kind: str, where: str, bad: Questionnaire) -> None:
    assert {(problem.where, problem.kind) for problem in check(bad)} == {(where, kind)}


def test_every_problem_is_tried_here() -> None:
    source = ast.parse(inspect.getsource(checks))
    yielded = {
        call.args[1].value
        for call in ast.walk(source)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Problem"
        and isinstance(call.args[1], ast.Constant)
    }
    assert yielded == {kind for kind, _, _ in CASES}


WARNINGS = {"untranslated", "empty_section", "nobody_satisfied"}


@pytest.mark.parametrize(("kind", "where", "bad"), CASES)
def test_only_what_somebody_should_look_at_allows_publishing(kind: str, where: str, bad: Questionnaire) -> None:
    assert bool(errors(bad)) is (kind not in WARNINGS)


def test_the_same_is_said_once() -> None:
    """Three questions under one code, six texts without English: two lines for their place, and not nine."""
    bad = questionnaire(*(replace(single("Q1"), text=Text("题"), help=Text("说明")) for __ in range(3)))
    assert [(problem.where, problem.kind) for problem in check(bad)] == [
        ("Q1", "duplicate_code"),
        ("Q1", "untranslated"),
    ]


def test_all_problems_are_reported_at_once_in_reading_order() -> None:
    bad = questionnaire(
        section("a", replace(single("Q1"), text=EMPTY), Number(code="Q2", text=WORDS, decimals=9)),
        section("b", matrix("M")),
    )
    assert [(problem.where, problem.kind) for problem in check(replace(bad, title=EMPTY))] == [
        ("", "no_title"),
        ("Q1", "no_text"),
        ("Q2", "bad_decimals"),
        ("M", "no_rows"),
    ]


FAULTLESS: list[Question] = [
    single("Q1", specify="3"),
    multiple("Q1", exclusive="4", specify="3", most=3),
    MultipleChoice(code="Q1", text=WORDS, options=options("1", "2"), min_choices=2, max_choices=2),
    rating("Q1"),
    matrix("Q1", "Q1_1", "Q1_2"),
    Nps(code="Q1", text=WORDS, low=WORDS, high=WORDS),
    Number(code="Q1", text=WORDS, minimum=0, maximum=0, decimals=6, unit=WORDS),
    ShortText(code="Q1", text=WORDS, max_length=500),
    LongText(code="Q1", text=WORDS, max_length=5000),
    DateQuestion(code="Q1", text=WORDS, earliest="2017-01-01", latest="2017-01-01"),
    Ranking(code="Q1", text=WORDS, options=options("1", "2"), top=2),
]


@pytest.mark.parametrize("question", FAULTLESS, ids=lambda question: type(question).__name__)
def test_a_faultless_question_is_left_alone(question: Question) -> None:
    assert check(questionnaire(question)) == ()


def test_good_rules_and_rows_are_left_alone() -> None:
    assert (
        check(_ruled(All((Is("Q1", "1"), AtLeast("N1", 2.5), Is("T1", "any words"), AnyOf("R1", ("1", "3"))))))
        == ()
    )
    assert check(_ruled(Is("Q1_3_text", "any words"))) == ()
    assert check(_filtered(ITEM)) == ()
    ranked = Ranking(code="Q1", text=WORDS, options=options("1", "2"), top=2)
    assert check(questionnaire(ranked, matrix("M", "M1", "M2", rows_from="Q1"))) == ()
    assert check(questionnaire(matrix("M", "M1", "M2"), single("Q2", shown_if=Is("M2", "3")))) == ()


def test_a_headline_may_be_a_row_of_a_matrix() -> None:
    assert check(replace(questionnaire(matrix("M", "M1")), headline="M1", wave_link="W10")) == ()


def test_the_place_of_a_problem_comes_with_its_words() -> None:
    assert check(questionnaire(Ranking(code="Q1", text=WORDS, options=options("1", "2"), top=3))) == (
        Problem("Q1", "bad_top", {"most": 2}),
    )
