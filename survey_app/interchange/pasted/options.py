"""Options as people write them: on a line each, several on a line, 其他____, 以上都没有, →跳到第10题."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.asides import only_for
from survey_app.interchange.pasted.lines import Label, Line, Sign
from survey_app.interchange.pasted.marks import Marks, strip_marks
from survey_app.interchange.pasted.texts import parts_of, text_of, without_blank
from survey_app.questionnaire.text import Text

_LETTERS = {
    chr(ord("A") + index): re.compile(
        rf"(?<![A-Za-z0-9])(?:[（(]\s*{sign}\s*[)）]\s*[.．、]?|{sign}\s*[.．、:：)）](?![A-Za-z]\.))\s*"
    )
    for index, sign in enumerate(f"[{chr(ord('A') + n)}{chr(ord('a') + n)}{chr(ord('Ａ') + n)}]" for n in range(26))
}
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BOXES = re.compile(r"[○◯●□☐■▢◻◇☑]\s*")
_BRACKETS = re.compile(r"[（(\[【]\s{0,8}[)）\]】]\s*")
_TARGET = (
    r"(?P<target>第\s*[0-9]{1,4}(?:\.[0-9]{1,2})?\s*题|第\s*[一二三四五六七八九十0-9]{1,4}\s*部分"
    r"|[A-Za-z]{1,10}_?[0-9]{1,5}[A-Za-z]?(?:_[A-Za-z0-9]{1,10}){0,3}|[0-9]{1,4}\s*题?|[一二三四五六七八九十]{1,3}大?题?"
    r"|问卷(?:末尾|结尾|最后)|末尾|最后|结尾|结束语?|提交(?:问卷)?)"
)
_GO = (
    r"(?:(?:选此项|选择此项)?[者请则后,，]{0,3}(?:直接)?(?:跳转?|转)\s*(?:过|到|至|往|去|答|填){0,3}|→|⇒|➔|-+>|=+>)"
)
_JUMP = re.compile(
    rf"\s*[（(\[【]?\s*{_GO}\s*(?:请?(?:跳转?|转)(?:到|至|往)?)?\s*{_TARGET}\s*(?:作答|回答|填写)?\s*[)）\]】]?\s*[。.]?\Z"
)
_END = re.compile(
    r"\s*[（(\[【]\s*(?:请|则|直接)?(?:结束|终止)\s*(?:答题|问卷|作答|调查|访问|填写)?\s*[)）\]】]\s*[。.]?\Z"
)
_PLEASE_SAY = re.compile(r"请(?:注明|说明|写明|具体说明|列出|填写|具体)|please (?:specify|say)", re.IGNORECASE)
_PLACE_IN_BRACKETS = re.compile(r"([（(][^（()）_＿]{0,20}?)[:：]?\s*[_＿]{2,100}\s*([)）])\Z")
_EXCLUSIVE = re.compile(
    r"(?:以上|上述).{0,4}(?:都|皆|均|全)(?:不|没|无|未).{0,8}|(?:都|均|全都?|什么都|哪个都|一个都|一项都)(?:没|无|不是|未).{0,6}"
    r"|无|没有|没有以上.{0,6}|无以上.{0,6}|一[个项]也?没有?.{0,4}|从未.{0,6}|从没.{0,6}|以上皆非"
    r"|none(?:of(?:them|these|theabove))?|nothing"
)
END = "结束"
"""A jump's target that is past the last question."""


@dataclass(slots=True)
class Entry:
    """An option, or a row, as it was written. `words` are its wording, in both languages as one; `jump` is where
    choosing it leads, `only` the numbers of the questions that are asked of nobody else: （请回答第4题）.
    """

    line: Line
    label: Label | None
    words: str
    text: Text
    marks: Marks
    specify: bool = False
    jump: str | None = None
    only: tuple[str, ...] | None = None

    @property
    def is_exclusive(self) -> bool:
        """Whether the words themselves say that nothing else can be chosen with it."""
        return says_exclusive(self.text)


def says_exclusive(text: Text) -> bool:
    """Tell whether an option's words mean that nothing else can be chosen with it: 以上都没有."""
    return _EXCLUSIVE.fullmatch(normal(text.zh or text.en)) is not None


