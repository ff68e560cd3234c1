"""How people really write questions, and what each becomes."""

import pytest

from survey_app.interchange.conditions import write_condition
from survey_app.interchange.pasted import Understood, read
from survey_app.questionnaire.definition import (
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Ranking,
    options_of,
    scale_of,
)

_SATISFIED = "[很满意+ 满意+ 一般 不满意 很不满意]"
_POINTS = "[5 分 4 分 3 分 2 分 1 分]"


def _said(question: Question, whole: Questionnaire) -> str:
    """Say in one line what a question is: kind, words, options, rows, limits, condition."""
    words = [f"{type(question).__name__}{'*' if question.required else ''}", question.text.zh or question.text.en]
    if options := options_of(question):
        shown = (f"{each.text.zh}{'…' * each.specify}{'!' * each.exclusive}" for each in options)
        words.append(f"[{' '.join(shown)}]")
    if (scale := scale_of(question)) is not None:
        grades = whole.scale_by_code[scale].grades
        words.append(
            f"[{' '.join(each.text.zh + '+' * each.satisfied + '?' * (not each.in_base) for each in grades)}]"
        )
    if isinstance(question, Matrix):
        words.append(f"({' '.join(each.text.zh for each in question.items)})")
    if isinstance(question, MultipleChoice) and (question.min_choices or question.max_choices):
        words.append(f"{question.min_choices}-{question.max_choices}")
    if isinstance(question, Ranking):
        words.append(str(question.top))
    if isinstance(question, Number):
        words.append(f"{question.minimum}-{question.maximum} {question.unit.zh}".strip())
    if question.shown_if is not None:
        words.append(f"if {write_condition(question.shown_if)}")
    return " ".join(words)


def _read(text: str) -> list[str]:
    pasted = read(text)
    made = pasted.imported.questionnaire
    assert made is not None, pasted.imported.findings
    missed = [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]
    assert not missed
    return [_said(question, made) for question in made.questions]


