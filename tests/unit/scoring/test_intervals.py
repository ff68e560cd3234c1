"""Intervals of one proportion against published and cross-checked limits, and what must always hold."""

import tracemalloc
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from survey_app.scoring.intervals import (
    METHODS,
    clopper_pearson,
    finite_standard_error,
    hypergeometric,
    proportion_interval,
    proportion_limits,
    wilson,
    wilson_finite,
    z_value,
)
from tests.unit.scoring.reference_cases import case, cases

SINGLE = [name for name in cases() if name.startswith(("single_proportion_ci", "newcombe1998"))]
COUNTS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])
NEVER = {"p", "wald"}
"""Expected values that are no method of ours: the share itself, and the interval that collapses."""
NAMES = {"wilson_continuity_corrected": "wilson_continuity"}


@pytest.mark.parametrize("name", SINGLE)
def test_limits_of_the_reference(name):
    inputs, expected, tolerance = case(name)
    for key in expected.keys() - NEVER:
        method = METHODS[NAMES.get(key, key)]
        limits = method(inputs["x"], inputs["n"], inputs["conf_level"])
        assert [float(limit) for limit in limits] == pytest.approx(expected[key], abs=tolerance), key


def test_wald_is_not_offered():
    assert "wald" not in METHODS


@pytest.mark.parametrize("method", [wilson, clopper_pearson, METHODS["wilson_continuity"]])
@pytest.mark.parametrize("n", [1, 7, 48, 10**6])
def test_ends_are_exact(method, n):
    assert method(0, n)[0] == 0
    assert method(n, n)[1] == 1
    assert 0 < method(0, n)[1] < 1
    assert 0 < method(n, n)[0] < 1


@pytest.mark.parametrize(("n", "method"), [(9, "clopper_pearson"), (10, "wilson")])
def test_small_groups_get_the_exact_interval(n, method):
    found = proportion_interval(n - 1, n)
    low, high = METHODS[method](n - 1, n, 0.95)
    assert (found.method, found.low, found.high) == (method, float(low), float(high))


def test_no_interval_for_nobody_and_for_everybody():
    assert proportion_interval(0, 0) is None
    assert proportion_interval(5, 9, population=9) is None


def test_method_of_a_survey_replaces_the_default():
    assert proportion_interval(5, 9, method="jeffreys").method == "jeffreys"


def test_finite_standard_error():
    inputs, expected, tolerance = case("fpc_srs_proportion_N60_n48_x47")
    found = finite_standard_error(inputs["x"], inputs["n"], inputs["N"])
    assert found == pytest.approx(expected["se_fpc"], abs=tolerance)


def test_hypergeometric_limits():
    inputs, expected, tolerance = case("fpc_hypergeometric_exact_N60_n48_x47")
    found = hypergeometric(inputs["x"], inputs["n"], inputs["N"], inputs["conf_level"])
    assert found == pytest.approx((expected["p_low"], expected["p_high"]), abs=tolerance)


def test_finite_wilson_near_the_exact_limits():
    found = proportion_interval(47, 48, population=60)
    exact = tuple(float(limit) for limit in hypergeometric(47, 48, 60))
    assert found.method == "wilson_finite"
    assert (found.low, found.high) == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize(("x", "n", "population"), [(3, 2, 9), (1, 0, 9), (5, 9, 8)])
def test_impossible_counts_are_refused(x, n, population):
    with pytest.raises(ValueError, match="need"):
        hypergeometric(x, n, population)


def test_more_than_all_is_refused():
    with pytest.raises(ValueError, match="need"):
        wilson(11, 10)
    with pytest.raises(ValueError, match="level"):
        z_value(1.0)


def test_whole_tables_at_once():
    x = np.arange(3200 * 20).reshape(3200, 20) % 30
    n = np.full((3200, 20), 29)
    n[0, 0], x[0, 0] = 0, 0
    low, high = proportion_limits(x, n)
    assert low.shape == (3200, 20)
    assert np.isnan(low[0, 0])
    one = proportion_interval(int(x[7, 3]), 29)
    assert (low[7, 3], high[7, 3]) == (one.low, one.high)


@given(COUNTS, LEVELS)
def test_interval_holds_its_share_and_stays_in_range(counts, level):
    x, n = counts
    for method in METHODS:
        low, high = METHODS[method](x, n, level)
        assert 0 <= low <= high <= 1
        if method != "jeffreys":
            assert low <= x / n <= high


