"""The shipped questionnaires: all there, faultless, in both languages, and as the design's tables say."""

import json
import re
from collections.abc import Iterator
from importlib import resources

import pytest

from survey_app import library
from survey_app.library import Template
from survey_app.questionnaire import codec
from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.checks import check
from survey_app.questionnaire.definition import (
    Matrix,
    MultipleChoice,
    Number,
    Questionnaire,
    Ranking,
    Scale,
    Statement,
    options_of,
    scale_of,
)
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import Answer
from survey_app.questionnaire.text import Text

KINDS_OF_SURVEY = {
    "A_W": ("workers", "activity_evaluation", None),
    "A_E": ("enterprise", "activity_evaluation", None),
    "A_U": ("grassroots_union", "activity_evaluation", None),
    "B_1": ("workers", "return_visit", 1),
    "B_3": ("workers", "return_visit", 3),
    "B_6": ("workers", "return_visit", 6),
    "C": ("workers", "awareness", None),
    "D_W": ("workers", "pulse", None),
    "D_R": ("grassroots_union", "pulse", None),
    "E1": ("workers", "case_review", None),
    "E2": ("grassroots_union", "case_review", None),
    "E3": ("grassroots_union", "case_review", None),
    "F": ("workers", "service_review", None),
    "F_FOLLOWUP": ("workers", "service_review", None),
    "H": ("workers", "member_vote", None),
}
ALL = [pytest.param(each, id=each.code) for each in library.templates()]
ANONYMOUS = ("A_W", "B_1", "B_3", "B_6", "C", "D_W")


def _design(code: str) -> Questionnaire:
    return library.template(code).questionnaire


def _asked(code: str, answers: dict[str, Answer]) -> set[str]:
    return set(path(_design(code), answers).codes)


def _numbered(letter: str, *numbers: int) -> set[str]:
    return {f"{letter}{number:02d}" for number in numbers}


# --- all of them ------------------------------------------------------------------------------------


def test_every_questionnaire_of_the_design_is_shipped() -> None:
    shipped = {each.code: (each.audience, each.purpose, each.wave) for each in library.templates()}
    assert shipped == KINDS_OF_SURVEY


def test_the_workers_form_has_the_name_that_organisers_look_for() -> None:
    assert library.template("A_W").title.zh == "工作队满意度测评表\uff08职工卷\uff09"


def test_every_file_is_listed() -> None:
    files = {
        each.name.removesuffix(".json")
        for each in resources.files(library).iterdir()
        if each.name.endswith(".json")
    }
    assert files == {*KINDS_OF_SURVEY, "index", "scales"}


def test_they_are_read_once() -> None:
    assert library.templates() is library.templates()
    assert library.template("C") is library.templates()[6]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(library.UnknownTemplate) as refusal:
        library.template("Z")
    assert refusal.value.code == "Z"


@pytest.mark.parametrize("template", ALL)
def test_it_has_no_problem_not_even_a_warning(template: Template) -> None:
    assert check(template.questionnaire) == ()


@pytest.mark.parametrize("template", ALL)
def test_its_file_is_the_format_printed_for_people(template: Template) -> None:
    text = (resources.files(library) / f"{template.code}.json").read_text(encoding="utf-8")
    assert text == json.dumps(codec.encode(template.questionnaire), ensure_ascii=False, indent=2) + "\n"
    assert codec.loads(codec.dumps(template.questionnaire)) == template.questionnaire


@pytest.mark.parametrize("template", ALL)
def test_the_organiser_is_told_what_it_is_for(template: Template) -> None:
    assert template.title == template.questionnaire.title
    assert template.description.zh
    assert template.description.en


@pytest.mark.parametrize("template", ALL)
def test_options_are_numbered_as_on_paper(template: Template) -> None:
    for question in template.questionnaire.questions:
        codes = [option.code for option in options_of(question)]
        assert codes == [str(number) for number in range(1, len(codes) + 1)]


