"""Marks in brackets: [多选题], （必答）, 【量表题】, [最多选3项], as 问卷星, Word and people write them.

Marks in square brackets are taken out of the wording. Marks in round brackets are taken out where they name a kind
or say that an answer is needed; what a respondent should read, such as （可多选）, stays, and counts all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from survey_app.interchange.pasted.scales import scale_named

_KINDS: Mapping[str, str] = {
    "single": (
        "单选题 单选 单项选择 单项选择题 单项单选 下拉题 下拉 下拉单选 判断题 选择题 single singlechoice radio"
    ),
    "plain_single": "普通单选题 普通单选",
    "multiple": (
        "多选题 多选 可多选 多项选择 多项选择题 不定项 不定项选择 不定项选择题 复选题 复选 multiple multiplechoice "
        "checkbox"
    ),
    "scale": "量表题 量表 单选量表 单选量表题 打分题 评分题 评价题 scale likert rating",
    "matrix": "矩阵单选题 矩阵单选 矩阵题 矩阵 矩阵量表题 矩阵量表 表格题 表格单选题 matrix grid",
    "matrix_multiple": "矩阵多选题 矩阵多选 表格多选题",
    "nps": "nps题 nps 推荐度(0–10分) 推荐度(0-10分) 推荐度题 推荐题 nps量表 nps量表题 净推荐值 净推荐值题 推荐度",
    "number": (
        "数字题 数字 数值题 数值 数字填空 数字填空题 填数字 填写数字 请填数字 请填写数字 填整数 填阿拉伯数字 number"
        " numeric"
    ),
    "short_text": (
        "填空题 填空 单项填空 单项填空题 单行文本 单行文本题 单行填空 文本题 短文本 单行文字 shorttext text"
    ),
    "long_text": (
        "简答题 简答 问答题 问答 多行文本 多行文本题 多行填空 多行填空题 开放题 开放式问题 主观题 论述题 "
        "长文本 多行文字 longtext essay"
    ),
    "date": "日期题 日期 日期填空 日期填空题 date",
    "ranking": "排序题 排序 排序多选 ranking",
    "statement": "说明 文字说明 段落说明 说明文字 图文说明 statement note",
}
KIND_NAMES: Mapping[str, str] = {name: kind for kind, names in _KINDS.items() for name in names.split()}
"""What people call a kind of question, in normal form, and its name in files."""

NEAREST_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("多项填空题", "多项填空"), "short_text"),
    **dict.fromkeys(
        ("手机号", "手机号码", "地址", "省市", "邮箱", "时间", "时间题", "签名", "签名题"), "short_text"
    ),
    **dict.fromkeys(("滑动条", "滑动条题", "滑块题", "比重题"), "number"),
}
"""Kinds that we do not have, and the one that comes nearest."""
NO_KINDS = frozenset({"文件上传题", "文件上传", "上传", "上传题", "图片上传", "附件", "定位", "地图"})
"""Kinds that nothing of ours comes near to."""
NUMBERED = "含编号"
"""What is said of a section's heading whose number is a part of its words."""


@dataclass(slots=True)
class Marks:
    """What the marks on a line say. None where they say nothing."""

    kind: str | None = None
    nearest_of: str | None = None
    required: bool | None = None
    scale: str | None = None
    code: str | None = None
    when: str | None = None
    rows_from: str | None = None
    most: int | None = None
    least: int | None = None
    unlimited: bool | None = None
    top: int | None = None
    random: bool | None = None
    low: float | None = None
    high: float | None = None
    decimals: int | None = None
    unit: str | None = None
    length: int | None = None
    first_day: str | None = None
    last_day: str | None = None
    exclusive: bool | None = None
    specify: bool | None = None
    numbered: bool | None = None
    is_hard: bool = field(default=False, compare=False)
    """Whether they are no wording for respondents, even in round brackets."""

    def add(self, other: Marks) -> None:
        """Take over what this one does not say itself."""
        for each in fields(Marks):
            if each.name != "is_hard" and getattr(self, each.name) is None:
                setattr(self, each.name, getattr(other, each.name))
        self.is_hard = self.is_hard or other.is_hard


