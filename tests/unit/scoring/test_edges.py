"""Where a statistic is not defined it says so, and never gives nan, a warning, or another kind of error."""

import numpy as np
import pytest

from survey_app.scoring.design import Design, Estimate
from survey_app.scoring.design_intervals import (
    adjusted_effective_n,
    design_interval,
    effective_n,
    effective_wilson,
    korn_graubard,
    logit_t,
)
from survey_app.scoring.rounding import grim_counts
from survey_app.scoring.tables import Outcome, cramers_v, rao_scott, trend
from survey_app.scoring.weighting import Margin, NotConverging, post_stratify, rake

ENDS = [Estimate(0.0, 0.0, 5), Estimate(1.0, 0.0, 5), Estimate(0.5, 0.0, 5), Estimate(0.5, float("nan"), 0)]


@pytest.mark.parametrize("found", ENDS, ids=str)
def test_intervals_need_a_spread(found: Estimate) -> None:
    with pytest.raises(ValueError, match="standard error"):
        logit_t(found)
    for interval in (korn_graubard, effective_wilson):
        with pytest.raises(ValueError, match=r"standard error|degree of freedom"):
            interval(found, 20)
    with pytest.raises(ValueError, match="standard error"):
        effective_n(found.value, found.standard_error)
    # What is printed falls back on the respondents.
    kept = design_interval(found, 20)
    assert kept is not None
    assert 0 <= kept.low <= found.value <= kept.high <= 1


@pytest.mark.parametrize(("n", "df"), [(1, 3), (20, 0)])
def test_an_effective_size_needs_degrees_of_freedom(n: int, df: int) -> None:
    with pytest.raises(ValueError, match="degree of freedom"):
        adjusted_effective_n(0.5, 0.1, n, df)


@pytest.mark.parametrize(
    ("x", "n", "scores"),
    [([3], [5], None), ([3, 4], [5, 6], [1, 1]), ([3, 0], [5, 0], None), ([0, 0], [0, 0], None)],
)
def test_a_trend_needs_two_places(x: list[int], n: list[int], scores: list[int] | None) -> None:
    with pytest.raises(ValueError, match="two places"):
        trend(x, n, scores)


@pytest.mark.parametrize("table", [[[3, 4]], [[3], [4]], [[3, 4], [0, 0]]])
def test_an_association_needs_two_lines(table: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="two rows and two columns"):
        cramers_v(Outcome(0.0, 1, 1.0), table)


def test_an_association_in_one_cluster_is_not_known() -> None:
    design = Design.of(4, clusters=["a"] * 4)
    with pytest.raises(ValueError, match="two clusters"):
        rao_scott(design, [1, 1, 2, 2], [1, 2, 1, 2])


SIZES = ["L"] * 6 + ["M"] * 6 + ["S"] * 6


def test_whoever_nobody_in_the_population_is_like_weighs_nothing() -> None:
    margin = Margin(SIZES, {"L": 60.0, "M": 40.0, "S": 0.0})
    for limit in (None, 5.0):
        raked = rake(Design.of(18), [margin], limit=limit)
        assert raked.design.weights.tolist() == pytest.approx([10.0] * 6 + [40 / 6] * 6 + [0.0] * 6)
    by_one = post_stratify(Design.of(18), SIZES, margin.population)
    assert raked.design.weights == pytest.approx(by_one.design.weights)
    assert raked.kish == pytest.approx(by_one.kish)


def test_margins_that_leave_nobody_contradict_each_other() -> None:
    margins = [
        Margin(SIZES, {"L": 60.0, "M": 40.0, "S": 0.0}),
        Margin(["a"] * 12 + ["b"] * 6, {"a": 50.0, "b": 50.0}),
    ]
    with pytest.raises(NotConverging):
        rake(Design.of(18), margins)


def test_margins_are_there_and_hold_people() -> None:
    with pytest.raises(ValueError, match="at least one margin"):
        rake(Design.of(18), [])
    wrong = {"L": 60.0, "M": 50.0, "S": -10.0}
    with pytest.raises(ValueError, match="below 0"):
        rake(Design.of(18), [Margin(SIZES, wrong)])
    with pytest.raises(ValueError, match="below 0"):
        post_stratify(Design.of(18), SIZES, {**wrong, "S": float("nan")})


@pytest.mark.parametrize("reported", ["nan", "inf", "-Infinity", "abc", ""])
def test_a_rate_to_check_is_a_number(reported: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        grim_counts(reported, 10)


def test_nothing_warns() -> None:
    """Warnings are errors in all tests; this says it of numpy's own switch, too."""
    with np.errstate(all="raise"):
        rake(Design.of(18), [Margin(SIZES, {"L": 60.0, "M": 40.0, "S": 0.0})], limit=5.0)
        trend([3, 4], [5, 6])
