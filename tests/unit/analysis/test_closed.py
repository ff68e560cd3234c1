"""Why a question is shown beside no other answers: by the questionnaire alone, and true for any ballots."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from survey_app.analysis import explore
from survey_app.analysis.closed import Reason, closed
from survey_app.analysis.readings import entries
from survey_app.analysis.selection import AnswerFilter
from survey_app.questionnaire.definition import MultipleChoice, Question, Ranking, ShortText
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import All, Answered, AnyOf, Is
from tests.support import tiny
from tests.unit.analysis.explored import SURVEY, Ballot, Union

A, B, C, D = (tiny.single(code) for code in "ABCD")
WORDS = ShortText(code="T", text=tiny.WORDS)
RANKED = Ranking(code="R", text=tiny.WORDS, options=tiny.options("1", "2", "3"), top=2)
NEARLY_ALL = MultipleChoice(
    code="M", text=tiny.WORDS, options=tiny.options("1", "2", "3", "9", exclusive="9"), min_choices=2
)
BOTH = All((Is("A", "1"), Is("B", "1")))
FOUR = All(tuple(Is(code, "1") for code in "ABCD"))
NESTED = (A, B, C, D, tiny.single("P", shown_if=FOUR), tiny.single("Q", shown_if=Is("P", "1")))


def _of(*questions: Question, names: Sequence[str], is_live: bool = False) -> Reason | None:
    known = {each.name: each for each in entries(tiny.questionnaire(*questions))}
    found = closed(known, names, is_live=is_live)
    return None if found is None else found.reason


@pytest.mark.parametrize(
    ("questions", "names", "reason"),
    [
        ((A, B), ("A", "B"), None),
        ((A, B, tiny.single("Q", shown_if=Is("A", "1"))), ("Q", "A"), None),
        ((A, B, tiny.single("Q", shown_if=BOTH)), ("Q",), None),
        ((A, B, C, tiny.single("Q", shown_if=BOTH)), ("Q", "C"), None),
        ((A, B, C, tiny.single("Q", shown_if=BOTH)), ("C", "Q", "A"), Reason.TOGETHER),
        ((A, B, C, D, tiny.single("Q", shown_if=FOUR)), ("Q",), Reason.MANY),
        (NESTED, ("Q",), Reason.MANY),
        ((WORDS, A, B, tiny.single("Q", shown_if=All((Answered("T"), Is("A", "1"))))), ("Q",), None),
        ((WORDS, A, B, tiny.single("Q", shown_if=All((Answered("T"), Is("A", "1"))))), ("Q", "B"), Reason.WORDS),
        ((RANKED, A), ("R.1", "A"), None),
        ((NEARLY_ALL, A), ("M.1",), None),
        ((NEARLY_ALL, A), ("M.1", "A"), Reason.IMPLIED),
        ((tiny.multiple("M", exclusive="4"), A, B), ("A", "M.1", "B"), None),
        ((RANKED, A), ("R.1", "R.2"), Reason.OPTIONS),
        ((RANKED, A, tiny.single("Q", shown_if=AnyOf("R", ("1", "2")))), ("Q",), Reason.BY_OPTIONS),
        ((RANKED, A, tiny.single("Q", shown_if=Is("R", "1"))), ("Q", "A"), None),
        ((RANKED, A, tiny.single("Q", shown_if=Is("R", "1"))), ("Q", "R.2"), Reason.BY_OPTIONS),
        ((A, B, C, D, tiny.single("E"), tiny.single("Q", shown_if=BOTH)), ("Q", "C", "D", "E"), Reason.BEYOND),
    ],
)
def test_why_a_table_is_never_shown(
    questions: tuple[Question, ...], names: tuple[str, ...], reason: Reason | None
) -> None:
    assert _of(*questions, names=names) == reason


def test_while_answers_come_in_what_several_decide_waits() -> None:
    questions = (A, B, tiny.single("Q", shown_if=BOTH))
    assert _of(*questions, names=["Q"], is_live=True) is Reason.LIVE
    assert _of(*questions, names=["A"], is_live=True) is None


@pytest.mark.parametrize("rule", [BOTH, FOUR, All((Answered("T"), Is("A", "1"))), AnyOf("R", ("1", "2"))], ids=str)
def test_the_gate_shows_nothing_of_it_however_many_answer(rule: All | AnyOf) -> None:
    """Ballots for which every cell of four answers is large."""
    design = tiny.questionnaire(WORDS, RANKED, A, B, C, D, tiny.single("Q", shown_if=rule))
    draw, ballots = Random(1), []
    for _ in range(2400):
        given = {code: draw.choice("12") for code in "ABCDQ"} | {"T": "x", "R": draw.sample("123", 2)}
        ballots.append(Ballot(4, dict(path(design, given).answers)))
    topic = Union(design, ballots).topic
    names = [each.name for each in topic.entries]
    told = 0
    for first in ("", *names):
        chosen = (AnswerFilter(first, ("1",)),) if first else ()
        for each in explore.view(topic, replace(SURVEY, answers=chosen)).value.readings:
            if each.name == first:
                continue
            why = closed(topic.by_name, [each.name, *([first] if first else [])])
            told += why is not None
            assert why is None or each.counts is None
            assert "Q" not in (each.name, first) or (each.counts is None) == (why is not None)
    assert told
