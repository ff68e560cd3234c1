"""Response rates where there was a list, and the floor below which a vote is no result."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring.participation import (
    FLOORS,
    Dispositions,
    Floor,
    Frontline,
    Outcomes,
    Verdict,
    invited,
    judge,
    meets,
    worst,
)
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
    assert meets(FLOORS[0], returned=returned, members=100, frontline=_share(frontline, returned)) is met


def test_floor_of_sealed_envelopes():
    assert meets(FLOORS[1], returned=60, members=100)
    assert not meets(FLOORS[1], returned=59, members=100)
    assert not meets(FLOORS[1], returned=5, members=0)


def _share(x: int | None, n: int) -> Fraction | None:
    return None if x is None or not n else Fraction(x, n)


@pytest.mark.parametrize(
    ("returned", "headcount", "frontline", "verdict"),
    [
        (30, 100, Frontline(18, 30), Verdict.MET),
        (30, 100, Frontline(17, 30), Verdict.BELOW),
        (29, 100, Frontline(29, 29), Verdict.BELOW),
        (29, 100, None, Verdict.BELOW),
        (30, 100, None, Verdict.FRONTLINE_UNKNOWN),
        (30, None, Frontline(30, 30), Verdict.NO_HEADCOUNT),
        (30, 0, Frontline(30, 30), Verdict.NO_HEADCOUNT),
        (120, 100, Frontline(90, 120), Verdict.MET),
    ],
)
def test_a_place_is_judged_by_what_may_be_told(returned, headcount, frontline, verdict):
    found = judge(FLOORS[0], returned=returned, headcount=headcount, frontline=frontline)
    assert found.verdict is verdict
    assert found.is_compared is (verdict is Verdict.MET)


def test_a_floor_without_front_line_workers_does_not_look_at_them():
    found = judge(FLOORS[1], returned=60, headcount=100, frontline=Frontline(0, 60))
    assert found.verdict is Verdict.MET
    assert found.frontline is None


def test_of_several_floors_the_one_that_was_missed_decides():
    low, high = (judge(Floor(members=Fraction(share, 100)), returned=40, headcount=100) for share in (30, 60))
    assert worst([low, high]) is high
    assert worst(
        [low, judge(Floor(members=Fraction(35, 100)), returned=40, headcount=100)]
    ).floor.members == Fraction(35, 100)
    assert worst([]) is None


@given(st.integers(0, 300), st.integers(1, 300), st.integers(1, 100))
def test_the_verdict_is_exact(returned, headcount, percent):
    found = judge(Floor(members=Fraction(percent, 100)), returned=returned, headcount=headcount)
    assert found.is_compared is (100 * returned >= percent * headcount)


def test_codes_that_nobody_used_count_against_us_until_somebody_knows_better():
    found = invited(issued=100, complete=60, partial=5, outcomes=Outcomes())
    assert found.dispositions.other == 35
    assert [found.dispositions.response_rate(number) for number in range(1, 7)] == [
        Fraction(60, 100), Fraction(65, 100),
    ] * 3  # fmt: skip
    counted = Outcomes(not_contacted=10, refused=4, ineligible=6, unknown=5, eligible_share=Fraction(4, 5))
    found = invited(issued=100, complete=60, partial=5, outcomes=counted).dispositions
    assert (found.other, found.came_back + found.eligible_silent + found.unknown) == (10, 94)
    assert found.response_rate(3) == Fraction(60, 93)
    assert found.response_rate(6) == Fraction(65, 89)


def test_the_share_of_the_unknown_is_that_of_all_others_unless_somebody_says():
    found = invited(issued=100, complete=60, partial=0, outcomes=Outcomes(ineligible=18, unknown=10))
    assert found.dispositions.eligible_share == Fraction(72, 90)


def test_more_than_were_issued_gives_no_rate():
    assert invited(issued=10, complete=8, partial=0, outcomes=Outcomes(refused=3)).dispositions is None
    with pytest.raises(ValueError, match="negative"):
        Outcomes(refused=-1)


def test_counts_of_several_surveys_add_up():
    one = Outcomes(refused=2, unknown=30, eligible_share=Fraction(1, 2))
    other = Outcomes(not_contacted=1, unknown=10, eligible_share=Fraction(1, 10))
    assert one + other == Outcomes(refused=2, not_contacted=1, unknown=40, eligible_share=Fraction(4, 10))
    assert (one + Outcomes(unknown=1)).eligible_share is None
    assert (one + Outcomes()).eligible_share == Fraction(1, 2)
