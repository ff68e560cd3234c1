"""Whole questionnaires as people of a union would write them, each in another way, and what they become.

Beside each text stands what was looked through and found right: a line for each question, then the lines of the
text that were not understood.
"""

from pathlib import Path

import pytest

from survey_app.interchange.conditions import write_condition
from survey_app.interchange.pasted import Understood, read
from survey_app.questionnaire.definition import Matrix, Question, Questionnaire, options_of, scale_of

_FOLDER = Path(__file__).parents[2] / "cases" / "pasted" / "people"
_TEXTS = sorted(_FOLDER.glob("*.txt"))


def _line(question: Question, whole: Questionnaire) -> str:
    said = [question.code, type(question).__name__, question.text.zh]
    if (scale := scale_of(question)) is not None:
        said.append(" / ".join(grade.text.zh for grade in whole.scale_by_code[scale].grades))
    elif options := options_of(question):
        said.append(" / ".join(option.text.zh for option in options))
    if isinstance(question, Matrix):
        said.append(" / ".join(item.text.zh for item in question.items))
    if question.shown_if is not None:
        said.append(f"if {write_condition(question.shown_if)}")
    return " | ".join(said)


def _said(text: str) -> str:
    pasted = read(text)
    made = pasted.imported.questionnaire
    assert made is not None
    lines = [_line(question, made) for question in made.questions]
    missed = [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]
    return "\n".join([*lines, *(f"? {each.number} {each.reason}" for each in missed)]) + "\n"


def test_there_are_enough_of_them() -> None:
    assert len(_TEXTS) >= 10


@pytest.mark.parametrize("path", _TEXTS, ids=lambda path: path.stem)
def test_a_questionnaire_as_people_write_it(path: Path) -> None:
    assert _said(path.read_text(encoding="utf-8")) == path.with_suffix(".said").read_text(encoding="utf-8")
