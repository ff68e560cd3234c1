"""The expressions of XLSForm, a part of XPath 1.0: `${q1} = 'a' and selected(${q2}, 'b')`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.interchange.expressions.reading import (
    Notation,
    Reader,
    Token,
    bracketed,
    called,
    negative,
    number,
)
from survey_app.interchange.expressions.tree import Both, Literal, Name, Node, Ref, Self

_TOKENS = re.compile(
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
_WORDS = {word: word for word in ("and", "or", "=", "!=", "<", "<=", ">", ">=")}


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises `NotUnderstood`."""
    return Reader(text, _NOTATION).whole()


def conjuncts(node: Node, text: str) -> Iterator[tuple[Node, str]]:
    """Yield the parts of an expression that must all hold, each with how it is written."""
    if isinstance(node, Both):
        for part, written in zip(node.parts, node.texts, strict=True):
            yield from conjuncts(part, written)
    else:
        yield node, text.strip()


def _ref(reader: Reader, token: Token) -> Ref | None:
    return Ref(token.text.strip()) if token.text.strip() else None


def _text(reader: Reader, token: Token) -> Literal:
    return Literal(token.text, token.text)


def _path(reader: Reader, token: Token) -> Ref:
    return Ref(token.text.rpartition("/")[2])


def _name(reader: Reader, token: Token) -> Node:
    return called(reader, token) if reader.is_at("(") else Name(token.text)


def _self(reader: Reader, token: Token) -> Self:
    return Self()


_NOTATION = Notation(
    tokens=_TOKENS,
    words=_WORDS,
    kinds=dict.fromkeys(("single", "double", "curly", "curlies"), "text"),
    operands={
        "ref": _ref,
        "text": _text,
        "number": number,
        "path": _path,
        "name": _name,
        ".": _self,
        "-": negative,
        "(": bracketed,
    },
)