_ONE = {
    # options, however they are marked
    "1. 性别[单选题]\nA. 男\nB. 女": "SingleChoice 性别 [男 女]",
    "1、您的性别：（  ）\nA、男    B、女": "SingleChoice 您的性别 [男 女]",
    "1．性别   □男   □女": "SingleChoice 性别 [男 女]",
    "1. 性别：A.男 B.女": "SingleChoice 性别 [男 女]",
    "第1题 性别\n① 男\n② 女": "SingleChoice 性别 [男 女]",
    "Q1：性别\n1) 男\n2) 女": "SingleChoice 性别 [男 女]",
    "问题1：性别\n○ 男\n○ 女": "SingleChoice 性别 [男 女]",
    "1. 性别（单选）\n(A) 男\n(B) 女": "SingleChoice 性别 [男 女]",
    "１．　性别\nＡ．男　　Ｂ．女": "SingleChoice 性别 [男 女]",
    "1.\t性别\nA.\t男\nB.\t女": "SingleChoice 性别 [男 女]",
    "**1. 性别**\n- 男\n- 女": "SingleChoice 性别 [男 女]",
    "一、性别：□男 □女": "SingleChoice 性别 [男 女]",
    "1. 性别？A男 B女": "SingleChoice 性别？ [男 女]",
    "1. 岗位：生产□ 管理□ 技术□": "SingleChoice 岗位 [生产 管理 技术]",
    "1. 有无危害？ 有（ ） 无（ ）": "SingleChoice 有无危害？ [有 无]",
    "1. 发过没有？\n是□ 否□": "SingleChoice 发过没有？ [是 否]",
    "1. 是否发放用品（是/否）": "SingleChoice 是否发放用品 [是 否]",
    "1. 愿意推荐吗    愿意    不愿意": "SingleChoice 愿意推荐吗 [愿意 不愿意]",
    "1. 您    满意    不满意    非常不满意": "ScaleQuestion 您 [满意+ 不满意 非常不满意]",
    "1. 会费透明吗？（透明/不透明/不清楚）": "SingleChoice 会费透明吗？ [透明 不透明 不清楚]",
    "1. 还愿意来吗？愿意/不愿意/看情况": "SingleChoice 还愿意来吗？ [愿意 不愿意 看情况]",
    "1. 月收入（元）\n3000以下\n3000-5000\n5000以上": "SingleChoice 月收入（元） [3000以下 3000-5000 5000以上]",
    "1. 去过哪些？\nA.春游；B.义诊；C.其他____": "SingleChoice 去过哪些？ [春游 义诊 其他…]",
    "1. 结果\nA. 已解决\nB. 未解决（原因：______）": "SingleChoice 结果 [已解决 未解决（原因）…]",
    # several answers
    "1. 途径？（可多选）\nA. 微信 B. 其他（请注明）": "MultipleChoice 途径？（可多选） [微信 其他（请注明）…]",
    "1. 需要？（可多选，最多选3项）\nA. 甲\nB. 乙\nC. 丙\nD. 以上都没有":
        "MultipleChoice 需要？（可多选，最多选3项） [甲 乙 丙 以上都没有!] 0-3",
    "1. 需要？[多选题][必答][至少选1项]\n□甲\n□乙": "MultipleChoice* 需要？ [甲 乙] 1-None",
    "1. 需要？（选三样）\n甲\n乙\n丙\n丁": "MultipleChoice 需要？（选三样） [甲 乙 丙 丁] 3-3",
    "1. 需要（限选２项）\nＡ．甲　Ｂ．乙　Ｃ．丙": "MultipleChoice 需要（限选２项） [甲 乙 丙] 0-2",
    "1. 需要[多选题]\nA. 甲[排他]\nB. 乙": "MultipleChoice 需要 [甲! 乙]",
    "1. 按重要性排序[排序题]\n[ ]甲\n[ ]乙\n[ ]丙": "Ranking 按重要性排序 [甲 乙 丙] 3",
    "1. 选出前2项[排序题][前2项]\nA. 甲\nB. 乙\nC. 丙": "Ranking 选出前2项 [甲 乙 丙] 2",
    # grades
    "1. 满意吗\n很满意 满意 一般 不满意 很不满意": f"ScaleQuestion 满意吗 {_SATISFIED}",
    "1. 满意吗\n很满意/满意/一般/不满意/很不满意": f"ScaleQuestion 满意吗 {_SATISFIED}",
    "1. 满意吗（很满意、满意、一般、不满意、很不满意）": f"ScaleQuestion 满意吗 {_SATISFIED}",
    "1. 满意吗\nA.很满意 B.满意 C.一般 D.不满意 E.很不满意": f"ScaleQuestion 满意吗 {_SATISFIED}",
    "1. 满意吗  满意（ ） 不满意（ ）": "ScaleQuestion 满意吗 [满意+ 不满意]",
    "1. 满意吗\nA.满意 B.不满意 C.没用过": "ScaleQuestion 满意吗 [满意+ 不满意 没用过?]",
    "1. 总评[满意度五级]": "ScaleQuestion 总评 [非常满意+ 满意+ 基本满意+ 不满意 非常不满意 不了解、未参与?]",
    "1. 总评\n非常满意、满意、基本满意、不满意、非常不满意":
        "ScaleQuestion 总评 [非常满意+ 满意+ 基本满意+ 不满意 非常不满意]",
    "1. 睡眠\nA.很好 B.较好 C.一般 D.较差": "SingleChoice 睡眠 [很好 较好 一般 较差]",
    # points
    "1. 打几分（1-5分，5分最满意）": f"ScaleQuestion 打几分（1-5分，5分最满意） {_POINTS}",
    "1. 打几分[量表题]\n1 2 3 4 5": f"ScaleQuestion 打几分 {_POINTS}",
    "1. 打几分[量表题]\n很差\t○1\t○2\t○3\t很好": "ScaleQuestion 打几分 [3 分 很好 2 分 1 分 很差]",
    "1. 打分（0-10分）": "ScaleQuestion 打分（0-10分） [10 9 8 7 6 5 4 3 2 1 0]",
    "1. 会推荐吗？（0-10）[NPS]": "Nps 会推荐吗？（0-10）",
    "1. 多大可能推荐我们（0 不可能—10 极可能）": "Nps 多大可能推荐我们",
    # matrices
    "1. 评价[矩阵题]\n满意/基本满意/不满意\n甲\n乙": "Matrix 评价 [满意+ 基本满意+ 不满意] (甲 乙)",
    "1. 评价[矩阵单选题]\n\t满意\t不满意\n甲\t○\t○\n乙\t○\t○": "Matrix 评价 [满意+ 不满意] (甲 乙)",
    "1. 频率\n从不   偶尔   经常\n甲\n乙": "Matrix 频率 [从不 偶尔 经常] (甲 乙)",
    "1. 请打√\n项目\t优\t良\t差\n1.甲\t\t\t\n2.乙\t\t\t": "Matrix 请打√ [优 良 差] (甲 乙)",
    "1. 评价（１—５分）\n（１）甲\n（２）乙": f"Matrix 评价（１—５分） {_POINTS} (甲 乙)",
    "1. 评价（满意3分，一般2分，不满意1分）\nA. 甲\nB. 乙":
        "Matrix 评价（满意3分，一般2分，不满意1分） [满意+ 一般 不满意] (甲 乙)",
    "1. 评价[矩阵单选题]\n\t微信\t电话\n甲\t○\t○\n乙\t○\t○": "Matrix 评价 [微信 电话] (甲 乙)",
    "序号 测评内容 满意 基本满意 不满意\n1 甲\n2 乙": "Matrix 测评内容 [满意+ 基本满意+ 不满意] (甲 乙)",
    "1. 总评：★★★★★":
        "ScaleQuestion 总评 [★★★★★ 非常满意+ ★★★★ 满意+ ★★★ 基本满意+ ★★ 不满意 ★ 非常不满意]",
    # telephones and headings
    "1️⃣ 去哪？\n1 海南\n2 云南": "SingleChoice 去哪？ [海南 云南]",
    "二、多项选择题\n1. 去哪\nA. 海南\nB. 云南": "MultipleChoice 去哪 [海南 云南]",
    "四、简答题（每题不超过200字）\n1. 有何期望？": "LongText 有何期望？",
    "1. 活动（多选）：徒步、观影、亲子": "MultipleChoice 活动（多选） [徒步 观影 亲子]",
    "1. 关心什么？（请选择2项并排序）\nA. 甲\nB. 乙\nC. 丙\n第一位____ 第二位____":
        "Ranking 关心什么？（请选择2项并排序） [甲 乙 丙] 2",
    # to be filled in
    "1. 姓名：________": "ShortText 姓名",
    "1. 姓名[填空题]": "ShortText 姓名",
    "1. 您的意见和建议？": "LongText 您的意见和建议？",
    "1. 您的建议：\n____________\n____________": "LongText 您的建议",
    "1. 工龄____年": "Number 工龄____年 None-None 年",
    "1. 工龄：____年": "Number 工龄 None-None 年",
    "1. 打几分？（满分100分）____分": "Number 打几分？（满分100分） 0-100 分",
    "1. 每天几小时？（填数字，1-24）": "Number 每天几小时？ 1-24",
    "1. 几人[数字题][最小0][最大99][单位:人]": "Number 几人 0-99 人",
    "1. 填表日期：____年__月__日": "DateQuestion 填表日期",
    "1. 填表日期：　　　　年　　月　　日": "DateQuestion 填表日期",
    "1. 入会日期[日期题]": "DateQuestion 入会日期",
    "*1. 姓名____": "ShortText* 姓名",
    "1. 姓名（必答）____": "ShortText* 姓名",
    "1. 请往下看[说明]": "Statement 请往下看",
}  # fmt: skip


