"""A questionnaire at a glance: its sections and questions in order, with what is asked when."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.questionnaire.definition import (
    Matrix,
    MultipleChoice,
    Question,
    Questionnaire,
    Section,
    Statement,
    options_of,
    scale_of,
)
from survey_app.questionnaire.text import Text
from survey_app.web import context, formats
from survey_app.web.author.kinds import kind_words
from survey_app.web.respond.wording import in_preview
from survey_app.web.rule_words import only_chosen_rows, only_if, question_numbers, section_only_if


@dataclass(frozen=True, slots=True)
class Line:
    """One question: its number (None for words to read), its kind, its answers in one line, its conditions."""

    code: str
    number: int | None
    text: Text
    kind: str
    is_required: bool
    answers: tuple[str, ...]
    conditions: tuple[str, ...]
    is_headline: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One section."""

    code: str
    title: Text
    condition: str
    lines: tuple[Line, ...]


def outline(questionnaire: Questionnaire) -> list[Part]:
    """Return the sections with their questions, in the reader's language."""
    return [_part(section, questionnaire) for section in questionnaire.sections]


def question_count(questionnaire: Questionnaire) -> int:
    """Return how many questions there are; words to read are none, a matrix is one."""
    return sum(not isinstance(question, Statement) for question in questionnaire.questions)


def description(questionnaire: Questionnaire) -> str:
    """Return what respondents read about it, with words for what is filled in at each place."""
    return in_preview(questionnaire, context.locale())(questionnaire.description)


def _part(section: Section, questionnaire: Questionnaire) -> Part:
    rule = section.shown_if
    condition = section_only_if(rule, questionnaire) if rule is not None else ""
    lines = tuple(_line(question, questionnaire) for question in section.questions)
    return Part(section.code, section.title, condition, lines)


def _line(question: Question, questionnaire: Questionnaire) -> Line:
    fields = {item.code for item in question.items} if isinstance(question, Matrix) else {question.code}
    return Line(
        code=question.code,
        number=question_numbers(questionnaire).get(question.code),
        text=question.text,
        kind=str(kind_words(question)),
        is_required=question.required,
        answers=tuple(_answers(question, questionnaire)),
        conditions=tuple(_conditions(question, questionnaire)),
        is_headline=questionnaire.headline in fields,
    )


def _answers(question: Question, questionnaire: Questionnaire) -> list[str]:
    found = []
    if isinstance(question, Matrix):
        found.append(_(" / ").join(formats.words(item.text) for item in question.items))
    texts = [option.text for option in options_of(question)]
    scale = questionnaire.scale_by_code.get(scale_of(question) or "")
    if scale is not None:
        texts = [grade.text for grade in scale.grades]
    if texts:
        found.append(_(" / ").join(formats.words(text) for text in texts))
    return found


def _conditions(question: Question, questionnaire: Questionnaire) -> list[str]:
    found = []
    if question.shown_if is not None:
        found.append(only_if(question.shown_if, questionnaire))
    if isinstance(question, Matrix) and question.rows_from is not None:
        found.append(only_chosen_rows(question, questionnaire))
    if isinstance(question, MultipleChoice) and question.max_choices is not None:
        found.append(_("At most %(most)s choices.", most=question.max_choices))
    return found
