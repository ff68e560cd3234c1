"""Before and after weights: recounts from single ballots agree, and nothing is made of what the gate withholds."""

from dataclasses import replace

import numpy as np
import pytest

from survey_app.analysis.explore import view
from survey_app.analysis.place_blocks import place_blocks
from survey_app.analysis.weights import KnownTotal, Outcome, Refusal, Way, Weighed, weighed
from survey_app.scoring.design import Design, mean
from survey_app.scoring.weighting import Margin, kish_factor, post_stratify, rake
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, TEAMS, Union, drawn

LARGE = (60, 45, 30, 80, 70, 55)


@pytest.fixture(scope="module")
def union() -> Union:
    return drawn(7, LARGE)


@pytest.fixture(scope="module")
def crowd() -> Union:
    return drawn(11, [5 * size for size in LARGE])


def found_of(
    union: Union, *totals: KnownTotal, headcounts: dict[int, int] | None = None, unit: int | None = None
) -> Weighed:
    topic = union.topic
    if headcounts is not None:
        tree = topic.gate.world.tree
        units = tree.unit[tree.leaf_nodes]
        topic = replace(topic, headcounts=np.array([headcounts.get(int(each), -2) for each in units]))
    return weighed(topic, replace(SURVEY, unit=unit), totals).value


def outcome(found: Weighed, way: Way) -> Outcome:
    (place,) = [at for at, each in enumerate(found.weightings) if each.way is way]
    return found.lines[0].outcomes[place]


def ballots(union: Union, *questions: str) -> list[dict[str, str]]:
    """Valid ballots of B that answered the questions, too, with their unit."""
    return [
        {**each.answers, "unit": str(each.unit)}
        for each in union.ballots
        if each.answers.get("B") in ("1", "2") and all(name in each.answers for name in questions)
    ]


def satisfied(rows: list[dict[str, str]]) -> np.ndarray:
    return np.array([float(row["B"] == "1") for row in rows])


def test_unweighted_comes_first_and_is_x_of_n_with_the_error_of_clusters(union: Union) -> None:
    rows = ballots(union)
    each = mean(Design.of(len(rows), clusters=[row["unit"] for row in rows]), satisfied(rows))
    found = found_of(union)
    assert [each.way for each in found.weightings] == [Way.UNWEIGHTED, Way.CLUSTERED, Way.TEAM_EQUAL, Way.HEADCOUNT]
    first = view(union.topic, SURVEY).value
    (same,) = [each.rated.rate for each in first.readings if each.name == "B" and each.rated is not None]
    assert outcome(found, Way.UNWEIGHTED).figure == same
    plain = outcome(found, Way.CLUSTERED)
    assert (plain.figure.x, plain.figure.n) == (int(satisfied(rows).sum()), len(rows))
    assert plain.figure.estimate is None
    assert plain.figure.interval is not None
    assert plain.figure.interval.standard_error == pytest.approx(each.standard_error)
    assert plain.figure.clusters == len(ENTERPRISES)
    assert plain.design_effect == pytest.approx(each.design_effect)
    assert plain.kish == pytest.approx(1)


def test_every_team_counts_the_same(union: Union) -> None:
    rows = ballots(union)
    team = np.array([TEAMS[int(row["unit"])] for row in rows])
    rates = [satisfied(rows)[team == each].mean() for each in (1, 2, 3)]
    found = outcome(found_of(union), Way.TEAM_EQUAL)
    assert found.refusal is None
    assert found.figure.value == pytest.approx(np.mean(rates))
    assert found.figure.weighting == "team_equal"
    weights = np.array([1 / (team == each).sum() for each in team])
    assert found.kish == pytest.approx(kish_factor(weights))
    assert found.pooled == 0


def test_headcounts_make_every_place_stand_for_its_people(union: Union) -> None:
    people = dict(zip(ENTERPRISES, (900, 100, 50, 400, 300, 1200), strict=True))
    rows = ballots(union)
    unit = np.array([int(row["unit"]) for row in rows])
    rates = {each: satisfied(rows)[unit == each].mean() for each in ENTERPRISES}
    found = outcome(found_of(union, headcounts=people), Way.HEADCOUNT)
    wanted = sum(people[each] * rates[each] for each in ENTERPRISES) / sum(people.values())
    assert found.figure.value == pytest.approx(wanted)
    assert outcome(found_of(union), Way.HEADCOUNT).refusal is Refusal.NO_HEADCOUNT


