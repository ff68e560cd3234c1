"""The first visible sheet of an .xlsx file, for tables of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.safe_files import Value, open_sheets


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one sheet as they come; `notes` names the sheets left aside, by kind."""

    rows: Iterator[tuple[Value, ...]]
    notes: Mapping[str, tuple[str, ...]]


def read_sheet(content: bytes, *, most_columns: int) -> Sheet:
    """Open a workbook and give the rows of its first visible sheet, one by one.

    Raises `FileRefused`, the iterator too.
    """
    sheets = open_sheets(content, most_columns=most_columns)
    visible = [sheet for sheet in sheets if sheet.is_visible]
    if not visible:
        raise FileRefused("no_visible_sheet")
    hidden = tuple(sheet.title for sheet in sheets if not sheet.is_visible)
    others = tuple(sheet.title for sheet in visible[1:])
    notes = {kind: names for kind, names in (("hidden_sheets", hidden), ("other_sheets", others)) if names}
    return Sheet(visible[0].rows(), notes)
