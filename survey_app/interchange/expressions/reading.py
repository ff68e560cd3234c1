"""Reads an expression from left to right, one method for each level of binding, by the table of its format.

Every format binds alike: a comparison before "and", "and" before "or". Whatever its table does not have is not
understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from survey_app.interchange.expressions.tree import (
    Both,
    Call,
    Compare,
    Either,
    IsEmpty,
    IsFilled,
    Literal,
    Node,
    NotUnderstood,
)

MAX_LENGTH = 8_000
"""Most characters of an expression; the longest in practice have a few hundred."""
MAX_DEPTH = 40
"""Most brackets inside one another."""
_MOST_DIGITS = 300
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Token:
    """One sign, word, number or text, and where it stands. The last one has the kind "end"."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notation:
    """The table of a format.

    `tokens` parts an expression: each of its groups is a kind of token, "space" parts others, and `kinds` says
    which groups are of the same kind. `words` are the signs and words for and, or and comparisons, capitals or not
    where it `folds`; `behind` those that follow what they are about. `operands` reads what may be compared, by the
    kind of its first token, of signs by the sign: None where it may not stand there.
    """

    tokens: re.Pattern[str]
    words: Mapping[str, str]
    operands: Mapping[str, Callable[[Reader, Token], Node | None]]
    kinds: Mapping[str, str] = field(default_factory=dict)
    behind: Mapping[str, type[IsEmpty] | type[IsFilled]] = field(default_factory=dict)
    folds: bool = False


class Reader:
    """Where one is in an expression."""

    def __init__(self, text: str, notation: Notation) -> None:
        self._text = text
        self._notation = notation
        self._tokens = _tokens(text, notation)
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        """Read all of it. Raises `NotUnderstood`."""
        node = self.either()
        if self.now.kind != "end":
            self.refuse()
        return node

    @property
    def now(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """Go past the next token."""
        token = self.now
        self._at += token.kind != "end"
        return token

    def is_at(self, *signs: str) -> bool:
        """Tell whether one of some signs comes next."""
        return self.now.kind == "sign" and self.now.text in signs

    def word(self) -> str:
        """Return what the next token says in the table's words; "" for anything else."""
        return self._notation.words.get(self._key(), "")

    def refuse(self) -> None:
        """Raise `NotUnderstood` with what stands here; at the end, with the beginning."""
        start = self.now.start if self.now.kind != "end" else 0
        raise NotUnderstood(self._text[start : start + _SHOWN])

    def _key(self) -> str:
        if self.now.kind not in {"name", "sign"}:
            return ""
        return self.now.text.casefold() if self._notation.folds else self.now.text

    # --- levels of binding -------------------------------------------------------------------------

    def either(self) -> Node:
        """Read parts joined by "or"."""
        parts = [self._both()]
        while self.word() == "or":
            self.take()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts: list[Node] = []
        texts: list[str] = []
        while True:
            start = self.now.start
            parts.append(self._comparison())
            texts.append(self._text[start : self._tokens[self._at - 1].end])
            if self.word() != "and":
                return parts[0] if len(parts) == 1 else Both(tuple(parts), tuple(texts))
            self.take()

    def _comparison(self) -> Node:
        left = self.operand()
        if (wrap := self._notation.behind.get(self._key())) is not None:
            self.take()
            return wrap(left)
        if (operator := self.word()) not in {"", "and", "or"}:
            self.take()
            return Compare(operator, left, self.operand())
        return left

    def operand(self) -> Node:
        """Read what may be compared."""
        self._depth += 1
        token = self.now
        read = self._notation.operands.get(token.text if token.kind == "sign" else token.kind)
        if read is None or self._depth > MAX_DEPTH:
            self.refuse()
        self.take()
        node = read(self, token) if read is not None else None
        if node is None:
            raise NotUnderstood(self._text[token.start : token.start + _SHOWN])
        self._depth -= 1
        return node

    # --- parts of operands -------------------------------------------------------------------------

    def close(self, sign: str = ")") -> None:
        """Go past a closing bracket."""
        if not self.is_at(sign):
            self.refuse()
        self.take()

    def arguments(self) -> tuple[Node, ...]:
        """Read the arguments of a function, from its bracket on."""
        self.take()
        found: list[Node] = []
        while not self.is_at(")"):
            found.append(self.either())
            if self.is_at(","):
                self.take()
            elif not self.is_at(")"):
                self.refuse()
        self.close()
        return tuple(found)


def _tokens(text: str, notation: Notation) -> tuple[Token, ...]:
    if len(text) > MAX_LENGTH:
        raise NotUnderstood(text[:_SHOWN])
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = notation.tokens.match(text, position)
        if match is None or match.lastgroup is None:
            raise NotUnderstood(text[position : position + _SHOWN])
        group = match.lastgroup
        if group != "space":
            found.append(Token(notation.kinds.get(group, group), match[group], match.start(), match.end()))
        position = match.end()
    return (*found, Token("end", "", len(text), len(text)))


# --- operands that several formats have ------------------------------------------------------------


def number(reader: Reader, token: Token) -> Literal:
    """Read a number."""
    return literal_number(token.text)


def literal_number(digits: str) -> Literal:
    """Return a number, whole where it is written so; one of too many digits is infinite."""
    return Literal(digits, float(digits) if "." in digits or len(digits) > _MOST_DIGITS else int(digits))


def negative(reader: Reader, token: Token) -> Literal | None:
    """Read a number behind its sign."""
    return literal_number(f"-{reader.take().text}") if reader.now.kind == "number" else None


def bracketed(reader: Reader, token: Token) -> Node:
    """Read what stands in brackets."""
    node = reader.either()
    reader.close()
    return node


def called(reader: Reader, token: Token) -> Call:
    """Read a function with its arguments."""
    return Call(token.text, reader.arguments())
