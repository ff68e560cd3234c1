"""What changed between two versions of a questionnaire, and what that does to comparing their answers.

Changes come in three weights. `MEANING` changes what an answer under an old code says (other kind, other options,
other scale): that is refused unless the question gets a new code. `COMPARISON` leaves answers comparable with care
(reworded, asked of others, newly required). `NONE` changes nothing about answers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.questionnaire.definition import (
    Field,
    Matrix,
    Question,
    Questionnaire,
    Scale,
    ScaleQuestion,
    options_of,
)
from survey_app.questionnaire.text import Text


class Weight(StrEnum):
    """What a change does to comparing the answers of both versions."""

    NONE = "none"
    COMPARISON = "comparison"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `code` is the field, section or scale it is about ("" = the questionnaire).

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
    for code in old.fields:
        if code not in new.fields:
            yield Change(code, "removed", Weight.COMPARISON, old=old.fields[code].label)
    for code, field in new.fields.items():
        if code not in old.fields:
            yield Change(code, "added", Weight.NONE, new=field.label)
            continue
        yield from _meaning(old.fields[code], field, old, new)
        yield from _wording(old.fields[code], field)
    yield from _order(old, new)


def _heading(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    for name in ("title", "description", "notice", "consent", "closing"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change("", f"{name}_changed", Weight.NONE, old=before, new=after)
    if old.headline != new.headline:
        yield Change("", "headline_changed", Weight.COMPARISON, old=old.headline, new=new.headline)


def _sections(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    before = {section.code: section for section in old.sections}
    after = {section.code: section for section in new.sections}
    for code, section in before.items():
        if code not in after:
            yield Change(code, "section_removed", Weight.NONE, old=section.title)
    for code, section in after.items():
        if code not in before:
            yield Change(code, "section_added", Weight.NONE, new=section.title)
        elif section.shown_if != before[code].shown_if:
            yield Change(code, "rule_changed", Weight.COMPARISON, before[code].shown_if, section.shown_if)


def _meaning(before: Field, after: Field, old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """Yield what changes the meaning of an answer under the same code."""
    if type(before.question) is not type(after.question) or bool(before.specify) != bool(after.specify):
        yield Change(after.code, "kind_changed", Weight.MEANING)
        return
    first = {option.code for option in options_of(before.question)}
    second = {option.code for option in options_of(after.question)}
    if after.specify is None and first != second:
        yield Change(
            after.code,
            "options_changed",
            Weight.MEANING,
            params={"added": sorted(second - first), "removed": sorted(first - second)},
        )
    yield from _scale(after.code, _scale_of(before.question, old), _scale_of(after.question, new))


def _scale(code: str, before: Scale | None, after: Scale | None) -> Iterator[Change]:
    if before is None or after is None or before.grades == after.grades:
        return
    if tuple(before.by_code) != tuple(after.by_code):
        yield Change(code, "scale_changed", Weight.MEANING, before.name, after.name)
    elif _scoring(before) != _scoring(after):
        yield Change(code, "scoring_changed", Weight.MEANING, before.name, after.name)
    else:
        yield Change(code, "grades_reworded", Weight.COMPARISON, before.name, after.name)


def _scoring(scale: Scale) -> tuple[tuple[object, ...], ...]:
    return tuple((grade.score, grade.satisfied, grade.strict, grade.in_base) for grade in scale.grades)


def _scale_of(question: Question, questionnaire: Questionnaire) -> Scale | None:
    if isinstance(question, ScaleQuestion | Matrix):
        return questionnaire.scale_by_code.get(question.scale)
    return None


def _wording(before: Field, after: Field) -> Iterator[Change]:
    """Yield what is asked otherwise, but means the same."""
    if before.label != after.label:
        yield _reworded(after.code, before.label, after.label)
    one, two = before.question, after.question
    if after.specify is not None:
        return
    for first in options_of(one):
        second = next((option for option in options_of(two) if option.code == first.code), None)
        if second is not None and second.text != first.text:
            yield Change(
                after.code, "option_reworded", Weight.COMPARISON, first.text, second.text, {"option": first.code}
            )
    if one.shown_if != two.shown_if or getattr(one, "rows_from", None) != getattr(two, "rows_from", None):
        yield Change(after.code, "rule_changed", Weight.COMPARISON, one.shown_if, two.shown_if)
    if one.required != two.required:
        yield Change(after.code, "required_changed", Weight.COMPARISON, one.required, two.required)
    if _limits(one) != _limits(two):
        yield Change(after.code, "limits_changed", Weight.COMPARISON)


def _reworded(code: str, before: Text, after: Text) -> Change:
    """A translation that was missing and now stands there does not touch the answers given so far."""
    kept = all(not words or words == now for words, now in ((before.zh, after.zh), (before.en, after.en)))
    kind, weight = ("translated", Weight.NONE) if kept else ("reworded", Weight.COMPARISON)
    return Change(code, kind, weight, before, after)


_LIMITS = (
    "minimum",
    "maximum",
    "decimals",
    "max_length",
    "earliest",
    "latest",
    "max_choices",
    "min_choices",
    "top",
)


def _limits(question: Question) -> tuple[object, ...]:
    return tuple(getattr(question, name, None) for name in _LIMITS)


def _order(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """Yield one change if the fields that both have are asked in another order: what comes before colours."""
    first = [code for code in old.fields if code in new.fields]
    second = [code for code in new.fields if code in old.fields]
    if first != second:
        yield Change("", "order_changed", Weight.COMPARISON)
