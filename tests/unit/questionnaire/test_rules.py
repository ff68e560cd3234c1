"""The truth table of the rules, which the page's script is tested against, too."""

import json
from pathlib import Path
from typing import Any as Anything

import pytest

from survey_app.questionnaire.codec import decode_rule, encode_rule
from survey_app.questionnaire.rules import (
    All,
    Answered,
    Any,
    AnyOf,
    AtLeast,
    AtMost,
    Is,
    IsNot,
    Not,
    comparisons,
    holds,
    plain_number,
)

CASES = json.loads((Path(__file__).parents[2] / "cases" / "rules.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_rule_holds_as_the_table_says(case: dict[str, Anything]) -> None:
    assert holds(decode_rule(case["rule"]), case["answers"]) is case["holds"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_rule_survives_the_way_to_the_page(case: dict[str, Anything]) -> None:
    assert encode_rule(decode_rule(case["rule"])) == case["rule"]


def test_the_table_has_every_operator_both_ways() -> None:
    seen = {(next(key for key in case["rule"] if key != "question"), case["holds"]) for case in CASES}
    operators = ("is", "is_not", "any_of", "at_least", "at_most", "answered", "all", "any", "not")
    assert seen == {(operator, result) for operator in operators for result in (True, False)}


def test_comparisons_are_found_at_any_depth_in_writing_order() -> None:
    first, second, third = Is("A", "1"), AtLeast("B", 2), Answered("C")
    rule = Any((All((first, Not(second))), third))
    assert list(comparisons(rule)) == [first, second, third]
    assert list(comparisons(None)) == []


@pytest.mark.parametrize(
    "rule", [Is("A", "1"), IsNot("A", "1"), AnyOf("A", ("1",)), AtLeast("A", -1), AtMost("A", 1), Answered("A")]
)
def test_every_comparison_with_nothing_is_false(rule: Is | IsNot | AnyOf | AtLeast | AtMost | Answered) -> None:
    assert not holds(rule, {})
    assert holds(Not(rule), {})


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (0.0, "0"),
        (8.0, "8"),
        (100, "100"),
        (0.5, "0.5"),
        (1e-06, "0.000001"),
        (-2.50, "-2.5"),
        (1e14, "1" + "0" * 14),
    ],
)
def test_numbers_are_written_as_the_script_writes_them(number: float, written: str) -> None:
    assert plain_number(number) == written
