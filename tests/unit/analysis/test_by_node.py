"""A question at all places at once, of a team, way of answering, weeks or answers: what single views show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from survey_app.analysis import explore
from survey_app.analysis.explore import Topic
from survey_app.analysis.gate import Counted, Where
from survey_app.analysis.readings import Reading
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.analysis.several import Several
from survey_app.analysis.unit_table import unit_table
from survey_app.words import Mode
from tests.unit.analysis.explored import NOW, SURVEY, TEAMS, UNITS, Fielded, drawn, topic_of

LARGE = drawn(1, (120, 90, 150, 200, 80, 60))
SMALL = drawn(5, (60, 3, 40, 70, 9, 30))
CONTENT = drawn(3, (150, 90, 140, 70, 60, 130), dissatisfied=0.15)
TOPICS = {
    "large": LARGE.topic,
    "small": SMALL.topic,
    "content": CONTENT.topic,
    "a district's": SMALL.topic_of("/1/2/"),
    "together": topic_of([Fielded(LARGE), Fielded(SMALL)]),
    "beside one that takes answers": topic_of([Fielded(SMALL), Fielded(LARGE, is_live=True)], now=NOW),
}


def _selections(*, answers: bool) -> Iterator[Selection]:
    """Every kind of conditions, at the whole and at teams."""
    for place in (SURVEY, *(replace(SURVEY, team=team) for team in sorted(set(TEAMS.values())))):
        yield place
        yield replace(place, modes=(Mode.WEB,))
        yield replace(place, modes=(Mode.PAPER,), since=date(2017, 4, 17))
        if answers:
            yield replace(place, answers=(AnswerFilter("A", ("1",)),))
            yield replace(place, answers=(AnswerFilter("A", ("2", "3")),), modes=(Mode.WEB,))
            yield replace(place, answers=(AnswerFilter("A", ("1",)), AnswerFilter("C", ("1", "2"))))
            yield replace(place, answers=(AnswerFilter("B", ("1",)),))


def _at(topic: Topic, where: Where, node: int) -> Where:
    """Return the ballots of `where` that lie at a node, as a view asks for them."""
    scope = topic.gate.scope
    leaves = scope.inside.copy()
    if node:
        leaves[:] = False
        leaves[scope.low[node] : scope.high[node]] = True
    chosen = leaves & where.leaves
    return Where(chosen, node if (chosen == leaves).all() else None, where.conditions)


def _counts(found: Counted | None) -> list[int] | None:
    """Return the ballots by answer; None where they are withheld, or nobody answered."""
    return None if found is None or not found.n else [count for _, count in found.groups]


@pytest.mark.parametrize("name", TOPICS)
def test_every_node_shows_what_a_view_of_it_shows(name: str) -> None:
    topic = TOPICS[name]
    shown = hidden = 0
    for selection in _selections(answers=False):
        try:
            where = explore.where_of(topic, selection)
        except explore.OutOfScope:
            continue
        for question in "AB":
            found = topic.gate.by_node(question, where).value
            for node in range(len(topic.gate.scope.node)):
                one = _counts(topic.gate.count(question, _at(topic, where, node)).value)
                own = found.answers[1][node].tolist() if found.shown[node] else None
                assert (own if own and any(own) else None) == one, (selection, question, node)
                shown, hidden = shown + (one is not None), hidden + (one is None)
    assert shown > 5
    assert hidden > (0 if name == "large" else 10)


def _unit_of(topic: Topic, selection: Selection, unit: int) -> Reading:
    return explore.one(topic, replace(selection, unit=unit), "B").value


@pytest.mark.parametrize("name", TOPICS)
def test_the_table_of_units_has_the_figures_of_single_views(name: str) -> None:
    """The rate, the strict one, their intervals and bounds, for every selection."""
    topic = TOPICS[name]
    rates = bounds = 0
    for selection in _selections(answers=True):
        try:
            table = unit_table(topic, replace(selection, unit=2)).value
        except explore.OutOfScope:
            continue
        for row, unit in enumerate(table.units):
            rated = _unit_of(topic, selection, unit).rated
            assert rated is not None
            assert table.shown[row, 0] == (rated.rate.x is not None), (selection, unit)
            limits = table.low[row, 0], table.high[row, 0]
            if rated.rate.x is not None:
                assert (table.x[row, 0], table.n[row, 0]) == (rated.rate.x, rated.rate.n)
                own = rated.rate.interval
                assert own is None or limits == pytest.approx((own.low, own.high))
                rates += 1
            if table.strict_shown[row, 0]:
                assert (table.strict[row, 0], table.strict_n[row, 0]) == (rated.strict.x, rated.strict.n)
            assert table.bounds(row, 0) == rated.rate.bounds, (selection, unit)
            bounds += rated.rate.bounds is not None
    assert rates > 5
    assert bounds or name != "content"


def test_only_units_where_a_team_has_ballots_stand_in_its_table() -> None:
    assert unit_table(LARGE.topic, replace(SURVEY, team=3)).value.units == (1, 3, 8, 9)
    assert set(unit_table(LARGE.topic, replace(SURVEY, modes=(Mode.WEB,))).value.units) == set(UNITS)


def test_conditions_by_answers_are_groups_of_codes() -> None:
    """The values that a gate put together for a table by answers are told apart for no place either."""
    topic = CONTENT.topic
    where = explore.where_of(topic, replace(SURVEY, answers=(AnswerFilter("A", ("1",)),)))
    (part,) = topic.gate.groups_by_node("B", where).value
    assert part.groups == (("1", "2"),)
    with pytest.raises(ValueError, match="groups of codes"):
        topic.gate.by_node("B", where)


@pytest.mark.parametrize("name", TOPICS)
def test_blocks_of_a_way_of_answering_are_whole_views(name: str) -> None:
    """Each block is a group of places that a view with the same condition shows."""
    topic = TOPICS[name]
    conditions = explore.where_of(topic, replace(SURVEY, modes=(Mode.WEB,))).conditions
    found = topic.gate.by_block("A", conditions).value
    if isinstance(topic.gate, Several):
        whole = topic.gate.count("A", Where(topic.gate.scope.inside, 0, conditions)).value
        assert whole is not None
        assert found.counts[:, 2:].sum() >= whole.n
        return
    for block, counts in enumerate(found.counts):
        leaves = np.isin(topic.gate.world.active, found.leaves[found.block == block])
        one = topic.gate.count("A", Where(leaves, None, conditions)).value
        assert one is not None
        assert [count for _, count in one.groups] == counts[2:5].tolist()
        assert one.n >= topic.gate.threshold
