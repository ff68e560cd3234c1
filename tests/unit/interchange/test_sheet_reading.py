"""The Excel template as people fill it in: what is understood, and what is said of the rest."""

from datetime import datetime

import pytest

from survey_app.interchange import sheet
from survey_app.questionnaire.definition import (
    DateQuestion,
    Item,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
)
from survey_app.questionnaire.rules import All, AnyOf, AtMost, Is, IsNot
from survey_app.questionnaire.text import EMPTY, Text
from tests.support.sheets import HEADER, TITLED, book_of, bytes_of, errors_of, form_of, question_of, read, say

# --- headers and codes -----------------------------------------------------------------------------


def test_columns_stand_in_any_order_under_names_in_either_language() -> None:
    imported = read(
        [["Options", "必答*", "Question Type", "题号", "题干："], ["是|否", "yes", "single", "A1", "好吗？"]]
    )
    question = form_of(imported).questions[0]
    assert (question.code, question.text, question.required) == ("A1", Text("好吗？"), True)


def test_a_title_may_stand_above_the_header() -> None:
    imported = read([["某某工会问卷"], [], HEADER, ["A1", "好吗？", "单选题", "好；不好"]])
    assert [question.code for question in form_of(imported).questions] == ["A1"]


def test_numbers_become_codes_and_conditions_name_them() -> None:
    rows = [
        ["题号", "题干", "题型", "选项", "条件"],
        [1, "性别", "单选", "A. 男\nB. 女", ""],
        ["2.", "参加过？", "多选", "帮扶；医疗", ""],
        ["第3题", "多少？", "数字", "", "第2题 含 帮扶 且 第1题 不是 男"],
    ]
    imported = read(rows)
    assert [question.code for question in form_of(imported).questions] == ["Q1", "Q2", "Q3"]
    assert form_of(imported).questions[2].shown_if == All((Is("Q2", "1"), IsNot("Q1", "1")))
    numbered = next(each for each in imported.findings if each.kind == "codes_numbered")
    assert numbered.params["rows"] == "2、3、4"
    assert [option.text.zh for option in form_of(imported).questions[0].options] == ["男", "女"]  # type: ignore[union-attr]  # a single choice


def test_codes_that_cannot_be_are_changed_and_told() -> None:
    imported = read([HEADER, ["Ｗ０１", "甲", "单行文字"], ["满意度", "乙", "单行文字"], ["a-b", "丙", "单行文字"]])
    assert [question.code for question in form_of(imported).questions] == ["W01", "Q1", "a_b"]
    assert [each.params["new"] for each in imported.findings if each.kind == "renamed"] == ["W01", "Q1", "a_b"]


def test_blank_codes_do_not_take_those_of_others() -> None:
    imported = read([HEADER, ["", "甲", "单行文字"], ["Q1", "乙", "单行文字"]])
    assert [question.code for question in form_of(imported).questions] == ["Q2", "Q1"]


def test_columns_that_mean_nothing_are_told() -> None:
    imported = read([[*HEADER, "负责人", "", "题目"], ["Q1", "甲", "单行文字", "", "张三", "x", "乙"]])
    told = [(each.kind, each.place.column) for each in imported.findings]
    assert told == [("column_unknown", "负责人"), ("column_headless", "F"), ("column_twice", "题目")]


# --- kinds -----------------------------------------------------------------------------------------


def test_marks_behind_options() -> None:
    question, told = question_of(
        ["题干", "题型", "选项"], "？", "多选题", "甲\n其他 [请注明]\n都没有 【排他】\n无\n不详 [可同选]"
    )
    assert isinstance(question, MultipleChoice)
    assert [(each.specify, each.exclusive) for each in question.options] == [
        (False, False),
        (True, False),
        (False, True),
        (False, True),
        (False, False),
    ]
    assert told == ["exclusive_read"]


def test_places_to_write_come_off_the_words() -> None:
    question, told = question_of(["题干", "题型", "选项"], "？", "单选题", "甲｜其他____")
    assert question.options == (Option("1", Text("甲")), Option("2", Text("其他"), specify=True))  # type: ignore[union-attr]  # a single choice
    assert told == ["specify_read"]


