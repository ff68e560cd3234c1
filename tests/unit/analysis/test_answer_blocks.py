"""Answers as conditions of contrasts and weights: as recounted; what is withheld tells nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from survey_app.analysis.answer_blocks import AnswerBlocks, answer_blocks
from survey_app.analysis.columns import MARKS
from survey_app.analysis.contrast import Measured, common, contrasts
from survey_app.analysis.explore import Topic, conditions_of, one, where_of
from survey_app.analysis.readings import entries
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.analysis.weights import Outcome, Refusal, Way, weighed
from survey_app.analysis.world import codes_of
from survey_app.questionnaire.text import Text
from survey_app.scoring.comparison import Group, same_clusters
from survey_app.scoring.design import Design, mean
from survey_app.scoring.evaluation import Comparability, Contrast
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, TEAMS, Ballot, Fielded, Union, drawn, topic_of

MANY = (700, 660, 620, 680, 640, 650)
FEW = (700, 30, 620, 680, 640, 650)
"""Of one enterprise so few answered that it may not be told apart."""
SOME = replace(SURVEY, answers=(AnswerFilter("A", ("1",)),))


def blocks_of(topic: Topic, selection: Selection = SOME) -> AnswerBlocks | None:
    return answer_blocks(topic.gate, "B", where_of(topic, selection)).value


def measured(topic: Topic, selection: Selection = SOME) -> Measured:
    return Measured(topic, topic.by_name["B"], conditions_of(topic, selection))


def contrast_of(first: Topic, later: Topic, selection: Selection = SOME) -> Contrast:
    everywhere = np.ones(first.gate.world.tree.leaves, np.bool_)
    return contrasts(measured(first, selection), measured(later, selection), [everywhere]).value[0]


def chosen(union: Union, units: Sequence[int] = ENTERPRISES) -> list[Ballot]:
    return [each for each in union.chosen(SOME) if each.unit in units and each.answers.get("B") in ("1", "2")]


@pytest.mark.parametrize("sizes", [MANY, FEW])
def test_blocks_are_the_ballots_of_their_places(sizes: Sequence[int]) -> None:
    union = drawn(5, sizes)
    topic = union.topic
    found = blocks_of(topic)
    assert found is not None
    tree = topic.gate.world.tree
    units = tree.unit[tree.leaf_nodes[found.leaves]]
    assert (len(found.counts) < len(ENTERPRISES)) == (sizes is FEW)
    codes = codes_of(found.asked.column)
    for block, counts in enumerate(found.counts):
        own = chosen(union, units[found.block == block].tolist())
        by_code = {group[0]: sum(each.answers["B"] in group for each in own) for group in found.groups}
        assert {code: counts[MARKS + codes.index(code)] for code in by_code} == by_code


@pytest.mark.parametrize("sizes", [MANY, FEW])
def test_contrast_is_that_of_the_same_enterprises(sizes: Sequence[int]) -> None:
    first, later = drawn(5, sizes), drawn(6, MANY)
    found = contrast_of(first.topic, later.topic)
    clusters: Mapping[int, Sequence[int]] = {each: (each,) for each in ENTERPRISES}
    if sizes is FEW:
        blocks = blocks_of(first.topic)
        assert blocks is not None
        tree = first.topic.gate.world.tree
        units = tree.unit[tree.leaf_nodes[blocks.leaves]]
        clusters = {at: units[blocks.block == at].tolist() for at in range(len(blocks.counts))}
    sides = [
        [
            Group(sum(each.answers["B"] == "1" for each in own), len(own))
            for units in clusters.values()
            for own in [chosen(union, units)]
        ]
        for union in (first, later)
    ]
    wanted = same_clusters(*sides)
    assert found.comparability is Comparability.COMPARABLE
    assert found.rate is not None
    assert found.same is not None
    assert (found.rate.difference, found.rate.p_value) == pytest.approx((wanted.difference, wanted.p_value))
    rates = (found.same.first.rate, found.same.second.rate)
    assert [(each.x, each.n) for each in rates] == [
        (sum(each.answers["B"] == "1" for each in chosen(union)), len(chosen(union))) for union in (first, later)
    ]
    # What else is on these ballots is not told.
    assert all(each.unknown is None and each.blank is None and each.headcount is None for each in rates)


def test_no_contrast_where_a_side_is_not_shown() -> None:
    many, few = drawn(5, MANY), drawn(6, (9, 8, 8, 9, 7, 6))
    shown = one(few.topic, SOME, "B").value.rated
    assert shown is None or shown.rate.x is None
    assert contrast_of(many.topic, few.topic) == Contrast(comparability=Comparability.TOO_FEW)
    mild = drawn(5, MANY, dissatisfied=0.1)
    found = one(mild.topic, SOME, "B").value.rated
    assert found is not None
    assert found.rate.withheld is not None
    assert contrast_of(mild.topic, many.topic).rate is None


def test_several_surveys_together_are_not_told_apart_by_place() -> None:
    both = topic_of([Fielded(drawn(5, MANY)), Fielded(drawn(6, MANY))])
    assert blocks_of(both) is None
    assert contrast_of(both, drawn(7, MANY).topic).comparability is Comparability.TOO_FEW


def test_ballots_of_places_that_stand_together_may_change_places() -> None:
    """The contrast is the same, whichever place of a block a ballot is from."""
    union, later = drawn(5, FEW), drawn(6, MANY).topic
    blocks = blocks_of(union.topic)
    assert blocks is not None
    tree = union.topic.gate.world.tree
    units = tree.unit[tree.leaf_nodes[blocks.leaves]]
    pooled = next(own for at in range(len(blocks.counts)) if len(own := units[blocks.block == at].tolist()) > 1)
    ballots = list(union.ballots)
    own = [next(each for each in chosen(union) if each.unit == unit) for unit in pooled]
    at = [next(place for place, each in enumerate(ballots) if each is ballot) for ballot in own]
    one_way = [ballots[place].answers for place in at]
    for place, answers in zip(at, reversed(one_way), strict=True):
        ballots[place] = replace(ballots[place], answers=answers)
    assert contrast_of(replace(union, ballots=ballots).topic, later) == contrast_of(union.topic, later)


def test_questions_mean_the_same_with_the_same_answers() -> None:
    first = entries(drawn(5, MANY).questionnaire)
    assert common(first, first) == {"A", "B", "C"}
    fewer = replace(first[0], labels=dict(list(first[0].labels.items())[:2]))
    assert common(first, [fewer, *first[1:]]) == {"B", "C"}
    other = replace(first[2], labels={code: Text("另一种", "Another") for code in first[2].labels})
    assert common(first, [*first[:2], other]) == {"A", "B"}


def weights_of(union: Union, selection: Selection = SOME) -> dict[Way, Outcome]:
    found = weighed(union.topic, selection, []).value
    return {each.way: one for each, one in zip(found.weightings, found.lines[0].outcomes, strict=True)}


def test_weights_by_answers_are_those_of_single_ballots() -> None:
    union = drawn(5, MANY)
    found, own = weights_of(union), chosen(union)
    satisfied = np.array([float(each.answers["B"] == "1") for each in own])
    assert (found[Way.UNWEIGHTED].figure.x, found[Way.UNWEIGHTED].n) == (satisfied.sum(), len(own))
    wanted = mean(Design.of(len(own), clusters=[each.unit for each in own]), satisfied)
    interval = found[Way.CLUSTERED].figure.interval
    assert interval is not None
    assert (interval.standard_error, interval.df) == (pytest.approx(wanted.standard_error), wanted.df)
    team = np.array([TEAMS[each.unit] for each in own])
    rates = [satisfied[team == each].mean() for each in (1, 2, 3)]
    assert found[Way.TEAM_EQUAL].figure.value == pytest.approx(np.mean(rates))
    # Nobody knows how many people would give this answer.
    assert found[Way.HEADCOUNT].refusal is Refusal.NO_POPULATION
    part = weights_of(union, replace(SOME, unit=2))[Way.CLUSTERED]
    assert (part.n, part.figure.clusters) == (len(chosen(union, (4, 5, 6))), 3)


def test_weights_are_refused_where_a_rate_by_answers_has_bounds() -> None:
    found = weights_of(drawn(5, MANY, dissatisfied=0.1))
    plain = found[Way.UNWEIGHTED]
    assert plain.refusal is None
    assert plain.figure.bounds is not None
    assert plain.n == plain.figure.bounds.n
    assert {each.refusal for way, each in found.items() if way is not Way.UNWEIGHTED} == {Refusal.NOT_TOLD_APART}


def test_weights_of_several_surveys_by_answers_have_no_places() -> None:
    both = topic_of([Fielded(drawn(5, MANY)), Fielded(drawn(6, MANY))])
    outcomes = weighed(both, SOME, []).value.lines[0].outcomes
    assert outcomes[0].refusal is None
    assert {each.refusal for each in outcomes[1:]} == {Refusal.NOT_TOLD_APART}
