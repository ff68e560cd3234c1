"""How an interviewer reads a question out, by kind."""

from __future__ import annotations

from functools import singledispatch

from flask_babel import gettext as _

from survey_app.questionnaire.definition import (
    BaseQuestion,
    DateQuestion,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
)


@singledispatch
def hint(question: BaseQuestion) -> str:
    """Return what to do at a question."""
    raise NotImplementedError(type(question).__name__)


@hint.register
def _single(question: SingleChoice) -> str:
    return _("Read out the answers; one holds.")


@hint.register
def _multiple(question: MultipleChoice) -> str:
    return _("Read out the answers; several may hold.")


@hint.register
def _scale(question: ScaleQuestion) -> str:
    return _("Read out the grades, always in the same order.")


@hint.register
def _matrix(question: Matrix) -> str:
    return _("Read out each line, and the grades as often as needed.")


@hint.register
def _nps(question: Nps) -> str:
    return _("Ask for a number from 0 to 10.")


@hint.register
def _number(question: Number) -> str:
    return _("Write down the number that is said.")


@hint.register
def _date(question: DateQuestion) -> str:
    return _("Write down the day that is said.")


@hint.register
def _short(question: ShortText) -> str:
    return _("Write down what is said, without names.")


@hint.register
def _long(question: LongText) -> str:
    return _("Write down what is said in the respondent's own words, without names.")


@hint.register
def _ranking(question: Ranking) -> str:
    return _("Read out all answers, then ask for the first, the second and so on.")


@hint.register
def _statement(question: Statement) -> str:
    return _("Read this out.")
