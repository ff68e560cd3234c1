"""What the page for pasted text says of its lines, and the example that it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.interchange.findings import Severity
from survey_app.interchange.pasted import LineStatus, Pasted, Understood
from survey_app.web.author.import_words_pasted import WORDS

UNDERSTOOD: Mapping[Understood, LazyString] = {
    Understood.TITLE: _l("Title"),
    Understood.HEADING: _l("About the questionnaire"),
    Understood.SECTION: _l("Section"),
    Understood.QUESTION: _l("Question"),
    Understood.OPTION: _l("Option"),
    Understood.ROW: _l("Row"),
    Understood.SCALE: _l("Grades"),
    Understood.RULE: _l("Condition"),
    Understood.HINT: _l("Hint"),
    Understood.NOTE: _l("Only parts lines, or is a place to write"),
    Understood.BLANK: _l("Blank"),
    Understood.NOT_UNDERSTOOD: _l("Not understood"),
}
"""What a line was understood as, in words."""

EXAMPLE = """职工食堂满意度小调查

您好，本问卷不记名，大约需要 2 分钟。

一、基本情况
1. 您的性别：A. 男  B. 女
2. 您在本单位工作了____年

二、您的评价
3. 您对食堂的总体评价（必答）
很满意  满意  一般  不满意  很不满意
4. 请对以下各方面打分[矩阵题]
非常满意 / 满意 / 基本满意 / 不满意 / 非常不满意
饭菜口味
价格
卫生
5. 您最希望改进的是？（可多选，最多选3项）
A. 增加菜品
B. 延长供餐时间
C. 降低价格
D. 其他____
E. 没有
6. 上个月您反映的问题解决了吗？
A. 解决了（跳到第8题）
B. 没有解决
7. 没有解决的主要原因是什么？
8. 您还有什么意见和建议？

谢谢您的参与
"""
"""What the button fills in: a small questionnaire with one of everything that people write."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words; `line` counts from 1, None where it is about the whole text. `text` is that line."""

    severity: Severity
    line: int | None
    words: str
    text: str = ""


def told(pasted: Pasted) -> list[Told]:
    """Return all findings in words, in the order of the text. Raises `KeyError` for a kind without words."""
    texts = {line.number: line.text.strip() for line in pasted.lines}
    return [
        Told(each.severity, each.place.row, str(WORDS[each.kind]) % each.params, texts.get(each.place.row or 0, ""))
        for each in pasted.imported.findings
    ]


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line and what became of it in words; `state` is "missed", "unsure" or "", and `why` says what is amiss."""

    number: int
    text: str
    kind: str
    state: str
    why: str


def lines_of(pasted: Pasted) -> list[LineWords]:
    """Return each line that is not blank. Raises `KeyError` for a kind of finding without words."""
    return [_line(line) for line in pasted.lines if line.understood is not Understood.BLANK]


def _line(line: LineStatus) -> LineWords:
    is_missed = line.understood is Understood.NOT_UNDERSTOOD
    state = "missed" if is_missed else "unsure" if line.reason is not None else ""
    why = str(WORDS[line.reason]) % line.params if line.reason is not None else ""
    return LineWords(line.number, line.text, str(UNDERSTOOD[line.understood]), state, why)


NOTATION: tuple[tuple[str, LazyString], ...] = (
    ("1. 题干    第1题 题干    Q1：题干", _l("a question: a number, or a code of one's own, before the words")),
    ("A. 选项    ①选项    □选项", _l("an option, each on its own line or several on one")),
    ("一、标题    第一部分 标题", _l("a section")),
    (
        "[单选题] [多选题] [量表题] [矩阵题] [推荐度] [数字题] [短文本] [长文本] [日期题] [排序题] [说明文字]",
        _l("the kind of question, behind its words; it is guessed where it is not said"),
    ),
    ("（必答）    [选填]    *", _l("must be answered, or need not be")),
    ("（可多选，最多选3项）", _l("several answers, at most three")),
    ("很满意 满意 一般 不满意 很不满意", _l("grades on one line below the question; below a matrix come its rows")),
    ("（1-5分）    （0-10分）", _l("points")),
    ("其他____    其他（请注明）", _l("an option with a place to write")),
    ("____岁    ____年__月__日", _l("a number with its unit, or a day")),
    ("（第3题选A时填写）    若选“不满意”，请说明原因", _l("asked only after this answer")),
    ("B. 不知道（跳到第10题）    如选B，跳至第10题", _l("skips what lies between")),
    ("提示：……", _l("a hint below the question")),
    ("题干 | Question", _l("English behind a bar")),
)
"""How things are written, for the page's help: an example, and what it makes."""
