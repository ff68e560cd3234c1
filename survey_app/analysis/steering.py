"""Who is asked a question, by the answers to those that decide about it.

Who was not asked can be counted by subtraction: the ballots of a group less those that stand in the question's
table. So a table with a question that only some are asked must tell no more of those who decide than the tables
with the deciding questions themselves; the gate needs to know which these are, and which of their answers ask.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import product
from typing import TypeAlias

import numpy as np

from survey_app.analysis.classes import codes_of_classes
from survey_app.analysis.implied import MOST_ANSWERS, Implied
from survey_app.analysis.layout import Array
from survey_app.analysis.openings import Groups
from survey_app.analysis.spans import BEYOND
from survey_app.analysis.world import Cut
from survey_app.questionnaire.definition import (
    DateQuestion,
    LongText,
    MultipleChoice,
    Nps,
    Number,
    Question,
    Questionnaire,
    Ranking,
    ShortText,
    SingleChoice,
    scale_of,
)
from survey_app.questionnaire.path import deciding
from survey_app.questionnaire.rules import (
    LARGEST,
    Answer,
    AnyOf,
    AtLeast,
    AtMost,
    Comparison,
    Is,
    IsNot,
    Rule,
    comparisons,
    holds,
    number_of,
)

NO_ANSWER = ""
"""Stands for the ballots without an answer that counts."""

NOT_ASKED, ASKED, MIXED = 0, 1, -1
"""Whether people with some answers are asked: none, all, or some."""

_MOST = 3
"""More answers that decide at once are not looked at."""

_TWO = 2
_ANOTHER = "*"
"""An option of a list that no condition names; not what an option's code looks like."""

_Given: TypeAlias = tuple[tuple[str, ...], str | float | tuple[str, ...] | None]
"""An answer (None: none), with the code of each dimension that it belongs to."""


@dataclass(frozen=True)
class Steering:
    """What decides whether a question is asked: `rules`, all of which must hold.

    `names` are the questions and options (as in filters) that tell who was; empty where no such tells all of it,
    because a condition is about words, or because more answers decide than are looked at. `choices` holds the
    answers of each deciding question, as far as the rules tell them apart. `is_several`: more than one decides.
    """

    rules: tuple[Rule, ...]
    names: tuple[str, ...]
    choices: tuple[tuple[str, tuple[_Given, ...]], ...]
    is_several: bool = False

    def among(self, known: Container[str]) -> Steering:
        """Return the same where only some questions have answers: if one of `names` has none, nothing tells who."""
        if all(name in known for name in self.names):
            return self
        return Steering(self.rules, (), (), self.is_several)

    def asked(self, codes: Sequence[tuple[str, ...]]) -> Array:
        """Return whether people are asked, by the codes of each of `names` and, last, no answer that counts."""
        return _asked(self, tuple(codes))


@lru_cache(maxsize=256)
def _asked(steering: Steering, codes: tuple[tuple[str, ...], ...]) -> Array:
    found = np.full([len(each) + 1 for each in codes], NOT_ASKED, np.int8)
    seen = np.zeros(found.shape, np.bool_)
    places = [{code: place for place, code in enumerate(each)} for each in codes]
    questions = [question for question, _ in steering.choices]
    for given in product(*(choices for _, choices in steering.choices)):
        answers: dict[str, Answer] = {
            question: list(answer) if isinstance(answer, tuple) else answer
            for question, (_, answer) in zip(questions, given, strict=True)
            if answer is not None
        }
        named = [code for own, _ in given for code in own]
        at = tuple(each.get(code, len(each)) for each, code in zip(places, named, strict=True))
        status = ASKED if all(holds(rule, answers) for rule in steering.rules) else NOT_ASKED
        found[at] = status if not seen[at] or found[at] == status else MIXED
        seen[at] = True
    return found


def steering(questionnaire: Questionnaire) -> Mapping[str, Steering]:
    """Return by field what decides whether it is asked.

    Fields that all are asked are left out, and those that only words decide about: nobody is told apart by whether
    they wrote any.
    """
    every = {field: _steering(rules, questionnaire) for field, rules in deciding(questionnaire).items()}
    return {field: found for field, found in every.items() if found is not None}


def asked_alike(questionnaire: Questionnaire, fields: Iterable[str]) -> bool:
    """Tell whether it is no more than one answer that decides which of some fields people are asked.

    So it is where all are asked one of them: who was not asked the others has answered that.
    """
    known = steering(questionnaire)
    found = {known.get(field) for field in fields}
    own = [each for each in found if each is not None]
    if len(own) < len(found) or len(own) < _TWO:
        return True
    return all(each.names for each in own) and len({name for each in own for name in each.names}) == 1


