"""What an expression says, the same for every format. Who reads the tree decides what of it means anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


class NotUnderstood(ValueError):
    """A text is no expression that we know; the message is the part from which on it is not understood."""


class NotCertain(NotUnderstood):
    """Versions of the program differ in what this says."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The answer to the question with this name. `suffix` is what stands behind its dot, if it has one."""

    name: str
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Self:
    """The answer to the question itself."""


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word that names no question."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number or a truth as it is written, and its value; None is "undefined"."""

    text: str
    value: str | float | bool | None

    @property
    def number(self) -> float | None:
        """The number that it is; None for a text, whatever it looks like."""
        return self.value if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None

    @property
    def is_quoted(self) -> bool:
        """Whether it is a text."""
        return isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class Several:
    """A list of literals."""

    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; none of a function that is not read any further."""

    function: str
    arguments: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Compare:
    """Two sides compared by = != < <= > >=, or by a word that the format has for it."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """There is no answer."""

    operand: Node


@dataclass(frozen=True, slots=True)
class IsFilled:
    """There is an answer."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Negation:
    """The contrary."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Both:
    """All of several parts; `texts` is how each of them is written."""

    parts: tuple[Node, ...]
    texts: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of several parts."""

    parts: tuple[Node, ...]


Node: TypeAlias = (
    Ref | Self | Name | Literal | Several | Call | Compare | IsEmpty | IsFilled | Negation | Both | Either
)
