"""Header cells -> fields of a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey_app.interchange.labels import normal, unambiguous, wordings
from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.safe_files import column_letter
from survey_app.questionnaire.definition import Field, Questionnaire
from survey_app.questionnaire.text import Text


class Special(StrEnum):
    """Columns that are not answers: how many ballots a row stands for, how and when they were filled in."""

    COUNT = "count"
    MODE = "mode"
    DATE = "date"


SPECIAL_WORDS: Mapping[Special, Text] = {
    Special.COUNT: Text("份数", "count"),
    Special.MODE: Text("方式", "mode"),
    Special.DATE: Text("日期", "date"),
}
"""How special columns may be headed."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read. `words` are the wordings of its field, in normal form."""

    index: int
    header: str
    field: Field | None = None
    special: Special | None = None
    words: frozenset[str] = frozenset()

    @property
    def letter(self) -> str:
        """The letters over the column."""
        return column_letter(self.index)


def assign(
    header: Sequence[str], questionnaire: Questionnaire
) -> tuple[tuple[Column, ...], tuple[tuple[str, str], ...]]:
    """Tell what each column holds, and which columns (letter, header) are not recognised.

    A header is a field's code (upper or lower case), else one of `SPECIAL_WORDS`, else a question's words where
    only one question has them. Raises `FileRefused` when two columns hold the same or none is recognised.
    """
    by_code = _by_code(questionnaire)
    by_words = unambiguous((words, code) for code, field in questionnaire.fields.items() for words in _texts(field))
    specials = unambiguous((words, special.value) for special, words in SPECIAL_WORDS.items())
    columns: list[Column] = []
    extra: list[tuple[str, str]] = []
    for index, title in enumerate(header):
        name = normal(title)
        code = questionnaire.fields[title].code if title in questionnaire.fields else by_code.get(name)
        if code is None and name in specials:
            columns.append(Column(index, title, special=Special(specials[name])))
        elif (code := code or by_words.get(name)) is not None:
            field = questionnaire.fields[code]
            words = frozenset().union(*(wordings(text) for text in _texts(field)))
            columns.append(Column(index, title, field=field, words=words))
        else:
            extra.append((column_letter(index), title))
    _check(columns, header)
    return tuple(columns), tuple(extra)


def _by_code(questionnaire: Questionnaire) -> dict[str, str]:
    """Return field codes by their lower-case form, where only one has it."""
    found: dict[str, list[str]] = {}
    for code in questionnaire.fields:
        found.setdefault(code.casefold(), []).append(code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


def _texts(field: Field) -> tuple[Text, ...]:
    """Return the wordings that may head a field's column: its label, for a row of a matrix also with the stem."""
    if field.item is None:
        return (field.label,)
    stem, label = field.question.text, field.label
    return (label, Text(stem.zh + label.zh, stem.en + label.en))


def _check(columns: Sequence[Column], header: Sequence[str]) -> None:
    seen: dict[str, Column] = {}
    for column in columns:
        target = column.field.code if column.field is not None else f"={column.special}"
        if target in seen:
            twice = f"{seen[target].letter}、{column.letter}"
            raise FileRefused("same_column_twice", columns=twice, header=column.header)
        seen[target] = column
    if not any(column.field is not None for column in columns):
        titles = "、".join(title for title in header if title)
        raise FileRefused("no_known_column", headers=titles[:200])
