"""Rows of an XLSForm that become questions, and those that cannot: types, limits, choice filters."""

import pytest

from survey_app.interchange.findings import Severity
from survey_app.questionnaire.definition import (
    DateQuestion,
    LongText,
    MultipleChoice,
    Nps,
    Number,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
    options_of,
)
from survey_app.questionnaire.rules import Is
from tests.support.xlsform import ABC, HEAD, YES_NO, design, finding, imported, kinds, question, words

# --- kinds of questions ----------------------------------------------------------------------------


def test_every_kind_of_question() -> None:
    result = imported(
        [
            (*HEAD, "required", "appearance", "parameters"),
            ("select_one yn", "one", "One", "yes", None, "randomize=true"),
            ("select all that apply from yn", "several", "Several", "TRUE", None, None),
            ("rank yn", "rank", "Rank", True, None, None),
            ("add integer prompt", "whole", "Whole", "true()", None, None),
            ("decimal", "part", "Part", "no", None, None),
            ("string", "short", "Short", None, None, None),
            ("text", "long", "Long", None, "multiline", None),
            ("date", "day", "Day", None, None, None),
            ("q note", "words", "Words", None, None, None),
            ("range", "nps", "How likely are you to recommend us?", None, None, "start=0 end=10 step=1"),
            ("range", "slider", "How many?", None, None, "start=1;end=5;step=0.5"),
            ("percentage", "share", "Share", None, None, None),
            ("acknowledge", "ok", "I agree", None, None, None),
        ]
    )
    asked = design(result).questions
    kinds_of_ours = [SingleChoice, MultipleChoice, Ranking, Number, Number, ShortText, LongText, DateQuestion]
    assert [type(each) for each in asked] == [*kinds_of_ours, Statement, Nps, Number, Number, Statement]
    assert [each.code for each in asked if each.required] == ["one", "several", "rank", "whole"]
    assert isinstance(asked[0], SingleChoice)
    assert asked[0].random_order
    numbers = [(each.minimum, each.maximum, each.decimals) for each in asked if isinstance(each, Number)]
    assert numbers == [(None, None, 0), (None, None, 6), (1, 5, 1), (0, 100, 0)]
    assert kinds(result) == ["decimals_limited", "range_as_nps", "range_as_number", "acknowledge"]


def test_a_list_with_the_words_of_a_shipped_scale_is_that_scale() -> None:
    grades = ["非常满意", "满意", "基本满意", "不满意", "非常不满意", "不了解、未参与"]
    choices = [("list_name", "name", "label"), *[("m", f"m{number}", words) for number, words in enumerate(grades)]]
    result = imported(
        [(*HEAD, "relevant"), ("select_one m", "q", "您满意吗", None), ("text", "t", "为何", "${q}='m3'")], choices
    )
    asked = question(result, "q")
    assert isinstance(asked, ScaleQuestion)
    assert design(result).scale_by_code[asked.scale].grades[0].score == 100
    assert question(result, "t").shown_if == Is("q", "4")
    assert finding(result, "scale_recognised").params["list"] == "m"


def test_or_other() -> None:
    result = imported(
        [
            (*HEAD, "relevant"),
            ("select_one yn or_other", "q", "Q", None),
            ("select_multiple yn or specify other", "a_name_of_forty_characters_long_as_it_is", "Q", None),
            ("text", "t", "T", "${q_other} != ''"),
        ]
    )
    assert [each.kind for each in result.findings].count("or_other") == 2
    for asked in design(result).questions[:2]:
        assert [(each.code, each.specify) for each in options_of(asked)][-1] == ("other", True)
    assert question(result, "t").shown_if is not None


