"""What a condition in a file may ask about, and what its comparisons come to as rules.

Only what means exactly the same is taken over; everything else is a reason, which the reader of the file tells.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import TypeVar

from survey_app.questionnaire.definition import (
    DateQuestion,
    Field,
    LongText,
    MultipleChoice,
    Nps,
    Number,
    Ranking,
    ShortText,
)
from survey_app.questionnaire.rules import (
    LARGEST,
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
    comparisons,
    plain_number,
)

MAX_NESTING = 20
"""Levels of a rule that the codec takes."""
MAX_COMPARISONS = 200
"""Most comparisons in one rule; the longest in practice have a dozen."""
NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?\Z")
"""What looks like a number in a file."""


class Answers(Enum):
    """What a field is answered with, as far as conditions go. A flag is one option of several choices."""

    ONE = auto()
    SEVERAL = auto()
    RANKED = auto()
    NUMBER = auto()
    TEXT = auto()
    DAY = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Known:
    """A field that conditions may ask about. `options`: the file's names of its options → our option codes.

    `yes` is the option that a file means by "true"; of a flag, the option that it is about. `asked` is the rule
    under which the question is asked at all.
    """

    code: str
    answers: Answers
    options: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True
    yes: str | None = None
    asked: Rule | None = None


class CannotSay(Exception):
    """A condition has no equivalent. `kind` is a key of the findings' words, which `params` fill in."""

    def __init__(self, kind: str, /, **params: object) -> None:
        super().__init__(f"{kind} {params}")
        self.kind = kind
        self.params = params


class Scope:
    """The fields asked so far, by the names that the file gives them; capitals or not where the format `folds`.

    A format that does so also names the parts of a question by a dot.
    """

    def __init__(self, names: Iterable[str] = (), *, folds: bool = True) -> None:
        self._folds = folds
        self._known: dict[str, Known | None] = {}
        self._names = Counter(map(self._key, names))
        self._by_code: dict[str, tuple[str, Answers]] = {}

    def _key(self, name: str) -> str:
        return name.casefold() if self._folds else name

    def add(self, name: str, known: Known) -> None:
        """Take in a field that comes next."""
        self._known[self._key(name)] = known
        self._by_code[known.code] = (name, known.answers)

    def drop(self, name: str) -> None:
        """Note that this question of the file is not taken over."""
        self._known.setdefault(self._key(name), None)

    def by_code(self) -> Mapping[str, tuple[str, Answers]]:
        """Return, by our codes, the file's name of each field asked so far, and what it is answered with."""
        return self._by_code

    def answers(self, code: str) -> Answers:
        """Return what the field with our `code` is answered with."""
        return self._by_code[code][1]

    def __contains__(self, name: str) -> bool:
        return self._known.get(self._key(name)) is not None

    def find(self, name: str) -> Known:
        """Return the field with this name. Raises `CannotSay`."""
        key, shown = self._key(name), name[:80]
        if self._names[key] > 1:
            raise CannotSay("rule_on_ambiguous", question=shown)
        known = self._known.get(key)
        if known is not None:
            return known
        for part in (key, key.partition(".")[0] if self._folds else key):
            if part in self._known:
                raise CannotSay("rule_on_dropped", question=shown)
            if part in self._names:
                raise CannotSay("rule_on_later", question=shown)
        raise CannotSay("rule_on_unknown", question=shown)


def checked(rule: Rule) -> Rule:
    """Return a rule that is not too long or nested too deep. Raises `CannotSay`."""
    # One more level is left for the rule of a group around the question.
    if depth(rule) >= MAX_NESTING - 1:
        raise CannotSay("rule_too_deep", most=MAX_NESTING - 2)
    if sum(1 for _ in comparisons(rule)) > MAX_COMPARISONS:
        raise CannotSay("rule_too_long", most=MAX_COMPARISONS)
    return rule


def depth(rule: Rule) -> int:
    """Return how many levels a rule has within others."""
    match rule:
        case All(rules) | Any(rules):
            return 1 + max(map(depth, rules), default=0)
        case Not(inner):
            return 1 + depth(inner)
    return 0