def test_options_with_codes_and_english() -> None:
    question, told = question_of(
        ["题干", "题型", "选项", "选项（英文）"], "？", "单选题", "a=甲\nb＝乙\nc=丙", "b=Two\nc=Three"
    )
    assert isinstance(question, SingleChoice)
    assert question.options == (
        Option("a", Text("甲")), Option("b", Text("乙", "Two")), Option("c", Text("丙", "Three"))
    )  # fmt: skip
    assert told == []


def test_english_is_paired_by_line() -> None:
    question, _ = question_of(
        ["题干", "题型", "选项", "选项（英文）"], "？", "单选题", "甲\n乙\n丙", "One\n\nThree"
    )
    assert [each.text.en for each in question.options] == ["One", "", "Three"]  # type: ignore[union-attr]  # a single choice
    assert errors_of([[*HEADER, "选项（英文）"], ["Q1", "？", "单选题", "甲\n乙\n丙", "One\nTwo"]]) == [
        ("translation_count", 2, "选项")
    ]


def test_the_words_of_a_scale_make_a_scale_question() -> None:
    words = "非常满意\n满意\n基本满意\n不满意\n非常不满意"
    question, told = question_of(["题干", "题型", "选项"], "？", "单选题", words)
    assert (question, told) == (ScaleQuestion(code="Q1", text=Text("？"), scale="S5X"), ["scale_recognised"])
    question, told = question_of(["题干", "题型", "选项", "量表"], "？", "单选题", words, "不用量表")
    assert (type(question), told) == (SingleChoice, [])
    question, told = question_of(["题干", "题型", "选项"], "？", "量表题", words)
    assert (type(question), told) == (ScaleQuestion, [])


@pytest.mark.parametrize(
    "named", ["S5 满意度五级量表", "s5", "满意度五级量表", "Satisfaction, five grades", "满意度"]
)
def test_scales_are_named_as_people_name_them(named: str) -> None:
    question, _ = question_of(["题干", "题型", "量表"], "？", "量表题", named)
    assert question == ScaleQuestion(code="Q1", text=Text("？"), scale="S5")


def test_scales_of_ones_own() -> None:
    scales = [
        ["量表编号", "量表名称", "选项", "得分", "计为满意", "计入分母"],
        ["好坏", "好坏", "好", 100, "是", "是"],
        ["", "", "坏", 0, "否", ""],
        ["", "", "不知道", "", "", "否"],
    ]
    imported = read([["题干", "题型", "量表", "行项目"], ["？", "矩阵题", "好坏", "甲\n乙"]], 量表=scales)
    form = form_of(imported)
    (scale,) = form.scales
    assert [(each.score, each.satisfied, each.in_base) for each in scale.grades] == [
        (100, True, True),
        (0, False, True),
        (None, False, False),
    ]
    assert isinstance(form.questions[0], Matrix)
    assert form.questions[0].scale == scale.code
    assert "renamed" in [each.kind for each in imported.findings]


def test_options_that_are_no_known_scale_become_one() -> None:
    question, told = question_of(["题干", "题型", "选项", "行项目"], "？", "矩阵", "好|中|差", "甲|乙")
    assert isinstance(question, Matrix)
    assert question.items == (Item("Q1_1", Text("甲")), Item("Q1_2", Text("乙")))
    assert told == ["scale_made"]


def test_rows_that_come_from_what_was_chosen() -> None:
    rows = [
        [*HEADER, "量表", "行项目", "行项目来自"],
        ["W20", "？", "多选题", "小课堂\n小活动"],
        ["W21", "？", "矩阵量表题", "", "S3", "a=课堂 [对应:1]\nb=活动 [对应:2]", "W20"],
    ]
    matrix = form_of(read(rows)).questions[1]
    assert isinstance(matrix, Matrix)
    assert (matrix.rows_from, [item.when for item in matrix.items]) == ("W20", ["1", "2"])


