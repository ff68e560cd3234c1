"""The first line of a question: its words, and all that people write behind them in brackets or after a colon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from survey_app.interchange.pasted.grades import (
    are_grades,
    are_opposites,
    grades_with_points,
    listed_grades,
    points_in,
)
from survey_app.interchange.pasted.grids import header_of
from survey_app.interchange.pasted.letters import HALF_WIDTH
from survey_app.interchange.pasted.lines import Label, Line
from survey_app.interchange.pasted.marks import Marks, last_group, strip_marks
from survey_app.interchange.pasted.options import in_stem, split_jump
from survey_app.interchange.pasted.texts import BLANK, asks_for_date, parts_of, without_blank, without_date

_CODE = r"[A-Za-z]{1,10}_?[0-9]{1,5}[A-Za-z]?(?:_[A-Za-z0-9]{1,10}){0,4}"
REFERENCE = (
    rf"(?:第\s*[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?\s*题|题\s*[0-9]{{1,4}}|上一?题|前一题|(?<![A-Za-z0-9_]){_CODE})"
)
_RULE = re.compile(
    rf"{REFERENCE}\s*(?:[=≠!<>≥≤选为是未没不属中里的已]|in\b|回答)|^\s*(?:仅|如果?|若)?选[^择题]?.{{0,60}}(?:填|答|显示|跳|转)"
)
_DEPENDS = re.compile(
    r"依赖于?\s*第\s*([0-9]{1,4})\s*题的?\s*第\s*([0-9]{1,3}(?:\s*[;；,，、]\s*[0-9]{1,3}){0,40})\s*个选项\s*\Z"
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
_ANY_COMMA = re.compile(r"\s*[/／、,，;；]\s*|\s+")
_STARS = re.compile(r"[:：]?\s*[★☆⭐]{5}\s*\Z")
_EMPTY_BRACKETS = re.compile(r"[（(]\s{0,20}[)）]\s*[。.?？]?\Z")
_UNIT = re.compile(
    r"[:：]?\s*(?:[_＿]{2,100}|[（(][\s_＿]{1,20}[)）])\s*(?P<unit>[^\s_＿（()）,，。.]{1,6})\s*[。.]?\Z"
)
_UNITS = re.compile(
    "岁|周岁|年|个?月|个?星期|周|天|日|个?小时|分钟|分|元|万元?|千元|人|名|位|户|次|起|件|个|项|条|份|场|班|平方米|公里|千米|米"
    "|公斤|斤|吨|[%％]|years?|months?|weeks?|days?|hours?|minutes?|people|times|points?",
    re.IGNORECASE,
)
"""What a number is counted in, where a blank stands before it and nothing says what is asked for."""
_FULL_MARKS = re.compile(r"满分(?:为|是|[:：])?\s*([0-9]{1,4})\s*分")
_SPACED = re.compile(r"\s{2,}|\t")
_BOXES = re.compile("[□☐○]")
_TICKS = re.compile(r"(?P<words>[^\s□☐○（()）?？:：]{1,20})\s*(?:[□☐○]|[（(]\s{0,8}[)）])")
_BARE_LETTERS = re.compile(r"(?<![A-Za-z0-9])([A-Z])[ \u3000]{0,2}(?=[\u3400-\u9fff])")
_BEFORE_OPTIONS = "?？:：)）　 \t"


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
    most: int | None = None
    """The number that 满分100分 names."""

    @property
    def whole(self) -> str:
        """The words with their English."""
        return f"{self.words}{self.english}"

    @property
    def is_from_zero_to_ten(self) -> bool:
        """Whether it asks for a number from 0 to 10."""
        return _TEN.search(self.words) is not None or (self.marks.low, self.marks.high) == (0, 10)

    @property
    def points(self) -> tuple[int, int] | None:
        """The lowest and highest number of points that it asks for, if there are few: （1-5分）."""
        return points_in(self.words)

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
    if (header := header_of(main)) is not None:
        stem.words, stem.grades = header
        return stem
    blank = _take_blank_behind(stem)
    _take_first_group(stem)
    _take_groups(stem)
    stem.words += blank
    if not has_options and marks.kind in {None, "scale"} and (stars := _STARS.search(stem.words)) is not None:
        stem.words, stem.marks.scale = stem.words[: stars.start()], "S5STAR"
    if not has_options and marks.scale is None:
        _take_options(stem)
    _take_blanks(stem)
    return stem


def is_rule(text: str) -> bool:
    """Tell whether words look like a condition on earlier answers."""
    return len(text) <= 400 and (_RULE.search(text) is not None or _DEPENDS.match(text) is not None)


def plain_rule(text: str) -> str:
    """Return a condition as 问卷星 writes it, 依赖于第5题第2;3个选项, as people write it."""
    match = _DEPENDS.match(text)
    if match is None:
        return text
    return f"第{match[1]}题选" + "或".join(f"第{number}项" for number in re.findall(r"[0-9]+", match[2]))


def _take_blank_behind(stem: Stem) -> str:
    """Take the place to write from behind brackets, so that these are looked at; return it."""
    words = stem.words
    unit = _UNIT.search(words[-120:])
    is_unit = unit is not None and _UNITS.fullmatch(unit["unit"]) is not None
    bare = (
        words[: max(0, len(words) - 120) + unit.start()]
        if unit is not None and is_unit
        else without_blank(words)[0]
    )
    if bare == words or bare[-1:] not in {")", "）", "]", "】"}:
        return ""
    stem.words, marks = strip_marks(bare)
    stem.marks.add(marks)
    return words[len(bare) :]


def _take_first_group(stem: Stem) -> None:
    """Take off brackets at the beginning that hold a condition: （Q1选“来过”的回答）….

    A condition that cannot be read is told with its words, so nothing goes unsaid.
    """
    if stem.words[:1] not in {"(", "（", "[", "【"}:
        return
    closing = {"(": ")", "（": "）", "[": "]", "【": "】"}[stem.words[0]]
    end = stem.words.find(closing, 1, 200)
    if end > 0 and is_rule(stem.words[1:end]) and stem.words[end + 1 :].strip():
        stem.rules.append(stem.words[1:end])
        stem.words = stem.words[end + 1 :].strip()


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
        start = _take_group(stem, start, content, is_round=is_round)
        if start < 0:
            return
        stem.words, further = strip_marks(stem.words[:start].rstrip())
        stem.marks.add(further)


def _take_group(stem: Stem, start: int, content: str, *, is_round: bool) -> int:
    """Take what brackets at the end hold; return how far the question's words go now, -1 where they stay."""
    if (rows := ROWS_FROM.match(content)) is not None:
        stem.rows_from = rows["ref"]
    elif split_jump(f"（{content}）")[1] is not None:
        if (led := _listed_behind(stem.words[:start].rstrip())) is not None and not stem.options:
            # 是否会员？A.是 B.否（跳到第5题）: it belongs to the last option.
            words, (*before, (label, last)) = led
            stem.options = [*before, (label, f"{last}（{content}）")]
            return len(words)
        stem.rules.append(content)
    elif is_rule(content):
        stem.rules.append(content)
    elif not is_round:
        return -1
    elif (found := listed_grades(content)) is not None:
        stem.grades = found
    elif _are_answers(listed := _SLASH.split(content), stem.words[:start].rstrip()):
        stem.options = [(None, each) for each in listed]
    elif (lettered := _listed_behind(f":{content}")) is not None and not lettered[0]:
        stem.options = lettered[1]
    else:
        # Points stay among the words: （1-5分） tells people what to write.
        stem.grades = grades_with_points(content) or stem.grades
        return -1
    return start