@pytest.mark.parametrize("text", _ONE)
def test_a_question_as_people_write_it(text: str) -> None:
    assert _read(f"问卷\n{text}") == [_ONE[text]]


_THREE = "问卷\n1. 来过吗\nA. 来过\nB. 没来过{jump}\n{line}2. 满意吗{rule}\nA. 是\nB. 否\n3. 还有呢[填空题]\n"
_LED = ["SingleChoice 来过吗 [来过 没来过]", "SingleChoice 满意吗 [是 否] if {}", "ShortText 还有呢"]


@pytest.mark.parametrize(
    ("parts", "condition"),
    [
        ({"rule": "（第1题选A时填写）"}, "q1=1"),
        ({"rule": "（仅“来过”的填写）"}, "q1=1"),
        ({"rule": "\n依赖于第1题第1个选项"}, "q1=1"),
        ({"rule": "（Q1选来过的回答）"}, "q1=1"),
        ({"jump": "（跳到第3题）"}, "非(q1=2)"),
        ({"jump": " → 第3题"}, "非(q1=2)"),
        ({"jump": "（请跳至第3题作答）"}, "非(q1=2)"),
        ({"line": "如选“没来过”，跳至第3题\n"}, "非(q1=2)"),
        ({"line": "（选B的跳到第3题）\n"}, "非(q1=2)"),
        ({"line": "选A请回答第2题，否则跳到第3题\n"}, "非(q1=2)"),
    ],
)
def test_conditions_and_jumps(parts: dict[str, str], condition: str | None) -> None:
    text = _THREE.format_map({"jump": "", "line": "", "rule": "", **parts})
    pasted = read(text)
    made = pasted.imported.questionnaire
    assert made is not None
    if condition is not None:
        first, second, third = _LED
        assert [_said(each, made) for each in made.questions] == [first, second.format(condition), third]
        assert not [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]
    else:
        # What is not said clearly is asked of everybody and stays to be read, or is told.
        told = [each.kind for each in pasted.imported.findings if each.place.row == 5]
        assert told or "来过" in made.questions[1].text.zh


