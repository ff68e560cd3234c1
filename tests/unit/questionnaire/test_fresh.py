"""What is not written yet, and what nobody is going to write."""

from __future__ import annotations

from dataclasses import replace

from survey_app.questionnaire.definition import (
    Grade,
    Item,
    Matrix,
    Option,
    Questionnaire,
    Scale,
    Section,
    SingleChoice,
)
from survey_app.questionnaire.fresh import finished
from survey_app.questionnaire.text import EMPTY, Text


def _with(*options: Option, items: tuple[Item, ...] = (), grades: tuple[Grade, ...] = ()) -> Questionnaire:
    questions = (
        SingleChoice(code="Q1", text=Text("题"), options=options),
        Matrix(code="Q2", text=Text("题"), scale="S", items=items),
    )
    sections = (Section("part1", EMPTY, questions),)
    return Questionnaire("X", Text("题"), sections, (Scale("S", EMPTY, grades),))


def test_empty_lines_at_the_end_are_dropped_wherever_there_are_lists() -> None:
    options = (Option("1", Text("甲")), Option("2", Text("乙")))
    items = (Item("Q2_1", Text("甲")), Item("Q2_2", Text("乙")))
    grades = (Grade("1", Text("甲"), 100, True, True), Grade("2", Text("乙"), 0))
    draft = _with(
        *options, Option("3", EMPTY), Option("4", EMPTY),
        items=(*items, Item("Q2_3", EMPTY)), grades=(*grades, Grade("3", EMPTY, None)),
    )  # fmt: skip
    assert finished(draft) == _with(*options, items=items, grades=grades)


def test_what_somebody_has_begun_and_what_a_question_lacks_stays() -> None:
    first = Option("1", Text("甲"))
    for options in (
        (first, Option("2", EMPTY)),  # a second one is needed: that it has no words is told
        (first, Option("2", EMPTY), Option("3", Text("丙"))),
        (first, Option("2", Text("乙")), replace(first, code="3", text=Text(en="C"))),
        (first, Option("2", Text("乙")), Option("3", EMPTY, specify=True)),
    ):
        assert finished(_with(*options)) == _with(*options)
