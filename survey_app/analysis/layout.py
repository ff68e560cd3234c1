"""Which columns a question becomes, by kind, and how a cell is written in each sort of column.

A column holds one small number per response. Two marks stand in every column: `missing`, the field was asked and
not answered; `not_asked`, it was off the respondent's path.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import singledispatch
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

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
from survey_app.questionnaire.rules import Answer

MISSING = -1
NOT_ASKED = -2
"""The two marks, except where answers may be negative: see `Column.missing` and `Column.not_asked`."""

Array: TypeAlias = npt.NDArray[Any]

_FIRST_DAY = date(1970, 1, 1)
_NO_DAY = -(2**31) + 1
_DAY_NOT_ASKED = -(2**31)
_LONGEST_INT8 = 127


class Sort(StrEnum):
    """What the numbers of a column are.

    CODED: place of the answer among the codes. CHOSEN: 1 if the option was ticked, else 0. PLACE: rank given to the
    option, 1 first, 0 none. WHOLE: the number itself, 0-10. NUMBER: the number itself. DAY: days since 1970.
    GIVEN: 1; the words themselves stay in the database. CLASS: place of a NUMBER or DAY among the classes that
    `codes` name (`classes`); worked out where it is needed, stored nowhere.
    """

    CODED = "coded"
    CHOSEN = "chosen"
    PLACE = "place"
    WHOLE = "whole"
    NUMBER = "number"
    DAY = "day"
    GIVEN = "given"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field that it belongs to, its sort, the option (CHOSEN, PLACE) or the codes (CODED).

    Of a CLASS, `option` is the sort of the stored column. Of a PLACE, `codes` are the numbers that can stand in it,
    where they are to be counted: "0" for none, then the places.
    """

    field: str
    sort: Sort
    option: str = ""
    codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """A name that is unique in a survey: a field that changes its kind becomes another column."""
        if self.sort is Sort.CLASS:
            return f"{self.sort}:{self.field}:{self.option}:{','.join(self.codes)}"
        return f"{self.sort}:{self.field}:{self.option}" if self.option else f"{self.sort}:{self.field}"

    @property
    def stored(self) -> Column:
        """The column on disk: this one, or the measured one that its classes are worked out from."""
        return Column(self.field, Sort(self.option)) if self.sort is Sort.CLASS else self

    @property
    def dtype(self) -> np.dtype[Any]:
        """The narrowest type that holds every value and the two marks."""
        if self.sort is Sort.NUMBER:
            return np.dtype("<f8")
        if self.sort is Sort.DAY:
            return np.dtype("<i4")
        wide = self.sort is Sort.CODED and len(self.codes) > _LONGEST_INT8
        return np.dtype("<i2") if wide else np.dtype("i1")

    @property
    def missing(self) -> float:
        """The mark of a field that was asked and not answered."""
        return {Sort.NUMBER: float("nan"), Sort.DAY: _NO_DAY}.get(self.sort, MISSING)

    @property
    def not_asked(self) -> float:
        """The mark of a field that was off the path."""
        return {Sort.NUMBER: float("-inf"), Sort.DAY: _DAY_NOT_ASKED}.get(self.sort, NOT_ASKED)

    def merged(self, other: Column) -> Column:
        """Return this column with the codes that another version of the questionnaire adds."""
        return Column(self.field, self.sort, self.option, tuple(dict.fromkeys((*self.codes, *other.codes))))

    def encode(self, answers: Sequence[Answer | None]) -> Array:
        """Return one value per response; None stands for no answer."""
        return np.fromiter(self._values(answers), self.dtype, len(answers))

    def _values(self, answers: Sequence[Answer | None]) -> Iterable[float]:
        missing = self.missing
        match self.sort:
            case Sort.CODED:
                known: dict[Any, int] = {code: place for place, code in enumerate(self.codes)}
                # A third of the first build's time went here, half of that in stepping through a generator.
                return map(known.get, answers, repeat(missing))
            case Sort.CHOSEN:
                return (missing if answer is None else self.option in _listed(answer) for answer in answers)
            case Sort.PLACE:
                return (missing if answer is None else _place(self.option, answer) for answer in answers)
            case Sort.DAY:
                return (missing if answer is None else _day(str(answer)) for answer in answers)
            case Sort.GIVEN:
                return (missing if answer is None else 1 for answer in answers)
            case Sort.WHOLE | Sort.NUMBER:
                return (missing if answer is None else float(str(answer)) for answer in answers)
            case Sort.CLASS:
                raise ValueError(f"{self.name} is not stored")


