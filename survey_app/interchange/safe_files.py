"""Opens spreadsheet files without trusting any of them: .xlsx and the old .xls, every way in shares this.

What a file really is decides, not its name. Sizes are limited before anything is unpacked, XML with a document
type is refused, and whatever a parser stumbles over becomes a refusal. Formulas are not calculated, as what a
file shows and what it holds could differ: they come out as `Formula`, for the reader of the cells to judge.
"""

from __future__ import annotations

import io
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

from defusedxml import DefusedXmlException
from openpyxl import load_workbook

from survey_app.interchange.old_workbooks import old_sheets
from survey_app.interchange.refusals import FileRefused

MEBIBYTE = 1024 * 1024
MAX_UNPACKED = 128 * MEBIBYTE
"""Most bytes of all parts unpacked: 50,000 rows of 60 columns take about 110."""
MAX_PART = 4 * MEBIBYTE
"""Most bytes of a part that is read whole into objects (styles, workbook), unlike sheets and texts."""
MAX_PARTS = 2_000
MAX_SHEETS = 256
MAX_CELLS = 300_000
"""Most cells of a sheet that is read whole, with the empty ones between them: 3,000 rows of 100 columns."""
_LAST_ROW = 1_048_576
_NOT_WHOLE = (
    "xl/worksheets/",
    "xl/sharedStrings",
    "xl/media/",
    "xl/drawings/",
    "xl/comments",
    "xl/calcChain",
    "xl/pivotCache/",
    "xl/embeddings/",
    "customXml/",
)
"""Parts that are streamed, or not read at all."""
_XML_HEAD = 4096
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    ValueError,
    OSError,
    EOFError,
)
"""What damaged archives lead to."""
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula, or with an error that a formula left; what it would show is not taken."""

    text: str


Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | Formula | None
"""What a cell holds."""


@dataclass(frozen=True, slots=True)
class SheetSource:
    """One sheet of a workbook. `rows()` gives its rows one by one, and may raise `FileRefused` on the way."""

    title: str
    is_visible: bool
    rows: Callable[[], Iterator[tuple[Value, ...]]]


def open_sheets(content: bytes, *, most_columns: int) -> tuple[SheetSource, ...]:
    """Open a workbook, .xlsx or .xls by what it is, and return its sheets of cells in their order.

    A row with anything beyond `most_columns` is refused. Rows are best taken `quietly`. Raises `FileRefused`.
    """
    if not content.strip():
        raise FileRefused("empty_file")
    if content.startswith(_OLE):
        with refusing():
            return tuple(
                SheetSource(sheet.title, sheet.is_visible, _old_rows(sheet.rows, most_columns))
                for sheet in old_sheets(content)
            )
    if content.startswith(_ZIP):
        return _xlsx_sheets(content, most_columns)
    raise FileRefused("not_a_workbook")


def filled_rows(sheet: SheetSource, *, most_rows: int) -> list[tuple[int, tuple[Value, ...]]]:
    """Return the rows of a sheet that hold anything, each with its number as a spreadsheet shows it, from 1.

    Raises `FileRefused`.
    """
    found: list[tuple[int, tuple[Value, ...]]] = []
    count = 0
    with quietly():
        for number, cells in enumerate(sheet.rows(), start=1):
            count += len(cells)
            if count > MAX_CELLS:
                raise FileRefused("too_many_cells", most=MAX_CELLS)
            if not all(map(is_blank, cells)):
                if len(found) == most_rows:
                    raise FileRefused("too_many_rows", most=most_rows)
                found.append((number, cells))
    return found


def trimmed(cells: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the cells up to the last one that holds anything."""
    last = len(cells)
    while last and is_blank(cells[last - 1]):
        last -= 1
    return cells[:last]


def is_blank(value: Value) -> bool:
    """Tell whether a cell holds nothing that anybody could see."""
    return value is None or (isinstance(value, str) and not value.strip())


