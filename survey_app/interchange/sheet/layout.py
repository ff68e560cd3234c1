"""How the template looks: headers, widths, drop-downs, frozen panes, and the sheet that explains it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from survey_app import library
from survey_app.interchange.ballot_template import put, saved
from survey_app.interchange.sheet import kinds
from survey_app.interchange.sheet.columns import FORM_ITEMS, HEADINGS, TITLES, Heading, Part, header
from survey_app.interchange.sheet.explanation import HINTS, LINES, SCALES_TITLE
from survey_app.interchange.sheet.rows import NO, YES, Cells
from survey_app.interchange.sheet.scales import NO_SCALE
from survey_app.questionnaire.text import Text

Sheets: TypeAlias = Mapping[Part, Sequence[Cells]]
ROOM = 500
"""Rows with drop-downs in an empty template; more may be filled in without."""
_SPARE = 100
"""Rows with drop-downs below the last filled one."""
_HEAD = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="8C1C13")
_OPTIONAL_FILL = PatternFill("solid", fgColor="6B7075")
_BOLD = Font(bold=True)
_QUIET = Font(name="Calibri", size=11, color="595F66")
_NAME_FILL = PatternFill("solid", fgColor="F3F1EE")
_WRAP = Alignment(wrap_text=True, vertical="top")
_SIDE = Side(style="thin", color="D9D6D2")
_LINE = Border(_SIDE, _SIDE, _SIDE, _SIDE)
_MAIN = {"section", "code", "kind", "text", "options", "scale", "rows", "required", "shown_if"}
"""The columns that most people need; others have a quieter header."""
_YES_NO = {"required", "random", "satisfied", "strict", "in_base"}
_LINE_HEIGHT, _PADDING, _MOST_HEIGHT = 15.5, 4, 409
"""In points; Excel takes no higher row."""
_NOTES_WIDTH = 100
_A4 = 9
"""Excel's number for the paper."""
_TEXT_FORMAT = "@"
_NUMBERS = {"least", "most", "minimum", "maximum", "decimals", "score"}


