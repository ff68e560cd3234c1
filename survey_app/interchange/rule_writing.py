"""Our shown-if rules → expressions of other programs: what they have in common; a format fills in its words."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping

from survey_app.interchange.scope import Answers
from survey_app.questionnaire.rules import (
    All,
    Answered,
    Any,
    AnyOf,
    AtLeast,
    AtMost,
    Is,
    IsNot,
    Not,
    Rule,
    plain_number,
)

LISTED = frozenset({Answers.SEVERAL, Answers.RANKED})
"""What is answered with a list of options."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")


class RuleWriter(ABC):
    """Writes rules so that the format's reader finds the same again wherever the format has words for it.

    `fields` gives each field's name in the file and its kind of answer, by our code. `true` and `false` are the
    format's words, `negation` and `reference` what is written around a rule and a name.
    """

    true: str
    false: str
    negation: str
    reference: str
    in_brackets: tuple[type, ...]
    """Rules that are several words in this format, and need brackets as a part of others."""

    def __init__(self, fields: Mapping[str, tuple[str, Answers]]) -> None:
        self._fields = fields

    def text(self, rule: Rule) -> str:
        """Return a rule as an expression."""
        match rule:
            case All(rules):
                return " and ".join(map(self._part, rules)) if rules else self.true
            case Any(rules):
                return " or ".join(map(self._part, rules)) if rules else self.false
            case Not(inner):
                return self.negation.format(self.text(inner))
            case Answered(question):
                return self.answered(question)
            case AtLeast(question, value):
                return f"{self.ref(question)} >= {plain_number(value)}"
            case AtMost(question, value):
                return f"{self.ref(question)} <= {plain_number(value)}"
            case Is(question, value):
                return self.is_one(question, value)
            case IsNot(question, value):
                return f"{self.answered(question)} and {self.is_not(question, value)}"
            case AnyOf(question, values):
                return self.any_of(question, values) if values else self.false

    @abstractmethod
    def answered(self, question: str) -> str:
        """Say that a question has an answer."""

    @abstractmethod
    def is_one(self, question: str, value: str) -> str:
        """Say that an option was chosen, or what the answer is."""

    @abstractmethod
    def is_not(self, question: str, value: str) -> str:
        """Say the contrary of a question that has an answer."""

    @abstractmethod
    def any_of(self, question: str, values: tuple[str, ...]) -> str:
        """Say that one of several options was chosen."""

    @abstractmethod
    def quoted(self, value: str) -> str:
        """Return a text in quotation marks."""

    def _part(self, rule: Rule) -> str:
        return f"({self.text(rule)})" if isinstance(rule, self.in_brackets) else self.text(rule)

    def ref(self, code: str) -> str:
        """Return what stands for the answer to a question."""
        return self.reference.format(self._fields.get(code, (code, Answers.TEXT))[0])

    def is_listed(self, code: str) -> bool:
        """Tell whether a question is answered with a list of options."""
        return self._answers(code) in LISTED

    def value(self, question: str, value: str) -> str:
        """Return an answer: a number bare, anything else in quotation marks."""
        is_number = self._answers(question) is Answers.NUMBER and _NUMBER.match(value)
        return value if is_number else self.quoted(value)

    def _answers(self, code: str) -> Answers:
        return self._fields.get(code, (code, Answers.TEXT))[1]