_D = "[一二两三四五六七八九十]|[0-9]{1,3}"
_ITEM = "(?:项|个|种|条|件|样|类|个选项)?"
_NUM = r"[+-]?[0-9]{1,16}(?:\.[0-9]{1,80})?"
_DAY = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_TO = "(?:-|–|—|−|~|～|至|到)"
_PARTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("most", re.compile(rf"(?:可|请)?(?:最多|至多|限|限选|不超过|不多于|任)可?选?择?({_D}){_ITEM}")),
    ("most", re.compile(rf"(?:可|请)?选?择?({_D}){_ITEM}(?:以内|以下)")),
    ("least", re.compile(rf"(?:请)?(?:最少|至少|不少于)选?择?({_D}){_ITEM}")),
    ("between", re.compile(rf"(?:可|请|限)?选?择?({_D}){_ITEM}{_TO}({_D})(?:项|个|种|条|件|样|类|个选项)")),
    ("top", re.compile(rf"(?:请)?选择?({_D}){_ITEM}(?:并|再|进行)?(?:按重要性)?排序")),
    ("exactly", re.compile(rf"(?:请|必|需)?选择?({_D})(?:项|个|种|条|件|样|类|个选项)")),
    ("top", re.compile(rf"(?:请)?(?:选出?|排出?|取|选择)?(?:最重要的|最主要的)?前({_D})(?:项|个|位|名)?")),
    ("range", re.compile(rf"({_NUM})分?{_TO}({_NUM})分?")),
    ("low", re.compile(rf"(?:最小值?|不小于|>=|≥)[:=]?({_NUM})")),
    ("high", re.compile(rf"(?:最大值?|不大于|<=|≤)[:=]?({_NUM})")),
    ("decimals", re.compile(r"(?:保留|最多)?([0-6一二两三四五六])位小数|小数位?数?[:=]?([0-6])位?")),
    ("unit", re.compile(r"单位[:=](.{1,40})")),
    ("length", re.compile(r"(?:限|不超过|最多|至多|限填)?([0-9]{1,5})个?字(?:符|数)?(?:以内|之内|内)?")),
    ("first_day", re.compile(rf"最早[:=]?({_DAY})")),
    ("last_day", re.compile(rf"最晚[:=]?({_DAY})")),
    ("code", re.compile(r"(?:编码|代码|题号|code)[:=]([A-Za-z0-9_]{1,80})")),
    ("when", re.compile(r"(?:对应|选项|对应选项)[:=](.{1,40})")),
    ("rows_from", re.compile(r"(?:行来自|行取自)[:=]?(.{1,40})")),
    ("scale", re.compile(r"(?:量表题?|选项组|scale)[:=](.{1,80})")),
)
_SAYINGS: tuple[tuple[str, bool, str], ...] = (
    ("required", True, "必答 必填 必选 必做 必答题 * *必答 *必填 required"),
    ("required", False, "选答 选填 选做 选答题 非必答 非必填 不必答 可不填 可不答 可跳过 自愿填写 optional"),
    ("random", True, "随机 选项随机 随机排序 选项随机排序 选项随机排列 随机排列 random"),
    ("exclusive", True, "排他 互斥 与其他互斥 与其他选项互斥 单独选择 不可与其他同选"),
    ("exclusive", False, "可同选 不排他"),
    ("specify", True, "请注明 请说明 请填写 注明 可填写 需注明 请具体说明"),
    ("specify", False, "无需注明 不注明"),
    ("numbered", True, NUMBERED),
    ("unlimited", True, "不限项数 项数不限"),
    ("decimals", False, "整数"),
)
_WORDS = {word: (name, value) for name, value, words in _SAYINGS for word in words.split()}
_SOFT = {"most", "least", "top", "random", "low", "high", "decimals", "length", "specify", "unlimited", "unit"}
"""What a respondent should know, too."""
_PARTED = re.compile(r"[,，;；、]")
_PARTED_BY_BLANKS = re.compile(r"[,，;；、\s]")
_OPENING = {")": "(", "）": "（", "]": "[", "】": "【"}
_LONGEST = 120
_MOST_MARKS = 20
"""Marks looked for at either end of a line; nobody writes more."""
_SOFT_KINDS = {"可多选"}


def read_marks(content: str) -> Marks | None:
    """Return what the inside of a pair of brackets says, or None when it is something else than marks."""
    if not content or len(content) > _LONGEST:
        return None
    whole = _part(content)
    if whole is not None:
        return whole
    for separators in (_PARTED, _PARTED_BY_BLANKS):
        parts = [_part(part) for part in separators.split(content) if part.strip()]
        if parts and all(parts):
            found = Marks()
            for part in parts:
                found.add(part or Marks())
            return found
    return None