def workbook(sheets: Sheets, locale: str, *, with_room: bool) -> bytes:
    """Return the workbook with these rows. `with_room` formats cells below them for filling in."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for part in Part:
        if part is Part.NOTES:
            _notes(book.create_sheet(TITLES[part].in_locale(locale)), locale)
        elif part is Part.FORM:
            _form(book.create_sheet(TITLES[part].in_locale(locale)), sheets[part], locale)
        elif part in sheets:
            sheet = book.create_sheet(TITLES[part].in_locale(locale))
            headings = HEADINGS[Part.QUESTIONS if part is Part.EXAMPLE else part]
            room = ROOM if with_room and part is Part.QUESTIONS else _SPARE if part is not Part.EXAMPLE else 0
            _table(sheet, headings, sheets[part], locale, last=len(sheets[part]) + 1 + room)
    for sheet in book.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return saved(book)


def _table(sheet: Worksheet, headings: Sequence[Heading], rows: Sequence[Cells], locale: str, *, last: int) -> None:
    columns = [(each, language) for each in headings for language in (("zh", "en") if each.is_text else ("",))]
    # The other language stands to the right of everything else: most people leave it blank.
    columns.sort(key=lambda column: column[1] == "en")
    for index, (heading, language) in enumerate(columns, start=1):
        letter = get_column_letter(index)
        cell = sheet.cell(1, index)
        put(cell, header(heading, language, locale))
        cell.font, cell.alignment = _HEAD, _WRAP
        cell.fill = _HEAD_FILL if heading.key in _MAIN and language != "en" else _OPTIONAL_FILL
        hint = HINTS.get(heading.key)
        if hint is not None and language != "en":
            cell.comment = Comment(hint.in_locale(locale), "", width=320, height=120)
        column = sheet.column_dimensions[letter]
        column.width, column.alignment = heading.width, _WRAP
        if heading.key not in _NUMBERS:
            # Otherwise Excel makes a date of an option such as 1-5.
            column.number_format = _TEXT_FORMAT
        _fill_column(sheet, index, (heading.key, language), rows)
        _drop_down(sheet, letter, heading.key, last, locale)
    for number, row in enumerate(rows, start=2):
        lines = [
            _lines(str(row.get((heading.key, language)) or ""), heading.width) for heading, language in columns
        ]
        sheet.row_dimensions[number].height = _height(max(lines, default=1))
    sheet.freeze_panes = "E2" if headings is HEADINGS[Part.QUESTIONS] else "B2"
    sheet.row_dimensions[1].height = 30


def _lines(words: str, width: int) -> int:
    """Return how many lines words take in a column so many characters wide; a Chinese sign is two wide."""
    widths = (
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) for line in words.split("\n")
    )
    return sum(max(1, -(-each // width)) for each in widths)


def _height(lines: int) -> float:
    """Return how high a row of so many lines is, in points."""
    return min(lines * _LINE_HEIGHT + _PADDING, _MOST_HEIGHT)


def _fill_column(sheet: Worksheet, index: int, column: tuple[str, str], rows: Sequence[Cells]) -> None:
    for number, row in enumerate(rows, start=2):
        cell = sheet.cell(number, index)
        value = row.get(column)
        if value is not None and value != "":
            put(cell, value)
        cell.alignment, cell.border = _WRAP, _LINE
        if column[0] not in _NUMBERS:
            cell.number_format = _TEXT_FORMAT


def _drop_down(sheet: Worksheet, letter: str, key: str, last: int, locale: str) -> None:
    """Set what may be chosen in a column. Other entries are allowed where others make sense."""
    if key == "kind":
        entries = ",".join(name.in_locale(locale) for name in kinds.NAMES.values())
        source, is_strict = f'"{entries}"', True
    elif key in _YES_NO:
        source, is_strict = f'"{YES.in_locale(locale)},{NO.in_locale(locale)}"', True
    elif key == "scale" and sheet.title != TITLES[Part.SCALES].in_locale(locale):
        first = len(LINES) + 4
        notes = quote_sheetname(TITLES[Part.NOTES].in_locale(locale))
        source, is_strict = f"{notes}!$A${first}:$A${first + len(library.scales())}", False
    else:
        return
    validation = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=is_strict)
    validation.error = _PLEASE_CHOOSE.in_locale(locale)
    validation.errorStyle = "stop"
    validation.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(validation)


_PLEASE_CHOOSE = Text("请从下拉列表中选择。", "Please choose from the list.")


def _form(sheet: Worksheet, rows: Sequence[Cells], locale: str) -> None:
    item, value = HEADINGS[Part.FORM]
    titles = [header(item, "", locale), header(value, "zh", locale), header(value, "en", locale)]
    for index, (title, width) in enumerate(zip(titles, (22, 70, 50), strict=True), start=1):
        cell = sheet.cell(1, index)
        put(cell, title)
        cell.font, cell.fill = _HEAD, _HEAD_FILL if index < 3 else _OPTIONAL_FILL
        sheet.column_dimensions[get_column_letter(index)].width = width
    for number, (heading, row) in enumerate(zip(FORM_ITEMS, rows, strict=True), start=2):
        name = sheet.cell(number, 1)
        put(name, heading.name.in_locale(locale))
        name.font, name.fill, name.alignment, name.border = _BOLD, _NAME_FILL, _WRAP, _LINE
        hint = HINTS.get(f"form.{heading.key}")
        if hint is not None:
            name.comment = Comment(hint.in_locale(locale), "", width=320, height=90)
        for index, language in enumerate(("zh", "en"), start=2):
            cell = sheet.cell(number, index)
            content = row.get(("value", language))
            if content is not None and content != "":
                put(cell, content)
            cell.alignment, cell.border, cell.number_format = _WRAP, _LINE, _TEXT_FORMAT
        lines = max(_lines(str(row.get(("value", each)) or ""), width) for each, width in (("zh", 70), ("en", 50)))
        sheet.row_dimensions[number].height = _height(lines)
        if heading.key == "paged":
            yes_no = DataValidation(type="list", formula1=f'"{YES.in_locale(locale)},{NO.in_locale(locale)}"')
            yes_no.add(f"B{number}")
            sheet.add_data_validation(yes_no)
    sheet.freeze_panes = "B2"


def _notes(sheet: Worksheet, locale: str) -> None:
    """Write the explanations, and below them the list of shipped scales that the drop-down shows."""
    for number, (name, text) in enumerate(LINES, start=1):
        head, body = sheet.cell(number, 1), sheet.cell(number, 2)
        put(head, name.in_locale(locale))
        put(body, text.in_locale(locale))
        head.font, head.alignment, body.alignment = _BOLD, _WRAP, _WRAP
        sheet.row_dimensions[number].height = _height(_lines(text.in_locale(locale), _NOTES_WIDTH))
    row = len(LINES) + 2
    for index, text in enumerate(SCALES_TITLE, start=1):
        cell = sheet.cell(row + 1, index)
        put(cell, text.in_locale(locale))
        cell.font, cell.fill = _HEAD, _HEAD_FILL
    for number, scale in enumerate(library.scales(), start=row + 2):
        put(sheet.cell(number, 1), f"{scale.code} {scale.name.in_locale(locale)}")
        put(sheet.cell(number, 2), " / ".join(grade.text.in_locale(locale) for grade in scale.grades))
        sheet.cell(number, 2).font, sheet.cell(number, 2).alignment = _QUIET, _WRAP
    last = row + 2 + len(library.scales())
    put(sheet.cell(last, 1), NO_SCALE.in_locale(locale))
    put(sheet.cell(last, 2), _NO_SCALE_MEANS.in_locale(locale))
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = _NOTES_WIDTH


_NO_SCALE_MEANS = Text(
    "只用于单选题：选项文字与某个量表相同，但不作为量表统计。",
    "For single choices only: the options read like a scale, and are not counted as one.",
)