def test_post_strata_and_raking_are_those_of_single_ballots(crowd: Union) -> None:
    one, two = KnownTotal("A", {"1": 500, "2": 900, "3": 600}), KnownTotal("C", {"1": 700, "2": 700, "3": 600})
    found = found_of(crowd, one, two)
    plain = outcome(found, Way.CLUSTERED)
    inflated = max(1.0, plain.design_effect or 1.0) ** 0.5
    post = found.lines[0].outcomes[4]
    rows = ballots(crowd, "A")
    each = mean(post_stratify(Design.of(len(rows)), [row["A"] for row in rows], one.counts).design, satisfied(rows))
    assert post.figure.value == pytest.approx(each.value)
    assert post.figure.interval is not None
    assert post.figure.interval.standard_error == pytest.approx(each.standard_error * inflated)
    assert post.left_out == len(ballots(crowd)) - len(rows)
    raked = outcome(found, Way.RAKED)
    both = ballots(crowd, "A", "C")
    margins = [Margin([row["A"] for row in both], one.counts), Margin([row["C"] for row in both], two.counts)]
    assert raked.refusal is None
    assert not raked.merged
    weights = rake(Design.of(len(both)), margins, limit=5)
    assert raked.figure.value == pytest.approx(mean(weights.design, satisfied(both)).value)
    assert raked.kish == pytest.approx(weights.kish)
    assert raked.trimmed == weights.trimmed


def test_what_cannot_be_weighted_says_why(union: Union, crowd: Union) -> None:
    thin = KnownTotal("A", {"1": 500, "2": 900, "3": 600, "4": 10})
    assert found_of(union, thin).lines[0].outcomes[4].refusal is Refusal.SPARSE
    assert found_of(union, thin).lines[0].outcomes[4].groups == (("4",),)
    short = KnownTotal("A", {"1": 500, "2": 900})
    assert found_of(union, short).lines[0].outcomes[4].refusal is Refusal.NO_TOTAL
    other = KnownTotal("C", {"1": 7000, "2": 700, "3": 600})
    full = KnownTotal("A", {"1": 500, "2": 900, "3": 600})
    assert outcome(found_of(crowd, full, other), Way.RAKED).refusal is Refusal.CONTRADICTION
    assert found_of(union, KnownTotal("Z", {"1": 5})).lines[0].outcomes[4].refusal is Refusal.NOT_TOLD_APART
    assert outcome(found_of(union, unit=9), Way.TEAM_EQUAL).refusal is Refusal.ONE_GROUP
    nobody = outcome(found_of(union, KnownTotal("A", {"1": 500, "2": 900, "3": 0})), Way.POST_STRATIFIED)
    assert (nobody.refusal, nobody.groups) == (Refusal.NO_PEOPLE, (("3",),))


def test_one_place_says_nothing_of_clusters_and_is_weighted_by_answers_all_the_same() -> None:
    """A cluster alone has no error between clusters; ballots of one place are simply drawn."""
    alone = drawn(11, (0, 0, 0, 0, 0, 400))
    total = KnownTotal("A", {"1": 500, "2": 900, "3": 600})
    found = found_of(alone, total)
    assert outcome(found, Way.CLUSTERED).refusal is Refusal.ONE_GROUP
    rows = ballots(alone, "A")
    each = mean(
        post_stratify(Design.of(len(rows)), [row["A"] for row in rows], total.counts).design, satisfied(rows)
    )
    post = outcome(found, Way.POST_STRATIFIED).figure
    assert post.value == pytest.approx(each.value)
    assert post.interval is not None
    assert post.interval.standard_error == pytest.approx(each.standard_error)


def test_pools_stand_together_and_the_whole_is_kept() -> None:
    small = drawn(3, (40, 2, 25, 30, 28, 26))
    blocks = place_blocks(small.topic, SURVEY, "B").value
    assert blocks is not None
    assert int(blocks.valued({"1": 1, "2": 0})[1].sum()) == len(ballots(small))
    assert max(blocks.places) > 1
    found = outcome(found_of(small), Way.TEAM_EQUAL)
    assert found.pooled >= 1
    assert found.n == len(ballots(small))


def test_nothing_is_weighted_where_nothing_is_shown() -> None:
    tiny = drawn(3, (3, 0, 0, 0, 0, 0))
    found = found_of(tiny, KnownTotal("A", {"1": 5, "2": 5, "3": 5}))
    assert {each.refusal for each in found.lines[0].outcomes} == {Refusal.WITHHELD}
    assert all(each.figure.n is None and each.kish is None for each in found.lines[0].outcomes)


@pytest.mark.parametrize("seed", range(4))
def test_where_few_are_dissatisfied_the_weighted_rate_has_bounds(seed: int) -> None:
    """Groups show no exact rate then; what follows from the whole is said, and the true rate lies within."""
    union = drawn(seed, [4 * size for size in LARGE], dissatisfied=0.1)
    total = KnownTotal("A", {"1": 600, "2": 500, "3": 400})
    found = outcome(found_of(union, total), Way.POST_STRATIFIED)
    rows = ballots(union, "A")
    shares = {
        code: satisfied([row for row in rows if row["A"] == code]).mean() * people / 1500
        for code, people in total.counts.items()
    }
    true = sum(shares.values())
    assert (found.figure.rate, found.figure.x) == (None, None)
    assert found.refusal is None
    bounds = found.figure.bounds
    assert bounds is not None
    assert (bounds.n, found.n) == (len(rows), len(rows))
    assert bounds.low <= true <= bounds.high
    assert bounds.high - bounds.low < 0.05
