"""`relevant` in XLSForm ↔ our shown-if rules.

Only what means exactly the same is taken over. The one trap: in XPath `${q} != 'a'` holds when the question has
no answer, which for us is `Not(Is)`; `IsNot` asks for an answer, and is written with `${q} != ''` before it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from operator import ge, gt, le, lt

from survey_app.interchange.expressions.tree import Both, Call, Compare, Either, Literal, Node, NotUnderstood, Ref
from survey_app.interchange.expressions.xlsform import parse
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
    plain_number,
)

MAX_NESTING = 20
"""Rules may be this deep in what we store."""
_SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDERS = {"<": lt, "<=": le, ">": gt, ">=": ge}
_CONSTANTS: Mapping[str, Rule] = {"yes": All(()), "true": All(()), "no": Any(()), "false": Any(())}
"""What other readers of the format take for `true()` and `false()`."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


class Answers(Enum):
    """What kind of answer a field takes, as far as conditions go."""

    ONE = auto()
    SEVERAL = auto()
    RANKED = auto()
    NUMBER = auto()
    TEXT = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Known:
    """A field that conditions may refer to. `options`: the file's choice names → our option codes."""

    code: str
    answers: Answers
    options: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True


class CannotSay(Exception):
    """The expression has no equivalent. `kind` is a key of the findings' words, which `params` fill in."""

    def __init__(self, kind: str, /, **params: object) -> None:
        super().__init__(f"{kind} {params}")
        self.kind = kind
        self.params = params


class Scope:
    """The fields asked so far, by the names that the file gives them."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._known: dict[str, Known | None] = {}
        self._names = Counter(names)
        self._by_code: dict[str, tuple[str, Answers]] = {}

    def add(self, name: str, known: Known) -> None:
        """Take in a field that comes next."""
        self._known[name] = known
        self._by_code[known.code] = (name, known.answers)

    def drop(self, name: str) -> None:
        """Note that this question of the file is not taken over."""
        self._known.setdefault(name, None)

    def by_code(self) -> Mapping[str, tuple[str, Answers]]:
        """Return, by our codes, the file's name of each field asked so far, and what it is answered with."""
        return self._by_code

    def answers(self, code: str) -> Answers:
        """Return what the field with our `code` is answered with."""
        return self._by_code[code][1]

    def find(self, name: str) -> Known:
        """Return the field with this name. Raises `CannotSay`."""
        if self._names[name] > 1:
            raise CannotSay("rule_on_ambiguous", name=name)
        known = self._known.get(name)
        if known is not None:
            return known
        if name in self._known:
            raise CannotSay("rule_on_dropped", name=name)
        raise CannotSay("rule_on_later" if name in self._names else "rule_on_unknown", name=name)


def read_rule(text: str, scope: Scope) -> Rule:
    """Return the rule that an expression stands for. Raises `CannotSay`."""
    constant = _CONSTANTS.get(text.strip().casefold())
    if constant is not None:
        return constant
    try:
        rule = _rule(parse(text), scope)
    except NotUnderstood as error:
        raise CannotSay("rule_not_understood", part=str(error)) from error
    if _depth(rule) > MAX_NESTING:
        raise CannotSay("rule_too_deep", most=MAX_NESTING)
    return rule


def _depth(rule: Rule) -> int:
    match rule:
        case All(rules) | Any(rules):
            return 1 + max(map(_depth, rules), default=0)
        case Not(inner):
            return 1 + _depth(inner)
    return 0


def _rule(node: Node, scope: Scope) -> Rule:
    match node:
        case Both(parts):
            rules = tuple(_joined(parts, scope))
            return rules[0] if len(rules) == 1 else All(rules)
        case Either(parts):
            return _either(tuple(_rule(part, scope) for part in parts))
        case Call("not", (inner,)):
            return Not(_rule(inner, scope))
        case Call("true", ()):
            return All(())
        case Call("false", ()):
            return Any(())
        case Call("selected", (Ref(name), Literal(text))):
            return _selected(scope.find(name), name, text)
        case Compare(operator, Literal() as left, right) if not isinstance(right, Literal):
            return _compared(_SWAPPED[operator], right, left, scope)
        case Compare(operator, left, Literal() as right):
            return _compared(operator, left, right, scope)
        case Call(function):
            raise CannotSay("rule_function", function=function)
    raise CannotSay("rule_comparison")


