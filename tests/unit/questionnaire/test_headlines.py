"""The headline of a questionnaire that names none: its one overall question, never a guess among several."""

from dataclasses import replace

import pytest

from survey_app import library
from survey_app.questionnaire.definition import Questionnaire, ScaleQuestion, Section
from survey_app.questionnaire.headlines import followed, overall_question, rated_fields, with_headline
from survey_app.questionnaire.text import EMPTY, Text

_SCALES = library.template("A_W").questionnaire.scales
_RATED = next(scale.code for scale in _SCALES if any(grade.satisfied for grade in scale.grades))


def _asking(*texts: str) -> Questionnaire:
    questions = tuple(
        ScaleQuestion(code=f"Q{number}", text=Text(text), scale=_RATED)
        for number, text in enumerate(texts, start=1)
    )
    return Questionnaire("CANTEEN", Text("食堂"), (Section("part1", EMPTY, questions),), scales=_SCALES)


def test_the_one_overall_question_is_the_headline() -> None:
    asked = _asking("您对菜品口味是否满意？", "您对食堂总体是否满意？")
    assert with_headline(asked).headline == "Q2"
    assert set(rated_fields(asked)) == {"Q1", "Q2"}


@pytest.mark.parametrize("texts", [("您对菜品是否满意？",), ("总体满意吗？", "整体环境满意吗？")])
def test_none_and_several_are_not_guessed_from(texts: tuple[str, ...]) -> None:
    assert overall_question(_asking(*texts)) is None
    assert with_headline(_asking(*texts)).headline is None


def test_what_somebody_chose_stays() -> None:
    asked = _asking("您对菜品口味是否满意？", "您对食堂总体是否满意？")
    assert with_headline(replace(asked, headline="Q1")).headline == "Q1"


def test_an_edit_that_brings_the_question_brings_the_headline_and_taking_it_away_holds() -> None:
    before, after = _asking("您对菜品是否满意？"), _asking("您对菜品是否满意？", "您对食堂总体是否满意？")
    assert followed(before, after).headline == "Q2"
    assert followed(after, after).headline is None
