"""The form of a questionnaire: one WTForms field for each place that holds an answer, by kind of question.

The form carries what was typed back to the page. It validates nothing: answers are cleaned once, by
`questionnaire.answers`, for every way in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, TypeAlias

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, RadioField, SelectMultipleField, StringField, TextAreaField

from survey_app.questionnaire.definition import (
    BaseQuestion,
    DateQuestion,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
    specify_code,
)
from survey_app.questionnaire.text import Text

PREFIX = "q_"
"""Before every field code: a field named `data` or `errors` would hide the form's own attribute."""

NPS_VALUES = tuple(str(value) for value in range(11))

UnboundFields: TypeAlias = Iterator[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What fields need to know: the questionnaire, how its texts are written, and the order of one view.

    `order` is drawn from the submission's id, so that the page after an error shows the same order again.
    """

    questionnaire: Questionnaire
    word: Callable[[Text], str]
    order: str

    def options(self, question: SingleChoice | MultipleChoice) -> dict[str, Any]:
        """Return the options of a choice; in random order, those that stand apart keep their places."""
        options = list(question.options)
        if question.random_order:
            places = [i for i, option in enumerate(options) if not (option.exclusive or option.specify)]
            drawn = random.Random(f"{self.order} {question.code}").sample(places, len(places))  # noqa: S311  # no secret
            options = [options[drawn[places.index(i)]] if i in places else each for i, each in enumerate(options)]
        return self.choices(options)

    def choices(self, options: Iterable[Option]) -> dict[str, Any]:
        """Return the words by their codes, in order, as the fields take them."""
        return {option.code: self.word(option.text) for option in options}

    def grades(self, scale: str) -> dict[str, Any]:
        """Return the codes and words of a scale."""
        return {grade.code: self.word(grade.text) for grade in self.questionnaire.scale_by_code[scale].grades}


class AnswerForm(Form):
    """The base of every questionnaire's form."""

    def answer(self, code: str) -> Field:
        """Return the field of a question, row or "please say"."""
        return self[f"{PREFIX}{code}"]


class RankingField(SelectMultipleField):
    """Options by place, first first; a place left open is an empty string."""


def answer_form(shape: Shape, given: MultiDict[str, str] | None = None) -> AnswerForm:
    """Return the form of the whole questionnaire, filled with what was `given` (by field name)."""
    fields = {
        f"{PREFIX}{code}": field
        for question in shape.questionnaire.questions
        for code, field in fields_for(question, shape)
    }
    return type("QuestionnaireForm", (AnswerForm,), fields)(given)


def raw_answers(given: MultiDict[str, str]) -> dict[str, Sequence[str]]:
    """Return what a form sent, by field code, as `questionnaire.answers.clean` takes it."""
    return {name.removeprefix(PREFIX): given.getlist(name) for name in given if name.startswith(PREFIX)}


def form_values(raw: Mapping[str, Sequence[str]]) -> MultiDict[str, str]:
    """Return raw answers by the names that their fields have in the form."""
    return MultiDict([(f"{PREFIX}{code}", value) for code, values in raw.items() for value in values])


@singledispatch
def fields_for(question: BaseQuestion, shape: Shape) -> UnboundFields:
    """Yield the code and field of each place that `question` is answered in, by kind."""
    raise NotImplementedError(type(question).__name__)


@fields_for.register
def _(question: SingleChoice, shape: Shape) -> UnboundFields:
    yield question.code, RadioField(choices=shape.options(question))
    yield from _specify(question)


@fields_for.register
def _(question: MultipleChoice, shape: Shape) -> UnboundFields:
    yield question.code, SelectMultipleField(choices=shape.options(question))
    yield from _specify(question)


@fields_for.register
def _(question: ScaleQuestion, shape: Shape) -> UnboundFields:
    yield question.code, RadioField(choices=shape.grades(question.scale))


@fields_for.register
def _(question: Matrix, shape: Shape) -> UnboundFields:
    grades = shape.grades(question.scale)
    for item in question.items:
        yield item.code, RadioField(shape.word(item.text), choices=grades)


@fields_for.register
def _(question: Nps, shape: Shape) -> UnboundFields:
    yield question.code, RadioField(choices={value: value for value in NPS_VALUES})


@fields_for.register
def _(question: Number | ShortText | DateQuestion, shape: Shape) -> UnboundFields:
    # Kept as typed, whatever it is: a number field would lose "12 hours" before anybody could say what is wrong.
    yield question.code, StringField()


@fields_for.register
def _(question: LongText, shape: Shape) -> UnboundFields:
    yield question.code, TextAreaField()


@fields_for.register
def _(question: Ranking, shape: Shape) -> UnboundFields:
    yield question.code, RankingField(choices=shape.choices(question.options))
    yield from _specify(question)


@fields_for.register
def _(question: Statement, shape: Shape) -> UnboundFields:
    yield from ()


def _specify(question: SingleChoice | MultipleChoice | Ranking) -> UnboundFields:
    for option in question.options:
        if option.specify:
            yield specify_code(question.code, option.code), StringField()