def test_numbers_days_and_texts() -> None:
    header = ["题干", "题型", "下限", "上限", "小数位", "单位"]
    number, _ = question_of(header, "？", "数字题", 0, "1,000.5", 1, "元")
    assert number == Number(code="Q1", text=Text("？"), minimum=0, maximum=1000.5, decimals=1, unit=Text("元"))
    day, _ = question_of(header, "？", "日期题", datetime(2017, 4, 11), "2017年12月31日")  # noqa: DTZ001  # as Excel has it
    assert day == DateQuestion(code="Q1", text=Text("？"), earliest="2017-04-11", latest="2017-12-31")
    text, told = question_of(header, "？", "问答题", "", 300, "", "人")
    assert (text, told) == (LongText(code="Q1", text=Text("？"), max_length=300), ["cells_unused"])


def test_rankings_and_recommendations() -> None:
    ranking, _ = question_of(["题干", "题型", "选项", "最多选"], "？", "排序题", "甲；乙；丙", 2)
    assert isinstance(ranking, Ranking)
    assert ranking.top == 2
    nps, _ = question_of(["题干", "题型", "选项"], "？", "NPS", "不会\n会")
    assert nps == Nps(code="Q1", text=Text("？"), low=Text("不会"), high=Text("会"))


def test_a_type_left_blank_is_guessed_and_told() -> None:
    question, told = question_of(["题干", "选项"], "？", "甲；乙")
    assert (type(question), told) == (SingleChoice, ["kind_guessed"])
    question, told = question_of(["题干", "选项"], "？", "")
    assert (type(question), told) == (ShortText, ["kind_guessed"])


def test_options_in_rows_of_their_own_as_under_merged_cells() -> None:
    book = book_of(
        [HEADER, ["Q1", "性别", "单选题", "男"], ["", "", "", "女"], ["Q2", "年龄", "数字题", ""]], **TITLED
    )
    for letter in "ABC":
        book["题目"].merge_cells(f"{letter}2:{letter}3")
    imported = sheet.read(bytes_of(book), filename="x.xlsx")
    say(imported)
    assert [each.text.zh for each in form_of(imported).questions[0].options] == ["男", "女"]  # type: ignore[union-attr]  # a single choice
    assert [(each.kind, each.place.row) for each in imported.findings] == [("row_joined", 3)]


def test_variables_stay_and_other_braces_become_brackets() -> None:
    question, told = question_of(["题干", "题型", "选项"], "{unit}的{姓名}好吗？", "单选题", "{很}好\n不好")
    assert (question.text, told) == (Text("{unit}的(姓名)好吗？"), ["braces", "braces"])
    assert question.options[0].text == Text("(很)好")  # type: ignore[union-attr]  # a single choice


# --- sections and the questionnaire as a whole -----------------------------------------------------


def test_sections_go_on_where_the_cell_is_blank() -> None:
    rows = [
        ["分节", *HEADER],
        ["甲部分", "Q1", "？", "单行文字"],
        ["", "Q2", "？", "数字"],
        ["乙部分", "Q3", "？", "数字"],
    ]
    form = form_of(read(rows))
    assert [(each.code, each.title.zh, len(each.questions)) for each in form.sections] == [
        ("s1", "甲部分", 2),
        ("s2", "乙部分", 1),
    ]


def test_the_sheet_of_sections_tells_more() -> None:
    rows = [["分节", *HEADER], ["", "Q1", "？", "单选题", "是｜不是"], ["later", "Q2", "？", "数字题"]]
    sections = [
        ["编号", "标题", "说明", "显示条件"],
        ["first", "开头", "请填写", ""],
        ["later", "后面", "", "Q1 = 是"],
    ]
    form = form_of(read(rows, 分节=sections))
    assert [(each.code, each.intro, each.shown_if) for each in form.sections] == [
        ("first", Text("请填写"), None),
        ("later", EMPTY, Is("Q1", "1")),
    ]


