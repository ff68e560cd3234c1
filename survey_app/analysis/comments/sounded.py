"""Names written by their sound, as of Uygurs and Kazakhs: with dots between their parts, or without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from survey_app.analysis.comments.lists import listed
from survey_app.analysis.comments.name_words import TRAILING

_SOUNDS = frozenset("".join(listed("sounds")))
_BEFORE = frozenset("里来不也才")
_BEHIND = frozenset("不比也才别加开") | TRAILING
"""Sounds that at the ends of a name belong more often to the word beside it: 车间里, 也来."""
_SOUND, _FIRST = (f"[{''.join(sorted(each))}]" for each in (_SOUNDS, _SOUNDS - _BEFORE - _BEHIND))
_LAST = "(?:别克|[江汗尔克斯曼娜娅孜罕玛丁])"
_DOT = r"\s?[·•・‧∙⋅.]\s?"
_DOTTED = re.compile(f"{_SOUND}{{2,8}}(?:{_DOT}{_SOUND}{{2,8}})+")
_CERTAIN = re.compile(f"{_FIRST}{{0,4}}(?:{'|'.join(listed('parts_of_sounded_names'))}){_LAST}{{0,3}}")


def sounded(text: str, is_ordinary: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Yield where such names stand; words of everyday life with a dot between them are none."""
    for found in _DOTTED.finditer(text):
        start, end = _trimmed(found)
        if not all(is_ordinary(part) for part in re.split(_DOT, text[start:end])):
            yield start, end
    yield from (found.span() for found in _CERTAIN.finditer(text))


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    """Return where a name stands without what belongs to the words around it; two sounds of each part stay."""
    name, (start, end) = found.group(), found.span()
    first, *_, last = re.split(_DOT, name)
    while len(first) > 2 and first[0] in _BEFORE:
        first, start = first[1:], start + 1
    while len(last) > 2 and last[-1] in _BEHIND:
        last, end = last[:-1], end - 1
    return start, end
