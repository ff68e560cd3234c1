"""Counts are printed back with the word of their bound, as the reports had them."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting.amounts import combined, number, written
from survey_app.words import Bound


@pytest.mark.parametrize(
    ("amount", "bound", "chinese", "measure", "english"),
    [
        ("2250", Bound.AT_LEAST, "2250余小时", ("小时", "hours"), "more than 2,250 hours"),
        ("1500000", Bound.ABOUT, "约150万人", ("人", "workers"), "about 1,500,000 workers"),
        ("2000", Bound.LESS_THAN, "近2000件", ("件", "deeds"), "nearly 2,000 deeds"),
        ("8400", Bound.AT_LEAST, "8400余名", ("名", "cadres"), "more than 8,400 cadres"),
        ("297", Bound.EXACT, "297篇", ("篇", "notes"), "297 notes"),
        ("17000", Bound.EXACT, "1.7万人次", ("人次", "viewers"), "17,000 viewers"),
        ("12345", Bound.EXACT, "12345人", ("人", "people"), "12,345 people"),
        ("100000", Bound.AT_LEAST, "10万余人", ("人", "people"), "more than 100,000 people"),
        ("111.68", Bound.EXACT, "111.68万元", ("万元", "× 10,000 yuan"), "111.68 × 10,000 yuan"),
        ("28.50", Bound.EXACT, "28.5小时", ("小时", "hours"), "28.5 hours"),
        ("0.00", Bound.EXACT, "0件", ("件", "deeds"), "0 deeds"),
        ("5", Bound.ABOUT, "约5", ("", ""), "about 5"),
    ],
)
def test_a_count_is_written_as_it_was_reported(
    amount: str, bound: Bound, chinese: str, measure: tuple[str, str], english: str
) -> None:
    assert written(Decimal(amount), bound, measure[0], ZH) == chinese
    assert written(Decimal(amount), bound, measure[1], EN) == english


@given(st.decimals(0, 10**12, places=2), st.sampled_from([ZH, EN]))
def test_a_written_number_says_the_number(amount: Decimal, locale: str) -> None:
    text = number(amount, locale).replace(",", "")
    factor = 10_000 if text.endswith("万") else 1
    assert Decimal(text.removesuffix("万")) * factor == amount


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((Bound.EXACT, Bound.EXACT), Bound.EXACT),
        ((Bound.EXACT, Bound.AT_LEAST), Bound.AT_LEAST),
        ((Bound.AT_LEAST, Bound.AT_LEAST), Bound.AT_LEAST),
        ((Bound.EXACT, Bound.LESS_THAN), Bound.LESS_THAN),
        ((Bound.AT_LEAST, Bound.LESS_THAN), Bound.ABOUT),
        ((Bound.ABOUT, Bound.EXACT), Bound.ABOUT),
        ((Bound.ABOUT, Bound.AT_LEAST), Bound.ABOUT),
        ((), Bound.EXACT),
    ],
)
def test_a_sum_is_as_exact_as_its_parts_allow(parts: tuple[Bound, ...], whole: Bound) -> None:
    for order in permutations(parts):
        assert combined(order) is whole
