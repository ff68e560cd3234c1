"""Complex samples against R survey and svy: strata, clusters, finite populations, domains."""

import numpy as np
import pytest

from survey_app.scoring import rules
from survey_app.scoring.comparison import two_sided_t
from survey_app.scoring.design import Design, ImpossibleDesign, domain_means, mean, places, ratio, total
from survey_app.scoring.design_intervals import (
    adjusted_effective_n,
    design_interval,
    effective_n,
    effective_wilson,
    korn_graubard,
    logit_t,
    mean_t,
    weighted_rate,
)
from survey_app.scoring.measure import rate
from tests.unit.scoring.figures import AS_OF, S5, ballots
from tests.unit.scoring.reference_cases import case


def column(data, name):
    return np.array(data[name], dtype=np.float64)


def clustered():
    """Return the columns of the clustered dataset and its weights."""
    data = case("cluster_dataset")[0]["data"]
    drawn = 4
    weights = column(data, "enterprises_in_stratum") / drawn * column(data, "headcount") / column(data, "m")
    return data, weights


def designs():
    data, weights = clustered()
    size = len(weights)
    whole = {"weights": weights, "strata": data["stratum"], "clusters": data["enterprise"]}
    return {
        "clustered_noFPC": Design.of(size, **whole),
        "clustered_FPC1": Design.of(size, **whole, cluster_population=data["enterprises_in_stratum"]),
        "clustered_unw": Design.of(size, clusters=data["enterprise"]),
        "clustered_indep": Design.of(size),
    }


def limits(interval):
    return interval.low, interval.high


def assert_rate_and_score(data, design, expected, tolerance, *, deff, without_replacement=False):
    rated = mean(design, column(data, "y"), without_replacement=without_replacement)
    score = mean(design, column(data, "score"))
    assert rated.value == pytest.approx(expected["p"], abs=tolerance)
    assert rated.standard_error == pytest.approx(expected["se_p"], abs=tolerance)
    assert score.value == pytest.approx(expected["mean_score"], abs=tolerance)
    assert score.standard_error == pytest.approx(expected["se_mean_score"], abs=tolerance)
    assert rated.df == expected["df"]
    assert rated.design_effect == pytest.approx(expected[deff], abs=tolerance)
    assert limits(mean_t(rated)) == pytest.approx(expected["ci_t"], abs=tolerance)
    assert limits(logit_t(rated)) == pytest.approx(expected["ci_logit_t"], abs=tolerance)
    return rated


@pytest.mark.parametrize("name", designs())
def test_clustered_designs(name):
    _, expected, tolerance = case(name)
    data, _ = clustered()
    design = designs()[name]
    rated = assert_rate_and_score(data, design, expected, tolerance, deff="deff_vs_srs_with_replacement")
    assert limits(korn_graubard(rated, design.size)) == pytest.approx(expected["ci_beta_R"], abs=tolerance)


def test_effective_numbers_and_other_intervals():
    _, expected, tolerance = case("clustered_noFPC")
    data, _ = clustered()
    design = designs()["clustered_noFPC"]
    rated = mean(design, column(data, "y"))
    n = design.size
    assert effective_n(rated.value, rated.standard_error) == pytest.approx(expected["n_eff"], abs=tolerance)
    found = adjusted_effective_n(rated.value, rated.standard_error, n, rated.df)
    assert found == pytest.approx(expected["n_eff_df_adjusted"], abs=tolerance)
    for key, interval in {
        "ci_svy_korn_graubard": korn_graubard(rated, n),
        "ci_svy_wilson": effective_wilson(rated, n),
        "ci_svy_logit": logit_t(rated),
    }.items():
        assert limits(interval) == pytest.approx(expected[key], abs=tolerance)


def test_dataset_is_the_one_described():
    _, expected, tolerance = case("cluster_dataset")
    data, weights = clustered()
    assert len(weights) == expected["n"]
    assert sum(data["y"]) == expected["satisfied"]
    assert weights.sum() == pytest.approx(expected["sum_w"], abs=tolerance)


@pytest.mark.parametrize("with_population", [True, False])
def test_stratified_samples(with_population):
    inputs, expected, tolerance = case(f"stratified_srs_fpc_{with_population}")
    data = inputs["data"]
    design = Design.of(
        len(data["y"]),
        weights=column(data, "N") / column(data, "n"),
        strata=data["stratum"],
        cluster_population=data["N"] if with_population else None,
    )
    assert_rate_and_score(data, design, expected, tolerance, deff="deff_srswor", without_replacement=True)
    satisfied = total(design, column(data, "y"))
    assert satisfied.value == pytest.approx(expected["estimated_total_satisfied"], abs=tolerance)
    assert satisfied.standard_error == pytest.approx(expected["se_total"], abs=tolerance)


def test_finite_population_of_one_enterprise():
    inputs, expected, tolerance = case("fpc_srs_proportion_N60_n48_x47")
    x, n, population = inputs["x"], inputs["n"], inputs["N"]
    values = np.array([1.0] * x + [0.0] * (n - x))
    rated = mean(Design.of(n, cluster_population=[population] * n), values)
    assert rated.standard_error == pytest.approx(expected["se_fpc"], abs=tolerance)
    assert rated.df == inputs["df"]
    assert limits(logit_t(rated)) == pytest.approx(expected["ci_logit_t"], abs=tolerance)
    assert limits(mean_t(rated)) == pytest.approx(expected["ci_mean_t"], abs=tolerance)
    found = limits(korn_graubard(rated, n))
    assert found == pytest.approx(expected["ci_beta_korn_graubard_R"], abs=tolerance)


def teams():
    data, _ = clustered()
    return data, domain_means(designs()["clustered_noFPC"], column(data, "y"), data["team"])