def test_the_sheet_on_the_questionnaire() -> None:
    settings_ = [
        ["项目", "内容", "内容（英文）"],
        ["问卷标题", "测评", "Survey"],
        ["隐私告知", "匿名", ""],
        ["预计用时", "3 分钟"],
        ["主指标题目", "第1题"],
        ["逐节分页", "是"],
        ["主题色", "红"],
        ["标题", "又一个"],
    ]
    imported = read([["题干", "题型", "量表"], ["满意吗", "量表题", "S5"]], 问卷=settings_)
    form = form_of(imported)
    assert (form.title, form.notice, form.minutes, form.headline, form.paged) == (
        Text("测评", "Survey"), Text("匿名"), 3, "Q1", True
    )  # fmt: skip
    assert form.code == "form1"
    assert [each.kind for each in imported.findings] == ["codes_made", "item_unknown", "item_twice"]


def test_without_a_title_the_file_lends_its_name() -> None:
    imported = sheet.read(bytes_of(book_of([HEADER, ["Q1", "？", "数字题"]])), filename=r"C:\问卷\职工卷.xlsx")
    assert form_of(imported).title == Text("职工卷")
    assert [each.kind for each in imported.findings] == ["title_from_file"]


# --- conditions ------------------------------------------------------------------------------------


def test_conditions_as_people_write_them() -> None:
    header = [*HEADER, "量表", "显示条件"]
    rows = [
        ["W01", "？", "单选题", "知道\n不知道"],
        ["W20", "？", "多选题", "就业帮扶\n技能培训"],
        ["W29", "？", "量表题", "", "S5"],
        ["W30", "？", "推荐度题"],
        ["X1", "？", "单行文字", "", "", "W01 = 知道"],
        ["X2", "？", "单行文字", "", "", "W20 含 就业帮扶 且 W01 不是 不知道"],
        ["X3", "？", "单行文字", "", "", "W29 选择不满意或非常不满意"],
        ["X4", "？", "单行文字", "", "", "W30 ≤ 6"],
    ]
    rules = [each.shown_if for each in form_of(read([header, *rows])).questions[4:]]
    assert rules == [
        Is("W01", "1"), All((Is("W20", "1"), IsNot("W01", "2"))), AnyOf("W29", ("4", "5")), AtMost("W30", 6)
    ]  # fmt: skip


def test_conditions_that_cannot_be_are_errors_with_their_cell() -> None:
    header = ["编号", "题干", "题型", "选项", "显示条件"]
    wrong = ["X9 = 1", "W02 = 1", "W01 = 紫", "W01 大约 红", "(W01 = 红", "W01 = 红 就好了吧"]
    rows = [["W01", "？", "单选题", "红\n绿"], *(["", "？", "单行文字", "", each] for each in wrong)]
    found = errors_of([header, *rows, ["W02", "？", "数字题"]])
    assert [kind for kind, _, _ in found] == [
        "condition_unknown_question",
        "condition_later_question",
        "condition_unknown_option",
        "condition_unknown_option",
        "condition_bracket",
        "condition_rest",
    ]
    assert [(row, column) for _, row, column in found] == [(row, "显示条件") for row in range(3, 9)]


# --- everything wrong at once ----------------------------------------------------------------------


def test_all_problems_come_at_once_with_row_and_column() -> None:
    header = ["编号", "题干", "题型", "选项", "量表", "行项目", "必答", "最多选", "下限", "上限"]
    rows = [
        ["W1", "", "单选题", "只有一个"],
        ["W2", "？", "滑块题"],
        ["W3", "？", "量表题", "", "S99"],
        ["W4", "？", "矩阵量表题", "", "S5", "", "也许"],
        ["W5", "？", "日期题", "", "", "", "", "", "去年"],
        ["w1", "？", "数字题", "", "", "", "", "", "很多", "=1+1"],
        ["W7", "？", "多选题", "a=甲\na=乙", "", "", "", 9],
        ["W8", "？", "量表题"],
        ["W9", "？", "数字题", "", "", "", "", "", 5, 1],
        ["W10", "？", "单选题", datetime(2017, 1, 5)],  # noqa: DTZ001  # 1-5, as Excel takes it
        ["W11", "？", "咖啡"],
    ]
    assert errors_of([header, *rows]) == [
        ("no_question_text", 2, "题干"),
        ("too_few_options", 2, "选项"),
        ("kind_similar", 3, "题型"),
        ("scale_unknown", 4, "量表"),
        ("not_yes_no", 5, "必答"),
        ("rows_missing", 5, "行项目"),
        ("not_a_day", 6, "下限"),
        ("formula", 7, "上限"),
        ("code_twice", 7, "编号"),
        ("not_a_number", 7, "下限"),
        ("line_code_twice", 8, "选项"),
        ("not_whole", 8, "最多选"),
        ("no_scale", 9, "量表"),
        ("bounds_crossed", 10, "下限"),
        ("date_in_text", 11, "选项"),
        ("too_few_options", 11, "选项"),
        ("kind_unknown", 12, "题型"),
    ]


