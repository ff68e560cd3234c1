"""Items: do they measure one thing, and which of them move the overall verdict."""

import numpy as np
import pytest

from survey_app.scoring.drivers import (
    MOST_ITEMS,
    Moments,
    NotEnoughData,
    Quadrant,
    drivers,
    importance,
    quadrants,
    ranks,
)
from survey_app.scoring.reliability import alpha_of, cronbach
from tests.unit.scoring.reference_cases import case


def test_cronbach():
    inputs, expected, tolerance = case("cronbach_alpha_8x4")
    found = cronbach(inputs["items"])
    assert found.alpha == pytest.approx(expected["alpha"], abs=tolerance)
    assert found.standardised == pytest.approx(expected["alpha_standardised"], abs=tolerance)
    assert found.if_dropped == pytest.approx(expected["alpha_if_dropped"], abs=tolerance)
    assert found.item_rest == pytest.approx(expected["corrected_item_total_r"], abs=tolerance)
    limits = found.interval.low, found.interval.high
    assert limits == pytest.approx(expected["feldt_ci95"], abs=tolerance)
    assert limits == pytest.approx(expected["feldt_ci95_pingouin_rounded"], abs=5e-4)
    assert found.respondents == 8


def test_incomplete_answers_are_left_out():
    items = [*case("cronbach_alpha_8x4")[0]["items"], [5, float("nan"), 4, 4]]
    assert cronbach(items) == cronbach(items[:-1])


@pytest.mark.parametrize("items", [[], [[1], [2]], [[1, 2]], [[3, 4], [3, 4]], [[1, 2], [2, 1]]])
def test_reliability_that_is_not_defined(items):
    assert cronbach(items) is None


def test_item_that_nobody_answers_differently():
    found = cronbach([[5, 5, 1], [5, 4, 2], [5, 3, 2], [5, 1, 5]])
    assert found.item_rest[0] is None
    assert found.standardised is None
    assert cronbach([[5, 4], [3, 2], [1, 2]]).if_dropped == (None, None)


def reference_drivers():
    inputs, expected, tolerance = case("key_driver_analysis")
    table = np.array(inputs["data"])
    return drivers(table[:, :-1], table[:, -1]), expected, tolerance


def test_key_drivers():
    found, expected, tolerance = reference_drivers()
    for values, key in (
        (found.pearson, "pearson"),
        (found.spearman, "spearman"),
        (found.standardised, "std_beta"),
        (found.shares, "relimp_lmg"),
        (found.percentages, "relimp_perc"),
        (found.performance, "mean_performance"),
    ):
        assert values.tolist() == pytest.approx(expected[key], abs=tolerance), key
    assert found.r_squared == pytest.approx(expected["r2"], abs=tolerance)
    assert found.shares.sum() == pytest.approx(found.r_squared)


def test_importance_performance_map():
    found, _, _ = reference_drivers()
    assert quadrants(found.shares, found.performance) == (
        Quadrant.KEEP_UP,
        Quadrant.IMPROVE,
        Quadrant.LOW_PRIORITY,
    )
    assert quadrants(np.array([0.1, 0.9]), np.array([90.0, 60.0]))[0] is Quadrant.POSSIBLE_OVERKILL


def test_one_driver_explains_its_square():
    found = drivers([[1], [2], [3], [5]], [2, 1, 4, 5])
    assert found.shares.tolist() == pytest.approx((found.pearson**2).tolist())


def test_incomplete_rows_are_left_out_of_drivers():
    items, overall = [[1, 4], [2, 2], [3, 5], [5, 1], [4, 4], [np.nan, 3]], [2, 1, 4, 5, 4, 1]
    assert drivers(items, overall).respondents == 5


@pytest.mark.parametrize(
    ("items", "overall"),
    [
        ([[1], [2]], [1, 2]),
        ([[1], [1], [1]], [1, 2, 3]),
        ([[1], [2], [4]], [3, 3, 3]),
        ([[1, 2], [2, 4], [4, 8], [3, 6]], [1, 2, 3, 5]),
        (np.arange(40 * (MOST_ITEMS + 1)).reshape(40, -1) ** 2 % 97, np.arange(40)),
        (np.empty((40, 0)), np.arange(40)),
    ],
)
def test_drivers_that_are_not_defined(items, overall):
    with pytest.raises(NotEnoughData):
        drivers(items, overall)


def test_ranks_share_ties():
    assert ranks([10, 20, 10, 30]).tolist() == [1.5, 3, 1.5, 4]


def test_moments_give_what_the_answers_give() -> None:
    draw = np.random.default_rng(7)
    base = draw.normal(size=(200, 1))
    answers = np.round(3 + base + draw.normal(size=(200, 4)))
    overall = np.round(3 + answers.mean(axis=1) + draw.normal(size=200))
    table = np.column_stack([answers, overall])
    moments = Moments(200, table.mean(axis=0), np.cov(table, rowvar=False))
    known, found = drivers(answers, overall), importance(moments)
    assert found.shares == pytest.approx(known.shares)
    assert found.pearson == pytest.approx(known.pearson)
    assert found.r_squared == pytest.approx(known.r_squared)
    whole, short = cronbach(answers), alpha_of(moments.covariance[:-1, :-1], 200)
    assert whole is not None
    assert short is not None
    assert short[0] == pytest.approx(whole.alpha)
    assert short[1] == whole.interval or short[1].low == pytest.approx(whole.interval.low)
    with pytest.raises(NotEnoughData):
        importance(Moments(3, np.zeros(3), np.zeros((3, 3))))


def test_correlations_that_contradict_one_another_have_no_importance() -> None:
    agreeing = np.array([[1, 0.9, 0.7], [0.9, 1, 0.9], [0.7, 0.9, 1]])
    assert importance(Moments(500, np.zeros(3), agreeing)).shares.min() > 0
    with pytest.raises(NotEnoughData, match="contradict"):
        importance(Moments(500, np.zeros(3), np.where(agreeing == 0.7, -0.7, agreeing)))