@given(COUNTS, LEVELS)
def test_interval_is_monotone_and_mirrored(counts, level):
    x, n = counts
    for method in (wilson, clopper_pearson):
        low, high = method(x, n, level)
        mirror_low, mirror_high = method(n - x, n, level)
        assert (low, high) == pytest.approx((1 - mirror_high, 1 - mirror_low), abs=1e-9)
        if x < n:
            more_low, more_high = method(x + 1, n, level)
            assert more_low > low or more_low == pytest.approx(low)
            assert more_high > high or more_high == pytest.approx(high)


@given(COUNTS)
def test_more_confidence_is_wider(counts):
    x, n = counts
    for method in (wilson, clopper_pearson):
        low, high = method(x, n, 0.95)
        wide_low, wide_high = method(x, n, 0.99)
        assert wide_low <= low
        assert high <= wide_high


@given(COUNTS, st.integers(1, 5000))
def test_finite_limits_lie_inside_the_infinite_and_are_possible(counts, more):
    x, n = counts
    population = n + more
    low, high = (float(limit) for limit in wilson_finite(x, n, population))
    infinite_low, infinite_high = wilson(x, n)
    assert infinite_low - 1e-12 <= low <= x / n <= high <= infinite_high + 1e-12
    assert x / population <= low + 1e-12
    assert high <= 1 - (n - x) / population + 1e-12


SAMPLES = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 90)))


@given(SAMPLES)
def test_hypergeometric_limits_hold_the_share(numbers):
    x, n, population = numbers
    low, high = hypergeometric(x, n, population)
    assert low <= x / n <= high
    assert x / population <= low + 1e-12
    assert high <= 1 - (n - x) / population + 1e-12


@given(SAMPLES, LEVELS)
def test_hypergeometric_limits_are_those_of_every_tail_one_by_one(numbers, level):
    """The tails of scipy at every possible K; a tail that meets the wanted one to rounding is not above it."""
    x, n, population = numbers
    possible = np.arange(x, population - n + x + 1)
    wanted = (1 - level) / 2 * (1 + 1e-9)
    upper, lower = hypergeom.sf(x - 1, population, possible, n), hypergeom.cdf(x, population, possible, n)
    kept = possible[(upper > wanted) & (lower > wanted)]
    expected = min(kept.min() / population, x / n), max(kept.max() / population, x / n)
    assert hypergeometric(x, n, population, level) == pytest.approx(expected, abs=1e-9)


def _chance(numbers, successes, n, population):
    """The exact share of draws of n with any of these numbers of successes, in whole numbers."""
    ways = sum(comb(successes, j) * comb(population - successes, n - j) for j in numbers)
    return Fraction(ways, comb(population, n))


@pytest.mark.parametrize(("x", "n"), [(0, 5), (4, 8), (8, 9), (9, 9)])
def test_a_few_of_two_million_are_exact_and_take_no_room(x, n):
    population, tail = 2_000_000, Fraction(1, 40)
    tracemalloc.start()
    low, high = (round(float(limit) * population) for limit in hypergeometric(x, n, population))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
    assert _chance(range(x + 1), high, n, population) > tail
    assert x == n or _chance(range(x + 1), high + 1, n, population) <= tail
    assert _chance(range(x, n + 1), low, n, population) > tail
    assert x == 0 or _chance(range(x, n + 1), low - 1, n, population) <= tail


def test_a_tail_that_is_met_exactly_is_not_above():
    """One of 40 holds 1 of 1 with a chance of exactly 2.5 %: K = 1 goes, whatever the last digit of a logarithm."""
    low, high = hypergeometric(1, 1, 40)
    assert (low, high) == (2 / 40, 1)


def test_hypergeometric_limits_of_whole_tables():
    n = np.arange(1, 3200 * 4 + 1).reshape(3200, 4) % 9 + 1
    x, population = n // 2, n + np.arange(3200)[:, None] * 600
    low, high = hypergeometric(x, n, population)
    assert low.shape == high.shape == (3200, 4)
    for place in [(0, 0), (1, 3), (1700, 2), (3199, 1)]:
        one = proportion_interval(int(x[place]), int(n[place]), population=int(population[place]))
        assert one is None or (low[place], high[place]) == (one.low, one.high)
