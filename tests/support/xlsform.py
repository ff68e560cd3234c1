"""XLSForms for tests, made of rows: the first row of each sheet is its header."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlwt
from openpyxl import Workbook

from survey_app.interchange.findings import Finding, Imported, Severity
from survey_app.interchange.xlsform import read
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Question, Questionnaire
from survey_app.web.author.import_words_xlsform import WORDS
from tests.support.sound import unsound

Rows = Sequence[Sequence[Any]]

YES_NO = (("list_name", "name", "label"), ("yn", "yes", "Yes"), ("yn", "no", "No"))
"""A choices sheet with one list."""
ABC = (("list_name", "name", "label"), ("l", "a", "A"), ("l", "b", "B"), ("l", "none", "None"))
"""Another one, whose last option tends to exclude the others."""
HEAD = ("type", "name", "label")
"""The columns that every survey sheet has."""
ONE = ("select_one yn", "q", "Is it?")
"""A row of the survey sheet."""


def xlsx(**sheets: Rows) -> bytes:
    """A workbook with these sheets; None is an empty cell."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(**sheets: Rows) -> bytes:
    """The same in the old format."""
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write(number, index, value, day)
                elif value is not None:
                    sheet.write(number, index, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def imported(survey: Rows, choices: Rows = YES_NO, **others: Rows) -> Imported:
    """What comes out of a form with these sheets, checked as any import must be."""
    return checked(read(xlsx(survey=survey, choices=choices, **others), filename="form.xlsx"))


def checked(result: Imported) -> Imported:
    """An import, after a look at what must hold for every one.

    There is a questionnaire or an error, never both; what there is could be published but for a language; and each
    finding has words that its parameters fill.
    """
    assert (result.questionnaire is None) is any(each.severity is Severity.ERROR for each in result.findings)
    if result.questionnaire is not None:
        assert not unsound(result.questionnaire)
        assert codec.loads(codec.dumps(result.questionnaire)) == result.questionnaire
    for each in result.findings:
        assert "%(" not in words(each)
    return result


def words(finding: Finding) -> str:
    """A finding as its reader sees it, without the place."""
    message = WORDS[finding.kind]._args[0]
    return str(message) % dict(finding.params)


def kinds(result: Imported, *usual: str) -> list[str]:
    """The kinds of findings, without those that nearly every form has."""
    ordinary = {"taken_as_chinese", "taken_as_english", "texts_limited", *usual}
    return [each.kind for each in result.findings if each.kind not in ordinary]


def finding(result: Imported, kind: str) -> Finding:
    """The one finding of a kind."""
    (one,) = [each for each in result.findings if each.kind == kind]
    return one


def design(result: Imported) -> Questionnaire:
    """The questionnaire, which there must be."""
    assert result.questionnaire is not None, result.findings
    return result.questionnaire


def question(result: Imported, code: str) -> Question:
    """One question of it."""
    return design(result).question_by_code[code]
