"""Who is asked what, in the ways in which people write it on paper: each becomes a condition, or is told."""

import pytest

from survey_app.interchange.conditions import write_condition
from survey_app.interchange.findings import Severity
from survey_app.interchange.pasted import Understood, read
from survey_app.questionnaire.rules import Rule

_HEAD = """工会服务满意度
1. 您的性别？
A. 男
B. 女
2. 您是否参加过工会活动？
A. 是
B. 否
3. 您对工会工作是否满意？
A. 满意
B. 基本满意
C. 不满意
"""
_FIRST_LINE = _HEAD.count("\n") + 1


def _signs(rule: Rule | None) -> str:
    return write_condition(rule) if rule is not None else ""


_FOLLOWING = {
    # the nearest question before that has the answer
    "（若选“不满意”，原因是？）____": ("q3=3", "原因是？"),
    "（若选“不满意”，原因是？）": ("q3=3", "原因是？"),
    "若选“不满意”，请说明原因：____": ("q3=3", "请说明原因"),
    "如果上题选“不满意”，主要原因是？\nA. 没人回复\nB. 时间太长": ("q3=3", "主要原因是？"),
    "C选项的请说明原因：____": ("q3=3", "请说明原因"),
    "4. 原因是什么？（若选“不满意”，原因是？）____": ("q3=3", "原因是什么？"),
    "4. 若选不满意，请说明原因：____": ("q3=3", "请说明原因"),
    "4. 如不满意，原因是____": ("q3=3", "原因是"),
    "4. 对不满意的，请说明原因：____": ("q3=3", "请说明原因"),
    "4. 不满意请填写原因：____": ("q3=3", "请填写原因"),
    "4. 如选“否”，原因是：____": ("q2=2", "原因是"),
    "4. 若为否，请说明理由：____": ("q2=2", "请说明理由"),
    "4. 若是，请说明参加了几次：____": ("q2=1", "请说明参加了几次"),
    # in brackets behind or before the words
    "4. 主要原因（选‘不满意’的填写）____": ("q3=3", "主要原因"),
    "4. （选‘不满意’的填写）主要原因____": ("q3=3", "主要原因"),
    "4. 参加过几次？（选“是”的回答）____次": ("q2=1", "参加过几次？"),
    "4. 参加过几次？（答“是”者回答）____次": ("q2=1", "参加过几次？"),
    "4. 参加过几次？（仅限第2题选“是”者填写）____次": ("q2=1", "参加过几次？"),
    "4. 哪一类？（女职工填写）____": ("q1=2", "哪一类？"),
    "4. 哪一类？（限女职工填写）____": ("q1=2", "哪一类？"),
    "4. 哪一类？（女性回答）____": ("q1=2", "哪一类？"),
    "4. 原因？（不满意填写）____": ("q3=3", "原因？"),
    "4. 原因？（仅基本满意和不满意填写）____": ("q3=2,3", "原因？"),
    "4. 原因？（承上题，选“不满意”的回答）____": ("q3=3", "原因？"),
    "4. 原因？（前题选“不满意”者答）____": ("q3=3", "原因？"),
    "4. 原因？（3题选C必答）____": ("q3=3", "原因？"),
    "4. 原因？（Q3选C时填写）____": ("q3=3", "原因？"),
    "4. 原因？（第三题选择“不满意”时填写）____": ("q3=3", "原因？"),
    "4. 原因？（仅在上一题选择“不满意”时出现）____": ("q3=3", "原因？"),
    # several answers
    "4. 原因？（第3题选②③的作答）____": ("q3=2,3", "原因？"),
    "4. 原因？（第3题选B、C的作答）____": ("q3=2,3", "原因？"),
    "4. 原因？（选BC的填写）____": ("q3=2,3", "原因？"),
    "4. 原因？（选后两项的填写）____": ("q3=2,3", "原因？"),
    "4. 原因？（选第2、3项的填写）____": ("q3=2,3", "原因？"),
    "4. 原因？（第3题为“基本满意”或“不满意”时填写）____": ("q3=2,3", "原因？"),
    # all but some
    "4. 原因？（除“满意”以外的填写）____": ("q3≠1", "原因？"),
    "4. 原因？（选“满意”以外选项的填写）____": ("q3≠1", "原因？"),
    "4. 原因？（满意者不填）____": ("非(q3=1)", "原因？"),
    "4. 原因？（选满意的跳过本题）____": ("非(q3=1)", "原因？"),
    "4. 原因？（满意或基本满意的不用填）____": ("非(q3=1,2)", "原因？"),
    "4. 若第2题选否，则本题不答。参加过几次？____次": ("非(q2=2)", "参加过几次？"),
    "4. 第2题回答“是”的，请回答：参加过几次？____次": ("q2=1", "参加过几次？"),
    # before the question that it is about
    "以下第4题仅选“是”者回答\n4. 参加过几次？____次": ("q2=1", "参加过几次？"),
    "第4题由女职工填写\n4. 哪一类？____": ("q1=2", "哪一类？"),
    "注：选C的请回答下一题\n4. 原因____": ("q3=3", "原因"),
    "（选C的请回答第4题）\n4. 原因____": ("q3=3", "原因"),
}  # fmt: skip


