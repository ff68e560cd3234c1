"""Which questions are asked: jumps, filtered rows, "please say", hiding that follows from hiding."""

from itertools import product

from survey_app.questionnaire.definition import Questionnaire, Statement
from survey_app.questionnaire.path import deciding, path
from survey_app.questionnaire.rules import All, Answer, Answered, Any, AnyOf, AtLeast, Is, IsNot, Not, holds
from tests.support.tiny import WORDS, matrix, multiple, questionnaire, rating, section, single

JUMP = questionnaire(
    section("a", single("Q1")),
    section("b", single("Q2"), rating("Q3"), shown_if=IsNot("Q1", "3")),
    section("c", single("Q4")),
)


def _asked(asked_of: Questionnaire, answers: dict[str, Answer]) -> list[str]:
    return [field.code for field in path(asked_of, answers).fields]


def test_without_rules_everything_is_asked_in_order() -> None:
    plain = questionnaire(section("a", single("Q1"), matrix("M", "M1", "M2")), section("b", rating("Q2")))
    assert _asked(plain, {}) == ["Q1", "M1", "M2", "Q2"]


def test_a_jump_leaves_out_the_sections_between() -> None:
    way = path(JUMP, {"Q1": "3"})
    assert [each.code for each in way.sections] == ["a", "c"]
    assert way.codes == {"Q1", "Q4"}


def test_before_the_first_answer_what_depends_on_it_is_not_asked() -> None:
    assert _asked(JUMP, {}) == ["Q1", "Q4"]


def test_answers_off_the_path_do_not_count() -> None:
    way = path(JUMP, {"Q1": "3", "Q2": "1", "Q3": "2", "Q4": "1", "unknown": "1"})
    assert way.answers == {"Q1": "3", "Q4": "1"}


def test_the_given_answers_are_not_changed() -> None:
    given: dict[str, Answer] = {"Q1": "3", "Q2": "1"}
    path(JUMP, given)
    assert given == {"Q1": "3", "Q2": "1"}


def test_hiding_a_question_hides_what_depends_on_it() -> None:
    chain = questionnaire(
        single("Q1"),
        single("Q2", shown_if=Is("Q1", "1")),
        single("Q3", shown_if=Is("Q2", "1")),
        single("Q4", shown_if=All((Answered("Q3"), Is("Q3", "1")))),
        single("Q5", shown_if=Not(Answered("Q2"))),
    )
    everything: dict[str, Answer] = {f"Q{number}": "1" for number in range(1, 6)}
    assert _asked(chain, everything) == ["Q1", "Q2", "Q3", "Q4"]
    assert _asked(chain, {**everything, "Q1": "2"}) == ["Q1", "Q5"]
    assert path(chain, {**everything, "Q1": "2"}).answers == {"Q1": "2", "Q5": "1"}


def test_hiding_a_section_hides_the_sections_that_depend_on_it() -> None:
    chain = questionnaire(
        section("a", single("Q1")),
        section("b", single("Q2"), shown_if=Is("Q1", "1")),
        section("c", single("Q3"), shown_if=Is("Q2", "1")),
    )
    assert _asked(chain, {"Q1": "1", "Q2": "1"}) == ["Q1", "Q2", "Q3"]
    assert _asked(chain, {"Q1": "2", "Q2": "1"}) == ["Q1"]


def test_a_section_whose_questions_are_all_hidden_is_left_out() -> None:
    sections = questionnaire(
        section("a", single("Q1")),
        section("b", single("Q2", shown_if=Is("Q1", "1")), single("Q3", shown_if=Is("Q1", "1"))),
        section("c"),
    )
    assert [each.code for each in path(sections, {"Q1": "2"}).sections] == ["a", "c"]
    assert [each.code for each in path(sections, {"Q1": "1"}).sections] == ["a", "b", "c"]


def test_a_statement_is_on_the_path_without_a_field() -> None:
    words = Statement(code="R1", text=WORDS, shown_if=Is("Q1", "1"))
    way = path(questionnaire(single("Q1"), words), {"Q1": "1"})
    assert [question.code for question in way.questions] == ["Q1", "R1"]
    assert way.codes == {"Q1"}


FILTERED = questionnaire(
    multiple("Q1", exclusive="4"),
    matrix("M", "M1", "M2", "M3", rows_from="Q1"),
    single("Q2", shown_if=Is("M2", "2")),
)


def test_a_filtered_matrix_asks_the_chosen_rows_only() -> None:
    assert _asked(FILTERED, {"Q1": ["1", "3"]}) == ["Q1", "M1", "M3"]


def test_a_filtered_matrix_without_a_chosen_row_is_not_asked() -> None:
    for nothing in ({}, {"Q1": ["4"]}):
        assert [question.code for question in path(FILTERED, nothing).questions] == ["Q1"]


