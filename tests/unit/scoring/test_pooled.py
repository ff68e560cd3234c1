"""Pooled items: sums over ballots, errors over people and enterprises."""

import pytest

from survey_app.scoring import rules
from survey_app.scoring.pooled import pooled_rate, pooled_ratio
from tests.unit.scoring.figures import AS_OF
from tests.unit.scoring.reference_cases import case

NAME = "pooled_items_rate_各项工作"


def figure(satisfied, valid, clusters=None, **others):
    return pooled_rate(satisfied, valid, clusters, rule=rules.SATISFACTION_RATE, as_of=AS_OF, **others)


def test_errors_by_enterprise_and_by_respondent():
    inputs, expected, tolerance = case(NAME)
    by_enterprise = pooled_ratio(inputs["s"], inputs["v"], inputs["enterprise"])
    by_respondent = pooled_ratio(inputs["s"], inputs["v"])
    assert by_enterprise.value == pytest.approx(expected["rate"], abs=tolerance)
    assert by_enterprise.standard_error == pytest.approx(expected["se_cluster_enterprise"], abs=tolerance)
    assert by_respondent.standard_error == pytest.approx(expected["se_cluster_respondent"], abs=tolerance)
    assert by_enterprise.df == expected["df_enterprise"]
    # As if every item were a person of its own: p(1-p)/n, which is printed nowhere.
    p, n = by_enterprise.value, sum(inputs["v"])
    wrong = (p * (1 - p) / n) ** 0.5
    assert wrong == pytest.approx(expected["se_wrong_items_as_independent"], abs=tolerance)
    assert by_respondent.standard_error > wrong


def test_figure_counts_items_and_says_how_many_people():
    inputs, expected, tolerance = case(NAME)
    found = figure(inputs["s"], inputs["v"], inputs["enterprise"], issued=20)
    assert (found.x, found.n, found.respondents, found.clusters) == (61, 68, 12, 4)
    assert float(found.rate) == pytest.approx(expected["rate"], abs=tolerance)
    assert found.interval.low < float(found.rate) < found.interval.high
    assert found.interval.standard_error == pytest.approx(expected["se_cluster_enterprise"], abs=tolerance)
    assert (found.interval.df, found.metric) == (3, "satisfaction_rate_pooled")
    assert (found.issued, found.returned) == (20, 12)


def test_threshold_counts_people_not_items():
    assert figure([6, 6, 6, 6], [6, 6, 6, 6]).withheld is not None
    assert figure([6, 6, 6, 6], [6, 6, 6, 6]).respondents is None
    assert figure([], []).withheld is not None
    assert figure([1] * 5, [1] * 5).withheld is None


def test_respondents_without_a_rating_are_blank():
    found = figure([5, 6, 6, 6, 6, 0], [6, 6, 6, 6, 6, 0])
    assert (found.respondents, found.returned, found.blank, found.base_text) == (5, 6, 1, "29/30")


def test_unanimity_keeps_an_interval_as_wide_as_the_people_ask():
    found = figure([6] * 20, [6] * 20, ["E1"] * 10 + ["E2"] * 10)
    assert found.interval.high == 1
    assert found.interval.low == pytest.approx(0.8389, abs=1e-4)


def test_one_enterprise_has_no_spread_between_enterprises():
    found = figure([6, 3] * 6, [6, 6] * 6, ["E1"] * 12)
    assert found.interval.low < 0.75 < found.interval.high
    assert found.interval.method == "wilson"


def test_census_of_pooled_items():
    assert figure([6] * 9, [6] * 9, headcount=9).census


def test_nothing_valid_is_refused():
    with pytest.raises(ValueError, match="empty"):
        pooled_ratio([0], [0])
