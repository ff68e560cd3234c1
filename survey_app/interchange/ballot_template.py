"""Workbooks for people: the table to fill in for a questionnaire, and the list of what is wrong with one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.interchange.ballot_columns import SPECIAL_WORDS, Special
from survey_app.interchange.labels import choices_of
from survey_app.questionnaire.definition import Field, MultipleChoice, Questionnaire, Ranking
from survey_app.questionnaire.text import UNPRINTABLE, Text

ROWS = 2_000
"""Rows with drop-downs; more may be filled in without."""
_SHEET = Text("答卷", "Ballots")
_LISTS = Text("选项", "Options")
_HEAD = Font(bold=True)
_WORDS_FONT = Font(color="595F66", size=9)
_FILL = PatternFill("solid", fgColor="EEEEEC")
_WRAP = Alignment(wrap_text=True, vertical="top")


def ballot_template(questionnaire: Questionnaire, locale: str) -> bytes:
    """Return a workbook with a column per field: codes in row 1, the questions' words in row 2, drop-downs below.

    The importer reads it back as it is; row 2 is recognised and left aside.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  # a new workbook has one; openpyxl's types do not say so
    sheet.title = _SHEET.in_locale(locale)
    lists = book.create_sheet(_LISTS.in_locale(locale))
    fields = list(questionnaire.fields.values())
    for index, field in enumerate(fields, start=1):
        _head(sheet, index, field, questionnaire, locale)
        labels = [text.in_locale(locale) for text in choices_of(field, questionnaire).values()]
        _list(lists, index, field, labels)
        if labels and not isinstance(field.question, MultipleChoice | Ranking):
            _drop_down(sheet, lists, index, len(labels))
    # Without a column for counts: a cell left blank there could mean one ballot, or a number forgotten.
    for index, special in enumerate((Special.MODE, Special.DATE), start=len(fields) + 1):
        cell = sheet.cell(1, index)
        put(cell, SPECIAL_WORDS[special].in_locale(locale))
        cell.font, cell.fill = _HEAD, _FILL
        sheet.column_dimensions[get_column_letter(index)].width = 12
    sheet.row_dimensions[2].height = 60
    sheet.freeze_panes = "A3"
    return saved(book)


def table_workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return a workbook with one plain table. Texts stay texts, whatever sign they begin with."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  # as above
    sheet.title = title[:31]
    for index, words in enumerate(header, start=1):
        put(sheet.cell(1, index), words)
        sheet.cell(1, index).font, sheet.cell(1, index).fill = _HEAD, _FILL
        sheet.column_dimensions[get_column_letter(index)].width = 10 if index <= 2 else 28
    for number, row in enumerate(rows, start=2):
        for index, value in enumerate(row, start=1):
            put(sheet.cell(number, index), value)
            sheet.cell(number, index).alignment = _WRAP
    sheet.freeze_panes = "A2"
    return saved(book)


def put(cell: object, value: str | float) -> None:
    """Write a value as what it is: a text that begins with = is no formula."""
    if isinstance(value, str):
        value = UNPRINTABLE.sub("", value)[:32_767]
    cell.value = value  # type: ignore[attr-defined]  # openpyxl's types leave out merged cells' common base
    if isinstance(value, str):
        cell.data_type = "s"  # type: ignore[attr-defined]  # as above


def saved(book: Workbook) -> bytes:
    """Return the workbook's bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _head(sheet: Worksheet, index: int, field: Field, questionnaire: Questionnaire, locale: str) -> None:
    code, words = sheet.cell(1, index), sheet.cell(2, index)
    put(code, field.code)
    put(words, field.label.in_locale(locale))
    code.font, code.fill = _HEAD, _FILL
    words.font, words.fill, words.alignment = _WORDS_FONT, _FILL, _WRAP
    sheet.column_dimensions[get_column_letter(index)].width = 16
    choices = choices_of(field, questionnaire)
    if not choices:
        return
    lines = [f"{option} = {text.in_locale(locale)}" for option, text in choices.items()]
    if isinstance(field.question, MultipleChoice | Ranking):
        lines.append("1; 2; 3")
    note = Comment("\n".join(lines), "", width=260, height=20 * (len(lines) + 1))
    code.comment = note


def _list(lists: Worksheet, index: int, field: Field, labels: Sequence[str]) -> None:
    put(lists.cell(1, index), field.code)
    for number, label in enumerate(labels, start=2):
        put(lists.cell(number, index), label)


def _drop_down(sheet: Worksheet, lists: Worksheet, index: int, count: int) -> None:
    letter = get_column_letter(index)
    source = f"{quote_sheetname(lists.title)}!${letter}$2:${letter}${count + 1}"
    validation = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    validation.add(f"{letter}3:{letter}{ROWS + 2}")
    sheet.add_data_validation(validation)
