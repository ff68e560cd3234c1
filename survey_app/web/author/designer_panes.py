"""What stands around the editor: the outline, what is to be mended or translated, what can be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import Question, Questionnaire, Section, scale_of
from survey_app.questionnaire.fresh import is_blank
from survey_app.services import designing
from survey_app.services.designing import Design
from survey_app.services.drafts import Deed
from survey_app.web import context
from survey_app.web.author.designer_languages import has_english
from survey_app.web.author.designer_places import Gone, Place, deed_words, place_of, short
from survey_app.web.author.kinds import KIND_WORDS
from survey_app.web.author.problems import UNFINISHED, ToDo, to_do
from survey_app.web.rule_words import question_numbers


class Open(NamedTuple):
    """How much is to be done at a place: what is wrong, what is not written yet, what has no English words."""

    wrong: int = 0
    unfinished: int = 0
    untranslated: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the outline, with what is to be done there."""

    place: Place
    number: int | None
    words: str
    kind: str
    has_rule: bool
    is_blank: bool
    open: Open


@dataclass(frozen=True, slots=True)
class Part:
    """One section in the outline."""

    place: Place
    words: str
    has_rule: bool
    open: Open
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Panes:
    """All that stands around the editor.

    `languages` is "both" where something is written in English, "asked" where somebody wants to begin, else "zh".
    """

    parts: tuple[Part, ...]
    scales: tuple[tuple[Place, str, bool], ...]
    to_do: ToDo
    languages: str
    undo: str
    redo: str


def panes(design: Design, problems: Sequence[Problem], gone: Gone, *, wants_english: bool) -> Panes:
    """Return everything around the editor, in the reader's language.

    `problems` are those of the draft; `gone` are the last known words of what conditions refer to and is not there.
    """
    definition = design.definition
    is_translated = has_english(definition)
    look = _Look(
        context.locale(),
        {kind: str(words) for kind, words in KIND_WORDS.items()},
        question_numbers(definition),
        _counted(problems, definition, is_translated),
    )
    return Panes(
        parts=tuple(_part(section, look) for section in definition.sections),
        scales=_scales(definition),
        to_do=to_do(problems, definition, designing.lacking(definition, design.questionnaire.copied_from), gone),
        languages="both" if is_translated else "asked" if wants_english else "zh",
        undo=_deed(design.undo, definition),
        redo=_deed(design.redo, definition),
    )


def _counted(
    problems: Sequence[Problem], questionnaire: Questionnaire, is_translated: bool
) -> Mapping[Place, Open]:
    found: dict[Place, Open] = defaultdict(Open)
    for problem in problems:
        place = place_of(problem.where, questionnaire)
        now = found[place]
        if problem.kind in UNFINISHED:
            found[place] = now._replace(unfinished=now.unfinished + 1)
        elif problem.is_error:
            found[place] = now._replace(wrong=now.wrong + 1)
        elif problem.kind == "untranslated" and is_translated:
            found[place] = now._replace(untranslated=now.untranslated + 1)
    return found


def _scales(questionnaire: Questionnaire) -> tuple[tuple[Place, str, bool], ...]:
    """Return the scales, those that questions use first: the place, its words, and whether it is used."""
    used = {scale_of(question) for question in questionnaire.questions}
    found = [
        (Place("scale", each.code), short(each.name, each.code), each.code in used) for each in questionnaire.scales
    ]
    return tuple(sorted(found, key=lambda each: not each[2]))


@dataclass(frozen=True, slots=True)
class _Look:
    """What is looked up once for all lines: the language, the words for kinds in it, numbers, what is open."""

    locale: str
    kinds: Mapping[str, str]
    numbers: Mapping[str, int]
    open: Mapping[Place, Open]


def _part(section: Section, look: _Look) -> Part:
    place = Place("section", section.code)
    return Part(
        place,
        short(section.title, locale=look.locale),
        section.shown_if is not None,
        look.open.get(place, Open()),
        tuple(_line(question, look) for question in section.questions),
    )


def _line(question: Question, look: _Look) -> Line:
    place = Place("question", question.code)
    return Line(
        place,
        look.numbers.get(question.code),
        short(question.text, locale=look.locale),
        look.kinds[kind_of(question)],
        question.shown_if is not None,
        is_blank(question),
        look.open.get(place, Open()),
    )


def _deed(deed: Deed | None, questionnaire: Questionnaire) -> str:
    return deed_words(deed, questionnaire) if deed is not None else ""
