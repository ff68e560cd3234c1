"""Lines that name what they hold: 【提示】…, 【逻辑】…, 说明：…, 【量表 S1】…."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Key(StrEnum):
    """What a line says that it holds."""

    TITLE = "title"
    CODE = "code"
    DESCRIPTION = "description"
    NOTICE = "notice"
    CONSENT = "consent"
    CLOSING = "closing"
    MINUTES = "minutes"
    HEADLINE = "headline"
    WAVE_LINK = "wave_link"
    PAGED = "paged"
    SCALE = "scale"
    RULE = "rule"
    HELP = "help"
    LOW = "low"
    HIGH = "high"
    UNIT = "unit"
    OPTIONS = "options"
    ROWS = "rows"


_KEYS: Mapping[Key, str] = {
    Key.TITLE: "标题 问卷标题 问卷名称 title",
    Key.CODE: "编码 问卷编码 问卷代码",
    Key.DESCRIPTION: "说明 问卷说明 简介 卷首语 导语 前言 引言 填表说明 本部分说明",
    Key.NOTICE: "告知 卷首告知 隐私说明 隐私告知 知情同意书 个人信息告知 告知书 匿名说明 notice",
    Key.CONSENT: "同意 知情同意 consent",
    Key.CLOSING: "结束语 结语 致谢 closing",
    Key.MINUTES: "时长 预计时长 用时 预计用时 minutes",
    Key.HEADLINE: "主指标 总体指标 headline",
    Key.WAVE_LINK: "对应首测题 首测对应题",
    Key.PAGED: "分页 paged",
    Key.SCALE: "量表 选项组 量表定义 scale",
    Key.RULE: "逻辑 显示条件 条件 跳转 跳题 跳题逻辑 关联逻辑 显示逻辑 题目关联 填写条件 跳转逻辑 依赖 logic",
    Key.HELP: "提示 填写提示 题目说明 注 备注 填写说明 注意 填答说明 温馨提示 hint",
    Key.LOW: "左端 低端 最低分",
    Key.HIGH: "右端 高端 最高分",
    Key.UNIT: "单位",
    Key.OPTIONS: "选项 备选项 options",
    Key.ROWS: "行 矩阵行 评价内容 评价项目 行标题 rows",
}
_WORDS = {word: key for key, words in _KEYS.items() for word in words.split()}
_IN_BRACKETS = re.compile(
    r"[【\[]\s*(?P<word>[\u4e00-\u9fff]{1,6}|[a-z]{4,8})\s*(?P<name>[A-Za-z][A-Za-z0-9_]{0,39})?\s*[】\]]\s*[:：]?\s*"
)
_BEFORE_COLON = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{1,6}|[A-Za-z]{4,8})\s*(?P<name>[A-Za-z][A-Za-z0-9_]{0,39})?\s*[:：]\s*"
)
_ONLY_IN_BRACKETS = {
    "行",
    "同意",
    "条件",
    "依赖",
    "低端",
    "高端",
    "最低分",
    "最高分",
    "单位",
    "编码",
    "用时",
    "分页",
}
"""Words that begin many a sentence, too."""

OF_QUESTIONNAIRE = {
    Key.TITLE,
    Key.CODE,
    Key.NOTICE,
    Key.CONSENT,
    Key.CLOSING,
    Key.MINUTES,
    Key.HEADLINE,
    Key.WAVE_LINK,
    Key.PAGED,
}
OPENS_TEXT = {Key.DESCRIPTION, Key.NOTICE, Key.CLOSING}
"""What may go on over many lines, when nothing stands on its own line."""


@dataclass(frozen=True, slots=True)
class Directive:
    """What a line holds, the name that stands with the word (【量表 S1】), and the rest of the line."""

    key: Key
    name: str
    rest: str


def directive_of(text: str) -> Directive | None:
    """Return what a line says that it holds; None for a line that says no such thing."""
    for pattern in (_IN_BRACKETS, _BEFORE_COLON):
        match = pattern.match(text)
        if match is None:
            continue
        key = _WORDS.get(match["word"].casefold())
        if key is None or (pattern is _BEFORE_COLON and match["word"] in _ONLY_IN_BRACKETS):
            continue
        return Directive(key, match["name"] or "", text[match.end() :].strip())
    return None
