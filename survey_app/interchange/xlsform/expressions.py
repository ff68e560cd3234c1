"""The expressions of XLSForm (a part of XPath 1.0), parsed into a small tree and never evaluated.

Understood are references, texts, numbers, comparisons, `and`, `or`, brackets and calls. Whether a call means
anything to us is decided by whoever reads the tree. Arithmetic, predicates and everything else are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

MAX_LENGTH = 8_000
"""Most characters of an expression; the longest in practice have a few hundred."""
MAX_DEPTH = 40
"""Most brackets inside one another."""

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | \$\{(?P<ref>[^{}]*)\}
    | '(?P<single>[^']*)' | "(?P<double>[^"]*)"
    | [‘’](?P<curly>[^‘’']*)[‘’'] | [“”](?P<curlies>[^“”"]*)[“”"]
    | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    | (?P<path>(?:\.\./)+(?:[^\W\d][\w.-]*/)*[^\W\d][\w.-]*|(?:/[^\W\d][\w.-]*)+)
    | (?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
    | (?P<sign>!=|<=|>=|[=<>(),.-])
    """,
    re.VERBOSE,
)
_STRINGS = ("single", "double", "curly", "curlies")
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


class NotUnderstood(ValueError):
    """The text is no expression, or one with parts that are not understood."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The answer to the question with this name: `${name}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Self:
    """The answer to the question itself: `.`"""


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word; in a choice filter it is a column of the choices sheet."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotation marks, or a number; then `number` is its value."""

    text: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison; `operator` is one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Both:
    """Two or more parts joined by `and`; `texts` is how each of them is written."""

    parts: tuple[Node, ...]
    texts: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Either:
    """Two or more parts joined by `or`."""

    parts: tuple[Node, ...]


Node: TypeAlias = Ref | Self | Name | Literal | Call | Compare | Both | Either


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises `NotUnderstood`."""
    if len(text) > MAX_LENGTH:
        raise NotUnderstood(text[:80])
    return _Parser(text).whole()


def conjuncts(node: Node, text: str) -> Iterator[tuple[Node, str]]:
    """Yield the parts of an expression that must all hold, each with how it is written."""
    if isinstance(node, Both):
        for part, written in zip(node.parts, node.texts, strict=True):
            yield from conjuncts(part, written)
    else:
        yield node, text.strip()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise NotUnderstood(text[position : position + 20])
        kind = "text" if match.lastgroup in _STRINGS else match.lastgroup
        if kind != "space":
            found.append(_Token(kind, match[match.lastgroup], match.start(), match.end()))
        position = match.end()
    found.append(_Token("end", "", len(text), len(text)))
    return found


class _Parser:
    """Recursive descent, one method per level of binding."""

    def __init__(self, text: str) -> None:
        self._text = text
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

    def _sign(self, *signs: str) -> bool:
        return self._now.kind == "sign" and self._now.text in signs

    def _word(self, word: str) -> bool:
        return self._now.kind == "name" and self._now.text == word

    def _either(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotUnderstood("(")
        parts = [self._both()]
        while self._word("or"):
            self._take()
            parts.append(self._both())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts: list[Node] = []
        texts: list[str] = []
        while True:
            start = self._now.start
            parts.append(self._comparison())
            texts.append(self._text[start : self._tokens[self._at - 1].end])
            if not self._word("and"):
                break
            self._take()
        return parts[0] if len(parts) == 1 else Both(tuple(parts), tuple(texts))

    def _comparison(self) -> Node:
        left = self._operand()
        if self._sign(*_OPERATORS):
            operator = self._take().text
            return Compare(operator, left, self._operand())
        return left

    def _operand(self) -> Node:
        token = self._take()
        match token.kind, token.text:
            case "ref", name if name.strip():
                return Ref(name.strip())
            case "text", text:
                return Literal(text)
            case "number", digits:
                return _number(digits)
            case "path", path:
                return Ref(path.rpartition("/")[2])
            case "name", name:
                return self._call(name) if self._sign("(") else Name(name)
            case "sign", ".":
                return Self()
            case "sign", "-" if self._now.kind == "number":
                return _number(f"-{self._take().text}")
            case "sign", "(":
                node = self._either()
                self._close()
                return node
        raise NotUnderstood(token.text)

    def _call(self, name: str) -> Call:
        self._take()
        arguments: list[Node] = []
        while not self._sign(")"):
            arguments.append(self._either())
            if self._sign(","):
                self._take()
            elif not self._sign(")"):
                raise NotUnderstood(self._now.text)
        self._close()
        return Call(name, tuple(arguments))

    def _close(self) -> None:
        if not self._sign(")"):
            raise NotUnderstood(self._now.text)
        self._take()


def _number(digits: str) -> Literal:
    value = float(digits)
    return Literal(digits, int(value) if value.is_integer() and "." not in digits else value)
