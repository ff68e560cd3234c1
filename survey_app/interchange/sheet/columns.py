"""The sheets of the template and their columns: what they are called in both languages, and by other names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from survey_app.interchange.labels import normal
from survey_app.questionnaire.text import EN, ZH, Text


class Part(StrEnum):
    """A sheet of the template."""

    QUESTIONS = "questions"
    FORM = "form"
    SECTIONS = "sections"
    SCALES = "scales"
    EXAMPLE = "example"
    NOTES = "notes"


TITLES: Mapping[Part, Text] = {
    Part.QUESTIONS: Text("题目", "Questions"),
    Part.FORM: Text("问卷", "Questionnaire"),
    Part.SECTIONS: Text("分节", "Sections"),
    Part.SCALES: Text("量表", "Scales"),
    Part.EXAMPLE: Text("例", "Example"),
    Part.NOTES: Text("填写说明", "How to fill in"),
}
"""What the sheets are called, in the order in which they stand."""
_OTHER_TITLES: Mapping[Part, str] = {
    Part.QUESTIONS: "问题 试题 题目表 question",
    Part.FORM: "问卷信息 问卷设置 设置 基本信息 survey settings",
    Part.SECTIONS: "章节 部分 section",
    Part.SCALES: "自定义量表 选项组 scale",
    Part.EXAMPLE: "示例 例子 样例 范例 填写示例 examples sample",
    Part.NOTES: "说明 使用说明 填表说明 帮助 help instructions readme",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column. `others` are more names that people give it; `width` is in characters."""

    key: str
    name: Text
    others: str = ""
    width: int = 10
    is_text: bool = False
    """Whether it comes once for each language."""


QUESTIONS = (
    Heading("section", Text("分节", "Section"), "章节 部分 分组 板块 页 所属分节 所属部分 group page part", 14),
    Heading("code", Text("编号", "Code"), "编码 题号 代码 序号 变量名 题目编号 题目编码 id no. no number name", 9),
    Heading("kind", Text("题型", "Type"), "类型 题目类型 问题类型 question type kind", 15),
    Heading(
        "text", Text("题干", "Question"), "题目 问题 题目内容 问题内容 题目标题 标题 question text title", 44, True
    ),
    Heading("options", Text("选项", "Options"), "选择项 备选项 答案选项 答案 choices option answers", 30, True),
    Heading("scale", Text("量表", "Scale"), "量表名称 选项组 scale name", 24),
    Heading(
        "rows",
        Text("行项目", "Rows"),
        "行 行标题 矩阵行 子题 小题 子问题 评价项目 items row sub questions",
        30,
        True,
    ),
    Heading("rows_from", Text("行项目来自", "Rows from"), "行取自 行来自", 11),
    Heading("required", Text("必答", "Required"), "是否必答 必填 是否必填 必选 mandatory", 7),
    Heading("least", Text("最少选", "Choose at least"), "至少选 最少选几项 min choices", 8),
    Heading("most", Text("最多选", "Choose at most"), "至多选 最多选几项 可选数 前几项 max choices", 8),
    Heading("minimum", Text("下限", "Minimum"), "最小值 最小 最早 min", 11),
    Heading("maximum", Text("上限", "Maximum"), "最大值 最大 最晚 字数上限 最多字数 字数 max max length", 11),
    Heading("decimals", Text("小数位", "Decimals"), "小数位数 小数", 8),
    Heading("unit", Text("单位", "Unit"), "计量单位", 9, True),
    Heading(
        "shown_if",
        Text("显示条件", "Shown if"),
        "条件 显示逻辑 出现条件 何时显示 逻辑 关联 condition relevant logic",
        30,
    ),
    Heading("help", Text("说明", "Note"), "提示 题目说明 填写提示 补充说明 hint help description", 26, True),
    Heading("random", Text("选项随机", "Random order"), "随机 选项随机排序 随机排序 random shuffle", 9),
)
SECTIONS = (
    Heading("code", Text("编号", "Code"), "编码 代码 分节编号 id", 10),
    Heading("title", Text("标题", "Title"), "分节 分节标题 名称 分节名称 section name", 28, True),
    Heading("intro", Text("说明", "Note"), "引言 导语 介绍 intro introduction description", 40, True),
    Heading("shown_if", Text("显示条件", "Shown if"), "条件 显示逻辑 出现条件 condition relevant", 36),
)
SCALES = (
    Heading("scale", Text("量表编号", "Scale code"), "量表 量表编码 量表代码 scale", 12),
    Heading("scale_name", Text("量表名称", "Scale name"), "名称 name", 24, True),
    Heading("code", Text("选项编号", "Option code"), "选项编码 选项代码 代码 编号 code", 10),
    Heading("text", Text("选项", "Option"), "选项文字 等级 grade label", 24, True),
    Heading("score", Text("得分", "Score"), "分值 分数 指数 points", 8),
    Heading("satisfied", Text("计为满意", "Counts as satisfied"), "满意 算满意 satisfied", 10),
    Heading("strict", Text("计为严格满意", "Counts as strictly satisfied"), "严格满意 strict", 13),
    Heading("in_base", Text("计入分母", "Counts in the base"), "分母 计入基数 in base", 10),
)
FORM = (
    Heading("item", Text("项目", "Item"), "名称 设置项 字段 setting name field", 22),
    Heading("value", Text("内容", "Content"), "填写内容 值 value text", 70, True),
)
HEADINGS: Mapping[Part, tuple[Heading, ...]] = {
    Part.QUESTIONS: QUESTIONS,
    Part.SECTIONS: SECTIONS,
    Part.SCALES: SCALES,
    Part.FORM: FORM,
}
NEEDED: Mapping[Part, str] = {
    Part.QUESTIONS: "text",
    Part.SECTIONS: "title",
    Part.SCALES: "text",
    Part.FORM: "value",
}
"""The column by which a sheet is known for what it is."""

