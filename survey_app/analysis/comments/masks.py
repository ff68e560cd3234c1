"""Masking: names, numbers and telephones give way to a word in brackets before anybody reads a comment.

Rather too much than too little: a person decides about the rest. What is masked is gone for good, because only the
masked words are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import lru_cache

from survey_app.analysis.comments.names import Span, names


class Mask(StrEnum):
    """What stands in the place of what was masked."""

    NAME = "〔姓名〕"
    TELEPHONE = "〔电话〕"
    IDENTITY = "〔证件号〕"
    CARD = "〔卡号〕"
    ACCOUNT = "〔账号〕"
    MAIL = "〔邮箱〕"
    ADDRESS = "〔网址〕"
    PLATE = "〔车牌〕"
    STAFF = "〔工号〕"
    DOOR = "〔门牌〕"
    NUMBER = "〔数字〕"
    BY_HAND = "〔…〕"


_MASKS = re.compile("|".join(re.escape(mask) for mask in Mask))
_DIGITS_IN_CHINESE = {
    **dict.fromkeys("零〇", "0"), **dict.fromkeys("一壹幺", "1"), **dict.fromkeys("二贰", "2"),
    **dict.fromkeys("三叁", "3"), **dict.fromkeys("四肆", "4"), **dict.fromkeys("五伍", "5"),
    **dict.fromkeys("六陆", "6"), **dict.fromkeys("七柒", "7"), **dict.fromkeys("八捌", "8"),
    **dict.fromkeys("九玖", "9"),
}  # fmt: skip
_GAP = r"[\s\u200b\-_.·•()+*#~]*"
_WIDE_GAP = r"[\s\u200b\-_.·•()+*#~,，、/:;|]*"


def _of(count: str, gap: str = _GAP) -> str:
    """Return the pattern of digits with gaps; `count` as in a regular expression, for all digits but the first."""
    return rf"\d(?:{gap}\d){{{count}}}"


_STRUCK_OUT = r"(?:\s?[xX*×#某]){3,14}\s?"
"""What people write for digits that they leave out: those that are left still tell who it is."""
_START, _STOP = r"(?<!\d)(?<!\d[\s\u200b\-_.·])", r"(?!\d)"
_NUMBERS: tuple[tuple[Mask, re.Pattern[str]], ...] = (
    (Mask.MAIL, re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]+)+")),
    (Mask.ADDRESS, re.compile(r"(?:https?://|www\.)[^\s〔〕，。；]+", re.IGNORECASE)),
    (Mask.IDENTITY, re.compile(rf"{_START}[1-8](?:{_GAP}\d){{16}}{_GAP}[\dxX](?![\dA-Za-z])")),
    (Mask.CARD, re.compile(rf"{_START}[3-6]{_GAP}{_of('14,17')}{_STOP}")),
    (
        Mask.TELEPHONE,
        re.compile(rf"(?:(?:\+|00)86{_GAP}|{_START})1{_WIDE_GAP}[3-9](?:{_WIDE_GAP}\d){{9}}{_STOP}"),
    ),
    (Mask.TELEPHONE, re.compile(rf"{_START}[48]00{_GAP}{_of('6')}{_STOP}")),
    (Mask.TELEPHONE, re.compile(rf"{_START}\(?0{_GAP}[1-9](?:{_GAP}\d){{8,10}}{_STOP}")),
    (
        Mask.TELEPHONE,
        re.compile(rf"(?:电话|座机|手机|分机|短号|热线|Tel|tel|TEL)[号码是为:：\s.]{{0,4}}({_of('2,7')})"),
    ),
    (
        Mask.ACCOUNT,
        re.compile(
            r"(?:微信|薇信|威信|徽信|维信|微x|vx|v信|wx|we\s?chat|wei\s?xin|qq|扣扣|抖音|钉钉|快手|小红书|支付宝"
            r"|(?<=[加系我])[vq](?=[\d:=号\s]))"
            r"(?:群|号码|号|账号|id)*[是为:：=\s]{0,3}(?P<id>[A-Za-z0-9][\w-]{4,29})",
            re.IGNORECASE | re.ASCII,
        ),
    ),
    (
        Mask.ACCOUNT,
        re.compile(
            r"(?:(?:微信|抖音|快手|qq|小红书)(?:昵称|网名|名字?)|网名|昵称)[是叫为:：]{1,2}\s?"
            r"(?P<id>[\w\u4e00-\u9fff-]{1,16})",
            re.IGNORECASE,
        ),
    ),
    (Mask.ACCOUNT, re.compile(r"(?<![A-Za-z0-9._])@(?!所有人|全体|大家|各位)(?P<id>[\w·-]{1,16})")),
    (Mask.TELEPHONE, re.compile(rf"{_START}1[3-9]\d{_STRUCK_OUT}\d{{2,4}}{_STOP}")),
    (Mask.NUMBER, re.compile(rf"{_START}\d{{3,6}}{_STRUCK_OUT}\d{{2,4}}{_STOP}")),
    (
        Mask.PLATE,
        re.compile(
            r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][\s·.-]?(?=[A-Za-z]*\d)[A-Za-z0-9]{5,6})"
            r"(?![A-Za-z0-9])"
        ),
    ),
    (
        Mask.STAFF,
        re.compile(
            r"(?:工号|员工号|职工号|工牌号?|胸牌号?|编号|学号|警号|卡号|证号|社保号|账号)[是为:：\s]{0,3}"
            r"(?P<id>[A-Za-z]{0,4}-?\d[\w-]*)",
            re.ASCII,
        ),
    ),
    (
        Mask.DOOR,
        re.compile(r"(?<=[路街道巷弄村里湾])\s?(\d{1,5}(?:-\d+)?\s?号?(?:附\d+号)?)(?=院|楼|大院|内|[，。,\s]|$)"),
    ),
    (Mask.DOOR, re.compile(r"(\d{1,3}\s?(?:栋|幢|座|号楼)\s?(?:\d{1,2}\s?单元)?\s?\d{2,4}\s?(?:室|房|号)?)")),
    (Mask.DOOR, re.compile(r"(\d{1,2}\s?单元\s?\d{2,4}\s?(?:室|房|号)?)")),
    (Mask.DOOR, re.compile(r"(?:宿舍|寝室|房间)[号是:：\s]{0,2}(\d{3,4})(?!\d|元|人|块|名|多)")),
    (Mask.DOOR, re.compile(r"(?<!\d)([1-9]\d{2,3}\s?)(?=室|宿舍|寝室|房间)")),
    (Mask.NUMBER, re.compile(_of("4,"))),
)
"""What is masked, more telling kinds first. The group `id`, or the first one, is what goes; else all of it."""
_IN_CHINESE = re.compile(_of("6,"))


@lru_cache(maxsize=20_000)
def masked(text: str) -> str:
    """Return `text` with everything masked that may name or reach a person; masking that again changes nothing."""
    while True:
        after = _once(text)
        if after == text:
            return text
        text = after


def hidden(text: str, part: str) -> str | None:
    """Return a masked text with each occurrence of `part` masked by hand; None where it has none to mask."""
    wanted = part.strip()
    parts = tuple(pieces(wanted))
    own = "".join(piece for piece, is_mask in parts if not is_mask)
    if not own.strip() or set(own) & set("〔〕"):  # a mask is neither cut nor masked again
        return None
    if any(is_mask for _, is_mask in parts):
        after = text.replace(wanted, Mask.BY_HAND)
    else:
        after = _between_masks(text, lambda piece: piece.replace(wanted, Mask.BY_HAND))
    return after if after != text else None


def says_something(text: str) -> bool:
    """Tell whether a masked text has any letter or digit besides masks."""
    return any(char.isalnum() for char in _MASKS.sub("", text))


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a masked text in order, each with whether it is a mask."""
    place = 0
    for found in _MASKS.finditer(text):
        if found.start() > place:
            yield text[place : found.start()], False
        yield found.group(), True
        place = found.end()
    if place < len(text):
        yield text[place:], False


