"""Conditions of SurveyJS: those that mean the same here, and those that leave a question out."""

from typing import Any

import pytest

from survey_app.interchange.findings import Severity
from survey_app.questionnaire.rules import All, Answered, AnyOf, AtLeast, AtMost, Is, Not, Rule
from survey_app.questionnaire.rules import Any as AnyRule
from tests.support.sound import unsound
from tests.support.surveyjs import S5X, form_of, kinds_of, question_of, read, read_elements

_ASKED: list[dict[str, Any]] = [
    {"type": "radiogroup", "name": "one", "title": "一", "choices": ["a", "b", "ab", {"value": 10, "text": "十"}]},
    {"type": "checkbox", "name": "many", "title": "多", "choices": ["a", "b", "c"]},
    {"type": "rating", "name": "nps", "title": "荐", "rateMin": 0, "rateMax": 10},
    {"type": "text", "inputType": "number", "name": "age", "title": "龄", "step": 1},
    {"type": "text", "inputType": "number", "name": "pay", "title": "薪", "step": 0.1},
    {"type": "text", "name": "name", "title": "名", "maxLength": 9},
    {"type": "text", "inputType": "date", "name": "day", "title": "日"},
    {"type": "boolean", "name": "yes", "title": "是否"},
    {"type": "matrix", "name": "m", "title": "表", "columns": S5X, "rows": [{"value": "r1", "text": "行"}]},
]


def _rule_of(expression: str) -> Rule | str:
    """Return the rule that an expression becomes, or the reason why the question is left out."""
    imported = read_elements(*_ASKED, {"type": "html", "name": "last", "html": "末", "visibleIf": expression})
    if "last" in form_of(imported).question_by_code:
        assert not unsound(form_of(imported))
        return form_of(imported).question_by_code["last"].shown_if or "always"
    (found,) = [each for each in imported.findings if each.place.path == "$.pages[0].elements[9].visibleIf"]
    assert found.severity is Severity.DROPPED
    assert found.params["name"] == "last"
    assert found.params["expression"] == expression[:200]
    return found.kind


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("{one} = 'a'", Is("one", "a")),
        ('{one} == "a"', Is("one", "a")),
        ("'a' = {one}", Is("one", "a")),
        ("{One} equal A", Is("one", "a")),
        ("{one} = 10", Is("one", "10")),
        ("{one} <> 'a'", Not(Is("one", "a"))),
        ("{one} != 'a' and {one} notempty", All((Not(Is("one", "a")), Answered("one")))),
        ("{one} anyof ['a', 'b']", AnyOf("one", ("a", "b"))),
        ("{one} noneof ['a','b']", Not(AnyOf("one", ("a", "b")))),
        ("{one} contains 'b'", AnyOf("one", ("b", "ab"))),
        ("{one} > 3", Is("one", "10")),
        ("['a','b'] contains {one}", AnyOf("one", ("a", "b"))),
        ("{many} contains 'a'", Is("many", "a")),
        ("{many} *= 'a'", Is("many", "a")),
        ("{many} notcontains 'a'", Not(Is("many", "a"))),
        ("{many} allof ['a','b']", All((Is("many", "a"), Is("many", "b")))),
        ("{many} = ['a']", All((Is("many", "a"), Not(AnyOf("many", ("b", "c")))))),
        ("{many} anyof ['c']", AnyOf("many", ("c",))),
        ("{nps} >= 9", AtLeast("nps", 9)),
        ("{nps} < 7", AtMost("nps", 6)),
        ("9 <= {nps}", AtLeast("nps", 9)),
        ("{nps} = 3", Is("nps", "3")),
        ("{age} > 17.5", AtLeast("age", 18)),
        ("{pay} > 17.5", All((Answered("pay"), Not(AtMost("pay", 17.5))))),
        ("{pay} greaterorequal -1.5", AtLeast("pay", -1.5)),
        ("{name} = '张'", Is("name", "张")),
        ("{day} = '2017-04-11'", Is("day", "2017-04-11")),
        ("{yes} = true", Is("yes", "true")),
        ("{yes} = 'false'", Is("yes", "false")),
        ("{yes}", Is("yes", "true")),
        ("!{yes}", Not(Is("yes", "true"))),
        ("{m.r1} = '满意'", Is("r1", "2")),
        ("{one} empty", Not(Answered("one"))),
        ("{one} = ''", Not(Answered("one"))),
        ("{one} = 'a' or {one} = 'b' and {yes}",
         AnyRule((Is("one", "a"), All((Is("one", "b"), Is("yes", "true")))))),
        ("({one} = 'a' || {one} = 'b') && !({yes} = true)",
         All((AnyRule((Is("one", "a"), Is("one", "b"))), Not(Is("yes", "true"))))),
        ("not ({one} = 'a')", Not(Is("one", "a"))),
        ("true", All(())),
    ],
)  # fmt: skip
def test_conditions_that_mean_the_same(expression: str, rule: Rule) -> None:
    assert _rule_of(expression) == rule


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("{one} =", "rule_not_understood"),
        ("{one} = 'a", "rule_not_understood"),
        ("{one} = 'a' 'b'", "rule_not_understood"),
        ("{age} + 1 > 3", "rule_not_understood"),
        ("(" * 60 + "{one} = 'a'" + ")" * 60, "rule_not_understood"),
        ("!({one} = 'a') and {yes}", "rule_not_certain"),
        ("!{one} = 'a'", "rule_not_certain"),
        ("iif({one} = 'a', 1, 2) = 1", "rule_function"),
        ("today() > {day}", "rule_function"),
        ("{one} = {name}", "rule_two_answers"),
        ("{age}", "rule_comparison"),
        ("{day} > '2017-04-11'", "rule_comparison"),
        ("{name} > 3", "rule_comparison"),
        ("1 = 1", "rule_comparison"),
        ("{many} = 'a'", "rule_never"),
        ("{one} > 99", "rule_never"),
        ("{name} contains '张'", "rule_part_of_text"),
        ("{name} = 'Zhang'", "rule_case"),
        ("{one} = 'z'", "rule_unknown_option"),
        ("{nps} = 11", "rule_unknown_option"),
        ("{nobody} = 1", "rule_on_unknown"),
        ("{last} = 1", "rule_on_later"),
        (" or ".join(["{one} = 'a'"] * 300), "rule_too_long"),
    ],
)
def test_a_condition_that_cannot_be_said_leaves_the_question_out(expression: str, kind: str) -> None:
    assert _rule_of(expression) == kind


