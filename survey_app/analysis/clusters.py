"""Places that are counted as one: those that no table of some questions tells apart.

The error of a figure over places is a function of each place's answers, and so is its interval, which is shown. Its
clusters are therefore never finer than what may be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from survey_app.analysis.layout import Array


class Blocked(Protocol):
    """Leaves of the tree, and the block of each."""

    @property
    def leaves(self) -> Array:
        """The leaves with ballots that the reader sees."""

    @property
    def block(self) -> Array:
        """The number of each leaf's block."""


def clusters(leaves: int, found: Sequence[Blocked], together: tuple[Array, Array] | None = None) -> Array:
    """Return the cluster of each of the tree's leaves: whoever shares a block of one of the questions is in one.

    `together` names leaves and a group of each that are one cluster, too. Leaves of no block stand alone.
    """
    edges = [(each.leaves, each.block) for each in found] + ([] if together is None else [together])
    nodes = leaves
    ones, others = [], []
    for members, groups in edges:
        ones.append(members)
        others.append(nodes + groups)
        nodes += int(groups.max(initial=-1)) + 1
    one, other = np.concatenate(ones), np.concatenate(others)
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1][:leaves])


def joined(size: int, one: Array, other: Array) -> Array:
    """Number `size` things by groups: those that share one of the others belong together, given by pairs."""
    nodes = size + int(other.max(initial=-1)) + 1
    graph = coo_array((np.ones(len(one), np.int8), (one, size + other)), shape=(nodes, nodes))
    return np.asarray(np.unique(connected_components(graph, directed=False)[1][:size], return_inverse=True)[1])
