"""What a line says in either language, and the traces of filling-in by hand: ____, （请注明）, 年__月__日."""

from __future__ import annotations

import re
from typing import Protocol

from survey_app.questionnaire.text import Text

CHINESE = re.compile(r"[\u3400-\u9fff]")
_BAR = re.compile(r"[|｜]")
BLANK = re.compile(r"[_＿]{2,}|[（(【\[]\s{1,40}[)）】\]]|[（(【\[][_＿\s]{1,40}[)）】\]]")
"""A place to write on paper."""
_ONLY_BLANKS = re.compile(r"(?:[_＿]{2,}|[\s.。:：…]){1,400}\Z")
_PLACES = re.compile(
    r"(?:第\s*[一二三四五六七八九十0-9]{1,2}\s*[位名选]?\s*[:：]?\s*[_＿]{2,60}[\s,，;；、]{0,9}){1,12}\Z"
)
"""Places in a ranking: 第一位____ 第二位____."""
_FIELD = re.compile(r"[\u3400-\u9fff]{2,12}(?:[（(][^（()）]{0,20}[)）])?\s{0,3}[:：](?=\s|[_＿]|\Z)")
_LAST_BLANK = re.compile(r"[:：,，]?\s*(?:[（(]\s*[_＿]{2,40}\s*[)）]|[（(]\s{0,20}[)）]|[_＿]{2,200})\s*[。.]?\Z")
_DATE_BLANKS = re.compile(r"[_＿\s]{1,40}年[_＿\s]{1,40}月(?:[_＿\s]{1,40}日)?")
_DATE_END = re.compile(r"\s*[:：]?\s*[_＿\s]{1,40}年[_＿\s]{1,40}月(?:[_＿\s]{1,40}日)?\s*\Z")


class Lines(Protocol):
    """A line with those that carry it on."""

    more: list[str]
    english: list[str] | None


def text_of(line: Lines, words: str, *, is_english: bool = False) -> Text:
    """Return the text of a line, of which `words` are left once labels and marks are taken off.

    English follows a bar, or stands on lines of its own that begin with one. `is_english` holds for a text without
    any Chinese.
    """
    if line.english is not None:
        return Text(_joined(words, line.more), _joined(line.english[0], line.english[1:]))
    if not line.more and len(bars := _BAR.findall(words[:4000])) == 1:
        zh, en = (part.strip() for part in words.split(bars[0]))
        if en and not CHINESE.search(en):
            return Text(zh, en)
    whole = _joined(words, line.more)
    return Text(en=whole) if is_english else Text(whole)


def _joined(first: str, more: list[str]) -> str:
    return "\n".join([first, *more])


def parts_of(words: str) -> tuple[str, str]:
    """Split words from what follows their last bar, where that is English."""
    bars = _BAR.findall(words[:4000])
    if len(bars) == 1:
        zh, en = words.split(bars[0])
        if en.strip() and not CHINESE.search(en):
            return zh.rstrip(), f" | {en.strip()}"
    return words, ""


def is_only_blanks(text: str) -> bool:
    """Tell whether a line is nothing but a place to write."""
    return bool(_ONLY_BLANKS.match(text) or _PLACES.match(text)) and "__" in text.replace("＿", "_")


def is_field(text: str, *, in_section: bool = False) -> bool:
    """Tell whether a line has something to be filled in: 姓名：____ 部门：____; in a section also 企业名称：."""
    if len(text) > 300:
        return False
    fields = len(_FIELD.findall(text))
    is_alone = fields == 1 and in_section and _FIELD.fullmatch(text.strip()) is not None
    return fields > 1 or is_alone or (fields == 1 and "__" in text.replace("＿", "_"))


def without_blank(words: str) -> tuple[str, bool]:
    """Take the place to write off the end of words; tell whether there was one."""
    stripped = _LAST_BLANK.sub("", words[-400:]) if len(words) > 400 else _LAST_BLANK.sub("", words)
    kept = words[: max(0, len(words) - 400)] + stripped
    return (kept.rstrip(), True) if kept != words else (words, False)


def asks_for_date(words: str) -> bool:
    """Tell whether words leave a place for a day: ____年__月__日."""
    return _DATE_BLANKS.search(words) is not None


def without_date(words: str) -> str:
    """Take the place for a day off the end."""
    return _DATE_END.sub("", words)