def both(one: Rule | None, other: Rule | None) -> Rule | None:
    """Return the rule that asks for both; None asks for nothing."""
    if one is None or other is None:
        return one if other is None else other
    return All((*_parts(one), *_parts(other)))


def _parts(rule: Rule) -> Iterator[Rule]:
    if isinstance(rule, All) and rule.rules:
        yield from rule.rules
    else:
        yield rule


def one_of(code: str, values: tuple[str, ...]) -> Rule:
    """Return the rule that the answer is one of `values`, of which there is at least one."""
    return Is(code, values[0]) if len(values) == 1 else AnyOf(code, values)


def option(known: Known, name: str, written: str) -> str:
    """Return our code of the option that a file calls `written`. Raises `CannotSay`."""
    for given, code in known.options.items():
        if given == written:
            return code
    folded = [code for given, code in known.options.items() if given.casefold() == written.strip().casefold()]
    if not folded and (number := number_in(written)) is not None:
        folded = [code for given, code in known.options.items() if number_in(given) == number]
    if len(set(folded)) != 1:
        raise CannotSay("rule_unknown_option", question=name[:80], option=written[:40])
    return folded[0]


def number_in(text: str) -> float | None:
    """Return the number that a text looks like."""
    text = text.strip()
    if not NUMBER.match(text):
        return None
    return float(text) if "." in text else int(text)


def number_rule(operator: str, known: Known, name: str, value: float) -> Rule:
    """Return the rule for a number compared by one of = < <= > >=. Raises `CannotSay`."""
    if not -LARGEST <= value <= LARGEST:
        raise CannotSay("rule_comparison")
    if operator == "=":
        text = plain_number(value)
        return Is(known.code, option(known, name, text) if known.options else text)
    if operator == ">=":
        return AtLeast(known.code, value)
    if operator == "<=":
        return AtMost(known.code, value)
    if known.is_whole:
        bound = math.floor(value) + 1 if operator == ">" else math.ceil(value) - 1
        return AtLeast(known.code, bound) if operator == ">" else AtMost(known.code, bound)
    reach = AtMost(known.code, value) if operator == ">" else AtLeast(known.code, value)
    return All((Answered(known.code), Not(reach)))


Part = TypeVar("Part")


def joined(
    parts: Sequence[Part], rules: Sequence[Rule], denies: Callable[[Part, Rule], IsNot | None]
) -> Iterator[Rule]:
    """Yield the rules of parts joined by "and"; "has an answer, and not this one" is one rule.

    `denies` returns the latter for a part that says "not this one" in the format's words for just that.
    """
    position = 0
    while position < len(rules):
        rule = rules[position]
        if isinstance(rule, Answered) and position + 1 < len(rules):
            other = denies(parts[position + 1], rules[position + 1])
            if other is not None and other.question == rule.question:
                rule = other
                position += 1
        yield rule
        position += 1


def is_day(text: str) -> bool:
    """Tell whether a text is a calendar day, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def graded(operator: str, known: Known, bound: float) -> tuple[str, ...]:
    """Return the options whose names are numbers on one side of a bound, by < <= > >=."""
    fits = {"<": bound.__gt__, "<=": bound.__ge__, ">": bound.__lt__, ">=": bound.__le__}[operator]
    numbers = {code: number_in(given) for given, code in known.options.items()}
    return tuple(code for code, number in numbers.items() if number is not None and fits(number) is True)


def answers_of(place: Field) -> Answers:
    """Return what a field of ours is answered with."""
    if place.specify is not None:
        return Answers.TEXT
    match place.question:
        case MultipleChoice():
            return Answers.SEVERAL
        case Ranking():
            return Answers.RANKED
        case Nps() | Number():
            return Answers.NUMBER
        case DateQuestion():
            return Answers.DAY
        case ShortText() | LongText():
            return Answers.TEXT
    return Answers.ONE
