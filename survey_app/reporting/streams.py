"""Long tables as files that are sent while they are made: CSV and a plain workbook, in constant memory.

No formula comes from outside: words that a spreadsheet would take for one get an apostrophe in CSV, and are
declared as words in the workbook. The workbook is written part by part as ECMA-376 has it, without a library: those
that we know send nothing before all of it is made (decision 0015).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from survey_app.questionnaire.text import UNPRINTABLE

Value: TypeAlias = str | int | float | None
_Writing: TypeAlias = Callable[[Value], str]

ROWS_A_SHEET = 500_000
"""Of the 1,048,576 that a spreadsheet holds: a part of a ZIP file is to stay below 2 GB."""

_ROWS_A_PIECE = 500
_BOM = "\ufeff"
_FORMULA = re.compile(r"\s*[=+\-@|\t\r\n＝＋－＠]")
_LONGEST_WORDS = 32_767
"""Characters that a cell of a workbook holds."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FONT = '<sz val="10"/><name val="Microsoft YaHei"/>'
_XF = 'numFmtId="0" fillId="0" borderId="0"'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    f'<cellStyleXfs count="1"><xf {_XF} fontId="0"/></cellStyleXfs><cellXfs count="2">'
    f'<xf {_XF} fontId="0" xfId="0"/><xf {_XF} fontId="1" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook; `widths` are those of its columns, in characters."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int]


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a table as CSV (RFC 4180) in UTF-8 with the mark by which Excel knows it."""
    every = chain([tuple(head)], rows)
    start = _BOM
    while piece := list(islice(every, _ROWS_A_PIECE)):
        written = io.StringIO(newline="")
        written.write(start)
        csv.writer(written).writerows([_plain(value) for value in row] for row in piece)
        yield written.getvalue().encode()
        start = ""


def _plain(value: Value) -> Value:
    return _harmless(value) if isinstance(value, str) else value


@lru_cache(maxsize=8192)
def _harmless(value: str) -> str:
    words = UNPRINTABLE.sub("", value)
    return f"'{words}" if _FORMULA.match(words) else words


def as_xlsx(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """Yield a workbook; a sheet of more than `ROWS_A_SHEET` rows goes on in further ones, with a number behind.

    Names of sheets are given as spreadsheets take them: at most 28 characters.
    """
    drain = _Drain()
    names: list[str] = []
    with ZipFile(drain, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for sheet in sheets:
            rows = iter(sheet.rows)
            for number, first in enumerate(_starts(rows), start=1):
                names.append(sheet.name if number == 1 else f"{sheet.name} {number}")
                part = chain(first, islice(rows, ROWS_A_SHEET - len(first)))
                with book.open(f"xl/worksheets/sheet{len(names)}.xml", "w") as out:
                    for written in _sheet(sheet, part):
                        out.write(written.encode())
                        yield drain.taken()
        for path, content in _frame(names):
            book.writestr(path, _XML + content)
    yield drain.taken()


class _Drain(io.RawIOBase):
    """What a ZIP file is written to: it cannot go back, and is emptied while it fills."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # the library gives bytes, the base any buffer
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        found = bytes(self._held)
        self._held.clear()
        return found


def _starts(rows: Iterator[Sequence[Value]]) -> Iterator[list[Sequence[Value]]]:
    """Yield the first row of each sheet; nothing for the first where there is none at all."""
    yield list(islice(rows, 1))
    while first := list(islice(rows, 1)):
        yield first


def _sheet(sheet: Sheet, rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(sheet.widths, start=1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    yield f'{_XML}<worksheet xmlns="{_MAIN}">{view}<cols>{widths}</cols><sheetData>{_row(sheet.head, _bold)}'
    remaining = iter(rows)
    while piece := list(islice(remaining, _ROWS_A_PIECE)):
        yield "".join(_row(row, _cell) for row in piece)
    yield "</sheetData></worksheet>"


def _row(row: Sequence[Value], write: _Writing) -> str:
    return f"<row>{''.join(map(write, row))}</row>"


def _cell(value: Value) -> str:
    if value is None or value == "":
        return "<c/>"
    return _words(value) if isinstance(value, str) else f"<c><v>{value!r}</v></c>"


def _bold(value: Value) -> str:
    return f'<c s="1" t="inlineStr">{_text(str(value))}</c>'


@lru_cache(maxsize=8192)
def _words(value: str) -> str:
    return f'<c t="inlineStr">{_text(value)}</c>'


def _text(value: str) -> str:
    return f'<is><t xml:space="preserve">{escape(UNPRINTABLE.sub("", value)[:_LONGEST_WORDS])}</t></is>'


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a workbook around its sheets."""
    numbers = range(1, len(names) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/sheet{number}", "worksheet") for number in numbers),
        )
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    yield "[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{default}{overrides}</Types>'
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    parts = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml")])
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
    )
    yield "xl/styles.xml", _STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'
