"""Changes between waves and differences between groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring.comparison import (
    Group,
    Paired,
    Verdict,
    mcnemar,
    mcnemar_chi_square,
    newcombe_limits,
    same_clusters,
    two_proportions,
)
from tests.unit.scoring.reference_cases import case

GROUPS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_two_independent_waves():
    inputs, expected, tolerance = case("two_proportion_wave_change")
    first, second = inputs["wave1"], inputs["wave2"]
    change = two_proportions(first["x"], first["n"], second["x"], second["n"])
    assert change.difference == pytest.approx(expected["diff"], abs=tolerance)
    assert change.statistic == pytest.approx(-expected["z_wave1_minus_wave2"], abs=tolerance)
    assert change.p_value == pytest.approx(expected["p_value"], abs=tolerance)
    limits = expected["ci_diff_wave2_minus_wave1"]["newcomb"]
    assert (change.interval.low, change.interval.high) == pytest.approx(limits, abs=tolerance)
    assert change.verdict is Verdict.NO_CHANGE


def test_clear_change_has_its_direction():
    assert two_proportions(60, 100, 90, 100).verdict is Verdict.RISE
    assert two_proportions(90, 100, 60, 100).verdict is Verdict.FALL


def test_everybody_satisfied_twice_is_no_change():
    change = two_proportions(20, 20, 30, 30)
    assert (change.statistic, change.p_value, change.verdict) == (0, 1, Verdict.NO_CHANGE)
    assert change.interval.low < 0 < change.interval.high


def test_empty_group_is_refused():
    with pytest.raises(ValueError, match="answers"):
        two_proportions(0, 0, 3, 4)


def test_whole_columns_of_differences():
    low, high = newcombe_limits([5, 9], [10, 10], [8, 9], [10, 10])
    one = two_proportions(5, 10, 8, 10).interval
    assert (low[0], high[0]) == (one.low, one.high)
    assert np.all(low < high)


@given(GROUPS, GROUPS)
def test_difference_lies_in_its_interval_and_turns_with_the_order(first, second):
    there, back = two_proportions(*first, *second), two_proportions(*second, *first)
    assert -1 - 1e-9 <= there.interval.low <= there.difference <= there.interval.high <= 1 + 1e-9
    assert (there.interval.low, there.interval.high) == pytest.approx((-back.interval.high, -back.interval.low))
    assert there.p_value == pytest.approx(back.p_value)


def test_mcnemar_on_repeat_codes():
    inputs, expected, tolerance = case("mcnemar_paired_wave_change")
    pairs = Paired(inputs["both_satisfied"], inputs["only_wave1"], inputs["only_wave2"], inputs["neither"])
    change = mcnemar(pairs)
    assert change.p_value == pytest.approx(expected["p_exact"], abs=tolerance)
    assert change.difference == pytest.approx(expected["diff"], abs=tolerance)
    assert change.interval.standard_error == pytest.approx(expected["se_diff_wald"], abs=tolerance)
    corrected, plain = mcnemar_chi_square(pairs), mcnemar_chi_square(pairs, corrected=False)
    assert corrected == pytest.approx((expected["X2_corrected"], expected["p_corrected"]), abs=tolerance)
    assert plain == pytest.approx((expected["X2_uncorrected"], expected["p_uncorrected"]), abs=tolerance)


def test_mcnemar_where_nobody_changed():
    inputs, expected, tolerance = case("mcnemar_no_discordant")
    change = mcnemar(Paired(inputs["both"], inputs["only1"], inputs["only2"], inputs["neither"]))
    assert change.p_value == pytest.approx(expected["p_exact"], abs=tolerance)
    assert change.interval.low < 0 < change.interval.high
    assert mcnemar_chi_square(Paired(3, 0, 0, 1)) == (0, 1)


def test_paired_interval_of_newcombe_1998():
    """Newcombe (1998) Stat Med 17:2635, table II, method 10: pairs 36, 12, 2, 0 of 50."""
    change = mcnemar(Paired(36, 12, 2, 0))
    assert (-change.interval.high, -change.interval.low) == pytest.approx((0.0569, 0.3404), abs=5e-4)


@pytest.mark.parametrize("counts", [(0, 0, 0, 0), (3, -1, 2, 2)])
def test_impossible_pairs_are_refused(counts):
    with pytest.raises(ValueError, match="pair"):
        Paired(*counts)


@given(st.tuples(*[st.integers(0, 60)] * 4).filter(any))
def test_paired_interval_holds_its_difference(counts):
    change = mcnemar(Paired(*counts))
    assert -1 - 1e-9 <= change.interval.low <= change.difference + 1e-12
    assert change.difference - 1e-12 <= change.interval.high <= 1 + 1e-9
    assert 0 <= change.p_value <= 1


def waves(inputs):
    return [
        [Group(x, n) for x, n in zip(inputs[wave]["x"], inputs[wave]["n"], strict=True)]
        for wave in ("wave1", "wave2")
    ]


def test_same_enterprises_in_two_waves():
    inputs, expected, tolerance = case("wave_change_same_enterprises")
    change = same_clusters(*waves(inputs))
    assert change.difference == pytest.approx(expected["diff"], abs=tolerance)
    assert change.interval.standard_error == pytest.approx(expected["se_diff"], abs=tolerance)
    assert change.interval.df == expected["df"]
    assert change.verdict is Verdict.RISE
    assert change.interval.standard_error < expected["se_diff_naive_independent"]


def test_enterprises_that_do_not_differ_leave_the_independent_comparison():
    alike = [Group(20, 20), Group(10, 10)]
    change = same_clusters(alike, alike)
    assert change.interval.method == "newcombe"
    assert change.interval.low < 0 < change.interval.high


def test_contrast_needs_the_same_clusters():
    with pytest.raises(ValueError, match="same two"):
        same_clusters([Group(1, 2)], [Group(1, 2)])
    with pytest.raises(ValueError, match="answers"):
        same_clusters([Group(1, 2), Group(1, 2)], [Group(0, 0), Group(0, 0)])
