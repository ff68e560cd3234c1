"""The choices sheet: lists of options, and which of them are scales."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """The choices under one list name. `scale` is set where they are one: marked so, or the same as a shipped."""

    name: str
    choices: tuple[Choice, ...]
    scale: Scale | None = None

    def codes(self) -> dict[str, str]:
        """Return our option codes by the file's names; of a name that stands twice, the first counts."""
        codes = [each.code for each in self.choices]
        if self.scale is not None:
            codes = [grade.code for grade in self.scale.grades]
        found: dict[str, str] = {}
        for choice, code in zip(self.choices, codes, strict=True):
            found.setdefault(choice.name, code)
        return found

    def options(self, exclusive: Collection[str] = ()) -> tuple[Option, ...]:
        """Return the options; those whose codes are named exclude all others."""
        return tuple(Option(each.code, each.text, exclusive=each.code in exclusive) for each in self.choices)


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
    if (scale := _marked_scale(name, choices)) is not None:
        return ChoiceList(name, choices, scale)
    if not as_written and (known := _shipped_scale(choices)) is not None:
        return ChoiceList(name, choices, known)
    for choice in choices:
        if choice.code != choice.name:
            report.changed("option_renamed", choice.row.place("name"), old=choice.name, new=choice.code, list=name)
    return ChoiceList(name, _labelled(choices, report))


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
    """Return a name as the text of something that has no other."""
    return plain_text(name, ZH if looks_chinese([name]) else EN)


# --- scales ----------------------------------------------------------------------------------------


def _marked_scale(name: str, choices: Iterable[Choice]) -> Scale | None:
    """Return the scale that our own columns describe."""
    choices = tuple(choices)
    if not any(each.row.get(column) for each in choices for column in _MARKS):
        return None
    return Scale(name, marks.text_in(choices[0].row, marks.SCALE_NAME), tuple(map(_grade, choices)))


def _grade(choice: Choice) -> Grade:
    score = choice.row.get(marks.SCORE)
    in_base = choice.row.get(marks.IN_BASE)
    return Grade(
        choice.code,
        choice.text,
        float(score) if _NUMBER.match(score) else None,
        satisfied=marks.is_yes(choice.row.get(marks.SATISFIED)),
        strict=marks.is_yes(choice.row.get(marks.STRICT)),
        in_base=not in_base or marks.is_yes(in_base),
    )


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
