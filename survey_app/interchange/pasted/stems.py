"""The first line of a question: its words, and all that people write behind them in brackets or after a colon."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from survey_app.interchange.pasted.lines import Label, Line
from survey_app.interchange.pasted.marks import Marks, last_group, strip_marks
from survey_app.interchange.pasted.options import in_stem, split_jump
from survey_app.interchange.pasted.scales import listed_scale
from survey_app.interchange.pasted.texts import BLANK, asks_for_date, parts_of, without_blank, without_date

_CODE = r"[A-Za-z]{1,10}_?[0-9]{1,5}[A-Za-z]?(?:_[A-Za-z0-9]{1,10}){0,4}"
REFERENCE = (
    rf"(?:第\s*[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?\s*题|题\s*[0-9]{{1,4}}|上一?题|前一题|(?<![A-Za-z0-9_]){_CODE})"
)
_RULE = re.compile(
    rf"{REFERENCE}\s*(?:[=≠!<>≥≤选为是未没不属中里的已]|in\b|回答)|^\s*(?:仅|如果?|若)?选[^择题]?.{{0,60}}(?:填|答|显示|跳|转)"
)
ROWS_FROM = re.compile(
    rf"(?:只|仅)?(?:显示|评价?|填写?|回答|列出)?\s*(?:您|在)?(?P<ref>{REFERENCE})\s*中?所?(?:选中|选择|选|勾选|参加)(?:过|了)?的?"
    r"(?:各?行|各?项目?|选项|内容)\s*\Z"
)
_ENDS = re.compile(
    r"\s*[（(]\s*0\s*分?\s*[=:：为是代表表示]{0,3}\s*(?P<low>[^0-9（()）=:：]{1,30}?)\s*(?:[-—–―~～,，;；、到至…→]|\s){1,4}"
    r"10\s*分?\s*[=:：为是代表表示]{0,3}\s*(?P<high>[^0-9（()）=:：]{1,30}?)\s*[)）]"
)
_TEN = re.compile(r"0\s*分?\s*(?:-|–|—|~|～|到|至)\s*10(?!\d)")
_RECOMMENDS = re.compile(r"推荐|可能|recommend|likely", re.IGNORECASE)
_AFTER_COLON = re.compile(r"(?P<stem>.{1,2000}?[:：?？])\s*(?P<list>[^:：?？]{1,200})\Z", re.DOTALL)
_SLASH = re.compile(r"\s*[/／]\s*")
_EMPTY_BRACKETS = re.compile(r"[（(]\s{0,20}[)）]\s*[。.?？]?\Z")
_UNIT = re.compile(r"[:：]?\s*[_＿]{2,100}\s*(?P<unit>[^\s_＿（()）,，。.]{1,6})\s*[。.]?\Z")


@dataclass(slots=True)
class Stem:
    """What the first line of a question says. `words` are the Chinese ones, `english` those behind a bar."""

    words: str
    english: str
    marks: Marks
    rules: list[str] = field(default_factory=list)
    rows_from: str | None = None
    low: str = ""
    high: str = ""
    grades: list[str] = field(default_factory=list)
    options: list[tuple[Label | None, str]] = field(default_factory=list)
    has_blank: bool = False
    has_date: bool = False
    unit: str = ""

    @property
    def whole(self) -> str:
        """The words with their English."""
        return f"{self.words}{self.english}"

    @property
    def is_from_zero_to_ten(self) -> bool:
        """Whether it asks for a number from 0 to 10."""
        return _TEN.search(self.words) is not None or (self.marks.low, self.marks.high) == (0, 10)

    @property
    def is_nps(self) -> bool:
        """Whether it asks how likely something is, from 0 to 10."""
        return bool(self.low) or (
            _TEN.search(self.words) is not None and _RECOMMENDS.search(self.words) is not None
        )


def read_stem(line: Line, words: str, marks: Marks, *, has_options: bool) -> Stem:
    """Read the first line of a question, of which `words` are left once its marks are taken off.

    `has_options` tells that options follow on lines of their own.
    """
    main, english = parts_of(words) if line.english is None else (words, "")
    main, inner = strip_marks(main)
    marks.add(inner)
    stem = Stem(main, english, marks)
    _take_groups(stem)
    if not has_options and marks.scale is None:
        _take_options(stem)
    _take_blanks(stem)
    return stem


def is_rule(text: str) -> bool:
    """Tell whether words look like a condition on earlier answers."""
    return len(text) <= 400 and _RULE.search(text) is not None


def _take_groups(stem: Stem) -> None:
    """Take off the brackets at the end that hold a condition, a scale, or the two ends of 0-10."""
    for _ in range(8):
        if match := _ENDS.search(stem.words[-200:]):
            start = max(0, len(stem.words) - 200)
            rest = stem.words[start + match.end() :]
            if not rest.strip(" 。.?？"):
                stem.low, stem.high = match["low"].strip(), match["high"].strip()
                stem.words = (stem.words[: start + match.start()] + rest).strip()
                continue
        group = last_group(stem.words)
        if group is None:
            return
        start, content, is_round = group
        if (rows := ROWS_FROM.match(content)) is not None:
            stem.rows_from = rows["ref"]
        elif is_rule(content) or split_jump(f"（{content}）")[1] is not None:
            stem.rules.append(content)
        elif is_round and (found := listed_scale(content)) is not None:
            stem.grades = found[0]
        else:
            return
        stem.words, further = strip_marks(stem.words[:start].rstrip())
        stem.marks.add(further)


def _take_options(stem: Stem) -> None:
    """Take off options that stand behind the words: A. 男 B. 女, 是/否."""
    if stem.marks.kind in {"short_text", "long_text", "number", "date", "statement", "nps"}:
        return
    if (found := in_stem(stem.words)) is not None:
        stem.words, options = found
        stem.words, marks = strip_marks(stem.words)
        stem.marks.add(marks)
        stem.options = [*options]
        return
    match = _AFTER_COLON.match(stem.words) if len(stem.words) < 2000 else None
    if match is None or BLANK.search(match["list"]):
        return
    listed = listed_scale(match["list"])
    parts = listed[0] if listed is not None else _SLASH.split(match["list"])
    if len(parts) > 1 and all(0 < len(part) <= 20 for part in parts):
        stem.words = match["stem"].rstrip(":：").rstrip()
        stem.options = [(None, part) for part in parts]


def _take_blanks(stem: Stem) -> None:
    """Take off a place to write at the end of the words."""
    if stem.marks.kind in {None, "date"} and asks_for_date(stem.words):
        stem.has_date = True
        stem.words = without_date(stem.words)
        return
    if stem.marks.kind == "number" and (match := _UNIT.search(stem.words[-120:])):
        stem.unit = match["unit"]
        stem.words = stem.words[: max(0, len(stem.words) - 120) + match.start()].rstrip()
        return
    if _EMPTY_BRACKETS.search(stem.words[-40:]):
        stem.words = _EMPTY_BRACKETS.sub("", stem.words).rstrip(" :：") or stem.words
    if stem.marks.kind in {None, "short_text", "long_text", "number", "date"}:
        bare, had = without_blank(stem.words)
        stem.has_blank = had or BLANK.search(stem.words) is not None
        if had and bare:
            stem.words = bare
