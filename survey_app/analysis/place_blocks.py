"""One question by the smallest places that may be told apart, as a partition of a selection's ballots.

A pure function of what the gate shows of every node: a block is a node that is shown, without those below it that
are shown, too. What is pooled stays together in one block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, where_of
from survey_app.analysis.gate import ByNode, Gated
from survey_app.analysis.layout import Array
from survey_app.analysis.selection import Selection
from survey_app.analysis.several import by_whole_node


@dataclass(frozen=True, eq=False)
class PlaceBlocks:
    """Ballots by block and code (`codes` in order); no block is empty.

    `headcount` holds the people at a block's places, `NONE` where they are not known of one. `teams` are the keys
    of the teams there (`NONE`: ballots of no team), `places` the number of places that a block holds together.
    """

    codes: tuple[str, ...]
    counts: Array
    headcount: Array
    teams: tuple[frozenset[int], ...]
    places: tuple[int, ...]

    def valued(self, values: Mapping[str, float]) -> tuple[Array, Array]:
        """Return by block the sum of what answers are worth, and the ballots whose answer is worth something."""
        worth = [place for place, code in enumerate(self.codes) if code in values]
        counts = self.counts[:, worth].astype(np.float64)
        return counts @ np.array([values[self.codes[place]] for place in worth]), counts.sum(axis=1)


def place_blocks(topic: Topic, selection: Selection, name: str) -> Gated[PlaceBlocks | None]:
    """Return a question by block below the selected unit; None where not even the whole is shown.

    Raises `OutOfScope`.
    """
    where_of(topic, selection)
    scope, tree = topic.gate.scope, topic.gate.world.tree
    start: int | None = 0
    if selection.unit is not None:
        start = scope.place_of(tree.node_of_unit[selection.unit])
    return by_whole_node(topic.gate, name).map(lambda found: _blocks(topic, found, start))


def _blocks(topic: Topic, found: ByNode, start: int | None) -> PlaceBlocks | None:
    if start is None or not found.shown[start]:
        return None
    scope = topic.gate.scope
    own, owner = found.counts.copy(), np.full(len(scope.inside), NONE)
    kept = np.zeros(len(found.shown), np.bool_)
    kept[start] = True
    owner[scope.low[start] : scope.high[start]] = start
    if start == 0:
        owner = np.where(scope.inside, 0, NONE)
    for node in range(start + 1, len(kept)):
        # Parents stand before what is below them, and a node's own leaves are taken over by those below it.
        if kept[scope.parent[node]] and found.shown[node]:
            kept[node] = True
            own[scope.parent[node]] -= found.counts[node]
            owner[scope.low[node] : scope.high[node]] = node
    nodes = np.flatnonzero(kept & (own.sum(axis=1) > 0))
    parts = [np.flatnonzero(owner == node) for node in nodes]
    return PlaceBlocks(
        found.codes,
        own[nodes],
        np.array([_headcount(topic, leaves) for leaves in parts], np.int64),
        tuple(_teams(topic, leaves) for leaves in parts),
        tuple(_places(topic, leaves) for leaves in parts),
    )


def _headcount(topic: Topic, leaves: Array) -> int:
    known = topic.headcounts[topic.gate.world.active[leaves]]
    return int(known.sum()) if (known > 0).all() else NONE


def _nodes(topic: Topic, leaves: Array) -> Array:
    return topic.gate.world.tree.leaf_nodes[topic.gate.world.active[leaves]]


def _teams(topic: Topic, leaves: Array) -> frozenset[int]:
    return frozenset(topic.gate.world.tree.team[_nodes(topic, leaves)].tolist())


def _places(topic: Topic, leaves: Array) -> int:
    return len(set(topic.gate.world.tree.unit[_nodes(topic, leaves)].tolist()))
