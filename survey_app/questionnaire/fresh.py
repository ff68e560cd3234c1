"""New questions, and codes for new things that nothing has yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from itertools import count
from typing import TypeVar

from survey_app.questionnaire.definition import (
    KINDS,
    Grade,
    Item,
    Matrix,
    MultipleChoice,
    Option,
    Question,
    Questionnaire,
    Ranking,
    SingleChoice,
    fields_of,
    options_of,
)
from survey_app.questionnaire.text import EMPTY

_Row = TypeVar("_Row", Option, Item, Grade)


def new_question(kind: str, code: str, questionnaire: Questionnaire) -> Question:
    """Return an empty question of `kind` (a key of `KINDS`) with what suits most: two options, the first scale."""
    made: dict[str, object] = {"code": code, "text": EMPTY}
    needed = {each.name for each in fields(KINDS[kind])}
    if "options" in needed:
        made["options"] = (Option("1", EMPTY), Option("2", EMPTY))
    if "scale" in needed:
        made["scale"] = questionnaire.scales[0].code if questionnaire.scales else ""
    if "items" in needed:
        made["items"] = (Item(f"{code}_1", EMPTY), Item(f"{code}_2", EMPTY))
    if "top" in needed:
        made["top"] = 1
    question: Question = KINDS[kind](**made)  # type: ignore[arg-type,assignment]  # the names were looked up
    return question


def is_blank(question: Question) -> bool:
    """Tell whether nobody has written anything into the question yet."""
    rows = question.items if isinstance(question, Matrix) else options_of(question)
    return not (question.text or question.help or question.shown_if or any(row.text for row in rows))


def finished(questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire without the empty options, rows and grades at the ends of their lists.

    Going on to the next line makes one, and nobody fills in the last. Two of each are kept, filled in or not: what
    a question lacks is to be told.
    """
    sections = tuple(
        replace(section, questions=tuple(_finished(question) for question in section.questions))
        for section in questionnaire.sections
    )
    scales = tuple(replace(scale, grades=_until_empty(scale.grades)) for scale in questionnaire.scales)
    return replace(questionnaire, sections=sections, scales=scales)


def _finished(question: Question) -> Question:
    made: Question = question
    if isinstance(question, Matrix):
        made = replace(question, items=_until_empty(question.items))
    elif isinstance(question, SingleChoice | MultipleChoice | Ranking):
        made = replace(question, options=_until_empty(question.options))
    return made


def _until_empty(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
    end = len(rows)
    while end > 2 and _is_empty(rows[end - 1]):
        end -= 1
    return rows[:end]


def _is_empty(row: Option | Item | Grade) -> bool:
    return row in (Option(row.code, EMPTY), Item(row.code, EMPTY), Grade(row.code, EMPTY, None))


def as_kind(question: Question, kind: str, questionnaire: Questionnaire) -> Question:
    """Return the question as one of another kind, with all that both kinds have."""
    new: Question = new_question(kind, question.code, questionnaire)
    shared = {each.name for each in fields(question)} & {each.name for each in fields(new)}
    shared -= {"max_length"}  # a limit for one line is none for several
    values = {name: getattr(question, name) for name in shared}
    if kind == "statement":
        values["required"] = False
    if "options" in values and kind != "multiple":
        values["options"] = tuple(replace(option, exclusive=False) for option in values["options"])
    return replace(new, **values)


def fresh_code(questionnaire: Questionnaire, avoid: Collection[str] = ()) -> str:
    """Return a code for a new question, Q1, Q2 …: none that is in use, nor one of `avoid`."""
    used = {code.casefold() for code in avoid} | used_codes(questionnaire)
    return next(code for number in count(1) if (code := f"Q{number}").casefold() not in used)


def fresh_section_code(questionnaire: Questionnaire) -> str:
    """Return a code for a new section, part1, part2 …"""
    used = {section.code.casefold() for section in questionnaire.sections}
    return next(code for number in count(1) if (code := f"part{number}") not in used)


def fresh_number(used: Iterable[str], prefix: str = "") -> str:
    """Return the code for one more option or row: the number after the largest that stands behind `prefix`."""
    tails = (code.removeprefix(prefix) for code in used if code.startswith(prefix))
    return f"{prefix}{max((int(tail) for tail in tails if tail.isascii() and tail.isdecimal()), default=0) + 1}"


def used_codes(questionnaire: Questionnaire, besides: str = "") -> set[str]:
    """Return the codes of questions and fields, in small letters; those of the question `besides` left out."""
    return {
        code.casefold()
        for question in questionnaire.questions
        if question.code != besides
        for code in (question.code, *(each.code for each in fields_of(question)))
    }
