"""Tests of several groups, trends, scores and answers from complex samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring.comparison import Verdict
from survey_app.scoring.design import Design, mean
from survey_app.scoring.replicates import jackknife
from survey_app.scoring.score_change import mann_whitney, paired_t, welch
from survey_app.scoring.tables import chi_square, fisher, k_sample, rao_scott, trend
from tests.unit.scoring.reference_cases import case
from tests.unit.scoring.test_design import clustered, column, designs


def test_several_groups_and_their_trend():
    inputs, expected, tolerance = case("trend_and_k_sample_proportions")
    groups, line = k_sample(inputs["x"], inputs["n"]), trend(inputs["x"], inputs["n"])
    assert groups.statistic == pytest.approx(expected["k_sample_X2"], abs=tolerance)
    assert groups.p_value == pytest.approx(expected["k_sample_p"], abs=tolerance)
    assert line.statistic == pytest.approx(expected["trend_X2"], abs=tolerance)
    assert line.p_value == pytest.approx(expected["trend_p"], abs=tolerance)
    assert groups.df == 3


def test_trend_over_months_is_the_same_for_equal_steps():
    x, n = [83, 90, 129, 70], [86, 93, 136, 82]
    assert trend(x, n, [0, 2, 4, 6]).statistic == pytest.approx(trend(x, n).statistic)
    assert trend(x, n, [0, 1, 3, 6]).statistic != pytest.approx(trend(x, n).statistic)


def test_tables_that_say_nothing_are_refused():
    with pytest.raises(ValueError, match="two rows"):
        chi_square([[3, 4], [0, 0]])
    with pytest.raises(ValueError, match="two rows"):
        k_sample([5, 6], [5, 6])
    with pytest.raises(ValueError, match="all or none"):
        trend([5, 6], [5, 6])
    with pytest.raises(ValueError, match="two rows"):
        rao_scott(Design.of(2), ["a", "a"], ["x", "y"])


@given(st.tuples(*[st.integers(0, 40)] * 4).filter(lambda t: t[0] + t[1] and t[2] + t[3]))
def test_fisher_is_a_probability_that_turns_with_the_table(counts):
    a, b, c, d = counts
    p = fisher(a, a + b, c, c + d)
    assert 0 < p <= 1
    assert p == pytest.approx(fisher(c, c + d, a, a + b))
    assert p == pytest.approx(fisher(b, a + b, d, c + d))


def test_scores_of_two_waves():
    inputs, expected, tolerance = case("score_mean_change")
    independent, paired = welch(inputs["wave1"], inputs["wave2"]), paired_t(inputs["wave1"], inputs["wave2"])
    assert independent.difference == pytest.approx(expected["mean2"] - expected["mean1"], abs=tolerance)
    assert independent.statistic == pytest.approx(-expected["welch_t"], abs=tolerance)
    assert independent.interval.df == pytest.approx(expected["welch_df"], abs=tolerance)
    assert independent.p_value == pytest.approx(expected["welch_p"], abs=tolerance)
    assert independent.verdict is Verdict.NO_CHANGE
    assert paired.statistic == pytest.approx(-expected["paired_t"], abs=tolerance)
    assert paired.p_value == pytest.approx(expected["paired_p"], abs=tolerance)
    assert paired.verdict is Verdict.FALL
    u, p = mann_whitney(inputs["wave1"], inputs["wave2"])
    assert u == pytest.approx(expected["mann_whitney_U"], abs=tolerance)
    assert p == pytest.approx(expected["mann_whitney_p"], abs=tolerance)


def test_scores_without_spread():
    with pytest.raises(ValueError, match="nobody differs"):
        welch([80, 80], [60, 60])
    with pytest.raises(ValueError, match="nobody differs"):
        paired_t([80, 60], [70, 50])
    with pytest.raises(ValueError, match="two answers"):
        welch([80], [60, 70])
    assert mann_whitney([80, 80], [80, 80]) == (2, 1)


def test_rao_scott():
    _, expected, tolerance = case("clustered_rao_scott_y_by_role")
    data, _ = clustered()
    found = rao_scott(designs()["clustered_noFPC"], data["y"], data["role"])
    assert found.f.statistic == pytest.approx(expected["F"], abs=tolerance)
    assert found.f.df == pytest.approx(expected["ndf"], abs=tolerance)
    assert found.f.denominator_df == pytest.approx(expected["ddf"], abs=tolerance)
    assert found.f.p_value == pytest.approx(expected["p_F"], abs=tolerance)
    assert found.chi_square.statistic == pytest.approx(expected["X2"], abs=tolerance)
    assert found.chi_square.p_value == pytest.approx(expected["p_chisq"], abs=tolerance)


def test_rao_scott_of_a_simple_sample_is_pearson():
    data, _ = clustered()
    found = rao_scott(Design.of(42), data["y"], data["role"])
    table = [
        [sum(1 for pair in zip(data["y"], data["role"], strict=True) if pair == (y, role)) for role in "wau"]
        for y in (0, 1)
    ]
    assert found.chi_square.statistic == pytest.approx(chi_square(table).statistic)


def test_jackknife():
    _, expected, tolerance = case("clustered_jackknife_JKn")
    data, _ = clustered()
    satisfied = column(data, "y")
    found = jackknife(designs()["clustered_noFPC"], lambda w: float(w @ satisfied / w.sum()))
    assert found.value == pytest.approx(expected["p"], abs=tolerance)
    assert found.standard_error == pytest.approx(expected["se"], abs=tolerance)


def test_jackknife_of_a_mean_is_the_usual_error():
    values = np.array([3.0, 5.0, 4.0, 8.0, 1.0])
    found = jackknife(Design.of(5), lambda w: float(w @ values / w.sum()))
    assert found.standard_error == pytest.approx(mean(Design.of(5), values).standard_error)


def test_jackknife_without_anything_to_drop():
    assert np.isnan(jackknife(Design.of(2, strata=["a", "b"]), lambda w: float(w.sum())).standard_error)
