"""What people write in a cell -> option codes: by code, or by the option's words in either language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from survey_app.questionnaire.definition import Field, Questionnaire, options_of, scale_of
from survey_app.questionnaire.text import EN, ZH, Text

_SEPARATORS = re.compile(r"([;；、|｜])")


def normal(words: str) -> str:
    """Return words in the form in which they are compared: full-width as ASCII, no blanks, one case."""
    return "".join(unicodedata.normalize("NFKC", words).split()).casefold()


def unambiguous(pairs: Iterable[tuple[Text, str]]) -> dict[str, str]:
    """Return what each wording stands for; wordings that stand for several things are left out."""
    found: dict[str, str | None] = {}
    for text, code in pairs:
        for words in {normal(text.zh), normal(text.en)} - {""}:
            found[words] = code if found.get(words, code) == code else None
    return {words: code for words, code in found.items() if code is not None}


class Labels:
    """The options of each field, by code and by label. A code wins over a label that looks like it."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._choices: dict[str, Mapping[str, Text]] = {}
        self._by_words: dict[str, Mapping[str, str]] = {}
        for code, field in questionnaire.fields.items():
            choices = choices_of(field, questionnaire)
            by_words = unambiguous((text, option) for option, text in choices.items())
            self._choices[code] = choices
            self._by_words[code] = {**by_words, **{normal(option): option for option in choices}}

    def one(self, field: Field, text: str) -> str:
        """Return the code that `text` stands for; `text` itself where it stands for none."""
        return self._by_words[field.code].get(normal(text), text)

    def several(self, field: Field, text: str) -> list[str]:
        """Return the codes that `text` lists, in its order; what stands for none comes back as it is.

        A label may itself hold a separator (“12345、12351 热线”): the longest run that is a label wins.
        """
        by_words = self._by_words[field.code]
        parts = _SEPARATORS.split(text)
        codes: list[str] = []
        start = 0
        while start < len(parts):
            for end in range(len(parts), start, -2):
                run = "".join(parts[start:end]).strip()
                if (code := by_words.get(normal(run))) is not None or end == start + 1:
                    codes.extend([code or run] if run else [])
                    start = end + 1
                    break
        return codes

    def examples(self, field: Field, locale: str = ZH) -> list[str]:
        """Return what may stand in the cell: each code with its label."""
        return [f"{code}（{text.in_locale(locale)}）" for code, text in self._choices[field.code].items()]


def choices_of(field: Field, questionnaire: Questionnaire) -> dict[str, Text]:
    """Return the options or grades that a field is answered with, by code; none for numbers and words."""
    if field.specify is not None:
        return {}
    scale = scale_of(field.question)
    if scale is not None:
        return {grade.code: grade.text for grade in questionnaire.scale_by_code[scale].grades}
    return {option.code: option.text for option in options_of(field.question)}


def wordings(text: Text) -> frozenset[str]:
    """Return the normal forms of a text in both languages."""
    return frozenset({normal(text.in_locale(ZH)), normal(text.in_locale(EN))} - {""})
