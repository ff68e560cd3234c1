"""A file of rows and columns (.xlsx, .csv) -> one table of plain values, within limits.

The file is hostile until read: what it really is decides, not its name; sizes are limited before anything is
unpacked; a refusal names its reason and its place. Formulas are not calculated, as what a file shows and what
it holds could differ: they come out as `Formula`, for the reader of the table to refuse.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.safe_files import Formula, Value, column_letter, quietly, trimmed
from survey_app.interchange.text_files import decoded
from survey_app.interchange.workbooks import read_sheet

MAX_ROWS = 50_000
"""Most rows below the header."""
MAX_COLUMNS = 500
"""Most columns; the longest shipped questionnaire has 60 fields."""
MOST_BLANK_ROWS = 1_000
"""Blank rows after which a table is over: office programs leave up to a million formatted ones behind."""
MAX_CELL = 32_767
"""Most characters in one cell, which is also Excel's own limit."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds anything; `number` is what a spreadsheet shows at its left, from 1."""

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it. `notes` says what was left aside, by kind, with the names."""

    header: tuple[str, ...]
    header_row: int
    rows: tuple[Row, ...]
    notes: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def read_table(content: bytes) -> Table:
    """Read the first sheet of a workbook, or a text file with separated values.

    The first row that holds anything is the header; what stands below `MOST_BLANK_ROWS` blank rows is not read,
    which the notes say ("unread_below", with the last row that was read). Raises `FileRefused`.
    """
    if not content.strip():
        raise FileRefused("empty_file")
    if content.startswith(_OLE):
        raise FileRefused("old_workbook")
    if content.startswith(_ZIP):
        with quietly():
            sheet = read_sheet(content, most_columns=MAX_COLUMNS)
            return _table(sheet.rows, sheet.notes)
    return _table(_text_rows(content), {})


def _table(rows: Iterable[tuple[Value, ...]], notes: Mapping[str, tuple[str, ...]]) -> Table:
    header: tuple[str, ...] | None = None
    header_row = last = 0
    body: list[Row] = []
    for number, cells in enumerate(rows, start=1):
        cells = trimmed(cells)
        if not cells:
            if number - last > MOST_BLANK_ROWS:
                notes = {**notes, "unread_below": (str(last),)}
                break
            continue
        last = number
        _check_cells(number, cells)
        if header is None:
            header, header_row = _header(number, cells), number
            continue
        if len(body) == MAX_ROWS:
            raise FileRefused("too_many_rows", most=MAX_ROWS)
        body.append(Row(number, cells))
    if header is None:
        raise FileRefused("empty_file")
    if not body:
        raise FileRefused("no_rows", row=header_row)
    return Table(header, header_row, tuple(body), notes)


def _check_cells(number: int, cells: tuple[Value, ...]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", most=MAX_COLUMNS, row=number)
    for index, value in enumerate(cells):
        if isinstance(value, str) and len(value) > MAX_CELL:
            cell = f"{column_letter(index)}{number}"
            raise FileRefused("huge_cell", cell=cell, length=len(value), most=MAX_CELL)


def _header(number: int, cells: tuple[Value, ...]) -> tuple[str, ...]:
    for index, value in enumerate(cells):
        if isinstance(value, Formula):
            raise FileRefused("formula_in_header", cell=f"{column_letter(index)}{number}")
    return tuple("" if value is None else " ".join(str(value).split()) for value in cells)


# --- text ------------------------------------------------------------------------------------------


def _text_rows(content: bytes) -> Iterator[tuple[Value, ...]]:
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for record in reader:
            yield tuple(record)
    except csv.Error as error:
        if "field larger" in str(error):
            raise FileRefused("huge_line", line=reader.line_num + 1, most=MAX_CELL) from error
        raise FileRefused("broken_quotes", line=reader.line_num) from error


def _delimiter(text: str) -> str:
    """Return the sign that separates the columns: the one most frequent in the first line, outside quotes."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    is_quoted = False
    for char in text.lstrip():
        if char == '"':
            is_quoted = not is_quoted
        elif char in "\r\n" and not is_quoted:
            break
        elif char in counts and not is_quoted:
            counts[char] += 1
    return max(_DELIMITERS, key=lambda sign: counts[sign])
