"""From counts to a Figure: the rates, the index, what is kept and what is withheld."""

from dataclasses import fields
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.questionnaire.definition import Grade, Scale
from survey_app.questionnaire.text import Text
from survey_app.scoring import rules
from survey_app.scoring.figure import Bounds, Figure, Reason
from survey_app.scoring.measure import counts, index, rate, reads, share, shares
from survey_app.scoring.rounding import percent_text
from survey_app.scoring.tally import Tally, UnknownGrade, read
from tests.unit.scoring.figures import AS_OF, S3, S5, WORKED, ballots
from tests.unit.scoring.reference_cases import case


def test_worked_example_has_its_published_figures():
    figure = rate(WORKED, S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    strict = rate(WORKED, S5, rules.STRICT_SATISFACTION_RATE, as_of=AS_OF)
    wide = rate(WORKED, S5, rules.SATISFACTION_RATE_WIDE, as_of=AS_OF)
    score = index(WORKED, S5, rules.SATISFACTION_INDEX, as_of=AS_OF)
    assert (figure.x, figure.n, figure.percent_text, figure.base_text) == (916, 936, "97.9%", "916/936")
    assert strict.percent_text == "92.2%"
    assert wide.percent_text == "93.5%"
    assert (score.value_text, score.base_text) == ("90.6", "936")


def test_worked_example_to_the_last_digit():
    _, expected, tolerance = case("caliber_97_9_worked_example")
    values = {
        "rate_default_incl_basic_excl_unknown": rules.SATISFACTION_RATE,
        "rate_incl_basic_incl_unknown_abstain": rules.SATISFACTION_RATE_WIDE,
        "rate_top2_excl_unknown": rules.STRICT_SATISFACTION_RATE,
        "rate_over_returned": rules.SATISFACTION_RATE_RETURNED,
    }
    for name, rule in values.items():
        assert float(rate(WORKED, S5, rule, as_of=AS_OF).rate) == pytest.approx(expected[name], abs=tolerance)
    other_scores = rules.IndexRule(
        name="index_40_20",
        version=1,
        label=Text("指数"),
        description=Text("100/80/60/40/20"),
        scores=(("very", 100), ("good", 80), ("basic", 60), ("bad", 40), ("worst", 20)),
    )
    for name, rule in (
        ("index_100_80_60_30_0", rules.SATISFACTION_INDEX),
        ("index_100_80_60_40_20", other_scores),
    ):
        assert float(index(WORKED, S5, rule, as_of=AS_OF).index) == pytest.approx(expected[name], abs=tolerance)
    assert WORKED.returned == expected["returned"]
    assert rate(WORKED, S5, rules.SATISFACTION_RATE, as_of=AS_OF).n == expected["valid_evaluations"]


def test_published_vote_reads_both_ways():
    vote = Tally(counts={"good": 127, "basic": 10}, issued=141)
    assert rate(vote, S3, rules.SATISFACTION_RATE, as_of=AS_OF).percent_text == "100.0%"
    assert rate(vote, S3, rules.STRICT_SATISFACTION_RATE, as_of=AS_OF).percent_text == "92.7%"


def test_all_five_counts_are_kept():
    figure = rate(WORKED, S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    assert (figure.issued, figure.returned, figure.n) == (1200, 986, 936)
    assert (figure.unknown, figure.abstained, figure.spoilt, figure.blank) == (30, 14, 6, 0)
    assert figure.n + figure.unknown + figure.abstained + figure.spoilt + figure.blank == figure.returned
    assert figure.return_rate == Fraction(986, 1200)
    assert (figure.metric, figure.rule_version, figure.as_of) == ("satisfaction_rate", 1, AS_OF)


def test_abstention_as_a_grade_is_abstention():
    vote = Tally(counts={"good": 8, "abstain": 3}, abstained=1)
    figure = rate(vote, S3, rules.SATISFACTION_RATE, as_of=AS_OF)
    assert (figure.abstained, figure.unknown, figure.n) == (4, 0, 8)


def test_not_asked_is_returned_but_in_no_base():
    tally = Tally(counts={"good": 10}, blank=2, not_asked=5)
    figure = rate(tally, S5, rules.SATISFACTION_RATE_RETURNED, as_of=AS_OF)
    assert (figure.returned, figure.n) == (17, 12)


def test_grade_of_another_scale_is_refused():
    with pytest.raises(UnknownGrade, match="no grade splendid"):
        rate(Tally(counts={"splendid": 9}), S5, rules.SATISFACTION_RATE, as_of=AS_OF)


@pytest.mark.parametrize("code", ["splendid", "unknown"])
def test_rule_that_counts_outside_the_base_has_no_figure_there(code):
    rule = rules.RateRule(name="odd", version=1, label=Text("x"), description=Text("x"), counts=(code,))
    assert not reads(rule, S5)
    figure = rate(ballots(9, 1), S5, rule, as_of=AS_OF)
    assert figure.withheld is not None
    assert (figure.withheld.reason, figure.x, figure.n) == (Reason.OFF_SCALE, None, None)
    # Nothing that comes later makes it look like too few answers.
    assert figure.withhold(Reason.BELOW_THRESHOLD, 5).withheld == figure.withheld
    with pytest.raises(UnknownGrade):
        counts(ballots(9, 1), S5, rule)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        Tally(counts={"good": -1})


def test_pooled_tallies_know_what_was_issued_only_if_both_do():
    both = ballots(3, 1, issued=10) + ballots(2, 2, blank=1, issued=20)
    assert (both.counts["good"], both.counts["bad"], both.blank, both.issued) == (5, 3, 1, 30)
    assert (ballots(3, 1, issued=10) + ballots(1, 1)).issued is None


def test_nbs_index_and_top_grades():
    inputs, expected, tolerance = case("nbs_weighted_index")
    grades = tuple(
        Grade(code, Text(code), inputs["scores"][code], satisfied=place < 3, strict=place < 2)
        for place, code in enumerate(inputs["counts"])
    )
    scale = Scale("nbs", Text("国家统计局"), grades)
    tally = Tally(counts=inputs["counts"])
    assert float(index(tally, scale, rules.SATISFACTION_INDEX, as_of=AS_OF).index) == pytest.approx(
        expected["index"], abs=tolerance
    )
    for name, rule in (
        ("top3_rate", rules.SATISFACTION_RATE),
        ("top2_rate", rules.STRICT_SATISFACTION_RATE),
    ):
        assert float(rate(tally, scale, rule, as_of=AS_OF).rate) == pytest.approx(expected[name], abs=tolerance)


def test_pudong_rate_with_two_decimals():
    inputs, expected, tolerance = case("published_rate_pudong2005")
    x, n = inputs["satisfied"], inputs["valid"]
    figure = rate(ballots(x, n - x), S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    assert float(figure.rate) == pytest.approx(expected["rate"], abs=tolerance)
    assert percent_text(figure.rate, 2) == expected["display"]


def test_share_of_things_counted():
    figure = share(17, 20, rules.SHIPPED["on_time_rate"], as_of=AS_OF)
    assert (figure.percent_text, figure.base_text, figure.interval) == ("85.0%", "17/20", None)
    assert share(0, 0, rules.SHIPPED["on_time_rate"], as_of=AS_OF).percent_text == "—"
    again = rules.SHIPPED["satisfaction_after_rectification"]
    assert share(3, 4, again, as_of=AS_OF, threshold=5).withheld is not None
    with pytest.raises(ValueError, match="need"):
        share(21, 20, again, as_of=AS_OF)


NUMBERS = {
    "x",
    "n",
    "returned",
    "blank",
    "abstained",
    "unknown",
    "spoilt",
    "index",
    "interval",
    "respondents",
    "clusters",
    "estimate",
}


def assert_tells_nothing(figure: Figure) -> None:
    assert all(getattr(figure, name) is None for name in NUMBERS)
    assert {each.name for each in fields(figure)} - NUMBERS == {
        "rule",
        "as_of",
        "issued",
        "headcount",
        "withheld",
        "census",
        "weighting",
        "bounds",
    }
    assert figure.bounds is None
    assert not figure.census
    texts = (figure.percent_text, figure.value_text, figure.low_text, figure.high_text, figure.base_text)
    assert set(texts) == {"—"}
    assert (figure.rate, figure.value, figure.return_rate, figure.participation) == (None,) * 4


@pytest.mark.parametrize(("count", "reason"), [(0, Reason.EMPTY), (1, "below_threshold"), (4, "below_threshold")])
def test_small_and_empty_tell_nothing_and_look_alike(count, reason):
    for figure in (
        rate(ballots(count, 0, issued=9), S5, rules.SATISFACTION_RATE, as_of=AS_OF, headcount=count),
        index(ballots(count, 0, issued=9), S5, rules.SATISFACTION_INDEX, as_of=AS_OF, headcount=count),
    ):
        assert figure.withheld.reason == reason
        assert figure.withheld.threshold == 5
        assert_tells_nothing(figure)


@pytest.mark.parametrize(
    ("low", "high", "n", "text"),
    [
        (594, 607, 607, "≥97.8%"),  # 97.858...: rounded down
        (0, 75, 607, "≤12.4%"),  # 12.355...: rounded up
        (81, 94, 100, "81.0%–94.0%"),
        (2, 2, 3, "66.6%–66.7%"),
    ],
)
def test_bounds_are_rounded_away_from_each_other(low, high, n, text):
    figure = rate(ballots(9, 1), S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    withheld = figure.withhold(Reason.COMPLEMENTARY, 5, Bounds(Fraction(low, n), Fraction(high, n), n))
    assert (withheld.percent_text, withheld.value_text, withheld.value) == (text, text, None)


def test_threshold_looks_at_the_base_not_at_the_returned():
    tally = Tally(counts={"good": 4, "unknown": 90})
    assert rate(tally, S5, rules.SATISFACTION_RATE, as_of=AS_OF).withheld is not None
    assert rate(tally, S5, rules.SATISFACTION_RATE_WIDE, as_of=AS_OF).withheld is None
    assert rate(ballots(5, 0), S5, rules.SATISFACTION_RATE, as_of=AS_OF).withheld is None
    assert rate(ballots(9, 1), S5, rules.SATISFACTION_RATE, as_of=AS_OF, threshold=11).withheld is not None


def test_census_has_no_interval():
    everybody = rate(ballots(47, 1, blank=2), S5, rules.SATISFACTION_RATE, as_of=AS_OF, headcount=50)
    assert everybody.census
    assert everybody.interval is None
    assert everybody.participation == 1
    assert index(ballots(47, 3), S5, rules.SATISFACTION_INDEX, as_of=AS_OF, headcount=50).interval is None


def test_headcount_narrows_the_interval_and_an_outdated_one_does_not():
    def width(headcount: int | None) -> float:
        figure = rate(ballots(40, 8), S5, rules.SATISFACTION_RATE, as_of=AS_OF, headcount=headcount)
        return figure.interval.high - figure.interval.low

    assert width(60) < width(500) < width(None)
    assert width(40) == width(None)
    outdated = rate(ballots(40, 8), S5, rules.SATISFACTION_RATE, as_of=AS_OF, headcount=40)
    assert not outdated.census
    unanswered = rate(ballots(40, 0, blank=8), S5, rules.SATISFACTION_RATE, as_of=AS_OF, headcount=40)
    assert unanswered.interval is not None, "as many answers as heads are no census if more came back"
    assert outdated.participation > 1


def test_interval_stands_in_the_form_of_the_value():
    figure = rate(ballots(137, 3), S5, rules.SATISFACTION_RATE, as_of=AS_OF)
    assert (figure.low_text, figure.high_text, figure.interval.method) == ("93.9%", "99.3%", "wilson")
    assert rate(ballots(9, 0), S5, rules.SATISFACTION_RATE, as_of=AS_OF).interval.method == "clopper_pearson"


def test_index_interval_never_collapses_nor_leaves_the_scores():
    unanimous = index(Tally(counts={"very": 12}), S5, rules.SATISFACTION_INDEX, as_of=AS_OF)
    assert unanimous.value_text == "100.0"
    assert unanimous.interval.high == 100
    assert 70 < unanimous.interval.low < 100
    nearly = index(Tally(counts={"very": 12, "good": 1}), S5, rules.SATISFACTION_INDEX, as_of=AS_OF)
    assert nearly.interval.high <= 100


def test_score_mean_has_the_published_standard_error():
    inputs, expected, tolerance = case("score_mean_change")
    scores = {100: "very", 80: "good", 60: "basic", 30: "bad", 0: "worst"}
    counts = {code: inputs["wave1"].count(score) for score, code in scores.items()}
    figure = index(Tally(counts=counts), S5, rules.SATISFACTION_INDEX, as_of=AS_OF)
    assert float(figure.index) == pytest.approx(expected["mean1"], abs=tolerance)
    assert figure.interval.standard_error == pytest.approx(expected["se_mean1"], abs=tolerance)


TALLIES = st.builds(
    Tally,
    counts=st.fixed_dictionaries({grade.code: st.integers(0, 300) for grade in S5.grades}),
    blank=st.integers(0, 20),
    spoilt=st.integers(0, 20),
    abstained=st.integers(0, 20),
)


@given(TALLIES)
def test_rates_keep_their_order_and_every_ballot(tally):
    parts = read(tally, S5)
    known = sum(parts.graded.values()) + parts.unknown + parts.abstained + parts.blank + parts.spoilt
    assert known == tally.returned
    figures = {
        rule.name: rate(tally, S5, rule, as_of=AS_OF)
        for rule in rules.SHIPPED.values()
        if isinstance(rule, rules.RateRule) and "satisfaction" in rule.name
    }
    default, strict, wide, returned = figures.values()
    if default.withheld is None:
        assert strict.rate <= default.rate
        assert returned.rate <= wide.rate <= default.rate
        assert default.interval.low <= default.rate <= default.interval.high
        assert sum(shares(tally, S5).values()) == 1
        score = index(tally, S5, rules.SATISFACTION_INDEX, as_of=AS_OF)
        assert 0 <= score.interval.low <= float(score.index) + 1e-9
        assert float(score.index) - 1e-9 <= score.interval.high <= 100


@given(TALLIES)
def test_index_is_the_sum_of_share_times_score(tally):
    expected = sum(share * int(S5.by_code[code].score) for code, share in shares(tally, S5).items())
    figure = index(tally, S5, rules.SATISFACTION_INDEX, as_of=AS_OF, threshold=1)
    assert figure.withheld or figure.index == expected
