"""Questions that are not rated: what was chosen, how often, out of how many, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import singledispatch

import numpy as np

from survey_app.analysis.ballots import EVERYBODY, Ballots
from survey_app.analysis.columns import MARKS
from survey_app.analysis.layout import MISSING, NOT_ASKED, Array, Column, Sort
from survey_app.questionnaire.definition import (
    BaseQuestion,
    DateQuestion,
    Grade,
    Item,
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
)
from survey_app.questionnaire.text import Text
from survey_app.scoring.evaluation import Answered, Choice, Uncounted
from survey_app.scoring.nps import nps
from survey_app.scoring.rules import NpsRule
from survey_app.scoring.suppression import primary


@dataclass(frozen=True, slots=True)
class Context:
    """What tabulating needs besides the question; `headcount`: all who could have answered, if known."""

    questionnaire: Questionnaire
    ballots: Ballots
    threshold: int
    as_of: datetime
    nps: NpsRule
    headcount: int | None = None


def is_rated(question: BaseQuestion, questionnaire: Questionnaire) -> bool:
    """Tell whether the question has a satisfaction rate: its scale says which grades count as satisfied."""
    if not isinstance(question, ScaleQuestion | Matrix):
        return False
    return any(grade.satisfied for grade in questionnaire.scale_by_code[question.scale].grades)


@singledispatch
def tabulate(question: BaseQuestion, context: Context) -> tuple[Answered, ...]:
    """Return what was answered to one question; nothing for rated questions and for words."""
    raise NotImplementedError(type(question).__name__)


@tabulate.register
def _(question: SingleChoice, context: Context) -> tuple[Answered, ...]:
    return (_coded(question.code, question.text, question.options, context),)


@tabulate.register
def _(question: ScaleQuestion, context: Context) -> tuple[Answered, ...]:
    if is_rated(question, context.questionnaire):
        return ()
    grades = context.questionnaire.scale_by_code[question.scale].grades
    return (_coded(question.code, question.text, grades, context),)


@tabulate.register
def _(question: Matrix, context: Context) -> tuple[Answered, ...]:
    if is_rated(question, context.questionnaire):
        return ()
    grades = context.questionnaire.scale_by_code[question.scale].grades
    return tuple(_coded(item.code, _row_label(question, item), grades, context) for item in question.items)


@tabulate.register
def _(question: MultipleChoice, context: Context) -> tuple[Answered, ...]:
    counts = [
        context.ballots.counts(Column(question.code, Sort.CHOSEN, option.code)) for option in question.options
    ]
    answered = int(counts[0][MARKS:].sum()) if counts else 0
    if primary(answered, context.threshold):
        return (Answered(code=question.code, label=question.text, n=None, several=True),)
    chosen = (_at(each, MARKS + 1) for each in counts)
    return (
        Answered(
            code=question.code,
            label=question.text,
            n=answered,
            several=True,
            choices=_choices(question.options, chosen),
        ),
    )


@tabulate.register
def _(question: Ranking, context: Context) -> tuple[Answered, ...]:
    counts = [context.ballots.counts(Column(question.code, Sort.PLACE, option.code)) for option in question.options]
    answered = int(counts[0][MARKS:].sum()) if counts else 0
    if primary(answered, context.threshold):
        return (Answered(code=question.code, label=question.text, n=None, several=True),)
    ranked = (int(each[MARKS + 1 :].sum()) for each in counts)
    return (
        Answered(
            code=question.code,
            label=question.text,
            n=answered,
            several=True,
            choices=_choices(question.options, ranked),
        ),
    )


@tabulate.register
def _(question: Nps, context: Context) -> tuple[Answered, ...]:
    counts = context.ballots.counts(Column(question.code, Sort.WHOLE))
    by_answer = {answer: int(count) for answer, count in enumerate(counts[MARKS:])}
    figure = nps(
        by_answer,
        context.nps,
        as_of=context.as_of,
        threshold=context.threshold,
        blank=_at(counts, MARKS + MISSING) + _at(counts, MARKS + NOT_ASKED),
        headcount=context.headcount,
    )
    return (Answered(code=question.code, label=question.text, n=figure.n, nps=figure),)


@tabulate.register
def _(question: Number, context: Context) -> tuple[Answered, ...]:
    values = context.ballots.values(Column(question.code, Sort.NUMBER))
    given = values[np.isfinite(values)]
    if primary(len(given), context.threshold):
        return (Answered(code=question.code, label=question.text, n=None, unit=question.unit),)
    # Exact for whole numbers; Fraction takes other doubles as they are.
    mean = Fraction(float(given.sum())) / len(given)
    return (Answered(code=question.code, label=question.text, n=len(given), mean=mean, unit=question.unit),)


@tabulate.register
def _(question: DateQuestion, context: Context) -> tuple[Answered, ...]:
    column = Column(question.code, Sort.DAY)
    days = context.ballots.values(column)
    answered = int(np.isin(days, (column.missing, column.not_asked), invert=True).sum())
    n = None if primary(answered, context.threshold) else answered
    return (Answered(code=question.code, label=question.text, n=n, uncounted=Uncounted.DAYS),)


@tabulate.register(ShortText)
@tabulate.register(LongText)
def _(question: ShortText | LongText, context: Context) -> tuple[Answered, ...]:
    return (Answered(code=question.code, label=question.text, n=None, uncounted=Uncounted.WORDS),)


@tabulate.register
def _(question: Statement, context: Context) -> tuple[Answered, ...]:
    return ()


def own_words(question: BaseQuestion, context: Context) -> tuple[Answered, ...]:
    """Return the words behind "other, please say" options of a question, each named."""
    return tuple(
        Answered(
            code=field.code,
            label=_behind(question.text, field.specify.text),
            n=None,
            uncounted=Uncounted.WORDS,
        )
        for field in context.questionnaire.fields_by_question[question.code]
        if field.specify is not None
    )


def _behind(question: Text, option: Text) -> Text:
    return Text(f"{question.zh}（{option.zh}）", f"{question.en} ({option.en})" if question.en else "")


def _coded(code: str, label: Text, options: Sequence[Option | Grade], context: Context) -> Answered:
    counts = context.ballots.tallies(code, EVERYBODY)[0].counts
    answered = sum(counts.values())
    if primary(answered, context.threshold):
        return Answered(code=code, label=label, n=None)
    chosen = (counts.get(option.code, 0) for option in options)
    return Answered(code=code, label=label, n=answered, choices=_choices(options, chosen))


def _choices(options: Sequence[Option | Grade], counts: Iterable[int]) -> tuple[Choice, ...]:
    return tuple(Choice(label=option.text, count=count) for option, count in zip(options, counts, strict=True))


def _at(counts: Array, place: int) -> int:
    return int(counts[place]) if place < len(counts) else 0


def _row_label(question: Matrix, item: Item) -> Text:
    return Text(
        f"{question.text.zh}—{item.text.zh}" if question.text.zh else item.text.zh,
        f"{question.text.en} — {item.text.en}" if question.text.en else item.text.en,
    )
