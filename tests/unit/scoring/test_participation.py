"""Response rates where there was a list, and the floor below which a vote is no result."""

from fractions import Fraction

import pytest

from survey_app.scoring.participation import FLOORS, Dispositions, meets
from tests.unit.scoring.reference_cases import case


def test_aapor_rates():
    inputs, expected, tolerance = case("aapor_response_rates")
    found = Dispositions(
        complete=inputs["I"],
        partial=inputs["P"],
        refused=inputs["R"],
        not_contacted=inputs["NC"],
        other=inputs["O"],
        unknown_household=inputs["UH"],
        unknown_other=inputs["UO"],
        eligible_share=Fraction(str(inputs["e"])),
    )
    for number in range(1, 7):
        rate = found.response_rate(number)
        assert float(rate) == pytest.approx(expected[f"RR{number}"], abs=tolerance)


def test_nobody_eligible_has_no_rate():
    assert Dispositions(complete=0, unknown_other=3).response_rate(5) is None


def test_impossible_dispositions_are_refused():
    with pytest.raises(ValueError, match="negative"):
        Dispositions(complete=-1, partial=2)
    with pytest.raises(ValueError, match="share"):
        Dispositions(complete=1, eligible_share=Fraction(3, 2))
    with pytest.raises(ValueError, match="numbered"):
        Dispositions(complete=1).response_rate(7)


@pytest.mark.parametrize(
    ("returned", "frontline", "met"),
    [(30, 18, True), (29, 29, False), (30, 17, False), (30, None, False), (0, 0, False)],
)
def test_floor_of_members_and_front_line(returned, frontline, met):
    assert meets(FLOORS[0], returned=returned, members=100, frontline=frontline) is met


def test_floor_of_sealed_envelopes():
    assert meets(FLOORS[1], returned=60, members=100)
    assert not meets(FLOORS[1], returned=59, members=100)
    assert not meets(FLOORS[1], returned=5, members=0)
