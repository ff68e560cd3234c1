"""Labels and hints of an XLSForm → our texts, in the languages that we have.

Files from elsewhere may hold HTML, Markdown, references to answers and braces; we show plain text. What is taken
out is reported. Files that we wrote ourselves are taken as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from survey_app.interchange.findings import Place
from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.languages import locale_of, looks_chinese
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.sheets import Column, Row, Table, row_list
from survey_app.questionnaire.definition import VARIABLES
from survey_app.questionnaire.text import EMPTY, EN, ZH, Text

TRANSLATED = ("label", "hint")
"""Columns that hold our texts."""

# No pattern may look far ahead from many places: a cell can hold 32,767 characters of bad will.
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_TAGS = (
    "a|abbr|b|big|blockquote|body|br|button|center|code|div|em|embed|font|form|h[1-6]|hr|html|i|iframe|img|input|ins"
    "|label|li|link|mark|meta|object|ol|p|pre|s|script|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th"
    "|thead|tr|u|ul|video"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]\n]+)\]\((?:https?:|mailto:|tel:|jr:|/)[^()\s]*\)")
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_BRACES = re.compile(r"\{(\w*)\}")


class Texts:
    """Reads the texts of rows, in one sheet after another, by the same idea of what language a column is in."""

    def __init__(self, tables: Sequence[Table], default_language: str, report: Report, *, as_written: bool) -> None:
        self._report = report
        self._as_written = as_written
        self._locales = _locales(tables, report)
        self._plain = self._plain_locale(tables, default_language)

    def read(self, row: Row, name: str) -> Text:
        """Return the text in the columns `name` of a row; what had to be taken out of it is reported."""
        return self._read(row, name, self._report)

    def peek(self, row: Row, name: str) -> Text:
        """Return the same without a report, to decide what a row is."""
        return self._read(row, name, Report())

    def own(self, row: Row, name: str) -> Text:
        """Return the text in two columns of our own, which somebody else may have filled in."""
        text = marks.text_in(row, name)
        if self._as_written:
            return text
        zh, en = marks.both(name)
        return Text(self.plain(text.zh, row.place(zh)), self.plain(text.en, row.place(en)))

    def plain(self, words: str, place: Place) -> str:
        """Return words from elsewhere than the columns of texts; what had to be taken out of them is reported."""
        return self._clean(words, place, self._report)

    def _read(self, row: Row, name: str, report: Report) -> Text:
        found: dict[str, str] = {}
        plain: tuple[Column, str] | None = None
        for column, words in row.cells.items():
            if column.name != name:
                continue
            if column.language is None:
                plain = (column, words)
            elif (locale := self._locales.get(column.language)) is not None:
                found[locale] = self._clean(words, row.place(column.header), report)
        if plain is not None and self._plain is not None:
            words = self._clean(plain[1], row.place(plain[0].header), report)
            if found.setdefault(self._plain, words) != words:
                report.dropped("text_twice", row.place(plain[0].header))
        return Text(found.get(ZH, ""), found.get(EN, "")) if any(found.values()) else EMPTY

    def _clean(self, words: str, place: Place, report: Report) -> str:
        if self._as_written:
            return marks.with_references(words)
        text = words.strip()
        without = _without_markup(text)
        if without != text:
            report.changed("markup_removed", place)
        for name in dict.fromkeys(_REFERENCE.findall(without)):
            report.changed("reference_in_text", place, name=name.strip())
        without = _REFERENCE.sub("…", without)
        for name in dict.fromkeys(_BRACES.findall(without)):
            if name not in VARIABLES:
                report.changed("braces", place, name=name)
        return _BRACES.sub(lambda match: match[0] if match[1] in VARIABLES else f"({match[1]})", without)

    def _plain_locale(self, tables: Sequence[Table], default_language: str) -> str | None:
        """Return the locale of columns without a language, None where they are in one that we do not have."""
        columns = [each for each in _text_columns(tables) if each[1].language is None]
        if default_language:
            locale = locale_of(default_language)
            if locale is None and columns:
                table, column = columns[0]
                self._report.dropped(
                    "language_dropped", Place(table.title, None, column.header), language=default_language
                )
            return locale
        if not columns:
            return ZH
        # The first sheet decides: lists of "Yes" and "No" are often shared between forms.
        first = columns[0][0]
        words = (row.cells.get(column, "") for table, column in columns if table is first for row in table.rows)
        locale = ZH if looks_chinese(words) else EN
        if any(column.name == "label" for _, column in columns):
            table, column = columns[0]
            kind = "taken_as_chinese" if locale == ZH else "taken_as_english"
            self._report.changed(kind, Place(table.title, None, column.header))
        return locale

    def understands(self, table: Table) -> bool:
        """Tell whether the labels of a sheet are in a language that we have, or it has none at all."""
        languages = [column.language for column in table.columns if column.name == "label"]
        locales = [self._plain if language is None else self._locales[language] for language in languages]
        return not languages or any(locales)


def plain_text(words: str, locale: str) -> Text:
    """Return words that stand alone as a text in one language."""
    return Text(zh=words) if locale == ZH else Text(en=words)


def _text_columns(tables: Sequence[Table]) -> Iterator[tuple[Table, Column]]:
    for table in tables:
        for column in table.columns:
            if column.name in TRANSLATED:
                yield table, column


def _locales(tables: Sequence[Table], report: Report) -> dict[str, str | None]:
    """Return the locale of each language named in the headers; of two that are both Chinese, only the first."""
    found: dict[str, str | None] = {}
    dropped: dict[str, Place] = {}
    for table, column in _text_columns(tables):
        language = column.language
        if language is None or language in found:
            continue
        locale = locale_of(language)
        if locale in found.values():
            locale = None
        found[language] = locale
        if locale is None:
            filled = table.filled(column)
            dropped[language] = Place(table.title, filled[0] if filled else None, column.header)
    for language, place in dropped.items():
        report.dropped("language_dropped", place, language=language)
    return found


def _without_markup(text: str) -> str:
    """Return a text without HTML and the commoner Markdown; signs such as < that are no tags stay."""
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", text)))
    text = _LINK.sub(r"\1", text)
    if text.count("**") >= 2:
        text = text.replace("**", "")
    return _HEADING.sub("", text).strip()


def report_unread(table: Table, known: Iterable[str], media: Iterable[str], report: Report) -> None:
    """Report each column that holds something and means nothing to us, with its rows."""
    known, media = set(known), set(media)
    for column in table.columns:
        if column.name in known:
            continue
        if rows := table.filled(column):
            kind = "media_dropped" if column.name in media else "column_dropped"
            report.dropped(kind, Place(table.title, rows[0], column.header), rows=row_list(rows))
