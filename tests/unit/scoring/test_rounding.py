"""Printed numbers: half-up, and never more than the counts bear out."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring.rounding import (
    between,
    grim_counts,
    grim_smallest_n,
    half_up,
    p_said,
    p_text,
    percent,
    percent_text,
    points_text,
)
from tests.unit.scoring.reference_cases import case

COUNTS = st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("x", "n", "text"),
    [
        (916, 936, "97.9%"),
        (1, 8, "12.5%"),
        (0, 9, "0.0%"),
        (9, 9, "100.0%"),
        (9999, 10000, "99.9%"),
        (1, 10**6, "0.1%"),
        (1, 2000, "0.1%"),
        (1999, 2000, "99.9%"),
        (173, 400, "43.3%"),
    ],
)
def test_percent(x, n, text):
    assert percent_text(Fraction(x, n)) == text


def test_nothing_is_a_dash():
    assert percent_text(None) == points_text(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"), [("0.25", "0.3"), ("-0.25", "-0.3"), ("-0.04", "0.0"), ("2.449", "2.4"), ("7", "7.0")]
)
def test_half_up(value, text):
    assert str(half_up(Decimal(value))) == text


@pytest.mark.parametrize(("value", "text"), [(0.0311, "+3.1"), (-0.0044, "−0.4"), (0.0001, "0.0")])
def test_points_carry_their_sign(value, text):
    assert points_text(value) == text


def test_value_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="between"):
        between(Fraction(101), 0, 100)


@given(COUNTS, st.integers(0, 3))
def test_percent_never_lies_at_the_ends(counts, places):
    x, n = counts
    printed = percent(Fraction(x, n), places)
    assert (printed == 100) == (x == n)
    assert (printed == 0) == (x == 0)
    assert abs(Fraction(printed) - Fraction(100 * x, n)) <= Fraction(1, 10**places)


@given(st.floats(0, 1), st.floats(0, 1))
def test_percent_is_monotone(first, second):
    low, high = sorted((first, second))
    assert percent(low) <= percent(high)


@given(COUNTS)
def test_grim_accepts_what_was_counted(counts):
    x, n = counts
    n = n % 3000 + 1
    x = x % (n + 1)
    assert x in grim_counts(str(half_up(Fraction(100 * x, n))), n)


def test_grim_of_the_published_rate():
    inputs, expected, _ = case("grim_97_9")
    reported = inputs["reported"]
    impossible = [n for n in range(47, 2001) if not grim_counts(reported, n)]
    possible = [n for n in range(1, 2001) if grim_counts(reported, n)]
    assert grim_smallest_n(reported) == expected["smallest_n"]
    assert list(grim_counts(reported, 47)) == expected["x_at_smallest"]
    assert max(impossible) == expected["largest_impossible_n_up_to_2000"]
    assert len(impossible) == expected["impossible_n_count_47_to_2000"]
    assert possible[:12] == expected["first_possible"]


def test_grim_needs_somebody():
    with pytest.raises(ValueError, match="at least 1"):
        grim_counts("97.9", 0)
    assert grim_smallest_n("97.9", limit=40) is None


@pytest.mark.parametrize(
    ("p_value", "text", "said"),
    [
        (0.0, "< 0.001", "< 0.001"),
        (0.0009, "< 0.001", "< 0.001"),
        (0.001, "0.001", "= 0.001"),
        (1.0, "1.000", "= 1.000"),
    ],
)
def test_p_values(p_value, text, said):
    assert p_text(p_value) == text
    assert p_said(p_value) == said
