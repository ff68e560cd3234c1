"""Rules in words, as people write them: 第3题选择“不满意”或“非常不满意”. What is written reads back the same."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.interchange.conditions import NotUnderstood, read_condition, write_condition
from survey_app.interchange.references import References, Target, targets_of
from survey_app.questionnaire.definition import Question, Questionnaire
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

_LONGEST = 400
"""Most characters of a condition in words; longer ones are easier to read in signs."""


class Speaker:
    """Goes through a questionnaire from its beginning, and says each condition with what stands before it.

    `numbers` says by which number a text names a question; without one, its code is its name.
    """

    def __init__(self, questionnaire: Questionnaire, numbers: Mapping[str, str]) -> None:
        self._scales = questionnaire.scale_by_code
        self._numbers = numbers
        self._earlier: dict[str, Target] = {}
        self._places: dict[str, tuple[int, Target]] = {}
        self._known = {number: (code,) for code, number in numbers.items()}

    def add(self, question: Question) -> None:
        """Let the conditions that follow refer to a question."""
        place = 0
        for target in targets_of(question, self._scales):
            self._earlier[target.code.casefold()] = target
            place += target.row is not None
            self._places[target.code] = (place, target)

    @property
    def references(self) -> References:
        """What a condition may refer to at this place."""
        return References(self._earlier, self._known, frozenset(self._known))

    def say(self, rule: Rule) -> str:
        """Return a rule in words; in signs (W01=1) where words alone would not say the same."""
        words = self._words(rule)
        try:
            is_same = read_condition(words, self.references).rule == rule
        except NotUnderstood:
            is_same = False
        is_plain = words == " ".join(words.split()) and len(words) <= _LONGEST
        return words if is_same and is_plain else write_condition(rule)

    def _words(self, rule: Rule) -> str:
        match rule:
            case All(rules) | Any(rules) if len(rules) > 1:
                word = "，并且" if isinstance(rule, All) else "，或者"
                return word.join(map(self._part, rules))
            case Not(Answered(code)):
                return f"{self._name(code)}未作答"
            case Not(inner):
                return f"并非（{self._words(inner)}）"
            case All() | Any():
                return write_condition(rule)
        name = self._name(rule.question)
        match rule:
            case Is(code, value):
                return f"{name}选择{self._answer(code, value)}"
            case IsNot(code, value):
                return f"{name}没有选择{self._answer(code, value)}"
            case AnyOf(code, values) if len(values) > 1:
                return f"{name}选择{'或'.join(self._answer(code, value) for value in values)}"
            case AnyOf(code, values):
                return f"{name}属于{''.join(self._answer(code, value) for value in values)}"
            case AtLeast(_, value):
                return f"{name}至少为{plain_number(value)}"
            case AtMost(_, value):
                return f"{name}至多为{plain_number(value)}"
        return f"{name}已作答"

    def _part(self, rule: Rule) -> str:
        return f"（{self._words(rule)}）" if isinstance(rule, All | Any) else self._words(rule)

    def _name(self, code: str) -> str:
        place, target = self._places.get(code, (0, None))
        of = target.of if target is not None and place else code
        name = f"第{self._numbers[of]}题" if of in self._numbers else of
        if target is None or target.row is None:
            return name if name != code else f"{code} "
        if of not in self._numbers:
            return f"{code} "
        return f"{name}第{place}行“{target.row.zh or target.row.en}”"

    def _answer(self, code: str, value: str) -> str:
        _, target = self._places.get(code, (0, None))
        choice = next((each for each in target.choices if each.code == value), None) if target is not None else None
        words = (choice.text.zh or choice.text.en) if choice is not None else ""
        return f"“{words or value}”"
