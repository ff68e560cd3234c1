"""`relevant` in XLSForm ↔ our shown-if rules.

Only what means exactly the same is taken over. The one trap: in XPath `${q} != 'a'` holds when the question has
no answer, which for us is `Not(Is)`; `IsNot` asks for an answer, and is written with `${q} != ''` before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey_app.interchange.expressions.tree import Both, Call, Compare, Either, Literal, Node, NotUnderstood, Ref
from survey_app.interchange.expressions.xlsform import parse
from survey_app.interchange.rule_writing import LISTED, RuleWriter
from survey_app.interchange.scope import (
    MAX_NESTING,
    Answers,
    CannotSay,
    Known,
    Scope,
    depth,
    graded,
    is_day,
    joined,
    number_rule,
    one_of,
)
from survey_app.questionnaire.rules import (
    All,
    Answered,
    Any,
    AnyOf,
    Is,
    IsNot,
    Not,
    Rule,
)

_SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CONSTANTS: Mapping[str, Rule] = {"yes": All(()), "true": All(()), "no": Any(()), "false": Any(())}
"""What other readers of the format take for `true()` and `false()`."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


def read_rule(text: str, scope: Scope) -> Rule:
    """Return the rule that an expression stands for. Raises `CannotSay`."""
    constant = _CONSTANTS.get(text.strip().casefold())
    if constant is not None:
        return constant
    try:
        rule = _rule(parse(text), scope)
    except NotUnderstood as error:
        raise CannotSay("rule_not_understood", part=str(error)) from error
    if depth(rule) > MAX_NESTING:
        raise CannotSay("rule_too_deep", most=MAX_NESTING)
    return rule


def _rule(node: Node, scope: Scope) -> Rule:
    match node:
        case Both(parts):
            read = [_rule(part, scope) for part in parts]
            rules = tuple(joined(parts, read, lambda part, rule: _denies(part, rule, scope)))
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


def _denies(node: Node, rule: Rule, scope: Scope) -> IsNot | None:
    """Return "answered, and not this one" for a part that says "not this one" in the words for just that."""
    if not isinstance(rule, Not) or not isinstance(rule.rule, Is):
        return None
    match node:
        case Compare("!=", _, _):
            return IsNot(rule.rule.question, rule.rule.value)
        case Call("not", (Call("selected", (Ref(name), _)),)):
            if scope.find(name).answers in LISTED:
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
    raise CannotSay("rule_unknown_option", question=name, option=literal.text[:40])


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
        case Answers.DAY if operator == "=" and is_day(right.text):
            return Is(known.code, right.text)
    raise CannotSay("rule_comparison")


def _exactly(known: Known, code: str) -> Rule:
    """Several choices equal to one text: this one was chosen, and no other."""
    others = tuple(each for each in dict.fromkeys(known.options.values()) if each != code)
    return All((Is(known.code, code), Not(AnyOf(known.code, others)))) if others else Is(known.code, code)


def _graded(operator: str, known: Known, bound: float) -> Rule:
    values = graded(operator, known, bound)
    if not values:
        raise CannotSay("rule_comparison")
    return one_of(known.code, values)


def _compared_number(operator: str, known: Known, name: str, right: Literal) -> Rule:
    value = _value(right)
    if value is None:
        raise CannotSay("rule_comparison")
    return number_rule(operator, known, name, value)


def _value(literal: Literal) -> float | None:
    """Return the number that a literal is, or looks like."""
    if literal.number is not None:
        return literal.number
    if _NUMBER.match(literal.text):
        return float(literal.text) if "." in literal.text else int(literal.text)
    return None


# --- out -------------------------------------------------------------------------------------------


def write_rule(rule: Rule, fields: Mapping[str, tuple[str, Answers]]) -> str:
    """Return a rule as an expression. `fields` gives each field's name in the file and its kind of answer."""
    return _Writer(fields).text(rule)


class _Writer(RuleWriter):
    true, false = "true()", "false()"
    negation, reference = "not({})", "${{{}}}"
    in_brackets = (All, Any, IsNot, AnyOf)

    def answered(self, question: str) -> str:
        return f"{self.ref(question)} != ''"

    def is_one(self, question: str, value: str) -> str:
        if self.is_listed(question):
            return f"selected({self.ref(question)}, {self.quoted(value)})"
        return f"{self.ref(question)} = {self.value(question, value)}"

    def is_not(self, question: str, value: str) -> str:
        if self.is_listed(question):
            return f"not({self.is_one(question, value)})"
        return f"{self.ref(question)} != {self.value(question, value)}"

    def any_of(self, question: str, values: tuple[str, ...]) -> str:
        return " or ".join(self.is_one(question, value) for value in values)

    def quoted(self, value: str) -> str:
        """XPath 1.0 has no sign for a mark within, so one kind gives way."""
        if "'" not in value:
            return f"'{value}'"
        return '"' + value.replace('"', "'") + '"'
