"""The questionnaires that are shipped, ready to be taken and changed: one JSON file each, in the codec's format.

`index.json` lists them in the order they are offered, with what each is for; `scales.json` holds the option sets
that they share.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Questionnaire, Scale
from survey_app.questionnaire.text import Text
from survey_app.words import Audience, Purpose


class UnknownTemplate(LookupError):
    """No shipped questionnaire has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Template:
    """A shipped questionnaire and when to use it.

    `audience`, `purpose` and `wave` are what a survey made from it starts with; `wave` is the number of
    months after the posting (1, 3, 6) for a return visit, None otherwise. `description` is for the organiser
    who chooses; respondents see the questionnaire's own.
    """

    code: str
    title: Text
    audience: Audience
    purpose: Purpose
    wave: int | None
    description: Text
    questionnaire: Questionnaire


@cache
def templates() -> tuple[Template, ...]:
    """Return all shipped questionnaires in the order they are offered. Read once, at the first call."""
    return tuple(_template(entry) for entry in json.loads(_read("index.json")))


def template(code: str) -> Template:
    """Return the shipped questionnaire with `code` ("A_W"). Raises `UnknownTemplate`."""
    for each in templates():
        if each.code == code:
            return each
    raise UnknownTemplate(code)


@cache
def scales() -> tuple[Scale, ...]:
    """Return the option sets that the shipped questionnaires share, and that a new one may start from."""
    return tuple(
        codec.decode_scale(each, f"$[{position}]") for position, each in enumerate(json.loads(_read("scales.json")))
    )


def _template(entry: dict[str, Any]) -> Template:
    questionnaire = codec.loads(_read(f"{entry['code']}.json"))
    return Template(
        code=questionnaire.code,
        title=questionnaire.title,
        audience=Audience(entry["audience"]),
        purpose=Purpose(entry["purpose"]),
        wave=entry["wave"],
        description=codec.decode_text(entry["description"], "$.description"),
        questionnaire=questionnaire,
    )


def _read(name: str) -> str:
    return (resources.files(__name__) / name).read_text(encoding="utf-8")
