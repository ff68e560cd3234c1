"""Classes of numbers: every number is in one, which says truly where it lies."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.analysis import explore
from survey_app.analysis.classes import classed, codes_of_classes, column_of_classes, name_of_classes
from survey_app.analysis.layout import MISSING, NOT_ASKED
from survey_app.analysis.selection import AnswerFilter
from survey_app.questionnaire.definition import Number
from survey_app.questionnaire.text import Text
from tests.support import tiny
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, Ballot, Union


def _number(minimum: float | None = None, maximum: float | None = None, decimals: int = 0) -> Number:
    return Number(
        code="N", text=Text("几人", "How many"), minimum=minimum, maximum=maximum, decimals=decimals,
        unit=Text("人", "people"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "codes", "names"),
    [
        (_number(1, 3), ("1", "2", "3"), ("1 人", "2 人", "3 人")),
        (_number(0, 100), tuple(str(end) for end in range(10, 101, 10)), ("0–10 人", "11–20 人")),
        (_number(1, 100), tuple(str(end) for end in range(10, 101, 10)), ("1–10 人", "11–20 人")),
        (_number(0, 999), ("0", "1", "2", "5", "10", "20", "50", "100", "200", "500", "1000"), ("0 人", "1 人")),
        (_number(0, 999, 1), ("0", "1", "2", "5"), ("0 人", "0（不含）–1 人")),
        (_number(0), ("0", "1", "2", "5", "10", "20"), ("0 人", "1 人", "2 人", "3–5 人", "6–10 人")),
        (_number(), ("0", "1", "2", "5"), ("0 及以下 人", "1 人", "2 人", "3–5 人")),
        (_number(0, 1, 2), ("0.1", "0.2", "0.3"), ("0–0.1 人", "0.1（不含）–0.2 人")),
        (_number(-30, 30), ("-20", "-10", "0", "10", "20", "30"), ("-30–-20 人", "-19–-10 人")),
    ],
)
def test_classes_follow_from_the_question(question: Number, codes: tuple[str, ...], names: tuple[str, ...]) -> None:
    every = codes_of_classes(question)
    assert every[: len(codes)] == codes
    assert tuple(name_of_classes(question, [code]).zh for code in every[: len(names)]) == names


def test_neighbours_are_named_as_one() -> None:
    every = codes_of_classes(_number(0))
    assert name_of_classes(_number(0), every[:4]).en == "0–5 people"
    assert name_of_classes(_number(0, 999), ["1000"]).en == "501–999 people"
    assert name_of_classes(_number(0), every[-2:]).en == "above 2,000,000 people"


@given(st.data())
def test_every_number_is_in_one_class(data: st.DataObject) -> None:
    low = data.draw(st.none() | st.integers(-1000, 1000))
    high = data.draw(st.none() | st.integers(1, 3000).map(lambda span: (low or 0) + span))
    question = _number(low, high, data.draw(st.sampled_from([0, 2])))
    codes = codes_of_classes(question)
    ends = [float(code) for code in codes]
    assert ends == sorted(set(ends))
    assert len(codes) <= 40
    drawn = st.lists(st.integers(-1000 if low is None else low, 10**7 if high is None else high), min_size=1)
    numbers = np.array(data.draw(drawn), np.float64)
    for number, place in zip(numbers.tolist(), classed(numbers, column_of_classes(question)).tolist(), strict=True):
        assert number <= ends[place]
        assert place == 0 or number > ends[place - 1]


def test_marks_stay() -> None:
    found = classed(np.array([3.0, np.nan, -np.inf]), column_of_classes(_number(0)))
    assert found.tolist() == [3, MISSING, NOT_ASKED]


def test_a_number_is_filtered_grouped_and_crossed_by_its_classes() -> None:
    draw = Random(4)
    ballots = [
        Ballot(
            draw.choice(ENTERPRISES),
            {"A": draw.choice("12")} | ({"N": str(draw.randint(0, 30))} if draw.random() > 0.1 else {}),
        )
        for _ in range(700)
    ]
    number = _number(0)
    union = Union(tiny.questionnaire(tiny.single("A"), number), ballots)

    def true(codes: tuple[str, ...], answer: str) -> int:
        every = codes_of_classes(number)
        low, high = every.index(codes[0]), float(every[every.index(codes[-1])])
        least = float(every[low - 1]) if low else -1
        return sum(
            each.answers["A"] == answer and "N" in each.answers and least < float(each.answers["N"]) <= high
            for each in ballots
        )

    groups = explore.grouped(union.topic, SURVEY, "N", ["A"]).value.groups
    assert len(groups) > 3
    for group in groups:
        for codes, count in group.readings[0].counts or ():
            assert count == sum(true(group.key, code) for code in codes)
    chosen = explore.one(union.topic, _with(groups[-1].key), "A").value
    assert chosen.counts == groups[-1].readings[0].counts
    table = explore.cross(union.topic, SURVEY, "N", "A").value
    assert table.table is not None
    for row, counts in zip(table.rows, table.table, strict=True):
        assert list(counts) == [sum(true(row, code) for code in codes) for codes in table.columns]


def _with(codes: tuple[str, ...]) -> explore.Selection:
    return explore.Selection(survey=1, audience=SURVEY.audience, answers=(AnswerFilter("N", codes),))
