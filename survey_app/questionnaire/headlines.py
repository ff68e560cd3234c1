"""Which question a questionnaire's headline figure could come from, where nobody has chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from survey_app.questionnaire.definition import Questionnaire, ScaleQuestion, scale_of

_OVERALL_ZH = ("总体", "整体", "总的来说", "总的来看", "综合来看")
_OVERALL_EN = ("overall", "all in all", "on the whole")


def rated_fields(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield the fields whose answers have a satisfaction rate: a grade of their scale counts as satisfied."""
    for code, field in questionnaire.fields.items():
        scale = questionnaire.scale_by_code.get(scale_of(field.question) or "")
        if field.specify is None and scale is not None and any(grade.satisfied for grade in scale.grades):
            yield code


def overall_question(questionnaire: Questionnaire) -> str | None:
    """Return the one rated question that asks about everything together; None for none, or for several."""
    found = [
        code
        for code in rated_fields(questionnaire)
        if isinstance(question := questionnaire.fields[code].question, ScaleQuestion)
        and (
            any(word in question.text.zh for word in _OVERALL_ZH)
            or any(word in question.text.en.casefold() for word in _OVERALL_EN)
        )
    ]
    return found[0] if len(found) == 1 else None


def with_headline(questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire with its one overall question as headline, unless it names one or has none."""
    if questionnaire.headline is not None:
        return questionnaire
    return replace(questionnaire, headline=overall_question(questionnaire))


def followed(before: Questionnaire, after: Questionnaire) -> Questionnaire:
    """Return an edited draft with its overall question as headline, where the edit brought that question.

    Somebody who has taken the headline away keeps a questionnaire without one.
    """
    return with_headline(after) if overall_question(before) is None else after