def _joined(parts: Sequence[Node], scope: Scope) -> Iterator[Rule]:
    """Yield the rules of parts joined by `and`; "has an answer, and not this one" is one rule."""
    rules = [_rule(part, scope) for part in parts]
    position = 0
    while position < len(rules):
        rule = rules[position]
        if isinstance(rule, Answered) and position + 1 < len(rules):
            other = _other(parts[position + 1], rules[position + 1], scope)
            if other is not None and other.question == rule.question:
                rule = other
                position += 1
        yield rule
        position += 1


def _other(node: Node, rule: Rule, scope: Scope) -> IsNot | None:
    """Return "answered, and not this one" for a part that says "not this one" in the words for just that."""
    if not isinstance(rule, Not) or not isinstance(rule.rule, Is):
        return None
    match node:
        case Compare("!=", _, _):
            return IsNot(rule.rule.question, rule.rule.value)
        case Call("not", (Call("selected", (Ref(name), _)),)):
            if scope.find(name).answers in {Answers.SEVERAL, Answers.RANKED}:
                return IsNot(rule.rule.question, rule.rule.value)
    return None


def _either(rules: tuple[Rule, ...]) -> Rule:
    """Several values of one question are one rule."""
    if all(isinstance(rule, Is) for rule in rules):
        comparisons = [rule for rule in rules if isinstance(rule, Is)]
        if len({rule.question for rule in comparisons}) == 1:
            return AnyOf(comparisons[0].question, tuple(rule.value for rule in comparisons))
    return Any(rules)


def _selected(known: Known, name: str, text: str) -> Rule:
    if known.answers not in {Answers.ONE, Answers.SEVERAL, Answers.RANKED}:
        raise CannotSay("rule_function", function="selected")
    return Is(known.code, _option(known, name, Literal(text, text)))


def _option(known: Known, name: str, literal: Literal) -> str:
    """Return our code of the option that the file calls so."""
    if literal.text in known.options:
        return known.options[literal.text]
    if literal.number is not None:
        for given, code in known.options.items():
            if _NUMBER.match(given) and float(given) == literal.number:
                return code
    raise CannotSay("rule_unknown_option", name=name, option=literal.text[:40])


def _compared(operator: str, left: Node, right: Literal, scope: Scope) -> Rule:
    match left:
        case Ref(name):
            return _compared_answer(operator, scope.find(name), name, right)
        case Call("count-selected" | "string-length", (Ref(name),)) if right.number is not None:
            return _compared_count(operator, Answered(scope.find(name).code), right.number)
        case Call(function):
            raise CannotSay("rule_function", function=function)
    raise CannotSay("rule_comparison")


def _compared_count(operator: str, answered: Answered, number: float) -> Rule:
    if (operator, number) in {(">", 0), (">=", 1), ("!=", 0)}:
        return answered
    if (operator, number) in {("=", 0), ("<", 1), ("<=", 0)}:
        return Not(answered)
    raise CannotSay("rule_comparison")


def _compared_answer(operator: str, known: Known, name: str, right: Literal) -> Rule:
    if right.text == "" and operator in {"=", "!="}:
        return Answered(known.code) if operator == "!=" else Not(Answered(known.code))
    if operator == "!=":
        return Not(_compared_answer("=", known, name, right))
    match known.answers:
        case Answers.NUMBER:
            return _compared_number(operator, known, name, right)
        case Answers.ONE if operator == "=":
            return Is(known.code, _option(known, name, right))
        case Answers.ONE if (bound := _value(right)) is not None:
            return _graded(operator, known, bound)
        case Answers.SEVERAL if operator == "=":
            return _exactly(known, _option(known, name, right))
        case Answers.TEXT if operator == "=" and right.number is None:
            return Is(known.code, right.text)
        case Answers.DAY if operator == "=" and _is_day(right.text):
            return Is(known.code, right.text)
    raise CannotSay("rule_comparison")


def _exactly(known: Known, code: str) -> Rule:
    """Several choices equal to one text: this one was chosen, and no other."""
    others = tuple(each for each in dict.fromkeys(known.options.values()) if each != code)
    return All((Is(known.code, code), Not(AnyOf(known.code, others)))) if others else Is(known.code, code)


