"""What changed between two versions of a questionnaire, and what that does to comparing their answers.

Changes come in three weights. `MEANING` changes what an answer under an old code says (other kind, other options,
other scale, other unit, wordings that have changed places): that is refused unless the question gets a new code.
`COMPARISON` leaves answers comparable with care (reworded, asked of others, newly required). `NONE` changes nothing
about answers. Every difference between two definitions is a change of one of these.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any as Anything

from survey_app.questionnaire.definition import (
    BaseQuestion,
    Field,
    Question,
    Questionnaire,
    Scale,
    Section,
    Statement,
    options_of,
    scale_of,
)
from survey_app.questionnaire.text import Text


class Weight(StrEnum):
    """What a change does to comparing the answers of both versions."""

    NONE = "none"
    COMPARISON = "comparison"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `code` is the field, question, section or scale it is about ("" = the questionnaire).

    `kind` is a key of the catalogue that words it; `old` and `new` are what stood there and what does now.
    """

    code: str
    kind: str
    weight: Weight
    old: object = None
    new: object = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


def difference(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """Return every change from `old` to `new`: heading, sections, then fields in the new order."""
    return tuple(_all_changes(old, new))


def meaning_changes(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """Return the changes that are refused under an old code."""
    return tuple(change for change in _all_changes(old, new) if change.weight is Weight.MEANING)


def comparable_fields(old: Questionnaire, new: Questionnaire) -> frozenset[str]:
    """Return the codes of the fields whose answers may be compared: same kind, same options, same scale."""
    return frozenset(
        code
        for code, field in new.fields.items()
        if code in old.fields and not any(_meaning(old.fields[code], field, old, new))
    )


def _all_changes(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    yield from _heading(old, new)
    yield from _sections(old, new)
    for code, field in old.fields.items():
        if code not in new.fields:
            yield Change(code, "removed", Weight.COMPARISON, old=field.label)
    for code, field in new.fields.items():
        if code not in old.fields:
            yield Change(code, "added", Weight.NONE, new=field.label)
        else:
            yield from _meaning(old.fields[code], field, old, new)
            yield from _wording(old.fields[code], field)
    yield from _questions(old, new)
    yield from _scales(old, new)
    yield from _order(old, new)


def _heading(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    for name in ("title", "description", "notice", "consent", "closing"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change("", f"{name}_changed", Weight.NONE, old=before, new=after)
    for name in ("headline", "wave_link"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change("", f"{name}_changed", Weight.COMPARISON, old=before, new=after)
    if (old.code, old.minutes, old.paged) != (new.code, new.minutes, new.paged):
        yield Change("", "settings_changed", Weight.NONE)


def _sections(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    before = {section.code: section for section in old.sections}
    after = {section.code: section for section in new.sections}
    for code, section in before.items():
        if code not in after:
            yield Change(code, "section_removed", Weight.NONE, old=section.title)
    for code, section in after.items():
        if code not in before:
            yield Change(code, "section_added", Weight.NONE, new=section.title)
            continue
        if (section.title, section.intro) != (before[code].title, before[code].intro):
            yield Change(code, "section_reworded", Weight.NONE, before[code].title, section.title)
        if section.shown_if != before[code].shown_if:
            yield Change(code, "rule_changed", Weight.COMPARISON, before[code].shown_if, section.shown_if)


# --- answers under an old code ---------------------------------------------------------------------


def _meaning(before: Field, after: Field, old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """Yield what changes the meaning of an answer under the same code."""
    if type(before.question) is not type(after.question) or bool(before.specify) != bool(after.specify):
        yield Change(after.code, "kind_changed", Weight.MEANING, before.question, after.question)
        return
    if _has_moved(before.label, after.label, _neighbours(before, old), _neighbours(after, new)):
        yield Change(after.code, "swapped", Weight.MEANING, before.label, after.label)
    if after.specify is None:
        yield from _options(before, after)
        yield from _unit(before, after)
    yield from _scale(after.code, _scale_of(before.question, old), _scale_of(after.question, new))


def _options(before: Field, after: Field) -> Iterator[Change]:
    first = {option.code: option.text for option in options_of(before.question)}
    second = {option.code: option.text for option in options_of(after.question)}
    if first.keys() != second.keys():
        added, removed = sorted(second.keys() - first.keys()), sorted(first.keys() - second.keys())
        yield Change(after.code, "options_changed", Weight.MEANING, params={"added": added, "removed": removed})
    elif _have_swapped(first, second):
        yield Change(after.code, "options_swapped", Weight.MEANING)


def _have_swapped(first: Mapping[str, Text], second: Mapping[str, Text]) -> bool:
    """Tell whether a wording stands under another code now, and no longer under its own."""
    return any(
        code in first and _has_moved(first[code], text, _without(first, code), _without(second, code))
        for code, text in second.items()
    )


def _has_moved(before: Text, after: Text, others: Mapping[str, Text], others_now: Mapping[str, Text]) -> bool:
    """Tell whether `after` was the wording of another thing, which says something else now or is gone."""
    if not after.zh or before.zh == after.zh:
        return False
    owners = [code for code, text in others.items() if text.zh == after.zh]
    return any(code not in others_now or others_now[code].zh != after.zh for code in owners)


def _neighbours(field: Field, questionnaire: Questionnaire) -> Mapping[str, Text]:
    """Return the wordings of what can be mistaken for the field: other rows of its matrix, else other questions."""
    if field.specify is not None:
        return {}
    if field.item is not None:
        rows = questionnaire.fields_by_question[field.question.code]
        return {each.code: each.label for each in rows if each.code != field.code}
    questions = questionnaire.question_by_code.items()
    return {code: question.text for code, question in questions if code != field.code}


def _without(texts: Mapping[str, Text], code: str) -> Mapping[str, Text]:
    return {other: text for other, text in texts.items() if other != code}


def _unit(before: Field, after: Field) -> Iterator[Change]:
    """Yuan are not ten thousand yuan; a translation that was missing is no other unit."""
    first, second = getattr(before.question, "unit", None), getattr(after.question, "unit", None)
    if first and second is not None and not _is_kept(first, second):
        yield Change(after.code, "unit_changed", Weight.MEANING, first, second)


def _scale(code: str, before: Scale | None, after: Scale | None) -> Iterator[Change]:
    if before is None or after is None or before.grades == after.grades:
        return
    texts, texts_now = ({grade.code: grade.text for grade in scale.grades} for scale in (before, after))
    if tuple(texts) != tuple(texts_now) or _have_swapped(texts, texts_now):
        yield Change(code, "scale_changed", Weight.MEANING, before, after)
    elif _scoring(before) != _scoring(after):
        yield Change(code, "scoring_changed", Weight.MEANING, before, after)
    else:
        yield Change(code, "grades_reworded", Weight.COMPARISON, before, after)


def _scoring(scale: Scale) -> tuple[tuple[object, ...], ...]:
    return tuple((grade.score, grade.satisfied, grade.strict, grade.in_base) for grade in scale.grades)


def _scale_of(question: Question, questionnaire: Questionnaire) -> Scale | None:
    return questionnaire.scale_by_code.get(scale_of(question) or "")


# --- asked otherwise, meaning the same -------------------------------------------------------------


def _wording(before: Field, after: Field) -> Iterator[Change]:
    """Yield what one field says otherwise."""
    if after.specify is not None:
        return
    if before.label != after.label:
        yield _reworded(after.code, before.label, after.label)
    if before.item is not None and after.item is not None and before.item.when != after.item.when:
        yield Change(after.code, "row_condition_changed", Weight.COMPARISON, before.item.when, after.item.when)


def _questions(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """Yield what whole questions say otherwise: once for a matrix, and also for words to read."""
    homes = _homes(old)
    for code, after in new.question_by_code.items():
        before = old.question_by_code.get(code)
        if before is None:
            if isinstance(after, Statement):
                yield Change(code, "statement_added", Weight.NONE, new=after.text)
            continue
        yield from _question(before, after, is_field=code in new.fields)
        if homes[code] != _homes(new)[code]:
            yield Change(code, "moved", Weight.NONE, homes[code], _homes(new)[code])
    for code, before in old.question_by_code.items():
        if isinstance(before, Statement) and code not in new.question_by_code:
            yield Change(code, "statement_removed", Weight.NONE, old=before.text)


def _homes(questionnaire: Questionnaire) -> Mapping[str, str]:
    return {question.code: section.code for section in questionnaire.sections for question in section.questions}


def _question(before: Question, after: Question, *, is_field: bool) -> Iterator[Change]:
    code = after.code
    if before.text != after.text and not is_field:
        yield _reworded(code, before.text, after.text)
    if before.help != after.help:
        yield Change(code, "help_changed", Weight.COMPARISON, before.help, after.help)
    if type(before) is not type(after):
        if not is_field or isinstance(before, Statement):
            yield Change(code, "kind_changed", Weight.COMPARISON, before, after)
        return
    if before.shown_if != after.shown_if:
        yield Change(code, "rule_changed", Weight.COMPARISON, before.shown_if, after.shown_if)
    if before.required != after.required:
        yield Change(code, "required_changed", Weight.COMPARISON, before.required, after.required)
    for kind, names in _SETTINGS.items():
        first, second = (tuple(getattr(each, name, None) for name in names) for each in (before, after))
        if first != second:
            yield Change(code, kind, Weight.COMPARISON)
    if scale_of(before) != scale_of(after):
        yield Change(code, "scale_switched", Weight.NONE, scale_of(before), scale_of(after))
    yield from _option_settings(before, after)


_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "rows_from_changed": ("rows_from",),
    "random_order_changed": ("random_order",),
    "ends_reworded": ("low", "high"),
    "limits_changed": (
        "minimum",
        "maximum",
        "decimals",
        "unit",
        "max_length",
        "earliest",
        "latest",
        "max_choices",
        "min_choices",
        "top",
    ),
}
"""What else a question has, by the kind of change that it makes."""


def _option_settings(before: BaseQuestion, after: BaseQuestion) -> Iterator[Change]:
    first = {option.code: option for option in _options_in(before)}
    second = {option.code: option for option in _options_in(after)}
    for code, option in second.items():
        if code not in first:
            continue
        if option.text != first[code].text:
            params = {"option": code}
            yield Change(after.code, "option_reworded", Weight.COMPARISON, first[code].text, option.text, params)
        if option.exclusive != first[code].exclusive:
            yield Change(
                after.code, "exclusive_changed", Weight.COMPARISON, new=option.text, params={"option": code}
            )
    if [code for code in first if code in second] != [code for code in second if code in first]:
        yield Change(after.code, "options_reordered", Weight.COMPARISON)


def _options_in(question: BaseQuestion) -> Iterable[Anything]:
    return getattr(question, "options", ())


def _reworded(code: str, before: Text, after: Text) -> Change:
    """A translation that was missing and now stands there does not touch the answers given so far."""
    kind, weight = ("translated", Weight.NONE) if _is_kept(before, after) else ("reworded", Weight.COMPARISON)
    return Change(code, kind, weight, before, after)


def _is_kept(before: Text, after: Text) -> bool:
    return all(not words or words == now for words, now in ((before.zh, after.zh), (before.en, after.en)))


# --- scales and order ------------------------------------------------------------------------------


def _scales(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """Yield what happened to scales themselves; what it does to answers is told of each field."""
    for code, scale in old.scale_by_code.items():
        if code not in new.scale_by_code:
            yield Change(code, "scale_removed", Weight.NONE, old=scale.name)
    for code, scale in new.scale_by_code.items():
        before = old.scale_by_code.get(code)
        if before is None:
            yield Change(code, "scale_added", Weight.NONE, new=scale.name)
        elif before.name != scale.name:
            yield Change(code, "scale_renamed", Weight.NONE, before.name, scale.name)
        elif before.grades != scale.grades and not _is_used(code, old, new):
            yield Change(code, "unused_scale_changed", Weight.NONE, before.name, scale.name)


def _is_used(code: str, old: Questionnaire, new: Questionnaire) -> bool:
    return any(
        scale_of(field.question) == code and scale_of(old.fields[name].question) == code
        for name, field in new.fields.items()
        if name in old.fields
    )


def _order(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """Yield one change if what both have is asked in another order: what comes before colours."""
    for names, weight in (
        ((old.fields, new.fields), Weight.COMPARISON),
        ((old.question_by_code, new.question_by_code), Weight.NONE),
        ((_by_code(old.sections), _by_code(new.sections)), Weight.NONE),
        ((old.scale_by_code, new.scale_by_code), Weight.NONE),
    ):
        before, after = names
        if [code for code in before if code in after] != [code for code in after if code in before]:
            yield Change("", "order_changed", weight)
            return


def _by_code(sections: Iterable[Section]) -> Mapping[str, Section]:
    return {section.code: section for section in sections}