def _listed(answer: Answer) -> list[str]:
    return answer if isinstance(answer, list) else [str(answer)]


def _place(option: str, answer: Answer) -> int:
    ranked = _listed(answer)
    return ranked.index(option) + 1 if option in ranked else 0


def _day(text: str) -> int:
    return (date.fromisoformat(text) - _FIRST_DAY).days


def class_named(name: str) -> Column | None:
    """Return the column of classes that has this name; None for the name of any other column."""
    sort, *rest = name.split(":")
    if sort != Sort.CLASS:
        return None
    field, option, codes = rest
    return Column(field, Sort.CLASS, option, tuple(codes.split(",")))


def columns_of_version(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Return all columns of a published version, in the order of its questions."""
    return tuple(column for question in questionnaire.questions for column in columns_of(question, questionnaire))


@singledispatch
def columns_of(question: BaseQuestion, questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Return the columns of one question, by its kind."""
    raise NotImplementedError(type(question).__name__)


@columns_of.register
def _(question: SingleChoice, questionnaire: Questionnaire) -> tuple[Column, ...]:
    codes = tuple(option.code for option in question.options)
    return (Column(question.code, Sort.CODED, codes=codes), *_specified(question.code, question.options))


@columns_of.register
def _(question: MultipleChoice, questionnaire: Questionnaire) -> tuple[Column, ...]:
    chosen = (Column(question.code, Sort.CHOSEN, option.code) for option in question.options)
    return (*chosen, *_specified(question.code, question.options))


@columns_of.register
def _(question: ScaleQuestion, questionnaire: Questionnaire) -> tuple[Column, ...]:
    return (Column(question.code, Sort.CODED, codes=_grades(question.scale, questionnaire)),)


@columns_of.register
def _(question: Matrix, questionnaire: Questionnaire) -> tuple[Column, ...]:
    codes = _grades(question.scale, questionnaire)
    return tuple(Column(item.code, Sort.CODED, codes=codes) for item in question.items)


@columns_of.register
def _(question: Nps, questionnaire: Questionnaire) -> tuple[Column, ...]:
    return (Column(question.code, Sort.WHOLE),)


@columns_of.register
def _(question: Number, questionnaire: Questionnaire) -> tuple[Column, ...]:
    return (Column(question.code, Sort.NUMBER),)


@columns_of.register
def _(question: DateQuestion, questionnaire: Questionnaire) -> tuple[Column, ...]:
    return (Column(question.code, Sort.DAY),)


@columns_of.register(ShortText)
@columns_of.register(LongText)
def _(question: ShortText | LongText, questionnaire: Questionnaire) -> tuple[Column, ...]:
    return (Column(question.code, Sort.GIVEN),)


@columns_of.register
def _(question: Ranking, questionnaire: Questionnaire) -> tuple[Column, ...]:
    places = (Column(question.code, Sort.PLACE, option.code) for option in question.options)
    return (*places, *_specified(question.code, question.options))


@columns_of.register
def _(question: Statement, questionnaire: Questionnaire) -> tuple[Column, ...]:
    return ()


def _specified(code: str, options: Iterable[Option]) -> tuple[Column, ...]:
    """Return the columns that tell whether words were given behind an "other"."""
    return tuple(Column(specify_code(code, option.code), Sort.GIVEN) for option in options if option.specify)


def _grades(scale: str, questionnaire: Questionnaire) -> tuple[str, ...]:
    return tuple(grade.code for grade in questionnaire.scale_by_code[scale].grades)
