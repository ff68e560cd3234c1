"""Where ballots come from: the tree of units with postings as leaves, numbered so that a subtree is a range.

Leaves are counted in the order of the tree. A ballot belongs to the leaf of its posting, and without a posting to
that of its unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey_app.analysis.encode import NONE
from survey_app.analysis.layout import Array

ROOT = -1
"""Stands for the parent of the topmost units."""


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit of the tree; `path` lists the keys from the root to it, as "/1/7/12/"."""

    id: int
    path: str


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """A posting: the unit where it is, its team, and the workers there, where their number is known."""

    posting: int
    unit: int
    team: int
    headcount: int | None = None


@dataclass(frozen=True)
class Tree:
    """Units and leaves as arrays. Nodes stand before what is below them; node i covers leaves `low[i]`-`high[i]`.

    `unit` is the key of a node's unit; a leaf has its unit's key, and `posting` and `team` (`NONE`: ballots of the
    unit that belong to no posting). Inner nodes have `NONE` for both. `headcount`: the workers at a leaf's posting,
    `NONE` where nobody knows their number.
    """

    unit: Array
    parent: Array
    low: Array
    high: Array
    leaf: Array
    posting: Array
    team: Array
    headcount: Array
    paths: Mapping[int, str]

    @property
    def leaves(self) -> int:
        """Number of leaves."""
        return int(self.leaf.sum())

    @cached_property
    def leaf_nodes(self) -> Array:
        """The node of each leaf."""
        return np.flatnonzero(self.leaf)

    @cached_property
    def node_of_unit(self) -> dict[int, int]:
        """The node of each unit."""
        return {int(self.unit[node]): int(node) for node in np.flatnonzero(~self.leaf)}

    @cached_property
    def leaf_of_posting(self) -> Array:
        """Leaf by posting + 1; the number of leaves for an unknown posting."""
        return self._lookup(self.posting)

    @cached_property
    def leaf_of_unit(self) -> Array:
        """Leaf by unit + 1, for ballots without a posting; the number of leaves for an unknown unit."""
        own = np.where(self.posting == NONE, self.unit, NONE)
        return self._lookup(own)

    def _lookup(self, keys: Array) -> Array:
        nodes = self.leaf_nodes
        known = keys[nodes]
        table = np.full(int(known.max(initial=0)) + 2, len(nodes), np.int32)
        places = np.flatnonzero(known != NONE)
        table[known[places] + 1] = places
        return table

    def leaves_of(self, posting: Array, unit: Array) -> Array:
        """Return the leaf of each ballot; the number of leaves for one from nowhere that is known."""
        found = _looked_up(self.leaf_of_posting, posting)
        homeless = found == self.leaves
        if homeless.any():
            found[homeless] = _looked_up(self.leaf_of_unit, unit[homeless])
        return found

    def team_leaves(self, team: int) -> Array:
        """Return for each leaf whether it is the team's."""
        return np.asarray(self.team[self.leaf_nodes] == team)

    def children(self, node: int) -> list[int]:
        """Return the units right below a node."""
        return [int(each) for each in np.flatnonzero((self.parent == node) & ~self.leaf)]


def _looked_up(table: Array, keys: Array) -> Array:
    last = len(table) - 1
    found = table[np.minimum(keys + 1, last)]
    # A key past the table is as unknown as one that the table does not name.
    found[keys + 1 > last] = table[0]
    return np.asarray(found)


def tree_of(units: Iterable[UnitFacts], postings: Iterable[LeafFacts]) -> Tree:
    """Return the tree. A unit whose parent is not among `units` stands on top; postings elsewhere are left out."""
    keys = {each.id: tuple(int(key) for key in each.path.strip("/").split("/") if key) for each in units}
    order = sorted(keys, key=lambda unit: keys[unit])
    by_unit: dict[int, list[LeafFacts]] = {unit: [] for unit in order}
    for each in postings:
        if each.unit in by_unit:
            by_unit[each.unit].append(each)
    paths = {unit: "/" + "".join(f"{key}/" for key in keys[unit]) for unit in order}
    return _arrays(order, keys, by_unit, paths)


def _arrays(
    order: Sequence[int],
    keys: Mapping[int, tuple[int, ...]],
    by_unit: Mapping[int, Sequence[LeafFacts]],
    paths: Mapping[int, str],
) -> Tree:
    rows: list[tuple[int, int, bool, int, int, int]] = []
    node_of: dict[int, int] = {}
    low, leaves = [], 0
    for unit in order:
        above = next((node_of[key] for key in reversed(keys[unit][:-1]) if key in node_of), ROOT)
        node_of[unit] = len(rows)
        rows.append((unit, above, False, NONE, NONE, NONE))
        low.append(leaves)
        own = [(NONE, NONE, NONE), *((each.posting, each.team, _known(each.headcount)) for each in by_unit[unit])]
        for posting, team, headcount in own:
            rows.append((unit, node_of[unit], True, posting, team, headcount))
            low.append(leaves)
            leaves += 1
    table = np.array(rows, np.int64).reshape(-1, 6)
    parent, leaf, first = table[:, 1], table[:, 2].astype(np.bool_), np.array(low, np.int64)
    high = np.where(leaf, first + 1, first)
    for node in range(len(rows) - 1, -1, -1):
        if parent[node] != ROOT:
            high[parent[node]] = max(high[parent[node]], high[node])
    return Tree(table[:, 0], parent, first, high, leaf, table[:, 3], table[:, 4], table[:, 5], paths)


def _known(headcount: int | None) -> int:
    return NONE if headcount is None else headcount