def _steering(rules: tuple[Rule, ...], questionnaire: Questionnaire) -> Steering | None:
    by_question: dict[str, list[Comparison]] = {}
    for rule in rules:
        for each in comparisons(rule):
            by_question.setdefault(each.question, []).append(each)
    told = {code: _told_apart(code, own, questionnaire) for code, own in by_question.items()}
    known = {code: found for code, found in told.items() if found is not None}
    if not known:
        return None
    names = tuple(name for own, _ in known.values() for name in own)
    is_several = len(names) >= _TWO
    if len(known) < len(told) or len(names) > _MOST:
        return Steering(rules, (), (), is_several)
    return Steering(rules, names, tuple((code, tuple(given)) for code, (_, given) in known.items()), is_several)


def _told_apart(
    code: str, rules: Sequence[Comparison], questionnaire: Questionnaire
) -> tuple[list[str], list[_Given]] | None:
    """Return the dimensions of a deciding field, and its answers by their codes; None where it has no dimension."""
    field = questionnaire.fields.get(code)
    if field is None or field.specify is not None:
        return None
    question = field.question
    match question:
        case MultipleChoice() | Ranking():
            return _listed(question, rules)
        case Number():
            return [code], [((NO_ANSWER,), None), *_numbers(question, rules)]
        case DateQuestion():
            return [code], [((NO_ANSWER,), None), *_dated(question, rules)]
        case ShortText() | LongText():
            return None
    every = _codes(question, questionnaire)
    return [code], [((NO_ANSWER,), None), *(((each,), each) for each in every)]


