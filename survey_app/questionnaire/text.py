"""Text in the two languages of the product."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ZH = "zh_Hans_CN"
EN = "en"
LOCALES = (ZH, EN)

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML file (a workbook) or no PostgreSQL text can hold: controls, lone surrogates."""


def readable(value: str) -> str:
    """Return what somebody typed with plain line breaks and nothing unprintable, stripped.

    It is "" where nothing can be seen: blanks, or signs that only steer how others are set.
    """
    text = UNPRINTABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return "" if all(char.isspace() or unicodedata.category(char) == "Cf" for char in text) else text


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of wording in Chinese and English.

    Either may be empty while a questionnaire is being written; `checks` reports
    what is missing. `in_locale` falls back to the other language, so that a reader always
    sees words rather than nothing.
    """

    zh: str = ""
    en: str = ""

    def in_locale(self, locale: str) -> str:
        """Return the wording for `locale` ("zh_Hans_CN" or "en"), or the other one if it is empty."""
        first, second = (self.en, self.zh) if locale == EN else (self.zh, self.en)
        return first or second

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


EMPTY = Text()
