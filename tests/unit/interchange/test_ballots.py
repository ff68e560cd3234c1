"""Ballots in files: what is understood, and where and why a row is refused."""

import io
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import load_workbook

from survey_app.interchange.ballot_template import ballot_template
from survey_app.interchange.ballots import BallotPlan, Problem, plan_ballots
from survey_app.interchange.refusals import FileRefused
from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.text import EN, ZH
from survey_app.words import Mode
from tests.support.ballots import JOB_SATISFACTION, csv_file, every_kind, job_satisfaction, xlsx_file

_TODAY = date(2017, 5, 1)
_DAY = datetime.combine(date(2017, 4, 11), time())  # cells have no time zone


def _plan(content: bytes, *, allow_blanks: bool = False) -> BallotPlan:
    return plan_ballots(content, every_kind(), today=_TODAY, allow_blanks=allow_blanks)


def _answers(content: bytes) -> list[dict[str, Any]]:
    plan = _plan(content)
    assert plan.problems == ()
    return [dict(ballot.cleaned.answers) for ballot in plan.ballots]


def _problems(content: bytes) -> list[tuple[str, int, str, str, str]]:
    return [(p.kind, p.row, p.letter, p.header, p.value) for p in _plan(content).problems]


def test_counts_stand_for_identical_ballots() -> None:
    plan = plan_ballots(JOB_SATISFACTION.read_bytes(), job_satisfaction(), today=_TODAY)
    assert plan.problems == ()
    assert plan.ballot_count == 715
    high = sum(b.count for b in plan.ballots if b.cleaned.answers["own"] == "high")
    good = [b for b in plan.ballots if b.cleaned.answers["management"] == "good"]
    assert high == 443
    assert sum(b.count for b in good) == 451
    assert sum(b.count for b in good if b.cleaned.answers["own"] == "high") == 314


def test_a_count_of_nothing_is_no_ballot() -> None:
    plan = _plan(csv_file("K1,K2,count", "1,1,0", "1,1,2"))
    assert plan.ballot_count == 2
    assert plan.problems == ()


@pytest.mark.parametrize(
    "header", ["K1,K2,K3", "k1,k2,k3", "您知道吗,总的来看,遇到困难找谁", "Do you know,All in all,Ｋ3"]
)
def test_columns_are_found_by_code_or_by_the_questions_words(header: str) -> None:
    assert _answers(csv_file(header, "1,2,1")) == [{"K1": "1", "K2": "2", "K3": ["1"]}]


@pytest.mark.parametrize("value", ["9", "不了解、未参与", "Do not know", " do not KNOW ", "９"])
def test_options_stand_by_code_or_label(value: str) -> None:
    assert _answers(csv_file("K1,K2", f"1,{value}"))[0]["K2"] == "9"


@pytest.mark.parametrize("sign", [";", "；", "、", "|", "; "])
def test_several_choices_are_separated(sign: str) -> None:
    assert _answers(csv_file("K1,K2,K3", f"1,1,1{sign}2"))[0]["K3"] == ["1", "2"]


def test_a_label_may_hold_a_separator() -> None:
    given = _answers(csv_file("K1,K2,K3", "1,1,工会、12345、12351 热线"))[0]
    assert given["K3"] == ["1", "2"]


def test_a_ranking_keeps_its_order() -> None:
    assert _answers(csv_file("K1,K2,K9", "1,1,2;1"))[0]["K9"] == ["2", "1"]


def test_rows_of_a_matrix_and_words_behind_other_are_columns() -> None:
    given = _answers(csv_file("K1,K2,K4a,办实事,K3,K3_4_text", "1,1,满意,2,4,邻居"))[0]
    assert given == {"K1": "1", "K2": "1", "K3": ["4"], "K3_4_text": "邻居", "K4a": "1", "K4b": "2"}


def test_cells_of_a_workbook_are_read_as_they_look() -> None:
    header = ["K1", "K2", "K5", "K6", "K7", "K8", "方式", "日期", "份数"]
    row = [1, 1.0, 10, 12.0, 20170411, _DAY, "纸质", _DAY, 3]
    plan = _plan(xlsx_file(header, row))
    ballot = plan.ballots[0]
    assert dict(ballot.cleaned.answers) == {
        "K1": "1", "K2": "1", "K5": 10, "K6": 12, "K7": "20170411", "K8": "2017-04-11",
    }  # fmt: skip
    assert (ballot.count, ballot.mode, ballot.day) == (3, Mode.PAPER, date(2017, 4, 11))


def test_answers_are_cleaned_as_a_phones_are() -> None:
    raw = {"K1": ["2"], "K2": ["1"], "K7": ["  好 "]}
    plan = _plan(csv_file("K1,K2,K7", "2,1,  好 "))
    assert plan.ballots[0].cleaned.answers == clean(every_kind(), raw).answers
    assert plan.left_out == {"K2": 1}


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    plan = _plan(csv_file("", "K1,K2", "", "1,1", ",,", "1,5"))
    assert [ballot.row for ballot in plan.ballots] == [4]
    assert [problem.row for problem in plan.problems] == [6]


