"""Shown-if rules: small frozen expressions over answers given earlier in the questionnaire.

A rule sees the answers on the path so far. A comparison with a question that has no answer (not asked,
skipped, or off the path) is false, for `IsNot` too: "is not" means "was answered, and otherwise". Only
`Not` turns a missing answer into true.

The respondent page evaluates the same rules in script from the JSON that `codec` writes; the table of
cases in `tests/cases/rules.json` is run against both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Answer: TypeAlias = str | int | float | list[str]
"""A cleaned answer: an option code, a number, a text or ISO date, or a list of option codes."""

LARGEST = 10**15 - 1
"""Largest number in a definition or answer, either way: past it doubles, all that scripts have, lose units."""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")
"""A text that counts as a number. Narrower than what Decimal or JavaScript take, so that both sides agree."""


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is `value`; for several choices: `value` is among them."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class IsNot:
    """The question was answered, and `value` is not (among) the answer."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The answer is one of `values`; for several choices: at least one of them was chosen."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The answer is a number of at least `value` (numbers, 0-10 scales)."""

    question: str
    value: float


@dataclass(frozen=True, slots=True)
class AtMost:
    """The answer is a number of at most `value`."""

    question: str
    value: float


@dataclass(frozen=True, slots=True)
class Answered:
    """The question has an answer."""

    question: str


@dataclass(frozen=True, slots=True)
class All:
    """Every one of `rules` holds; with no rules: true."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of `rules` holds; with no rules: false."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`rule` does not hold."""

    rule: Rule


Comparison: TypeAlias = Is | IsNot | AnyOf | AtLeast | AtMost | Answered
Rule: TypeAlias = Comparison | All | Any | Not


def holds(rule: Rule, answers: Mapping[str, Answer]) -> bool:
    """Tell whether `rule` holds for `answers` (field code -> cleaned answer on the path so far)."""
    match rule:
        case All(rules):
            return all(holds(each, answers) for each in rules)
        case Any(rules):
            return any(holds(each, answers) for each in rules)
        case Not(inner):
            return not holds(inner, answers)
        case Answered(question):
            return question in answers
        case AtLeast(question, value):
            number = number_of(answers.get(question))
            return number is not None and number >= Decimal(str(value))
        case AtMost(question, value):
            number = number_of(answers.get(question))
            return number is not None and number <= Decimal(str(value))
        case Is(question, value):
            return value in _chosen(answers.get(question))
        case IsNot(question, value):
            return question in answers and value not in _chosen(answers[question])
        case AnyOf(question, values):
            return not set(values).isdisjoint(_chosen(answers.get(question)))


def _chosen(answer: Answer | None) -> tuple[str, ...]:
    if answer is None:
        return ()
    if isinstance(answer, list):
        return tuple(answer)
    return (answer if isinstance(answer, str) else plain_number(answer),)


def plain_number(number: float) -> str:
    """Write a number without exponent or needless zeros, as the page's script does: 8.0 -> "8"."""
    return f"{Decimal(str(number)).normalize():f}"


def number_of(answer: Answer | None) -> Decimal | None:
    """Return an answer as a number; None for lists and for words."""
    if isinstance(answer, int | float):
        return Decimal(str(answer))
    if isinstance(answer, str) and _NUMBER.match(answer):
        return Decimal(answer)
    return None


def comparisons(rule: Rule | None) -> Iterator[Comparison]:
    """Yield every comparison inside `rule`, in writing order."""
    match rule:
        case None:
            return
        case All(rules) | Any(rules):
            for each in rules:
                yield from comparisons(each)
        case Not(inner):
            yield from comparisons(inner)
        case _:
            yield rule
