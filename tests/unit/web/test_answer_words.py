"""Answers that count together, in words: groups by what the scale says, runs by their ends, others by name."""

import pytest

from survey_app import library
from survey_app.analysis.readings import Entry, entries
from survey_app.web.results.explore import words

ENTRIES = {each.name: each for each in entries(library.template("A_W").questionnaire)}
SATISFIED, NPS, AGREED, SOLVED = (ENTRIES[name] for name in ("W10", "W30", "W27_1", "W28"))


def names(entry: Entry) -> list[str]:
    return [name for name, _codes in words.groups_of(entry)]


@pytest.mark.usefixtures("chinese")
def test_only_a_scale_of_satisfaction_speaks_of_the_satisfied() -> None:
    assert names(SATISFIED) == ["满意各档合计", "不满意各档合计"]
    assert names(AGREED) == ["非常同意、同意（合计）", "一般、不同意、非常不同意（合计）"]
    assert names(SOLVED) == ["已解决、部分解决（合计）", "正在办理、没有解决（合计）"]
    assert words.answers(AGREED, ("2", "1")) == "非常同意、同意（合计）"


@pytest.mark.usefixtures("english")
def test_groups_of_grades_in_english() -> None:
    assert names(AGREED)[0] == "Strongly agree, Agree together"
    assert names(SATISFIED) == ["Satisfied in all", "Not satisfied in all"]


@pytest.mark.usefixtures("chinese")
def test_a_run_of_points_is_named_by_its_ends() -> None:
    assert words.answers(NPS, [str(each) for each in range(8)]) == "0–7 分"
    assert words.answers(NPS, ["8", "9", "10"], in_full=True) == "8–10 分"
    assert words.answers(NPS, ["9", "10"]) == "推荐者（9–10 分）"
    assert words.spelled_out(NPS, [[str(each) for each in range(8)]]) == []


@pytest.mark.usefixtures("chinese")
def test_a_run_of_grades_is_named_by_its_ends_and_spelled_out_in_the_note() -> None:
    run = ("2", "3", "4")
    assert words.answers(SATISFIED, run) == "满意至不满意"
    assert words.spelled_out(SATISFIED, [run]) == ["“满意至不满意”指：满意、基本满意或不满意。"]
    assert words.answers(SATISFIED, ("3", "4")) == "基本满意或不满意"


@pytest.mark.usefixtures("chinese")
def test_answers_without_order_are_named_as_far_as_there_is_room_and_all_in_full() -> None:
    entry, four = ENTRIES["B1"], ("1", "2", "3", "4")
    assert words.answers(entry, four) == "生产一线、技术等 4 项"
    assert words.spelled_out(entry, [four]) == ["“生产一线、技术等 4 项”指：生产一线、技术、管理或后勤及其他。"]
    wordy = ENTRIES["B2"]
    assert words.answers(wordy, ("3", "4", "5")) == "灵活就业或新就业形态、其他等 3 项"
