"""Pasted text → lines, and what stands at the beginning of each: a number, a letter, a box to tick."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from survey_app.interchange.chinese_numbers import chinese_value
from survey_app.interchange.pasted.bilingual import is_bilingual, is_english, with_bar
from survey_app.interchange.pasted.grids import with_tabs
from survey_app.interchange.pasted.letters import HALF_WIDTH
from survey_app.interchange.pasted.texts import CHINESE, parts_of
from survey_app.questionnaire.text import UNPRINTABLE

_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")


class Sign(StrEnum):
    """What a line begins with."""

    NUMBER = "1."
    PAREN = "1)"
    CIRCLED = "①"
    ORDINAL = "第1题"
    NESTED = "1.1"
    CODE = "W01."
    BARE_CODE = "W01 "
    LETTER = "A."
    BARE_LETTER = "A "
    BULLET = "-"
    CHINESE = "一、"
    CHINESE_PAREN = "（一）"
    PART = "第一部分"
    HASH = "#"


@dataclass(frozen=True, slots=True)
class Label:
    """A number, letter or sign at the beginning of a line. `name` is what it says: "3", "W01", "B"; `last` the end
    of a span of codes: W11–W16. `value` counts from 1; 0 for codes and signs.
    """

    sign: Sign
    name: str
    value: int = 0
    last: str = ""


@dataclass(slots=True)
class Line:
    """A line, with the lines that carry it on: "> " for more of it, "| " for the same in English.

    `body` is what stands behind the label. `number` counts from 1.
    """

    number: int
    text: str
    label: Label | None
    body: str
    after_blank: bool
    is_starred: bool = False
    more: list[str] = field(default_factory=list)
    english: list[str] | None = None
    joined: list[int] = field(default_factory=list)
    starts_with_tab: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands here."""
        return not self.text


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as they were pasted, without what nobody sees and without Markdown's bold."""
    return [_UNSEEN.sub("", UNPRINTABLE.sub("", line)).replace("**", "") for line in _BREAKS.split(text)]


def read_lines(raw: Sequence[str]) -> list[Line]:
    """Return all lines, those that carry on another joined to it. Blank ones are kept where they part something."""
    is_spaced = _is_double_spaced(raw)
    says_twice = is_bilingual(raw)
    has_bare_letters, bare_numbers = _has_bare_letters(raw), _bare_numbers(raw)
    lines: list[Line] = []
    blanks = 2
    for number, written in enumerate(raw, start=1):
        text = _KEYCAP.sub(r"\1. ", written.replace("\u00a0", " ")).strip()
        if not text:
            blanks += 1
            continue
        if blanks == 0 and lines and _joins(text, number, lines[-1]):
            continue
        if says_twice and blanks == 0 and lines and _translates(text, number, lines[-1]):
            continue
        text = with_bar(text) if says_twice else text
        if has_bare_letters and (number in bare_numbers or _BARE_LETTERS.match(text)):
            text = _BARE_LETTERS.sub(r"\1. ", text)
        if number in bare_numbers:
            text = _BARE_NUMBER.sub(rf"\1{bare_numbers[number]} ", text, count=1)
        text = with_tabs(text)
        is_quoted = text[0] in ">＞" and not _is_arrow(text)
        body = text[1:].strip() if is_quoted else text
        line = _line(number, body or text, after_blank=blanks > (1 if is_spaced else 0))
        line.starts_with_tab = written.startswith("\t")
        lines.append(line)
        blanks = 0
    return lines


_BARE_LETTERS = re.compile(r"(?<![A-Za-z0-9])([A-Z])[ \u3000]+(?=[\u3400-\u9fff0-9])")
_NUMBERED = re.compile(r"\s*[0-9０-９]{1,3}\s*[.．、:：]|\s*[0-9]\ufe0f?\u20e3")
_KEYCAP = re.compile(r"([0-9])\ufe0f?\u20e3\ufe0f?\s*")
"""The digits that telephones offer as pictures."""
_BARE_NUMBER = re.compile(r"\A\s*([0-9]{1,3})[ \u3000]+(?=[\u3400-\u9fff“])")


def _has_bare_letters(raw: Sequence[str]) -> bool:
    """Tell whether options have letters with nothing behind them: A 很好  B 较好."""
    found = {sign for line in raw[:5_000] if len(line) < 1_000 for sign in _BARE_LETTERS.findall(line)}
    return {"A", "B"} <= found


