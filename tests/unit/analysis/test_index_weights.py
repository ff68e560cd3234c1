"""Index trees before and after weights: recounts from single ballots agree, nothing is made of what is withheld."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from survey_app.analysis.explore import Topic, view
from survey_app.analysis.index_weights import WeightedTree, weighted_trees
from survey_app.analysis.indexes import Node, valued
from survey_app.analysis.weights import KnownTotal, Refusal, Way
from survey_app.questionnaire.text import Text
from survey_app.scoring.design import Design, mean
from survey_app.scoring.weighting import Margin, post_stratify, rake
from tests.unit.analysis.explored import ENTERPRISES, RULES, SURVEY, TEAMS, Union, drawn

SCORES = {"1": 90.0, "2": 35.0}
"""Other than 100 and 0, so that an index is not a rate in disguise."""
TREE = (
    Node(code="1", name=Text("甲", "One"), weight=Fraction(3), fields=("B",)),
    Node(code="2", name=Text("乙", "Two"), weight=Fraction(1), fields=("Z",)),
)
"""Z is asked nobody: its weight goes to B."""
ONE, TWO = KnownTotal("A", {"1": 500, "2": 900, "3": 600}), KnownTotal("C", {"1": 700, "2": 700, "3": 600})


@pytest.fixture(scope="module")
def crowd() -> Union:
    return drawn(11, (300, 225, 150, 400, 350, 275))


def topic_of(union: Union, **more: object) -> Topic:
    index = replace(RULES.index, scores=tuple(SCORES.items()))
    return replace(union.topic, rules=replace(RULES, index=index), **more)


def by_way(topic: Topic, *totals: KnownTotal, tree: tuple[Node, ...] = TREE) -> dict[Way, WeightedTree]:
    found = weighted_trees(topic, SURVEY, tree, totals).value
    # Of two questions' post-strata the first one's is kept.
    return {each.weighting.way: each for each in reversed(found)}


def total(found: WeightedTree) -> float:
    value = found.nodes[0].value
    assert value is not None
    return float(value)


def rows(union: Union, *questions: str) -> tuple[list[dict[str, str]], np.ndarray]:
    """Ballots with a score for B that answered the questions, too; and the scores."""
    kept = [
        {**each.answers, "unit": str(each.unit)}
        for each in union.ballots
        if each.answers.get("B") in SCORES and all(name in each.answers for name in questions)
    ]
    return kept, np.array([SCORES[each["B"]] for each in kept])


def test_weighted_values_are_those_of_single_ballots(crowd: Union) -> None:
    people = dict(zip(ENTERPRISES, (900, 300, 200, 400, 380, 1200), strict=True))
    tree = crowd.topic.gate.world.tree
    heads = np.array([people.get(int(each), -2) for each in tree.unit[tree.leaf_nodes]])
    topic = topic_of(crowd, headcounts=heads)
    found = by_way(topic, ONE, TWO)
    ballots, scores = rows(crowd)
    unit = np.array([int(each["unit"]) for each in ballots])
    team = np.array([TEAMS[each] for each in unit.tolist()])
    assert found[Way.UNWEIGHTED].nodes == valued(TREE, view(topic, SURVEY).value.readings)
    assert total(found[Way.UNWEIGHTED]) == pytest.approx(scores.mean())
    assert total(found[Way.TEAM_EQUAL]) == pytest.approx(
        np.mean([scores[team == each].mean() for each in (1, 2, 3)])
    )
    by_head = sum(people[each] * scores[unit == each].mean() for each in ENTERPRISES) / sum(people.values())
    assert total(found[Way.HEADCOUNT]) == pytest.approx(by_head)
    ballots, scores = rows(crowd, "A")
    post = post_stratify(Design.of(len(ballots)), [each["A"] for each in ballots], ONE.counts)
    assert total(found[Way.POST_STRATIFIED]) == pytest.approx(mean(post.design, scores).value)
    assert found[Way.POST_STRATIFIED].nodes[0].most_n == len(ballots)
    ballots, scores = rows(crowd, "A", "C")
    margins = [Margin([each[name] for each in ballots], known.counts) for name, known in (("A", ONE), ("C", TWO))]
    raked = rake(Design.of(len(ballots)), margins, limit=5)
    assert total(found[Way.RAKED]) == pytest.approx(mean(raked.design, scores).value)
    assert all(each.is_comparable and not each.refused for each in found.values())
    assert all(each.nodes[0].coverage == Fraction(3, 4) for each in found.values())


def test_what_cannot_be_weighted_has_no_value_and_says_why(crowd: Union) -> None:
    found = by_way(topic_of(crowd), KnownTotal("A", {"1": 500, "2": 900}))
    assert dict(found[Way.HEADCOUNT].refused) == {"B": Refusal.NO_HEADCOUNT}
    assert dict(found[Way.POST_STRATIFIED].refused) == {"B": Refusal.NO_TOTAL}
    for each in (found[Way.HEADCOUNT], found[Way.POST_STRATIFIED]):
        assert each.nodes[0].value is None
        assert each.nodes[0].coverage == 0
        assert not each.is_comparable
    nobody = KnownTotal("A", {"1": 500, "2": 900, "3": 0})
    assert dict(by_way(topic_of(crowd), nobody)[Way.POST_STRATIFIED].refused) == {"B": Refusal.NO_PEOPLE}
    thin = KnownTotal("A", {"1": 500, "2": 900, "3": 600, "4": 10})
    assert dict(by_way(topic_of(crowd), thin)[Way.POST_STRATIFIED].refused) == {"B": Refusal.SPARSE}


def test_nothing_is_weighted_where_nothing_is_shown() -> None:
    found = by_way(topic_of(drawn(3, (3, 0, 0, 0, 0, 0))), ONE)
    for each in found.values():
        assert dict(each.refused) == {"B": Refusal.WITHHELD}
        assert each.nodes[0].value is None
        assert each.nodes[0].most_n is None


def test_without_a_tree_there_is_only_the_root(crowd: Union) -> None:
    found = by_way(topic_of(crowd), tree=())
    assert all(len(each.nodes) == 1 and each.nodes[0].value is None for each in found.values())
