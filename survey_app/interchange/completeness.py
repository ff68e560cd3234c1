"""What a questionnaire from a file still lacks before it can be published, whatever format it came in."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.interchange.findings import Finding, Place, Severity
from survey_app.questionnaire.definition import Matrix, Nps, Number, Questionnaire, options_of
from survey_app.questionnaire.text import Text

_MOST_NAMED = 12


def to_complete(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return one finding for all texts that are there in English alone: respondents read Chinese first."""
    places = [where for where, text in texts_of(questionnaire) if text.en.strip() and not text.zh.strip()]
    if not places:
        return ()
    named = list(dict.fromkeys(where for where in places if where))
    codes = ", ".join(named[:_MOST_NAMED]) + ("…" if len(named) > _MOST_NAMED else "")
    return (Finding(Severity.TO_COMPLETE, "chinese_missing", Place(path=codes or None), {"count": len(places)}),)


def texts_of(questionnaire: Questionnaire) -> Iterator[tuple[str, Text]]:
    """Yield every text with the code of where it stands; "" for those about the whole."""
    whole = questionnaire
    for text in (whole.title, whole.description, whole.notice, whole.consent, whole.closing):
        yield "", text
    for section in whole.sections:
        yield section.code, section.title
        yield section.code, section.intro
        for question in section.questions:
            yield question.code, question.text
            yield question.code, question.help
            for option in options_of(question):
                yield question.code, option.text
            if isinstance(question, Matrix):
                for item in question.items:
                    yield item.code, item.text
            elif isinstance(question, Nps):
                yield question.code, question.low
                yield question.code, question.high
            elif isinstance(question, Number):
                yield question.code, question.unit
    for scale in whole.scales:
        yield scale.code, scale.name
        for grade in scale.grades:
            yield scale.code, grade.text
