"""A whole questionnaire as people write it, pasted in one go."""

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from survey_app import library
from survey_app.interchange.pasted import Understood, read
from survey_app.questionnaire.definition import Questionnaire, Scale
from survey_app.questionnaire.text import Text

_TEXT = (Path(__file__).parents[2] / "cases" / "pasted" / "a_w.txt").read_text(encoding="utf-8")


def _in_chinese(value: Any) -> Any:
    """Leave the English out, but for scales: those come from the library with both."""
    if isinstance(value, Text):
        return Text(value.zh)
    if isinstance(value, tuple):
        return tuple(_in_chinese(each) for each in value)
    if not is_dataclass(value) or isinstance(value, Scale | type):
        return value
    return type(value)(**{each.name: _in_chinese(getattr(value, each.name)) for each in fields(value)})


def test_the_workers_questionnaire_pasted_in_one_go_is_the_shipped_one() -> None:
    shipped: Questionnaire = library.template("A_W").questionnaire
    pasted = read(_TEXT)
    made = pasted.imported.questionnaire
    assert made is not None
    codes = [section.code for section in shipped.sections]
    sections = tuple(replace(each, code=code) for each, code in zip(made.sections, codes, strict=True))
    assert replace(made, code="A_W", sections=sections) == _in_chinese(shipped)
    # 都没有 excludes all other answers, which the text does not say in so many words.
    assert [(each.kind, each.place.row) for each in pasted.imported.findings] == [("made_exclusive", 44)]
    assert not [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]
    assert [each.text for each in pasted.lines] == _TEXT.split("\n")