def _bare_numbers(raw: Sequence[str]) -> dict[int, str]:
    """Return the lines that begin with a number and nothing behind it, if those count up from 1.

    With each comes the sign to read behind the number: they count options where others count the questions.
    """
    found = [
        (number, int(match[1])) for number, line in enumerate(raw, start=1) if (match := _BARE_NUMBER.match(line))
    ]
    counts = [value for _, value in found]
    counts_up = all(value in {1, before + 1} for before, value in zip([0, *counts], counts, strict=False))
    if len(found) < 2 or not counts_up:
        return {}
    has_others = any(_NUMBERED.match(line) for line in raw)
    return dict.fromkeys((number for number, _ in found), ")" if has_others else ".")


def _is_double_spaced(raw: Sequence[str]) -> bool:
    """Tell whether an empty line stands after nearly every line, as Word's paragraphs often come."""
    filled = [bool(line.strip()) for line in raw]
    count = sum(filled)
    pairs = sum(one and two for one, two in pairwise(filled))
    return count >= 6 and pairs * 10 <= count


def _joins(text: str, number: int, before: Line) -> bool:
    """Join a line that carries on the one before: more of the same, or the English of it."""
    rest = text[1:].strip()
    if text[0] in ">＞" and not _is_arrow(text):
        (before.more if before.english is None else before.english).append(rest)
    elif text[0] in "|｜" and not (rest and rest[-1] in "|｜") and before.english is None:
        before.english = [rest]
    else:
        return False
    before.joined.append(number)
    return True


def _translates(text: str, number: int, before: Line) -> bool:
    """Join a line of English to the line of Chinese above it."""
    if before.english is not None or not CHINESE.search(before.text) or not is_english(text):
        return False
    if parts_of(before.text)[1]:
        return False
    before.english = [text]
    before.joined.append(number)
    return True


def _is_arrow(text: str) -> bool:
    return text.startswith((">=", ">>", "＞＝"))


_NOT_STARRED = {Sign.LETTER, Sign.BARE_LETTER, Sign.PAREN, Sign.CHINESE}


def _line(number: int, text: str, *, after_blank: bool) -> Line:
    starred = text[0] in "*＊" and len(text) > 1 and (text[1:].lstrip()[:1].isalnum() or text[1] in "（(")
    rest = text[1:].lstrip() if starred else text
    label, body = _inner_label(*label_of(rest))
    if starred and label is not None and label.sign in _NOT_STARRED:
        starred, (label, body) = False, _inner_label(*label_of(text))
    return Line(number, text, label, body, after_blank, is_starred=starred)


_WITHIN = {
    Sign.BULLET: {Sign.LETTER, Sign.BULLET, Sign.CIRCLED, Sign.PAREN},
    Sign.HASH: {Sign.CHINESE, Sign.CHINESE_PAREN, Sign.PART, Sign.NUMBER, Sign.CODE, Sign.ORDINAL},
}


def _inner_label(label: Label | None, body: str) -> tuple[Label | None, str]:
    """Take the second of two labels: "- A. …", "### 一、…", as Markdown has them."""
    if label is not None and label.sign in _WITHIN:
        inner, rest = label_of(body)
        if inner is not None and inner.sign in _WITHIN[label.sign]:
            return inner, rest
    return label, body


# --- labels ----------------------------------------------------------------------------------------