def test_a_jump_over_a_whole_section_hides_the_section() -> None:
    made = read(
        "问卷\n一、甲\n1. 来过吗\nA. 是\nB. 否（跳到第三部分）\n二、乙\n2. 好吗？\n三、丙\n3. 呢？\n"
    ).imported.questionnaire
    assert made is not None
    assert [write_condition(each.shown_if) if each.shown_if else "" for each in made.sections] == [
        "",
        "非(q1=2)",
        "",
    ]


def test_numbers_that_begin_anew_in_each_section() -> None:
    pasted = read("问卷\n（一）甲\n1. 性别：A.男 B.女\n（二）乙\n1. 年龄____岁\n")
    made = pasted.imported.questionnaire
    assert made is not None
    assert [section.title.zh for section in made.sections] == ["甲", "乙"]
    assert [question.code for question in made.questions] == ["q1", "s2_q1"]
    assert "numbers_restart" in {each.kind for each in pasted.imported.findings}


@pytest.mark.parametrize(
    "heading", ["一、甲", "（一）甲", "第一部分 甲", "第一部分：甲", "## 甲", "【甲】", "Part 1: 甲"]
)
def test_sections_as_people_number_them(heading: str) -> None:
    made = read(f"问卷\n{heading}\n1. 性别：A.男 B.女\n2. 年龄？\n").imported.questionnaire
    assert made is not None
    assert [(section.title.zh, len(section.questions)) for section in made.sections] == [("甲", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "1. 您的部门？ | Your department?\nA. 生产 | Production\nB. 行政 | Office",
        "1. 您的部门？\n| Your department?\nA. 生产\n| Production\nB. 行政\n| Office",
        "1. 您的部门？\nYour department?\nA. 生产 Production\nB. 行政 Office",
        "1. 您的部门？ Your department?\nA. 生产 / Production\nB. 行政 / Office",
    ],
)
def test_english_beside_or_below_the_chinese(text: str) -> None:
    made = read(f"部门调查\n{text}").imported.questionnaire
    assert made is not None
    (question,) = made.questions
    assert (question.text.zh, question.text.en) == ("您的部门？", "Your department?")
    assert [(each.text.zh, each.text.en) for each in options_of(question)] == [
        ("生产", "Production"),
        ("行政", "Office"),
    ]


def test_an_english_questionnaire() -> None:
    made = read("Survey\n1. Sex?\nA. Male\nB. Female\n2. Any comments?").imported.questionnaire
    assert made is not None
    assert made.title.en == "Survey"
    assert [type(each).__name__ for each in made.questions] == ["SingleChoice", "LongText"]
    assert [each.text.en for each in options_of(made.questions[0])] == ["Male", "Female"]


def test_a_text_without_any_numbers() -> None:
    assert _read(
        "送清凉调查\n各位职工：请填写。\n您收到了吗？\n收到了\n没收到\n您最想要什么？（选两样）\n绿豆\n茶叶\n毛巾\n谢谢大家"
    ) == [
        "SingleChoice 您收到了吗？ [收到了 没收到]",
        "MultipleChoice 您最想要什么？（选两样） [绿豆 茶叶 毛巾] 2-2",
    ]


def test_numbers_and_letters_with_nothing_behind_them() -> None:
    assert _read("睡眠调查\n1 您睡得如何\n  A 很好  B 较差\n2 您的年龄段\n  A 30岁以下\n  B 30岁以上") == [
        "SingleChoice 您睡得如何 [很好 较差]",
        "SingleChoice 您的年龄段 [30岁以下 30岁以上]",
    ]


def test_what_stands_around_the_questions() -> None:
    made = read(
        "附件1\n关于食堂的调查\n\n各位职工：\n本卷不记名，大约需要3分钟。\n\n1. 满意吗？A.是 B.否\n\n谢谢您的配合。"
    ).imported.questionnaire
    assert made is not None
    assert made.title.zh == "关于食堂的调查"
    assert "不记名" in made.notice.zh
    assert made.minutes == 3
    assert made.closing.zh == "谢谢您的配合。"


@pytest.mark.parametrize(
    "grades", ["非常满意\t满意\t一般\t不满意\t很不满意\t不了解", "很满意\t满意\t一般\t不太满意\t不满意\t不清楚"]
)
def test_grades_of_satisfaction_count_as_their_words_say_and_not_knowing_stays_out(grades: str) -> None:
    made = read(f"食堂\n1、请对食堂评价\n\t{grades}\n口味\n价格\n").imported.questionnaire
    (scale,) = made.scales
    assert [(each.satisfied, each.in_base, each.score is not None) for each in scale.grades] == [
        (True, True, True), (True, True, True), (False, True, True), (False, True, True), (False, True, True),
        (False, False, False),
    ]  # fmt: skip