def _are_answers(listed: Sequence[str], before: str) -> bool:
    """Tell whether brackets behind a question list its answers: （是/否）, 透明吗？（透明/不透明/不清楚）."""
    if are_opposites(listed):
        return True
    return (
        1 < len(listed) <= 8
        and before[-1:] in {"?", "？", ":", "："}
        and all(0 < len(each) <= 10 for each in listed)
    )


def _take_options(stem: Stem) -> None:
    """Take off options that stand behind the words: A. 男 B. 女, 是/否."""
    if stem.options or stem.marks.kind in {"short_text", "long_text", "number", "date", "statement", "nps"}:
        return
    if (found := _listed_behind(stem.words)) is not None:
        stem.words, options = found
        stem.words, marks = strip_marks(stem.words)
        stem.marks.add(marks)
        stem.options = [*options]
        return
    match = _AFTER_COLON.match(stem.words) if len(stem.words) < 2000 else None
    if match is None or BLANK.search(match["list"]) or match["list"][0] in "(（[【":
        return
    is_choice = stem.marks.kind in {"single", "multiple", "ranking"}
    parts = listed_grades(match["list"]) or (_ANY_COMMA if is_choice else _SLASH).split(match["list"].strip("。. "))
    if len(parts) > 1 and all(0 < len(part) <= 20 for part in parts):
        stem.words = match["stem"].rstrip(":：").rstrip()
        stem.options = [(None, part) for part in parts]


