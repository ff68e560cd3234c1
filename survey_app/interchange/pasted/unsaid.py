"""The last look at a text that was read: words of a line that are nowhere in the questionnaire are told.

Readers of free text go wrong in ways that nobody has thought of. Whatever they do, no wording may get lost unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.directives import directive_of
from survey_app.interchange.pasted.grids import HEADS, cells_of
from survey_app.interchange.pasted.lines import Line
from survey_app.interchange.pasted.marks import read_marks
from survey_app.interchange.pasted.own_scales import NOT_COUNTED, SATISFIED, STRICT
from survey_app.interchange.pasted.stems import ROWS_FROM, is_rule
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text

_GROUP = re.compile(r"[（(\[【]([^（()）\[\]【】]{1,200})[)）\]】]")
_JUMP = re.compile(
    r"(?:(?:请|直接|者|则)*(?:跳|转)(?:转|过|到|至|往|去|答|填)|→|⇒|➔|->).{0,24}|结束(?:答题|问卷|作答|调查)?"
)
_MARKS = re.compile(rf"[0-9.]{{1,360}}分|{SATISFIED}|{STRICT}|{NOT_COUNTED}|问卷说明")
_CHUNK = re.compile(r"[\u3400-\u9fff]+|[a-z]{3,}")
_NO_WORDING = re.compile("第?[一二三四五六七八九十]?[位名选]|年|月|日|年月日|分钟|序号|编号|是|题|的")
"""What only says where something stands or how it is filled in."""


class Unsaid:
    """Knows all that a questionnaire says, and tells which words of a line it does not say."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._pairs: set[str] = set()
        for words in _strings(questionnaire):
            plain = normal(words)
            self._pairs.update(plain)
            self._pairs.update(plain[place : place + 2] for place in range(len(plain) - 1))

    def in_line(self, line: Line, used: Iterable[str] = (), *, is_header: bool = False) -> str:
        """Return the words of a line that the questionnaire does not say; "" where it says all of them.

        What a header calls its rows is no wording: the rows themselves stand below. Nor is what was `used` as a
        condition.
        """
        directive = directive_of(line.text)
        first = directive.rest if directive is not None else line.body
        if is_header:
            first = " ".join(cell for cell in cells_of(first) if not HEADS.fullmatch(cell))
        words = " ".join([first, *line.more, *(line.english or ())])
        for each in used:
            words = words.replace(each, " ")
        words = _JUMP.sub(" ", _GROUP.sub(_without_marks, words))
        chunks = [match[0] for match in _CHUNK.finditer(" ".join(normal(part) for part in words.split()))]
        return " ".join(chunk for chunk in chunks if not self._says(chunk) and not _NO_WORDING.fullmatch(chunk))

    def _says(self, chunk: str) -> bool:
        if len(chunk) == 1:
            return chunk in self._pairs
        return all(chunk[place : place + 2] in self._pairs for place in range(len(chunk) - 1))


def _without_marks(match: re.Match[str]) -> str:
    content = match[1]
    is_mark = read_marks(content) is not None or _MARKS.fullmatch(content) or ROWS_FROM.match(content)
    return " " if is_mark or is_rule(content) else match[0]


def _strings(value: Any) -> Iterator[str]:
    """Yield every text and code in a definition."""
    if isinstance(value, Text):
        yield value.zh
        yield value.en
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _strings(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _strings(getattr(value, each.name))
