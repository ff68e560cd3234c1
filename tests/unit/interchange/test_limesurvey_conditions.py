"""Relevance of LimeSurvey: what is taken over says the same, and everything else is named with its reason."""

from collections.abc import Sequence
from typing import Any

import pytest

from survey_app.interchange import limesurvey
from survey_app.questionnaire.rules import All, Answered, AnyOf, AtLeast, AtMost, Is, Not, Rule
from survey_app.questionnaire.rules import Any as AnyRule
from survey_app.web.author.import_words_limesurvey import WORDS
from tests.support.limesurvey import Ask, Group, lss

_YES_NO = [("1", "一"), ("2", "二"), ("3", "三")]
_PARTS = [("a", "甲"), ("b", "乙"), ("c", "丙")]
_BEFORE = (
    Ask("L", "Q1", answers=[("A1", "知道"), ("A2", "不知道")], data={"other": "Y"}),
    Ask("M", "Q2", parts=_PARTS, data={"other": "Y"}),
    Ask("F", "Q3", parts=_PARTS, answers=_YES_NO),
    Ask("N", "Q4", attributes={"num_value_int_only": "1"}),
    Ask("N", "Q5"),
    Ask("S", "Q6"),
    Ask("D", "Q7"),
    Ask("R", "Q8", answers=_PARTS),
    Ask("L", "Q9", answers=_YES_NO),
    Ask("S", "Q10", data={"relevance": 'Q1.NAOK == "A1"'}),
    Ask("*", "Q11"),
)


def _rule(expression: str, *more: Ask) -> tuple[Rule | None, dict[str, Any]]:
    """Return the rule of a question with this relevance, and what is told about it where it is left out."""
    asked = (*_BEFORE, *more, Ask("S", "Z", data={"relevance": expression}), Ask("S", "After"))
    imported = limesurvey.read(lss(Group("组", asked)))
    assert imported.questionnaire is not None
    question = imported.questionnaire.question_by_code.get("Z")
    told = [each for each in imported.findings if each.place.path == "组 / Z" and each.kind != "texts_limited"]
    if question is not None:
        assert told == []
        return question.shown_if, {}
    (finding,) = told
    assert str(WORDS[finding.kind]) % finding.params
    return None, {"kind": finding.kind, **finding.params}


@pytest.mark.parametrize("expression", ["", "1", " 1 ", "(1)", "2"])
def test_always(expression: str) -> None:
    assert _rule(expression) == (None, {})


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ('((Q1.NAOK == "A1"))', Is("Q1", "A1")),
        ("Q1 eq 'A1'", Is("Q1", "A1")),
        ('"A1" == Q1.code', Is("Q1", "A1")),
        ('((12345X1X1.NAOK == "A1"))', Is("Q1", "A1")),
        ('Q1.NAOK == "-oth-"', Is("Q1", "oth")),
        ('Q1_other.NAOK == "x"', Is("Q1_oth_text", "x")),
        ('Q1.NAOK != "A1"', Not(Is("Q1", "A1"))),
        ('!(Q1.NAOK == "A1")', Not(Is("Q1", "A1"))),
        ("!is_empty(Q1.NAOK)", Answered("Q1")),
        ("is_empty(Q6)", Not(Answered("Q6"))),
        ('Q6.NAOK != ""', Answered("Q6")),
        ('Q2_a.NAOK == "Y"', Is("Q2", "a")),
        ('Q2_a.NAOK != "Y"', Not(Is("Q2", "a"))),
        ('Q2_b == ""', Not(Is("Q2", "b"))),
        ("Q2_b.NAOK", Is("Q2", "b")),
        ('12345X1X2c.NAOK == "Y"', None),
        ("count(Q2_a.NAOK, Q2_b.NAOK) > 0", AnyOf("Q2", ("a", "b"))),
        ("count(Q2_a.NAOK, Q2_b.NAOK) == 0", Not(AnyOf("Q2", ("a", "b")))),
        ("count(Q2_a.NAOK, Q2_b.NAOK) == 2", All((Is("Q2", "a"), Is("Q2", "b")))),
        ('Q3_b.NAOK == "2"', Is("Q3_b", "2")),
        ("Q3_b.NAOK >= 2", AnyOf("Q3_b", ("2", "3"))),
        ('Q9 < "2"', Is("Q9", "1")),
        ("Q4.NAOK > 5", AtLeast("Q4", 6)),
        ("Q4.NAOK <= 5", AtMost("Q4", 5)),
        ("5 ge Q4.NAOK", AtMost("Q4", 5)),
        ("Q4.NAOK <= 0", AnyRule((AtMost("Q4", 0), Not(Answered("Q4"))))),
        ("Q4.NAOK == 5", Is("Q4", "5")),
        ("Q4.NAOK > -3", AtLeast("Q4", -2)),
        ("Q5.NAOK > 5", All((Answered("Q5"), Not(AtMost("Q5", 5))))),
        ('Q7.NAOK == "2017-04-11"', Is("Q7", "2017-04-11")),
        ('Q1 == "A1" and Q4 > 5 && Q9 == 1', All((Is("Q1", "A1"), AtLeast("Q4", 6), Is("Q9", "1")))),
        ('Q1 == "A1" or (Q4 > 5 AND Q9 == 1)', AnyRule((Is("Q1", "A1"), All((AtLeast("Q4", 6), Is("Q9", "1")))))),
    ],
)
def test_what_says_the_same(expression: str, rule: Rule | None) -> None:
    found, told = _rule(expression)
    assert told == {}
    assert found == (rule or Is("Q2", "c"))


