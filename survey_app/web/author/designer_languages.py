"""Whether a questionnaire is written in English, too: then what lacks it is marked, else nobody is bothered."""

from __future__ import annotations

from functools import cache

from survey_app import library
from survey_app.interchange.completeness import texts_of
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import designing

ENGLISH = "english"
"""The argument of the designer's addresses by which somebody asks for the English side while it is empty."""


def has_english(questionnaire: Questionnaire) -> bool:
    """Tell whether anybody has written English words; those that came with usual texts and scales are none."""
    shipped = _shipped_english()
    return any(text.en and text.en not in shipped for __, text in texts_of(questionnaire))


@cache
def _shipped_english() -> frozenset[str]:
    texts = [*designing.usual_texts().values()]
    for scale in library.scales():
        texts.extend((scale.name, *(grade.text for grade in scale.grades)))
    return frozenset(text.en for text in texts)