def _part(written: str) -> Marks | None:
    """Return what one mark says."""
    text = "".join(unicodedata.normalize("NFKC", written).split())
    plain = text.casefold()
    if plain in KIND_NAMES:
        return Marks(kind=KIND_NAMES[plain], is_hard=plain not in _SOFT_KINDS)
    if plain in NEAREST_KINDS:
        return Marks(kind=NEAREST_KINDS[plain], nearest_of=written.strip(), is_hard=True)
    if plain in NO_KINDS:
        return Marks(kind="none", nearest_of=written.strip(), is_hard=True)
    if plain in _WORDS:
        name, value = _WORDS[plain]
        marks = Marks(is_hard=name not in _SOFT)
        setattr(marks, name, value if name != "decimals" else 0)
        return marks
    for name, pattern in _PARTS:
        if match := pattern.fullmatch(text if name in _AS_WRITTEN else plain):
            return _measured(name, [each for each in match.groups() if each is not None])
    if (scale := scale_named(plain)) is not None:
        return Marks(scale=scale, is_hard=True)
    return None


_AS_WRITTEN = {"code", "when", "rows_from", "unit", "scale"}


def _measured(name: str, values: list[str]) -> Marks:
    marks = Marks(is_hard=name not in _SOFT and name not in {"between", "exactly", "range"})
    if name in {"between", "exactly"}:
        marks.least, marks.most = count_of(values[0]), count_of(values[-1])
    elif name == "range":
        marks.low, marks.high = number_of(values[0]), number_of(values[1])
    elif name in {"low", "high"}:
        setattr(marks, name, number_of(values[0]))
    elif name in {"most", "least", "top", "decimals", "length"}:
        setattr(marks, name, count_of(values[0]))
    else:
        setattr(marks, name, values[0])
    return marks


def count_of(text: str) -> int:
    """Return the number that a short Chinese or plain number writes."""
    if text.isdecimal():
        return int(text)
    return {"两": 2, "十": 10}.get(text) or "一二三四五六七八九".index(text) + 1


def number_of(text: str) -> float:
    """Return a number, whole where it is one."""
    value = float(text)
    return int(value) if value.is_integer() else value


# --- on a line -------------------------------------------------------------------------------------


def strip_marks(text: str) -> tuple[str, Marks]:
    """Take the marks off the beginning and the end of a wording, and return it with what they say."""
    marks = Marks()
    text = _from_beginning(text, marks)
    for _ in range(_MOST_MARKS):
        if text[-1:] in {"*", "＊"} and text[-2:-1] in {" ", "]", "】", ")", "）"}:
            marks.required, text = True, text[:-1].rstrip()
            continue
        ending = text[-1:] if text[-1:] in ":：" and text[-2:-1] in _OPENING else ""
        group = last_group(text.removesuffix(ending).rstrip())
        if group is None:
            break
        start, content, is_round = group
        found = read_marks(content)
        if found is None or (is_round and not found.is_hard):
            break
        marks.add(found)
        text = text[:start].rstrip()
    _note_soft(text, marks)
    return text, marks


def _from_beginning(text: str, marks: Marks) -> str:
    for _ in range(_MOST_MARKS):
        if text[:1] in {"*", "＊"} and text[1:]:
            marks.required, text = True, text[1:].lstrip()
            continue
        if text[:1] not in {"[", "【", "(", "（"}:
            return text
        closing = {"[": "]", "【": "】", "(": ")", "（": "）"}[text[0]]
        end = text.find(closing, 1, _LONGEST)
        found = read_marks(text[1:end]) if end > 0 else None
        if (
            found is None
            or not (found.is_hard and (found.kind or found.required is not None))
            or end == len(text) - 1
        ):
            return text
        marks.add(found)
        text = text[end + 1 :].lstrip(" :：.、\u3000")
    return text


def last_group(text: str) -> tuple[int, str, bool] | None:
    """Return where the brackets at the end of a text begin, what stands in them, and whether they are round."""
    opening = _OPENING.get(text[-1:])
    if opening is None:
        return None
    closing, depth = text[-1], 0
    for index in range(len(text) - 1, max(-1, len(text) - 600), -1):
        if text[index] == closing:
            depth += 1
        elif text[index] == opening or (opening in "(（" and text[index] in "(（"):
            depth -= 1
            if depth == 0:
                return index, text[index + 1 : -1].strip(), opening in "(（"
        elif opening in "(（" and text[index] in ")）":
            depth += 1
    return None


_GROUP = re.compile(r"[（(]([^（()）]{1,60})[)）]")


def _note_soft(text: str, marks: Marks) -> None:
    """Take note of marks that stay in the wording: （可多选）, （最多选 3 项）, （200 字以内，…）."""
    for match in _GROUP.finditer(text[-400:]):
        for part in (match[1], *_PARTED.split(match[1])):
            found = _part(part)
            if found is not None and (found.kind in {None, "multiple"}):
                marks.add(found)
