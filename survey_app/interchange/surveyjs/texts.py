"""Localised texts of SurveyJS ("…", or {"default": …, "zh-cn": …}) → our texts, in the languages that we have.

Files from elsewhere may hold HTML and references to answers; we show plain text. What is taken out is reported.
Files that we wrote ourselves are taken as they stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.interchange.findings import Place
from survey_app.interchange.plain_text import plain_text
from survey_app.interchange.surveyjs.marks import ROOT
from survey_app.interchange.surveyjs.nodes import Node
from survey_app.interchange.xlsform.languages import locale_of, looks_chinese
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire.definition import VARIABLES
from survey_app.questionnaire.text import EMPTY, EN, UNPRINTABLE, ZH, Text

DEFAULT = "default"
CHINESE, ENGLISH = "zh-cn", "en"
"""The languages of files that we write."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,8})*\Z")
_WORDED = {"title", "description", "text", "html", "label", "completedHtml", "labelTrue", "labelFalse", "otherText",
           "noneText", "minRateDescription", "maxRateDescription"}  # fmt: skip
_LISTS = {"choices", "rows", "columns", "rateValues"}
_BEST_CHINESE = ("zh-cn", "zh-hans", "zh-hans-cn", "zh", "zh-sg", "cn")
_REFERENCE = re.compile(r"\{([^{}]{1,200})\}")
_BRACES = re.compile(r"\{(\w*)\}")


@dataclass(slots=True)
class _Survey:
    """What languages the texts of a file are in: the first path of each, and the texts without a language."""

    languages: dict[str, str] = field(default_factory=dict)
    plain: list[str] = field(default_factory=list)


