"""The composite of audiences: declared weights, independent variances, nothing from what is withheld."""

from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.scoring.composite import DEFAULT, Absence, Declared, composite
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import proportion_interval
from survey_app.scoring.measure import index, rate
from survey_app.scoring.rules import SATISFACTION_INDEX, SATISFACTION_RATE, STRICT_SATISFACTION_RATE
from survey_app.scoring.tally import Tally
from survey_app.words import Audience, WithoutAudience
from tests.unit.scoring.figures import AS_OF, S5

WORKERS, ENTERPRISE, UNION = Audience
ANEW = Declared(tuple(DEFAULT.items()), WithoutAudience.RENORMALISE, 1)
OR_NOTHING = Declared(tuple(DEFAULT.items()), WithoutAudience.NOTHING, 1)


def figures(x: int, n: int, headcount: int | None = None) -> tuple[Figure, Figure, Figure]:
    """The verdict of `n`, `x` of them very satisfied, the others dissatisfied."""
    tally = Tally(counts={"very": x, "bad": n - x})
    return (
        rate(tally, S5, SATISFACTION_RATE, as_of=AS_OF, headcount=headcount),
        rate(tally, S5, STRICT_SATISFACTION_RATE, as_of=AS_OF, headcount=headcount),
        index(tally, S5, SATISFACTION_INDEX, as_of=AS_OF, headcount=headcount),
    )


def test_it_is_the_weighted_sum_with_the_variances_added():
    given_figures = {WORKERS: figures(90, 100), ENTERPRISE: figures(40, 50), UNION: figures(30, 40)}
    found = composite(ANEW, given_figures)
    assert found.rate.value == Fraction(6, 10) * Fraction(9, 10) + Fraction(2, 10) * (
        Fraction(4, 5) + Fraction(3, 4)
    )
    below = sum(
        (float(weight) * (float(given_figures[audience][0].rate) - given_figures[audience][0].interval.low)) ** 2
        for audience, weight in DEFAULT.items()
    )
    assert found.rate.interval.low == pytest.approx(float(found.rate.value) - sqrt(below))
    assert found.covered == 1
    assert found.index.value == sum(DEFAULT[each] * given_figures[each][2].index for each in DEFAULT)


def test_with_two_equal_samples_it_is_near_what_the_variances_give():
    two = Declared(((WORKERS, Fraction(1, 2)), (UNION, Fraction(1, 2))), WithoutAudience.NOTHING, 1)
    found = composite(two, {WORKERS: figures(2500, 5000), UNION: figures(2500, 5000)}).rate.interval
    half = 1.959964 * sqrt(2 * 0.25 * 0.25 / 5000)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=1e-3)


def test_one_audience_alone_keeps_its_own_interval():
    found = composite(ANEW, {WORKERS: figures(90, 100)})
    alone = proportion_interval(90, 100)
    assert (found.shown, found.covered) == ((WORKERS,), Fraction(6, 10))
    assert found.rate.value == Fraction(9, 10)
    assert found.rate.interval.low == pytest.approx(alone.low)
    assert found.rate.interval.high == pytest.approx(alone.high)


def test_everybody_of_everywhere_has_no_sampling_error():
    found = composite(ANEW, {each: figures(9, 10, headcount=10) for each in Audience})
    assert found.rate.census
    assert found.rate.interval is None


def test_what_is_withheld_is_as_if_it_were_missing():
    small = figures(3, 4)
    assert small[0].withheld is not None
    rest = {WORKERS: figures(90, 100), ENTERPRISE: figures(40, 50)}
    assert composite(ANEW, {**rest, UNION: small}) == composite(ANEW, rest)
    assert composite(OR_NOTHING, {**rest, UNION: small}) == composite(OR_NOTHING, rest)
    assert composite(OR_NOTHING, rest).absence is Absence.AUDIENCE_MISSING
    assert composite(OR_NOTHING, rest).rate is None
    assert composite(ANEW, {}).absence is Absence.AUDIENCE_MISSING


def test_figures_of_different_rules_do_not_add_up():
    other = figures(40, 50)
    turned = (other[1], other[0], other[2])
    found = composite(ANEW, {WORKERS: figures(90, 100), ENTERPRISE: turned, UNION: other})
    assert found.absence is Absence.RULES_DIFFER
    assert found.index is None


@pytest.mark.parametrize(
    "weights",
    [
        ((WORKERS, Fraction(1)),),
        ((WORKERS, Fraction(1, 2)), (UNION, Fraction(1, 3))),
        ((WORKERS, Fraction(1)), (UNION, Fraction(0))),
        ((WORKERS, Fraction(1, 2)), (WORKERS, Fraction(1, 2))),
    ],
)
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match=r"weights|audiences"):
        Declared(weights, WithoutAudience.NOTHING, 1)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(lambda each: sum(each) > 4), min_size=3, max_size=3
    )
)
def test_it_lies_between_the_audiences_and_within_its_interval(samples):
    given_figures = {audience: figures(x, x + rest) for audience, (x, rest) in zip(Audience, samples, strict=True)}
    found = composite(OR_NOTHING, given_figures).rate
    shares = [each[0].rate for each in given_figures.values()]
    assert min(shares) <= found.value <= max(shares)
    assert found.interval.low <= float(found.value) + 1e-12
    assert found.interval.high >= float(found.value) - 1e-12
    assert 0 <= found.interval.low <= found.interval.high <= 1
