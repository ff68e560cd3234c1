"""A questionnaire as those see it who read its results: general words stand where each place has its own."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from survey_app.questionnaire.definition import VARIABLES, Questionnaire
from survey_app.questionnaire.text import Text

_VARIABLE = re.compile("{(" + "|".join(VARIABLES) + ")}")

_GENERAL = {
    "organisation": Text("主办工会", "the organising union"),
    "campaign": Text("本次活动", "this campaign"),
    "team": Text("工作队", "the work team"),
    "unit": Text("所在单位", "the unit"),
    "audience": Text("评价主体", "those who are asked"),
    "posting_dates": Text("驻点期间", "the time of the posting"),
    "wave": Text("本次测评", "this measurement"),
    "threshold": Text("若干", "a few"),
    "minutes": Text("几", "a few"),
}


def in_general(questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire with all `VARIABLES` in its texts replaced by words that fit every place.

    It is the same object where no text holds one.
    """
    spoken: Questionnaire = _spoken(questionnaire)
    return spoken


def _spoken(part: Any) -> Any:
    """Return a part of a questionnaire in general words; itself where nothing in it changes."""
    if isinstance(part, Text):
        words = Text(_filled(part.zh, "zh"), _filled(part.en, "en"))
        return part if words == part else words
    if isinstance(part, tuple):
        found = tuple(_spoken(each) for each in part)
        return part if all(new is old for new, old in zip(found, part, strict=True)) else found
    if not is_dataclass(part) or isinstance(part, type):
        return part
    given = {each.name: getattr(part, each.name) for each in fields(part)}
    changed = {name: new for name, old in given.items() if (new := _spoken(old)) is not old}
    return replace(part, **changed) if changed else part


def _filled(words: str, language: str) -> str:
    return _VARIABLE.sub(lambda match: str(getattr(_GENERAL[match[1]], language)), words)
