"""Conditions of an XLSForm: those with an equivalent here, and those without."""

import pytest

from survey_app.questionnaire.rules import All, Any, AnyOf, AtLeast, AtMost, Is, Not
from tests.support.xlsform import HEAD, YES_NO, finding, imported, kinds, question

_ASKED = [
    (*HEAD, "relevant"),
    ("select_one n", "one", "One", None),
    ("select_multiple yn", "several", "Several", None),
    ("integer", "whole", "Whole", None),
    ("decimal", "part", "Part", None),
    ("text", "words", "Words", None),
    ("rank yn", "rank", "Rank", None),
    ("date", "day", "Day", None),
]
_NUMBERED = [*YES_NO, *[("n", number, f"N{number}") for number in range(1, 6)]]


@pytest.mark.parametrize(
    ("relevant", "rule"),
    [
        ("${one} = '1'", Is("one", "1")),
        ("${one}=1", Is("one", "1")),
        ('"1" = ${ one }', Is("one", "1")),
        ("${one} = ‘1’", Is("one", "1")),
        ("../one = '1'", Is("one", "1")),
        ("/data/one = '1'", Is("one", "1")),
        ("${one} != '1'", Not(Is("one", "1"))),
        ("${one} >= 4", AnyOf("one", ("4", "5"))),
        ("2 > ${one}", Is("one", "1")),
        ("${one} = '1' or ${one} = '2'", AnyOf("one", ("1", "2"))),
        ("selected(${several}, 'yes')", Is("several", "yes")),
        ("selected (${several}, 'yes') and not(selected(${several}, 'no'))",
         All((Is("several", "yes"), Not(Is("several", "no"))))),
        ("${several} = 'yes'", All((Is("several", "yes"), Not(AnyOf("several", ("no",)))))),
        ("selected(${rank}, 'yes')", Is("rank", "yes")),
        ("${whole} > 3", AtLeast("whole", 4)),
        ("${whole} < 3 or 10 <= ${whole}", Any((AtMost("whole", 2), AtLeast("whole", 10)))),
        ("${part} <= 2.5", AtMost("part", 2.5)),
        ("${whole} = -1", Is("whole", "-1")),
        ("${words} = 'x'", Is("words", "x")),
        ("${day} = '2017-04-11'", Is("day", "2017-04-11")),
        ("count-selected(${several}) = 0", None),
        ("FALSE", Any(())),
        ("true()", All(())),
    ],
)  # fmt: skip
def test_conditions_that_have_an_equivalent(relevant: str, rule: object) -> None:
    result = imported([*_ASKED, ("text", "t", "T", relevant)], _NUMBERED)
    assert not [kind for kind in kinds(result) if kind.startswith("rule")]
    assert question(result, "t").shown_if == rule or rule is None


@pytest.mark.parametrize(
    ("relevant", "kind"),
    [
        ("regex(${words}, '[a-z]+')", "rule_function"),
        ("${part} > 2.5 and today() > ${day}", "rule_comparison"),
        ("${whole} = ${part}", "rule_comparison"),
        ("${whole} + 1 = 2", "rule_not_understood"),
        ("${whole} = 1 and", "rule_not_understood"),
        ("((((${whole} = 1", "rule_not_understood"),
        ("if(${one} = '1', true(), false())", "rule_function"),
        ("count-selected(${several}) >= 2", "rule_comparison"),
        ("${day} > date('2017-04-11')", "rule_comparison"),
        ("${words} > 3", "rule_comparison"),
        ("${one}", "rule_comparison"),
        ("${nobody} = 1", "rule_on_unknown"),
        ("${t} = 1", "rule_on_later"),
        ("${later} = 1", "rule_on_later"),
        ("${one} = '9'", "rule_unknown_option"),
        ("selected(${several}, 'maybe')", "rule_unknown_option"),
        ("selected(${words}, 'x')", "rule_function"),
        ("not(" * 30 + "${one} = '1'" + ")" * 30, "rule_too_deep"),
        ("(" * 100 + "${one} = '1'" + ")" * 100, "rule_not_understood"),
        ("${one} = '1' or " * 900 + "${one} = '1'", "rule_not_understood"),
    ],
)
def test_conditions_that_have_none_are_left_out_and_named(relevant: str, kind: str) -> None:
    result = imported([*_ASKED, ("text", "t", "T", relevant), ("integer", "later", "Later", None)], _NUMBERED)
    assert question(result, "t").shown_if is None
    assert finding(result, kind).place.column == "relevant"
    assert finding(result, kind).place.row == 9
    assert finding(result, kind).params["expression"] == relevant[:200]


def test_numbers_with_decimals_beyond_a_bound() -> None:
    result = imported([*_ASKED, ("text", "t", "T", "${part} > 2.5")], _NUMBERED)
    rule = question(result, "t").shown_if
    assert isinstance(rule, All)
    assert Not(AtMost("part", 2.5)) in rule.rules
