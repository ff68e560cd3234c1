"""Choice filters that depend on no answer: they are applied once, and the list gets shorter."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.interchange.expressions.tree import Both, Call, Compare, Either, Literal, Name, Node, NotUnderstood
from survey_app.interchange.expressions.xlsform import parse
from survey_app.interchange.xlsform.choices import Choice


class NoFilter(Exception):
    """The filter depends on an answer, or is not understood."""


def static_filter(text: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the choices that a filter leaves. Raises `NoFilter`."""
    columns = {name for choice in choices for name in choice.extra} | {"name"}
    try:
        node = parse(text)
    except NotUnderstood as error:
        raise NoFilter from error
    return tuple(choice for choice in choices if _holds(node, choice, columns))


def _holds(node: Node, choice: Choice, columns: set[str]) -> bool:
    match node:
        case Both(parts):
            # All parts are looked at, so that one that depends on an answer is noticed in any case.
            held = [_holds(part, choice, columns) for part in parts]
            return all(held)
        case Either(parts):
            held = [_holds(part, choice, columns) for part in parts]
            return any(held)
        case Call("not", (inner,)):
            return not _holds(inner, choice, columns)
        case Call("true", ()):
            return True
        case Call("selected", (Name() as column, Literal(text))):
            return text in _value(column, choice, columns).split()
        case Compare("=" | "!=" as operator, left, right):
            is_same = _value(left, choice, columns) == _value(right, choice, columns)
            return is_same is (operator == "=")
    raise NoFilter


def _value(node: Node, choice: Choice, columns: set[str]) -> str:
    """Return a text, or what a choice has in a column; a bare word that is no column is taken as a text."""
    match node:
        case Literal(text):
            return text
        case Name(name) if name.casefold() in columns:
            return choice.name if name.casefold() == "name" else choice.extra.get(name.casefold(), "")
        case Name(name):
            return name
    raise NoFilter
