"""Texts that say everything twice: 生产部 Production, or a line of English below each line of Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from survey_app.interchange.pasted.texts import CHINESE

_LONGEST = 500
_TWICE = re.compile(
    r"(?P<zh>.*[\u3400-\u9fff，。？！：；）”》…?!:;)])(?:\s+(?:[/／]\s*)?|\s*[/／]\s*)(?P<en>[A-Za-z][^\u3400-\u9fff]+?)"
    r"(?P<marks>(?:\s*[\[【（(][^\]】）)]{0,30}[\u3400-\u9fff][^\]】）)]{0,30}[\]】）)]){0,4})\s*\Z"
)
_BARS = re.compile(r"[|｜]")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’,\-–() ]+[.?!]?\Z")
_LEAST = 3
"""Lines that must say everything twice before a text is taken as bilingual."""


def is_bilingual(raw: Sequence[str]) -> bool:
    """Tell whether a third of the lines in Chinese say the same in English behind it, or on the next line."""
    chinese = [line for line in raw if CHINESE.search(line)]
    if any(_BARS.search(line) for line in raw):
        return False
    twice = sum(_parts(line) is not None for line in chinese)
    below = sum(
        is_english(following.strip()) and CHINESE.search(line) is not None for line, following in pairwise(raw)
    )
    return twice + below >= _LEAST and (twice + below) * 3 >= len(chinese)


def is_english(text: str) -> bool:
    """Tell whether a line is a sentence, or a word, of English and nothing else."""
    return len(text) <= _LONGEST and _ENGLISH.match(text) is not None


def with_bar(text: str) -> str:
    """Put a bar before the English of a line that says everything twice."""
    parts = _parts(text)
    return f"{parts[0]} | {parts[1]}{parts[2]}" if parts is not None else text


def _parts(text: str) -> tuple[str, str, str] | None:
    text = text.strip()
    if len(text) > _LONGEST or not CHINESE.search(text):
        return None
    match = _TWICE.match(text)
    if match is None or not CHINESE.search(match["zh"]) or sum(map(str.isalpha, match["en"])) < 2:
        return None
    return match["zh"], match["en"], match["marks"]
