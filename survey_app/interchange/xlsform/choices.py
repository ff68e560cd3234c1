"""The choices sheet: lists of options, and which of them are scales."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from survey_app import library
from survey_app.interchange.findings import Place
from survey_app.interchange.labels import normal
from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.codes import option_codes
from survey_app.interchange.xlsform.languages import looks_chinese
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.sheets import Row, Table, row_list
from survey_app.interchange.xlsform.texts import Texts, plain_text
from survey_app.questionnaire.definition import Grade, Option, Scale
from survey_app.questionnaire.text import EN, ZH, Text

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,400})?\Z")
_MOST_SCORE = 100
_NO_BRACES = str.maketrans("{}", "()")
_MARKS = (marks.SCORE, marks.SATISFIED, marks.STRICT, marks.IN_BASE)
KNOWN_COLUMNS = frozenset({"list_name", "name", "label", *_MARKS, *marks.both(marks.SCALE_NAME)})


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the choices sheet. `extra` are its cells in other columns, for choice filters."""

    name: str
    code: str
    text: Text
    row: Row
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChoiceList:
    """The choices under one list name. `scale` is set where they are one: marked so, or the same as a shipped."""

    name: str
    choices: tuple[Choice, ...]
    scale: Scale | None = None

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Our option codes by the file's names; of a name that stands twice, the first counts."""
        codes = [each.code for each in self.choices]
        if self.scale is not None:
            codes = [grade.code for grade in self.scale.grades]
        found: dict[str, str] = {}
        for choice, code in zip(self.choices, codes, strict=True):
            found.setdefault(choice.name, code)
        return found

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The options, which all questions on this list share."""
        return tuple(Option(each.code, each.text) for each in self.choices)


def read_choices(table: Table | None, texts: Texts, report: Report, *, as_written: bool) -> dict[str, ChoiceList]:
    """Return the lists of the choices sheet by name."""
    if table is None:
        return {}
    rows: dict[str, list[Row]] = {}
    incomplete: list[int] = []
    for row in table.rows:
        list_name = row.get("list_name")
        if list_name and row.get("name"):
            rows.setdefault(list_name, []).append(row)
        else:
            incomplete.append(row.number)
    if incomplete:
        report.dropped("choice_incomplete", Place(table.title, incomplete[0]), rows=row_list(incomplete))
    return {name: _list(name, each, texts, report, as_written=as_written) for name, each in rows.items()}


def _list(name: str, rows: list[Row], texts: Texts, report: Report, *, as_written: bool) -> ChoiceList:
    names = [row.get("name") for row in rows]
    choices = tuple(
        Choice(given, code, texts.read(row, "label"), row, _extra(row))
        for given, code, row in zip(names, option_codes(names), rows, strict=True)
    )
    is_marked = any(row.get(column) for row in rows for column in _MARKS)
    if not as_written and not is_marked and (known := _shipped_scale(choices)) is not None:
        return ChoiceList(name, choices, known)
    for choice in choices:
        if choice.code != choice.name:
            report.changed("option_renamed", choice.row.place("name"), old=choice.name, new=choice.code, list=name)
    labelled = choices if as_written else _labelled(choices, report)
    return ChoiceList(name, labelled, _marked_scale(name, labelled, texts, report) if is_marked else None)


def _extra(row: Row) -> dict[str, str]:
    return {
        column.name: text.strip()
        for column, text in row.cells.items()
        if column.language is None and column.name not in KNOWN_COLUMNS
    }


def _labelled(choices: tuple[Choice, ...], report: Report) -> tuple[Choice, ...]:
    """Give choices without a label their name."""
    bare = [each for each in choices if not each.text]
    if bare:
        report.changed(
            "choice_without_label", bare[0].row.place("label"), rows=row_list([b.row.number for b in bare])
        )
    return tuple(
        each if each.text else Choice(each.name, each.code, named(each.name), each.row, each.extra)
        for each in choices
    )


def named(name: str) -> Text:
    """Return a name as the text of something that has no other; braces would make a variable of it."""
    return plain_text(name.translate(_NO_BRACES), ZH if looks_chinese([name]) else EN)


# --- scales ----------------------------------------------------------------------------------------


def _marked_scale(name: str, choices: tuple[Choice, ...], texts: Texts, report: Report) -> Scale:
    """Return the scale that our own columns describe."""
    return Scale(name, texts.own(choices[0].row, marks.SCALE_NAME), tuple(_grade(each, report) for each in choices))


def _grade(choice: Choice, report: Report) -> Grade:
    """Return what our own columns say of one grade, as far as it can be so."""
    row = choice.row
    written = row.get(marks.SCORE)
    score = float(written) if _NUMBER.match(written) and float(written) <= _MOST_SCORE else None
    in_base = not row.get(marks.IN_BASE) or marks.is_yes(row.get(marks.IN_BASE))
    satisfied, strict = marks.is_yes(row.get(marks.SATISFIED)), marks.is_yes(row.get(marks.STRICT))
    if (score is None and written) or (satisfied and not in_base) or (strict and not satisfied):
        report.changed("marks_contradict", row.place(), list=row.get("list_name"), name=choice.name)
    satisfied = satisfied and in_base
    return Grade(choice.code, choice.text, score, satisfied, strict and satisfied, in_base)


def _shipped_scale(choices: tuple[Choice, ...]) -> Scale | None:
    """Return the shipped scale with the same words in one language, in the same order."""
    for scale in library.scales():
        for locale in (ZH, EN):
            words = [normal(_words(grade.text, locale)) for grade in scale.grades]
            if words == [normal(_words(choice.text, locale)) for choice in choices]:
                return scale
    return None


def _words(text: Text, locale: str) -> str:
    return text.zh if locale == ZH else text.en


def differs(choice_list: ChoiceList) -> bool:
    """Tell whether a list that became a scale has other codes or words than the scale."""
    if choice_list.scale is None:
        return False
    return any(
        choice.name != grade.code
        or (choice.text.zh and choice.text.zh != grade.text.zh)
        or (choice.text.en and choice.text.en != grade.text.en)
        for choice, grade in zip(choice_list.choices, choice_list.scale.grades, strict=True)
    )


def bare_scale(choice_list: ChoiceList, code: str) -> Scale:
    """Return a scale of plain options: nothing counts as satisfied yet."""
    return Scale(
        code, named(choice_list.name), tuple(Grade(each.code, each.text, None) for each in choice_list.choices)
    )
