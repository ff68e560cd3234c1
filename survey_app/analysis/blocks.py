"""Blocks: the smallest groups of ballots that may be told apart, so that nothing smaller follows by subtraction.

This module groups places. A node of the tree is open or pooled with siblings, depending on the ballots, the
reader's subtree and the set of dimensions that a view tells apart, never on the order of questions; more dimensions
never open a place that fewer have pooled. Decision 0008 tells why that is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.analysis.layout import Array
from survey_app.analysis.places import ROOT, Tree

_FAR = 2**60


@dataclass(frozen=True, eq=False)
class Scope:
    """What a reader may see of the tree: nodes with ballots, a root over them first, parents before children.

    `node` is the place in the tree (`ROOT` for the root over all), `parent` and `depth` within this scope; a node
    covers the active leaves from `low` to `high`. `leaf` marks the nodes with nothing below them, each of one
    active leaf; `inside` tells which active leaves belong to the scope.
    """

    node: Array
    parent: Array
    depth: Array
    low: Array
    high: Array
    leaf: Array
    inside: Array

    def sums(self, counts: Array, nodes: Array) -> Array:
        """Return counts by node from counts by active leaf (first axis); of the root for 0."""
        found = np.zeros((len(nodes), *counts.shape[1:]), np.int64)
        below = nodes > 0
        if below.any():
            # Sums between bounds, which `reduceat` takes in pairs; every bound must be a row.
            ends = np.stack([self.low[nodes[below]], self.high[nodes[below]]], axis=1).reshape(-1)
            rows = counts
            if (ends[:-1] == len(counts)).any():
                rows = np.concatenate([counts, np.zeros((1, *counts.shape[1:]), counts.dtype)])
            elif ends[-1] == len(counts):
                ends = ends[:-1]
            # Added up as they are: a wider sum costs three times as much, and no sum exceeds the number of ballots.
            found[below] = np.add.reduceat(rows, ends, axis=0, dtype=counts.dtype)[::2]
        if not below.all():
            found[~below] = (counts if self.inside.all() else counts[self.inside]).sum(axis=0, dtype=counts.dtype)
        return found

    def place_of(self, node: int) -> int | None:
        """Return the place in this scope of a node of the tree, or None where it has no ballots or is outside."""
        found = np.flatnonzero(self.node == node)
        return int(found[0]) if found.size else None


def scope_of(tree: Tree, active: Array, paths: Sequence[str]) -> Scope:
    """Return the part of the tree below `paths` that has ballots in the leaves `active`."""
    low, high = np.searchsorted(active, tree.low), np.searchsorted(active, tree.high)
    seen = np.zeros(len(tree.unit), np.bool_)
    for node in np.flatnonzero(~tree.leaf).tolist():
        above = tree.parent[node]
        seen[node] = (above != ROOT and seen[above]) or any(
            tree.paths[int(tree.unit[node])].startswith(path) for path in paths
        )
    seen[tree.leaf] = seen[tree.parent[tree.leaf]]
    used = seen & (high > low)
    # An only leaf is its unit once more: the unit stands for both.
    families = np.bincount(tree.parent[used & (tree.parent != ROOT)], minlength=len(tree.unit))
    used &= ~(tree.leaf & (families[tree.parent] == 1))
    nodes = np.flatnonzero(used)
    place = np.full(len(tree.unit), 0)
    place[nodes] = np.arange(1, len(nodes) + 1)
    above = tree.parent[nodes]
    parent = np.concatenate([[ROOT], np.where(above == ROOT, 0, place[above])])
    depth = np.zeros(len(parent), np.int64)
    for at in range(1, len(parent)):
        depth[at] = depth[parent[at]] + 1
    has_children = np.bincount(parent[1:], minlength=len(parent)) > 0
    is_leaf = ~has_children & (parent != ROOT)
    first, last = np.concatenate([[0], low[nodes]]), np.concatenate([[0], high[nodes]])
    inside = np.zeros(len(active), np.bool_)
    inside[first[is_leaf]] = True
    return Scope(np.concatenate([[ROOT], nodes]), parent, depth, first, last, is_leaf, inside)


def cells_are_small(cells: Array, least: Array) -> Array:
    """Return for each row whether one of its cells is neither empty nor at least `least`, given by column."""
    return np.asarray(((cells > 0) & (cells < least)).any(axis=1))


def pool(cells: Array, parent: Array, must: Array, least: Array) -> Array:
    """Return which nodes are shown with their siblings only: small ones, and those that would give them away.

    Rows are nodes, whole families of them. Of each family those in `must`, which holds all with a small cell, are
    pooled, then the smallest others until no cell of the pool is small; the whole family where that never comes.
    """
    pooled = np.zeros(len(parent), np.bool_)
    chosen = np.flatnonzero(np.isin(parent, parent[must]))
    if not chosen.size:
        return pooled
    order = chosen[np.lexsort((cells[chosen].sum(axis=1), ~must[chosen], parent[chosen]))]
    starts = np.flatnonzero(np.diff(parent[order], prepend=-2))
    family = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(order)))
    running = np.cumsum(cells[order], axis=0)
    before = np.concatenate([np.zeros((1, cells.shape[1]), np.int64), running[starts[1:] - 1]])
    running -= before[family]
    place = np.arange(len(order)) - starts[family]
    needed = np.add.reduceat(must[order].astype(np.int64), starts)
    enough = ~cells_are_small(running, least) & (place + 1 >= needed[family])
    last = np.minimum.reduceat(np.where(enough, place, _FAR), starts)
    pooled[order] = place <= last[family]
    return pooled


def opened(scope: Scope, pooled: Array, *, root_is_open: bool) -> tuple[Array, Array]:
    """Return which nodes may be shown by themselves, and the block that each node's ballots belong to.

    A node is open unless it or a node above is pooled.
    """
    is_open, block = np.zeros(len(pooled), np.bool_), np.zeros(len(pooled), np.int64)
    is_open[0] = root_is_open
    for level in range(1, int(scope.depth.max(initial=0)) + 1):
        nodes = np.flatnonzero(scope.depth == level)
        above = scope.parent[nodes]
        is_open[nodes] = is_open[above] & ~pooled[nodes]
        # A pool is named by its parent; nodes below a closed one belong to its block.
        of_pool = np.where(is_open[above], len(pooled) + above, block[above])
        block[nodes] = np.where(is_open[nodes], nodes, of_pool)
    return is_open, block
