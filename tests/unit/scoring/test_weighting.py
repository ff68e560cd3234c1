"""Weights meet their margins, say what they cost, and refuse thin categories."""

from dataclasses import replace

import numpy as np
import pytest

from survey_app.scoring.design import Design, mean
from survey_app.scoring.replicates import jackknife
from survey_app.scoring.weighting import (
    Margin,
    NotConverging,
    SparseCategory,
    equal_weights,
    headcount_weights,
    kish_factor,
    post_stratify,
    rake,
)
from tests.unit.scoring.reference_cases import case


def sample():
    """Expand the raking table into respondents: size, function, satisfied."""
    inputs, _, _ = case("raking_3x3")
    counts = inputs["sample_counts"]
    sizes, functions, satisfied = [], [], []
    for i, size in enumerate(counts["rows"]):
        for j, function in enumerate(counts["cols"]):
            n, x = int(counts["n"][i][j]), inputs["satisfied"][i][j]
            sizes += [size] * n
            functions += [function] * n
            satisfied += [1.0] * x + [0.0] * (n - x)
    return sizes, functions, np.array(satisfied)


def margins(sizes, functions):
    inputs, _, _ = case("raking_3x3")
    return [Margin(sizes, inputs["row_margins"]), Margin(functions, inputs["col_margins"])]


def test_raking():
    inputs, expected, tolerance = case("raking_3x3")
    sizes, functions, satisfied = sample()
    plain = Design.of(len(sizes))
    raked = rake(plain, margins(sizes, functions))
    weights = raked.design.weights
    for i, size in enumerate(inputs["sample_counts"]["rows"]):
        for j, function in enumerate(inputs["sample_counts"]["cols"]):
            cell = weights[[pair == (size, function) for pair in zip(sizes, functions, strict=True)]]
            assert cell.sum() == pytest.approx(expected["raked_table"][i][j], abs=tolerance)
            assert cell[0] == pytest.approx(expected["weights_per_respondent"][i][j], abs=tolerance)
    rate = mean(raked.design, satisfied)
    assert rate.value == pytest.approx(expected["raked_satisfaction_rate"], abs=tolerance)
    assert rate.standard_error == pytest.approx(expected["se"], abs=tolerance)
    assert raked.kish == pytest.approx(expected["kish_deff_weights"], abs=tolerance)
    assert weights.min() == pytest.approx(expected["weight_min"], abs=tolerance)
    assert weights.max() == pytest.approx(expected["weight_max"], abs=tolerance)
    unweighted = mean(plain, satisfied)
    assert unweighted.value == pytest.approx(expected["unweighted_rate"], abs=tolerance)
    assert unweighted.standard_error == pytest.approx(expected["se_unweighted"], abs=tolerance)
    assert raked.trimmed == 0


def test_post_stratification():
    inputs, expected, tolerance = case("poststratification_by_size")
    sizes, _, satisfied = sample()
    found = post_stratify(Design.of(len(sizes)), sizes, inputs["N"])
    rate = mean(found.design, satisfied)
    assert rate.value == pytest.approx(expected["p"], abs=tolerance)
    assert rate.standard_error == pytest.approx(expected["se"], abs=tolerance)
    assert found.design.weights.sum() == pytest.approx(1500)


def test_what_the_margins_fix_has_no_sampling_error():
    sizes, functions, _ = sample()
    plain = Design.of(len(sizes))
    large = np.array([float(size == "L") for size in sizes])
    assert mean(plain, large).standard_error > 0.03
    for found in (
        rake(plain, margins(sizes, functions)),
        post_stratify(plain, sizes, case("poststratification_by_size")[0]["N"]),
    ):
        share = mean(found.design, large)
        assert share.value == pytest.approx(900 / 1500)
        assert share.standard_error == pytest.approx(0, abs=1e-12)


def test_error_of_weights_under_clusters_is_near_the_jackknife():
    sizes, _, satisfied = sample()
    population = case("poststratification_by_size")[0]["N"]
    design = Design.of(len(sizes), clusters=[i % 30 for i in range(len(sizes))])

    def rate_of(weights):
        return mean(
            post_stratify(replace(design, weights=weights), sizes, population, least=0).design, satisfied
        ).value

    found = mean(post_stratify(design, sizes, population).design, satisfied)
    assert found.standard_error == pytest.approx(jackknife(design, rate_of).standard_error, rel=0.1)


def test_trimmed_weights_keep_the_margins_and_the_limit():
    sizes, functions, _ = sample()
    free = rake(Design.of(len(sizes)), margins(sizes, functions))
    tight = rake(Design.of(len(sizes)), margins(sizes, functions), limit=2.2)
    weights = tight.design.weights
    assert weights.min() >= weights.mean() / 2.2 * (1 - 1e-9) > free.design.weights.min()
    assert weights.max() <= 2.2 * weights.mean() * (1 + 1e-9)
    assert tight.trimmed > 0
    assert weights[[size == "L" for size in sizes]].sum() == pytest.approx(900)
    with pytest.raises(NotConverging, match="no weights"):
        rake(Design.of(len(sizes)), margins(sizes, functions), limit=1.1)


def test_thin_categories_are_named():
    with pytest.raises(SparseCategory) as caught:
        post_stratify(Design.of(9), ["a"] * 5 + ["b"] * 4, {"a": 50, "b": 50, "c": 10, "empty": 0})
    assert caught.value.categories == ("b", "c")
    with pytest.raises(SparseCategory):
        rake(Design.of(9), [Margin(["a"] * 5 + ["b"] * 4, {"a": 50, "b": 50})])


def test_margins_that_contradict_each_other():
    groups = ["a", "b"] * 5
    with pytest.raises(NotConverging, match="one total"):
        rake(Design.of(10), [Margin(groups, {"a": 5, "b": 5}), Margin(groups, {"a": 50, "b": 5})])


def test_teams_made_equal_and_headcounts():
    groups = ["T1"] * 3 + ["T2"]
    assert equal_weights(groups).tolist() == pytest.approx([1 / 3] * 3 + [1])
    assert headcount_weights(groups, {"T1": 60, "T2": 40}).tolist() == [20, 20, 20, 40]


def test_kish_factor_of_equal_weights_is_one():
    assert kish_factor([7, 7, 7]) == 1
    with pytest.raises(ValueError, match="positive"):
        kish_factor([0, 0])
