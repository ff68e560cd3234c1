"""What a printed form shows, in words that are ready to be printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick: the key printed in it and the words beside it. `has_line` leaves room to write behind them."""

    key: str
    words: str
    has_line: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is printed. What is empty is not printed.

    `boxes` are to be ticked; with `rows` they are the columns of a table, a box in each cell. `slots` are places to
    write the numbers of `boxes` into, first things first (排序). `lines` are lines to write on, one short one with
    `unit` behind it where that is given. `ends` are the words at both ends of a row of numbers.
    """

    number: str
    words: str
    rule: str = ""
    hint: str = ""
    boxes: Sequence[Box] = ()
    rows: Sequence[str] = ()
    slots: Sequence[str] = ()
    lines: int = 0
    unit: str = ""
    is_short: bool = False
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is printed."""

    title: str
    intro: str
    rule: str
    asked: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Form:
    """All words of a form. `code` is what its QR code holds, and `code_words` for whom that is.

    `foot` names the batch at the foot of each page; `page` and `serial` hold `%(page)s`, `%(pages)s`, `%(serial)s`.
    `sample` is printed across the head of sample data's forms.
    """

    union: str
    title: str
    place: str
    notice: Sequence[str]
    how_to: str
    parts: Sequence[Part]
    closing: str
    code: str
    code_words: str
    foot: str
    page: str
    serial: str
    continued: str
    empty_page: str
    sample: str = ""
