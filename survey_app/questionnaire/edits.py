"""Edits of a questionnaire: small frozen operations, each of which gives a new questionnaire.

Every edit is total: whatever stands in the questionnaire, it applies and raises nothing. What it leaves behind
broken, such as a rule about a question that is gone, is kept as it is and becomes a problem of `checks`, so that
somebody decides about it. Renaming a code renames it wherever it is referred to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import singledispatch
from typing import TypeAlias, TypeVar

from survey_app.questionnaire.definition import (
    Matrix,
    MultipleChoice,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    ScaleQuestion,
    Section,
    SingleChoice,
    options_of,
    specify_code,
)
from survey_app.questionnaire.fresh import fresh_section_code
from survey_app.questionnaire.rules import All, Any, AnyOf, Comparison, Is, IsNot, Not, Rule
from survey_app.questionnaire.text import EMPTY, Text

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class AddQuestion:
    """Put `question` behind the question `after`; without one, at the end of `section` (else of the last)."""

    question: Question
    after: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class ChangeQuestion:
    """Replace the question `code`. One that is gone meanwhile comes back at the end, so that no work is lost."""

    code: str
    question: Question


@dataclass(frozen=True, slots=True)
class CopyQuestion:
    """Put a copy of the question `code` behind it, under `new_code`; rows of a matrix get codes below that."""

    code: str
    new_code: str


@dataclass(frozen=True, slots=True)
class RemoveQuestion:
    """Take the question `code` out."""

    code: str


@dataclass(frozen=True, slots=True)
class MoveQuestion:
    """Move the question `code` to `position` (from 0, counted without it) of `section`."""

    code: str
    section: str
    position: int


@dataclass(frozen=True, slots=True)
class AddSection:
    """Put `section` behind the section `after`; without one, at the end."""

    section: Section
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSection:
    """Give the section `code` another code, title, introduction and rule; its questions stay.

    One that is gone meanwhile comes back at the end, without questions.
    """

    code: str
    new_code: str
    title: Text
    intro: Text = EMPTY
    shown_if: Rule | None = None


@dataclass(frozen=True, slots=True)
class RemoveSection:
    """Take the section `code` out with all its questions."""

    code: str


@dataclass(frozen=True, slots=True)
class MoveSection:
    """Move the section `code` to `position` (from 0, counted without it)."""

    code: str
    position: int


@dataclass(frozen=True, slots=True)
class ChangeHeading:
    """Change what is said about the whole questionnaire."""

    code: str
    title: Text
    description: Text = EMPTY
    notice: Text = EMPTY
    consent: Text = EMPTY
    closing: Text = EMPTY
    minutes: int | None = None
    headline: str | None = None
    wave_link: str | None = None
    paged: bool = False


@dataclass(frozen=True, slots=True)
class AddScale:
    """Add `scale`, unless one with its code is there already."""

    scale: Scale


@dataclass(frozen=True, slots=True)
class ChangeScale:
    """Replace the scale `code`; where its code changes, the questions that use it follow.

    One that is gone meanwhile comes back.
    """

    code: str
    scale: Scale


@dataclass(frozen=True, slots=True)
class RemoveScale:
    """Take the scale `code` out."""

    code: str


@dataclass(frozen=True, slots=True)
class RenameCodes:
    """Give questions and rows of matrices other codes, all at once, wherever they are referred to."""

    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RenameOptions:
    """Give options of `question` other codes, all at once, wherever they are referred to."""

    question: str
    codes: tuple[tuple[str, str], ...]


Edit: TypeAlias = (
    AddQuestion
    | ChangeQuestion
    | CopyQuestion
    | RemoveQuestion
    | MoveQuestion
    | AddSection
    | ChangeSection
    | RemoveSection
    | MoveSection
    | ChangeHeading
    | AddScale
    | ChangeScale
    | RemoveScale
    | RenameCodes
    | RenameOptions
)


def apply_all(edits: Iterable[Edit], questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire after all edits, one after the other."""
    for edit in edits:
        questionnaire = apply(edit, questionnaire)
    return questionnaire


