"""Writing designed worksheets: tables, words and print set-up, the same look on every sheet."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.questionnaire.text import UNPRINTABLE
from survey_app.reporting.cells import Cell, Column, Form, Row, Table

Align: TypeAlias = Literal["left", "center", "right"]

FONT = "Microsoft YaHei"
TEAL = "0B5A55"
QUIET = "5B6066"
INK = "1D1F21"
_LINE = Side(style="thin", color="DCD9D1")
_STRONG = Side(style="medium", color=TEAL)
_HEAD = PatternFill("solid", fgColor="E9F1EF")
_TOTAL = PatternFill("solid", fgColor="F5F4EF")

FORMATS = {
    Form.COUNT: "0",
    Form.PERCENT: "0.0%",
    Form.DECIMAL: '0.0;"−"0.0',
    Form.POINTS: '+0.0;"−"0.0;0.0',
}
"""How Excel writes the numbers of each form: the same digits as on the page."""

_UNBREAKABLE = re.compile(r"[!-~]+")
"""Latin words and numbers; Chinese breaks anywhere."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LINE_HEIGHT = 16.5
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31

FIRST_COLUMN = 2
"""Tables begin in column B: A is the margin."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table stands: its head's row, and its first and last row of cells."""

    head: int
    first: int
    last: int
    table: Table

    def column(self, label: str) -> int:
        """Return the sheet's column under a head. Raises `ValueError` where there is none."""
        return FIRST_COLUMN + [column.label for column in self.table.columns].index(label)


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks."""

    size: float = 10.5
    bold: bool = False
    color: str = INK
    align: Align = "left"
    vertical: Literal["top", "center", "bottom"] = "center"
    wrap: bool = False
    indent: int = 0


PLAIN = Style()


def printable(text: str) -> str:
    """Return words without the characters that no workbook can hold."""
    return UNPRINTABLE.sub("", text)


def put(sheet: Worksheet, row: int, column: int, value: str | float, style: Style = PLAIN) -> ExcelCell:
    """Write one cell. Words stay words, whatever they begin with: no formula comes from outside."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, ExcelCell):
        raise TypeError(f"{cell.coordinate} is inside a merged cell")
    if isinstance(value, str):
        text = printable(value)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_FORMULA)
    else:
        cell.value = value
    cell.font = Font(name=FONT, size=style.size, bold=style.bold, color=style.color)
    cell.alignment = Alignment(
        horizontal=style.align, vertical=style.vertical, wrap_text=style.wrap, indent=style.indent
    )
    return cell


def put_cell(sheet: Worksheet, row: int, column: int, cell: Cell, style: Style = PLAIN) -> ExcelCell:
    """Write a table's cell: a number as a number that is printed with the same digits."""
    if cell.number is None:
        return put(sheet, row, column, cell.text, style)
    written = put(sheet, row, column, _plain(cell.number), style)
    written.number_format = FORMATS[cell.form]
    return written


def _plain(number: Decimal | int) -> float | int:
    return number if isinstance(number, int) else float(number)


def write_table(sheet: Worksheet, row: int, table: Table, *, titled: bool = True) -> Placed:
    """Write a table from `row` on, with its title above if `titled`, and its note beneath."""
    if titled:
        put(sheet, row, FIRST_COLUMN, table.title, Style(size=12, bold=True))
        row += 1
    head = row
    for place, column in enumerate(table.columns):
        style = Style(bold=True, align=_align(column), wrap=True, vertical="bottom", indent=_indent(column, place))
        cell = put(sheet, row, FIRST_COLUMN + place, column.label, style)
        cell.fill, cell.border = _HEAD, Border(bottom=_STRONG)
    sheet.row_dimensions[row].height = height_of(
        [(column.label, _width(sheet, FIRST_COLUMN + place)) for place, column in enumerate(table.columns)]
    )
    for line in table.rows:
        row += 1
        _write_row(sheet, row, table, line)
    placed = Placed(head, head + 1, row, table)
    if table.note:
        write_words(sheet, row + 1, table.note, span=len(table.columns), color=QUIET, size=9)
    return placed


