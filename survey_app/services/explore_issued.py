"""What was given out for answering, by place: papers in reconciled batches, single-use codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Issued
from survey_app.analysis.layout import Array
from survey_app.analysis.places import Tree
from survey_app.analysis.world import World


def issued(world: World, invited: Sequence[Any], batches: Sequence[Any]) -> Issued | None:
    """Return what was issued by leaf; None where nothing was.

    `invited` are rows of codes given out, `batches` those that are reconciled, both of one audience.
    """
    by_code = {row.collector_id for row in invited}
    stated = [row for row in batches if row.issued is not None and row.collector_id not in by_code]
    if not by_code and not stated:
        return None
    tree = world.tree
    given = by_leaf(tree, invited, [row.given for row in invited])
    given += by_leaf(tree, stated, [row.issued for row in stated])
    through = by_leaf(tree, stated, [row.spoilt + row.abstained for row in stated])
    through[world.active] += world.come_by(np.array(sorted(by_code)), np.array([row.id for row in stated]))
    return Issued(given, through)


def by_leaf(tree: Tree, rows: Sequence[Any], counts: Sequence[int]) -> Array:
    """Return counts by leaf of the tree, of rows that have a posting or else a unit."""
    postings = np.array([NONE if row.posting_id is None else row.posting_id for row in rows], np.int64)
    leaves = tree.leaves_of(postings, np.array([row.unit_id for row in rows], np.int64))
    return np.bincount(leaves, counts, minlength=tree.leaves + 1)[: tree.leaves].astype(np.int64)