def test_a_text_behind_an_option_becomes_part_of_it() -> None:
    result = imported(
        [
            (*HEAD, "relevant", "constraint"),
            ("select_one l", "q", "Q", None, None),
            ("text", "q_other", "Which?", "${q} = 'other'", "string-length(.) < 50"),
            ("text", "t", "T", "${q_other} != ''", None),
        ],
        [*YES_NO, ("l", "a", "A"), ("l", "other", "Other")],
    )
    assert [each.code for each in design(result).questions] == ["q", "t"]
    assert "q_other_text" in design(result).fields
    assert finding(result, "specify_merged").params["most"] == 49


@pytest.mark.parametrize(
    ("row_type", "kind"),
    [
        ("start", "metadata"),
        ("deviceid", "metadata"),
        ("get phone number", "metadata"),
        ("audit", "metadata"),
        ("username", "metadata"),
        ("start-geopoint", "metadata"),
        ("calculate", "calculation"),
        ("geopoint", "type_unsupported"),
        ("image", "type_unsupported"),
        ("time", "type_unsupported"),
        ("barcode", "type_unsupported"),
        ("select_one_from_file x.csv", "choices_elsewhere"),
        ("select one from file x.csv", "choices_elsewhere"),
        ("select_one_external l", "choices_elsewhere"),
        ("select_one", "type_misspelt"),
        ("select_one nothing_like_it", "list_missing"),
        ("select_one y_n", "list_misspelt"),
        ("intger", "type_misspelt"),
        ("gibberish", "type_unknown"),
        ("说明", "type_unknown"),
    ],
)
def test_what_cannot_be_asked_is_left_out_and_so_are_conditions_on_it(row_type: str, kind: str) -> None:
    result = imported([(*HEAD, "relevant"), (row_type, "x", "X", None), ("text", "t", "T", "${x} = 'a'")])
    assert kinds(result, "list_missing") == [kind, "rule_on_dropped"] or kind == "list_missing"
    assert finding(result, kind).place.row == 2
    assert finding(result, kind).severity is Severity.DROPPED
    assert question(result, "t").shown_if is None


def test_what_records_people_is_left_out_with_the_reason() -> None:
    result = imported([HEAD, ("deviceid", "d", None), ("text", "a", "A")])
    assert "device" in words(finding(result, "metadata"))


def test_nothing_left() -> None:
    result = imported([HEAD, ("geopoint", "x", "X"), ("note", "n", "N")])
    assert finding(result, "no_questions").severity is Severity.ERROR


# --- limits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row_type", "constraint", "limits"),
    [
        ("integer", ". >= 1 and . <= 5", {"minimum": 1, "maximum": 5}),
        ("integer", ". > 1 and 5 > .", {"minimum": 2, "maximum": 4}),
        ("integer", "(. >= -3)", {"minimum": -3}),
        ("decimal", ". <= 2.5 and . = round(., 1)", {"maximum": 2.5, "decimals": 1}),
        (
            "date",
            ". >= date('2017-04-11') and . < '2017-05-01'",
            {"earliest": "2017-04-11", "latest": "2017-04-30"},
        ),
        ("text", "string-length(.) <= 40", {"max_length": 40}),
        ("text", "string-length(.) < 41", {"max_length": 40}),
        ("select_multiple l", "count-selected(.) <= 2", {"max_choices": 2}),
        ("select_multiple l", "count-selected(.) = 2", {"max_choices": 2, "min_choices": 2}),
        (
            "select_multiple l",
            "count-selected(.) > 0 and count-selected(.) < 3",
            {"max_choices": 2, "min_choices": 1},
        ),
    ],
)
def test_limits(row_type: str, constraint: str, limits: dict[str, object]) -> None:
    result = imported([(*HEAD, "constraint"), (row_type, "q", "Q", constraint)], ABC)
    asked = question(result, "q")
    assert {name: getattr(asked, name) for name in limits} == limits
    assert kinds(result, "decimals_limited") == []