@pytest.mark.parametrize("text", _FOLLOWING)
def test_a_condition_in_the_midst_of_words(text: str) -> None:
    pasted = read(_HEAD + text)
    made = pasted.imported.questionnaire
    assert made is not None
    condition, words = _FOLLOWING[text]
    question = made.question_by_code["q4"]
    assert (_signs(question.shown_if), question.text.zh) == (condition, words)
    assert all(each.shown_if is None for each in made.questions if each is not question)
    assert not [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]


_JUMPS = {
    "选A跳至第5题": "非(q3=1)",
    "选择“满意”请跳到第5题": "非(q3=1)",
    "选AB的，转第5题": "非(q3=1,2)",
    "（选A、B的请跳到第5题，选C的请继续）": "非(q3=1,2)",
    "选C的请继续回答第4题，否则跳到第5题": "非(q3=1,2)",
    "选A跳到第5题，选B跳到第5题": "非(q3=1,2)",
    "第2题选“否”请直接跳到第5题": "非(q2=2)",
    "选“否”的跳到第5题": "非(q2=2)",
}


@pytest.mark.parametrize("line", _JUMPS)
def test_a_jump_in_words(line: str) -> None:
    pasted = read(f"{_HEAD}{line}\n4. 原因____\n5. 年龄____")
    made = pasted.imported.questionnaire
    assert made is not None
    assert _signs(made.question_by_code["q4"].shown_if) == _JUMPS[line]
    assert made.question_by_code["q5"].shown_if is None
    assert not [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]


@pytest.mark.parametrize(
    ("options", "condition"),
    [
        ("A. 是（请回答第3题）\nB. 否", "q2=1"),
        ("A. 是（请继续回答第3题）\nB. 否（跳至第4题）", "非(q2=2)"),
        ("A. 常来（请答第3题）\nB. 来过（请答第3题）\nC. 没来过", "q2=1,2"),
    ],
)
def test_an_option_that_leads_to_a_question(options: str, condition: str) -> None:
    pasted = read(f"问卷\n1. 姓名____\n2. 来过吗？\n{options}\n3. 来过几次？____次\n4. 还有呢？____")
    made = pasted.imported.questionnaire
    assert made is not None
    assert _signs(made.question_by_code["q3"].shown_if) == condition
    assert not [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]


def test_a_matrix_counts_with_any_of_its_rows() -> None:
    grades = "满意\t一般\t不满意"
    pasted = read(f"问卷\n1. 评价[矩阵题]\n{grades}\n食堂\n宿舍\n2. 工龄____\n3. 原因（选“不满意”的填写）____")
    made = pasted.imported.questionnaire
    assert made is not None
    assert _signs(made.question_by_code["q3"].shown_if) == "q1_1=3 或 q1_2=3"


_REFUSED = {
    "4. 原因？（选“很差”的填写）____": "condition_no_such_answer",
    "4. 若选“很差”，请说明原因：____": "condition_no_such_answer",
    "4. 原因？（第9题选A的填写）____": "condition_unknown_question",
    "（选C的请回答第9题）\n4. 原因____": "jump_target_unknown",
}


@pytest.mark.parametrize("text", _REFUSED)
def test_what_cannot_be_decided_is_marked_on_its_line(text: str) -> None:
    pasted = read(_HEAD + text)
    (line,) = [each for each in pasted.lines if each.understood is Understood.NOT_UNDERSTOOD]
    assert (line.number, line.reason) == (_FIRST_LINE, _REFUSED[text])