@pytest.mark.parametrize("template", ALL)
def test_its_scales_are_the_shared_ones(template: Template) -> None:
    shared = {scale.code: scale for scale in library.scales()}
    used = {scale_of(question) for question in template.questionnaire.questions} - {None}
    assert {scale.code for scale in template.questionnaire.scales} == used
    for scale in template.questionnaire.scales:
        assert scale == shared[scale.code]


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _texts(getattr(value, name))


HALF_WIDTH = re.compile(r"[,;:?!()]")
LEFT_TO_FILL_IN = re.compile("[【】→]|OPT-|跳 ")
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("template", ALL)
def test_chinese_has_chinese_punctuation_and_english_no_chinese(template: Template) -> None:
    for text in _texts(template):
        assert not HALF_WIDTH.search(text.zh), text.zh
        assert "\uff01" not in text.zh, text.zh
        assert not CHINESE.search(text.en), text.en


@pytest.mark.parametrize("template", ALL)
def test_nothing_is_left_to_fill_in(template: Template) -> None:
    for text in _texts(template):
        assert not LEFT_TO_FILL_IN.search(text.zh + text.en), text


@pytest.mark.parametrize("template", ALL)
def test_who_finishes_is_thanked(template: Template) -> None:
    assert "谢谢" in template.questionnaire.closing.zh


@pytest.mark.parametrize("template", ALL)
def test_other_asks_to_say_what(template: Template) -> None:
    for question in template.questionnaire.questions:
        for option in options_of(question):
            wants_words = option.text.zh == "其他" and question.code != "B2"
            assert option.specify is wants_words, (question.code, option.text.zh)


def test_the_anonymous_ones_tell_workers_first_and_ask_their_consent() -> None:
    for template in library.templates():
        design = template.questionnaire
        assert bool(design.notice) is (template.code in ANONYMOUS)
        assert bool(design.consent) is (template.code in ANONYMOUS)
        if design.notice:
            for words in (design.notice.zh, design.notice.en):
                assert all(f"{{{name}}}" in words for name in ("organisation", "threshold", "minutes", "campaign"))
            assert "7 日内删除" in design.notice.zh
            assert "12351" in design.closing.zh


def test_a_phone_steps_through_a_few_screens() -> None:
    for code in ANONYMOUS:
        assert 4 <= len(_design(code).sections) <= 6


def test_headlines_and_the_link_between_waves() -> None:
    headlines = {each.code: each.questionnaire.headline for each in library.templates()}
    assert headlines == {
        "A_W": "W10",
        "A_E": "E10",
        "A_U": "U10",
        "B_1": "F03",
        "B_3": "F03",
        "B_6": "F03",
        "C": "C11",
        "D_W": None,
        "D_R": None,
        "E1": "S02",
        "E2": None,
        "E3": None,
        "F": "G01",
        "F_FOLLOWUP": "G07",
        "H": "H01",
    }
    for code in ("B_1", "B_3", "B_6"):
        assert _design(code).wave_link == "W10"
        assert _scale(code, "F03") == _scale("A_W", "W10")


def _scale(code: str, field: str) -> Scale:
    design = _design(code)
    return design.scale_by_code[scale_of(design.fields[field].question) or ""]