def read_entry(line: Line, label: Label | None, words: str, *, is_english: bool, is_alone: bool = True) -> Entry:
    """Read one option. `is_alone` holds where the whole line is this one."""
    words, jump = split_jump(words)
    leads = only_for(words)
    words, only = leads if leads is not None else (words, None)
    words, marks = strip_marks(words)
    words, further = split_jump(words)
    main, english = parts_of(words)
    main, inner = strip_marks(main)
    marks.add(inner)
    main, places = _PLACE_IN_BRACKETS.subn(r"\1\2", main)
    bare, had_blank = without_blank(main)
    says = _PLEASE_SAY.search(main[-40:]) is not None or had_blank or places > 0
    main = bare if bare else main
    whole = f"{main}{english}"
    text = text_of(line, whole, is_english=is_english) if is_alone else _text(whole, is_english=is_english)
    specify = marks.specify if marks.specify is not None else says
    return Entry(line, label, main, text, marks, specify, jump or further, only)


def _text(words: str, *, is_english: bool) -> Text:
    main, english = parts_of(words)
    if english:
        return Text(main, english.removeprefix(" | "))
    return Text(en=words) if is_english else Text(words)


def split_jump(words: str) -> tuple[str, str | None]:
    """Take "（跳到第10题）" off the end of words, and return where it leads."""
    start = max(0, len(words) - 80)
    tail = words[start:]
    if match := _END.search(tail):
        return words[: start + match.start()].rstrip(), END
    if ("跳" in tail or "转" in tail or ">" in tail or "→" in tail or "⇒" in tail or "➔" in tail) and (
        match := _JUMP.search(tail)
    ):
        return words[: start + match.start()].rstrip(), match["target"]
    return words, None


def asks_to_say(words: str) -> bool:
    """Tell whether an option's own words ask to say more, as `read_entry` sees it."""
    main, _ = parts_of(words)
    return _PLEASE_SAY.search(main[-40:]) is not None or without_blank(main)[1]


# --- several on a line -----------------------------------------------------------------------------


def inline(words: str, label: Label) -> list[tuple[Label, str]]:
    """Split a line that begins with one option's label and goes on with the next ones: A. 男 B. 女."""
    found: list[tuple[Label, str]] = []
    position = 0
    for following in _following(words, label):
        start, end, name = following
        found.append((label, words[position:start].strip(" \t\u3000;；,，")))
        label = Label(label.sign, name, label.value + 1)
        position = end
    found.append((label, words[position:].strip()))
    return found


def _following(words: str, label: Label) -> Iterator[tuple[int, int, str]]:
    """Yield where each of the next labels stands."""
    position, value = 0, label.value
    while len(words) < 20_000:
        value += 1
        pattern = _pattern(label, value)
        match = pattern.search(words, position) if pattern is not None else None
        if match is None:
            return
        yield match.start(), match.end(), match[0].strip(" .．、:：()（）")
        position = match.end()


def _pattern(label: Label, value: int) -> re.Pattern[str] | None:
    match label.sign:
        case Sign.LETTER | Sign.BARE_LETTER if value <= 26:
            return _LETTERS[chr(ord("A") + value - 1)]
        case Sign.CIRCLED if value <= len(_CIRCLES):
            return re.compile(rf"{_CIRCLES[value - 1]}\s*[.．、]?\s*")
        case Sign.BULLET if _BOXES.match(label.name):
            return _BOXES
        case Sign.BULLET if label.name[:1] in "([【（":
            return _BRACKETS
        case Sign.PAREN:
            return re.compile(rf"(?:(?<=\s)|[（(])\s*{value}\s*[)）]\s*")
        case Sign.NUMBER:
            return re.compile(rf"(?<=\s){value}\s*[.．、]\s*(?![0-9])")
    return None


def in_stem(words: str) -> tuple[str, list[tuple[Label, str]]] | None:
    """Split "您的性别：A. 男 B. 女" into the stem and its options; None where there are none.

    Two labels at least, or a box to tick that stands twice, must be there.
    """
    for sign, first in ((Sign.LETTER, _LETTERS["A"]), (Sign.CIRCLED, re.compile(r"①\s*")), (Sign.BULLET, _BOXES)):
        match = first.search(words[:20_000])
        if match is None or match.start() == 0:
            continue
        name = match[0].strip(" .．、:：()（）")
        options = inline(words[match.end() :], Label(sign, name, int(sign is not Sign.BULLET)))
        if len(options) > 1 and all(text for _, text in options):
            return words[: match.start()].rstrip(" :：　"), options
    return None