class Texts:
    """Reads the texts of one file, all by the same idea of what language is which."""

    def __init__(self, survey: Mapping[str, Any], names: Counter[str], report: Report, *, as_written: bool) -> None:
        self._report = report
        self._as_written = as_written
        self._names = names
        found = _Survey()
        for key, value, path in _walk({name: value for name, value in survey.items() if name != ROOT}):
            _note(key, value, path, found)
        self._plain = self._plain_locale(survey, found)
        self._locales = self._languages(found)

    @property
    def has_language(self) -> bool:
        """Whether any text is in a language that we have."""
        return self._plain is not None or bool(self._locales)

    @property
    def plain_locale(self) -> str:
        """The language of words that the file has without naming one."""
        return self._plain or (ZH if ZH in self._locales.values() else EN)

    @property
    def locales(self) -> frozenset[str]:
        """The locales that the file has words in."""
        return frozenset({*self._locales.values(), *([self._plain] if self._plain else [])})

    def read(self, node: Node, *names: str, is_html: bool = False) -> Text:
        """Return the text in a property."""
        name = node.first(*names)
        if not name:
            return EMPTY
        node.mark(*names)
        return self.of(node.data[name], node.place(name), is_html=is_html)

    def of(self, value: object, place: Place, *, is_html: bool = False) -> Text:
        """Return the text that a value of the file stands for."""
        words: dict[str, str] = {}
        if isinstance(value, dict):
            plain = value.get(DEFAULT)
            for language, said in value.items():
                locale = self._locales.get(language) if language != DEFAULT else None
                if locale is not None and isinstance(said, str):
                    words[locale] = self._clean(said, place, is_html=is_html)
        else:
            plain = value if isinstance(value, str) else None
        if isinstance(plain, str) and self._plain is not None and self._plain not in words:
            words[self._plain] = self._clean(plain, place, is_html=is_html)
        return Text(words.get(ZH, ""), words.get(EN, "")) if any(words.values()) else EMPTY

    def named(self, name: str) -> Text:
        """Return a name as the text of something that has no other."""
        clean = plain_text(name).text or "?"
        clean = _BRACES.sub(lambda match: f"({match[1]})", clean)
        return Text(zh=clean) if looks_chinese([clean]) or self.plain_locale == ZH else Text(en=clean)

    def _clean(self, words: str, place: Place, *, is_html: bool) -> str:
        if self._as_written:
            return UNPRINTABLE.sub("", words)
        plain = plain_text(words, is_html=is_html)
        if plain.lost:
            self._report.changed("markup_lost", place, tags="、".join(plain.lost))
        elif plain.had_markup and not is_html:
            self._report.changed("markup_removed", place)
        return self._without_references(plain.text, place)

    def _without_references(self, words: str, place: Place) -> str:
        """Put … for references to answers; braces that stand for nothing become brackets."""
        for name in dict.fromkeys(_REFERENCE.findall(words)):
            if self._is_reference(name):
                self._report.changed("reference_in_text", place, name=name)
                words = words.replace(f"{{{name}}}", "…")
        for name in dict.fromkeys(_BRACES.findall(words)):
            if name not in VARIABLES:
                self._report.changed("braces", place, name=name)
                words = words.replace(f"{{{name}}}", f"({name})")
        return words

    def _is_reference(self, name: str) -> bool:
        stem = re.split(r"[.\[-]", name.strip().lstrip("#$"), maxsplit=1)[0].casefold()
        if name in VARIABLES:
            return self._names[name.casefold()] > 0
        return self._names[name.casefold()] > 0 or self._names[stem] > 0 or stem in {"panel", "row", "item", "self"}

    # --- languages ---------------------------------------------------------------------------------

    def _plain_locale(self, survey: Mapping[str, Any], found: _Survey) -> str | None:
        """Return the locale of texts without a language; None where there are none, or they are in another one."""
        if not found.plain:
            return None
        language = survey.get("locale")
        if looks_chinese(found.plain):
            locale: str | None = ZH
        elif isinstance(language, str) and language and language not in found.languages:
            locale = locale_of(language)
            if locale == ZH:  # the words themselves are not Chinese
                locale = EN
        else:
            locale = EN
        if locale is None:
            self._report.dropped("language_dropped", Place(path="$.locale"), language=language)
        elif not self._as_written:
            kind = "taken_as_chinese" if locale == ZH else "taken_as_english"
            self._report.changed(kind, Place(path="$"))
        return locale

    def _languages(self, found: _Survey) -> dict[str, str]:
        """Return the locale of each language that we take; of several kinds of Chinese or English, the best."""
        kept: dict[str, str] = {}
        for language in sorted(found.languages, key=_preference):
            locale = locale_of(language)
            if locale is not None and locale not in kept.values():
                kept[language] = locale
            else:
                place = Place(path=found.languages[language])
                self._report.dropped("language_dropped", place, language=language)
        return kept


def _preference(language: str) -> tuple[int, str]:
    name = language.casefold().replace("_", "-")
    rank = _BEST_CHINESE.index(name) if name in _BEST_CHINESE else len(_BEST_CHINESE)
    return (rank if locale_of(language) == ZH else 0 if name == ENGLISH else 1, name)


def _walk(survey: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Yield every property in the file with its path; lists come under their own name."""
    waiting: list[tuple[str, Any, str]] = [("", survey, "$")]
    while waiting:
        key, value, path = waiting.pop()
        yield key, value, path
        if isinstance(value, dict):
            waiting.extend((inner, each, f"{path}.{inner}") for inner, each in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((key, value[index], f"{path}[{index}]") for index in reversed(range(len(value))))


def _note(key: str, value: object, path: str, found: _Survey) -> None:
    if isinstance(value, str):
        if key in _WORDED or key in _LISTS:
            found.plain.append(value.partition("|")[2] or value)
    elif isinstance(value, dict) and key in _WORDED and all(isinstance(each, str) for each in value.values()):
        for language, words in value.items():
            if language == DEFAULT:
                found.plain.append(words)
            elif _LANGUAGE.match(language):
                found.languages.setdefault(language, f"{path}.{language}")
