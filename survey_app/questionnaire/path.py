"""The path: which sections, questions and fields a respondent is asked, given the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.questionnaire.definition import (
    Field,
    Matrix,
    Question,
    Questionnaire,
    Section,
)
from survey_app.questionnaire.rules import Answer, holds


@dataclass(frozen=True, slots=True)
class Path:
    """What is asked, in order. `answers` are the given answers that lie on the path.

    A section whose questions are all hidden is not there: it would be an empty screen.
    """

    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    fields: tuple[Field, ...]
    answers: Mapping[str, Answer]

    @property
    def codes(self) -> frozenset[str]:
        """Codes of all fields asked."""
        return frozenset(field.code for field in self.fields)


def path(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> Path:
    """Walk forward once through `questionnaire`; each rule sees only answers on the path before it.

    `answers` maps field codes to cleaned answers. It is not changed.
    """
    sections: list[Section] = []
    questions: list[Question] = []
    fields: list[Field] = []
    kept: dict[str, Answer] = {}
    own_fields = questionnaire.fields_by_question
    for section in questionnaire.sections:
        if section.shown_if is not None and not holds(section.shown_if, kept):
            continue
        asked_before = len(questions)
        for question in section.questions:
            if question.shown_if is not None and not holds(question.shown_if, kept):
                continue
            asked = [field for field in own_fields[question.code] if _is_asked(field, kept, answers)]
            if isinstance(question, Matrix) and not asked:
                continue
            questions.append(question)
            fields.extend(asked)
            kept.update({field.code: answers[field.code] for field in asked if field.code in answers})
        if len(questions) > asked_before or not section.questions:
            sections.append(section)
    return Path(tuple(sections), tuple(questions), tuple(fields), kept)


def _is_asked(field: Field, kept: Mapping[str, Answer], answers: Mapping[str, Answer]) -> bool:
    """Tell whether a field of a shown question is asked: its row was chosen, its "other" was ticked."""
    question = field.question
    if field.item is not None and isinstance(question, Matrix) and question.rows_from is not None:
        return _chose(kept.get(question.rows_from), field.item.when)
    if field.specify is not None:
        return _chose(answers.get(question.code), field.specify.code)
    return True


def _chose(answer: Answer | None, option: str | None) -> bool:
    return option in answer if isinstance(answer, list) else answer == option and option is not None