def _graded(operator: str, known: Known, bound: float) -> Rule:
    """One option, compared as a number: one of the options whose names are such numbers."""
    fits = _ORDERS[operator]
    numbers = {code: float(given) for given, code in known.options.items() if _NUMBER.match(given)}
    values = tuple(code for code, number in numbers.items() if fits(number, bound))
    if not values:
        raise CannotSay("rule_comparison")
    return AnyOf(known.code, values) if len(values) > 1 else Is(known.code, values[0])


def _compared_number(operator: str, known: Known, name: str, right: Literal) -> Rule:
    value = _value(right)
    if value is None or abs(value) > LARGEST:
        raise CannotSay("rule_comparison")
    if operator == "=":
        text = plain_number(value)
        if known.options and text not in known.options:
            raise CannotSay("rule_unknown_option", name=name, option=text)
        return Is(known.code, text)
    if operator == ">=":
        return AtLeast(known.code, value)
    if operator == "<=":
        return AtMost(known.code, value)
    if known.is_whole:
        return (
            AtLeast(known.code, math.floor(value) + 1)
            if operator == ">"
            else AtMost(known.code, math.ceil(value) - 1)
        )
    reach = AtMost(known.code, value) if operator == ">" else AtLeast(known.code, value)
    return All((Answered(known.code), Not(reach)))


def _value(literal: Literal) -> float | None:
    """Return the number that a literal is, or looks like."""
    if literal.number is not None:
        return literal.number
    if _NUMBER.match(literal.text):
        return float(literal.text) if "." in literal.text else int(literal.text)
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# --- out -------------------------------------------------------------------------------------------


def write_rule(rule: Rule, fields: Mapping[str, tuple[str, Answers]]) -> str:
    """Return a rule as an expression. `fields` gives each field's name in the file and its kind of answer."""
    return _Writer(fields).text(rule)


class _Writer:
    """Writes rules so that `read_rule` finds the same again wherever XPath has words for it."""

    def __init__(self, fields: Mapping[str, tuple[str, Answers]]) -> None:
        self._fields = fields

    def text(self, rule: Rule) -> str:
        match rule:
            case All(rules):
                return " and ".join(map(self._part, rules)) if rules else "true()"
            case Any(rules):
                return " or ".join(map(self._part, rules)) if rules else "false()"
            case Not(inner):
                return f"not({self.text(inner)})"
            case Answered(question):
                return f"{self._ref(question)} != ''"
            case AtLeast(question, value):
                return f"{self._ref(question)} >= {plain_number(value)}"
            case AtMost(question, value):
                return f"{self._ref(question)} <= {plain_number(value)}"
            case Is(question, value):
                return self._is(question, value)
            case IsNot(question, value):
                return f"{self._ref(question)} != '' and {self._is_not(question, value)}"
            case AnyOf(question, values):
                return " or ".join(self._is(question, value) for value in values) if values else "false()"

    def _part(self, rule: Rule) -> str:
        """Return a part of a longer expression, in brackets where it is one of several words itself."""
        is_long = isinstance(rule, All | Any | IsNot | AnyOf)
        return f"({self.text(rule)})" if is_long else self.text(rule)

    def _ref(self, code: str) -> str:
        name, _ = self._fields.get(code, (code, Answers.TEXT))
        return f"${{{name}}}"

    def _answers(self, code: str) -> Answers:
        return self._fields.get(code, (code, Answers.TEXT))[1]

    def _is(self, question: str, value: str) -> str:
        if self._answers(question) in {Answers.SEVERAL, Answers.RANKED}:
            return f"selected({self._ref(question)}, {_quoted(value)})"
        return f"{self._ref(question)} = {self._value(question, value)}"

    def _is_not(self, question: str, value: str) -> str:
        if self._answers(question) in {Answers.SEVERAL, Answers.RANKED}:
            return f"not({self._is(question, value)})"
        return f"{self._ref(question)} != {self._value(question, value)}"

    def _value(self, question: str, value: str) -> str:
        is_number = self._answers(question) is Answers.NUMBER and _NUMBER.match(value)
        return value if is_number else _quoted(value)


def _quoted(value: str) -> str:
    """Return a text in quotation marks; XPath 1.0 has no sign for a mark within, so one kind gives way."""
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace('"', "'") + '"'
