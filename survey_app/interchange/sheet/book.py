"""The sheets of a filled-in template as rows of cells by column: .xlsx, .xls, or one table of questions as .csv."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from survey_app.interchange.findings import Place
from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.safe_files import (
    Formula,
    Value,
    column_letter,
    filled_rows,
    is_blank,
    open_sheets,
)
from survey_app.interchange.sheet.columns import HEADINGS, NEEDED, Part, heading_of, part_of
from survey_app.interchange.tables import read_table
from survey_app.interchange.xlsform.languages import looks_chinese
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.sheets import row_list
from survey_app.questionnaire.definition import VARIABLES
from survey_app.questionnaire.rules import plain_number
from survey_app.questionnaire.text import EMPTY, UNPRINTABLE, Text

MAX_ROWS = 10_000
"""Most rows of one sheet that hold anything."""
MAX_COLUMNS = 200
_HEADER_AMONG = 10
"""Filled rows looked at for the header: people put a title above it."""
_HEADER_BYTES = 2_000
"""Bytes of a text file looked at for a header."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_BRACES = re.compile(r"\{(\w*)\}")
_DAYS = {"minimum", "maximum"}
"""Columns in which a day may stand."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that means something. `language` is "zh" or "en" for texts."""

    index: int
    header: str
    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds anything, its cells as texts without blanks around them."""

    sheet: str
    number: int
    cells: Mapping[tuple[str, str], str]
    headers: Mapping[str, str]

    def get(self, key: str, language: str = "") -> str:
        """Return a cell as text; "" where there is nothing."""
        return self.cells.get((key, language), "")

    def text(self, key: str) -> Text:
        """Return the words of both languages."""
        zh, en = self.get(key, "zh"), self.get(key, "en")
        return Text(zh, en) if zh or en else EMPTY

    def has(self, key: str) -> bool:
        """Tell whether anything stands in this column, in any language."""
        return any(self.get(key, language) for language in ("", "zh", "en"))

    def keys(self) -> list[str]:
        """Return the columns that hold anything."""
        return list(dict.fromkeys(key for key, _ in self.cells))

    def place(self, key: str | None = None) -> Place:
        """Return where this row stands, for a finding."""
        return Place(self.sheet, self.number, self.headers.get(key, key) if key else None)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of the template, as it is called in the file. `header` is the number of its header's row.

    `above` is what stands over the header, as a title does.
    """

    title: str
    header: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    above: str = ""


@dataclass(slots=True)
class _Raw:
    """A sheet as it stands in the file."""

    title: str
    rows: list[tuple[int, tuple[Value, ...]]] = field(default_factory=list)


def read_book(data: bytes, report: Report) -> dict[Part, Table]:
    """Return the sheets that the file has, by what they are for; whatever else it holds is reported.

    Raises `FileRefused`.
    """
    found: dict[Part, Table] = {}
    unknown: list[_Raw] = []
    for raw in _sheets(data, report):
        part = part_of(raw.title)
        if part in {Part.EXAMPLE, Part.NOTES}:
            continue
        if part is not None and part not in found and (table := _table(part, raw, report)) is not None:
            found[part] = table
        else:
            unknown.append(raw)
    for raw in unknown:
        if Part.QUESTIONS not in found and (table := _table(Part.QUESTIONS, raw, report)) is not None:
            found[Part.QUESTIONS] = table
        elif raw.rows:
            report.dropped("sheet_ignored", Place(raw.title))
    return found


def recognises(data: bytes) -> bool:
    """Tell from a quick look whether a file may be a template, and is no XLSForm, which has a sheet "survey"."""
    if not data.startswith(_WORKBOOKS):
        header = data[:_HEADER_BYTES].decode("gb18030" if _is_gb(data[:_HEADER_BYTES]) else "utf-8-sig", "replace")
        cells = header.partition("\n")[0].replace(";", ",").replace("\t", ",").split(",")
        keys = {
            heading[0] for cell in cells if (heading := heading_of(Part.QUESTIONS, cell.strip('"\r '))) is not None
        }
        return NEEDED[Part.QUESTIONS] in keys and len(keys) > 1
    try:
        titles = [source.title.strip().casefold() for source in open_sheets(data, most_columns=MAX_COLUMNS)]
    except FileRefused:
        return False
    return "survey" not in titles


def _is_gb(head: bytes) -> bool:
    """Tell whether the beginning of a text is in the encoding of Chinese Windows."""
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _sheets(data: bytes, report: Report) -> Iterator[_Raw]:
    if data.strip() and not data.startswith(_WORKBOOKS):
        yield _text_table(data)
        return
    for source in open_sheets(data, most_columns=MAX_COLUMNS):
        if source.is_visible:
            yield _Raw(source.title, filled_rows(source, most_rows=MAX_ROWS))
        elif part_of(source.title) not in {Part.EXAMPLE, Part.NOTES}:
            report.dropped("hidden_sheet", Place(source.title))


def _text_table(data: bytes) -> _Raw:
    """Return a .csv file as the one sheet that it is."""
    table = read_table(data)
    rows = [(table.header_row, tuple(table.header)), *((row.number, row.cells) for row in table.rows)]
    return _Raw("CSV", rows)


