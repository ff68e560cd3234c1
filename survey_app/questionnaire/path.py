"""The path: which sections, questions and fields a respondent is asked, given the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_app.questionnaire.definition import (
    Field,
    Matrix,
    Question,
    Questionnaire,
    Section,
)
from survey_app.questionnaire.rules import All, Answer, Any, Is, Not, Rule, holds


@dataclass(frozen=True, slots=True)
class Path:
    """What is asked, in order. `answers` are the given answers that lie on the path.

    A section whose questions are all hidden is not there: it would be an empty screen.
    """

    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    fields: tuple[Field, ...]
    answers: Mapping[str, Answer]

    @property
    def codes(self) -> frozenset[str]:
        """Codes of all fields asked."""
        return frozenset(field.code for field in self.fields)


def path(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> Path:
    """Walk forward once through `questionnaire`; each rule sees only answers on the path before it.

    `answers` maps field codes to cleaned answers. It is not changed.
    """
    sections: list[Section] = []
    questions: list[Question] = []
    fields: list[Field] = []
    kept: dict[str, Answer] = {}
    own_fields = questionnaire.fields_by_question
    for section in questionnaire.sections:
        if section.shown_if is not None and not holds(section.shown_if, kept):
            continue
        asked_before = len(questions)
        for question in section.questions:
            if question.shown_if is not None and not holds(question.shown_if, kept):
                continue
            asked = [field for field in own_fields[question.code] if _is_asked(field, kept, answers)]
            if isinstance(question, Matrix) and not asked:
                continue
            questions.append(question)
            fields.extend(asked)
            kept.update({field.code: answers[field.code] for field in asked if field.code in answers})
        if len(questions) > asked_before or not section.questions:
            sections.append(section)
    return Path(tuple(sections), tuple(questions), tuple(fields), kept)


def deciding(questionnaire: Questionnaire) -> Mapping[str, tuple[Rule, ...]]:
    """Return by field the conditions that decide whether it is asked: it is where all of them hold.

    What another of its conditions brings along is left out: a rule on a whole section says nothing new of a
    question that is shown by an answer to one of the same section. Whether an "other" was ticked is not looked at.
    """
    found: dict[str, tuple[Rule, ...]] = {}
    known: dict[str, frozenset[Rule]] = {}
    for section in questionnaire.sections:
        for question in section.questions:
            for field in questionnaire.fields_by_question[question.code]:
                own = dict.fromkeys(
                    rule
                    for each in (section.shown_if, question.shown_if, _row_rule(field))
                    for rule in _parts(each)
                )
                brought = frozenset().union(*(_brings(each, known) for each in own))
                known[field.code] = brought.union(own)
                found[field.code] = tuple(rule for rule in own if rule not in brought)
    return found


def _brings(rule: Rule, known: Mapping[str, frozenset[Rule]]) -> frozenset[Rule]:
    """Return conditions that hold wherever `rule` does, because who answered what it needs was asked it.

    `known` are the conditions of each earlier field.
    """
    match rule:
        case All(rules):
            return frozenset().union(*(_brings(each, known) for each in rules))
        case Any(rules):
            each_brings = [_brings(each, known) for each in rules]
            return each_brings[0].intersection(*each_brings) if each_brings else frozenset()
        case Not():
            return frozenset()
        case _:
            return known.get(rule.question, frozenset())


def _row_rule(field: Field) -> Rule | None:
    """Return the condition of a row that is asked only where it was chosen before."""
    question = field.question
    if field.item is None or not isinstance(question, Matrix) or question.rows_from is None:
        return None
    return Any(()) if field.item.when is None else Is(question.rows_from, field.item.when)


def _parts(rule: Rule | None) -> Iterator[Rule]:
    """Yield rules that hold all at once where this one does."""
    if isinstance(rule, All):
        for each in rule.rules:
            yield from _parts(each)
    elif rule is not None:
        yield rule


def _is_asked(field: Field, kept: Mapping[str, Answer], answers: Mapping[str, Answer]) -> bool:
    """Tell whether a field of a shown question is asked: its row was chosen, its "other" was ticked."""
    question = field.question
    if field.item is not None and isinstance(question, Matrix) and question.rows_from is not None:
        return _chose(kept.get(question.rows_from), field.item.when)
    if field.specify is not None:
        return _chose(answers.get(question.code), field.specify.code)
    return True


def _chose(answer: Answer | None, option: str | None) -> bool:
    return option in answer if isinstance(answer, list) else answer == option and option is not None
