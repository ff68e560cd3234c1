"""Relevance in LimeSurvey → our shown-if rules. Only what means exactly the same is taken over.

Three traps. A question without an answer has the value "", so that `Q1.NAOK != "A1"` holds for it: for us that is
`Not(Is)`. A name without `.NAOK` makes the whole expression false while that question is not asked at all. And a
number in quotation marks is compared as a text, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from survey_app.interchange.expressions.limesurvey import parse
from survey_app.interchange.expressions.tree import (
    Both,
    Call,
    Compare,
    Either,
    Literal,
    Negation,
    Node,
    NotUnderstood,
    Ref,
)
from survey_app.interchange.limesurvey.loading import Record
from survey_app.interchange.limesurvey.names import Names
from survey_app.interchange.scope import (
    Answers,
    CannotSay,
    Known,
    both,
    checked,
    is_day,
    number_in,
    number_rule,
    one_of,
    option,
)
from survey_app.questionnaire.rules import All, Answered, Any, AnyOf, Is, Not, Rule

_SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PLAIN_SUFFIXES = {"", "naok", "code", "value", "valuenaok"}
_EMPTY = {"is_empty", "empty"}
_OPERATORS = {"=", "==", "!=", "<", "<=", ">", ">="}


def read_rule(text: str, names: Names) -> Rule | None:
    """Return the rule that an expression stands for, None where it always holds. Raises `CannotSay`."""
    try:
        node = parse(text)
    except NotUnderstood as error:
        raise CannotSay("rule_not_understood", part=str(error)[:40]) from error
    if isinstance(node, Literal) and not node.is_quoted:
        if node.value:
            return None
        raise CannotSay("rule_never")
    rule = _rule(node, names)
    for known in _not_safe(node, names):
        if known.asked is not None and not _is_positive(rule):
            rule = both(known.asked, rule) or rule
    return checked(rule)


def _not_safe(node: Node, names: Names) -> list[Known]:
    """Return the fields that must be asked for the expression to hold at all: those without `.NAOK`."""
    found = {}
    for ref in _refs(node):
        if not ref.suffix.casefold().endswith("naok"):
            known = names.find(ref.name)
            found[known.code] = known
    return list(found.values())


def _refs(node: Node) -> Iterator[Ref]:
    match node:
        case Ref():
            yield node
        case Compare(_, left, right):
            yield from _refs(left)
            yield from _refs(right)
        case Both(parts) | Either(parts) | Call(_, parts):
            for part in parts:
                yield from _refs(part)
        case Negation(inner):
            yield from _refs(inner)


def _is_positive(rule: Rule) -> bool:
    """Tell whether a rule can only hold where all that it asks about has an answer."""
    match rule:
        case All(rules):
            return bool(rules) and all(map(_is_positive, rules))
        case Any(rules):
            return len(rules) == 1 and _is_positive(rules[0])
        case Not():
            return False
    return True


def _rule(node: Node, names: Names) -> Rule:
    match node:
        case Both(parts):
            return All(tuple(_rule(part, names) for part in parts))
        case Either(parts):
            return Any(tuple(_rule(part, names) for part in parts))
        case Negation(inner):
            return _not(_rule(inner, names))
        case Literal(is_quoted=False):
            return All(()) if node.value else Any(())
        case Call(function, (Ref() as ref,)) if function in _EMPTY:
            return _not(_filled(_known(ref, names)))
        case Ref():
            return _true(_known(node, names))
        case Compare(operator, Literal() as left, right) if not isinstance(right, Literal):
            return _compared(_SWAPPED[operator], right, left, names)
        case Compare(operator, left, Literal() as right):
            return _compared(operator, left, right, names)
    return _refused(node)


def _not(rule: Rule) -> Rule:
    return rule.rule if isinstance(rule, Not) else Not(rule)


def _refused(node: Node) -> Rule:
    """Say why a part has no equivalent."""
    sides = (node.left, node.right) if isinstance(node, Compare) else (node,)
    for side in sides:
        if isinstance(side, Call):
            raise CannotSay("rule_function", function=side.function[:40])
    if sum(isinstance(side, Ref) for side in sides) == 2:
        raise CannotSay("rule_two_answers")
    raise CannotSay("rule_comparison")


def _known(ref: Ref, names: Names) -> Known:
    if ref.suffix.casefold() not in _PLAIN_SUFFIXES:
        raise CannotSay("rule_property", property=ref.suffix[:40], question=ref.name[:80])
    return names.find(ref.name)


def _filled(known: Known) -> Rule:
    """Return the rule that a field has an answer; one option of several has one where it is chosen."""
    if known.answers is Answers.FLAG:
        return Is(known.code, known.yes or "")
    if known.answers is Answers.RANKED:
        raise CannotSay("rule_comparison")
    return Answered(known.code)


def _true(known: Known) -> Rule:
    if known.answers is Answers.FLAG:
        return _filled(known)
    raise CannotSay("rule_comparison")


def _compared(operator: str, left: Node, right: Literal, names: Names) -> Rule:
    if isinstance(left, Call):
        return _counted(operator, left, right, names)
    if not isinstance(left, Ref):
        raise CannotSay("rule_comparison")
    known = _known(left, names)
    if right.text == "":
        if operator not in {"=", "!="}:
            raise CannotSay("rule_comparison")
        return _filled(known) if operator == "!=" else _not(_filled(known))
    if operator == "!=":
        return _not(_compared("=", left, right, names))
    match known.answers:
        case Answers.FLAG if operator == "=" and right.text == "Y":
            return _filled(known)
        case Answers.ONE if operator == "=":
            return Is(known.code, option(known, left.name, right.text))
        case Answers.ONE:
            return _graded(operator, known, right)
        case Answers.NUMBER:
            return _number(operator, known, left.name, right)
        case Answers.TEXT if operator == "=":
            return Is(known.code, right.text)
        case Answers.DAY if operator == "=" and is_day(right.text):
            return Is(known.code, right.text)
    raise CannotSay("rule_comparison")


def _number(operator: str, known: Known, name: str, right: Literal) -> Rule:
    if known.options and operator == "=":
        return Is(known.code, option(known, name, right.text))
    value = number_in(right.text)
    is_named_otherwise = any(given != code for given, code in known.options.items())
    if value is None or is_named_otherwise or (right.is_quoted and operator != "="):
        raise CannotSay("rule_comparison")
    rule = number_rule(operator, known, name, value)
    # Nothing at all counts as less than 0.
    if value == 0 and operator in {"<", "<="}:
        return Any((rule, Not(Answered(known.code))))
    return rule


def _graded(operator: str, known: Known, right: Literal) -> Rule:
    """One answer of a list, compared as a number: one of those whose codes are such numbers."""
    bound = number_in(right.text)
    numbers = {code: number_in(given) for given, code in known.options.items()}
    if bound is None or bound == 0 or None in numbers.values():
        raise CannotSay("rule_comparison")
    if right.is_quoted and len({len(text) for text in (*known.options, right.text)}) > 1:
        raise CannotSay("rule_comparison")
    fits = {"<": bound.__gt__, "<=": bound.__ge__, ">": bound.__lt__, ">=": bound.__le__}[operator]
    values = tuple(code for code, number in numbers.items() if number is not None and fits(number) is True)
    if not values:
        raise CannotSay("rule_never")
    return one_of(known.code, values)


def _counted(operator: str, call: Call, right: Literal, names: Names) -> Rule:
    """`count(Q_1, Q_2) > 0`: how many of several options were chosen, as far as that is some or none."""
    if call.function != "count" or not call.arguments or not all(isinstance(each, Ref) for each in call.arguments):
        raise CannotSay("rule_function", function=call.function[:40])
    chosen = [_known(each, names) for each in call.arguments if isinstance(each, Ref)]
    codes = {each.code for each in chosen}
    if len(codes) > 1 or any(each.answers is not Answers.FLAG for each in chosen):
        raise CannotSay("rule_function", function=call.function[:40])
    some = AnyOf(codes.pop(), tuple(each.yes or "" for each in chosen))
    number = number_in(right.text)
    match operator, number:
        case (">", 0) | (">=", 1) | ("!=", 0):
            return some
        case ("=", 0) | ("<", 1) | ("<=", 0):
            return Not(some)
    if (operator, number) in {("=", len(chosen)), (">=", len(chosen))}:
        return All(tuple(Is(each.code, each.yes or "") for each in chosen))
    raise CannotSay("rule_function", function=call.function[:40])


# --- conditions of old versions --------------------------------------------------------------------


def old_expression(rows: Sequence[Record]) -> str:
    """Return the expression that rows of the old table of conditions stand for. Raises `CannotSay`.

    Rows of one scenario must all hold, those about the same field as alternatives; scenarios are alternatives.
    """
    scenarios: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        field = row.get("cfieldname", "").strip()
        scenarios.setdefault(row.get("scenario", "1"), {}).setdefault(field, []).append(_old_part(field, row))
    wholes = [" and ".join(f"({' or '.join(parts)})" for parts in fields.values()) for fields in scenarios.values()]
    return " or ".join(f"({whole})" for whole in wholes)


_FIELD = re.compile(r"\+?[0-9]{1,10}X[0-9]{1,10}X[0-9]{1,10}[A-Za-z0-9_#]{0,64}\Z")


def _old_part(field: str, row: Record) -> str:
    method, value = row.get("method", "").strip() or "==", row.get("value", "")
    if not _FIELD.match(field) or method not in _OPERATORS or re.match(r"@.*@\Z|\{.*\}\Z", value):
        raise CannotSay("rule_comparison")
    if field.startswith("+"):
        return f'{field[1:]}.NAOK {method} "{"Y" if value else ""}"'
    number = number_in(value)
    literal = value.strip() if number is not None and method not in {"=", "==", "!="} else _quoted(value)
    return f"{field}.NAOK {method} {literal}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
