"""Words on paper: lines of SVG text that fit, whatever Chinese font the machine has that shows them.

Nothing here knows a font. Widths are estimates on the safe side: a full-width sign is one em, Latin letters are
taken as a little wider than they are in the fonts that offices have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

FONTS = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC','WenQuanYi Micro Hei',sans-serif"
CODE_FONTS = "Consolas,Menlo,'DejaVu Sans Mono','Noto Sans Mono',monospace"
CODE_EM = 0.62
"""Width of a sign of a fixed-width font, in em."""

_NARROW = frozenset("iljtfrI.,:;'|!()[]- ")
_WIDE = frozenset("mwMW@%")
_NOT_AT_START = frozenset("，。、；：？！）》”’〉】」』…—,.;:?!)]}%·")
_NOT_AT_END = frozenset("（《“‘〈【「『([{")
_PIECE = re.compile(r"[^\s\u00b7\u2010-\u203a\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size, in millimetres."""

    lines: tuple[str, ...]
    size: float

    def height(self, leading: float = 1.35) -> float:
        """How much room the lines take."""
        return len(self.lines) * self.size * leading


def width(words: str) -> float:
    """Return the estimated width of a line in em."""
    return sum(map(_sign_width, words))


def wrapped(words: str, size: float, room: float) -> list[str]:
    """Break words into lines of at most `room` millimetres.

    Chinese breaks anywhere but before closing and after opening signs; Latin words stay whole unless longer than
    a line.
    """
    most = room / size
    lines, line = list[str](), ""
    for piece in _pieces(words, most):
        if line and width(line + piece.rstrip()) > most and piece not in _NOT_AT_START:
            carried = ""
            # A blank behind an opening sign goes away with the line's end.
            while (kept := line.rstrip()) and kept[-1] in _NOT_AT_END:
                carried, line = line[len(kept) - 1 :] + carried, kept[:-1]
            lines.append(line.rstrip())
            line = carried + piece.lstrip()
        else:
            line += piece
    return [each for each in (*lines, line.strip()) if each]


def fitted(words: str, sizes: Sequence[float], room: float, most_lines: int = 1) -> Block:
    """Return the words in the first of `sizes` in which they take at most `most_lines`; else cut in the last."""
    for size in sizes:
        lines = wrapped(words, size, room)
        if len(lines) <= most_lines and all(width(line) <= room / size for line in lines):
            return Block(tuple(_balanced(words, size, room, lines)), size)
    kept = lines[:most_lines]
    while width(kept[-1] + "…") > room / size:
        kept[-1] = kept[-1][:-1]
    return Block((*kept[:-1], kept[-1] + "…"), size)


def _balanced(words: str, size: float, room: float, lines: list[str]) -> list[str]:
    """Break into as many lines of more equal length, so that none holds just the last word."""
    while len(lines) > 1:
        room *= 0.95
        narrower = wrapped(words, size, room)
        if len(narrower) > len(lines) or any(width(line) > room / size for line in narrower):
            break
        lines = narrower
    return lines


def text(x: float, y: float, words: str, size: float, **attributes: Any) -> str:
    """Return one line as SVG; attributes are written with hyphens for underscores."""
    written = "".join(f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items())
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{written}>{escape(words, quote=False)}</text>'


def block(x: float, top: float, lines: Block, *, leading: float = 1.35, **attributes: Any) -> str:
    """Return several lines as SVG, the first one's room beginning at `top`."""
    first = top + lines.size * (leading / 2 + 0.38)
    return "".join(
        text(x, round(first + number * lines.size * leading, 2), words, lines.size, **attributes)
        for number, words in enumerate(lines.lines)
    )


def _pieces(words: str, most: float) -> list[str]:
    """Split into what may stand at the beginning of a line; words longer than a line in parts."""
    found = list[str]()
    for piece in _PIECE.findall(" ".join(words.split())):
        while width(piece) > most and len(piece) > 1:
            cut = max(1, int(most / max(map(_sign_width, piece))))
            found.append(piece[:cut])
            piece = piece[cut:]
        found.append(piece)
    return found


def _sign_width(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0
    if sign in _NARROW:
        return 0.36
    if sign in _WIDE:
        return 0.92
    return 0.7 if sign.isupper() else 0.6
