"""The expressions of SurveyJS, parsed into a small tree and never evaluated.

Understood are references, texts, numbers, lists, comparisons, `empty`, `and`, `or`, `!` and brackets. Arithmetic,
functions and everything else are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from survey_app.interchange.scope import MAX_LENGTH

MAX_DEPTH = 40
"""Most brackets inside one another."""

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | \{(?P<ref>[^{}]+)\}
    | '(?P<single>(?:[^'\\]|\\.)*)' | "(?P<double>(?:[^"\\]|\\.)*)"
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>&&|\|\||<>|!=|<=|>=|==|\*=|[=<>()!,\[\]-])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED_QUOTE = re.compile(r"\\(['\"])")
_OPERATORS = {
    "=": "=", "==": "=", "equal": "=", "!=": "!=", "<>": "!=", "notequal": "!=",
    "<": "<", "less": "<", "<=": "<=", "lessorequal": "<=",
    ">": ">", "greater": ">", ">=": ">=", "greaterorequal": ">=",
    "contains": "contains", "contain": "contains", "*=": "contains", "notcontains": "notcontains",
    "notcontain": "notcontains", "anyof": "anyof", "allof": "allof", "noneof": "noneof",
}  # fmt: skip
"""Every way to write a comparison, and the one that the tree has."""
_CONSTANTS = {"true": True, "false": False}


class NotUnderstood(ValueError):
    """The text is no expression, or one with parts that are not understood."""


class NotCertain(NotUnderstood):
    """Versions of SurveyJS differ in what this says."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The answer to a question: `{name}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number or a truth; None is `undefined`."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Several:
    """A list of literals."""

    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function; which one is all that is kept of it."""

    function: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison; `operator` is one of those that `_OPERATORS` ends in."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """`{name} empty`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class IsFilled:
    """`{name} notempty`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Negation:
    """`!(…)`."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Both:
    """Two or more parts joined by `and`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Two or more parts joined by `or`."""

    parts: tuple[Node, ...]


Node: TypeAlias = Ref | Literal | Several | Call | Compare | IsEmpty | IsFilled | Negation | Both | Either


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises `NotUnderstood`."""
    if len(text) > MAX_LENGTH:
        raise NotUnderstood(text[:40])
    return _Parser(text).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise NotUnderstood(text[position : position + 20])
        kind = "text" if match.lastgroup in {"single", "double"} else match.lastgroup
        if kind != "space":
            found.append(_Token(kind, match[match.lastgroup]))
        position = match.end()
    found.append(_Token("end", ""))
    return found


class _Parser:
    """Recursive descent, one method per level of binding."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._either()
        if self._now.kind != "end":
            raise NotUnderstood(self._now.text)
        return node

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._now
        self._at += 1
        return token

    def _is(self, *texts: str) -> bool:
        return self._now.kind in {"sign", "word"} and self._now.text.casefold() in texts

    def _either(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotUnderstood("(")
        parts = [self._both()]
        while self._is("or", "||"):
            self._take()
            parts.append(self._both())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._comparison()]
        while self._is("and", "&&"):
            self._take()
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _comparison(self) -> Node:
        left = self._operand()
        if self._is("empty"):
            self._take()
            return IsEmpty(left)
        if self._is("notempty"):
            self._take()
            return IsFilled(left)
        if self._now.kind in {"sign", "word"} and self._now.text.casefold() in _OPERATORS:
            operator = _OPERATORS[self._take().text.casefold()]
            return Compare(operator, left, self._operand())
        return left

    def _operand(self) -> Node:
        token = self._take()
        match token.kind, token.text.casefold():
            case "ref", _ if token.text.strip():
                return Ref(token.text.strip())
            case "text", _:
                return Literal(_ESCAPED_QUOTE.sub(r"\1", token.text))
            case "number", digits:
                return _number(digits)
            case "sign", "-" if self._now.kind == "number":
                return _number(f"-{self._take().text}")
            case "sign", "[":
                return self._list()
            case "sign", "(":
                return self._closed(self._either())
            case ("sign", "!") | ("word", "not" | "negate"):
                return self._negation()
            case "word", word:
                return self._word(word, token.text)
        raise NotUnderstood(token.text)

    def _negation(self) -> Node:
        if not self._is("(") and self._now.kind != "ref":
            raise NotUnderstood(self._now.text)
        negation = Negation(self._operand())
        # Before version 2 a "!" denies all that follows it, since then only the next operand.
        if self._now.kind != "end" and not self._is(")"):
            raise NotCertain("!")
        return negation

    def _word(self, word: str, written: str) -> Node:
        if self._is("("):
            self._skip_arguments()
            return Call(written)
        if word in {"undefined", "null"}:
            return Literal(None)
        return Literal(_CONSTANTS.get(word, written))

    def _skip_arguments(self) -> None:
        """Go past the arguments of a function: none that we know takes any."""
        open_brackets = 0
        while self._now.kind != "end":
            sign = self._take()
            if sign.kind == "sign":
                open_brackets += {"(": 1, ")": -1}.get(sign.text, 0)
            if open_brackets == 0:
                return
        raise NotUnderstood("(")

    def _list(self) -> Several:
        values: list[Literal] = []
        while not self._is("]"):
            value = self._operand()
            if not isinstance(value, Literal):
                raise NotUnderstood("[")
            values.append(value)
            if self._is(","):
                self._take()
            elif not self._is("]"):
                raise NotUnderstood(self._now.text)
        self._take()
        return Several(tuple(values))

    def _closed(self, node: Node) -> Node:
        if not self._is(")"):
            raise NotUnderstood(self._now.text)
        self._take()
        return node


def _number(digits: str) -> Literal:
    return Literal(float(digits) if "." in digits else int(digits))
