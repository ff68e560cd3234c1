"""Words of an .lss file by language → our texts, in the languages that we have, without HTML and expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from survey_app.interchange.findings import Place
from survey_app.interchange.plain_text import plain_text
from survey_app.interchange.xlsform.languages import locale_of, looks_chinese
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire.definition import VARIABLES
from survey_app.questionnaire.text import EMPTY, EN, ZH, Text

_BEST = ("zh-hans", "zh-cn", "zh", "zh-hant-tw", "zh-hant-hk", "en")
"""Of several kinds of one language, the earlier counts."""
_EXPRESSION = re.compile(r"\{(?=[^\s{}])([^{}\n]{1,2000})\}")
_BRACES = re.compile(r"\{(\w*)\}")
_NESTED = 6
"""Expressions inside one another that are taken out; a label may hold any number of braces."""


class Texts:
    """Reads the words of one file. `said` are words of questions by language, to see what they really are in."""

    def __init__(self, said: Mapping[str, Sequence[str]], fields: frozenset[str], report: Report) -> None:
        self._report = report
        self._fields = fields
        self._with_markup: list[Place] = []
        self._locales: dict[str, str] = {}
        has_chinese = any(locale_of(language) == ZH for language in said)
        for language in sorted(said, key=_preference):
            locale = locale_of(language)
            if not has_chinese and looks_chinese(said[language]):
                # People leave the language at English and write Chinese.
                report.changed("language_is_chinese", Place(), language=language[:40])
                locale, has_chinese = ZH, True
            if locale is not None and locale not in self._locales.values():
                self._locales[language] = locale
            else:
                report.dropped("language_dropped", Place(), language=language[:40])

    @property
    def has_language(self) -> bool:
        """Whether any words are in a language that we have."""
        return bool(self._locales)

    @property
    def main(self) -> str:
        """The locale of words that name no language."""
        return ZH if ZH in self._locales.values() else EN

    def read(self, words: Mapping[str, str], place: Place) -> Text:
        """Return the text of words by language; what had to be taken out of it is reported."""
        found = {
            self._locales[language]: self._clean(said, place)
            for language, said in words.items()
            if language in self._locales
        }
        if not found and (said := words.get("", "")):
            locale = ZH if looks_chinese([said]) else self.main
            found[locale] = self._clean(said, place)
        return Text(found.get(ZH, ""), found.get(EN, "")) if any(found.values()) else EMPTY

    def spoken(self, text: Text) -> Text:
        """Return words that LimeSurvey has by itself, in the languages that the file has."""
        locales = set(self._locales.values())
        return Text(text.zh if ZH in locales else "", text.en if EN in locales else "")

    def named(self, name: str) -> Text:
        """Return a name as the text of something that has no other."""
        clean = _BRACES.sub(lambda match: f"({match[1]})", plain_text(name).text) or "?"
        return Text(zh=clean) if self.main == ZH or looks_chinese([clean]) else Text(en=clean)

    def _clean(self, words: str, place: Place) -> str:
        plain = plain_text(words, is_html=True)
        if plain.lost:
            self._report.changed("markup_lost", place, tags="、".join(plain.lost))
        elif plain.had_markup:
            self._with_markup.append(place)
        return self._without_expressions(plain.text, place)

    def _without_expressions(self, words: str, place: Place) -> str:
        """Put … for expressions and references to answers; other braces become round brackets."""
        for _ in range(_NESTED):
            taken = [name for name in _EXPRESSION.findall(words) if self._is_expression(name)]
            if not taken:
                break
            for name in dict.fromkeys(taken):
                self._report.changed("reference_in_text", place, name=name[:80])
                words = words.replace(f"{{{name}}}", "…")
        for name in dict.fromkeys(_BRACES.findall(words)):
            if name not in VARIABLES:
                self._report.changed("braces", place, name=name[:80])
                words = words.replace(f"{{{name}}}", f"({name})")
        return words

    def _is_expression(self, name: str) -> bool:
        return name not in VARIABLES or name.casefold() in self._fields

    def report_markup(self) -> None:
        """Report once that HTML has been taken out of words."""
        if self._with_markup:
            self._report.changed("html_removed", self._with_markup[0], count=len(self._with_markup))


def _preference(language: str) -> tuple[int, str]:
    name = language.casefold().replace("_", "-")
    return (_BEST.index(name) if name in _BEST else len(_BEST), name)
