"""The sheets of an XLSForm as rows by column: names forgiven as other readers of the format forgive them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from survey_app.interchange.findings import Place
from survey_app.interchange.safe_files import (
    Formula,
    SheetSource,
    Value,
    column_letter,
    filled_rows,
    is_blank,
    open_sheets,
)
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire.rules import plain_number
from survey_app.questionnaire.text import UNPRINTABLE

MAX_ROWS = 20_000
"""Most rows of one sheet that hold anything."""
MAX_COLUMNS = 500
SHEETS = ("survey", "choices", "settings")
_ROWS_SHOWN = 12
_JR = ("jr:constraintmsg", "jr:requiredmsg")
_GROUPED = {
    "bind": {"relevant", "required", "constraint", "calculate", "readonly", *_JR},
    "control": {"appearance"},
    "body": {"appearance"},
    "media": {"image", "big-image", "audio", "video"},
}
"""What may stand behind a prefix, as in `bind::relevant`."""
_ALIASES = {
    "caption": "label",
    "relevance": "relevant",
    "command": "type",
    "tag": "name",
    "value": "name",
    "calculate": "calculation",
    "readonly": "read_only",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "jr:constraintmsg": "constraint_message",
    "constraining_message": "constraint_message",
    "id_string": "form_id",
    "set_form_id": "form_id",
    "title": "form_title",
    "set_form_title": "form_title",
}
_CONSTANTS = {"TRUE()": "TRUE", "FALSE()": "FALSE"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header as written, the name it stands for, and the language behind `::`, if any."""

    index: int
    header: str
    name: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds anything, its cells as texts by column."""

    sheet: str
    number: int
    cells: Mapping[Column, str]

    def get(self, name: str) -> str:
        """Return the cell of the column `name` that has no language, without blanks around it."""
        return next((text.strip() for column, text in self.cells.items() if _is_plain(column, name)), "")

    def place(self, column: str | None = None) -> Place:
        """Return where this row stands, for a finding."""
        return Place(self.sheet, self.number, column)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `title` is its name in the file."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def has(self, name: str) -> bool:
        """Tell whether there is a column of that name."""
        return any(column.name == name for column in self.columns)

    def filled(self, column: Column) -> list[int]:
        """Return the numbers of the rows in which a column holds anything."""
        return [row.number for row in self.rows if row.cells.get(column, "").strip()]


def _is_plain(column: Column, name: str) -> bool:
    return column.name == name and column.language is None


def row_list(numbers: Sequence[int]) -> str:
    """Return row numbers for people: the first dozen, and a sign that there are more."""
    return "、".join(map(str, numbers[:_ROWS_SHOWN])) + ("…" if len(numbers) > _ROWS_SHOWN else "")


def read_sheets(data: bytes, report: Report) -> dict[str, Table]:
    """Return the sheets of the format that the file has, by their names in the format.

    Other sheets are reported as left aside. Raises `FileRefused`.
    """
    found: dict[str, Table] = {}
    others: list[str] = []
    for source in open_sheets(data, most_columns=MAX_COLUMNS):
        name = source.title.strip().casefold()
        if name in SHEETS and name not in found:
            found[name] = _table(source, report)
        else:
            others.append(source.title)
    missing = [name for name in SHEETS if name not in found]
    for title in others:
        similar = difflib.get_close_matches(title.strip().casefold(), missing, n=1, cutoff=0.7)
        if similar:
            report.dropped("sheet_misspelt", Place(title), meant=similar[0])
        else:
            report.dropped("sheet_ignored", Place(title))
    return found


def _table(source: SheetSource, report: Report) -> Table:
    rows = filled_rows(source, most_rows=MAX_ROWS)
    if not rows:
        return Table(source.title, (), ())
    cells = _Cells(source.title)
    header_row, header = rows[0]
    columns = tuple(
        _columns(source.title, header_row, [cells.text(header_row, *each) for each in enumerate(header)], report)
    )
    named = {column.index: column for column in columns}
    body = [_row(source.title, number, values, named, cells) for number, values in rows[1:]]
    cells.report(report)
    _report_headless(source.title, rows[1:], header, report)
    return Table(source.title, columns, tuple(row for row in body if row.cells))


def _columns(sheet: str, row: int, header: Sequence[str], report: Report) -> Iterator[Column]:
    """Yield the columns that have a header; of two with the same name, the first."""
    words = [" ".join(each.split()) for each in header]
    has_double = any("::" in each for each in words)
    seen: dict[tuple[str, str | None], str] = {}
    for index, written in enumerate(words):
        if not written:
            continue
        name, language = _name(written, has_double)
        if (name, language) in seen:
            report.dropped(
                "column_twice", Place(sheet, row, written), other=seen[name, language], letter=column_letter(index)
            )
            continue
        seen[name, language] = written
        yield Column(index, written, name, language)


def _name(header: str, has_double: bool) -> tuple[str, str | None]:
    """Return what a header names, and its language: `bind::relevant`, `label::English (en)`, `Read Only`."""
    separator = "::" if has_double or "::" in header else ":"
    tokens = [each.strip() for each in header.split(separator)]
    if separator == ":" and "jr" in tokens[:-1]:  # a namespace, not a separator
        place = tokens.index("jr")
        tokens[place : place + 2] = [f"jr:{tokens[place + 1]}"]
    names = [re.sub(r"\s+", "_", token).casefold() for token in tokens[:2]]
    if len(names) == 2 and names[1] in _GROUPED.get(names[0], ()):
        tokens, names = tokens[1:], names[1:]
    elif names[0] in {*_GROUPED, "instance"}:
        return header.casefold(), None
    return _ALIASES.get(names[0], names[0]), separator.join(tokens[1:]) or None


def _row(sheet: str, number: int, values: Sequence[Value], named: Mapping[int, Column], cells: _Cells) -> Row:
    texts = {
        named[index]: text
        for index, value in enumerate(values)
        if index in named and value is not None and (text := cells.text(number, index, value))
    }
    return Row(sheet, number, texts)


class _Cells:
    """Turns the cells of a sheet into texts, and notes by column what got lost."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._lost: dict[tuple[str, int], list[int]] = {}

    def text(self, row: int, index: int, value: Value) -> str:
        """Return a cell's value as the text that a person sees in it; a formula is left out."""
        if isinstance(value, Formula):
            constant = _CONSTANTS.get(value.text.lstrip("=").strip().upper(), "")
            return constant or self._lose("formula", index, row)
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return plain_number(value)
        if isinstance(value, datetime) and value.time() == time():
            return value.date().isoformat()
        if isinstance(value, date | time):
            return value.isoformat()
        text = str("" if value is None else value).replace("\r\n", "\n").replace("\r", "\n")
        if UNPRINTABLE.search(text):
            self._lose("unprintable", index, row)
        return UNPRINTABLE.sub("", text)

    def _lose(self, kind: str, index: int, row: int) -> str:
        self._lost.setdefault((kind, index), []).append(row)
        return ""

    def report(self, report: Report) -> None:
        """Report what was noted."""
        for (kind, index), rows in self._lost.items():
            report.dropped(kind, Place(self._sheet, rows[0], column_letter(index)), rows=row_list(rows))


def _report_headless(
    sheet: str, body: Sequence[tuple[int, tuple[Value, ...]]], header: Sequence[Value], report: Report
) -> None:
    """Report cells in columns without a header."""
    filled: dict[int, list[int]] = {}
    for number, values in body:
        for index, value in enumerate(values):
            if not is_blank(value) and (index >= len(header) or is_blank(header[index])):
                filled.setdefault(index, []).append(number)
    for index, rows in sorted(filled.items()):
        report.dropped("column_without_header", Place(sheet, rows[0], column_letter(index)), rows=row_list(rows))