@pytest.mark.parametrize(
    "text",
    [
        "4. 如果您觉得有改进空间，请说明：____",
        "4. 若贵单位食堂较差，请说明原因：____",
        "4. 哪一类？（劳模职工填写）____",
        "4. 哪一类？（劳模填写）____",
        "4. 哪一类？（仅工会主席填写）____",
        "4. 哪一类？（仅限参加过疗养的填写）____",
    ],
)
def test_what_may_be_a_condition_is_taken_in_and_marked(text: str) -> None:
    pasted = read(_HEAD + text)
    (finding,) = [each for each in pasted.imported.findings if each.kind == "perhaps_condition"]
    assert (finding.severity, finding.place.row) == (Severity.CHANGED, _FIRST_LINE)
    line = pasted.lines[_FIRST_LINE - 1]
    assert (line.understood, line.reason) == (Understood.QUESTION, "perhaps_condition")


@pytest.mark.parametrize(
    "text",
    [
        "4. 您还有什么意见？（200字以内填写）____",
        "4. 如何评价食堂？____",
        "4. 若您有其他意见，请写下来：____",
        "4. 选不出来的原因？____",
        "4. 您最关心什么？（限选2项）\nA. 工资\nB. 食堂\nC. 宿舍",
        "4. 您的工号（请如实填写）____",
        "4. 如有其他建议请说明：____",
    ],
)
def test_words_that_are_no_condition_stay_as_they_are(text: str) -> None:
    pasted = read(_HEAD + text)
    made = pasted.imported.questionnaire
    assert made is not None
    assert made.question_by_code["q4"].shown_if is None
    assert not [each for each in pasted.imported.findings if "condition" in each.kind]


def test_a_question_found_by_its_answer_is_named_unless_it_stands_just_before() -> None:
    far, near = read(f"{_HEAD}4. 几次？（选“是”的回答）____次"), read(f"{_HEAD}4. 原因（选“不满意”的填写）____")
    (told,) = [each for each in far.imported.findings if each.kind == "question_found"]
    assert told.params["question"] == "您是否参加过工会活动？"
    assert "question_found" not in {each.kind for each in near.imported.findings}


def test_a_heading_that_is_only_a_condition_holds_for_its_section_and_says_so() -> None:
    pasted = read(f"{_HEAD}【选“是”的填写】\n4. 几次？____次")
    made = pasted.imported.questionnaire
    assert made is not None
    assert _signs(made.sections[1].shown_if) == "q2=1"
    assert not made.sections[1].title
    assert "section_by_condition" in {each.kind for each in pasted.imported.findings}


def test_a_question_without_a_number_takes_none_from_those_that_follow() -> None:
    pasted = read(f"{_HEAD}（若选“不满意”，原因是？）\n4. 您的工种____\n若选“不满意”，请说明：____")
    made = pasted.imported.questionnaire
    assert made is not None
    assert [each.code for each in made.questions] == ["q1", "q2", "q3", "q3a", "q4", "q6"]
    assert "numbers_restart" not in {each.kind for each in pasted.imported.findings}


def test_the_answer_that_nobody_can_give_is_named_without_the_words_around_it() -> None:
    for text in ("4. 原因？（选“很差”的填写）____", "4. 原因？（选很差的填写）____"):
        (told,) = [each for each in read(_HEAD + text).imported.findings if each.kind == "condition_no_such_answer"]
        assert told.params["option"] == "很差"


@pytest.mark.parametrize(
    "asked",
    [
        "4. 您是否会员？  A 是   B 否（跳到第6题）",
        "4. 您是否会员？  A. 是   B. 否（跳到第6题）",
        "4. 您是否会员？ □是 □否（跳到第6题）",
        "4. 您是否会员？  是□   否□（跳到第6题）",
        "4. 您是否会员？ ①是 ②否→第6题",
        "4. 您是否会员？\nA 是   B 否（跳到第6题）",
    ],
)
def test_a_jump_behind_options_on_one_line_is_that_of_the_last_option(asked: str) -> None:
    read_in = read(f"{_HEAD}{asked}\n5. 工龄____年\n6. 有什么意见？____\n").imported
    made = read_in.questionnaire.question_by_code
    assert (made["q4"].text.zh, [each.text.zh for each in made["q4"].options]) == ("您是否会员？", ["是", "否"])
    assert _signs(made["q5"].shown_if) == "非(q4=2)"
    assert made["q6"].shown_if is None
    assert [each for each in read_in.findings if each.severity is Severity.DROPPED] == []


def test_letters_are_never_answers_of_a_question_for_a_number() -> None:
    made = read(f"{_HEAD}4. 工龄____年\n5. 原因？（选C的填写）____\n").imported.questionnaire.question_by_code
    assert _signs(made["q5"].shown_if) == "q3=3"
    told = read(f"{_HEAD}4. 工龄____年\n5. 原因？（第4题选C的填写）____\n").imported.findings
    assert [each.kind for each in told if each.severity is Severity.DROPPED] == ["condition_unknown_option"]
