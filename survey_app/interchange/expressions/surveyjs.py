"""The expressions of SurveyJS: `{q1} anyof ['a', 'b'] and {q2} notempty`. Functions are not read any further."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey_app.interchange.expressions.reading import (
    Notation,
    Reader,
    Token,
    bracketed,
    negative,
    number,
)
from survey_app.interchange.expressions.tree import (
    Call,
    IsEmpty,
    IsFilled,
    Literal,
    Negation,
    Node,
    NotCertain,
    Ref,
    Several,
)

_TOKENS = re.compile(
    r"""
      (?P<space>\s+)
    | \{(?P<ref>[^{}]+)\}
    | '(?P<single>(?:[^'\\]|\\.)*)' | "(?P<double>(?:[^"\\]|\\.)*)"
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>&&|\|\||<>|!=|<=|>=|==|\*=|[=<>()!,\[\]-])
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS = {
    "and": "and", "&&": "and", "or": "or", "||": "or",
    "=": "=", "==": "=", "equal": "=", "!=": "!=", "<>": "!=", "notequal": "!=",
    "<": "<", "less": "<", "<=": "<=", "lessorequal": "<=",
    ">": ">", "greater": ">", ">=": ">=", "greaterorequal": ">=",
    "contains": "contains", "contain": "contains", "*=": "contains", "notcontains": "notcontains",
    "notcontain": "notcontains", "anyof": "anyof", "allof": "allof", "noneof": "noneof",
}  # fmt: skip
_ESCAPED_QUOTE = re.compile(r"\\(['\"])")
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "undefined": None, "null": None}


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises `NotUnderstood`, or `NotCertain`."""
    return Reader(text, _NOTATION).whole()


def _ref(reader: Reader, token: Token) -> Ref | None:
    return Ref(token.text.strip()) if token.text.strip() else None


def _text(reader: Reader, token: Token) -> Literal:
    text = _ESCAPED_QUOTE.sub(r"\1", token.text)
    return Literal(text, text)


def _name(reader: Reader, token: Token) -> Node | None:
    word = token.text.casefold()
    if word in {"not", "negate"}:
        return _negation(reader, token)
    if reader.is_at("("):
        _skip_arguments(reader)
        return Call(token.text)
    return Literal(token.text, _CONSTANTS.get(word, token.text))


def _negation(reader: Reader, token: Token) -> Negation:
    if not reader.is_at("(") and reader.now.kind != "ref":
        reader.refuse()
    negation = Negation(reader.operand())
    # Before version 2 a "!" denies all that follows it, since then only the next operand.
    if reader.now.kind != "end" and not reader.is_at(")"):
        raise NotCertain("!")
    return negation


def _skip_arguments(reader: Reader) -> None:
    """Go past the arguments of a function: none that we know takes any."""
    open_brackets = 0
    while reader.now.kind != "end":
        token = reader.take()
        if token.kind == "sign":
            open_brackets += {"(": 1, ")": -1}.get(token.text, 0)
        if open_brackets == 0:
            return
    reader.refuse()


def _list(reader: Reader, token: Token) -> Several | None:
    values: list[Literal] = []
    while not reader.is_at("]"):
        value = reader.operand()
        if not isinstance(value, Literal):
            return None
        values.append(value)
        if reader.is_at(","):
            reader.take()
        elif not reader.is_at("]"):
            reader.refuse()
    reader.close("]")
    return Several(tuple(values))


_NOTATION = Notation(
    tokens=_TOKENS,
    words=_WORDS,
    folds=True,
    kinds={"single": "text", "double": "text"},
    behind={"empty": IsEmpty, "notempty": IsFilled},
    operands={
        "ref": _ref,
        "text": _text,
        "number": number,
        "name": _name,
        "!": _negation,
        "-": negative,
        "[": _list,
        "(": bracketed,
    },
)