REQUIRED = {
    "A_W": _numbered("W", 1, 10, *range(11, 17), 20, *range(21, 27), 28),
    "A_E": _numbered("E", 1, 10, *range(11, 18)),
    "A_U": _numbered("U", 1, 10, *range(11, 18)),
    "B_1": _numbered("F", 1, 2, 3, 4, 7, 8),
    "B_3": _numbered("F", 1, 2, 3, 4, 7, 8),
    "B_6": _numbered("F", 1, 2, 3, 4, 7, 8),
    "C": {"C01", "C02", "C11", "C20"} | {f"C03_{n}" for n in range(1, 11)} | {f"C10_{n}" for n in range(1, 6)},
    "D_W": _numbered("D", 1, 2, 4, 5, 7, 9) | {f"D03_{n}" for n in range(1, 7)},
    "D_R": {"R02a", "R02b", "R02c", "R03a", "R03b", "R03c", "R03d", "R04a", "R04b", "R04c", "R04d"}
    | {"R05", "R06", "R07", "R07a", "R08a", "R08b", "R08c", "R08d", "R09", "R10"}
    | {f"R05_{n}" for n in range(1, 12)},
    "E1": _numbered("S", 1, 2, 3, 4, 5),
    "E2": {"V01a", "V01b", "V01c", "V02", "V04", "V05", "V06"} | {f"V03_{n}" for n in range(1, 7)},
    "E3": {"Q01", "Q02"} | {f"Q03_{n}" for n in range(1, 7)},
    "F": {"G01", "G04"},
    "F_FOLLOWUP": {"G07"},
    "H": _numbered("H", *range(1, 10)),
}


@pytest.mark.parametrize("template", ALL)
def test_required_is_what_the_table_calls_required(template: Template) -> None:
    fields = template.questionnaire.fields.values()
    required = {field.code for field in fields if field.question.required and field.specify is None}
    assert required == REQUIRED[template.code]


def test_background_is_last_and_may_be_skipped() -> None:
    for code in ("A_W", "B_1", "B_3", "B_6", "C"):
        last = _design(code).sections[-1]
        assert [question.code for question in last.questions] == ["B1", "B2", "B3", "B4"]
        assert not any(question.required for question in last.questions)
    assert "B1" not in _design("D_W").fields


# --- scales -----------------------------------------------------------------------------------------

SCORES: dict[str, list[float | None]] = {
    "S5": [100, 80, 60, 30, 0, None],
    "S5X": [100, 80, 60, 30, 0],
    "S5STAR": [100, 80, 60, 30, 0],
    "S3": [100, 60, 0, None],
    "D4": [100, 80, 60, 0, None],
    "A5": [100, 75, 50, 25, 0, None],
    "K4": [100, 67, 33, 0],
    "R4": [100, 60, 30, 0, None],
    "R4X": [100, 60, 30, 0],
    "SCORE10": [100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 0],
}
SATISFIED_AND_STRICT = {
    "S5": (3, 2),
    "S5X": (3, 2),
    "S5STAR": (3, 2),
    "S3": (2, 1),
    "D4": (3, 2),
    "A5": (2, 2),
    "K4": (2, 1),
    "R4": (2, 1),
    "R4X": (2, 1),
    "SCORE10": (0, 0),
}


@pytest.mark.parametrize("code", SCORES)
def test_the_scale_counts_as_the_table_says(code: str) -> None:
    grades = next(scale for scale in library.scales() if scale.code == code).grades
    assert [grade.score for grade in grades] == SCORES[code]
    satisfied, strict = SATISFIED_AND_STRICT[code]
    assert [grade.satisfied for grade in grades] == [number < satisfied for number in range(len(grades))]
    assert [grade.strict for grade in grades] == [number < strict for number in range(len(grades))]
    assert [grade.in_base for grade in grades] == [score is not None for score in SCORES[code]]


def test_the_shared_scales_have_no_problem() -> None:
    carrier = _design("H")
    everything = Questionnaire("T", carrier.title, carrier.sections, library.scales())
    assert check(everything) == ()


