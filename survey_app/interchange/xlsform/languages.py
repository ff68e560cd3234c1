"""Which language a column of an XLSForm is in: `label::中文 (zh)`, `label::English (en)`, or just `label`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from survey_app.questionnaire.text import EN, ZH

CHINESE = "中文 (zh)"
ENGLISH = "English (en)"
"""The names of our two languages in files that we write: a word for people and a code for programs."""

_CODE = re.compile(r"\(\s*([a-z]{2,3})(?:[-_][a-z0-9-_]+)?\s*\)\s*\Z")
_PLAIN_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-_]+)?\Z")
_CODES = {"zh": ZH, "cmn": ZH, "chi": ZH, "zho": ZH, "cn": ZH, "en": EN, "eng": EN}
_WORDS = {
    ZH: ("中文", "汉语", "漢語", "普通话", "普通話", "国语", "华语", "chinese", "mandarin"),
    EN: ("英文", "英语", "英語", "english"),
}
_HAN = re.compile("[\u3400-\u9fff]")


def locale_of(language: str) -> str | None:
    """Return the locale that a language's name stands for, or None for any other language."""
    name = language.strip().casefold()
    if (match := _CODE.search(name)) is not None:
        return _CODES.get(match[1])
    for locale, words in _WORDS.items():
        if any(word in name for word in words):
            return locale
    if (match := _PLAIN_CODE.match(name)) is not None:
        return _CODES.get(match[1])
    return None


def looks_chinese(words: Iterable[str]) -> bool:
    """Tell whether most of these texts hold Chinese characters."""
    filled = [each for each in words if each.strip()]
    return sum(bool(_HAN.search(each)) for each in filled) * 2 >= len(filled) and bool(filled)
