"""Weighted index trees and composites: what is missing is said, not filled in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.scoring import rules
from survey_app.scoring.indicators import AUDIENCE_WEIGHTS, Indicator, Missing, composite, evaluate
from survey_app.scoring.measure import index
from survey_app.scoring.tally import Tally
from tests.unit.scoring.figures import AS_OF, S5
from tests.unit.scoring.reference_cases import case


def exact(number):
    return None if number is None else Fraction(str(number))


def test_two_levels_with_a_missing_branch():
    inputs, expected, tolerance = case("two_level_index_with_missing")
    branches = tuple(
        Indicator(name, exact(weight), parts=tuple(Indicator(n, exact(w), exact(v)) for n, w, v in leaves))
        for name, weight, leaves in inputs["tree"]
    )
    found = evaluate(Indicator("总指数", Fraction(1), parts=branches))
    assert float(found.value) == pytest.approx(expected["index_renormalised"], abs=tolerance)
    assert float(found.coverage) == pytest.approx(expected["weight_coverage"], abs=tolerance)
    values = {part.code: None if part.value is None else float(part.value) for part in found.parts}
    assert values == expected["level1"]
    assert not found.is_complete


def test_half_missing_branch_counts_half():
    half = Indicator(
        "b", Fraction(1), parts=(Indicator("x", Fraction(1), Fraction(80)), Indicator("y", Fraction(1)))
    )
    found = evaluate(Indicator("t", Fraction(1), parts=(half, Indicator("c", Fraction(1), Fraction(100)))))
    assert (found.value, found.coverage) == (90, Fraction(3, 4))


def test_nothing_known_has_no_value():
    found = evaluate(Indicator("t", Fraction(1), parts=(Indicator("a", Fraction(1)),)))
    assert (found.value, found.coverage) == (None, 0)


def test_malformed_nodes_are_refused():
    with pytest.raises(ValueError, match="positive"):
        Indicator("a", Fraction(0))
    with pytest.raises(ValueError, match="branch"):
        Indicator("a", Fraction(1), Fraction(3), (Indicator("b", Fraction(1)),))


def test_shandong_composite_of_telephone_and_paper():
    inputs, expected, tolerance = case("shandong2008_map_excluding_unknown")
    rule = rules.decode(
        {
            **rules.encode(rules.SATISFACTION_INDEX),
            "name": "shandong",
            "scores": {"good": 100, "basic": 75, "bad": 55},
        }
    )
    codes = {"满意": "good", "基本满意": "basic", "不满意": "bad", "不了解": "unknown"}
    scores = {}
    for mode in ("phone", "paper"):
        tally = Tally(counts={codes[name]: count for name, count in inputs[mode].items()})
        scores[mode] = index(tally, S5, rule, as_of=AS_OF).index
        assert float(scores[mode]) == pytest.approx(expected[f"{mode}_score"], abs=tolerance)
    found = composite(scores, {"phone": Fraction(6, 10), "paper": Fraction(4, 10)})
    assert float(found.value) == pytest.approx(expected["combined"], abs=tolerance)


def test_missing_audience_withholds_or_leaves_its_weight_as_declared():
    values = {"worker": Fraction(90), "enterprise": Fraction(100), "union": None}
    strict = composite(values, AUDIENCE_WEIGHTS)
    assert (strict.value, strict.coverage) == (None, Fraction(8, 10))
    lenient = composite(values, AUDIENCE_WEIGHTS, Missing.RENORMALISE)
    assert (lenient.value, lenient.coverage) == (Fraction(185, 2), Fraction(8, 10))
    with pytest.raises(ValueError, match="no weight"):
        composite({"passer-by": Fraction(3)}, AUDIENCE_WEIGHTS)


LEAVES = st.lists(
    st.tuples(st.fractions(Fraction(1, 10), 5), st.none() | st.fractions(0, 100)), min_size=1, max_size=6
)


@given(LEAVES)
def test_value_lies_between_its_parts(leaves):
    parts = tuple(Indicator(str(i), weight, value) for i, (weight, value) in enumerate(leaves))
    found = evaluate(Indicator("t", Fraction(1), parts=parts))
    known = [value for _, value in leaves if value is not None]
    assert 0 <= found.coverage <= 1
    assert (found.value is None) == (not known)
    if known:
        assert min(known) <= found.value <= max(known)
