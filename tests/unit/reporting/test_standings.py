"""How the floors of participation are written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting import standings
from survey_app.scoring.evaluation import Floored, Judged
from survey_app.scoring.participation import Floor, judge
from tests.unit.reporting.evaluations import READERS, evaluation


def _floored(percent: int) -> Floored:
    return Floored(whole=judge(Floor(members=Fraction(percent, 100)), returned=120, headcount=360), places=())


@pytest.mark.parametrize("language", [ZH, EN])
def test_the_method_note_names_the_floors_of_all_surveys_of_an_audience(language: str) -> None:
    first = evaluation().parts[0]
    found = replace(
        evaluation(), parts=(replace(first, floored=_floored(30)), replace(first, floored=_floored(60)))
    )
    (note,) = standings.notes(found, READERS[language])
    assert "30%" in note
    assert "60%" in note


@pytest.mark.parametrize(
    ("language", "said"), [(ZH, "不低于应参评人数的 60%；1 个驻点"), (EN, "required; of 1 of 1 postings")]
)
def test_what_is_said_of_other_audiences_is_told_apart(language: str, said: str) -> None:
    unknown = judge(Floor(members=Fraction(60, 100)), returned=16, headcount=None, of_issued=True)
    first, other = evaluation().parts[:2]
    place = Judged(place=first.title, stage=first.title, standing=unknown)
    parts = (first, replace(other, floored=Floored(whole=unknown, places=(place,))))
    (sentence,) = standings.of_others(replace(evaluation(), parts=parts), READERS[language])
    assert said in sentence
