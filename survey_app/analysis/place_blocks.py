"""One question by the smallest places that may be told apart, as a partition of a selection's ballots.

A pure function of what the gate shows of every node: a block is a node that is shown, without those below it that
are shown, too. What is pooled stays together in one block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_app.analysis.columns import MARKS
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, where_of
from survey_app.analysis.gate import Asked, ByNode, Gated, Where
from survey_app.analysis.layout import Array
from survey_app.analysis.selection import Selection
from survey_app.analysis.several import by_whole_node
from survey_app.analysis.world import codes_of
from survey_app.analysis.worth import worth
from survey_app.questionnaire.definition import Scale
from survey_app.scoring.rules import RateRule


@dataclass(frozen=True, eq=False)
class PlaceBlocks:
    """Ballots by block and value of the question's column, marks first; no block is empty.

    `spoilt` and `abstained` are papers without answers.
    `headcount` holds the people at a block's places, `NONE` where they are not known of one. `teams` are the keys
    of the teams there (`NONE`: ballots of no team), `places` the number of places that a block holds together.
    """

    asked: Asked
    counts: Array
    spoilt: Array
    abstained: Array
    headcount: Array
    teams: tuple[frozenset[int], ...]
    places: tuple[int, ...]

    def valued(self, values: Mapping[str, float]) -> tuple[Array, Array]:
        """Return by block the sum of what answers are worth, and the ballots whose answer is worth something."""
        codes = codes_of(self.asked.column)
        own = [place for place, code in enumerate(codes) if code in values]
        counts = self.counts[:, [MARKS + place for place in own]].astype(np.float64)
        return counts @ np.array([values[codes[place]] for place in own]), counts.sum(axis=1)

    def rated(self, rule: RateRule, scale: Scale) -> tuple[Array, Array]:
        """Return by block x and n of a rate."""
        return worth(rule, scale, self.asked.column).of(self.counts, self.spoilt, self.abstained)

    def chosen(self, kept: Array) -> PlaceBlocks:
        """Return some of the blocks, given by whether they are among them."""
        at = np.flatnonzero(kept).tolist()
        return PlaceBlocks(
            self.asked,
            self.counts[at],
            self.spoilt[at],
            self.abstained[at],
            self.headcount[at],
            tuple(self.teams[each] for each in at),
            tuple(self.places[each] for each in at),
        )


def place_blocks(topic: Topic, selection: Selection, name: str) -> Gated[PlaceBlocks | None]:
    """Return a question by block at the selected place; None where not even that is shown as a whole.

    With a way of answering or weeks, nobody knows how many people or papers without answers there are: headcounts
    are not known then, and figures that need papers are withheld as a whole. Raises `OutOfScope`, and `ValueError`
    where answers are among the conditions.
    """
    where = where_of(topic, replace(selection, unit=None))
    scope, tree = topic.gate.scope, topic.gate.world.tree
    start: int | None = 0
    if selection.unit is not None:
        where_of(topic, selection)
        start = scope.place_of(tree.node_of_unit[selection.unit])
    of = np.ones(tree.leaves, np.bool_) if selection.team is None else tree.team_leaves(selection.team)
    # Of conditions nobody knows the papers.
    papers = [np.where(of, 0 * each if where.conditions else each, 0) for each in (topic.spoilt, topic.abstained)]
    return by_whole_node(topic.gate, name, where).map(lambda found: _blocks(topic, found, start, where, papers))


def _blocks(
    topic: Topic, found: ByNode, start: int | None, where: Where, papers: Sequence[Array]
) -> PlaceBlocks | None:
    if start is None or not found.shown[start]:
        return None
    scope = topic.gate.scope
    # Papers without answers go last, so that they are taken from what lies above like ballots.
    every = np.column_stack([found.counts, *(_below(topic, each) for each in papers)])
    own, owner = every.copy(), np.full(len(scope.inside), NONE)
    kept = np.zeros(len(found.shown), np.bool_)
    kept[start] = True
    owner[scope.low[start] : scope.high[start]] = start
    if start == 0:
        owner = np.where(scope.inside, 0, NONE)
    for node in range(start + 1, len(kept)):
        # Parents stand before what is below them, and a node's own leaves are taken over by those below it.
        if kept[scope.parent[node]] and found.shown[node]:
            kept[node] = True
            own[scope.parent[node]] -= every[node]
            owner[scope.low[node] : scope.high[node]] = node
    owner = np.where(where.leaves, owner, NONE)
    nodes = np.flatnonzero(kept & (own.sum(axis=1) > 0))
    parts = [np.flatnonzero(owner == node) for node in nodes]
    spoilt, abstained = own[nodes, -_PAPERS:].T
    known = [NONE if where.conditions else _headcount(topic, leaves) for leaves in parts]
    return PlaceBlocks(
        found.asked,
        own[nodes, :-_PAPERS],
        spoilt,
        abstained,
        np.array(known, np.int64),
        tuple(_teams(topic, leaves) for leaves in parts),
        tuple(_places(topic, leaves) for leaves in parts),
    )


_PAPERS = 2


def _below(topic: Topic, by_leaf: Array) -> Array:
    """Return what lies below each node of the scope of what is counted by leaf of the tree."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    sums = np.concatenate([[0], np.cumsum(by_leaf)])
    found = np.zeros(len(scope.node), np.int64)
    found[1:] = sums[tree.high[scope.node[1:]]] - sums[tree.low[scope.node[1:]]]
    found[0] = found[np.flatnonzero(scope.parent == 0)].sum()
    return found


def _headcount(topic: Topic, leaves: Array) -> int:
    known = topic.headcounts[topic.gate.world.active[leaves]]
    return int(known.sum()) if (known > 0).all() else NONE


def _nodes(topic: Topic, leaves: Array) -> Array:
    return topic.gate.world.tree.leaf_nodes[topic.gate.world.active[leaves]]


def _teams(topic: Topic, leaves: Array) -> frozenset[int]:
    return frozenset(topic.gate.world.tree.team[_nodes(topic, leaves)].tolist())


def _places(topic: Topic, leaves: Array) -> int:
    return len(set(topic.gate.world.tree.unit[_nodes(topic, leaves)].tolist()))
