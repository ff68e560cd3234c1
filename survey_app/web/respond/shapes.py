"""How answers are laid out on a phone of 360 pixels, told from the length of their words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_ROW = 328
"""Pixels that a row has on the narrowest phone."""
_HALF = 7
"""Pixels of half a Han character, or about one Latin letter, in a segment's 14-pixel type."""
_BREAK = "\N{ZERO WIDTH SPACE}"
_LINES = 3
"""Most lines of words in a segment."""


def width(text: str) -> int:
    """Return how wide a text is in half Han characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def row_class(texts: Sequence[str]) -> str:
    """Return the classes of a scale's row of segments; "" where the words need a list, one below the other.

    One row where it fits; numbers in rows of six; two rows of three or two for the long words of some languages.
    """
    if len(texts) > 6:
        return "r d" if all(width(text) <= 3 for text in texts) else ""
    if all(_fits(text, len(texts)) for text in texts):
        return "r"
    for columns, name in ((3, "t"), (2, "h")):
        if len(texts) % columns == 0 and all(_fits(text, columns) for text in texts):
            return f"r {name}"
    return ""


def choice_class(texts: Sequence[str]) -> str:
    """Return the classes of a list of options: two columns where all are short."""
    return "o w" if len(texts) > 2 and all(width(text) <= 10 for text in texts) else "o"


def breakable(text: str) -> str:
    """Return the words of a segment, with the place where Chinese ones may break: 非常|满意, never 非常满|意.

    The place is a blank without width: unlike `<wbr>` it is no blank to those who listen to the page.
    """
    if not 4 <= len(text) <= 8 or not all("一" <= char <= "鿿" for char in text):
        return text
    middle = {5: 2, 7: 4}.get(len(text), len(text) // 2)
    return f"{text[:middle]}{_BREAK}{text[middle:]}"


def _fits(text: str, columns: int) -> bool:
    """Tell whether a text fits into one of so many equal segments without a word being broken."""
    space = (_ROW // columns - 4) // _HALF
    longest = max((width(word) for word in _words(text)), default=0)
    return longest <= space and -(-width(text) // space) <= _LINES


def _words(text: str) -> list[str]:
    """Return what must not be broken: words between blanks; Chinese where `breakable` and punctuation allow.

    Half of a Chinese comma is blank and may hang over.
    """
    parts: list[str] = []
    for word in text.replace("、", ", ").replace("，", ", ").split():
        parts.extend(breakable(word).split(_BREAK) if width(word) == 2 * len(word) else [word])
    return parts