def test_errors_on_the_other_sheets() -> None:
    scales = [
        ["量表编号", "选项", "得分", "计为满意", "计为严格满意", "计入分母"],
        ["S1", "好", 101, "否", "是", ""],
        ["S1", "", 0, "是", "", "否"],
        ["S2", "单", "", "", "", ""],
    ]
    sections = [["编号", "标题", "显示条件"], ["a", "甲", ""], ["A", "乙", "W9 = 1"]]
    form = [["项目", "内容"], ["问卷标题", "题"], ["预计用时", "很久"], ["主指标题目", "W9"], ["问卷编号", "T"]]
    found = errors_of([["分节", *HEADER], ["甲", "W1", "？", "数字题"]], 量表=scales, 分节=sections, 问卷=form)
    assert [(kind, row) for kind, row, _ in found] == [
        ("bad_score", 2),
        ("strict_not_satisfied", 2),
        ("no_grade_text", 3),
        ("satisfied_not_in_base", 3),
        ("scale_too_short", 4),
        ("code_twice", 3),
        ("condition_unknown_question", 3),
        ("not_whole", 3),
        ("headline_unknown", 4),
    ]


def test_a_section_in_two_places_is_an_error() -> None:
    rows = [
        ["分节", *HEADER],
        ["甲", "Q1", "？", "数字题"],
        ["乙", "Q2", "？", "数字题"],
        ["甲", "Q3", "？", "数字题"],
    ]
    listed = [["编号", "标题"], ["a", "甲"], ["b", "乙"]]
    assert errors_of(rows, 分节=listed) == [("section_split", 4, "分节")]
    assert [each.title.zh for each in form_of(read(rows)).sections] == ["甲", "乙", "甲"]


# --- as people write who do not read the explanation -------------------------------------------------


def test_lists_on_one_line_and_numbers_with_what_they_count() -> None:
    question, told = question_of(
        ["题干", "题型", "选项", "最多选"], "去过哪里？", "多选题", "澡堂、食堂、宿舍", "2项"
    )
    assert isinstance(question, MultipleChoice)
    assert ([each.text.zh for each in question.options], question.max_choices) == (["澡堂", "食堂", "宿舍"], 2)
    assert told == []
    matrix, _ = question_of(["题干", "题型", "量表", "行项目"], "评价", "矩阵题", "满意度五级", "水温、卫生、排队")
    assert isinstance(matrix, Matrix)
    assert [each.text.zh for each in matrix.items] == ["水温", "卫生", "排队"]


def test_grades_of_satisfaction_count_as_their_words_say() -> None:
    imported = read(
        [["编号", "题干", "题型", "选项"], ["Q1", "如何？", "量表题", "很满意\n满意\n一般\n不满意\n很不满意"]]
    )
    (scale,) = form_of(imported).scales
    assert [each.satisfied for each in scale.grades] == [True, True, False, False, False]
    assert [each.kind for each in imported.findings] == ["scale_guessed"]


def test_too_few_options_are_told_once() -> None:
    rows = [["编号", "题干", "题型", "选项", "最多选"], ["Q1", "去过哪里？", "多选题", "澡堂", "3项"]]
    assert errors_of(rows) == [("too_few_options", 2, "选项")]
