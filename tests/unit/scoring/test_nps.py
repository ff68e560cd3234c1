"""Net promoter score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring.nps import Camps, camps, nps
from survey_app.scoring.rules import NPS, decode, encode
from tests.unit.scoring.figures import AS_OF
from tests.unit.scoring.reference_cases import case


def test_reference():
    inputs, expected, tolerance = case("nps_and_standard_error")
    found = Camps(inputs["promoters"], inputs["passives"], inputs["detractors"])
    interval = found.interval()
    assert float(found.value) == pytest.approx(expected["nps"], abs=tolerance)
    assert found.standard_error == pytest.approx(expected["se_multinomial_n"], abs=tolerance)
    assert interval.standard_error == pytest.approx(expected["se_n_minus_1"], abs=tolerance)
    assert (interval.low, interval.high) == pytest.approx(expected["ci95_t"], abs=tolerance)


def test_camps_by_answer():
    assert camps({0: 1, 6: 2, 7: 3, 8: 4, 9: 5, 10: 6}) == Camps(11, 7, 3)
    strict = decode({**encode(NPS), "promoters_from": 10, "detractors_to": 7})
    assert camps({0: 1, 6: 2, 7: 3, 8: 4, 9: 5, 10: 6}, strict) == Camps(6, 9, 6)


def test_figure():
    figure = nps({10: 62, 7: 25, 3: 13}, as_of=AS_OF, blank=4, issued=120)
    assert (figure.value_text, figure.base_text, figure.low_text, figure.high_text) == (
        "49.0",
        "100",
        "34.8",
        "63.2",
    )
    assert (figure.returned, figure.blank, figure.issued, figure.rate) == (104, 4, 120, None)


def test_figure_below_zero():
    assert nps({0: 8, 10: 1}, as_of=AS_OF).value_text == "−77.8"


def test_small_groups_are_withheld():
    assert nps({10: 4}, as_of=AS_OF).value_text == "—"
    assert nps({}, as_of=AS_OF).withheld is not None


def test_census():
    assert nps({10: 8, 3: 1}, as_of=AS_OF, blank=1, headcount=10).interval is None


def test_unanimity_has_an_interval_with_width():
    interval = nps({10: 9}, as_of=AS_OF).interval
    assert -100 < interval.low < interval.high == 100


def test_other_answers_are_refused():
    with pytest.raises(ValueError, match="0 to 10"):
        camps({11: 1})


@given(st.dictionaries(st.integers(0, 10), st.integers(1, 50), min_size=1))
def test_value_lies_in_range_and_interval(answers):
    found = camps(answers)
    interval = found.interval()
    assert found.n == sum(answers.values())
    assert -100 <= interval.low <= float(found.value) + 1e-9
    assert float(found.value) - 1e-9 <= interval.high <= 100