def _table(part: Part, raw: _Raw, report: Report) -> Table | None:
    """Return a sheet as a table of this part, if it has the column that such a one needs."""
    for place, (_, cells) in enumerate(raw.rows[:_HEADER_AMONG]):
        keys = {heading[0] for value in cells if (heading := heading_of(part, _header(value))) is not None}
        if NEEDED[part] in keys and len(keys) > 1:
            return _filled(part, raw, place, report)
    return None


def _header(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _filled(part: Part, raw: _Raw, place: int, report: Report) -> Table:
    number, cells = raw.rows[place]
    body = raw.rows[place + 1 :]
    columns = tuple(_columns(part, raw, (number, cells), body, report))
    named = {column.index: column for column in columns}
    headers: dict[str, str] = {}
    for column in columns:
        headers.setdefault(column.key, column.header)
    reader = _Cells(raw.title, report)
    rows = []
    for row_number, values in body:
        filled = {
            (named[index].key, named[index].language): text
            for index, value in enumerate(values)
            if index in named and (text := reader.text(row_number, named[index], value))
        }
        if filled:
            rows.append(Row(raw.title, row_number, filled, headers))
    reader.finish()
    titles = (value.strip() for _, values in raw.rows[:place] for value in values if isinstance(value, str))
    above = UNPRINTABLE.sub("", next((words for words in titles if words), ""))
    return Table(raw.title, number, columns, tuple(rows), above)


def _columns(
    part: Part, raw: _Raw, header: tuple[int, tuple[Value, ...]], body: _Body, report: Report
) -> Iterator[Column]:
    """Yield the columns with a header that we know; others that hold anything are reported."""
    number, cells = header
    width = max((len(values) for _, values in body), default=0)
    headers = [" ".join(_header(each).split()) for each in cells]
    headers += [""] * (width - len(headers))
    headings = [heading_of(part, each) for each in headers]
    texts = {heading.key for heading in HEADINGS[part] if heading.is_text}
    languages = {heading for heading in headings if heading is not None}
    seen: set[tuple[str, str]] = set()
    for index, (written, heading) in enumerate(zip(headers, headings, strict=True)):
        filled = [row for row, values in body if index < len(values) and not is_blank(values[index])]
        meaning: tuple[str, str] | None = None
        if heading is not None:
            key, language = heading
            meaning = (key, (language or _language(key, languages, index, body)) if key in texts else "")
        if meaning is not None and meaning not in seen:
            seen.add(meaning)
            yield Column(index, written, *meaning)
            if meaning == ("text", "en") and ("text", "zh") not in languages and heading == ("text", None):
                report.changed("taken_as_english", Place(raw.title, number, written))
        elif filled:
            kind = "column_twice" if meaning is not None else "column_unknown" if written else "column_headless"
            letter = column_letter(index)
            place = Place(raw.title, filled[0], written[:60] or letter)
            report.dropped(kind, place, letter=letter, rows=row_list(filled))


_Body: TypeAlias = Sequence[tuple[int, tuple[Value, ...]]]


def _language(key: str, given: Collection[tuple[str, str | None]], index: int, body: _Body) -> str:
    """Return the language of a column that names none: Chinese, unless there is no Chinese sign anywhere in it."""
    if (key, "zh") in given:
        return "en"
    if (key, "en") in given:
        return "zh"
    words = [str(values[index]) for _, values in body if index < len(values) and values[index] is not None]
    words = [each for each in words if any(map(str.isalpha, each))]
    return "en" if words and not any(looks_chinese([each]) for each in words) else "zh"


class _Cells:
    """Turns the cells of a sheet into texts as a person sees them, and notes what cannot be taken."""

    def __init__(self, sheet: str, report: Report) -> None:
        self._sheet = sheet
        self._report = report
        self._unprintable: dict[str, list[int]] = {}

    def text(self, row: int, column: Column, value: Value) -> str:
        """Return a cell as text without blanks around it; a formula, or a day among words, is an error."""
        if isinstance(value, Formula):
            self._report.error("formula", Place(self._sheet, row, column.header), formula=value.text[:60])
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return plain_number(value) if math.isfinite(value) else ""
        if isinstance(value, datetime | date | time | timedelta):
            return self._moment(row, column, value)
        text = str("" if value is None else value).replace("\r\n", "\n").replace("\r", "\n")
        if UNPRINTABLE.search(text):
            self._unprintable.setdefault(column.header, []).append(row)
        text = UNPRINTABLE.sub("", text).strip()
        return self._without_braces(text, Place(self._sheet, row, column.header)) if column.language else text

    def _without_braces(self, text: str, place: Place) -> str:
        """Put round brackets for braces that stand for nothing; the same words would be no variable later."""
        for name in dict.fromkeys(_BRACES.findall(text)):
            if name not in VARIABLES:
                self._report.changed("braces", place, name=name[:80])
                text = text.replace(f"{{{name}}}", f"({name})")
        return text

    def _moment(self, row: int, column: Column, value: date | time | timedelta) -> str:
        """Return a day as ISO. Excel turns "1-5" into one, so that among words it is certainly not meant."""
        day = value.date() if isinstance(value, datetime) else value
        if column.key in _DAYS and isinstance(day, date):
            return day.isoformat()
        self._report.error("date_in_text", Place(self._sheet, row, column.header), value=str(day))
        return ""

    def finish(self) -> None:
        """Report what was noted for whole columns."""
        for header, rows in self._unprintable.items():
            self._report.changed("unprintable", Place(self._sheet, rows[0], header), rows=row_list(rows))
