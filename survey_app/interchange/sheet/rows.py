"""Our questions → cells of the template by column, by kind of question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch
from typing import TypeAlias

from survey_app.interchange.known_scales import shipped_scale
from survey_app.interchange.pasted.options import asks_to_say, says_exclusive
from survey_app.interchange.sheet import kinds
from survey_app.interchange.sheet.lines import Line, written
from survey_app.interchange.sheet.scales import NO_SCALE
from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import (
    LONG_TEXT_LIMIT,
    SHORT_TEXT_LIMIT,
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
)
from survey_app.questionnaire.rules import plain_number
from survey_app.questionnaire.text import Text

Value: TypeAlias = str | float | None
Cells: TypeAlias = Mapping[tuple[str, str], Value]
"""What stands in a row, by column and language ("zh", "en", or "" for what is in none)."""
YES, NO = Text("是", "Yes"), Text("否", "No")


def row_of(question: BaseQuestion, section: str, questionnaire: Questionnaire, locale: str) -> Cells:
    """Return the row of a question; `section` is what its section is called in that column."""
    return {
        ("section", ""): section,
        ("code", ""): question.code,
        ("kind", ""): kinds.NAMES[kind_of(question)].in_locale(locale),
        **words("text", question.text),
        **words("help", question.help),
        ("required", ""): "" if isinstance(question, Statement) else yes(question.required, locale),
        **own_cells(question, questionnaire, locale),
    }


def words(key: str, text: Text) -> Cells:
    """Return the two cells of a text."""
    return {(key, "zh"): text.zh, (key, "en"): text.en}


def yes(value: bool, locale: str) -> str:
    """Return the word for yes or no."""
    return (YES if value else NO).in_locale(locale)


def number(value: float | None) -> Value:
    """Return a number as it can stand in a cell: past 15 digits, which Excel cuts off, only as text."""
    if value is None or float(f"{value:.15g}") == value:
        return value
    return plain_number(value)


def scale_name(code: str, questionnaire: Questionnaire, locale: str) -> str:
    """Return what stands in the column for a scale: its code, and its name for people."""
    scale = questionnaire.scale_by_code.get(code)
    name = " ".join(scale.name.in_locale(locale).split()) if scale is not None else ""
    return f"{code} {name}".strip()


@singledispatch
def own_cells(question: BaseQuestion, questionnaire: Questionnaire, locale: str) -> Cells:
    """Return the cells that only this kind of question has."""
    raise NotImplementedError(type(question).__name__)


@own_cells.register
def _(question: SingleChoice, questionnaire: Questionnaire, locale: str) -> Cells:
    is_known = shipped_scale([option.text for option in question.options]) is not None
    return {
        **_options(question.options),
        ("scale", ""): NO_SCALE.in_locale(locale) if is_known else "",
        ("random", ""): _if_yes(question.random_order, locale),
    }


@own_cells.register
def _(question: MultipleChoice, questionnaire: Questionnaire, locale: str) -> Cells:
    return {
        **_options(question.options, several=True),
        ("least", ""): question.min_choices or None,
        ("most", ""): question.max_choices,
        ("random", ""): _if_yes(question.random_order, locale),
    }


@own_cells.register
def _(question: ScaleQuestion, questionnaire: Questionnaire, locale: str) -> Cells:
    return {("scale", ""): scale_name(question.scale, questionnaire, locale)}


@own_cells.register
def _(question: Matrix, questionnaire: Questionnaire, locale: str) -> Cells:
    lines = [(Line(item.text.zh, item.code, when=item.when), item.text.en) for item in question.items]
    defaults = [f"{question.code}_{place}" for place in range(1, len(lines) + 1)]
    return {
        ("scale", ""): scale_name(question.scale, questionnaire, locale),
        **_cell_pair("rows", lines, defaults),
        ("rows_from", ""): question.rows_from or "",
    }


@own_cells.register
def _(question: Nps, questionnaire: Questionnaire, locale: str) -> Cells:
    if not question.low and not question.high:
        return {}
    ends = [(Line(text.zh, code), text.en) for code, text in (("0", question.low), ("10", question.high)) if text]
    return _cell_pair("options", ends, ["0", "10"])


@own_cells.register
def _(question: Number, questionnaire: Questionnaire, locale: str) -> Cells:
    return {
        ("minimum", ""): number(question.minimum),
        ("maximum", ""): number(question.maximum),
        ("decimals", ""): question.decimals or None,
        **words("unit", question.unit),
    }


@own_cells.register
def _(question: ShortText, questionnaire: Questionnaire, locale: str) -> Cells:
    return {("maximum", ""): question.max_length if question.max_length != SHORT_TEXT_LIMIT else None}


@own_cells.register
def _(question: LongText, questionnaire: Questionnaire, locale: str) -> Cells:
    return {("maximum", ""): question.max_length if question.max_length != LONG_TEXT_LIMIT else None}


@own_cells.register
def _(question: DateQuestion, questionnaire: Questionnaire, locale: str) -> Cells:
    return {("minimum", ""): question.earliest, ("maximum", ""): question.latest}


@own_cells.register
def _(question: Ranking, questionnaire: Questionnaire, locale: str) -> Cells:
    top = question.top if question.top != len(question.options) else None
    return {**_options(question.options), ("most", ""): top}


@own_cells.register
def _(question: Statement, questionnaire: Questionnaire, locale: str) -> Cells:
    return {}


def _if_yes(value: bool, locale: str) -> str:
    return YES.in_locale(locale) if value else ""


def _options(options: Sequence[Option], *, several: bool = False) -> Cells:
    """Return the cells for options; a mark stands wherever the words alone would not say so, or say otherwise."""
    lines = []
    for option in options:
        exclusive = True if option.exclusive else False if several and says_exclusive(option.text) else None
        specify = True if option.specify else False if asks_to_say(option.text.zh) else None
        lines.append((Line(option.text.zh, option.code, exclusive, specify), option.text.en))
    return _cell_pair("options", lines, [str(place) for place in range(1, len(lines) + 1)])


def _cell_pair(key: str, lines: Iterable[tuple[Line, str]], defaults: Sequence[str]) -> Cells:
    """Return the cells of a list in both languages; the other language's words are paired by place, or by code."""
    pairs = list(lines)
    zh = written([line for line, _ in pairs], defaults=defaults)
    english = [Line(en, line.code) for line, en in pairs if en]
    if not english:
        return {(key, "zh"): zh}
    # With words missing here and there, places would not tell which they are.
    en = written(english, defaults=defaults if len(english) == len(pairs) else ())
    return {(key, "zh"): zh, (key, "en"): en}
