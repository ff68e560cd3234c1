"""Tables and cells: what a reader sees, and the same as a number for a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from survey_app.scoring.figure import Figure
from survey_app.scoring.rounding import NOTHING, half_up, percent, points_text, read


class Form(StrEnum):
    """How a cell is written: words, a whole number, a share in percent, a decimal, signed percentage points."""

    WORDS = "words"
    COUNT = "count"
    PERCENT = "percent"
    DECIMAL = "decimal"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a reader sees (`text`), and the same as a number for a workbook: 97.9% is 0.979, as printed."""

    text: str
    form: Form = Form.WORDS
    number: Decimal | int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; `form` says how its cells are aligned. `span` is its width in full-width characters."""

    label: str
    form: Form = Form.WORDS
    span: int = 6


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from left to right. A total stands apart."""

    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, the note beneath, and rows that all have a cell for every column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


EMPTY = Cell(NOTHING)


def say(text: str) -> Cell:
    """Return a cell of words."""
    return Cell(text)


def count(number: int | None) -> Cell:
    """Return a cell with a whole number."""
    return EMPTY if number is None else Cell(str(number), Form.COUNT, number)


def share(value: Fraction | float | None) -> Cell:
    """Return a cell with a share (0-1) as it is printed, so that page and workbook show the same digits."""
    if value is None:
        return EMPTY
    printed = half_up(value * 100) if value > 1 else percent(value)
    return Cell(f"{printed}%", Form.PERCENT, printed / 100)


def rate(figure: Figure) -> Cell:
    """Return a cell with a rate, or with the bounds of one that is withheld."""
    return share(figure.rate) if figure.bounds is None else Cell(figure.bounds.text, Form.PERCENT)


def mean(figure: Figure) -> Cell:
    """Return a cell with an index or NPS."""
    return EMPTY if figure.index is None else Cell(figure.value_text, Form.DECIMAL, read(figure.value_text))


def limits(figure: Figure) -> tuple[Cell, Cell]:
    """Return two cells with the interval of a rate."""
    if figure.interval is None:
        return EMPTY, EMPTY
    return share(figure.interval.low), share(figure.interval.high)


def points(difference: float | None) -> Cell:
    """Return a cell with a difference of shares in percentage points."""
    if difference is None:
        return EMPTY
    text = points_text(difference)
    return Cell(text, Form.POINTS, read(text))