@pytest.mark.parametrize(
    "constraint",
    [
        "not(selected(., 'none') and count-selected(.) > 1)",
        "not(selected(., 'none') and count-selected(.) >= 2)",
        "not(selected(., 'none')) or count-selected(.) = 1",
    ],
)
def test_an_option_that_excludes_all_others(constraint: str) -> None:
    result = imported([(*HEAD, "constraint"), ("select_multiple l", "q", "Q", constraint)], ABC)
    assert [each.code for each in options_of(question(result, "q")) if each.exclusive] == ["none"]
    assert kinds(result) == []


@pytest.mark.parametrize(
    ("row_type", "constraint"),
    [
        ("text", "regex(., '[0-9]{11}')"),
        ("integer", ". <= ${a}"),
        ("integer", ". mod 2 = 0"),
        ("date", ". <= today()"),
        ("select_multiple l", "not(selected(., 'a') and selected(., 'b'))"),
        ("select_one l", ". != 'a'"),
        ("text", ". >= 3"),
        ("integer", "string-length(.) = 11"),
        ("integer", "this is no expression ("),
    ],
)
def test_a_limit_that_cannot_be_set_is_named(row_type: str, constraint: str) -> None:
    result = imported([(*HEAD, "constraint"), ("integer", "a", "A", None), (row_type, "q", "Q", constraint)], ABC)
    assert finding(result, "constraint_part").params == {"part": constraint}
    assert finding(result, "constraint_part").place.row == 3


def test_of_two_limits_only_the_other_is_left_out() -> None:
    result = imported([(*HEAD, "constraint"), ("integer", "q", "Q", ". >= 1 and . mod 2 = 0 and . <= 9")], ABC)
    assert finding(result, "constraint_part").params == {"part": ". >= 1 and . mod 2 = 0 and . <= 9"}
    result = imported([(*HEAD, "constraint"), ("integer", "q", "Q", ". >= 1 and . != 7 and . <= 9")], ABC)
    assert finding(result, "constraint_part").params == {"part": ". != 7"}
    assert question(result, "q").maximum == 9  # type: ignore[union-attr]  # a number


@pytest.mark.parametrize("written", ["${a} = 'yes'", "maybe"])
def test_required_under_a_condition(written: str) -> None:
    result = imported([(*HEAD, "required"), ("select_one yn", "a", "A", None), ("text", "b", "B", written)])
    assert not question(result, "b").required
    assert finding(result, "required_expression").place.row == 3


# --- choice filters --------------------------------------------------------------------------------

_FRUIT = [
    ("list_name", "name", "label", "colour", "Price"),
    ("f", "apple", "Apple", "red", 1),
    ("f", "cherry", "Cherry", "red", 3),
    ("f", "lime", "Lime", "green", 3),
    ("f", "pear", "Pear", "green", 1),
]


@pytest.mark.parametrize(
    ("choice_filter", "kept"),
    [
        ("colour = 'red'", ["apple", "cherry"]),
        ("colour=green", ["lime", "pear"]),
        ("colour != 'red' or name = 'apple'", ["apple", "lime", "pear"]),
        ("not(Price = 1) or selected(name, 'pear')", ["cherry", "lime", "pear"]),
    ],
)
def test_a_filter_that_depends_on_no_answer_is_applied(choice_filter: str, kept: list[str]) -> None:
    result = imported([(*HEAD, "choice_filter"), ("select_one f", "q", "Q", choice_filter)], _FRUIT)
    assert [each.code for each in options_of(question(result, "q"))] == kept
    assert finding(result, "choice_filter_applied").params["kept"] == len(kept)


@pytest.mark.parametrize("choice_filter", ["colour = ${a}", "colour = 'red' and Price = ${a}", "Price > 2", "(("])
def test_a_filter_that_depends_on_an_answer_is_left_out(choice_filter: str) -> None:
    result = imported(
        [(*HEAD, "choice_filter"), ("text", "a", "A", None), ("select_one f", "q", "Q", choice_filter)], _FRUIT
    )
    assert len(options_of(question(result, "q"))) == 4
    assert finding(result, "choice_filter").place.row == 3
