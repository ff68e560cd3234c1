"""Bands instead of places: who differs really."""

from itertools import accumulate, combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring.adjust import benjamini_hochberg, bonferroni, holm
from survey_app.scoring.bands import Position, bands, funnel
from survey_app.scoring.comparison import Group, two_proportions
from tests.unit.scoring.reference_cases import case

UNITS = st.dictionaries(
    st.integers(0, 12), st.integers(1, 300).flatmap(lambda n: st.builds(Group, st.integers(0, n), st.just(n)))
)


@pytest.mark.parametrize("method", [bonferroni, holm, benjamini_hochberg])
def test_adjustments_of_the_reference(method):
    inputs, expected, tolerance = case("multiple_comparison_adjustment")
    assert method(inputs["p"]).tolist() == pytest.approx(expected[method.__name__], abs=tolerance)
    backwards = method(inputs["p"][::-1]).tolist()
    assert backwards[::-1] == pytest.approx(expected[method.__name__], abs=tolerance)


def test_units_that_do_not_differ_share_a_band():
    found = bands({"a": Group(95, 100), "b": Group(93, 100), "c": Group(60, 100), "d": Group(55, 100)})
    assert [(band.number, set(band.units)) for band in found] == [(1, {"a", "b"}), (2, {"c", "d"})]
    assert found[0].units == ("a", "b")


def test_small_unit_between_two_bands_joins_them():
    clear = {"a": Group(190, 200), "c": Group(110, 200)}
    assert len(bands(clear)) == 2
    assert len(bands(clear | {"tiny": Group(3, 4)})) == 1


def test_many_comparisons_need_more_evidence():
    pair = {"a": Group(95, 100), "b": Group(86, 100)}
    assert two_proportions(86, 100, 95, 100).p_value < 0.05
    assert len(bands(pair)) == 2
    many = pair | {f"like a {i}": Group(95, 100) for i in range(8)}
    assert len(bands(many)) == 1


def test_one_and_none():
    assert bands({}) == ()
    assert bands({"a": Group(3, 4)})[0].units == ("a",)


def test_unit_without_answers_is_refused():
    with pytest.raises(ValueError, match="answers"):
        bands({"a": Group(0, 0)})


@given(UNITS)
def test_bands_hold_everybody_once_in_order(units):
    found = bands(units)
    flat = [unit for band in found for unit in band.units]
    assert sorted(flat) == sorted(units)
    assert [band.number for band in found] == list(range(1, len(found) + 1))
    shares = [units[unit].x / units[unit].n for unit in flat]
    assert shares == sorted(shares, reverse=True)
    for above, below in pairwise(found):
        for first in above.units:
            for second in below.units:
                p = two_proportions(units[first].x, units[first].n, units[second].x, units[second].n).p_value
                assert p < 0.05, "units of different bands differ"


@given(UNITS)
def test_bands_draw_a_line_where_holm_finds_every_pair_different(units):
    ordered = [unit for band in bands(units) for unit in band.units]
    pairs = list(combinations(ordered, 2))
    p = [two_proportions(units[a].x, units[a].n, units[b].x, units[b].n).p_value for a, b in pairs]
    alike = {pair for pair, adjusted in zip(pairs, holm(p), strict=True) if adjusted >= 0.05}
    lines = {
        cut
        for cut in range(1, len(ordered))
        if not any((a, b) in alike for a in ordered[:cut] for b in ordered[cut:])
    }
    ends = list(accumulate(len(band.units) for band in bands(units)))
    assert set(ends[:-1]) == lines


def test_thousands_of_units():
    generator = np.random.default_rng(2017)
    units = {i: Group(int(generator.binomial(80, 0.9)), 80) for i in range(800)}
    assert sum(len(band.units) for band in bands(units)) == 800


def test_funnel_points_out_only_the_far_ones():
    units = {f"u{i}": Group(90, 100) for i in range(20)}
    units |= {"low": Group(60, 100), "high": Group(400, 400), "tiny": Group(1, 3), "none": Group(0, 0)}
    found = funnel(units)
    assert found["low"] is Position.BELOW
    assert found["high"] is Position.ABOVE
    assert {found[unit] for unit in units if unit not in {"low", "high"}} == {Position.WITHIN}
    assert funnel({"none": Group(0, 0)}) == {"none": Position.WITHIN}
