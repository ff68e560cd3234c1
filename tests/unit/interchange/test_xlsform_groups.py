"""Groups of an XLSForm: sections, groups within groups, repeats, tables."""

import pytest

from survey_app.questionnaire.definition import (
    Matrix,
)
from survey_app.questionnaire.rules import All, Is, Not
from survey_app.questionnaire.text import Text
from tests.support.xlsform import ABC, HEAD, ONE, YES_NO, design, finding, imported, kinds, question


def test_groups_become_sections() -> None:
    result = imported(
        [
            (*HEAD, "relevant", "hint"),
            ("text", "a", "A", None, None),
            ("begin group", "work", "Work", "${a} != ''", "About your work"),
            ("text", "b", "B", None, None),
            ("end group", None, None, None, None),
            ("text", "c", "C", None, None),
        ]
    )
    sections = design(result).sections
    assert [[each.code for each in section.questions] for section in sections] == [["a"], ["b"], ["c"]]
    assert sections[1].code == "work"
    assert sections[1].title == Text(en="Work")
    assert sections[1].intro == Text(en="About your work")
    assert sections[1].shown_if is not None
    assert kinds(result) == []


def test_a_group_in_a_group_gives_its_condition_to_its_questions() -> None:
    result = imported(
        [
            (*HEAD, "relevant"),
            ("begin_group", "outer", "Outer", None),
            ONE,
            ("begin_group", "inner", "Inner", "${q} = 'yes'"),
            ("text", "a", "A", "${q} != 'no'"),
            ("end_group", None, None, None),
            ("end_group", None, None, None),
        ]
    )
    assert question(result, "inner").text == Text(en="Inner")
    assert question(result, "inner").shown_if == Is("q", "yes")
    assert question(result, "a").shown_if == All((Is("q", "yes"), Not(Is("q", "no"))))
    assert finding(result, "group_flattened").place.row == 4


def test_a_group_around_groups_is_unwrapped() -> None:
    result = imported(
        [
            (*HEAD, "relevant"),
            ONE,
            ("begin_group", "all", "All", "${q} = 'yes'"),
            ("begin_group", "one", "One", None),
            ("text", "a", "A", None),
            ("end_group", None, None, None),
            ("begin_group", "two", "Two", "${a} != ''"),
            ("text", "b", "B", None),
            ("end_group", None, None, None),
            ("end_group", None, None, None),
        ]
    )
    one, two = design(result).sections[1:]
    assert (one.code, one.shown_if) == ("one", Is("q", "yes"))
    assert isinstance(two.shown_if, All)
    assert finding(result, "group_unwrapped").params == {"name": "all"}


def test_a_repeat_is_left_out_with_all_in_it() -> None:
    result = imported(
        [
            (*HEAD, "relevant"),
            ("begin_repeat", "child", "Child", None),
            ("text", "name", "Name", None),
            ("begin_group", "g", "G", None),
            ("integer", "age", "Age", None),
            ("end_group", None, None, None),
            ("end_repeat", None, None, None),
            ("text", "a", "A", "${age} > 3"),
        ]
    )
    assert finding(result, "repeat").params == {"name": "child", "count": 2, "names": "name、age"}
    assert question(result, "a").shown_if is None
    assert finding(result, "rule_on_dropped").params["question"] == "age"


@pytest.mark.parametrize(
    ("rows", "kind", "row"),
    [
        ([("begin_group", "g", "G")], "begin_without_end", 2),
        ([("end_group", None, None)], "end_without_begin", 2),
        ([("begin_group", "g", "G"), ("end_repeat", None, None)], "end_without_begin", 3),
        ([("begin_group", "g", "G")] * 40 + [("end_group", None, None)] * 40, "groups_too_deep", 32),
    ],
)
def test_groups_that_do_not_fit(rows: list[tuple[object, ...]], kind: str, row: int) -> None:
    result = imported([HEAD, *rows, ("text", "a", "A")])
    assert result.questionnaire is None
    assert finding(result, kind).place.row == row


@pytest.mark.parametrize(
    "rows",
    [
        [("begin_group", "m", "M", "table-list"), *[("select_one yn", f"r{n}", f"R{n}", None) for n in (1, 2)]],
        [
            ("begin_group", "m", "M", "field-list"),
            ("select_one yn", "head", "Head", "label"),
            *[("select_one yn", f"r{n}", f"R{n}", "list-nolabel") for n in (1, 2)],
        ],
    ],
)
def test_a_table_becomes_a_matrix(rows: list[tuple[object, ...]]) -> None:
    result = imported([(*HEAD, "appearance"), *rows, ("end_group", None, None, None)])
    matrix = question(result, "m")
    assert isinstance(matrix, Matrix)
    assert [item.code for item in matrix.items] == ["r1", "r2"]
    assert [grade.code for grade in design(result).scale_by_code[matrix.scale].grades] == ["yes", "no"]
    assert finding(result, "scale_without_marks").params == {"list": "yn"}


def test_a_table_whose_rows_come_up_with_choices() -> None:
    result = imported(
        [
            (*HEAD, "appearance", "relevant", "required"),
            ("select_multiple l", "q", "Q", None, None, None),
            ("begin_group", "m", "M", "table-list", None, None),
            ("select_one yn", "r1", "R1", None, "selected(${q}, 'a')", "yes"),
            ("select_one yn", "r2", "R2", None, "selected(${q}, 'b')", "yes"),
            ("end_group", None, None, None, None, None),
        ],
        [*YES_NO, *ABC[1:]],
    )
    matrix = question(result, "m")
    assert isinstance(matrix, Matrix)
    assert matrix.rows_from == "q"
    assert [item.when for item in matrix.items] == ["a", "b"]
    assert matrix.required


def test_a_table_of_different_lists_is_asked_one_by_one() -> None:
    result = imported(
        [
            (*HEAD, "appearance"),
            ("begin_group", "s", "S", None),
            ("begin_group", "m", "M", "table-list"),
            ("select_one yn", "r1", "R1", None),
            ("select_one l", "r2", "R2", None),
            ("end_group", None, None, None),
            ("end_group", None, None, None),
        ],
        [*YES_NO, *ABC[1:]],
    )
    assert [type(each).__name__ for each in design(result).questions] == [
        "Statement",
        "SingleChoice",
        "SingleChoice",
    ]
    assert finding(result, "table_not_matrix").place.row == 3