def column_letter(index: int) -> str:
    """Return the letters over a column, from 0: A, B, …, Z, AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(65 + rest) + letters
        index -= 1
    return letters


def _xlsx_sheets(content: bytes, most_columns: int) -> tuple[SheetSource, ...]:
    """Open a workbook of today's format."""
    check_archive(content)
    with refusing(), quietly():
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in workbook.worksheets if hasattr(sheet, "iter_rows")]
        if len(sheets) > MAX_SHEETS:
            raise FileRefused("too_many_sheets", most=MAX_SHEETS)
        for sheet in sheets:
            # What a sheet says of its own size may be wrong, or a trap.
            sheet.reset_dimensions()
    return tuple(
        SheetSource(sheet.title, sheet.sheet_state == "visible", _xlsx_rows(sheet, most_columns))
        for sheet in sheets
    )


def check_archive(content: bytes) -> None:
    """Refuse an archive that is broken, unpacks to too much, or whose XML declares document types."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise FileRefused("unpacks_too_large", most=MAX_UNPACKED // MEBIBYTE)
            for part in parts:
                if part.flag_bits & 1:
                    raise FileRefused("encrypted")
                if part.file_size > MAX_PART and not part.filename.startswith(_NOT_WHOLE):
                    raise FileRefused("unpacks_too_large", most=MAX_PART // MEBIBYTE)
                _check_part(archive, part)
            if "xl/workbook.xml" not in archive.namelist():
                raise FileRefused("not_a_workbook")
    except _BROKEN as error:
        raise FileRefused("damaged") from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse XML with a document type: no office program writes one, and entities hide behind it."""
    if not part.filename.endswith((".xml", ".rels")):
        return
    with archive.open(part) as file:
        head = file.read(_XML_HEAD)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise FileRefused("document_type", part=part.filename)


def _xlsx_rows(sheet: Any, most_columns: int) -> Callable[[], Iterator[tuple[Value, ...]]]:
    def rows() -> Iterator[tuple[Value, ...]]:
        with refusing():
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                # A row may claim any number; the gap before it comes as blank rows.
                if number > _LAST_ROW:
                    raise FileRefused("damaged")
                if len(cells) > most_columns and any(cell.value is not None for cell in cells[most_columns:]):
                    raise FileRefused("too_many_columns", most=most_columns, row=number)
                yield tuple(_plain(cell) for cell in cells[:most_columns])

    return rows


def _old_rows(
    source: Callable[[], Iterator[tuple[Any, ...]]], most_columns: int
) -> Callable[[], Iterator[tuple[Value, ...]]]:
    def rows() -> Iterator[tuple[Value, ...]]:
        with refusing():
            for number, cells in enumerate(source(), start=1):
                if any(cell is not None for cell in cells[most_columns:]):
                    raise FileRefused("too_many_columns", most=most_columns, row=number)
                yield cells[:most_columns]

    return rows


def _plain(cell: Any) -> Value:
    """Return a cell's value as a plain type."""
    value = cell.value
    if value is None:
        return None
    if cell.data_type in {"f", "e"} or not isinstance(
        value, str | int | float | date | datetime | time | timedelta
    ):
        return Formula(str(getattr(value, "text", value))[:100])
    return value


@contextmanager
def quietly() -> Iterator[None]:
    """Silence openpyxl, which warns of styles and extensions that it does not read; nothing here needs them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def refusing() -> Iterator[None]:
    """Turn whatever a parser stumbles over in a malformed file into a refusal."""
    try:
        yield
    except FileRefused:
        raise
    except Exception as error:
        raise FileRefused("document_type" if _has_entities(error) else "damaged", part="") from error


def _has_entities(error: BaseException | None) -> bool:
    """Tell whether defusedxml has refused something: openpyxl wraps what its parser raises."""
    while error is not None:
        if isinstance(error, DefusedXmlException):
            return True
        error = error.__cause__ or error.__context__
    return False
