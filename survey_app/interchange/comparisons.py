"""One comparison of a written condition: what is said of the answer to a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from survey_app.interchange.condition_values import NotUnderstood, Scanner
from survey_app.interchange.condition_words import (
    ABOVE,
    ANSWERED,
    AT_LEAST,
    AT_MOST,
    BELOW,
    BETWEEN_VALUES,
    BUT_FOR,
    DOWN,
    EVERY,
    EXCEPT,
    INSIDE,
    IS,
    IS_NOT,
    IS_ONE_OF,
    IS_SHORT,
    NUMBER,
    RANGE,
    UNANSWERED,
    UP,
)
from survey_app.interchange.references import Target
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

_IN_QUOTES = re.compile("[“‘「\"'](.{1,40}?)[”’」\"']")
_WITHOUT_END = re.compile(r"(?:的话|时|的|者)*(?:请)?(?:填写?|回答|作答|答|显示)?(?:本题|此题)?\Z|[,，].*\Z")


def read_comparison(scanner: Scanner) -> Rule:
    """Read one comparison. Without a question, the nearest one that has the answer is meant.

    Raises `NotUnderstood`.
    """
    fields = scanner.question()
    return _of_nearest(scanner) if fields is None else _of_any(scanner, fields)


def _of_nearest(scanner: Scanner) -> Rule:
    """Read what is said of the nearest question before that has such an answer.

    Its words must stand there as they are; a letter, a place or a part of the words is taken of the nearest that
    has answers to choose.
    """
    start = scanner.position
    nearest = list(scanner.references.nearest_first())
    if not nearest:
        raise NotUnderstood("condition_without_question", rest=scanner.rest())
    for fields in nearest:
        scanner.position, scanner.is_exact = start, True
        try:
            rule = _of_any(scanner, fields)
        except NotUnderstood:
            continue
        finally:
            scanner.is_exact = False
        _note(scanner, fields)
        return rule
    scanner.position = start
    last = next((fields for fields in nearest if fields[0].choices), nearest[0])
    try:
        rule = _of_any(scanner, last)
    except NotUnderstood as error:
        if error.kind != "condition_unknown_option":
            raise
        option = str(error.params["option"])
        quoted = _IN_QUOTES.match(option)
        option = quoted[1] if quoted is not None else _WITHOUT_END.sub("", option)
        raise NotUnderstood("condition_no_such_answer", option=option) from error
    _note(scanner, last)
    return rule


def _note(scanner: Scanner, fields: Sequence[Target]) -> None:
    """Take note of a question that is not the one just before."""
    previous = (scanner.references.previous or "").casefold()
    if previous not in {fields[0].of.casefold(), *(each.code.casefold() for each in fields)}:
        scanner.found.append(fields[0].of)


def _of_any(scanner: Scanner, fields: Sequence[Target]) -> Rule:
    """Read what is said of a question; of a matrix without a row, that it holds for any row."""
    rule = _of(scanner, fields[0])
    if len(fields) == 1:
        return rule
    if not isinstance(rule, Is | AnyOf | AtLeast | AtMost):
        raise NotUnderstood("condition_unknown_comparison", rest=scanner.rest(), question=fields[0].of)
    return Any(tuple(replace(rule, question=each.code) for each in fields))


def _of(scanner: Scanner, target: Target) -> Rule:
    scanner.takes(INSIDE)
    if scanner.takes(UNANSWERED):
        return Not(Answered(target.code))
    if scanner.takes(ANSWERED):
        return Answered(target.code)
    if target.is_number and (bounded := _bounded(scanner, target)) is not None:
        return bounded
    return _chosen(scanner, target)


def _chosen(scanner: Scanner, target: Target) -> Rule:
    """Read which answers are meant. A word such as 不是 may be the verb, or itself an answer: whatever fits."""
    start = scanner.position
    if scanner.takes(EXCEPT):
        values = tuple(scanner.values(target))
        if scanner.takes(BUT_FOR):
            return _is_not(target.code, values)
        scanner.position = start
    refusal: NotUnderstood | None = None
    for pattern, rule_of in _VERBS:
        scanner.position = start
        if pattern is not None and not scanner.takes(pattern):
            continue
        if pattern is None and not target.choices:
            continue
        try:
            rule = rule_of(target.code, tuple(scanner.values(target)))
        except NotUnderstood as error:
            refusal = refusal or error
        else:
            return _is_not(target.code, _values(rule)) if scanner.takes(BUT_FOR) else rule
    raise refusal or NotUnderstood("condition_unknown_comparison", rest=scanner.rest(), question=target.of)


def _values(rule: Rule) -> tuple[str, ...]:
    return (rule.value,) if isinstance(rule, Is) else rule.values if isinstance(rule, AnyOf) else ()


def _is(code: str, values: tuple[str, ...]) -> Rule:
    return Is(code, values[0]) if len(values) == 1 else AnyOf(code, values)


def _is_not(code: str, values: tuple[str, ...]) -> Rule:
    rules = tuple(IsNot(code, value) for value in values)
    return rules[0] if len(rules) == 1 else All(rules)


def _every(code: str, values: tuple[str, ...]) -> Rule:
    return All(tuple(Is(code, value) for value in values))


_VERBS: tuple[tuple[re.Pattern[str] | None, Callable[[str, tuple[str, ...]], Rule]], ...] = (
    (IS_NOT, _is_not),
    (EVERY, _every),
    (IS_ONE_OF, AnyOf),
    (IS, _is),
    (IS_SHORT, _is),
    (None, _is),
)


def _bounded(scanner: Scanner, target: Target) -> Rule | None:
    """Read how large a number is said to be; None where it is named, not bounded."""
    for pattern, is_least, step in ((AT_LEAST, True, 0), (AT_MOST, False, 0), (ABOVE, True, 1), (BELOW, False, -1)):
        if scanner.takes(pattern):
            value = _number(scanner)
            if step and not (target.is_whole and float(value).is_integer()):
                raise NotUnderstood("condition_strict_bound", question=target.of)
            bound = value + step
            return AtLeast(target.code, bound) if is_least else AtMost(target.code, bound)
    start = scanner.position
    if scanner.takes(IS_NOT) is None:
        scanner.takes(IS)
        if NUMBER.match(scanner.normal, scanner.position):
            first = _number(scanner)
            if scanner.takes(UP):
                return AtLeast(target.code, first)
            if scanner.takes(DOWN):
                return AtMost(target.code, first)
            if scanner.takes(RANGE):
                return All((AtLeast(target.code, first), AtMost(target.code, _number(scanner))))
            if not target.choices:
                return _named(scanner, target, first)
    scanner.position = start
    return None


def _named(scanner: Scanner, target: Target, first: float) -> Rule:
    """Read the other numbers of a list of them."""
    values = [plain_number(first)]
    while True:
        start = scanner.position
        if not scanner.takes(BETWEEN_VALUES) or not NUMBER.match(scanner.normal, scanner.position):
            scanner.position = start
            break
        values.append(plain_number(_number(scanner)))
    return Is(target.code, values[0]) if len(values) == 1 else AnyOf(target.code, tuple(values))


def _number(scanner: Scanner) -> float:
    match = scanner.takes(NUMBER)
    if match is None:
        raise NotUnderstood("condition_without_number", rest=scanner.rest())
    value = float(match[1])
    if not -LARGEST <= value <= LARGEST:
        raise NotUnderstood("condition_without_number", rest=match[1][:40])
    return int(value) if value.is_integer() else value