FORM_ITEMS = (
    Heading("code", Text("问卷编号", "Questionnaire code"), "编号 编码 代码 code id"),
    Heading("title", Text("问卷标题", "Title"), "标题 问卷名称 名称 题目 name", is_text=True),
    Heading("description", Text("问卷说明", "Description"), "说明 简介 卷首语 前言 导语 intro", is_text=True),
    Heading("notice", Text("隐私告知", "Privacy notice"), "告知 隐私声明 匿名说明 notice privacy", is_text=True),
    Heading("consent", Text("同意语", "Consent"), "同意 知情同意 同意书", is_text=True),
    Heading("closing", Text("结束语", "Closing words"), "致谢 结尾 感谢语 closing thanks", is_text=True),
    Heading("minutes", Text("预计用时（分钟）", "Minutes"), "预计用时 用时 分钟 预计分钟 time"),
    Heading("headline", Text("主指标题目", "Headline question"), "主指标 总体满意度题 headline"),
    Heading("wave_link", Text("对应首次测评题目", "Matches first-wave question"), "对应题目 wave link"),
    Heading("paged", Text("逐节分页", "One section per page"), "分页 paged pages"),
)
"""The rows of the sheet on the questionnaire as a whole."""
_LANGUAGES = {"zh": Text("（中文）", " (Chinese)"), "en": Text("（英文）", " (English)")}
_LANGUAGE_OF = (
    (
        "en",
        re.compile(r"\((?:英文|英语|英|english|en)\)\Z|(?:英文|英语|english)\Z|\A(?:英文|英语|english)|[_:]en\Z"),
    ),
    ("zh", re.compile(r"\((?:中文|汉语|中|chinese|zh)\)\Z|(?:中文|chinese)\Z|\A(?:中文|chinese)|[_:]zh\Z")),
)
_NOT_NAME = re.compile(r"[\s:*()\[\]【】]")


def header(heading: Heading, language: str, locale: str) -> str:
    """Return what a column is headed with in files that we write. `language` is "zh" or "en"."""
    name = heading.name.in_locale(locale)
    own = "en" if locale == EN else "zh"
    # In a Chinese file the words without a language are Chinese; an English file names both.
    if not heading.is_text or (language == own and locale == ZH):
        return name
    return name + _LANGUAGES[language].in_locale(locale)


def part_of(title: str) -> Part | None:
    """Return what a sheet with this title is for."""
    return _PARTS.get(normal(title))


def heading_of(part: Part, written: str) -> tuple[str, str | None] | None:
    """Return the key of the column with this header, and its language where it names one."""
    plain = normal(written)
    language = None
    for name, pattern in _LANGUAGE_OF:
        if pattern.search(plain):
            language, plain = name, pattern.sub("", plain)
            break
    key = _KEYS[part].get(plain) or _KEYS[part].get(_bare(plain))
    if key is None:
        return None
    return key, language


def item_of(written: str) -> str | None:
    """Return which item of the questionnaire a row of its sheet is about."""
    plain = normal(written)
    return _ITEMS.get(plain) or _ITEMS.get(_bare(plain))


def _bare(plain: str) -> str:
    """Return a header without what people put behind it: 题型（必填）, 选项*, 题干：."""
    return _NOT_NAME.sub("", re.sub(r"\([^()]*\)\Z", "", plain.rstrip("*:")))


def _keys(headings: tuple[Heading, ...]) -> dict[str, str]:
    """Return keys by every name; a column's own name wins over what another is sometimes called."""
    found: dict[str, str] = {}
    for each in headings:
        for words in (each.name.zh, each.name.en):
            found[normal(words)] = each.key
            found.setdefault(_bare(normal(words)), each.key)
    for each in headings:
        for words in _names(each.others):
            found.setdefault(normal(words), each.key)
    return found


def _names(others: str) -> list[str]:
    """Return the single names in a list of them; English names may hold blanks, and count with and without."""
    parts = others.split()
    return [*parts, *("".join(pair) for pair in pairwise(parts) if all(map(str.isascii, pair)))]


_KEYS = {part: _keys(headings) for part, headings in HEADINGS.items()}
_ITEMS = _keys(FORM_ITEMS)
_PARTS = {
    normal(words): part
    for part, title in TITLES.items()
    for words in (title.zh, title.en, *_OTHER_TITLES[part].split())
}
