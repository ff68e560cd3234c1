"""The expressions of LimeSurvey: `((Q1.NAOK == "A1" and !is_empty(Q2)) or Q3 > 5)`."""

from __future__ import annotations

import re

from survey_app.interchange.expressions.reading import (
    Notation,
    Reader,
    Token,
    bracketed,
    called,
    negative,
    number,
)
from survey_app.interchange.expressions.tree import Literal, Negation, Node, Ref

_TOKENS = re.compile(
    r"""
      (?P<space>\s+)
    | "(?P<double>(?:[^"\\]|\\.)*)" | '(?P<single>(?:[^'\\]|\\.)*)'
    | (?P<sgqa>
        (?:INSERTANS:)?[0-9]{1,10}X[0-9]{1,10}X[0-9]{1,10}[A-Za-z0-9_]{0,64}(?:\#[0-9])?(?:\.[A-Za-z]{1,20})?
      )
    | (?P<number>[0-9]{1,30}(?:\.[0-9]{1,30})?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]{0,80}(?:\#[0-9])?(?:\.[A-Za-z0-9_]{1,80}){0,4})
    | (?P<sign>==|!=|<>|<=|>=|&&|\|\||[<>!(),=+*/-])
    """,
    re.VERBOSE,
)
_WORDS = {
    "eq": "=", "==": "=", "ne": "!=", "!=": "!=", "<>": "!=", "lt": "<", "<": "<", "le": "<=", "<=": "<=",
    "gt": ">", ">": ">", "ge": ">=", ">=": ">=", "and": "and", "&&": "and", "or": "or", "||": "or",
}  # fmt: skip
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises `NotUnderstood`."""
    return Reader(text, _NOTATION).whole()


def _text(reader: Reader, token: Token) -> Literal:
    text = _ESCAPED.sub(r"\1", token.text)
    return Literal(text, text)


def _name(reader: Reader, token: Token) -> Node | None:
    if token.text.casefold() in _WORDS:
        return None
    return called(reader, token) if reader.is_at("(") else _ref(reader, token)


def _ref(reader: Reader, token: Token) -> Ref:
    """Read a name with what stands behind its dot: NAOK, value, shown, …"""
    name, _, suffix = token.text.removeprefix("INSERTANS:").removeprefix("that.").partition(".")
    return Ref(name, suffix)


def _negation(reader: Reader, token: Token) -> Negation:
    return Negation(reader.operand())


_NOTATION = Notation(
    tokens=_TOKENS,
    words=_WORDS,
    folds=True,
    kinds={"single": "text", "double": "text"},
    operands={
        "text": _text,
        "number": number,
        "name": _name,
        "sgqa": _ref,
        "!": _negation,
        "-": negative,
        "(": bracketed,
    },
)
