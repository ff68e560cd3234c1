"""Shipped scales by what people call them, and by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from survey_app import library
from survey_app.interchange.labels import normal
from survey_app.questionnaire.definition import Scale

_ALIASES: Mapping[str, str] = {
    "满意度五级": "S5",
    "五级满意度": "S5",
    "满意度": "S5",
    "满意度三级": "S3",
    "三级满意度": "S3",
    "同意度五级": "A5",
    "同意度": "A5",
    "同意程度": "A5",
    "知晓度": "K4",
    "知晓程度": "K4",
    "解决程度": "R4",
    "好差评": "S5STAR",
    "好差评五级": "S5STAR",
    "民主测评": "D4",
    "干部民主测评": "D4",
    "评分": "SCORE10",
    "0-10分": "SCORE10",
    "延续情况": "KEPT",
    "改善程度": "CHANGE",
}
_DIGIT_GRADES = re.compile(r"([2-9])(?=级|分|星|档)")
_NOISE = re.compile(r"量表题?|单选题?|opt-|\s|[（(]含?[^（()）]*[)）]\Z")
_SEPARATORS = re.compile(r"\s*[/／、,，;；|｜→>]\s*|\s{2,}|\t|\s(?=\S)")


def scale_named(name: str) -> str | None:
    """Return the code of the shipped scale that is called `name`: its code, its name, or a common name for it."""
    plain = name.strip().casefold()
    return _names().get(plain) or _names().get(_key(plain))


def _key(name: str) -> str:
    return _NOISE.sub("", _DIGIT_GRADES.sub(lambda match: "零一二三四五六七八九"[int(match[1])], normal(name)))


@cache
def _names() -> dict[str, str]:
    found = {}
    for scale in library.scales():
        for name in (scale.code, f"OPT-{scale.code}", scale.name.zh, scale.name.en):
            found[name.casefold()] = scale.code
            found[normal(name)] = scale.code
    for scale in library.scales():
        found.setdefault(_key(scale.name.zh), scale.code)
    return {**found, **{normal(name): code for name, code in _ALIASES.items()}}


@cache
def _by_words() -> dict[tuple[str, ...], tuple[str, bool]]:
    """Return scales by their words, in either language; worst grade first comes with True."""
    found: dict[tuple[str, ...], tuple[str, bool]] = {}
    for scale in library.scales():
        for language in ("zh", "en"):
            words = tuple(normal(getattr(grade.text, language)) for grade in scale.grades)
            found.setdefault(words, (scale.code, False))
            found.setdefault(words[::-1], (scale.code, True))
    return found


def shipped(code: str) -> Scale:
    """Return the shipped scale with this code."""
    return next(scale for scale in library.scales() if scale.code == code)


def scale_of_words(words: Iterable[str]) -> tuple[str, bool] | None:
    """Return the shipped scale whose grades these are, and whether they stand worst first."""
    return _by_words().get(tuple(normal(each) for each in words))


@cache
def _longest_words() -> tuple[str, ...]:
    """Return grades that themselves hold a separator: 不了解、未参与."""
    found = {
        words
        for scale in library.scales()
        for grade in scale.grades
        for words in (grade.text.zh, grade.text.en)
        if _SEPARATORS.search(words.strip())
    }
    return tuple(sorted(found, key=len, reverse=True))


def listed_scale(text: str) -> tuple[list[str], str, bool] | None:
    """Return the grades in a line such as 非常满意、满意、…, the scale that they are, and whether it is turned.

    None for any other line.
    """
    if len(text) > 400:
        return None
    for separators in (_SEPARATORS, _MAIN_SEPARATORS):
        words = split_list(text, separators)
        if len(words) > 1 and (found := scale_of_words(words)) is not None:
            return words, *found
    return None


_MAIN_SEPARATORS = re.compile(r"\s*[/／|｜→>]\s*|\s{2,}|\t")


def split_list(text: str, separators: re.Pattern[str] = _SEPARATORS) -> list[str]:
    """Split a list on one line; grades that hold a separator themselves stay whole."""
    kept: list[str] = []
    for words in _longest_words():
        if words in text:
            kept.append(words)
            text = text.replace(words, f"\ue000{len(kept) - 1}\ue001")
    parts = [part for part in separators.split(text.strip(" 。.;；,，、/／")) if part]
    return [_restored(part, kept) for part in parts]


def _restored(part: str, kept: Sequence[str]) -> str:
    return re.sub("\ue000([0-9]{1,3})\ue001", lambda match: _at(kept, int(match[1])), part)


def _at(kept: Sequence[str], index: int) -> str:
    return kept[index] if index < len(kept) else ""
