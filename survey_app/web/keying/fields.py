"""What the keying page shows of each question: its number, its boxes with their keys, and where they are typed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from survey_app.questionnaire import codec, keys
from survey_app.questionnaire.definition import (
    DateQuestion,
    Field,
    LongText,
    Matrix,
    Nps,
    Question,
    Questionnaire,
    Ranking,
    Section,
    Statement,
    options_of,
)
from survey_app.questionnaire.keys import Key
from survey_app.web import formats, rule_words

PREFIX = "q_"
"""Before every field code, so that no field is taken for the form's own."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place to type: a question, a row of a table, or the words behind an option. `told` is for the script."""

    code: str
    label: str
    value: str
    error: str
    is_long: bool
    is_text: bool
    told: str

    @property
    def id(self) -> str:
        """The element's id, which is also the name of its field."""
        return f"{PREFIX}{self.code}"


@dataclass(frozen=True, slots=True)
class Block:
    """A question: its words, the boxes that its places share, and its places."""

    number: str
    words: str
    hint: str
    boxes: Sequence[Key]
    places: Sequence[Place]
    is_table: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section, and the rules of it and its questions for the script."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Typing:
    """What all parts need: the questionnaire, what was typed, and what is wrong, by field code."""

    questionnaire: Questionnaire
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def parts(self) -> Iterator[Part]:
        """Yield the sections in the order printed."""
        for section in self.questionnaire.sections:
            blocks = [self._block(each, section) for each in section.questions if not isinstance(each, Statement)]
            if blocks:
                yield Part(formats.words(section.title), blocks)

    def _block(self, question: Question, section: Section) -> Block:
        places = self.questionnaire.fields_by_question[question.code]
        return Block(
            number=str(rule_words.question_numbers(self.questionnaire)[question.code]),
            words=formats.words(question.text),
            hint=_hint(question, places[0]),
            boxes=keys.keys_of(places[0], self.questionnaire),
            places=[self._place(each, section) for each in places],
            is_table=isinstance(question, Matrix),
        )

    def _place(self, place: Field, section: Section) -> Place:
        boxes = keys.keys_of(place, self.questionnaire)
        return Place(
            code=place.code,
            label=formats.words(place.label),
            value=self.typed.get(place.code, ""),
            error=self.errors.get(place.code, ""),
            is_long=isinstance(place.question, LongText) and place.specify is None,
            is_text=not boxes,
            told=json.dumps(_told(place, boxes, section), ensure_ascii=False),
        )


def _told(place: Field, boxes: Sequence[Key], section: Section) -> dict[str, Any]:
    """Return what the script needs to know of a place: keys, how many, and when it is asked."""
    question = place.question
    told: dict[str, Any] = {"code": place.code, "rules": [], "kind": "text"}
    told["rules"] = [codec.encode_rule(rule) for rule in (section.shown_if, question.shown_if) if rule is not None]
    if boxes:
        told["kind"] = "one"
        told["keys"] = {each.key: each.code for each in boxes}
    if isinstance(question, Nps):
        told["kind"] = "nps"
    elif isinstance(question, Ranking) and place.specify is None:
        told |= {"kind": "ranking", "most": question.top}
    elif keys.takes_several(place):
        told["kind"] = "several"
    if place.specify is not None:
        told["behind"] = [question.code, place.specify.code]
    if isinstance(question, Matrix) and place.item is not None and question.rows_from is not None:
        told["behind"] = [question.rows_from, place.item.when]
    return told


def _hint(question: Question, place: Field) -> str:
    """Return how the keys of a question are typed, where it is not one key."""
    if isinstance(question, DateQuestion):
        return _("Such as %(chinese)s, 2026-11-20 or 20261120.", chinese="11月20日")
    if isinstance(question, Ranking):
        return _("Key the numbers as they stand in the boxes, the first one first.")
    if keys.takes_several(place):
        return _("Key all ticked ones, then Enter.")
    if len(options_of(question)) > len(keys.ONE_DIGIT):
        return _("Two digits each.")
    return ""
