"""Reads the first visible sheet of an .xlsx file, without trusting any of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from defusedxml import DefusedXmlException
from openpyxl import load_workbook

from survey_app.interchange.refusals import FileRefused

MEBIBYTE = 1024 * 1024
MAX_UNPACKED = 128 * MEBIBYTE
"""Most bytes of all parts unpacked: 50,000 rows of 60 columns take about 110."""
MAX_PART = 4 * MEBIBYTE
"""Most bytes of a part that is read whole into objects (styles, workbook), unlike sheets and texts."""
MAX_PARTS = 2_000
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
_PLAIN = (str, int, float, date, datetime, time, timedelta)


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula, or with an error that a formula left; what it would show is not taken."""

    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one sheet as they come; `notes` names the sheets left aside, by kind."""

    rows: Iterator[tuple[Any, ...]]
    notes: Mapping[str, tuple[str, ...]]


def read_sheet(content: bytes, *, most_columns: int) -> Sheet:
    """Open a workbook and give the rows of its first visible sheet, one by one.

    Raises `FileRefused`, the iterator too.
    """
    _check_archive(content)
    with _refusing():
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in workbook.worksheets if hasattr(sheet, "iter_rows")]
        visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        if not visible:
            raise FileRefused("no_visible_sheet")
        hidden = tuple(sheet.title for sheet in sheets if sheet.sheet_state != "visible")
        others = tuple(sheet.title for sheet in visible[1:])
        notes = {kind: names for kind, names in (("hidden_sheets", hidden), ("other_sheets", others)) if names}
        # What a sheet says of its own size may be wrong, or a trap.
        visible[0].reset_dimensions()
        return Sheet(_rows(visible[0], most_columns), notes)


def _check_archive(content: bytes) -> None:
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
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise FileRefused("damaged") from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse XML with a document type: no office program writes one, and entities hide behind it."""
    if not part.filename.endswith((".xml", ".rels")):
        return
    with archive.open(part) as file:
        head = file.read(_XML_HEAD)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise FileRefused("document_type", part=part.filename)


def _rows(sheet: Any, most_columns: int) -> Iterator[tuple[Any, ...]]:
    with _refusing():
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            # A row may claim any number; the gap before it comes as blank rows.
            if number > _LAST_ROW:
                raise FileRefused("damaged")
            if len(cells) > most_columns and any(cell.value is not None for cell in cells[most_columns:]):
                raise FileRefused("too_many_columns", most=most_columns, row=number)
            yield tuple(_plain(cell) for cell in cells[:most_columns])


def _plain(cell: Any) -> Any:
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
def _refusing() -> Iterator[None]:
    """Turn whatever the parser stumbles over in a malformed file into a refusal."""
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
