"""What stands around the editor: the outline, what is to be mended or translated, what can be undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.questionnaire import checks
from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import Question, Questionnaire, Section
from survey_app.services import designing
from survey_app.services.designing import Design
from survey_app.services.drafts import Deed
from survey_app.web import context
from survey_app.web.author.designer_places import Place, deed_words, place_of, short
from survey_app.web.author.kinds import KIND_WORDS
from survey_app.web.author.problems import ToDo, to_do
from survey_app.web.rule_words import question_numbers


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the outline. `errors` and `untranslated` count what is to be done there."""

    place: Place
    number: int | None
    words: str
    kind: str
    has_rule: bool
    errors: int
    untranslated: int


@dataclass(frozen=True, slots=True)
class Part:
    """One section in the outline."""

    place: Place
    words: str
    has_rule: bool
    errors: int
    untranslated: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Panes:
    """All that stands around the editor. `languages` is "zh" where nobody has begun to translate, else "both"."""

    parts: tuple[Part, ...]
    scales: tuple[tuple[Place, str], ...]
    to_do: ToDo
    languages: str
    undo: str
    redo: str


def panes(design: Design) -> Panes:
    """Return everything around the editor, in the reader's language."""
    definition = design.definition
    problems = checks.check(definition)
    numbers = question_numbers(definition)
    missing = [problem for problem in problems if problem.kind == "untranslated"]
    errors = [problem for problem in problems if problem.is_error]
    languages = "both" if _has_english(definition) else "zh"
    counts = (_count(errors, definition), _count(missing if languages == "both" else (), definition))
    words = _Words.now()
    return Panes(
        parts=tuple(_part(section, numbers, counts, words) for section in definition.sections),
        scales=tuple((Place("scale", each.code), short(each.name, each.code)) for each in definition.scales),
        to_do=to_do(problems, definition, designing.lacking(definition, design.questionnaire.copied_from)),
        languages=languages,
        undo=_deed(design.undo, definition),
        redo=_deed(design.redo, definition),
    )


def _has_english(questionnaire: Questionnaire) -> bool:
    """Tell whether any title or question has English words: else what lacks them is not worth a mark each."""
    titles = (questionnaire.title, *(section.title for section in questionnaire.sections))
    return any(text.en for text in (*titles, *(question.text for question in questionnaire.questions)))


def _count(problems: Sequence[Problem], questionnaire: Questionnaire) -> Counter[Place]:
    return Counter(place_of(problem.where, questionnaire) for problem in problems)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is looked up once for all lines: the reader's language, and the words for kinds in it."""

    locale: str
    kinds: Mapping[str, str]

    @classmethod
    def now(cls) -> _Words:
        return cls(context.locale(), {kind: str(words) for kind, words in KIND_WORDS.items()})


def _part(
    section: Section, numbers: Mapping[str, int], counts: tuple[Counter[Place], Counter[Place]], words: _Words
) -> Part:
    place = Place("section", section.code)
    return Part(
        place,
        short(section.title, locale=words.locale),
        section.shown_if is not None,
        counts[0][place],
        counts[1][place],
        tuple(_line(question, numbers, counts, words) for question in section.questions),
    )


def _line(
    question: Question, numbers: Mapping[str, int], counts: tuple[Counter[Place], Counter[Place]], words: _Words
) -> Line:
    place = Place("question", question.code)
    return Line(
        place,
        numbers.get(question.code),
        short(question.text, locale=words.locale),
        words.kinds[kind_of(question)],
        question.shown_if is not None,
        counts[0][place],
        counts[1][place],
    )


def _deed(deed: Deed | None, questionnaire: Questionnaire) -> str:
    return deed_words(deed, questionnaire) if deed is not None else ""
