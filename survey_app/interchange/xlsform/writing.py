"""A questionnaire → XLSForm (.xlsx), which other programs open and `read` reads back as it was.

What XLSForm has no words for stands in columns of our own, which other programs pass over; `write_report` names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from survey_app.interchange.ballot_template import put, saved
from survey_app.interchange.completeness import texts_of
from survey_app.interchange.findings import Finding, Place
from survey_app.interchange.scope import Answers, CannotSay, Known, Scope, answers_of
from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.conditions import read_rule, write_rule
from survey_app.interchange.xlsform.languages import CHINESE, ENGLISH
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.rows import ListRow, SurveyRow, list_of, rows_of, scale_rows
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import (
    VARIABLES,
    Field,
    Nps,
    Number,
    Question,
    Questionnaire,
    Ranking,
    options_of,
    scale_of,
)
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import ZH, Text

_RESERVED = {"meta", "instanceid", "instancename"}
"""Names that every form has of itself."""
_LONGEST_CELL = 32_767
_WIDTHS = {"type": 24, "name": 16, "label": 48, "hint": 32, "relevant": 36, "constraint": 30}
_HEAD, _FILL = Font(bold=True), PatternFill("solid", fgColor="EEEEEC")
_WRAP = Alignment(wrap_text=True, vertical="top")
_CURLY = "“”‘’"
"""Quotation marks that pyxform, and so most other programs, writes straight."""
_VARIABLE = re.compile(r"\{(\w*)\}")

_Cells = Mapping[str, str | float | None]


def write(questionnaire: Questionnaire) -> bytes:
    """Return the questionnaire as an XLSForm workbook."""
    form = _Form(questionnaire)
    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(book, "survey", ["type", "name", *form.text_columns], form.survey)
    _sheet(book, "choices", ["list_name", "name", *form.label_columns], form.choices)
    _sheet(book, "settings", ["form_title", "form_id", "default_language"], [form.settings()])
    return saved(book)


def _sheet(book: Workbook, title: str, columns: list[str], rows: list[_Cells]) -> None:
    """Write rows under `columns`, and under whatever other columns they fill."""
    sheet = book.create_sheet(title)
    filled = dict.fromkeys(name for row in rows for name, value in row.items() if value not in {None, ""})
    headers = [*columns, *sorted(set(filled) - set(columns), key=_ORDER.index)]
    for index, header in enumerate(headers, start=1):
        cell = sheet.cell(1, index)
        put(cell, header)
        cell.font, cell.fill = _HEAD, _FILL
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTHS.get(header.partition("::")[0], 14)
    for number, row in enumerate(rows, start=2):
        for index, header in enumerate(headers, start=1):
            value = row.get(header)
            if value is not None and value != "":
                put(sheet.cell(number, index), value)
                sheet.cell(number, index).alignment = _WRAP
    sheet.freeze_panes = "A2"


_ORDER = (
    "required", "relevant", "constraint", "appearance", "parameters", "style", marks.CODE, marks.RULE,
    *marks.both(marks.UNIT), marks.TOP, marks.SCORE, marks.SATISFIED, marks.STRICT, marks.IN_BASE,
    *marks.both(marks.SCALE_NAME), marks.FORMAT, *marks.both(marks.TITLE), marks.MINUTES, marks.HEADLINE,
    marks.WAVE_LINK,
)  # fmt: skip
"""The columns that not every form has, from left to right."""


class _Form:
    """A questionnaire as the rows of the three sheets."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._names = _names(questionnaire)
        self._fields = {
            code: (self._names[code], answers_of(place)) for code, place in questionnaire.fields.items()
        }
        self._list_names = _list_names(questionnaire, self._names)
        self._scope = _scope(questionnaire, self._fields)
        rows = list(self._rows())
        lists = list(self._lists())
        texts = [text for row in rows for text in (row.label, row.hint)] + [row.label for row in lists]
        self._languages = [
            (language, attribute)
            for language, attribute in ((CHINESE, "zh"), (ENGLISH, "en"))
            if any(getattr(text, attribute) for text in texts)
        ] or [(CHINESE, "zh")]
        has_hints = any(row.hint for row in rows)
        self.label_columns = [f"label::{language}" for language, _ in self._languages]
        hint_columns = [f"hint::{language}" for language, _ in self._languages] if has_hints else []
        self.text_columns = [*self.label_columns, *hint_columns]
        self.survey = [self._survey_cells(row) for row in rows]
        self.choices = [self._choice_cells(row) for row in lists]

    def settings(self) -> _Cells:
        """Return the one row of the settings sheet."""
        form = self._questionnaire
        zh, en = marks.both(marks.TITLE)
        return {
            "form_title": form.title.in_locale(ZH) or form.code,
            "form_id": form.code,
            "default_language": self._languages[0][0],
            "style": "pages" if form.paged else "",
            marks.FORMAT: marks.FORMAT_VERSION,
            zh: form.title.zh,
            en: form.title.en,
            marks.MINUTES: form.minutes,
            marks.HEADLINE: form.headline,
            marks.WAVE_LINK: form.wave_link,
        }

    # --- survey ------------------------------------------------------------------------------------

    def _rows(self) -> Iterator[SurveyRow]:
        form = self._questionnaire
        for name, text in ((marks.DESCRIPTION, form.description), (marks.NOTICE, form.notice)):
            if text:
                yield SurveyRow("note", name, text)
        if form.consent:
            yield SurveyRow("acknowledge", marks.CONSENT, form.consent, required=True)
        for number, section in enumerate(form.sections):
            yield SurveyRow(
                "begin_group",
                f"{_SECTION}{number}",
                section.title,
                relevant=section.shown_if,
                appearance="field-list",
            )
            if section.intro:
                yield SurveyRow("note", marks.intro_name(self._names[f"{_SECTION}{number}"]), section.intro)
            for question in section.questions:
                yield from rows_of(question, self._list_name(question))
            yield SurveyRow("end_group", f"{_SECTION}{number}")
        if form.closing:
            yield SurveyRow("note", marks.CLOSING, form.closing)

    def _survey_cells(self, row: SurveyRow) -> _Cells:
        name = self._names.get(row.code, row.code)
        relevant = "" if row.relevant is None else write_rule(row.relevant, self._fields)
        cells = {
            "type": row.type,
            "name": name,
            **self._texts("label", row.label),
            **self._texts("hint", row.hint),
            "required": "yes" if row.required else "",
            "relevant": relevant,
            "constraint": row.constraint,
            "appearance": row.appearance,
            "parameters": row.parameters,
            **row.own,
        }
        if row.relevant is not None and not self._reads_back(relevant, row.relevant):
            cells[marks.RULE] = json.dumps(codec.encode_rule(row.relevant), ensure_ascii=False)
        if (code := self._code(row.code)) != name and not row.type.startswith("end"):
            cells[marks.CODE] = code
        return cells

    def _code(self, key: str) -> str:
        """Return the code that a row stands for."""
        if key.startswith(_SECTION):
            return self._questionnaire.sections[int(key.removeprefix(_SECTION))].code
        return key

    def _reads_back(self, expression: str, rule: Rule) -> bool:
        try:
            return read_rule(expression, self._scope) == rule
        except CannotSay:
            return False

    def _texts(self, column: str, text: Text) -> dict[str, str]:
        return {
            f"{column}::{language}": marks.without_references(getattr(text, attribute))
            for language, attribute in self._languages
        }

    # --- choices -----------------------------------------------------------------------------------

    def _list_name(self, question: Question) -> str:
        return scale_of(question) or self._list_names[question.code]

    def _lists(self) -> Iterator[ListRow]:
        for scale in self._questionnaire.scales:
            yield from scale_rows(scale)
        for question in self._questionnaire.questions:
            yield from list_of(question, self._list_name(question))

    def _choice_cells(self, row: ListRow) -> _Cells:
        return {"list_name": row.list_name, "name": row.name, **self._texts("label", row.label), **row.own}


