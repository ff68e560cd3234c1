"""Our questions → rows of the survey sheet and lists of the choices sheet, by kind of question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import singledispatch

from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.limits import Limits, write_limits
from survey_app.questionnaire.definition import (
    SPECIFY_LIMIT,
    BaseQuestion,
    DateQuestion,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Ranking,
    Scale,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
    options_of,
    specify_code,
)
from survey_app.questionnaire.rules import Is, Rule, plain_number
from survey_app.questionnaire.text import EMPTY, Text


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row of the survey sheet. `code` is what it stands for with us; the writer gives it its name."""

    type: str
    code: str = ""
    label: Text = EMPTY
    hint: Text = EMPTY
    required: bool = False
    relevant: Rule | None = None
    constraint: str = ""
    appearance: str = ""
    parameters: str = ""
    own: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the choices sheet. `marks` are our own columns."""

    list_name: str
    name: str
    label: Text
    own: Mapping[str, str | float | None] = field(default_factory=dict)


@singledispatch
def rows_of(question: BaseQuestion, list_name: str) -> Iterable[SurveyRow]:
    """Return the rows that a question becomes; `list_name` is the name of its list of options or its scale."""
    raise NotImplementedError(type(question).__name__)


@singledispatch
def list_of(question: BaseQuestion, list_name: str) -> Iterable[ListRow]:
    """Return the rows of the choices sheet that belong to one question alone."""
    return ()


def scale_rows(scale: Scale) -> Iterable[ListRow]:
    """Return the rows of the choices sheet for a scale, with what each grade counts for."""
    for number, grade in enumerate(scale.grades):
        own: dict[str, str | float | None] = {
            marks.SCORE: _exact(grade.score),
            marks.SATISFIED: _yes_no(grade.satisfied),
            marks.STRICT: _yes_no(grade.strict),
            marks.IN_BASE: _yes_no(grade.in_base),
        }
        if number == 0:
            zh, en = marks.both(marks.SCALE_NAME)
            own |= {zh: scale.name.zh, en: scale.name.en}
        yield ListRow(scale.code, grade.code, grade.text, own)


def _exact(number: float | None) -> str | float | None:
    """Return a number as it can stand in a cell: past 16 digits, which a workbook cuts off, only as text."""
    if number is None or float(f"{number:.16g}") == number:
        return number
    return plain_number(number)


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _row(
    question: BaseQuestion,
    row_type: str,
    *,
    constraint: str = "",
    appearance: str = "",
    parameters: str = "",
    own: Mapping[str, str | int] | None = None,
) -> SurveyRow:
    return SurveyRow(
        row_type,
        question.code,
        question.text,
        question.help,
        question.required,
        question.shown_if,
        constraint,
        appearance,
        parameters,
        own or {},
    )


def _specify_rows(question: BaseQuestion, options: Iterable[Option]) -> Iterable[SurveyRow]:
    for option in options:
        if option.specify:
            yield SurveyRow(
                "text",
                specify_code(question.code, option.code),
                option.text,
                relevant=Is(question.code, option.code),
                constraint=write_limits(Limits(most_characters=SPECIFY_LIMIT)),
            )


@list_of.register
def _(question: SingleChoice | MultipleChoice | Ranking, list_name: str) -> Iterable[ListRow]:
    return [ListRow(list_name, option.code, option.text) for option in options_of(question)]


@list_of.register
def _(question: Nps, list_name: str) -> Iterable[ListRow]:
    ends = (("0", question.low), ("10", question.high))
    return [ListRow(list_name, name, words) for name, words in ends if words]


def _random(is_random: bool) -> str:
    return "randomize=true" if is_random else ""


@rows_of.register
def _(question: SingleChoice, list_name: str) -> Iterable[SurveyRow]:
    yield _row(question, f"select_one {list_name}", parameters=_random(question.random_order))
    yield from _specify_rows(question, question.options)


@rows_of.register
def _(question: MultipleChoice, list_name: str) -> Iterable[SurveyRow]:
    limits = Limits(
        fewest=question.min_choices or None,
        at_most=question.max_choices,
        exclusive=tuple(option.code for option in question.options if option.exclusive),
    )
    yield _row(
        question,
        f"select_multiple {list_name}",
        constraint=write_limits(limits),
        parameters=_random(question.random_order),
    )
    yield from _specify_rows(question, question.options)


@rows_of.register
def _(question: ScaleQuestion, list_name: str) -> Iterable[SurveyRow]:
    yield _row(question, f"select_one {list_name}")


@rows_of.register
def _(question: Matrix, list_name: str) -> Iterable[SurveyRow]:
    group = _row(question, "begin_group", appearance="table-list")
    yield SurveyRow(group.type, group.code, group.label, group.hint, False, group.relevant, "", group.appearance)
    for item in question.items:
        when = Is(question.rows_from, item.when) if question.rows_from and item.when is not None else None
        yield SurveyRow(f"select_one {list_name}", item.code, item.text, required=question.required, relevant=when)
    yield SurveyRow("end_group", question.code)


@rows_of.register
def _(question: Nps, list_name: str) -> Iterable[SurveyRow]:
    ends = f" tick_labelset={list_name}" if question.low or question.high else ""
    yield _row(question, "range", parameters=f"start=0 end=10 step=1{ends}")


@rows_of.register
def _(question: Number, list_name: str) -> Iterable[SurveyRow]:
    limits = Limits(question.minimum, question.maximum, decimals=question.decimals or None)
    zh, en = marks.both(marks.UNIT)
    own = {name: words for name, words in ((zh, question.unit.zh), (en, question.unit.en)) if words}
    yield _row(question, "decimal" if question.decimals else "integer", constraint=write_limits(limits), own=own)


@rows_of.register
def _(question: ShortText | LongText, list_name: str) -> Iterable[SurveyRow]:
    limits = Limits(most_characters=question.max_length)
    appearance = "multiline" if isinstance(question, LongText) else ""
    yield _row(question, "text", constraint=write_limits(limits), appearance=appearance)


@rows_of.register
def _(question: DateQuestion, list_name: str) -> Iterable[SurveyRow]:
    limits = Limits(first_day=question.earliest, last_day=question.latest)
    yield _row(question, "date", constraint=write_limits(limits))


@rows_of.register
def _(question: Ranking, list_name: str) -> Iterable[SurveyRow]:
    # The format ranks all options; how many we ask for goes into a column of our own.
    own = {marks.TOP: question.top} if question.top != len(question.options) else {}
    yield _row(question, f"rank {list_name}", own=own)
    yield from _specify_rows(question, question.options)


@rows_of.register
def _(question: Statement, list_name: str) -> Iterable[SurveyRow]:
    row = _row(question, "note")
    yield SurveyRow(row.type, row.code, row.label, row.hint, False, row.relevant)