def test_domains_keep_the_whole_design():
    _, expected, tolerance = case("clustered_team_domains")
    data, found = teams()
    for place, team in enumerate(dict.fromkeys(data["team"])):
        assert found.values[place] == pytest.approx(expected[team]["p"], abs=tolerance)
        assert found.standard_errors[place] == pytest.approx(expected[team]["se"], abs=tolerance)


def test_unanimous_team_gets_an_interval_with_width():
    _, found = teams()
    unanimous = found.contrast((0, 1, 0, 0))
    interval = design_interval(unanimous, 11)
    assert (interval.high, interval.method) == (1, "wilson")
    assert interval.low < 0.8


def test_contrast_of_two_teams():
    _, expected, tolerance = case("clustered_contrast_T1_minus_T3")
    _, found = teams()
    difference = found.contrast((1, 0, -1, 0))
    assert difference.value == pytest.approx(expected["diff"], abs=tolerance)
    assert difference.standard_error == pytest.approx(expected["se"], abs=tolerance)
    assert difference.t == pytest.approx(expected["t"], abs=tolerance)
    assert difference.df == expected["df"]
    p = two_sided_t(difference.t, difference.df)
    assert p == pytest.approx(expected["p_two_sided"], abs=tolerance)


def test_stratum_with_one_cluster_still_adds_error():
    values = np.array([1, 0, 1, 1, 0, 0, 1, 1], dtype=np.float64)
    paired = Design.of(8, strata=list("aaaabbbb"), clusters=[1, 1, 2, 2, 3, 3, 4, 4])
    lonely = Design.of(8, strata=list("aaaabbbb"), clusters=[1, 1, 2, 2, 3, 3, 3, 3])
    assert lonely.df == paired.df - 1
    assert mean(lonely, values).standard_error > 0
    alone = Design.of(2, strata=["a", "b"], clusters=[1, 2])
    assert mean(alone, np.array([1.0, 0.0])).standard_error > 0
    certain = Design.of(3, strata=["a", "b", "b"], cluster_population=[1, 9, 9])
    apart = Design.of(3, strata=["a", "b", "b"])
    values = np.array([0.0, 1.0, 0.0])
    assert 0 < mean(certain, values).standard_error < mean(apart, values).standard_error


def test_clusters_that_do_not_differ_leave_the_interval_of_the_respondents():
    values = np.array([1.0, 0.0] * 6)
    alike = mean(Design.of(12, clusters=[i // 2 for i in range(12)]), values)
    assert alike.standard_error == 0
    interval = design_interval(alike, 12)
    assert interval.low < 0.3
    assert interval.high > 0.7


def test_lonely_cluster_is_compared_with_the_mean_of_all():
    values = np.array([1.0, 1.0, 0.0, 0.0, 1.0])
    design = Design.of(5, strata=list("aabbc"))
    influences = (values - 0.6) / 5
    deviations = np.array([0, 0, 0, 0, influences[4] - influences.mean()])
    assert mean(design, values).standard_error == pytest.approx(np.sqrt((deviations**2).sum()))


def test_one_cluster_says_nothing_of_its_error():
    values = np.array([1.0, 0.0, 1.0])
    alone = mean(Design.of(3, clusters=["E1"] * 3), values)
    assert np.isnan(alone.standard_error)
    assert np.isnan(alone.t)
    assert design_interval(alone, 3).method == "clopper_pearson"


def test_full_census_of_clusters_has_no_error():
    values = np.array([1.0, 0.0, 1.0, 1.0])
    everyone = Design.of(4, cluster_population=[4] * 4)
    assert mean(everyone, values).standard_error == 0


@pytest.mark.parametrize(
    "description",
    [
        {"weights": [1, 1]},
        {"weights": [1, 1, -1]},
        {"weights": [0, 0, 0]},
        {"cluster_population": [2, 2, 2]},
        {"cluster_population": [5, 5, 6]},
    ],
)
def test_impossible_designs_are_refused(description):
    with pytest.raises(ImpossibleDesign):
        Design.of(3, **description)


def test_same_name_in_two_strata_is_two_clusters():
    assert Design.of(4, strata=[1, 1, 2, 2], clusters=["A", "B", "A", "B"]).df == 2
    assert places(["b", "a", "b"])[0].tolist() == [0, 1, 0]


def test_empty_denominator_is_refused():
    with pytest.raises(ValueError, match="empty"):
        ratio(Design.of(2), np.zeros(2), np.zeros(2))


def weighted(weights, weighting=""):
    figure = rate(ballots(8, 4), S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    satisfied = [True] * 8 + [False] * 4
    design = Design.of(12, weights=weights, clusters=[1, 1, 2, 2, 3, 3] * 2)
    return figure, weighted_rate(figure, design, satisfied, weighting=weighting)


def test_rate_of_several_enterprises_keeps_its_value_and_gets_the_error_of_clusters():
    simple, found = weighted(None)
    assert found.percent_text == simple.percent_text == "66.7%"
    assert found.clusters == 3
    assert found.interval.df == 2
    assert found.interval.design_effect is not None
    assert found.interval.low < 2 / 3 < found.interval.high


def test_weighted_rate_prints_its_weighted_value():
    _, found = weighted([2.0] * 8 + [1.0] * 4, "headcount")
    assert (found.percent_text, found.base_text, found.weighting) == ("80.0%", "8/12", "headcount")
    assert found.value == pytest.approx(0.8)


def test_weights_belong_to_the_ballots_of_the_figure():
    figure = rate(ballots(8, 4), S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    with pytest.raises(ValueError, match="not the ballots"):
        weighted_rate(figure, Design.of(11), [True] * 8 + [False] * 3)
    small = rate(ballots(3, 1), S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    assert weighted_rate(small, Design.of(4), [True] * 3 + [False]).withheld is not None
