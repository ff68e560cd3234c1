"""Changes between waves and differences between groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring.comparison import (
    Change,
    Group,
    Paired,
    Verdict,
    mcnemar,
    mcnemar_chi_square,
    same_clusters,
    two_proportions,
)
from survey_app.scoring.design import Design, domain_means, ratios
from survey_app.scoring.differences import METHODS, _score_variance, newcombe_limits
from survey_app.scoring.intervals import Interval
from survey_app.scoring.tables import chi_square, fisher
from tests.unit.scoring.reference_cases import case

GROUPS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_two_independent_waves():
    inputs, expected, tolerance = case("two_proportion_wave_change")
    first, second = inputs["wave1"], inputs["wave2"]
    change = two_proportions(first["x"], first["n"], second["x"], second["n"])
    assert change.difference == pytest.approx(expected["diff"], abs=tolerance)
    assert change.statistic == pytest.approx(-expected["z_wave1_minus_wave2"], abs=tolerance)
    assert change.p_value == pytest.approx(expected["p_value"], abs=tolerance)
    limits = expected["ci_diff_wave2_minus_wave1"]
    for method, key in (("newcombe", "newcomb"), ("agresti_caffo", "agresti_caffo")):
        other = two_proportions(first["x"], first["n"], second["x"], second["n"], method=method).interval
        assert (other.low, other.high) == pytest.approx(limits[key], abs=tolerance)
    assert change.verdict is Verdict.NO_CHANGE


def test_two_by_two_tests_of_the_reference():
    inputs, expected, tolerance = case("two_proportion_wave_change")
    (x1, n1), (x2, n2) = ((inputs[wave]["x"], inputs[wave]["n"]) for wave in ("wave1", "wave2"))
    corrected = chi_square([[x1, n1 - x1], [x2, n2 - x2]], corrected=True)
    assert corrected.statistic == pytest.approx(expected["X2_yates"], abs=tolerance)
    assert corrected.p_value == pytest.approx(expected["p_yates"], abs=tolerance)
    assert fisher(x1, n1, x2, n2) == pytest.approx(expected["p_fisher"], abs=tolerance)
    assert x1 / n1 == pytest.approx(expected["p1"], abs=tolerance)
    assert x2 / n2 == pytest.approx(expected["p2"], abs=tolerance)


@pytest.mark.parametrize(
    ("method", "low", "high"), [("newcombe", 0.0524, 0.3339), ("miettinen_nurminen", 0.0528, 0.3382)]
)
def test_published_difference_of_newcombe_1998(method, low, high):
    """Newcombe (1998) Stat Med 17:873, table II (a): 56/70 - 48/80."""
    assert METHODS[method](48, 80, 56, 70, 0.95) == pytest.approx((low, high), abs=5.1e-5)


@given(GROUPS, GROUPS, st.sampled_from([-0.3, -0.02, 0.01, 0.4]))
def test_score_limits_use_the_likeliest_rates(first, second, difference):
    (x1, n1), (x2, n2) = first, second

    def log_likelihood(p):
        q = p + difference
        return x1 * np.log(p) + (n1 - x1) * np.log1p(-p) + x2 * np.log(q) + (n2 - x2) * np.log1p(-q)

    p = np.linspace(max(0, -difference), min(1, 1 - difference), 4001)[1:-1]
    best = p[np.argmax(log_likelihood(p))]
    spread = best * (1 - best) / n1 + (best + difference) * (1 - best - difference) / n2
    found = _score_variance(x1, n1, x2, n2, difference) * (n1 + n2 - 1) / (n1 + n2)
    assert found == pytest.approx(spread, abs=2e-3 / min(n1, n2))


@given(GROUPS, GROUPS, st.sampled_from(sorted(METHODS)))
def test_every_method_holds_the_difference_of_equal_rates(first, second, method):
    low, high = METHODS[method](*first, *second, 0.95)
    back_low, back_high = METHODS[method](*second, *first, 0.95)
    assert -1 <= low <= high <= 1
    assert (low, high) == pytest.approx((-back_high, -back_low), abs=1e-9)
    if method != "agresti_caffo":
        assert low <= second[0] / second[1] - first[0] / first[1] <= high


def test_clear_change_has_its_direction():
    assert two_proportions(60, 100, 90, 100).verdict is Verdict.RISE
    assert two_proportions(90, 100, 60, 100).verdict is Verdict.FALL


def test_verdict_reads_the_interval_not_the_p_value():
    inside = Change(0.1, Interval(-0.01, 0.2, 0.95, "newcombe"), 2.0, 0.04)
    outside = Change(-0.1, Interval(-0.2, -0.01, 0.95, "newcombe"), -1.9, 0.06)
    assert (inside.verdict, outside.verdict) == (Verdict.NO_CHANGE, Verdict.FALL)


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
    columns = [[[getattr(group, name) for group in wave] for wave in waves(inputs)] for name in ("x", "n")]
    x, n = (np.array(each, dtype=np.float64).T for each in columns)
    rates = ratios(Design.of(len(x)), x, n)
    assert rates.values == pytest.approx([expected["p1"], expected["p2"]], abs=tolerance)
    assert rates.standard_errors == pytest.approx([expected["se1"], expected["se2"]], abs=tolerance)
    # As if everybody were drawn alone, and the waves had nothing in common.
    people = [(float(at < x[place, wave]), wave) for place in range(len(x)) for wave in (0, 1)
              for at in range(int(n[place, wave]))]  # fmt: skip
    found = domain_means(Design.of(len(people)), np.array([y for y, _ in people]), [wave for _, wave in people])
    naive = found.contrast((-1.0, 1.0)).standard_error
    assert naive == pytest.approx(expected["se_diff_naive_independent"], abs=tolerance)
    assert change.interval.standard_error < naive


def test_an_enterprise_absent_from_both_waves_changes_nothing():
    inputs, _, _ = case("wave_change_same_enterprises")
    first, second = waves(inputs)
    nobody = [Group(0, 0)] * 3
    assert same_clusters([*first, *nobody], [*second, *nobody]) == same_clusters(first, second)
    with pytest.raises(ValueError, match="same two"):
        same_clusters([first[0], *nobody], [second[0], *nobody])


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
