"""What gave answers another meaning is taken back; what else was changed stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey_app import library
from survey_app.questionnaire.definition import (
    Matrix,
    Number,
    Option,
    Questionnaire,
    ScaleQuestion,
    SingleChoice,
)
from survey_app.questionnaire.difference import meaning_changes
from survey_app.questionnaire.edits import (
    AddScale,
    ChangeQuestion,
    ChangeScale,
    Edit,
    RemoveScale,
    apply,
    apply_all,
)
from survey_app.questionnaire.fresh import as_kind
from survey_app.questionnaire.restoring import restoring
from survey_app.questionnaire.text import Text

WITH_NUMBER = Number(code="N1", text=Text("多少钱？", "How much?"), unit=Text("元", "yuan"))
SHIPPED = library.template("A_W").questionnaire
OLD = apply(ChangeQuestion("N1", WITH_NUMBER), SHIPPED)


def _single() -> SingleChoice:
    question = OLD.question_by_code["W31"]
    assert isinstance(question, SingleChoice)
    return question


def _rows_swapped() -> Matrix:
    question = OLD.question_by_code["W11_W16"]
    assert isinstance(question, Matrix)
    first, second, *rest = question.items
    rows = (replace(first, text=second.text), replace(second, text=first.text), *rest)
    return replace(question, items=rows)


def _texts_swapped() -> tuple[Edit, Edit]:
    one, other = OLD.question_by_code["W32a"], OLD.question_by_code["W32b"]
    return ChangeQuestion("W32a", replace(one, text=other.text)), ChangeQuestion(
        "W32b", replace(other, text=one.text)
    )


def _on_another_scale() -> ScaleQuestion:
    question = OLD.question_by_code["W10"]
    assert isinstance(question, ScaleQuestion)
    return replace(question, scale="OWN1")


S5 = OLD.scale_by_code["S5"]
RESCORED = (replace(S5.grades[0], score=1), *S5.grades[1:])
OPTIONS = _single().options
CASES: dict[str, tuple[Edit, ...]] = {
    "an option is gone": (ChangeQuestion("W31", replace(_single(), options=OPTIONS[1:])),),
    "an option is new": (ChangeQuestion("W31", replace(_single(), options=(*OPTIONS, Option("9", Text("新"))))),),
    "another kind": (ChangeQuestion("W31", as_kind(_single(), "short_text", OLD)),),
    "another unit": (ChangeQuestion("N1", replace(WITH_NUMBER, unit=Text("万元"))),),
    "rows have changed places": (ChangeQuestion("W11_W16", _rows_swapped()),),
    "questions have changed places": _texts_swapped(),
    "a grade is gone": (ChangeScale("S5", replace(S5, grades=S5.grades[1:])),),
    "a score is another": (
        ChangeScale("S5", replace(S5, grades=(replace(S5.grades[0], score=1), *S5.grades[1:]))),
    ),
    "another scale": (
        AddScale(replace(S5, code="OWN1", grades=S5.grades[1:])),
        ChangeQuestion("W10", _on_another_scale()),
    ),
    "the scale is gone, too": (
        AddScale(replace(S5, code="OWN1", grades=S5.grades[1:])),
        ChangeScale("S5", replace(S5, code="OWN1", grades=S5.grades[1:])),
        RemoveScale("S5"),
    ),
}


def _restored(new: Questionnaire) -> Questionnaire:
    for change in meaning_changes(OLD, new):
        if change in meaning_changes(OLD, new):
            new = apply_all(restoring(change, OLD, new), new)
    return new


@pytest.mark.parametrize("edits", CASES.values(), ids=CASES.keys())
def test_answers_mean_again_what_they_meant(edits: tuple[Edit, ...]) -> None:
    reworded = ChangeQuestion("W30", replace(OLD.question_by_code["W30"], text=Text("您会推荐吗？")))
    changed = apply_all((*edits, reworded), OLD)
    assert meaning_changes(OLD, changed)
    made = _restored(changed)
    assert meaning_changes(OLD, made) == ()
    assert made.question_by_code["W30"].text == Text("您会推荐吗？")
    assert [question.code for question in made.questions] == [question.code for question in OLD.questions]


def test_wordings_that_were_mended_meanwhile_stay() -> None:
    reworded = replace(_single(), text=Text("有没有影响您？"), options=OPTIONS[1:])
    made = _restored(apply(ChangeQuestion("W31", reworded), OLD))
    assert made.question_by_code["W31"] == replace(_single(), text=Text("有没有影响您？"))
