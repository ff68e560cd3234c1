"""`constraint` in XLSForm ↔ the limits that our questions set on their answers.

A constraint is a condition on the answer itself, which XLSForm writes as a dot. Parts that are no limit of ours are
handed back as they are written, to be reported.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from survey_app.interchange.expressions.tree import Both, Call, Compare, Either, Literal, Node, NotUnderstood, Self
from survey_app.interchange.expressions.xlsform import conjuncts, parse
from survey_app.questionnaire.rules import LARGEST, plain_number

MOST_DECIMALS = 6
"""Most decimals that our numbers have."""
_SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a constraint says about the answer. `exclusive` are names of choices that exclude all others.

    `is_above` and `is_below` say that `least` and `most` are themselves out of bounds. `left_out` are the parts
    that are no limit of ours.
    """

    least: float | None = None
    most: float | None = None
    is_above: bool = False
    is_below: bool = False
    decimals: int | None = None
    first_day: str | None = None
    last_day: str | None = None
    most_characters: int | None = None
    fewest: int | None = None
    at_most: int | None = None
    exclusive: tuple[str, ...] = ()
    left_out: tuple[str, ...] = field(default=())


def read_limits(text: str) -> Limits:
    """Return the limits in a constraint; what cannot be read at all is left out as a whole."""
    try:
        parts = list(conjuncts(parse(text), text))
    except NotUnderstood:
        return Limits(left_out=(text.strip(),))
    limits = Limits()
    for node, written in parts:
        changed = _taken(node, limits)
        limits = replace(limits, left_out=(*limits.left_out, written)) if changed is None else changed
    return limits


def _taken(node: Node, limits: Limits) -> Limits | None:
    """Return the limits with one more part of the constraint, or None when it is none of ours."""
    match node:
        case Compare(operator, Literal() as left, right) if not isinstance(right, Literal):
            return _compared(_SWAPPED[operator], right, left, limits)
        case Compare(operator, left, right):
            return _compared(operator, left, right, limits)
        case Call("not", (inner,)) | Either((Call("not", (inner,)), _)):
            alone = _alone(node, inner)
            return None if alone is None else replace(limits, exclusive=(*limits.exclusive, alone))
        case Either((Compare(">=", Call("count-selected", (Self(),)), Literal(number=number)), *others)):
            # "at least two, or one of those that exclude all others"
            names = {_selected(other) for other in others}
            return _counted(">=", number, limits) if names and names <= set(limits.exclusive) else None
    return None


def _alone(node: Node, inner: Node) -> str | None:
    """Return the choice that the node says excludes all others, in one of the ways people write it."""
    if isinstance(node, Either):  # not(selected(., 'x')) or count-selected(.) = 1
        is_one = isinstance(node.parts[1], Compare) and node.parts[1] == Compare("=", _COUNT, Literal("1", 1))
        return _selected(inner) if is_one else None
    if isinstance(inner, Both) and len(inner.parts) == 2 and inner.parts[1] in _SEVERAL:
        return _selected(inner.parts[0])  # not(selected(., 'x') and count-selected(.) > 1)
    return None


def _selected(node: Node) -> str | None:
    match node:
        case Call("selected", (Self(), Literal(text))):
            return text
    return None


_COUNT = Call("count-selected", (Self(),))
_SEVERAL = (Compare(">", _COUNT, Literal("1", 1)), Compare(">=", _COUNT, Literal("2", 2)))


def _compared(operator: str, left: Node, right: Node, limits: Limits) -> Limits | None:
    match left, right:
        case Self(), Literal(number=number) if number is not None:
            return _bounded(operator, number, limits)
        case Self(), Literal(text):
            return _dated(operator, text, limits)
        case Self(), Call("date", (Literal(text),)):
            return _dated(operator, text, limits)
        case Call("count-selected", (Self(),)), Literal(number=number):
            return _counted(operator, number, limits)
        case Call("string-length", (Self(),)), Literal(number=number):
            return _long(operator, number, limits)
        case Self(), Call("round", (Self(), Literal(number=number))):
            return _rounded(operator, number, limits)
        case Call("round", (Self(), Literal(number=number))), Self():
            return _rounded(operator, number, limits)
    return None


def _rounded(operator: str, number: float | None, limits: Limits) -> Limits | None:
    if operator != "=" or not isinstance(number, int) or not 0 <= number <= MOST_DECIMALS:
        return None
    return replace(limits, decimals=number)


def _bounded(operator: str, number: float, limits: Limits) -> Limits | None:
    if abs(number) > LARGEST:
        return None
    if operator in {">", ">="} and (limits.least is None or number > limits.least):
        return replace(limits, least=number, is_above=operator == ">")
    if operator in {"<", "<="} and (limits.most is None or number < limits.most):
        return replace(limits, most=number, is_below=operator == "<")
    return limits if operator in {">", ">=", "<", "<="} else None


def _dated(operator: str, text: str, limits: Limits) -> Limits | None:
    try:
        day = date.fromisoformat(text.strip())
        day += timedelta(days={">": 1, "<": -1}.get(operator, 0))
    except (ValueError, OverflowError):
        return None
    if operator in {">", ">="}:
        return replace(limits, first_day=max(limits.first_day or "", day.isoformat()))
    if operator in {"<", "<="}:
        return replace(limits, last_day=min(limits.last_day or "9999-12-31", day.isoformat()))
    return None


def _counted(operator: str, count: float | None, limits: Limits) -> Limits | None:
    if not isinstance(count, int):
        return None
    most = {"<=": count, "<": count - 1, "=": count}.get(operator)
    fewest = {">=": count, ">": count + 1, "=": count}.get(operator)
    if most is None and fewest is None:
        return None
    if most is not None:
        limits = replace(limits, at_most=most if limits.at_most is None else min(most, limits.at_most))
    if fewest is not None:
        limits = replace(limits, fewest=max(fewest, limits.fewest or 0))
    return limits


def _long(operator: str, count: float | None, limits: Limits) -> Limits | None:
    if not isinstance(count, int):
        return None
    most = {"<=": count, "<": count - 1}.get(operator)
    if most is None:
        return None
    return replace(limits, most_characters=min(most, limits.most_characters or most))


def whole_bounds(limits: Limits) -> tuple[float | None, float | None]:
    """Return the least and the most of a whole number, both of them within bounds."""
    least, most = limits.least, limits.most
    if least is not None and limits.is_above:
        least = math.floor(least) + 1
    if most is not None and limits.is_below:
        most = math.ceil(most) - 1
    return least, most


# --- out -------------------------------------------------------------------------------------------


def write_limits(limits: Limits) -> str:
    """Return the constraint that sets these limits, "" for none."""
    return " and ".join(_written(limits))


def _written(limits: Limits) -> Iterator[str]:
    yield from (f"not(selected(., '{name}') and count-selected(.) > 1)" for name in limits.exclusive)
    if limits.fewest:
        enough = f"count-selected(.) >= {limits.fewest}"
        alone = "".join(f" or selected(., '{name}')" for name in limits.exclusive)
        yield f"({enough}{alone})" if alone else enough
    for value, words in (
        (limits.at_most, "count-selected(.) <= {}"),
        (limits.least, ". >= {}"),
        (limits.most, ". <= {}"),
        (limits.decimals, ". = round(., {})"),
        (limits.first_day, ". >= date('{}')"),
        (limits.last_day, ". <= date('{}')"),
        (limits.most_characters, "string-length(.) <= {}"),
    ):
        if value is not None:
            yield words.format(value if isinstance(value, str) else plain_number(value))