def test_a_page_whose_condition_cannot_be_said_is_left_out_with_all_its_questions() -> None:
    imported = read(
        {
            "pages": [
                {"name": "p", "elements": [{"type": "html", "name": "h", "html": "字"}]},
                {"name": "q", "visibleIf": "age({x}) > 3", "elements": [
                    {"type": "panel", "name": "box", "elements": [{"type": "comment", "name": "a"}]},
                    {"type": "comment", "name": "b"},
                ]},
                {"name": "r", "elements": [
                    {"type": "html", "name": "i", "html": "字", "visibleIf": "{b} notempty"},
                ]},
            ]
        }
    )  # fmt: skip
    assert [section.code for section in form_of(imported).sections] == ["p"]
    found = {each.kind: each for each in imported.findings}
    assert found["rule_function"].params["name"] == "a、b"
    assert found["rule_function"].place.path == "$.pages[1].visibleIf"
    assert "rule_on_dropped" in found


def test_what_could_not_be_answered_is_not_shown() -> None:
    question, findings = question_of(
        _ASKED[0],
        {"type": "text", "name": "x", "title": "备注", "maxLength": 9, "visibleIf": "{one} = 'a'",
         "enableIf": "{one} notempty"},
    )  # fmt: skip
    assert question.shown_if == All((Is("one", "a"), Answered("one")))
    assert "enable_as_shown" in kinds_of(findings)


def test_two_questions_of_one_name() -> None:
    text = {"type": "text", "name": "t", "title": "问", "maxLength": 9}
    imported = read_elements(text, text, {"type": "html", "name": "h", "html": "字", "visibleIf": "{t} notempty"})
    assert [question.code for question in form_of(imported).questions] == ["t", "t_2"]
    assert {"renamed", "rule_on_ambiguous"} <= set(kinds_of(imported.findings))
