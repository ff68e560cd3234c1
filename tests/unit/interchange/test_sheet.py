"""The Excel template out and in again: nothing lost, and everything there that somebody who fills it in needs."""

import io
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from survey_app import library
from survey_app.interchange import sheet, xlsform
from survey_app.interchange.findings import Severity
from survey_app.interchange.formats import format_of
from survey_app.interchange.sheet.kinds import NAMES
from survey_app.library import Template
from survey_app.questionnaire.definition import KINDS, Option, Questionnaire, Section, SingleChoice
from survey_app.questionnaire.text import EN, LOCALES, ZH, Text
from survey_app.web.author.import_words_sheet import WORDS
from tests.support import strategies, tiny
from tests.support.plain_questionnaires import plain_questionnaires

TEMPLATES = [pytest.param(each, id=each.code) for each in library.templates()]
_SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _back(questionnaire: Questionnaire, locale: str = ZH) -> Questionnaire | None:
    """Write and read again; there must be nothing to report."""
    imported = sheet.read(sheet.write(questionnaire, locale=locale), filename="问卷.xlsx")
    assert imported.findings == ()
    return imported.questionnaire


def _trimmed(value: Any) -> Any:
    """Texts as a cell holds them: without blanks around, and with words where they were nothing but blanks."""
    if isinstance(value, Text):
        return Text(*(words.strip() or ("字" if words else "") for words in (value.zh, value.en)))
    if isinstance(value, tuple):
        return tuple(map(_trimmed, value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return type(value)(**{each.name: _trimmed(getattr(value, each.name)) for each in fields(value)})


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_shipped_questionnaire_comes_back(template: Template, locale: str) -> None:
    assert _back(template.questionnaire, locale) == template.questionnaire


@_SLOW
@given(plain_questionnaires())
def test_any_questionnaire_in_plain_words_comes_back(questionnaire: Questionnaire) -> None:
    assert _back(questionnaire) == questionnaire


@_SLOW
@given(strategies.questionnaires())
def test_any_questionnaire_comes_back_but_for_blanks_around_words(questionnaire: Questionnaire) -> None:
    assert _back(_trimmed(questionnaire)) == _trimmed(questionnaire)


def test_what_does_not_come_back_is_said() -> None:
    asked = replace(library.template("A_W").questionnaire, closing=Text("谢谢  ", "Thanks"))
    (finding,) = sheet.write_report(asked)
    assert (finding.severity, finding.kind) == (Severity.DROPPED, "lost_text")
    assert str(WORDS[finding.kind])
    assert sheet.write_report(library.template("A_W").questionnaire) == ()


_AWKWARD = [
    "排他 [排他]", "其他（请注明）", "其他____", "都没有", "A=1", "1=x", "a；b", "a｜b", "a\nb", "\\n",
    "a\\", "=1+1", "[无]", "A. 甲", "1. 一", "选 [对应:3]", "+86", "@x", "true", "2017-04-11", "1.50",
    "007", "“引号”", "\\;", "x [无需注明]",
]  # fmt: skip


@pytest.mark.parametrize("words", _AWKWARD)
@pytest.mark.parametrize("specify", [False, True])
def test_options_of_awkward_words_come_back(words: str, specify: bool) -> None:
    options = (
        Option("1", Text(words, "x")),
        Option("2", Text("乙", words), specify=specify),
        Option("3", Text(words)),
    )
    asked = replace(tiny.questionnaire(), sections=(Section("s1", Text(), (_single(options),)),), headline=None)
    assert _back(asked) == asked


def _single(options: tuple[Option, ...]) -> SingleChoice:
    return SingleChoice(code="Q1", text=Text("问"), options=options)


def test_a_choice_that_reads_like_a_scale_stays_a_choice() -> None:
    grades = next(each for each in library.scales() if each.code == "S5X").grades
    single = _single(tuple(Option(each.code, each.text) for each in grades))
    asked = replace(tiny.questionnaire(), sections=(Section("s1", Text(), (single,)),), headline=None)
    assert _back(asked) == asked


# --- the empty template ----------------------------------------------------------------------------


def _template(locale: str = ZH) -> Workbook:
    return load_workbook(io.BytesIO(sheet.template(locale=locale)))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_example_in_the_template_is_right(locale: str) -> None:
    book = _template(locale)
    questions, form, _, _, example = book.worksheets[:5]
    assert questions.max_row == 1
    book.remove(questions)
    example.title = questions.title
    form["B3"] = "题目"
    stream = io.BytesIO()
    book.save(stream)
    imported = sheet.read(stream.getvalue(), filename="x.xlsx")
    assert [each.kind for each in imported.findings if each.severity is not Severity.CHANGED] == []
    assert imported.questionnaire is not None
    kinds = {type(question) for question in imported.questionnaire.questions}
    assert len(kinds) > 6
    assert all(question.text for question in imported.questionnaire.questions)


def test_the_template_as_it_is_holds_no_question() -> None:
    imported = sheet.read(sheet.template(), filename="问卷模板.xlsx")
    assert imported.questionnaire is None
    assert "no_questions" in [each.kind for each in imported.findings]


@pytest.mark.parametrize("locale", LOCALES)
def test_kinds_scales_and_yes_or_no_are_chosen_from_lists(locale: str) -> None:
    book = _template(locale)
    questions = book.worksheets[0]
    lists = {str(each.sqref): each.formula1 for each in questions.data_validations.dataValidation}
    kinds = lists["C2:C501"].strip('"').split(",")
    assert kinds == [NAMES[kind].in_locale(locale) for kind in KINDS]
    assert len(lists["C2:C501"]) <= 255  # what Excel takes at most
    title, _, cells = lists["F2:F501"].partition("!")
    first, last = (int(cell.rpartition("$")[2]) for cell in cells.split(":"))
    names = [str(book[title.strip("'")].cell(row, 1).value) for row in range(first, last + 1)]
    assert [name.split()[0] for name in names[:-1]] == [scale.code for scale in library.scales()]
    assert questions.freeze_panes == "E2"
    yes_no = "是,否" if locale == ZH else "Yes,No"
    assert sum(formula == f'"{yes_no}"' for formula in lists.values()) == 2


def test_what_is_typed_into_the_template_stays_text() -> None:
    questions = _template().worksheets[0]
    formats = {
        cell.value: questions.column_dimensions[cell.column_letter].number_format
        for cell in questions[1]
        if isinstance(cell, Cell)
    }
    assert formats["选项"] == formats["题干（英文）"] == formats["编号"] == "@"
    assert formats["上限"] == "General"


def test_headers_name_the_language_of_their_words() -> None:
    chinese = [cell.value for cell in _template(ZH).worksheets[0][1]]
    english = [cell.value for cell in _template(EN).worksheets[0][1]]
    assert {"题干", "题干（英文）"} <= set(chinese)
    assert {"Question (Chinese)", "Question (English)"} <= set(english)
    assert len(chinese) == len(english) == len(set(chinese)) == len(set(english))


# --- which files it is for -------------------------------------------------------------------------


def test_templates_are_told_from_other_files() -> None:
    asked = library.template("F").questionnaire
    assert sheet.recognises(sheet.write(asked))
    assert sheet.recognises(sheet.template())
    assert format_of(sheet.write(asked), most_bytes=10**7).key == "sheet"
    assert format_of(xlsform.write(asked), most_bytes=10**7).key == "xlsform"
    assert not sheet.recognises(xlsform.write(asked))
    assert sheet.recognises("编号,题干,题型\n".encode("gb18030"))
    assert sheet.recognises('"Code";"Question";"Type"\r\n'.encode("utf-8-sig"))
    for other in (b"", b"{}", b"PK\x03\x04", "1. 您的性别？".encode(), b"<?xml version='1.0'?>", b"\xff\xfe"):
        assert not sheet.recognises(other)
