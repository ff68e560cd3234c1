"""Number keys: what is printed in the boxes of a paper form, and what somebody types who keys it.

Options are numbered in the order in which they are written, 1 to 9 and then 0, so that an answer is one key. A
question with more than ten has numbers of two digits, 01, 02, … Keys follow from the place and not from the code:
they are what stands on the paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import (
    Field,
    MultipleChoice,
    Nps,
    Questionnaire,
    Ranking,
    options_of,
    scale_of,
)
from survey_app.questionnaire.rules import Answer, plain_number
from survey_app.questionnaire.text import EMPTY, Text, readable

ONE_DIGIT = "1234567890"
_BETWEEN = re.compile(r"[\s,;.、/]+")
_DIGITS_OF_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_OF_YEAR = re.compile(r"([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


@dataclass(frozen=True, slots=True)
class Key:
    """One box on paper: the key that is printed in it, the code that it stands for, and its words."""

    key: str
    code: str
    text: Text = EMPTY


class NoSuchKey(Exception):
    """A key that stands in no box of the question."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def keys_of(place: Field, questionnaire: Questionnaire) -> tuple[Key, ...]:
    """Return the boxes of a field, in the order printed; none where words, numbers or days are written."""
    if place.specify is not None:
        return ()
    if isinstance(place.question, Nps):
        return tuple(Key(str(value), str(value)) for value in range(11))
    scale = scale_of(place.question)
    if scale is not None:
        pairs = [(grade.code, grade.text) for grade in questionnaire.scale_by_code[scale].grades]
    else:
        pairs = [(option.code, option.text) for option in options_of(place.question)]
    width = len(str(len(pairs)))
    if len(pairs) <= len(ONE_DIGIT):
        numbers = list(ONE_DIGIT)
    else:
        numbers = [str(number).zfill(width) for number in range(1, len(pairs) + 1)]
    return tuple(Key(key, code, text) for key, (code, text) in zip(numbers, pairs, strict=False))


def takes_several(place: Field) -> bool:
    """Tell whether several keys may be typed for a field."""
    return place.specify is None and isinstance(place.question, MultipleChoice | Ranking)


def values_of(place: Field, typed: str, questionnaire: Questionnaire) -> list[str]:
    """Return what was typed for a field as the values that `answers.clean` takes; nothing for nothing.

    Full-width digits are as good as plain ones, and blanks or commas may stand between keys. Raises `NoSuchKey`.
    """
    boxes = {each.key: each.code for each in keys_of(place, questionnaire)}
    if not boxes:
        return [typed] if readable(typed) else []
    plain = _BETWEEN.sub(" ", unicodedata.normalize("NFKC", typed)).strip()
    if not takes_several(place):
        return [_code(plain, boxes)] if plain else []
    found = [_code(key, boxes) for key in _split(plain, len(next(iter(boxes))))]
    return found if isinstance(place.question, Ranking) else list(dict.fromkeys(found))


def typed_of(place: Field, answer: Answer | None, questionnaire: Questionnaire) -> str:
    """Return what is to be typed for an answer: the inverse of `values_of`."""
    if answer is None:
        return ""
    if not isinstance(answer, str | list):
        return plain_number(answer)
    boxes = {each.code: each.key for each in keys_of(place, questionnaire)}
    if not boxes:
        return answer if isinstance(answer, str) else " ".join(answer)
    keys = [boxes[code] for code in ([answer] if isinstance(answer, str) else answer)]
    return ("" if all(len(key) == 1 for key in keys) else " ").join(keys)


def whole_day(typed: str, near: date) -> str:
    """Return a day written without signs or without its year in full: 20261120, 11月20日 and 11-20 as 2026-11-20.

    The year is the one that brings the day nearest to `near`. What is no such day is returned as it stands.
    """
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).replace("号", "日")
    if written := _DIGITS_OF_DAY.fullmatch(plain):
        return "-".join(written.groups())
    written = _DAY_OF_YEAR.fullmatch(plain)
    if written is None:
        return plain
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        with suppress(ValueError):
            days.append(date(year, int(written[1]), int(written[2])))
    return min(days, key=lambda day: abs(day - near)).isoformat() if days else plain


def raw_of(
    questionnaire: Questionnaire, typed: dict[str, str]
) -> tuple[dict[str, Sequence[str]], dict[str, AnswerProblem]]:
    """Return what was typed, by field code, as raw input; and a problem where a key stands in no box."""
    raw: dict[str, Sequence[str]] = {}
    problems: dict[str, AnswerProblem] = {}
    for code, place in questionnaire.fields.items():
        try:
            raw[code] = values_of(place, typed.get(code, ""), questionnaire)
        except NoSuchKey as error:
            problems[code] = AnswerProblem(code, "unknown_option", {"value": error.key[:40]})
    return raw, problems


def _split(plain: str, width: int) -> list[str]:
    """Split into keys: every digit is one; keys of two digits stand apart or one after the other."""
    parts = plain.split(" ")
    if width == 1:
        return [digit for part in parts for digit in part]
    return [part[start : start + width] for part in parts for start in range(0, len(part), width)]


def _code(key: str, boxes: dict[str, str]) -> str:
    wanted = key if key in boxes else key.zfill(len(next(iter(boxes))))
    if wanted not in boxes:
        raise NoSuchKey(key)
    return boxes[wanted]
