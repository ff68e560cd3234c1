"""Answers become columns: every kind, and the difference between not answered and not asked."""

import math
from datetime import UTC, date, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.encode import NONE, Encoder, day_of, encode_dimensions, id_pairs, slot_of
from survey_app.analysis.layout import MISSING, NOT_ASKED, Sort, columns_of_version
from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.definition import (
    DateQuestion,
    LongText,
    Nps,
    Number,
    Questionnaire,
    Ranking,
    ShortText,
    Statement,
)
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import Is
from tests.support import tiny
from tests.support.strategies import good_answers, questionnaires
from tests.unit.analysis.stored import response


def _encoded(questionnaire: Questionnaire, *answers: dict) -> dict[str, list]:
    columns = {column.name: column for column in columns_of_version(questionnaire)}
    return {name: values.tolist() for name, values in Encoder(questionnaire, columns).encode(answers).items()}


def test_every_kind_has_its_columns() -> None:
    questionnaire = tiny.questionnaire(
        Statement(code="X", text=tiny.WORDS),
        tiny.single("A", specify="3"),
        tiny.multiple("B"),
        tiny.rating("C"),
        tiny.matrix("D", "D1", "D2"),
        Nps(code="E", text=tiny.WORDS),
        Number(code="F", text=tiny.WORDS),
        DateQuestion(code="G", text=tiny.WORDS),
        ShortText(code="H", text=tiny.WORDS),
        LongText(code="I", text=tiny.WORDS),
        Ranking(code="J", text=tiny.WORDS, options=tiny.options("1", "2"), top=2),
    )
    encoded = _encoded(
        questionnaire,
        {
            "A": "3", "A_3_text": "别的", "B": ["1", "4"], "C": "2", "D1": "1", "D2": "3", "E": 10, "F": -2,
            "G": "1969-12-31", "H": "字", "I": "字", "J": ["2", "1"],
        },
        {},
    )  # fmt: skip
    assert encoded["coded:A"] == [2, MISSING]
    assert encoded["given:A_3_text"] == [1, NOT_ASKED]  # "please say" is asked of those who chose it
    assert [encoded[f"chosen:B:{code}"] for code in "1234"] == [[1, -1], [0, -1], [0, -1], [1, -1]]
    assert encoded["coded:C"] == [1, MISSING]
    assert (encoded["coded:D1"], encoded["coded:D2"]) == ([0, MISSING], [2, MISSING])
    assert encoded["whole:E"] == [10, MISSING]
    assert encoded["number:F"][0] == -2
    assert math.isnan(encoded["number:F"][1])
    assert encoded["day:G"][0] == -1
    assert (encoded["given:H"], encoded["given:I"]) == ([1, MISSING], [1, MISSING])
    assert (encoded["place:J:1"], encoded["place:J:2"]) == ([2, MISSING], [1, MISSING])
    assert not any("X" in name for name in encoded)


def test_what_is_off_the_path_is_not_asked() -> None:
    questionnaire = tiny.questionnaire(tiny.single("A"), tiny.rating("B", shown_if=Is("A", "1")))
    assert _encoded(questionnaire, {"A": "1"}, {"A": "2"}, {}, {"A": "1", "B": "1"})["coded:B"] == [
        MISSING,
        NOT_ASKED,
        NOT_ASKED,
        0,
    ]


def test_rows_of_a_matrix_are_asked_by_what_was_chosen_before() -> None:
    questionnaire = tiny.questionnaire(tiny.multiple("A"), tiny.matrix("M", "M1", "M2", rows_from="A"))
    encoded = _encoded(questionnaire, {"A": ["2"], "M2": "1"}, {"A": ["1", "2"], "M1": "2"})
    assert (encoded["coded:M1"], encoded["coded:M2"]) == ([NOT_ASKED, 1], [0, MISSING])


@settings(max_examples=40)
@given(st.data())
def test_asked_is_what_the_path_says(data: st.DataObject) -> None:
    """The path is walked once for each combination of steering answers; that must not show."""
    questionnaire = data.draw(questionnaires())
    answers = [clean(questionnaire, data.draw(good_answers(questionnaire))).answers for _ in range(4)]
    columns = {column.name: column for column in columns_of_version(questionnaire)}
    encoded = Encoder(questionnaire, columns).encode(answers)
    for place, given_answers in enumerate(answers):
        asked = path(questionnaire, given_answers).codes
        for name, column in columns.items():
            value = encoded[name][place]
            assert (value == column.not_asked) == (column.field not in asked)
            if column.field in asked and column.field not in given_answers:
                assert np.isnan(value) if column.sort is Sort.NUMBER else value == column.missing


def test_a_wider_layout_takes_answers_of_an_earlier_version() -> None:
    old = tiny.questionnaire(tiny.single("A"))
    new = tiny.questionnaire(tiny.single("A"), tiny.rating("B"))
    columns = {column.name: column for column in columns_of_version(new)}
    encoded = Encoder(old, columns).encode([{"A": "1"}, {}])
    assert encoded["coded:A"].tolist() == [0, MISSING]
    assert encoded["coded:B"].tolist() == [NOT_ASKED, NOT_ASKED]


def test_more_than_127_options_take_wider_numbers() -> None:
    codes = tuple(f"o{number}" for number in range(300))
    question = tiny.single("A")
    questionnaire = tiny.questionnaire(type(question)(code="A", text=tiny.WORDS, options=tiny.options(*codes)))
    assert _encoded(questionnaire, {"A": "o299"}, {})["coded:A"] == [299, MISSING]


def test_dimensions_keep_keys_and_say_none() -> None:
    moment = datetime(2017, 4, 24, 17, 5, tzinfo=UTC)
    rows = [
        response(1, moment, {}, seconds=3600, audience="grassroots_union", mode="paper", batch_id=2**31 - 1),
        response(2, moment, {}, posting_id=None),
    ]
    encoded = encode_dimensions(rows)
    assert encoded["posting"].tolist() == [7, NONE]
    assert encoded["batch"].tolist() == [2**31 - 1, NONE]
    assert encoded["seconds"].tolist() == [3600, NONE]
    assert encoded["audience"].tolist() == [2, 0]
    assert [
        (high << 64) | low
        for high, low in zip(encoded["id_high"].tolist(), encoded["id_low"].tolist(), strict=True)
    ] == [row.id.int for row in rows]
    assert id_pairs([rows[0].id]).dtype == np.dtype("<u8")


def test_the_day_is_that_of_china() -> None:
    late = datetime(2017, 4, 24, 16, 0, tzinfo=UTC)  # midnight in China
    slots = np.array([slot_of(late), slot_of(late) - 1])
    days = day_of(slots).tolist()
    assert [date.fromordinal(day + date(1970, 1, 1).toordinal()) for day in days] == [
        date(2017, 4, 25),
        date(2017, 4, 24),
    ]
