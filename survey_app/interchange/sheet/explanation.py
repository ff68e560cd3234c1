"""What the template says about itself, in both languages: one line for each thing to know, and hints on "
"headers."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.questionnaire.text import Text

LINES = (
    (Text("怎么填", "How to fill in"), Text(
        "在“题目”表里一行写一道题，从上到下就是答题顺序。只有“题干”必须填；题型请从下拉列表里选。"
        "填好后把整个文件导入即可，"
        "有问题会指出在哪个表、哪一行、哪一列。",
        "Write one question per row on the sheet “Questions”; they are asked from top to bottom. Only the "
        "question"
        " itself is needed; choose its type from the list. Then import the whole file: whatever is wrong is shown"
        " with its sheet, row and column.",
    )),
    (Text("分节", "Section"), Text(
        "同一节的题目写同样的标题；留空表示和上一行同一节。需要给某一节写说明、英文或显示条件时，再填“分节”表。",
        "Questions of one section have the same title here; a blank cell goes on with the section above. The "
        "sheet"
        " “Sections” is only needed for introductions, translations and conditions.",
    )),
    (Text("编号", "Code"), Text(
        "字母开头，只用字母、数字和下划线，例如 W01。留空或只写数字时自动编为 Q1、Q2……以后每一版都请保持不变，"
        "才能比较。",
        "Begins with a letter; letters, digits and _ only, such as W01. Left blank, or a mere number, it "
        "becomes Q1,"
        " Q2 … Keep it the same in every version, so that results can be compared.",
    )),
    (Text("选项", "Options"), Text(
        "一行一个（单元格内换行用 Alt+Enter），也可以写在一行里用“｜”或“；”隔开。需要填空的选项在后面写 "
        "[请注明]，"
        "与其他选项互斥的写 [排他]，例如：都没有 [排他]。想自己定选项编号时，每一行都写成“编号=文字”，例如 "
        "A1=知道。",
        "One on a line (Alt+Enter inside a cell), or all on one line with | or ; between them. Behind an "
        "option that"
        " asks for words, write [specify]; behind one that excludes all others, [exclusive]. For option codes "
        "of your"
        " own write code=words on every line, such as A1=Yes.",
    )),
    (Text("量表", "Scale"), Text(
        "量表题和矩阵题从下拉列表里选一个量表，不必再写选项；满意率按量表的规则计算。"
        "自己的量表写在“量表”表里，"
        "然后在这里填它的编号。",
        "For scale questions and matrices choose a scale from the list; no options are needed, and the rate of"
        " satisfaction follows from it. Scales of your own go on the sheet “Scales”; put their code here.",
    )),
    (Text("行项目", "Rows"), Text(
        "矩阵题的每一行，一行一个。只问前面选过的项目时，在“行项目来自”写那道多选题的编号，并在每行后面写 "
        "[对应:选项编号]。",
        "The rows of a matrix, one on a line. To ask only about what was chosen before, put the code of that "
        "multiple"
        " choice into “Rows from”, and [when:option code] behind each row.",
    )),
    (Text("最少选、最多选", "Choose at least, at most"), Text(
        "多选题可选几项；排序题在“最多选”写排出前几项。留空表示不限。",
        "How many options may be chosen; for a ranking, “at most” says how many are ranked. Blank means no "
        "limit.",
    )),
    (Text("下限、上限", "Minimum, maximum"), Text(
        "数字题的最小值和最大值；日期题的最早和最晚日期；文字题只用“上限”，表示最多字数。",
        "The smallest and largest number; the first and last day; for texts only the maximum, in characters.",
    )),
    (Text("显示条件", "Shown if"), Text(
        "什么情况下才问这道题，例如：W01 = 知道；W20 含 就业帮扶 且 W02 不是 男；第3题选择不满意或非常不满意；"
        "W30 ≤ 6；"
        "W05 已答。可以用 且、或、非( ) 和括号；只能引用前面的题目。",
        "When the question is asked, such as: W01 = Yes; W20 is Jobs and W02 is not Male; W30 <= 6; W05 answered."
        " and, or, not( ) and brackets are understood; only earlier questions can be named.",
    )),
    (Text("推荐度", "Recommendation 0-10"), Text(
        "0–10 分打分。两端的文字写在“选项”里：第一行是 0 分的含义，第二行是 10 分的含义。",
        "From 0 to 10. The words for the two ends go under “Options”: 0 on the first line, 10 on the second.",
    )),
    (Text("文字里的变量", "Variables in texts"), Text(
        "可以写 {unit}（单位）、{team}（工作队）、{campaign}（活动）、{posting_dates}（驻点日期）等，"
        "答题时自动换成实际内容。",
        "{unit}, {team}, {campaign}, {posting_dates} and others are replaced by what they stand for when it is"
        " answered.",
    )),
    (Text("英文", "English"), Text(
        "右边带“（英文）”的各列可以不填；填了，答题人就能切换语言。选项的英文与中文逐行对应。",
        "The columns for the other language at the right may stay blank. Options are paired line by line.",
    )),
    (Text("例", "Example"), Text(
        "“例”表是一份填好的样子，导入时不会读取。公式、隐藏的表和本文件以外的列也不会导入。",
        "The sheet “Example” shows how it looks when filled in; it is not imported. Neither are formulas, hidden"
        " sheets and columns of other names.",
    )),
)  # fmt: skip
"""Name and explanation, from top to bottom."""
SCALES_TITLE = (Text("可选的量表", "Scales to choose from"), Text("选项", "Options"))

HINTS: Mapping[str, Text] = {
    "section": Text("同一节写同样的标题；留空表示和上一行同一节。", "Blank: the same section as the row above."),
    "code": Text("例如 W01。留空自动编号。", "Such as W01. Blank: numbered by itself."),
    "kind": Text("从下拉列表里选。", "Choose from the list."),
    "options": Text(
        "一行一个选项（Alt+Enter 换行）。\n其他 [请注明]\n都没有 [排他]",
        "One option on a line (Alt+Enter).\nOther [specify]\nNone [exclusive]",
    ),
    "scale": Text("量表题、矩阵题：从下拉列表里选。", "For scales and matrices: choose from the list."),
    "rows": Text("矩阵题的各行，一行一个。", "The rows of a matrix, one on a line."),
    "rows_from": Text("只问前面选过的项目时填写那道题的编号。", "The question whose chosen options bring rows up."),
    "most": Text("多选题最多选几项；排序题排出前几项。", "Most options to choose, or how many to rank."),
    "maximum": Text(
        "数字题最大值、日期题最晚日期、文字题最多字数。", "Largest number, last day, or most characters."
    ),
    "shown_if": Text("例如：W01 = 知道；W20 含 就业帮扶 且 W02 不是 男", "Such as: W01 = Yes and W02 is not Male"),
    "score": Text("0–100；不计分的留空。", "0 to 100; blank where it has none."),
    "in_base": Text("“不了解”一类选“否”，不进入满意率的分母。", "“No” for “don't know”: left out of the rate."),
    "form.title": Text("答题人看到的标题。", "What respondents see as title."),
    "form.notice": Text("第一题之前显示。", "Shown before the first question."),
    "form.consent": Text(
        "填了就必须先勾选才能答题；一般可以留空。", "Where filled in, a box to tick before answering."
    ),
    "form.headline": Text(
        "满意率以哪道量表题为准，写编号。", "The code of the question that the headline is about."
    ),
    "form.wave_link": Text(
        "回访问卷：主指标对应首次测评的哪道题。", "Return visits: its counterpart in the first wave."
    ),
}
"""What the comment on a header says."""
