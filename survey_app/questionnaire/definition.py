"""A questionnaire as frozen data: sections, questions, options, scales, both languages.

Codes are stable across versions and languages: answers, columns, workbooks and imports are keyed by them.
Every thing that can hold one answer is a *field*; most questions are one field, named by the question's
code; each row of a matrix is a field named by the row's own code; an option with `specify` adds a text
field `<question>_<option>_text`.

A new kind of question is one class here, plus one registration in each layer that works by kind
(`answers`, `checks`, `codec`, the form, the columns, the charts). `tests/unit/test_every_kind.py` walks `KINDS`
and fails where a layer has forgotten one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import EMPTY, Text

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}\Z")
"""What a questionnaire, section, question or row code looks like."""
OPTION_CODE = re.compile(r"[A-Za-z0-9_]{1,32}\Z")
"""What an option code looks like."""

LONG_TEXT_LIMIT = 2000
SHORT_TEXT_LIMIT = 200
SPECIFY_LIMIT = 100
"""Most characters taken in an answer, unless the question sets a lower limit."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `exclusive` excludes all others (都没有); `specify` asks "please say"."""

    code: str
    text: Text
    exclusive: bool = False
    specify: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """One option of a scale, with what it counts for.

    `score` is its index value (0-100) or None; `satisfied` and `strict` say whether it counts as
    satisfied under the default and the strict rule; `in_base` whether it is in the denominator.
    """

    code: str
    text: Text
    score: float | None
    satisfied: bool = False
    strict: bool = False
    in_base: bool = True


@dataclass(frozen=True)
class Scale:
    """A named option set (量表) that several questions share, written best grade first."""

    code: str
    name: Text
    grades: tuple[Grade, ...]

    @cached_property
    def by_code(self) -> dict[str, Grade]:
        """Grade by its code."""
        return {grade.code: grade for grade in self.grades}


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a matrix. `when` is the option of `Matrix.rows_from` that brings the row up."""

    code: str
    text: Text
    when: str | None = None


@dataclass(frozen=True, kw_only=True)
class BaseQuestion:
    """What every kind of question has."""

    code: str
    text: Text
    help: Text = EMPTY
    required: bool = False
    shown_if: Rule | None = None


@dataclass(frozen=True, kw_only=True)
class SingleChoice(BaseQuestion):
    """Exactly one of `options` (单选)."""

    options: tuple[Option, ...]
    random_order: bool = False


@dataclass(frozen=True, kw_only=True)
class MultipleChoice(BaseQuestion):
    """Any of `options`, at least `min_choices` and at most `max_choices` of them (多选)."""

    options: tuple[Option, ...]
    min_choices: int = 0
    max_choices: int | None = None
    random_order: bool = False


@dataclass(frozen=True, kw_only=True)
class ScaleQuestion(BaseQuestion):
    """One grade of the named scale (满意度量表)."""

    scale: str


@dataclass(frozen=True, kw_only=True)
class Matrix(BaseQuestion):
    """Several items rated on one scale (矩阵单选).

    Each item is a field of its own. With `rows_from` (code of an earlier multiple choice or ranking)
    only items whose `when` was chosen there are asked. `required` applies to every row that is asked.
    """

    scale: str
    items: tuple[Item, ...]
    rows_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class Nps(BaseQuestion):
    """How likely to recommend, a whole number 0-10. `low` and `high` word the two ends."""

    low: Text = EMPTY
    high: Text = EMPTY


@dataclass(frozen=True, kw_only=True)
class Number(BaseQuestion):
    """A number from `minimum` to `maximum` with at most `decimals` decimals; `unit` stands behind it."""

    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    unit: Text = EMPTY


@dataclass(frozen=True, kw_only=True)
class ShortText(BaseQuestion):
    """One line of text, at most `max_length` characters."""

    max_length: int = SHORT_TEXT_LIMIT


@dataclass(frozen=True, kw_only=True)
class LongText(BaseQuestion):
    """Several lines of text, at most `max_length` characters."""

    max_length: int = LONG_TEXT_LIMIT


@dataclass(frozen=True, kw_only=True)
class DateQuestion(BaseQuestion):
    """A calendar day, ISO `YYYY-MM-DD`; `earliest` and `latest` are ISO days, too."""

    earliest: str | None = None
    latest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ranking(BaseQuestion):
    """The `top` most important of `options` in order; the answer lists option codes, first first (排序)."""

    options: tuple[Option, ...]
    top: int


@dataclass(frozen=True, kw_only=True)
class Statement(BaseQuestion):
    """Words to read, with nothing to answer (说明)."""


Question: TypeAlias = (
    SingleChoice
    | MultipleChoice
    | ScaleQuestion
    | Matrix
    | Nps
    | Number
    | ShortText
    | LongText
    | DateQuestion
    | Ranking
    | Statement
)

KINDS: dict[str, type[BaseQuestion]] = {
    "single": SingleChoice,
    "multiple": MultipleChoice,
    "scale": ScaleQuestion,
    "matrix": Matrix,
    "nps": Nps,
    "number": Number,
    "short_text": ShortText,
    "long_text": LongText,
    "date": DateQuestion,
    "ranking": Ranking,
    "statement": Statement,
}
"""The name that a kind has in files, and its class."""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the questionnaire."""

    code: str
    title: Text
    questions: tuple[Question, ...]
    intro: Text = EMPTY
    shown_if: Rule | None = None


