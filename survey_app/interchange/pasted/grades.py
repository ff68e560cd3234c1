"""Words that grade: 很满意 满意 一般 不满意 很不满意, whether or not a scale that we ship has them.

Also scales that are only numbers (1-5分), and the two ends that people write around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.letters import HALF_WIDTH
from survey_app.interchange.pasted.scales import listed_scale, split_list

_HOW = (
    "非常|十分|特别|极其|极为|相当|比较|较为|基本上?|总体|还算|有点|有些|很|极|最|较|挺|太"
    "|不太|不大|不是很|不怎么|不够|很不|非常不|十分不|极不|极其不|完全不|一点也不|一点都不|毫不|不"
)
_WHAT = (
    "满意|同意|赞同|认同|认可|了解|清楚|熟悉|知道|知晓|符合|重要|及时|愿意|信任|支持|方便|合理|公平|公正|关心|有用|有效"
    "|规范|到位|需要|可能|严重|频繁|经常|明显|好|差|多|少|高|低|大|小|强|弱|快|慢"
)
_GRADE = re.compile(rf"(?P<how>{_HOW})?(?P<what>{_WHAT})")
_BETWEEN = re.compile(
    "一般般?|一般化|尚可|还可以|还行|中等|中立|普通|适中|无所谓|不确定|不好说|说不清楚?|没想好|从不|从未|偶尔|有时|总是|很少"
)
NOT_COUNTED = re.compile(
    "不了解|不清楚|不知道|不适用|弃权|(?:没有?|未)(?:用过|接触过?|参加过?|参与过?|使用过?|办理过?|享受过?)"
    "|说不清楚?|不好说|不了解、未参与"
)
_FAMILIES = (
    re.compile("从不|从未|几乎不|很少|偶尔|有时候?|经常|时常|常常|总是|每天|每周|每月|几乎每天"),
    re.compile("优秀?|良好?|中等?|一般|较?好|较?差|合格|不合格|及格|不及格|称职|基本称职|不称职|达标|不达标"),
)
"""Grades that have no word in common."""
_OPPOSITES = ({"好", "差"}, {"多", "少"}, {"高", "低"}, {"大", "小"}, {"强", "弱"}, {"快", "慢"})
_STRICT = re.compile("(?:非常|十分|特别|很|挺|相当|极其)?满意")
_SATISFIED = re.compile("(?:比较|较为?|基本上?|总体|还算)?满意")
_POINTED = re.compile(r"([^0-9]{1,8}?)[=＝:：]?([0-9]{1,3})分|([0-9]{1,3})分?[=＝:：]?([^0-9]{1,8}?)")
_PAIRS = {("是", "否"), ("有", "无"), ("有", "没有"), ("对", "错"), ("男", "女"), ("同意", "反对"), ("是", "不是")}
_NOT = ("不", "没", "没有", "未", "非")


def listed_grades(text: str) -> list[str] | None:
    """Return the grades in a line that lists nothing else; None for any other line."""
    if len(text) > 400:
        return None
    if (found := listed_scale(text)) is not None:
        return found[0]
    words = split_list(text)
    return words if are_grades(words) else None


def grades_with_points(text: str) -> list[str] | None:
    """Return the grades in 非常满意5分，满意4分，一般3分; None for other words."""
    parts = [part for part in re.split(r"[，,、;；/／\s]+", text[:200]) if part]
    found = [_POINTED.fullmatch(part.translate(HALF_WIDTH)) for part in parts]
    words = [(match[1] or match[4]) for match in found if match is not None]
    return words if len(words) == len(parts) and are_grades(words) else None


def are_grades(words: Sequence[str]) -> bool:
    """Tell whether words are grades of one thing: at least two of it, and none twice."""
    plain = [normal(each) for each in words]
    if not 2 <= len(plain) <= 11 or len(set(plain)) < len(plain):
        return False
    graded = {each: match["what"] for each in plain if (match := _GRADE.fullmatch(each)) is not None}
    if len(set(graded.values())) > 1:
        # 不了解 is a grade among 很了解, 了解, …; behind 满意, … it stands for no answer.
        graded = {each: what for each, what in graded.items() if not NOT_COUNTED.fullmatch(each)}
    of_what = list(graded.values())
    others = [each for each in plain if _GRADE.fullmatch(each) is None]
    is_one_thing = len(set(of_what)) == 1 or any(set(of_what) == pair for pair in _OPPOSITES)
    if len(plain) > 2 and any(all(map(family.fullmatch, plain)) for family in _FAMILIES):
        return True
    known = all(_BETWEEN.fullmatch(each) or NOT_COUNTED.fullmatch(each) for each in others)
    return len(of_what) >= 2 and is_one_thing and known


@dataclass(frozen=True, slots=True)
class Standing:
    """What a grade of satisfaction is worth. `score` is 0-100, None for what is left out of the base."""

    score: int | None
    satisfied: bool
    strict: bool

    @property
    def in_base(self) -> bool:
        """Whether it counts at all."""
        return self.score is not None


def satisfaction(words: Sequence[str]) -> list[Standing] | None:
    """Return what grades of satisfaction are worth, best or worst first; None for other words.

    Scores lie evenly between 100 and 0. As in the shipped scales, 满意 and better count as strictly satisfied,
    基本满意 and 比较满意 as satisfied, 一般 as neither.
    """
    plain = [normal(each) for each in words]
    counted = [each for each in plain if not NOT_COUNTED.fullmatch(each)]
    named = [each for each in counted if (match := _GRADE.fullmatch(each)) and match["what"] == "满意"]
    if not are_grades(plain) or len(named) < 2:
        return None
    first, last = _SATISFIED.fullmatch(counted[0]), _SATISFIED.fullmatch(counted[-1])
    is_turned = not (first or _STRICT.fullmatch(counted[0]))
    if is_turned and not (last or _STRICT.fullmatch(counted[-1])):
        return None
    steps = len(counted) - 1
    scores = {each: round(100 * (steps - place) / steps) for place, each in enumerate(counted)}
    if is_turned:
        scores = {each: 100 - score for each, score in scores.items()}
    return [_standing(each, scores.get(each)) for each in plain]


def _standing(words: str, score: int | None) -> Standing:
    is_strict = score is not None and _STRICT.fullmatch(words) is not None
    is_satisfied = score is not None and (is_strict or _SATISFIED.fullmatch(words) is not None)
    return Standing(score, is_satisfied, is_strict)


def are_opposites(words: Sequence[str]) -> bool:
    """Tell whether two words are yes and no of something: 是/否, 知道/不知道."""
    if len(words) != 2:
        return False
    one, other = (normal(each) for each in words)
    is_denied = any(first == f"{no}{second}" for no in _NOT for first, second in ((one, other), (other, one)))
    return (one, other) in _PAIRS or (other, one) in _PAIRS or (is_denied and len(one + other) <= 20)


# --- numbers ---------------------------------------------------------------------------------------

_POINTS = re.compile(
    r"(?<![0-9.])(?P<low>[01])\s*分?\s*(?:-|–|—|－|~|～|到|至)\s*(?P<high>10|[3-9])\s*(?P<unit>分|points?)",
    re.IGNORECASE,
)
_TICKED = re.compile(r"[○◯〇□☐●]?\s*([0-9]{1,2})\s*分?")
_CELLS = re.compile(r"[\s/／|｜]+")
_END = re.compile(r"(?P<number>[0-9]{1,2})\s*分?\s*[=＝:：、.．]?\s*(?P<words>[^0-9]{0,30})")


def points_in(text: str) -> tuple[int, int] | None:
    """Return the lowest and highest number of points that words ask for: （1-5分，5分最满意）."""
    match = _POINTS.search(text.translate(HALF_WIDTH)[:1000])
    return (int(match["low"]), int(match["high"])) if match is not None else None


@dataclass(frozen=True, slots=True)
class Ladder:
    """A line of numbers with a word at either end: 很不满意 ○1 ○2 ○3 ○4 ○5 很满意."""

    numbers: tuple[int, ...]
    low: str
    high: str


def ladder_on(text: str) -> Ladder | None:
    """Return the numbers that a line counts up or down, each by one, and the words at the ends."""
    if len(text) > 300:
        return None
    cells = [cell for cell in _CELLS.split(text.translate(HALF_WIDTH)) if cell and cell not in "○◯〇□☐●"]
    values = [int(match[1]) if (match := _TICKED.fullmatch(cell)) else None for cell in cells]
    inside = [index for index, value in enumerate(values) if value is not None]
    if len(inside) < 3 or inside != list(range(inside[0], inside[-1] + 1)) or inside[0] > 3:
        return None
    numbers = tuple(value for value in values if value is not None)
    step = numbers[1] - numbers[0]
    if abs(step) != 1 or any(after - before != step for before, after in pairwise(numbers)):
        return None
    return Ladder(numbers, " ".join(cells[: inside[0]]), " ".join(cells[inside[-1] + 1 :]))


def counted_points(words: Sequence[str]) -> list[int] | None:
    """Return the numbers of grades such as "5分 非常满意", "4分", …, where they count by one; None otherwise."""
    numbers = []
    for each in words:
        match = _END.fullmatch(each.translate(HALF_WIDTH).strip())
        if match is None or "分" not in each:
            return None
        numbers.append(int(match["number"]))
    steps = {after - before for before, after in pairwise(numbers)}
    return numbers if len(numbers) > 2 and steps in ({1}, {-1}) else None
