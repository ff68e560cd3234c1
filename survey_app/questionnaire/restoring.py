"""Taking back what gives answers under an old code another meaning; what else was changed stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from survey_app.questionnaire.definition import (
    Field,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    SingleChoice,
    options_of,
)
from survey_app.questionnaire.difference import Change
from survey_app.questionnaire.edits import AddScale, ChangeQuestion, ChangeScale, Edit


def restoring(change: Change, old: Questionnaire, new: Questionnaire) -> Iterator[Edit]:
    """Yield the edits of `new` after which the answers under `change.code` say again what they said in `old`.

    `change` is one of meaning between the two. Options, grades, units and exchanged wordings come back as they
    were, and a question of another kind comes back whole.
    """
    before, after = old.fields[change.code], new.fields[change.code]
    match change.kind:
        case "kind_changed":
            yield _put(after, before.question)
        case "swapped":
            yield _relabelled(before, after)
        case "options_changed" | "options_swapped":
            yield _put(after, _with_options(before.question, after.question))
        case "unit_changed":
            yield _put(after, _with_unit(before.question, after.question))
        case _:
            yield from _on_old_scale(before, after, old, new)


def _put(after: Field, question: Question) -> Edit:
    made: Question = replace(question, code=after.question.code)
    return ChangeQuestion(after.question.code, made)


def _relabelled(before: Field, after: Field) -> Edit:
    question = after.question
    if isinstance(question, Matrix) and after.item is not None:
        rows = tuple(replace(row, text=before.label) if row.code == after.code else row for row in question.items)
        return _put(after, replace(question, items=rows))
    made: Question = replace(question, text=before.label)
    return _put(after, made)


def _with_options(before: Question, after: Question) -> Question:
    if isinstance(after, SingleChoice | MultipleChoice | Ranking):
        return replace(after, options=options_of(before))
    return before


def _with_unit(before: Question, after: Question) -> Question:
    if isinstance(before, Number) and isinstance(after, Number):
        return replace(after, unit=before.unit)
    return before


def _on_old_scale(before: Field, after: Field, old: Questionnaire, new: Questionnaire) -> Iterator[Edit]:
    question, asked = after.question, before.question
    if not isinstance(question, ScaleQuestion | Matrix) or not isinstance(asked, ScaleQuestion | Matrix):
        return
    scale = old.scale_by_code[asked.scale]
    known = new.scale_by_code.get(scale.code)
    if known is None:
        yield AddScale(scale)
    elif known != scale:
        yield ChangeScale(scale.code, replace(known, grades=scale.grades))
    if question.scale != asked.scale:
        yield _put(after, replace(question, scale=asked.scale))