def test_answers_in_rows_that_were_not_chosen_do_not_count() -> None:
    way = path(FILTERED, {"Q1": ["1"], "M1": "1", "M2": "2", "Q2": "1"})
    assert way.answers == {"Q1": ["1"], "M1": "1"}


def test_a_rule_may_look_at_a_row() -> None:
    assert _asked(FILTERED, {"Q1": ["2"], "M2": "2"}) == ["Q1", "M2", "Q2"]


def test_rows_filtered_by_a_hidden_question_are_not_asked() -> None:
    hidden = questionnaire(
        single("Q0"),
        section("a", multiple("Q1"), shown_if=Is("Q0", "1")),
        section("b", matrix("M", "M1", "M2", rows_from="Q1")),
    )
    assert _asked(hidden, {"Q0": "2", "Q1": ["1"], "M1": "1"}) == ["Q0"]


def test_please_say_is_asked_while_its_option_is_chosen() -> None:
    other = questionnaire(
        single("Q1", specify="3"), multiple("Q2", specify="2"), single("Q3", shown_if=Answered("Q2_2_text"))
    )
    assert _asked(other, {"Q1": "1", "Q1_3_text": "x", "Q2": ["1"]}) == ["Q1", "Q2"]
    assert _asked(other, {"Q1": "3", "Q2": ["1", "2"], "Q2_2_text": "x"}) == [
        "Q1",
        "Q1_3_text",
        "Q2",
        "Q2_2_text",
        "Q3",
    ]


def test_rules_join_several_answers() -> None:
    either = questionnaire(
        single("Q1"), rating("Q2", shown_if=AnyOf("Q1", ("1", "2"))), single("Q3", shown_if=AtLeast("Q1", 2))
    )
    assert _asked(either, {"Q1": "2"}) == ["Q1", "Q2", "Q3"]
    assert _asked(either, {"Q1": "3"}) == ["Q1", "Q3"]


def test_what_decides_about_a_question_are_its_own_condition_and_that_of_its_section() -> None:
    found = deciding(questionnaire(single("Q1"), section("b", single("Q2"), shown_if=IsNot("Q1", "3"))))
    assert found == {"Q1": (), "Q2": (IsNot("Q1", "3"),)}


def test_conditions_that_hold_at_once_are_taken_apart() -> None:
    rule = All((Is("Q1", "1"), All((IsNot("Q2", "3"),))))
    found = deciding(questionnaire(single("Q1"), single("Q2"), single("Q3", shown_if=rule)))
    assert found["Q3"] == (Is("Q1", "1"), IsNot("Q2", "3"))


def test_what_another_condition_brings_along_is_left_out() -> None:
    """Who answered Q2 was shown its section, and so were those whom the answer to Q2 shows a question."""
    inside = section(
        "b",
        single("Q2"),
        single("Q3", shown_if=AnyOf("Q2", ("1", "2"))),
        single("Q4", shown_if=Not(Is("Q2", "1"))),
        single("Q5", shown_if=Any((Is("Q2", "1"), Is("Q3", "1")))),
        single("Q6", shown_if=Any((Is("Q2", "1"), Is("Q1", "1")))),
        shown_if=IsNot("Q1", "3"),
    )
    found = deciding(questionnaire(single("Q1"), inside))
    assert found["Q3"] == (AnyOf("Q2", ("1", "2")),)
    assert found["Q4"] == (IsNot("Q1", "3"), Not(Is("Q2", "1")))
    assert found["Q5"] == (Any((Is("Q2", "1"), Is("Q3", "1"))),)
    assert found["Q6"][0] == IsNot("Q1", "3")


def test_rows_are_decided_by_what_was_chosen() -> None:
    found = deciding(questionnaire(multiple("M"), matrix("R", "R1", "R2", rows_from="M")))
    assert found == {"M": (), "R1": (Is("M", "1"),), "R2": (Is("M", "2"),)}


def test_a_field_is_on_the_path_where_all_that_decides_holds() -> None:
    design = questionnaire(
        single("Q1"),
        multiple("M"),
        section(
            "b",
            single("Q2", shown_if=Any((Is("Q1", "1"), Is("M", "2")))),
            matrix("R", "R1", "R2", rows_from="M", shown_if=IsNot("Q2", "3")),
            rating("Q3", shown_if=Is("R1", "2")),
            shown_if=IsNot("Q1", "2"),
        ),
    )
    rules = deciding(design)
    chosen: list[list[str] | None] = [None, ["1"], ["2"], ["1", "2"], ["3"]]
    for q1, m, q2, row in product((None, "1", "2", "3"), chosen, (None, "1", "3"), (None, "1", "2")):
        given = {"Q1": q1, "M": m, "Q2": q2, "R1": row, "R2": "1", "Q3": "1"}
        way = path(design, {code: answer for code, answer in given.items() if answer is not None})
        assert way.codes == {code for code, own in rules.items() if all(holds(each, way.answers) for each in own)}