def test_columns_that_belong_to_no_question_are_named() -> None:
    plan = _plan(csv_file("序号,K1,K2,备注", "1,1,1,好"))
    assert plan.extra == (("A", "序号"), ("D", "备注"))
    assert plan.ballot_count == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("K1,K2", "1,5"), ("unknown_option", 2, "B", "K2", "5")),
        (("K1,K2", "1,"), ("required", 2, "B", "K2", "")),
        (("K2", "1"), ("no_column", 2, "", "K1", "")),
        (("K1,K2,K3", "1,1,1;3"), ("exclusive", 2, "C", "K3", "1;3")),
        (("K1,K2,K3", "1,1,1;7"), ("unknown_option", 2, "C", "K3", "1;7")),
        (("K1,K2,K9", "1,1,1;2;3"), ("too_many", 2, "C", "K9", "1;2;3")),
        (("K1,K2,K9", "1,1,1;1"), ("ranked_twice", 2, "C", "K9", "1;1")),
        (("K1,K2,K5", "1,1,11"), ("out_of_range", 2, "C", "K5", "11")),
        (("K1,K2,K6", "1,1,三"), ("not_a_number", 2, "C", "K6", "三")),
        (("K1,K2,K6", "1,1,1.5"), ("not_whole", 2, "C", "K6", "1.5")),
        (("K1,K2,K7", "1,1," + "长" * 21), ("too_long", 2, "C", "K7", "长" * 21)),
        (("K1,K2,K8", "1,1,2017-02-30"), ("not_a_date", 2, "C", "K8", "2017-02-30")),
        (("K1,K2,K8", "1,1,2018-01-01"), ("too_late", 2, "C", "K8", "2018-01-01")),
        (("K1,K2,份数", "1,1,1.5"), ("bad_count", 2, "C", "份数", "1.5")),
        (("K1,K2,份数", "1,1,"), ("bad_count", 2, "C", "份数", "")),
        (("K1,K2,方式", "1,1,鸽子"), ("bad_mode", 2, "C", "方式", "鸽子")),
        (("K1,K2,日期", "1,1,昨天"), ("bad_day", 2, "C", "日期", "昨天")),
        (("K1,K2,日期", "1,1,2017-05-02"), ("day_out_of_range", 2, "C", "日期", "2017-05-02")),
        (("K1,K2", "1,1,多"), ("beyond_header", 2, "C", "", "多")),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(
    rows: tuple[str, ...], expected: tuple[str, int, str, str, str]
) -> None:
    content = csv_file(*rows)
    assert expected in _problems(content)
    assert _plan(content).ballots == ()


def test_every_problem_of_a_row_is_told() -> None:
    assert _problems(csv_file("K1,K2,K5,K6", "8,1,99,x")) == [
        ("unknown_option", 2, "A", "K1", "8"),
        ("out_of_range", 2, "C", "K5", "99"),
        ("not_a_number", 2, "D", "K6", "x"),
    ]


def test_a_formula_is_refused_with_its_cell() -> None:
    problem = _plan(xlsx_file(["K1", "K2", "K6"], [1, 1, "=1+1"])).problems[0]
    assert (problem.kind, problem.row, problem.letter) == ("formula", 2, "C")
    assert problem.params["cell"] == "C2"


def test_words_that_begin_with_an_equals_sign_are_words_in_a_text_file() -> None:
    assert _answers(csv_file("K1,K2,K7", "1,1,=1+1"))[0]["K7"] == "=1+1"


def test_a_blank_required_answer_is_taken_only_when_told() -> None:
    content = csv_file("K1,K2,K7", "1,,好", "1,1,")
    assert [problem.kind for problem in _plan(content).problems] == ["required"]
    plan = _plan(content, allow_blanks=True)
    assert plan.problems == ()
    assert plan.blanks == {"K2": 1}
    assert dict(plan.ballots[0].cleaned.answers) == {"K1": "1", "K7": "好"}


def test_a_row_without_any_answer_is_no_ballot_even_then() -> None:
    plan = _plan(csv_file("K1,K2,备注", "1,1,", ",,空白票"), allow_blanks=True)
    assert [(p.kind, p.row) for p in plan.problems] == [("empty_ballot", 3)]


@pytest.mark.parametrize("locale", [ZH, EN])
def test_the_template_is_read_back_with_the_words_below_its_header(locale: str) -> None:
    template = ballot_template(every_kind(), locale)
    with pytest.raises(FileRefused) as refused:
        _plan(template)
    assert refused.value.kind == "no_rows"


def test_a_filled_in_template_is_imported() -> None:
    sheet = load_workbook(io.BytesIO(ballot_template(every_kind(), ZH))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [*every_kind().fields, "方式", "日期"]
    for index, value in enumerate(["知道", "满意", "工会；其他"], start=1):
        sheet.cell(3, index).value = value
    stream = io.BytesIO()
    sheet.parent.save(stream)
    assert _answers(stream.getvalue()) == [{"K1": "1", "K2": "1", "K3": ["1", "4"]}]


def test_what_is_too_long_to_show_is_cut() -> None:
    problem: Problem = _plan(csv_file("K1,K2", "1," + "x" * 500)).problems[0]
    assert len(problem.value) == 60