def _codes(question: Question, questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return what can be answered, whether it counts or not."""
    if isinstance(question, Nps):
        return tuple(str(number) for number in range(11))
    if isinstance(question, SingleChoice):
        return tuple(option.code for option in question.options)
    return tuple(questionnaire.scale_by_code[scale_of(question) or ""].by_code)


def _listed(question: MultipleChoice | Ranking, rules: Sequence[Comparison]) -> tuple[list[str], list[_Given]]:
    """Return the options that rules name, and which of them may stand in an answer; each is a dimension.

    Of more options than are looked at there are too many answers to list: none is.
    """
    known = [option.code for option in question.options]
    wanted = [code for code in known if any(code in _values(rule) for rule in rules)] or known[:1]
    placed = [str(place) for place in range(1, question.top + 1)] if isinstance(question, Ranking) else ["1"]
    names = [f"{question.code}.{option}" for option in wanted]
    if len(wanted) > _MOST:
        return names, []
    given: list[_Given] = [((NO_ANSWER,) * len(wanted), None)]
    for codes in product(("0", *placed), repeat=len(wanted)):
        chosen = [option for option, code in zip(wanted, codes, strict=True) if code != "0"]
        given.append((codes, (*chosen, _ANOTHER)))
    return names, given


def _values(rule: Comparison) -> tuple[str, ...]:
    match rule:
        case Is(_, value) | IsNot(_, value):
            return (value,)
        case AnyOf(_, values):
            return values
        case _:
            return ()


def _dated(question: DateQuestion, rules: Sequence[Comparison]) -> Iterator[_Given]:
    """Yield days of each span: whatever a rule names may lie in any, so that all of them tell no more than one."""
    named = [value for rule in rules for value in _values(rule)]
    yield from (((end,), day) for end in codes_of_classes(question) for day in (*named, _ANOTHER))


def _numbers(question: Number, rules: Sequence[Comparison]) -> Iterator[_Given]:
    """Yield numbers of each class: its ends, and what lies around the numbers that rules name."""
    step = Decimal(1).scaleb(-question.decimals)
    low = -Decimal(LARGEST) if question.minimum is None else Decimal(str(question.minimum))
    high = Decimal(LARGEST) if question.maximum is None else Decimal(str(question.maximum))
    named = [each + by for rule in rules for each in _limits(rule) for by in (-step, Decimal(0), step)]
    before = low - step
    for code in codes_of_classes(question):
        end = high if code == BEYOND else min(Decimal(code), high)
        some = {each for each in (before + step, *named) if before < each < end}
        yield from (((code,), float(each)) for each in (*some, end))
        before = end


def _limits(rule: Comparison) -> tuple[Decimal, ...]:
    if isinstance(rule, AtLeast | AtMost):
        return (Decimal(str(rule.value)),)
    return tuple(number for value in _values(rule) if (number := number_of(value)) is not None)


class Deciders:
    """What decides who is asked, for the tables of one gate. `steering` holds it by question; None: all are asked.

    `cut` gives the cut by a question, `opening` what may be told apart of a question (its name) by some cuts.
    `implied` is what options say of other options, which tables keep, too.
    `is_live`: ballots come in, so that nothing but places is told apart: there are no tables of several answers.
    """

    def __init__(
        self,
        steering: Mapping[str, Steering | None],
        cut: Callable[[str], Cut],
        opening: Callable[[str, tuple[str, ...]], Groups],
        implied: Implied | None = None,
        *,
        is_live: bool = False,
    ) -> None:
        known = {name: each for name, each in steering.items() if each is not None}
        self._steering = {name: each.among(steering) for name, each in known.items()}
        self._cut = cut
        self._opening = opening
        self._implied = implied
        self._is_live = is_live

    @cached_property
    def kinds(self) -> Mapping[str, tuple[int, ...]]:
        """By deciding question the kind of each of its codes, no answer last: equal ones ask the same."""
        found: dict[str, list[Array]] = {}
        for each in dict.fromkeys(self._steering.values()):
            asked = each.asked([self._cut(name).codes for name in each.names])
            for axis, name in enumerate(each.names):
                found.setdefault(name, []).append(np.moveaxis(asked, axis, 0).reshape(asked.shape[axis], -1))
        return {name: _numbered(np.concatenate(own, axis=1)) for name, own in found.items()}

    def besides(self, names: tuple[str, ...], first: str) -> list[Groups] | None:
        """Return the openings of the tables that have, instead of a question, those that decide who is asked it.

        A table with the question keeps them: by places and answers it tells no more apart than they do. None where
        it would tell more nevertheless: because a group of answers holds people who were asked and people who were
        not, or because several answers decide and one of them stands in the table (nobody has the question's answer
        and none of theirs, so that tables of two would tell cells of three). Nor, even by itself, where the table
        of those that decide together is not looked at: how many are asked is how many gave all these answers.
        `first` is the question that the table's counts are about.
        """
        found: list[Groups] = []
        for name in (each for each in names if each in self._steering):
            steered = self._steering[name]
            rest = [each for each in names if each != name]
            if steered.is_several and (self._is_live or not steered.names):
                return None
            if self._is_live:
                continue
            if not steered.names:
                if any(self._cut(each).is_answer for each in rest):
                    return None
                continue
            every = {*rest, *steered.names}
            is_several = len(steered.names) > 1 and not set(rest).isdisjoint(steered.names)
            if is_several or sum(self._cut(each).is_answer for each in every) > MOST_ANSWERS:
                return None
            # As on pages that ask all questions about the same answers: these tables are theirs, too.
            lead = first if first in every else steered.names[0]
            instead = self._opening(lead, tuple(sorted(every - {lead})))
            if not self._tells_who(instead, steered, every):
                return None
            found.append(instead)
        more = [] if self._implied is None else self._implied.besides(names, first)
        return None if more is None else [*found, *more, *self._by_itself(names, first)]

    def _by_itself(self, names: tuple[str, ...], first: str) -> list[Groups]:
        """Return the opening of a table of one answer as it is by itself, unless its counts are about that answer.

        Only there it is looked at how many answered outside the base.
        """
        answers = [name for name in names if self._cut(name).is_answer]
        if len(answers) != 1 or answers[0] == first or not self._cut(answers[0]).has_others:
            return []
        return [self._opening(answers[0], tuple(sorted(set(names) - set(answers))))]

    def _tells_who(self, opening: Groups, steered: Steering, names: Iterable[str]) -> bool:
        """Tell whether each group of deciding answers, as it is told apart there, was asked or was not.

        Of a single question everything is told wherever it is shown.
        """
        if sum(self._cut(name).is_answer for name in names) == 1:
            return True
        held = [np.flatnonzero(opening.held[name]) for name in steered.names]
        asked = steered.asked([self._cut(name).codes for name in steered.names])[np.ix_(*held)].reshape(-1)
        labels = [opening.labels[name][own] for name, own in zip(steered.names, held, strict=True)]
        group = np.stack(np.meshgrid(*labels, indexing="ij"), axis=-1).reshape(len(asked), len(labels))
        pairs = np.unique(np.column_stack([group, asked]), axis=0)
        return bool((asked != MIXED).all()) and len(pairs) == len(np.unique(group, axis=0))


def _numbered(rows: Array) -> tuple[int, ...]:
    """Return a number for each row, equal for equal rows."""
    return tuple(np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1).tolist())
