"""The old .xls format, read without trusting it: its container by ourselves, within limits, its records by xlrd.

An .xls file is a small file system (OLE2 compound document) that holds one stream of records (BIFF). Damaged or
hostile chains of sectors in the container make readers run for minutes or ask for gigabytes; here no chain may
be longer than the file has sectors. The records come one after another and cannot do that.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import xlrd

from survey_app.interchange.refusals import FileRefused

_HEADER = 512
_ENTRY = 128
_SPECIAL = 0xFFFFFFFA
"""Sector numbers from here on are marks: end of chain, free, and others."""
_STREAM = 2
_ROOT = 5
_WORKBOOK_NAMES = ("workbook", "book")


@dataclass(frozen=True, slots=True)
class OldSheet:
    """One sheet of cells of an .xls file."""

    title: str
    is_visible: bool
    rows: Callable[[], Iterator[tuple[Any, ...]]]


def old_sheets(content: bytes) -> tuple[OldSheet, ...]:
    """Return the sheets of cells in an .xls file. Raises `FileRefused`, and whatever damaged records lead to."""
    try:
        # Ragged rows are not filled up to the widest: a row may claim any width.
        book = xlrd.open_workbook(file_contents=workbook_stream(content), logfile=io.StringIO(), ragged_rows=True)
    except xlrd.XLRDError as error:
        raise FileRefused("encrypted" if "encrypt" in str(error) else "damaged") from error
    return tuple(
        OldSheet(sheet.name, sheet.visibility == 0, _rows(sheet, book.datemode)) for sheet in book.sheets()
    )


def _rows(sheet: Any, datemode: int) -> Callable[[], Iterator[tuple[Any, ...]]]:
    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(sheet.nrows):
            yield tuple(_plain(cell, datemode) for cell in sheet.row(number))

    return rows


def _plain(cell: Any, datemode: int) -> Any:
    """Return a cell's value as a plain type: whole numbers as int, errors as nothing."""
    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR}:
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _day(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_NUMBER and float(cell.value).is_integer():
        return int(cell.value)
    return cell.value


def _day(value: float, datemode: int) -> date | datetime | time | float:
    """Return a date cell as Excel shows it; a number that is no date stays a number."""
    try:
        year, month, day, hour, minute, second = xlrd.xldate_as_tuple(value, datemode)
    except xlrd.XLDateError:
        return value
    if not year:
        return time(hour, minute, second)
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # a sheet's day has no time zone


# --- the container ---------------------------------------------------------------------------------


def workbook_stream(content: bytes) -> bytes:
    """Return the stream of records in an OLE2 file. Raises `FileRefused`."""
    try:
        return _Container(content).workbook()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise FileRefused("damaged") from error


class _Container:
    """An OLE2 compound document: sectors of 512 (or 4,096) bytes in chains, and a directory."""

    def __init__(self, content: bytes) -> None:
        sector_shift, short_shift = struct.unpack_from("<HH", content, 30)
        if sector_shift not in {9, 12} or short_shift != 6:
            raise FileRefused("damaged")
        self._content = content
        self._size = 1 << sector_shift
        self._count = -(-max(len(content) - _HEADER, 0) // self._size)
        (first_directory,) = struct.unpack_from("<I", content, 48)
        self._short_limit, first_short = struct.unpack_from("<II", content, 56)
        self._next = self._allocation()
        self._entries = self._directory(self._chain(first_directory, self._next))
        self._short_next = _numbers(self._joined(self._chain(first_short, self._next)))

    def workbook(self) -> bytes:
        """Return the stream of records."""
        if "encryptedpackage" in self._entries:
            raise FileRefused("encrypted")
        for name in _WORKBOOK_NAMES:
            if name in self._entries:
                first, size = self._entries[name]
                return self._stream(first, size)
        raise FileRefused("not_a_workbook")

    def _stream(self, first: int, size: int) -> bytes:
        if size >= self._short_limit:
            return self._joined(self._chain(first, self._next))[:size]
        container_first, container_size = self._entries["/"]
        container = self._joined(self._chain(container_first, self._next))[:container_size]
        short = self._chain(first, self._short_next)
        return b"".join(container[each * 64 : each * 64 + 64] for each in short)[:size]

    def _allocation(self) -> Sequence[int]:
        """Return, for each sector, the number of the next one in its chain."""
        sectors = [each for each in struct.unpack_from("<109I", self._content, 76) if each < _SPECIAL]
        (extension,) = struct.unpack_from("<I", self._content, 68)
        seen: set[int] = set()
        while extension < _SPECIAL:
            if extension in seen or len(seen) > self._count:
                raise FileRefused("damaged")
            seen.add(extension)
            *more, extension = _numbers(self._sector(extension))
            sectors.extend(each for each in more if each < _SPECIAL)
        if len(sectors) > self._count:
            raise FileRefused("damaged")
        return _numbers(self._joined(sectors))

    def _directory(self, sectors: Sequence[int]) -> dict[str, tuple[int, int]]:
        """Return first sector and size of each stream by its name, "/" for the root."""
        table = self._joined(sectors)
        entries: dict[str, tuple[int, int]] = {}
        for start in range(0, len(table) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", table, start + 64)
            first, size = struct.unpack_from("<II", table, start + 116)
            if kind == _ROOT:
                entries["/"] = (first, size)
            elif kind == _STREAM and 2 <= length <= 64:
                name = table[start : start + length - 2].decode("utf-16-le", errors="replace").lower()
                entries.setdefault(name, (first, size))
        if "/" not in entries:
            raise FileRefused("damaged")
        return entries

    def _chain(self, first: int, following: Sequence[int]) -> list[int]:
        """Return the numbers of the sectors from `first` on; a chain that comes back to itself is refused."""
        chain: list[int] = []
        current = first
        while current < _SPECIAL:
            if len(chain) >= len(following):
                raise FileRefused("damaged")
            chain.append(current)
            current = following[current]
        return chain

    def _joined(self, sectors: Sequence[int]) -> bytes:
        return b"".join(self._sector(each) for each in sectors)

    def _sector(self, number: int) -> bytes:
        if number >= self._count:
            raise FileRefused("damaged")
        start = _HEADER if self._size == _HEADER else self._size
        place = start + number * self._size
        return self._content[place : place + self._size]


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