def test_scores_are_written_as_their_own_number() -> None:
    score10 = next(scale for scale in library.scales() if scale.code == "SCORE10")
    assert all(grade.text.zh == grade.code == str(int(grade.score or 0) // 10) for grade in score10.grades)


# --- what the tables say, one by one -----------------------------------------------------------------

SUGGESTIONS = {"W30", "W31", "W32a", "W32b", "B1", "B2", "B3", "B4"}


def test_a_worker_who_does_not_know_the_team_jumps_to_w30() -> None:
    assert _asked("A_W", {"W01": "3"}) == {"W01"} | SUGGESTIONS


def test_a_worker_who_knows_the_team_is_asked_everything_else() -> None:
    rated = _numbered("W", 1, *range(10, 17), 20, 28) | {f"W27_{n}" for n in range(1, 7)}
    assert _asked("A_W", {"W01": "2"}) == rated | SUGGESTIONS
    assert _asked("A_W", {"W01": "1"}) == rated | SUGGESTIONS | {"W02"}


def test_only_the_small_things_that_were_chosen_are_rated() -> None:
    asked = _asked("A_W", {"W01": "1", "W20": ["1", "6"]})
    assert asked & _numbered("W", *range(21, 27)) == {"W21", "W26"}
    assert not _asked("A_W", {"W01": "1", "W20": ["7"]}) & _numbered("W", *range(21, 27))
    rows = _design("A_W").question_by_code["W21_W26"]
    chosen = _design("A_W").question_by_code["W20"]
    assert isinstance(rows, Matrix)
    assert isinstance(chosen, MultipleChoice)
    assert [item.text.zh for item in rows.items] == [option.text.zh for option in chosen.options[:6]]
    assert chosen.options[6].exclusive


def test_reasons_are_asked_after_the_last_two_grades_only() -> None:
    raised: dict[str, Answer] = {"W01": "1", "W28": "1"}
    for grade in ("4", "5"):
        assert "W29a" in _asked("A_W", {**raised, "W29": grade})
    for grade in ("1", "2", "3", "6"):
        assert "W29a" not in _asked("A_W", {**raised, "W29": grade})
    assert "W29a" not in _asked("A_W", raised)


def test_the_outcome_is_rated_by_those_who_raised_something() -> None:
    for level in ("1", "2", "3", "4"):
        assert "W29" in _asked("A_W", {"W01": "1", "W28": level})
        assert "F05" in _asked("B_1", {"F02": "1", "F04": level})
    assert "W29" not in _asked("A_W", {"W01": "1", "W28": "5"})
    assert "F05" not in _asked("B_1", {"F02": "1", "F04": "5"})


def test_a_whole_ballot_is_taken() -> None:
    ballot = {"W01": ["1"], "W02": ["1", "8"], "W02_8_text": ["班后会"], "W10": ["2"], "W20": ["2"], "W22": ["1"]}
    ballot |= {f"W{number}": ["1"] for number in range(11, 17)}
    ballot |= {"W28": ["4"], "W29": ["5"], "W29a": ["1", "2"], "W30": ["0"], "W32a": ["一起劳动"], "B4": ["1"]}
    cleaned = clean(_design("A_W"), ballot)
    assert cleaned.problems == ()
    assert set(cleaned.answers) == set(ballot)


@pytest.mark.parametrize(
    ("code", "topic"),
    [
        ("B_1", {"F11", "F12", *(f"F13_{n}" for n in range(1, 7))}),
        ("B_3", {"F21", "F22", *(f"F23_{n}" for n in range(1, 6))}),
        ("B_6", {"F31", "F32", "F33", "F34"}),
    ],
)
def test_a_return_visit_asks_its_topic_and_jumps_to_f08_for_those_who_forgot(code: str, topic: set[str]) -> None:
    always = {"F01", "F02", "F08", "F09", "B1", "B2", "B3", "B4"} | topic
    assert _asked(code, {"F02": "3"}) == always
    assert _asked(code, {"F02": "2"}) == always | {"F03", "F04", "F07"}


def test_relapse_is_asked_where_something_was_solved() -> None:
    for level, asked in (("1", True), ("2", True), ("3", False), ("4", False), ("5", False)):
        assert ("F06" in _asked("B_6", {"F02": "1", "F04": level})) is asked


def test_passing_on_is_asked_of_those_who_wrote_something() -> None:
    assert "F09a" in _asked("B_1", {"F02": "3", "F09": "食堂"})


def test_services_are_rated_by_those_who_used_them() -> None:
    assert {code for code in _asked("C", {"C06": ["2", "10"]}) if code.startswith("C07")} == {"C07_2", "C07_10"}
    assert not {code for code in _asked("C", {"C06": ["11"]}) if code.startswith("C07")}


def test_expectations_are_at_most_three_in_random_order() -> None:
    question = _design("C").question_by_code["C20"]
    assert isinstance(question, MultipleChoice)
    assert (question.max_choices, question.random_order, len(question.options)) == (3, True, 13)
    concerns = _design("D_W").question_by_code["D02"]
    assert isinstance(concerns, MultipleChoice)
    assert (concerns.max_choices, len(concerns.options)) == (3, 11)


def test_help_is_offered_where_something_is_wrong() -> None:
    def shown(code: str, answers: dict[str, Answer]) -> set[str]:
        return {each.code for each in path(_design(code), answers).questions if isinstance(each, Statement)}

    assert shown("C", {"C30": "2"}) == {"C30a"}
    assert shown("C", {"C30": "1"}) == set()
    assert shown("D_W", {"D06": "4"}) == shown("D_W", {"D06": "5"}) == {"D06a"}
    assert shown("D_W", {"D06": "3"}) == shown("D_W", {"D06": "6"}) == set()
    assert "12356" in _design("D_W").question_by_code["D06a"].text.zh


def test_concerns_are_asked_of_those_who_have_them() -> None:
    assert ["D05a" in _asked("D_W", {"D05": str(grade)}) for grade in range(1, 6)] == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_the_pulse_has_at_most_ten_questions_for_everybody() -> None:
    assert len([each for each in _design("D_W").questions if each.shown_if is None]) == 10


def test_the_report_ranks_five_of_the_pulse_concerns_and_asks_how_many_each_concerns() -> None:
    ranking = _design("D_R").question_by_code["R05"]
    assert isinstance(ranking, Ranking)
    assert ranking.top == 5
    assert [option.text for option in ranking.options] == [
        option.text for option in options_of(_design("D_W").question_by_code["D02"])
    ]
    reach = {code for code in _asked("D_R", {"R05": ["3", "1", "11"]}) if code.startswith("R05_")}
    assert reach == {"R05_1", "R05_3", "R05_11", "R05_11_text"}


def test_a_warning_needs_a_plan() -> None:
    assert ["R07a" in _asked("D_R", {"R07": str(level)}) for level in range(1, 5)] == [False, False, True, True]


def test_numbers_have_the_limits_of_the_tables() -> None:
    for code in ("E20a", "E20b"):
        question = _design("A_E").question_by_code[code]
        assert isinstance(question, Number)
        assert (question.minimum, question.maximum, question.decimals) == (0, 999, 0)


def test_the_rating_of_a_service_asks_what_fits_the_grade() -> None:
    follow_up = {"G02", "G03", "G04"}
    asked = [_asked("F", {"G01": str(grade)}) & follow_up for grade in range(1, 6)]
    assert asked == [{"G02"}, {"G02"}, {"G03"}, {"G04"}, {"G04"}]
    assert clean(_design("F"), {"G01": ["4"]}).problems[0].field == "G04"


def test_a_phone_number_is_asked_only_after_separate_consent() -> None:
    assert "G06" not in _asked("F", {"G01": "5"})
    assert "G06" not in _asked("F", {"G01": "5", "G06a": "2"})
    assert "G06" in _asked("F", {"G01": "5", "G06a": "1"})
    assert "单独同意" in options_of(_design("F").question_by_code["G06a"])[0].text.zh


def test_reasons_for_a_bad_outcome_of_a_matter() -> None:
    assert ["S06" in _asked("E1", {"S02": str(grade)}) for grade in range(1, 6)] == [False] * 3 + [True] * 2
