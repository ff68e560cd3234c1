"""Where a text names persons: by the dictionary, a surname with a title, 老 or 小 before one, after "我叫"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.analysis.comments.name_words import (
    CUES,
    NOT_BEFORE_TITLES,
    ORDINARY,
    PINYIN_SURNAMES,
    SHORT_TITLES,
    SURNAMES,
    TITLES,
    TRAILING,
    TWO_CHARACTER_SURNAMES,
    UNSURE,
)
from survey_app.analysis.comments.sounded import sounded
from survey_app.analysis.comments.words import Word, dictionary, words

Span = tuple[int, int]
"""From where to where, the end not included."""

_SURNAME = f"(?:{'|'.join(sorted(TWO_CHARACTER_SURNAMES))}|[{''.join(sorted(SURNAMES))}])"
_TITLED = re.compile(f"({_SURNAME})(?=\\s?({'|'.join(TITLES)}))")
_CALLED = re.compile(
    f"(?:{'|'.join(CUES)})[是叫为:： ]{{0,2}}({_SURNAME}[\u4e00-\u9fff]{{1,2}})(?![\u4e00-\u9fff])"
)
_SURNAMED = re.compile(f"姓({_SURNAME})(?=的|[，,。；;、\\s]|$)")
_HONOURED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b\.?\s*([A-Z][a-z'-]+(?:\s[A-Z][a-z'-]+)?)")
_PINYIN = "|".join(sorted(set(PINYIN_SURNAMES), key=lambda each: (-len(each), each)))
_IN_PINYIN = re.compile(
    rf"\b((?:{_PINYIN})\s[A-Z][a-z]+(?:\s?[A-Z][a-z]+)?|(?!M[rs]|Miss|Dr|Prof)[A-Z][a-z]+\s(?:{_PINYIN}))\b"
)
_FAMILIAR = re.compile(f"([老小大阿]{_SURNAME})(?=[哥姐嫂叔婶姨])")
_AFTER_TITLE = re.compile(
    "(?:员|班长|队长|组长|厂长|科长|段长|主任|书记|经理|主席|司机|厨师)"
    "([王李张刘陈杨赵黄周吴徐孙朱胡郭罗郑梁谢宋唐许邓冯韩曹彭萧蔡潘袁董余苏吕魏蒋杜丁沈姜范傅钟卢汪崔廖姚邱谭])"
    "(?=[，。,.、；;！!？?\\s]|$)"
)
"""A surname alone behind what somebody is, at the end; only surnames that are hardly words: not 质检员严."""
_GIVEN_KINDS = ("n", "x")
_LONGEST = 4


def names(text: str) -> Iterator[Span]:
    """Yield where persons are named in `text`; of a name with a title only the name."""
    yield from (found.span(1) for found in _HONOURED.finditer(text))
    yield from (found.span(1) for found in _IN_PINYIN.finditer(text))
    yield from sounded(text, _is_ordinary)
    yield from (found.span(1) for found in _FAMILIAR.finditer(text))
    yield from (found.span(1) for found in _AFTER_TITLE.finditer(text))
    found = words(text)
    begins = {word.start: word for word in found}
    ends = {word.end for word in found}
    yield from (match.span(1) for match in _TITLED.finditer(text) if _is_titled(match, begins))
    yield from (match.span(1) for match in _SURNAMED.finditer(text))
    yield from (match.span(1) for match in _CALLED.finditer(text) if not _is_ordinary(match.group(1)))
    named_until = 0
    for place, word in enumerate(found):
        if word.start < named_until:
            continue
        following = found[place + 1] if place + 1 < len(found) else None
        span = _with_short_title(word, following, ends) or _with_prefix(word, following) or _known(word, following)
        if span is not None:
            named_until = span[1]
            yield span


def _is_titled(match: re.Match[str], begins: dict[int, Word]) -> bool:
    """Tell whether a surname before a title is one: it begins a word, and is none that stands before titles."""
    word = begins.get(match.start())
    surname, title = match.group(1), match.group(2)
    if word is None or surname in NOT_BEFORE_TITLES:
        return False
    is_ordinary = word.text != surname and not word.text.startswith(surname + title[0])
    return not is_ordinary and not (
        word.text == surname + title and not word.kind.startswith("nr") and surname in UNSURE
    )


def _with_short_title(word: Word, following: Word | None, ends: set[int]) -> Span | None:
    """Return where the surname of 陈工 or 王总 stands."""
    text = word.text
    if len(text) == 2 and text[1] in SHORT_TITLES and text[0] in SURNAMES:
        is_name = word.kind.startswith("nr") or not (text[0] in UNSURE or dictionary().has_word(text))
        return (word.start, word.start + 1) if is_name and text not in ORDINARY else None
    if len(text) == 1 and text in SURNAMES and following is not None and following.text in SHORT_TITLES:
        return (word.start, word.end) if text not in UNSURE | NOT_BEFORE_TITLES else None
    if len(text) == 3 and text[1] == "总" and text[0] in SURNAMES - UNSURE and not dictionary().has_word(text):
        return word.start, word.start + 1
    return None


def _with_prefix(word: Word, following: Word | None) -> Span | None:
    """Return where 老刘 or 小陈 stands."""
    text = word.text
    if len(text) == 2 and text[0] in "老小阿" and text[1] in SURNAMES:
        is_name = word.kind.startswith("nr") or text[1] not in UNSURE
        return (word.start, word.end) if is_name and text not in ORDINARY else None
    if text not in {"老", "小", "阿"} or following is None or following.text[0] not in SURNAMES:
        return None
    begins_name = following.kind.startswith("nr") and following.text not in ORDINARY
    if begins_name or (len(following.text) == 1 and following.text not in UNSURE):
        return word.start, following.start + 1
    return None


def _known(word: Word, following: Word | None) -> Span | None:
    """Return where a name stands that the dictionary knows or guesses, or one cut into surname and the rest."""
    text = word.text
    if text in TWO_CHARACTER_SURNAMES or (len(text) == 1 and text in SURNAMES and word.kind.startswith("nr")):
        is_given = (
            following is not None
            and len(following.text) <= 2
            and following.kind.startswith(_GIVEN_KINDS)
            and "\u4e00" <= following.text[0] <= "\u9fff"
            and following.text not in TITLES
        )
        return (word.start, following.end) if is_given and following is not None else None
    if not word.kind.startswith("nr") or not 2 <= len(text) <= _LONGEST or _is_ordinary(text):
        return None
    is_surnamed = text[:2] in TWO_CHARACTER_SURNAMES or (text[0] in SURNAMES and len(text) < _LONGEST)
    if not is_surnamed or text.endswith(TITLES):
        return None
    is_guessed = not dictionary().has_word(text)
    if is_guessed and len(text) == 3 and text[2] in TRAILING:
        return word.start, word.end - 1
    return word.start, word.end


def _is_ordinary(text: str) -> bool:
    """Tell whether this is a word of everyday life although it begins like a name."""
    if text in ORDINARY or text[:2] in ORDINARY:
        return True
    (first, *_) = dictionary().tag(text)
    return dictionary().has_word(text) and not first[1].startswith("nr")
