"""How many people to ask."""

import pytest

from survey_app.scoring.intervals import z_value
from survey_app.scoring.sample_size import needed, to_invite
from tests.unit.scoring.reference_cases import case


def test_reference():
    inputs, expected, tolerance = case("sample_size_proportion")
    common = {"share": inputs["p"], "level": inputs["conf_level"]}
    for population, key in ((None, "n0"), (200, "n_N200"), (1000, "n_N1000")):
        found = needed(inputs["margin"], population=population, **common)
        assert found == pytest.approx(expected[key], abs=tolerance)
    for key, invited in expected["svy_integer"].items():
        given = dict(part.split("=") for part in key.split(","))
        population = None if given["N"] == "None" else int(given["N"])
        found = to_invite(
            inputs["margin"],
            population=population,
            design_effect=float(given["deff"]),
            response_rate=float(given["rr"]),
            **common,
        )
        assert found == invited, key


def test_needed_gives_the_margin_asked_for():
    n = needed(0.03, share=0.9)
    assert z_value(0.95) * (0.9 * 0.1 / n) ** 0.5 == pytest.approx(0.03)


def test_steps_that_come_out_even_are_not_rounded_up():
    # 1421 answers are 35 % of 4060, and 400 × 1.1 are 440; in binary both are a little more.
    assert to_invite(0.026) == 1421
    assert to_invite(0.026, response_rate=0.35) == 4060
    assert to_invite(0.049) == 400
    assert to_invite(0.049, design_effect=1.1) == 440


def test_never_more_than_everybody():
    assert to_invite(0.05, population=40, response_rate=0.3) == 40


@pytest.mark.parametrize("wrong", [{"margin": 0}, {"share": 1}, {"response_rate": 0}, {"design_effect": 0}])
def test_impossible_wishes_are_refused(wrong):
    with pytest.raises(ValueError):
        to_invite(**{"margin": 0.05, **wrong})
