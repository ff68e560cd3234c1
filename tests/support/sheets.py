"""Excel templates as tests write them, and what is read from them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from survey_app.interchange import sheet
from survey_app.interchange.findings import Imported, Severity
from survey_app.questionnaire.definition import Question, Questionnaire
from survey_app.web.author.import_words_sheet import WORDS

HEADER = ["编号", "题干", "题型", "选项"]
TITLED = {"问卷": [["项目", "内容"], ["问卷标题", "测评"], ["问卷编号", "T1"]]}
"""A sheet on the questionnaire, so that nothing needs to be told about title and code."""


def book_of(rows: Sequence[Any], **sheets: Sequence[Any]) -> Workbook:
    """A workbook with these rows as its sheet of questions, and further sheets by their titles."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, content in {"题目": rows, **sheets}.items():
        page = book.create_sheet(title)
        for row in content:
            page.append(list(row))
    return book


def bytes_of(book: Workbook) -> bytes:
    """The workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(rows: Sequence[Any], **sheets: Sequence[Any]) -> Imported:
    """What is read from a workbook with these rows; the questionnaire has a title unless `sheets` say otherwise."""
    imported = sheet.read(bytes_of(book_of(rows, **{**TITLED, **sheets})), filename="调查.xlsx")
    say(imported)
    return imported


def say(imported: Imported) -> None:
    """Everything that is told has words, and these have all that they need."""
    for each in imported.findings:
        assert str(WORDS[each.kind]) % each.params


def form_of(imported: Imported) -> Questionnaire:
    """The questionnaire that came of a file."""
    assert imported.questionnaire is not None, imported.findings
    return imported.questionnaire


def question_of(header: list[str], *row: Any) -> tuple[Question, list[str]]:
    """Return the question of a row, and the kinds of all that is told about it."""
    imported = read([["编号", *header], ["Q1", *row]])
    return form_of(imported).questions[0], [each.kind for each in imported.findings]


def errors_of(rows: Sequence[Any], **sheets: Sequence[Any]) -> list[tuple[str, int | None, str | None]]:
    """The errors of a workbook that gives no questionnaire: kind, row, column."""
    imported = read(rows, **sheets)
    assert imported.questionnaire is None
    return [
        (each.kind, each.place.row, each.place.column)
        for each in imported.findings
        if each.severity is Severity.ERROR
    ]