def _write_row(sheet: Worksheet, row: int, table: Table, line: Row) -> None:
    for place, cell in enumerate(line.cells):
        column = table.columns[place]
        style = Style(
            align=_align(column), bold=line.is_total, wrap=cell.number is None, indent=_indent(column, place)
        )
        written = put_cell(sheet, row, FIRST_COLUMN + place, cell, style)
        written.border = Border(bottom=_LINE)
        if line.is_total:
            written.fill = _TOTAL
    sheet.row_dimensions[row].height = height_of(
        [(cell.text, _width(sheet, FIRST_COLUMN + place)) for place, cell in enumerate(line.cells)]
    )


def _indent(column: Column, place: int) -> int:
    """Keep words apart from the right-aligned number before them."""
    return 1 if place and column.form is Form.WORDS else 0


def _align(column: Column) -> Align:
    return "left" if column.form is Form.WORDS else "right"


def write_words(
    sheet: Worksheet, row: int, text: str, *, span: int, size: float = 10.5, color: str = INK, bold: bool = False
) -> None:
    """Write a paragraph over `span` columns, in a row as high as it needs."""
    last = FIRST_COLUMN + max(span, 1) - 1
    style = Style(size=size, color=color, bold=bold, wrap=True, vertical="top")
    put(sheet, row, FIRST_COLUMN, text, style)
    if last > FIRST_COLUMN:
        sheet.merge_cells(start_row=row, start_column=FIRST_COLUMN, end_row=row, end_column=last)
    width = sum(_width(sheet, column) for column in range(FIRST_COLUMN, last + 1))
    sheet.row_dimensions[row].height = height_of([(text, width)], size)


def set_widths(sheet: Worksheet, tables: Sequence[Table]) -> None:
    """Give each column the width that the widest of `tables` asks for; call before writing."""
    sheet.column_dimensions["A"].width = 2
    widths: dict[int, float] = {}
    for table in tables:
        for place, column in enumerate(table.columns):
            widths[place] = max(widths.get(place, 0), width_of(column))
    for place, width in widths.items():
        sheet.column_dimensions[get_column_letter(FIRST_COLUMN + place)].width = width


def width_of(column: Column) -> float:
    """Return the width that a column asks for, in half-width characters; no word of its head is broken."""
    longest = max((columns_of(word) for word in _UNBREAKABLE.findall(column.label)), default=0)
    return max(column.span * 2, longest) + 2


def set_up_page(sheet: Worksheet, *, is_landscape: bool, left: str, right: str, footer: str) -> None:
    """Set A4, one page wide, with running head and page numbers."""
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if is_landscape else "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.8, bottom=0.7, header=0.35, footer=0.35)
    sheet.print_options.horizontalCentered = True
    # "&" begins a code in heads and feet: what people wrote is doubled, what counts pages is not.
    sheet.oddHeader = HeaderFooterItem(
        left=_running(left.replace("&", "&&")), right=_running(right.replace("&", "&&"))
    )
    sheet.oddFooter = HeaderFooterItem(left=_running(footer.replace("&", "&&")), right=_running("&P / &N"))


def _running(text: str) -> HeaderFooterPart:
    return HeaderFooterPart(text=printable(text), size=9, color=QUIET)


def sheet_name(text: str, taken: Sequence[str]) -> str:
    """Return a name that Excel takes for a sheet and that no other sheet has."""
    base = _NOT_IN_NAMES.sub(" ", printable(text)).strip()[:_LONGEST_SHEET_NAME] or "1"
    name, number = base, 2
    while name.casefold() in {each.casefold() for each in taken}:
        ending = f" {number}"
        name, number = base[: _LONGEST_SHEET_NAME - len(ending)] + ending, number + 1
    return name


def columns_of(text: str) -> int:
    """Return how wide text is in half-width characters; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _width(sheet: Worksheet, column: int) -> float:
    return sheet.column_dimensions[get_column_letter(column)].width or 8.4


def height_of(texts: Sequence[tuple[str, float]], size: float = 10.5) -> float:
    """Return the height that wrapped texts need in columns of these widths."""
    lines = max((math.ceil(columns_of(text) / max(width - 1, 1)) for text, width in texts), default=1)
    return max(lines, 1) * _LINE_HEIGHT * size / 10.5 + 3