_SECTION = "section "
"""What the keys of sections begin with among the names; no code holds a blank."""


def _names(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the name in the file of each question, field and section: its code, unless that is taken."""
    names: dict[str, str] = {}
    taken = set(_RESERVED)
    keys = [(question.code, question.code) for question in questionnaire.questions]
    keys += [(code, code) for code in questionnaire.fields]
    keys += [(f"{_SECTION}{number}", section.code) for number, section in enumerate(questionnaire.sections)]
    for key, code in dict(keys).items():
        name = code
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        names[key] = name
    return names


def _list_names(questionnaire: Questionnaire, names: Mapping[str, str]) -> dict[str, str]:
    """Return the name of each question's list of options: the question's name, unless a scale has it."""
    found: dict[str, str] = {}
    taken = {scale.code.casefold() for scale in questionnaire.scales}
    for question in questionnaire.questions:
        name = names[question.code]
        if isinstance(question, Nps):
            name = marks.ends_name(name)
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        found[question.code] = name
    return found


def _scope(questionnaire: Questionnaire, fields: Mapping[str, tuple[str, Answers]]) -> Scope:
    """Return what the reader of the file will know of each field."""
    scope = Scope(folds=False)
    for code, place in questionnaire.fields.items():
        name, answers = fields[code]
        is_whole = not isinstance(place.question, Number) or place.question.decimals == 0
        scope.add(name, Known(code, answers, _option_names(place, questionnaire), is_whole))
    return scope


def _option_names(place: Field, questionnaire: Questionnaire) -> dict[str, str]:
    if place.specify is not None:
        return {}
    if isinstance(place.question, Nps):
        return {str(number): str(number) for number in range(11)}
    scale = questionnaire.scale_by_code.get(scale_of(place.question) or "")
    codes = [option.code for option in options_of(place.question)] + (list(scale.by_code) if scale else [])
    return {code: code for code in codes}


# --- what the format has no words for --------------------------------------------------------------


def write_report(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return what other programs will not find in the file that `write` makes.

    All of it stands in columns of our own and comes back when the file is read here, except texts that are too
    long for a cell.
    """
    report = Report()
    _report_texts(questionnaire, report)
    if questionnaire.title.zh and questionnaire.title.en:
        report.changed("out_title", Place())
    if questionnaire.scales:
        report.changed("out_marks", Place())
    for name in ("headline", "wave_link", "minutes"):
        if getattr(questionnaire, name) is not None:
            report.changed(f"out_{name}", Place())
    for question in questionnaire.questions:
        if isinstance(question, Ranking) and question.top < len(question.options):
            report.changed("out_top", Place(path=question.code), most=question.top)
        if isinstance(question, Number) and question.unit:
            report.changed("out_unit", Place(path=question.code))
    return report.in_order()


def _report_texts(questionnaire: Questionnaire, report: Report) -> None:
    """Report what becomes of texts in other programs."""
    texts = list(texts_of(questionnaire))
    variables = {name for _, text in texts for words in (text.zh, text.en) for name in _VARIABLE.findall(words)}
    if variables & set(VARIABLES):
        report.changed("out_variables", Place(), names="、".join(sorted(variables & set(VARIABLES))))
    for code, text in texts:
        if max(len(text.zh), len(text.en)) > _LONGEST_CELL:
            report.dropped("out_text_cut", Place(path=code), most=_LONGEST_CELL)
        if "${" in text.zh + text.en:
            report.changed("out_dollar", Place(path=code))
    if any(set(text.zh + text.en) & set(_CURLY) for _, text in texts):
        report.changed("out_quotes", Place())