def test_without_naok_the_question_must_have_been_asked() -> None:
    shown = Is("Q1", "A1")
    assert _rule('Q10 == "x"')[0] == Is("Q10", "x")  # nobody answers what is not asked
    assert _rule('Q10.NAOK != "x"')[0] == Not(Is("Q10", "x"))
    assert _rule('Q10 != "x"')[0] == All((shown, Not(Is("Q10", "x"))))
    assert _rule('Q10 != "x" or Q1.NAOK == "A2"')[0] == All((shown, AnyRule((Not(Is("Q10", "x")), Is("Q1", "A2")))))


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("0", "rule_never"),
        ("Q1 ==", "rule_not_understood"),
        ("Q1 == 'A1", "rule_not_understood"),
        ("(Q1 == 'A1'", "rule_not_understood"),
        ("Q1 == 'A1' Q2", "rule_not_understood"),
        ("Q4 + 1 > 5", "rule_not_understood"),
        ("Q4 = 5", "rule_not_understood"),
        ("{Q4}", "rule_not_understood"),
        ("!" * 200 + "Q1", "rule_not_understood"),
        ("Q1 == 'A1' and " * 1_000 + "1", "rule_not_understood"),
        ("if(Q1 == 'A1', 1, 0)", "rule_function"),
        ("regexMatch('/a/', Q6)", "rule_function"),
        ("count(that.Q2.NAOK) > 1", "rule_function"),
        ("sum(Q4, Q5) > 3", "rule_function"),
        ("Q1 == Q9", "rule_two_answers"),
        ("Q1.shown == '知道'", "rule_property"),
        ("Q1.relevanceStatus == 1", "rule_property"),
        ("Q1 == 'A9'", "rule_unknown_option"),
        ("Q2_x == 'Y'", "rule_unknown_option"),
        ("Q2_a == 'N'", "rule_comparison"),
        ("Q1 > 'A1'", "rule_comparison"),
        ("Q4 > '5'", "rule_comparison"),
        ("Q8_1 == 'a'", "rule_comparison"),
        ("Q1", "rule_comparison"),
        ("Q7 > '2017-04-11'", "rule_comparison"),
        ("Q9 > 3", "rule_never"),
        ("Q11 > 3", "rule_on_dropped"),
        ("Z == 1", "rule_on_later"),
        ("After == 1", "rule_on_later"),
        ("Q99 == 1", "rule_on_unknown"),
        ("TOKEN:EMAIL == 1", "rule_not_understood"),
        ("99999X1X1 == 1", "rule_on_unknown"),
    ],
)
def test_what_does_not_is_named(expression: str, kind: str) -> None:
    _, told = _rule(expression)
    assert told["kind"] == kind
    assert told["name"] == "Z"
    assert told["expression"] == expression[:200]


def test_a_group_that_cannot_be_said_goes_with_all_its_questions() -> None:
    later = Group("后", [Ask("S", "X1"), Ask("S", "X2")], relevance="rand(1, 2) == 1")
    last = Group("末", [Ask("S", "Y1", data={"relevance": "X1 == 'a'"}), Ask("S", "Y2")])
    imported = limesurvey.read(lss(Group("先", _BEFORE), later, last))
    assert imported.questionnaire is not None
    assert [section.title.zh for section in imported.questionnaire.sections] == ["先", "末"]
    told = [(each.kind, each.place.path, each.params["name"]) for each in imported.findings if "rule" in each.kind]
    assert told == [("rule_function", "后", "X1、X2"), ("rule_on_dropped", "末 / Y1", "Y1")]


def test_a_question_stands_under_its_groups_condition_for_others() -> None:
    group = Group("乙", [Ask("S", "X1")], relevance='Q1.NAOK == "A1"')
    last = Group("丙", [Ask("S", "Y1", data={"relevance": 'X1 != "a"'})])
    form = limesurvey.read(lss(Group("甲", _BEFORE), group, last)).questionnaire
    assert form is not None
    assert form.sections[1].shown_if == Is("Q1", "A1")
    assert form.questions[-1].shown_if == All((Is("Q1", "A1"), Not(Is("X1", "a"))))


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([{"cfieldname": "12345X1X1", "value": "A1"}], Is("Q1", "A1")),
        (
            [{"cfieldname": "12345X1X1", "value": "A1"}, {"cfieldname": "12345X1X1", "value": "A2"}],
            AnyRule((Is("Q1", "A1"), Is("Q1", "A2"))),
        ),
        (
            [{"cfieldname": "12345X1X1", "value": "A1"}, {"cfieldname": "+12345X1X2a", "value": "Y"}],
            All((Is("Q1", "A1"), Is("Q2", "a"))),
        ),
        (
            [
                {"cfieldname": "12345X1X1", "value": "A1"},
                {"cfieldname": "+12345X1X2a", "value": "Y", "scenario": "2"},
            ],
            AnyRule((Is("Q1", "A1"), Is("Q2", "a"))),
        ),
        ([{"cfieldname": "12345X1X10", "method": ">=", "value": "3"}], AtLeast("Q4", 3)),
        ([{"cfieldname": "12345X1X1", "method": "RX", "value": "/a/"}], None),
        ([{"cfieldname": "12345X1X1", "value": "@12345X1X2@"}], None),
        ([{"cfieldname": "{TOKEN:EMAIL}", "value": "x"}], None),
    ],
)
def test_the_table_of_conditions_of_old_versions(rows: Sequence[dict[str, str]], rule: Rule | None) -> None:
    ask = Ask("S", "Z", data={"relevance": ""}, conditions=rows)
    form = limesurvey.read(lss(Group("组", (*_BEFORE, ask)), is_old=True)).questionnaire
    assert form is not None
    question = form.question_by_code.get("Z")
    assert (question.shown_if if question is not None else None) == rule
