"""Raw input -> cleaned answers, once, for every way in: web form, kiosk, paper, telephone, import.

Raw input is what a form sends: for each field code a list of strings. The result holds the cleaned
answers on the path and every problem found, so that a page can show them all at once.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import singledispatch
from typing import TypeAlias

from survey_app.questionnaire.definition import (
    SPECIFY_LIMIT,
    BaseQuestion,
    DateQuestion,
    Field,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.path import Path, path
from survey_app.questionnaire.rules import LARGEST, Answer
from survey_app.questionnaire.text import readable

_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?\Z")
"""What people and spreadsheets write for a number; Decimal alone would take 1_0 and Arabic digits, too."""
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\Z")
"""A day, year first, as ISO or as Chinese offices write it."""

Raw: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """One thing wrong with one field.

    `kind` is a key of the error catalogue ("required", "unknown_option", "too_many", …); `params` fill
    its words in.
    """

    field: str
    kind: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned answers on the path, the path itself, and all problems. Valid when there are none."""

    answers: Mapping[str, Answer]
    path: Path
    problems: tuple[AnswerProblem, ...]


class _Refused(Exception):
    """A raw value cannot be an answer to its question."""

    def __init__(self, kind: str, **params: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.params = params


def clean(questionnaire: Questionnaire, raw: Raw) -> Cleaned:
    """Clean `raw` against `questionnaire`.

    Blank values are no answer, and neither are values of invisible characters only. Answers off the
    path are dropped without a word, as the page does not ask them; unknown field codes are ignored (a
    form carries other fields, too).
    """
    given: dict[str, Answer] = {}
    refused: dict[str, AnswerProblem] = {}
    for code, place in questionnaire.fields.items():
        sent = raw.get(code)
        if not sent:
            continue
        values = [text for value in sent if (text := readable(value))]
        if not values:
            continue
        try:
            given[code] = _clean_field(place, values, questionnaire)
        except _Refused as error:
            refused[code] = AnswerProblem(code, error.kind, error.params)
    way = path(questionnaire, given)
    problems: list[AnswerProblem] = []
    for place in way.fields:
        if place.code in refused:
            problems.append(refused[place.code])
        elif place.code not in given and is_required(place):
            problems.append(AnswerProblem(place.code, "required"))
    return Cleaned(way.answers, way, tuple(problems))


def is_required(place: Field) -> bool:
    """Tell whether a field that is asked must be answered; "please say" follows its question."""
    return place.question.required and place.specify is None


def _clean_field(place: Field, values: list[str], questionnaire: Questionnaire) -> Answer:
    if place.specify is not None:
        return _line(values, SPECIFY_LIMIT)
    return clean_value(place.question, values, questionnaire)


@singledispatch
def clean_value(question: BaseQuestion, values: list[str], questionnaire: Questionnaire) -> Answer:
    """Turn the non-blank strings given for one field of `question` into its answer, by kind.

    Raises an internal refusal, which `clean` turns into an `AnswerProblem`.
    """
    raise NotImplementedError(type(question).__name__)


@clean_value.register
def _(question: SingleChoice, values: list[str], questionnaire: Questionnaire) -> Answer:
    return _one_of(values, {option.code for option in question.options})


@clean_value.register
def _(question: MultipleChoice, values: list[str], questionnaire: Questionnaire) -> Answer:
    chosen = _in_order(values, [option.code for option in question.options])
    exclusive = [option.code for option in question.options if option.exclusive and option.code in chosen]
    if exclusive and len(chosen) > 1:
        raise _Refused("exclusive", option=exclusive[0])
    if question.max_choices is not None and len(chosen) > question.max_choices:
        raise _Refused("too_many", most=question.max_choices)
    if len(chosen) < question.min_choices and not exclusive:
        raise _Refused("too_few", least=question.min_choices)
    return chosen


@clean_value.register
def _(question: ScaleQuestion, values: list[str], questionnaire: Questionnaire) -> Answer:
    return _one_of(values, questionnaire.scale_by_code[question.scale].by_code.keys())


@clean_value.register
def _(question: Matrix, values: list[str], questionnaire: Questionnaire) -> Answer:
    return _one_of(values, questionnaire.scale_by_code[question.scale].by_code.keys())


@clean_value.register
def _(question: Nps, values: list[str], questionnaire: Questionnaire) -> Answer:
    return int(_decimal(values, 0, 10, 0))


@clean_value.register
def _(question: Number, values: list[str], questionnaire: Questionnaire) -> Answer:
    number = _decimal(values, question.minimum, question.maximum, question.decimals)
    return float(number) if question.decimals else int(number)


@clean_value.register
def _(question: ShortText, values: list[str], questionnaire: Questionnaire) -> Answer:
    return _line(values, question.max_length)


@clean_value.register
def _(question: LongText, values: list[str], questionnaire: Questionnaire) -> Answer:
    return _within(_single(values), question.max_length)


@clean_value.register
def _(question: DateQuestion, values: list[str], questionnaire: Questionnaire) -> Answer:
    match = _DAY.match(_narrow(_single(values)))
    if match is None:
        raise _Refused("not_a_date")
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise _Refused("not_a_date") from error
    if question.earliest is not None and day < date.fromisoformat(question.earliest):
        raise _Refused("too_early", earliest=question.earliest)
    if question.latest is not None and day > date.fromisoformat(question.latest):
        raise _Refused("too_late", latest=question.latest)
    return day.isoformat()


@clean_value.register
def _(question: Ranking, values: list[str], questionnaire: Questionnaire) -> Answer:
    known = {option.code for option in question.options}
    ranked = [_known(value, known) for value in values]
    if len(set(ranked)) != len(ranked):
        raise _Refused("ranked_twice")
    if len(ranked) > question.top:
        raise _Refused("too_many", most=question.top)
    return ranked


@clean_value.register
def _(question: Statement, values: list[str], questionnaire: Questionnaire) -> Answer:
    raise _Refused("not_a_question")


def _single(values: list[str]) -> str:
    if len(values) != 1:
        raise _Refused("one_only")
    return values[0]


def _narrow(value: str) -> str:
    """Return full-width digits, letters and signs as ASCII: Chinese keyboards type either."""
    return unicodedata.normalize("NFKC", value)


def _known(value: str, known: Container[str]) -> str:
    code = _narrow(value)
    if code not in known:
        raise _Refused("unknown_option", value=value[:40])
    return code


def _one_of(values: list[str], known: Container[str]) -> str:
    return _known(_single(values), known)


def _in_order(values: list[str], known: list[str]) -> list[str]:
    """Return the chosen codes in the questionnaire's order, each once."""
    chosen = {_known(value, known) for value in values}
    return [code for code in known if code in chosen]


def _decimal(values: list[str], low: float | None, high: float | None, decimals: int) -> Decimal:
    text = _narrow(_single(values))
    try:
        number = Decimal(text.replace(",", "") if _NUMBER.match(text) else "")
    except InvalidOperation as error:
        raise _Refused("not_a_number") from error
    least = -LARGEST if low is None else low
    most = LARGEST if high is None else high
    if not Decimal(str(least)) <= number <= Decimal(str(most)) or abs(number) > LARGEST:
        raise _Refused("out_of_range", low=low, high=high)
    if number != round(number, decimals):
        raise _Refused("too_precise" if decimals else "not_whole", decimals=decimals)
    return abs(number) if number.is_zero() else number


def _line(values: list[str], limit: int) -> str:
    """Return the text in one line, single spaces between the words."""
    return _within(" ".join(_single(values).split()), limit)


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise _Refused("too_long", limit=limit, length=len(text))
    return text