_STOP = "[.．、:：]"
_CHINESE_NUMBER = "[一二三四五六七八九十百零〇]{1,5}"
_CODE = r"[A-Za-z]{1,10}_?[0-9]{1,5}[A-Za-z]?(?:_[A-Za-z0-9]{1,10}){0,4}"
_PATTERNS: tuple[tuple[Sign, re.Pattern[str]], ...] = (
    (Sign.HASH, re.compile(r"#{1,6}(?P<n>)\s*")),
    (
        Sign.PART,
        re.compile(
            rf"第\s*(?P<n>{_CHINESE_NUMBER}|[0-9]{{1,3}})\s*(?:部分|大题|章|节|单元|模块|篇|板块)\s*[.．、:：]?\s*"
        ),
    ),
    (
        Sign.PART,
        re.compile(r"(?:Part|Section|PART|SECTION)\s+(?P<n>[0-9]{1,3}|[A-Z]{1,4})\s*(?:[.．:：]|[-–—]|$)\s*"),
    ),
    (Sign.CHINESE_PAREN, re.compile(rf"[（(]\s*(?P<n>{_CHINESE_NUMBER})\s*[)）]\s*[.．、]?\s*")),
    (Sign.CHINESE, re.compile(rf"(?P<n>{_CHINESE_NUMBER})\s*{_STOP}\s*")),
    (Sign.ORDINAL, re.compile(r"(?:第\s*(?P<n>[0-9]{1,4})\s*[题问])\s*[.．、:：)）]?\s*")),
    (Sign.ORDINAL, re.compile(r"(?:问?题目?|Question|QUESTION)\s*(?P<n>[0-9]{1,4})\s*[.．、:：)）]\s*")),
    (
        Sign.CODE,
        re.compile(
            rf"(?P<n>{_CODE})\s*(?:[-–—~～至]\s*(?P<last>{_CODE})\s*)?(?:(?:[.．](?![A-Za-z0-9])|[、:：])\s*|[)）]\s*)"
        ),
    ),
    (
        Sign.CODE,
        re.compile(rf"[（(\[【]\s*(?P<n>{_CODE})\s*(?:[-–—~～至]\s*(?P<last>{_CODE})\s*)?[)）\]】]\s*{_STOP}?\s*"),
    ),
    (Sign.BARE_CODE, re.compile(rf"(?P<n>{_CODE})\s*(?:[-–—~～至]\s*(?P<last>{_CODE}))?\s+(?=\S)")),
    (Sign.NESTED, re.compile(r"(?P<n>[0-9]{1,3}(?:\.[0-9]{1,2}){1,3})\s*(?:[.．、:：)）]\s*(?![0-9])|\s)\s*")),
    (Sign.NUMBER, re.compile(rf"(?P<n>[0-9]{{1,4}})\s*{_STOP}(?![0-9])\s*")),
    (Sign.PAREN, re.compile(r"(?P<n>[0-9]{1,4})\s*[)）]\s*")),
    (Sign.PAREN, re.compile(r"[（(]\s*(?P<n>[0-9]{1,4})\s*[)）]\s*[.．、]?\s*")),
    (Sign.CIRCLED, re.compile(r"(?P<n>[①-⑳㉑-㉟㊱-㊿❶-❿➀-➓])\s*[.．、]?\s*")),
    (Sign.LETTER, re.compile(r"[（(]\s*(?P<n>[A-Za-z])\s*[)）]\s*[.．、:：]?\s*")),
    (Sign.LETTER, re.compile(r"(?P<n>[A-Za-z])\s*[.．、:：)）](?![A-Za-z]\.)\s*")),
    (Sign.BARE_LETTER, re.compile(r"(?P<n>[A-Z])\s+(?=[^a-z\s])")),
    (Sign.BULLET, re.compile(r"(?P<n>[○◯●□☐■▢◻◇◆☑✓✔▪•·∙・‧])\s*")),
    (Sign.BULLET, re.compile(r"(?P<n>[-–—*＊+])\s+(?=\S)")),
    (Sign.BULLET, re.compile(r"(?P<n>[（(\[【]\s{0,8}[)）\]】])\s*")),
)
"""In the order in which they are tried; `n` is what the label says."""


def label_of(text: str) -> tuple[Label | None, str]:
    """Return the label at the beginning of a text and what stands behind it."""
    start = text[:120].translate(HALF_WIDTH)
    for sign, pattern in _PATTERNS:
        match = pattern.match(start)
        if match is None:
            continue
        name = unicodedata.normalize("NFKC", match["n"]).strip()
        last = match.groupdict().get("last") or ""
        return Label(sign, name, _value(sign, name), last), text[match.end() :].strip()
    return None, text


def _value(sign: Sign, name: str) -> int:
    if sign in {Sign.LETTER, Sign.BARE_LETTER}:
        return ord(name.upper()) - ord("A") + 1
    if sign in {Sign.CHINESE, Sign.CHINESE_PAREN, Sign.PART}:
        return int(name) if name.isdecimal() else chinese_value(name)
    if sign is Sign.CIRCLED and not name.isdecimal():
        return int(unicodedata.numeric(name[0], 0))
    return int(name) if name.isdecimal() else 0
