"""The expressions of LimeSurvey as trees: `((Q1.NAOK == "A1" and !is_empty(Q2)) or Q3 > 5)`.

An allow-list: names, texts, numbers, comparisons, and / or / not, calls. Everything else is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from survey_app.interchange.scope import MAX_LENGTH, number_in

_DEEPEST = 40
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<sgqa>(?:INSERTANS:)?[0-9]{1,10}X[0-9]{1,10}X[0-9]{1,10}[A-Za-z0-9_]{0,64}(?:\#[0-9])?(?:\.[A-Za-z]{1,20})?)"
    r"|(?P<number>[0-9]{1,30}(?:\.[0-9]{1,30})?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]{0,80}(?:\#[0-9])?(?:\.[A-Za-z0-9_]{1,80}){0,4})"
    r"|(?P<sign>==|!=|<>|<=|>=|&&|\|\||[<>!(),=+*/-])"
    r")"
)
_WORDS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "and", "or": "or"}
_SIGNS = {"==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "&&": "and", "||": "or"}
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, or a number as it is written. LimeSurvey compares what stands in quotation marks as a text."""

    text: str
    is_quoted: bool = True

    @property
    def number(self) -> float | None:
        """The number that it is, or looks like."""
        return number_in(self.text)


@dataclass(frozen=True, slots=True)
class Ref:
    """A field by its name, with what stands behind the dot: NAOK, value, shown, …"""

    name: str
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """Two sides compared by one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Both:
    """All of several parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of several parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The contrary."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function."""

    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Literal | Ref | Compare | Both | Either | Negation | Call


class NotUnderstood(Exception):
    """An expression is none that we know; the message is the part from which on it is not understood."""


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises `NotUnderstood`."""
    if len(text) > MAX_LENGTH:
        raise NotUnderstood(text[:40])
    return _Parser(text).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())
        self._position = 0
        self._depth = 0

    def _split(self) -> list[_Token]:
        found: list[_Token] = []
        position, end = 0, len(self._text.rstrip())
        while position < end:
            match = _TOKEN.match(self._text, position)
            if match is None or match.lastgroup is None:
                raise NotUnderstood(self._text[position : position + 40])
            kind, text = match.lastgroup, match[match.lastgroup]
            if kind == "name" and text.casefold() in _WORDS:
                kind, text = "operator", _WORDS[text.casefold()]
            elif kind == "sign" and text in _SIGNS:
                kind, text = "operator", _SIGNS[text]
            found.append(_Token(kind, text, match.start(match.lastgroup)))
            position = match.end()
        return found

    def whole(self) -> Node:
        node = self._or()
        if self._position < len(self._tokens):
            self._refuse()
        return node

    def _refuse(self) -> None:
        at = self._tokens[self._position].start if self._position < len(self._tokens) else 0
        raise NotUnderstood(self._text[at : at + 40])

    def _peek(self) -> tuple[str, str]:
        if self._position < len(self._tokens):
            token = self._tokens[self._position]
            return token.kind, token.text
        return "", ""

    def _takes(self, kind: str, text: str) -> bool:
        if self._peek() == (kind, text):
            self._position += 1
            return True
        return False

    def _or(self) -> Node:
        return self._joined("or", self._and, Either)

    def _and(self) -> Node:
        return self._joined("and", self._comparison, Both)

    def _joined(self, operator: str, part: Callable[[], Node], join: type[Both] | type[Either]) -> Node:
        parts = [part()]
        while self._takes("operator", operator):
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def _comparison(self) -> Node:
        left = self._unary()
        kind, operator = self._peek()
        if kind == "operator" and operator in _COMPARISONS:
            self._position += 1
            return Compare(operator, left, self._unary())
        return left

    def _unary(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse()
        try:
            if self._takes("sign", "!"):
                return Negation(self._unary())
            if self._takes("sign", "-"):
                kind, text = self._peek()
                if kind != "number":
                    self._refuse()
                self._position += 1
                return Literal(f"-{text}", is_quoted=False)
            if self._takes("sign", "("):
                return self._closed(self._or())
            return self._single()
        finally:
            self._depth -= 1

    def _closed(self, node: Node) -> Node:
        if not self._takes("sign", ")"):
            self._refuse()
        return node

    def _single(self) -> Node:
        kind, text = self._peek()
        self._position += 1
        if kind == "text":
            return Literal(_ESCAPED.sub(r"\1", text[1:-1]))
        if kind == "number":
            return Literal(text, is_quoted=False)
        if kind == "name" and self._takes("sign", "("):
            return self._call(text)
        if kind in {"name", "sgqa"}:
            name, _, suffix = text.removeprefix("INSERTANS:").removeprefix("that.").partition(".")
            return Ref(name, suffix)
        self._position -= 1
        self._refuse()
        raise NotUnderstood(self._text[:40])

    def _call(self, function: str) -> Node:
        arguments: list[Node] = []
        if not self._takes("sign", ")"):
            arguments.append(self._or())
            while self._takes("sign", ","):
                arguments.append(self._or())
            self._closed(arguments[-1])
        return Call(function, tuple(arguments))
