"""Conditions in the words of the questionnaire: what an organiser reads, and what reads back as the same rule."""

import pytest

from survey_app.interchange import pasted
from survey_app.interchange.conditions import read_condition
from survey_app.interchange.spoken import Speaker
from survey_app.questionnaire.definition import (
    Grade,
    Item,
    Matrix,
    MultipleChoice,
    Nps,
    Option,
    Questionnaire,
    Scale,
    Section,
    ShortText,
    SingleChoice,
)
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
    Rule,
)
from survey_app.questionnaire.text import Text

_YES_NO = (Option("1", Text("是")), Option("2", Text("否")))
_SERVICES = (Option("a", Text("帮扶、慰问")), Option("b", Text("讲座")))
_QUESTIONS = (
    SingleChoice(code="q1", text=Text("参加过吗？"), options=_YES_NO),
    Matrix(code="q2", text=Text("评价"), scale="S", items=(Item("q2_1", Text("食堂")), Item("q2_2", Text("宿舍")))),
    MultipleChoice(
        code="W3", text=Text("哪些？"), options=(Option("a", Text("帮扶、慰问")), Option("b", Text("讲座")))
    ),
    Nps(code="q4", text=Text("推荐吗？")),
    ShortText(code="q5", text=Text("意见")),
)
_WHOLE = Questionnaire(
    "Q",
    Text("问卷"),
    (Section("s1", Text("二、评价"), _QUESTIONS),),
    (Scale("S", Text("两级"), (Grade("1", Text("满意"), 100), Grade("2", Text("不满意"), 0))),),
)
_SAID: dict[str, Rule] = {
    "第1题选择“是”": Is("q1", "1"),
    "第1题没有选择“是”": IsNot("q1", "1"),
    "第2题第2行“宿舍”选择“不满意”": Is("q2_2", "2"),
    "第2题第2行“宿舍”属于“不满意”": AnyOf("q2_2", ("2",)),
    "W3 选择“帮扶、慰问”或“讲座”": AnyOf("W3", ("a", "b")),
    "第4题至少为9": AtLeast("q4", 9),
    "第4题至多为6": AtMost("q4", 6),
    "第5题已作答": Answered("q5"),
    "第5题未作答": Not(Answered("q5")),
    "并非（第1题选择“是”）": Not(Is("q1", "1")),
    "第1题选择“是”，并且第4题至多为6": All((Is("q1", "1"), AtMost("q4", 6))),
    "第1题选择“是”，并且（第4题至多为6，或者W3 选择“讲座”）": All(
        (Is("q1", "1"), Any((AtMost("q4", 6), Is("W3", "b"))))
    ),
}


def _speaker() -> Speaker:
    speaker = Speaker(_WHOLE, {code: code[1:] for code in ("q1", "q2", "q4", "q5")})
    for question in _QUESTIONS:
        speaker.add(question)
    return speaker


@pytest.mark.parametrize("words", _SAID)
def test_a_rule_is_said_in_words_and_reads_back(words: str) -> None:
    speaker = _speaker()
    assert speaker.say(_SAID[words]) == words
    assert read_condition(words, speaker.references).rule == _SAID[words]


def test_what_words_would_leave_open_is_said_in_signs() -> None:
    assert _speaker().say(Is("q1", "9")) == "q1=9"
    assert _speaker().say(All(())) == "且()"


def test_a_heading_with_a_number_of_its_own_is_not_numbered_again() -> None:
    text = pasted.write(_WHOLE)
    assert "\n二、评价" in text
    assert "一、二、" not in text
    assert pasted.read(text).imported.questionnaire == _WHOLE