@dataclass(frozen=True)
class Questionnaire:
    """The whole design. Texts may hold the variables listed in `VARIABLES`, as `{unit}`.

    `notice` is the privacy notice before the first question; when `consent` has words, a box with them
    must be ticked before answers are taken. `headline` is the field whose rate is the headline figure;
    `wave_link` names that field's counterpart in the first evaluation (F03 of a return visit -> W10).
    `paged` asks for one request per section instead of one page for all.
    """

    code: str
    title: Text
    sections: tuple[Section, ...]
    scales: tuple[Scale, ...] = ()
    description: Text = EMPTY
    notice: Text = EMPTY
    consent: Text = EMPTY
    closing: Text = EMPTY
    minutes: int | None = None
    headline: str | None = None
    wave_link: str | None = None
    paged: bool = False

    @cached_property
    def scale_by_code(self) -> dict[str, Scale]:
        """Scale by its code."""
        return {scale.code: scale for scale in self.scales}

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order they are asked."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def question_by_code(self) -> dict[str, Question]:
        """Question by its code."""
        return {question.code: question for question in self.questions}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every place that can hold an answer, by field code, in the order asked."""
        return {field.code: field for fields in self.fields_by_question.values() for field in fields}

    @cached_property
    def fields_by_question(self) -> dict[str, tuple[Field, ...]]:
        """The fields of each question, by question code, in the order asked."""
        return {question.code: tuple(fields_of(question)) for question in self.questions}


@dataclass(frozen=True, slots=True)
class Field:
    """One place for an answer: a question, a row of a matrix, or the words behind an "other" option."""

    code: str
    question: Question
    item: Item | None = None
    specify: Option | None = None

    @property
    def label(self) -> Text:
        """What is asked here, without the matrix's common stem."""
        if self.specify is not None:
            return self.specify.text
        return self.item.text if self.item is not None else self.question.text


def specify_code(question_code: str, option_code: str) -> str:
    """Return the code of the text field behind an option with `specify`."""
    return f"{question_code}_{option_code}_text"


def fields_of(question: Question) -> Iterator[Field]:
    """Yield the fields of one question, in the order they are answered."""
    match question:
        case Statement():
            return
        case Matrix():
            for item in question.items:
                yield Field(item.code, question, item=item)
        case _:
            yield Field(question.code, question)
            for option in options_of(question):
                if option.specify:
                    yield Field(specify_code(question.code, option.code), question, specify=option)


def options_of(question: Question) -> tuple[Option, ...]:
    """Return the options of a choice or ranking; other kinds have none of their own."""
    if isinstance(question, SingleChoice | MultipleChoice | Ranking):
        return question.options
    return ()


def scale_of(question: Question) -> str | None:
    """Return the code of the scale that a scale question or a matrix is answered on."""
    if isinstance(question, ScaleQuestion | Matrix):
        return question.scale
    return None


VARIABLES = (
    "organisation",
    "campaign",
    "team",
    "unit",
    "audience",
    "posting_dates",
    "wave",
    "threshold",
    "minutes",
)
"""Names that a text may use in braces; the collector fills them in when the page is made."""