@singledispatch
def apply(edit: Edit, questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire after one edit. Removing, moving or copying what is not there changes nothing."""
    raise NotImplementedError(type(edit).__name__)


# --- questions -------------------------------------------------------------------------------------


@apply.register
def _(edit: AddQuestion, questionnaire: Questionnaire) -> Questionnaire:
    home = section_of(questionnaire, edit.after) or _section(questionnaire, edit.section)
    if home is None:
        sections = questionnaire.sections or (Section(fresh_section_code(questionnaire), EMPTY, ()),)
        home, questionnaire = sections[-1], replace(questionnaire, sections=sections)
    codes = [question.code for question in home.questions]
    position = codes.index(edit.after) + 1 if edit.after in codes else len(codes)
    return _with_questions(questionnaire, home.code, _inserted(home.questions, position, edit.question))


@apply.register
def _(edit: ChangeQuestion, questionnaire: Questionnaire) -> Questionnaire:
    if edit.code not in questionnaire.question_by_code:
        return apply(AddQuestion(edit.question), questionnaire)
    return _each_question(questionnaire, lambda each: edit.question if each.code == edit.code else each)


@apply.register
def _(edit: CopyQuestion, questionnaire: Questionnaire) -> Questionnaire:
    question = questionnaire.question_by_code.get(edit.code)
    if question is None:
        return questionnaire
    copy: Question = replace(question, code=edit.new_code)
    if isinstance(copy, Matrix):
        rows = tuple(
            replace(item, code=f"{edit.new_code}_{number}") for number, item in enumerate(copy.items, start=1)
        )
        copy = replace(copy, items=rows)
    return apply(AddQuestion(copy, after=edit.code), questionnaire)


@apply.register
def _(edit: RemoveQuestion, questionnaire: Questionnaire) -> Questionnaire:
    sections = (
        replace(section, questions=tuple(each for each in section.questions if each.code != edit.code))
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(sections))


@apply.register
def _(edit: MoveQuestion, questionnaire: Questionnaire) -> Questionnaire:
    question = questionnaire.question_by_code.get(edit.code)
    if question is None or _section(questionnaire, edit.section) is None:
        return questionnaire
    rest = apply(RemoveQuestion(edit.code), questionnaire)
    home = _section(rest, edit.section)
    questions = home.questions if home is not None else ()
    return _with_questions(rest, edit.section, _inserted(questions, edit.position, question))


# --- sections --------------------------------------------------------------------------------------


@apply.register
def _(edit: AddSection, questionnaire: Questionnaire) -> Questionnaire:
    codes = [section.code for section in questionnaire.sections]
    position = codes.index(edit.after) + 1 if edit.after in codes else len(codes)
    return replace(questionnaire, sections=_inserted(questionnaire.sections, position, edit.section))


@apply.register
def _(edit: ChangeSection, questionnaire: Questionnaire) -> Questionnaire:
    if _section(questionnaire, edit.code) is None:
        section = Section(edit.new_code, edit.title, (), edit.intro, edit.shown_if)
        return apply(AddSection(section), questionnaire)
    sections = (
        replace(section, code=edit.new_code, title=edit.title, intro=edit.intro, shown_if=edit.shown_if)
        if section.code == edit.code
        else section
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(sections))


@apply.register
def _(edit: RemoveSection, questionnaire: Questionnaire) -> Questionnaire:
    return replace(questionnaire, sections=tuple(each for each in questionnaire.sections if each.code != edit.code))


@apply.register
def _(edit: MoveSection, questionnaire: Questionnaire) -> Questionnaire:
    section = _section(questionnaire, edit.code)
    if section is None:
        return questionnaire
    rest = apply(RemoveSection(edit.code), questionnaire)
    return replace(rest, sections=_inserted(rest.sections, edit.position, section))


# --- heading and scales ----------------------------------------------------------------------------


@apply.register
def _(edit: ChangeHeading, questionnaire: Questionnaire) -> Questionnaire:
    return replace(questionnaire, **{each.name: getattr(edit, each.name) for each in fields(edit)})


@apply.register
def _(edit: AddScale, questionnaire: Questionnaire) -> Questionnaire:
    if edit.scale.code in questionnaire.scale_by_code:
        return questionnaire
    return replace(questionnaire, scales=(*questionnaire.scales, edit.scale))


@apply.register
def _(edit: ChangeScale, questionnaire: Questionnaire) -> Questionnaire:
    if edit.code not in questionnaire.scale_by_code:
        return apply(AddScale(edit.scale), questionnaire)
    scales = tuple(edit.scale if each.code == edit.code else each for each in questionnaire.scales)
    changed = replace(questionnaire, scales=scales)
    if edit.code == edit.scale.code:
        return changed
    return _each_question(changed, lambda each: _on_scale(each, edit.code, edit.scale.code))


@apply.register
def _(edit: RemoveScale, questionnaire: Questionnaire) -> Questionnaire:
    return replace(questionnaire, scales=tuple(each for each in questionnaire.scales if each.code != edit.code))


def _on_scale(question: Question, old: str, new: str) -> Question:
    if isinstance(question, ScaleQuestion | Matrix) and question.scale == old:
        return replace(question, scale=new)
    return question


# --- renaming --------------------------------------------------------------------------------------


@apply.register
def _(edit: RenameCodes, questionnaire: Questionnaire) -> Questionnaire:
    new = dict(edit.codes)
    for question in questionnaire.questions:
        for option in options_of(question):
            if question.code in new and option.specify:
                new[specify_code(question.code, option.code)] = specify_code(new[question.code], option.code)

    def named(question: Question) -> Question:
        named: Question = replace(question, code=new.get(question.code, question.code))
        if isinstance(named, Matrix):
            rows = tuple(replace(item, code=new.get(item.code, item.code)) for item in named.items)
            source = named.rows_from if named.rows_from is None else new.get(named.rows_from, named.rows_from)
            named = replace(named, items=rows, rows_from=source)
        return named

    renamed = _each_rule(_each_question(questionnaire, named), lambda each: _about(each, new))
    headline = renamed.headline if renamed.headline is None else new.get(renamed.headline, renamed.headline)
    return replace(renamed, headline=headline)


@apply.register
def _(edit: RenameOptions, questionnaire: Questionnaire) -> Questionnaire:
    new = dict(edit.codes)
    if edit.question not in questionnaire.question_by_code:
        return questionnaire
    texts = {specify_code(edit.question, old): specify_code(edit.question, now) for old, now in new.items()}

    def named(question: Question) -> Question:
        if question.code == edit.question and isinstance(question, SingleChoice | MultipleChoice | Ranking):
            options = tuple(replace(each, code=new.get(each.code, each.code)) for each in question.options)
            return replace(question, options=options)
        if isinstance(question, Matrix) and question.rows_from == edit.question:
            rows = tuple(replace(each, when=_maybe(each.when, new)) for each in question.items)
            return replace(question, items=rows)
        return question

    def compared(rule: Comparison) -> Comparison:
        if rule.question == edit.question:
            return _with_values(rule, new)
        return _about(rule, texts)

    return _each_rule(_each_question(questionnaire, named), compared)


def _maybe(code: str | None, new: Mapping[str, str]) -> str | None:
    return code if code is None else new.get(code, code)


def _about(rule: Comparison, new: Mapping[str, str]) -> Comparison:
    return replace(rule, question=new.get(rule.question, rule.question))


def _with_values(rule: Comparison, new: Mapping[str, str]) -> Comparison:
    match rule:
        case Is() | IsNot():
            return replace(rule, value=new.get(rule.value, rule.value))
        case AnyOf():
            return replace(rule, values=tuple(new.get(value, value) for value in rule.values))
        case _:
            return rule


# --- parts -----------------------------------------------------------------------------------------


def section_of(questionnaire: Questionnaire, code: str) -> Section | None:
    """Return the section that the question `code` stands in."""
    for section in questionnaire.sections:
        if any(question.code == code for question in section.questions):
            return section
    return None


def _section(questionnaire: Questionnaire, code: str) -> Section | None:
    return next((section for section in questionnaire.sections if section.code == code), None)


def _inserted(things: tuple[_T, ...], position: int, thing: _T) -> tuple[_T, ...]:
    place = min(max(position, 0), len(things))
    return (*things[:place], thing, *things[place:])


def _with_questions(questionnaire: Questionnaire, section: str, questions: tuple[Question, ...]) -> Questionnaire:
    sections = (
        replace(each, questions=questions) if each.code == section else each for each in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(sections))


def _each_question(questionnaire: Questionnaire, change: Callable[[Question], Question]) -> Questionnaire:
    sections = (
        replace(section, questions=tuple(change(question) for question in section.questions))
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(sections))


def _each_rule(questionnaire: Questionnaire, change: Callable[[Comparison], Comparison]) -> Questionnaire:
    def changed(rule: Rule | None) -> Rule | None:
        return None if rule is None else _each_comparison(rule, change)

    sections = (
        replace(section, shown_if=changed(section.shown_if))
        for section in _each_question(
            questionnaire, lambda each: replace(each, shown_if=changed(each.shown_if))
        ).sections
    )
    return replace(questionnaire, sections=tuple(sections))


def _each_comparison(rule: Rule, change: Callable[[Comparison], Comparison]) -> Rule:
    match rule:
        case All(rules):
            return All(tuple(_each_comparison(each, change) for each in rules))
        case Any(rules):
            return Any(tuple(_each_comparison(each, change) for each in rules))
        case Not(inner):
            return Not(_each_comparison(inner, change))
        case _:
            return change(rule)
