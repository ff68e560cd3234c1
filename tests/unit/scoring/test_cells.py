"""Rates from cells are those of the single ballots; the published raking and post-stratification come out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.scoring.cells import Cells, calibrated_rate, cluster_rate, weighted_bounds
from survey_app.scoring.design import Design, mean
from survey_app.scoring.weighting import Margin, NotConverging, SparseCategory, kish_factor, rake
from tests.unit.scoring.reference_cases import case


def table():
    """The raking table as cells: cells, and the category of each in both margins."""
    inputs, _, _ = case("raking_3x3")
    counts = inputs["sample_counts"]
    x, n, sizes, functions = [], [], [], []
    for i, size in enumerate(counts["rows"]):
        for j, function in enumerate(counts["cols"]):
            x.append(float(inputs["satisfied"][i][j]))
            n.append(float(counts["n"][i][j]))
            sizes.append(size)
            functions.append(function)
    return Cells(np.array(x), np.array(n)), sizes, functions


def test_raking():
    inputs, expected, tolerance = case("raking_3x3")
    cells, sizes, functions = table()
    found = calibrated_rate(cells, [Margin(sizes, inputs["row_margins"]), Margin(functions, inputs["col_margins"])])
    assert found.estimate.value == pytest.approx(expected["raked_satisfaction_rate"], abs=tolerance)
    assert found.estimate.standard_error == pytest.approx(expected["se"], abs=tolerance)
    assert found.kish == pytest.approx(expected["kish_deff_weights"], abs=tolerance)


def test_post_stratification():
    inputs, expected, tolerance = case("poststratification_by_size")
    cells, sizes, _ = table()
    found = calibrated_rate(cells, [Margin(sizes, inputs["N"])])
    assert found.estimate.value == pytest.approx(expected["p"], abs=tolerance)
    assert found.estimate.standard_error == pytest.approx(expected["se"], abs=tolerance)


counts = st.lists(st.tuples(st.integers(5, 30), st.integers(0, 30), st.floats(0.2, 5)), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(counts)
def test_clusters_are_those_of_single_ballots(rows):
    n = np.array([float(row[0]) for row in rows])
    x = np.minimum(n, [float(row[1]) for row in rows])
    weights = np.array([row[2] for row in rows])
    found = cluster_rate(Cells(x, n), weights)
    names = np.repeat(np.arange(len(rows)), n.astype(int))
    values = np.concatenate([np.repeat([1.0, 0.0], [int(a), int(b - a)]) for a, b in zip(x, n, strict=True)])
    each = mean(Design.of(len(names), weights=weights[names], clusters=names.tolist()), values)
    assert found.estimate.value == pytest.approx(each.value)
    assert found.estimate.standard_error == pytest.approx(each.standard_error, abs=1e-12)
    if 0 < each.value < 1:
        assert found.estimate.design_effect == pytest.approx(each.design_effect, rel=1e-6)
    assert found.kish == pytest.approx(kish_factor(weights[names]))


def test_trimming_counts_ballots_not_cells():
    inputs, _, _ = case("raking_3x3")
    cells, sizes, functions = table()
    margins = [Margin(sizes, inputs["row_margins"]), Margin(functions, inputs["col_margins"])]
    found = calibrated_rate(cells, margins, limit=2.2)
    many = cells.n.astype(int)
    spread = [Margin(np.repeat(m.categories, many).tolist(), m.population) for m in margins]
    each = rake(Design.of(int(many.sum())), spread, limit=2.2)
    values = np.concatenate(
        [np.repeat([1.0, 0.0], [int(a), int(b - a)]) for a, b in zip(cells.x, cells.n, strict=True)]
    )
    assert found.trimmed == each.trimmed > len(cells.n)
    assert found.estimate.value == pytest.approx(mean(each.design, values).value)
    assert found.estimate.standard_error == pytest.approx(mean(each.design, values).standard_error)


def test_clustering_inflates_what_answers_alone_say():
    inputs, _, _ = case("poststratification_by_size")
    cells, sizes, _ = table()
    clustered = cluster_rate(Cells(np.array([10.0, 40.0, 20.0]), np.array([40.0, 42.0, 41.0])))
    assert (clustered.estimate.design_effect or 0) > 2
    plain = calibrated_rate(cells, [Margin(sizes, inputs["N"])])
    found = calibrated_rate(cells, [Margin(sizes, inputs["N"])], clustering=clustered)
    assert found.estimate.value == plain.estimate.value
    factor = clustered.estimate.design_effect
    assert found.estimate.standard_error == pytest.approx(plain.estimate.standard_error * factor**0.5)
    assert found.estimate.df == 2


def test_what_cannot_be_weighted_is_refused():
    cells = Cells(np.array([3.0, 4.0]), np.array([4.0, 9.0]))
    with pytest.raises(SparseCategory):
        calibrated_rate(cells, [Margin(["a", "b"], {"a": 5, "b": 5})])
    big = Cells(np.array([3.0, 4.0]), np.array([40.0, 90.0]))
    with pytest.raises(NotConverging):
        calibrated_rate(big, [Margin(["a", "b"], {"a": 5, "b": 5}), Margin(["a", "a"], {"a": 12})])
    with pytest.raises(ValueError, match="empty"):
        Cells(np.array([0.0]), np.array([0.0]))


@given(st.data())
def test_bounds_of_a_weighted_rate_hold_whatever_the_cells_are(data: st.DataObject) -> None:
    many = data.draw(st.integers(1, 5))
    sizes = np.array(data.draw(st.lists(st.integers(1, 60), min_size=many, max_size=many)))
    weights = np.array(data.draw(st.lists(st.floats(0.2, 5), min_size=many, max_size=many)))
    least = np.array([data.draw(st.integers(0, int(size))) for size in sizes])
    most = np.array([data.draw(st.integers(int(low), int(size))) for low, size in zip(least, sizes, strict=True)])
    true = np.array([data.draw(st.integers(int(low), int(high))) for low, high in zip(least, most, strict=True)])
    left_out = data.draw(st.integers(0, 9))
    misses = int((sizes - true).sum()) + data.draw(st.integers(0, left_out))
    low, high = weighted_bounds(
        weights, least.astype(float), most.astype(float), sizes.astype(float), misses=misses, left_out=left_out
    )
    rate = float((weights * true).sum() / (weights * sizes).sum())
    assert low - 1e-9 <= rate <= high + 1e-9


def test_bounds_of_a_weighted_rate_are_reached() -> None:
    """Three dissatisfied in all: at worst all where weights are greatest, at best all where they are smallest."""
    weights, sizes = np.array([2.0, 1.0]), np.array([40.0, 60.0])
    low, high = weighted_bounds(weights, np.zeros(2), sizes, sizes, misses=3, left_out=0)
    assert (low, high) == (pytest.approx(1 - 6 / 140), pytest.approx(1 - 3 / 140))
