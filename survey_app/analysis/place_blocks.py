"""One question by the smallest places that may be told apart, as a partition of a selection's ballots.

A pure function of what the gate shows of every node: a block is a node that is shown, without those below it that
are shown, too. What is pooled stays together in one block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_app.analysis.blocks import Scope
from survey_app.analysis.columns import MARKS
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, where_of
from survey_app.analysis.gate import ByNode, Gated, Where
from survey_app.analysis.layout import Array
from survey_app.analysis.selection import Selection
from survey_app.analysis.several import by_whole_node
from survey_app.analysis.table_openings import Asked
from survey_app.analysis.world import codes_of
from survey_app.analysis.worth import worth
from survey_app.questionnaire.definition import Scale
from survey_app.scoring.rules import RateRule


@dataclass(frozen=True, eq=False)
class PlaceBlocks:
    """Ballots by block and value of the question's column, marks first; no block is empty.

    `spoilt` and `abstained` are papers without answers.
    `headcount` holds the people at a block's places, `NONE` where they are not known of one. `teams` are pairs of a
    block and the key of a team there (`NONE`: ballots of no team), each once, `units` such pairs with the key of a
    unit that has ballots.
    """

    asked: Asked
    counts: Array
    spoilt: Array
    abstained: Array
    headcount: Array
    teams: Array
    units: Array

    @property
    def places(self) -> Array:
        """The number of places that each block holds together."""
        return np.bincount(self.units[:, 0], minlength=len(self.counts))

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
        number = np.cumsum(kept) - 1
        teams, units = (each[kept[each[:, 0]]] for each in (self.teams, self.units))
        return PlaceBlocks(
            self.asked,
            self.counts[kept],
            self.spoilt[kept],
            self.abstained[kept],
            self.headcount[kept],
            np.column_stack([number[teams[:, 0]], teams[:, 1]]),
            np.column_stack([number[units[:, 0]], units[:, 1]]),
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
    scope, tree = topic.gate.scope, topic.gate.world.tree
    # Papers without answers go last, so that they are taken from what lies above like ballots.
    every = np.column_stack([found.counts, *(_below(topic, each) for each in papers)])
    owner = owners(scope, found.shown, start)
    own, parts = every.copy(), np.flatnonzero(owner == np.arange(len(owner)))
    below = parts[parts != start]
    np.subtract.at(own, scope.parent[below], every[below])
    nodes = parts[own[parts].sum(axis=1) > 0]
    number = np.full(len(owner) + 1, NONE)
    number[nodes] = np.arange(len(nodes))
    block = np.full(len(scope.inside), NONE)
    block[scope.low[scope.leaf]] = number[owner[scope.leaf]]
    leaves = np.flatnonzero((block != NONE) & where.leaves)
    block, of_tree = block[leaves], tree.leaf_nodes[topic.gate.world.active[leaves]]
    spoilt, abstained = own[nodes, -_PAPERS:].T
    return PlaceBlocks(
        found.asked,
        own[nodes, :-_PAPERS],
        spoilt,
        abstained,
        np.full(len(nodes), NONE) if where.conditions else _headcounts(topic, leaves, block, len(nodes)),
        pairs(block, tree.team[of_tree]),
        pairs(block, tree.unit[of_tree]),
    )


def owners(scope: Scope, shown: Array, start: int) -> Array:
    """Return for each node from `start` on the nearest at or above it that is shown; `NONE` outside.

    Nothing below a node that is withheld is a part of its own.
    """
    owner = np.full(len(shown), NONE)
    owner[start] = start
    whole = np.zeros(len(shown), np.bool_)
    whole[start] = True
    for level in range(int(scope.depth[start]) + 1, int(scope.depth.max(initial=0)) + 1):
        nodes = np.flatnonzero(scope.depth == level)
        nodes = nodes[owner[scope.parent[nodes]] != NONE]
        whole[nodes] = whole[scope.parent[nodes]] & shown[nodes]
        owner[nodes] = np.where(whole[nodes], nodes, owner[scope.parent[nodes]])
    return owner


_PAPERS = 2


def _below(topic: Topic, by_leaf: Array) -> Array:
    """Return what lies below each node of the scope of what is counted by leaf of the tree."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    sums = np.concatenate([[0], np.cumsum(by_leaf)])
    found = np.zeros(len(scope.node), np.int64)
    found[1:] = sums[tree.high[scope.node[1:]]] - sums[tree.low[scope.node[1:]]]
    found[0] = found[np.flatnonzero(scope.parent == 0)].sum()
    return found


def _headcounts(topic: Topic, leaves: Array, block: Array, blocks: int) -> Array:
    known = topic.headcounts[topic.gate.world.active[leaves]]
    total = np.bincount(block, known, minlength=blocks).astype(np.int64)
    return np.where(np.bincount(block, known <= 0, minlength=blocks) > 0, NONE, total)


def pairs(one: Array, other: Array) -> Array:
    """Return the pairs that stand side by side, each once, in their order."""
    least, most = int(other.min(initial=0)), int(other.max(initial=0))
    # One number for both: to sort numbers takes a twentieth of the time of sorting pairs.
    every = np.sort(one.astype(np.int64) * (most - least + 1) + (other - least))
    found = every[np.diff(every, prepend=-1) > 0]
    return np.column_stack([found // (most - least + 1), found % (most - least + 1) + least])