def _listed_behind(words: str) -> tuple[str, list[tuple[Label | None, str]]] | None:
    """Split options that stand behind a question on its own line from it: A. 男 B. 女, 是    否."""
    found = in_stem(words)
    return _apart(words) if found is None else (found[0], [*found[1]])


def _apart(words: str) -> tuple[str, list[tuple[Label | None, str]]] | None:
    """Split "是否参加    是    否", "去过吗？A是 B否" into the stem and its options."""
    if len(words) > 400:
        return None
    gaps = [*_SPACED.finditer(words.strip())]
    parts: list[str] = _SPACED.split(words.strip())
    for count in range(len(gaps), 1, -1):
        listed = parts[-count:]
        if are_opposites(listed) or are_grades(listed):
            return words.strip()[: gaps[-count].start()], [(None, each) for each in listed]
    ticked = [*_TICKS.finditer(words)]
    start = ticked[0].start() if ticked else 0
    behind = ticked_behind(words[start:])
    has_boxes = len(_BOXES.findall(words)) > 1
    if start and behind is not None and (has_boxes or are_opposites(behind) or are_grades(behind)):
        return words[:start].rstrip(" :：　"), [(None, each) for each in behind]
    return _bare_letters(words)


def ticked_behind(text: str) -> list[str] | None:
    """Return the options of a line that has a box to tick behind each: 是□ 否□, 有（ ） 无（ ）."""
    ticked = [*_TICKS.finditer(text)] if len(text) <= 400 else []
    if len(ticked) < 2 or _TICKS.sub("", text).strip():
        return None
    return [match["words"] for match in ticked]


def _bare_letters(words: str) -> tuple[str, list[tuple[Label | None, str]]] | None:
    found = [*_BARE_LETTERS.finditer(words)]
    if len(found) < 2 or [match[1] for match in found] != [chr(ord("A") + place) for place in range(len(found))]:
        return None
    start = found[0].start()
    if start == 0 or words[start - 1] not in _BEFORE_OPTIONS:
        return None
    ends = [*(match.start() for match in found[1:]), len(words)]
    options = [words[match.end() : end].strip(" ,，;；、") for match, end in zip(found, ends, strict=True)]
    if not all(0 < len(each) <= 20 for each in options):
        return None
    return words[:start].rstrip(" :：　"), [(None, each) for each in options]


def _take_number(stem: Stem) -> bool:
    """Take off a place for a number: 工龄____年, （满分100分）____分. Tell whether there was one."""
    match = _UNIT.search(stem.words[-120:])
    kind = stem.marks.kind
    if match is None or (kind is None and not _UNITS.fullmatch(match["unit"])) or kind not in {None, "number"}:
        return False
    stem.unit = match["unit"]
    if (most := _FULL_MARKS.search(stem.words.translate(HALF_WIDTH)[:1000])) is not None:
        stem.most = int(most[1])
    start = max(0, len(stem.words) - 120) + match.start()
    stands_apart = not stem.words[max(0, start - 1)].isalnum() or match[0][0] in ":： \t\u3000"
    if start and stands_apart:
        stem.words = stem.words[:start].rstrip()
    else:
        stem.has_blank = True
    return True


def _take_blanks(stem: Stem) -> None:
    """Take off a place to write at the end of the words."""
    if stem.marks.kind in {None, "date"} and asks_for_date(stem.words):
        stem.has_date = True
        stem.words = without_date(stem.words)
        return
    if not stem.options and not stem.grades and _take_number(stem):
        return
    if _EMPTY_BRACKETS.search(stem.words[-40:]):
        stem.words = _EMPTY_BRACKETS.sub("", stem.words).rstrip(" :：") or stem.words
    if stem.marks.kind in {None, "short_text", "long_text", "number", "date"}:
        bare, had = without_blank(stem.words)
        stem.has_blank = had or BLANK.search(stem.words) is not None
        if had and bare:
            stem.words = bare