def _between_masks(text: str, change: Callable[[str], str]) -> str:
    return "".join(piece if is_mask else change(piece) for piece, is_mask in pieces(text))


def _once(text: str) -> str:
    return _between_masks(text, _mask_piece)


def _mask_piece(piece: str) -> str:
    """Mask the first kind of thing that there is, numbers before names; the caller comes back for more."""
    plain = "".join(map(_plain, piece))
    for mask, pattern in _NUMBERS:
        spans = [_span(found) for found in pattern.finditer(plain)]
        if spans:
            return _replaced(piece, spans, mask)
    counted = "".join(_DIGITS_IN_CHINESE.get(char, char) for char in plain)
    if counted != plain:
        spans = [found.span() for found in _IN_CHINESE.finditer(counted)]
        if spans:
            return _replaced(piece, spans, Mask.NUMBER)
    return _replaced(piece, names(plain), Mask.NAME)


def _span(found: re.Match[str]) -> Span:
    if "id" in found.re.groupindex:
        return found.span("id")
    return found.span(1) if found.re.groups else found.span()


def _replaced(text: str, spans: Iterable[Span], mask: Mask) -> str:
    """Return `text` with the spans, of which some may overlap, replaced."""
    made, place = [], 0
    for start, end in sorted(set(spans)):
        if start >= place:
            made.append(text[place:start] + mask)
        place = max(place, end)
    return "".join(made) + text[place:]


@lru_cache(maxsize=10_000)
def _plain(char: str) -> str:
    """Return the plain form of a character, always one: of full-width ones, digits of any script, unseen signs."""
    if char.isascii():
        return char
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return "\u200b"
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) == 1:
        return "-" if unicodedata.category(folded) == "Pd" else folded
    return "0" if folded.isdigit() else char
