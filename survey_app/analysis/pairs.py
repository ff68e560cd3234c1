"""Every two of some questions against each other, over all ballots of some places: counted together.

The answers of a ballot to two or three questions make one number, and two such numbers the cell of a larger table,
of which the tables of every two of these questions are sums. So 15 counts give the 120 tables of 16 questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from survey_app.analysis.blocks import Scope
from survey_app.analysis.counting import Cube
from survey_app.analysis.layout import Array
from survey_app.analysis.world import Cut, Part, World

_WIDEST = 256
"""Cells of the questions of one number, at most: the cells of two numbers fit into the cache next to a core.

A number fits into a byte, too.
"""
_SOME_ROWS = 262_144


class Whole(Cube):
    """Counts of one table over all places of a scope, of which nothing else is known."""

    def __init__(self, table: Array) -> None:
        super().__init__(lambda: table[None])
        self._table = table

    def at(self, scope: Scope, nodes: Array) -> Array:
        """Return the counts of the whole scope. Raises `ValueError` for other nodes."""
        if nodes.any():
            raise ValueError("only the whole is counted")
        return np.repeat(self._table[None], len(nodes), axis=0)


def pair_tables(world: World, cuts: Sequence[Cut], inside: Array) -> dict[tuple[int, int], Array]:
    """Return for every two of some cuts, by their places, the ballots of some active leaves by category of both."""
    bundles = _bundles([cut.size for cut in cuts])
    blocks: list[tuple[tuple[int, ...], ...]] = list(combinations(bundles, 2)) or [tuple(bundles)]
    shapes = [[cuts[each].size for bundle in block for each in bundle] for block in blocks]
    counts = [np.zeros(math.prod(shape), np.int64) for shape in shapes]
    for part, bounds in zip(world.parts, world.bounds, strict=True):
        rows = None if inside.all() else np.repeat(inside, np.diff(bounds))
        numbers = {bundle: _numbers(part, [cuts[each] for each in bundle], rows) for bundle in bundles}
        for block, total in zip(blocks, counts, strict=True):
            width = math.prod(cuts[each].size for each in block[-1])
            for start in range(0, len(numbers[block[0]]), _SOME_ROWS):
                some = slice(start, start + _SOME_ROWS)
                cells = numbers[block[0]][some].astype(np.intp)
                if len(block) > 1:
                    cells = cells * width + numbers[block[-1]][some]
                total += np.bincount(cells, minlength=len(total))
    found: dict[tuple[int, int], Array] = {}
    for block, shape, total in zip(blocks, shapes, counts, strict=True):
        members = [each for bundle in block for each in bundle]
        for (at, first), (other, second) in combinations(enumerate(members), 2):
            if (first, second) not in found:
                gone = tuple(axis for axis in range(len(shape)) if axis not in (at, other))
                found[first, second] = total.reshape(shape).sum(axis=gone)
    return found


def _bundles(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Put neighbours together, each as many as fit into one number."""
    found: list[tuple[int, ...]] = []
    for place, size in enumerate(sizes):
        if found and math.prod(sizes[each] for each in found[-1]) * size <= _WIDEST:
            found[-1] = (*found[-1], place)
        else:
            found.append((place,))
    return found


def _numbers(part: Part, cuts: Sequence[Cut], rows: Array | None) -> Array:
    """Return for each ballot of a part the cell that its answers to some questions make."""
    # A byte does, unless one question has more answers: ballots are many.
    kind = np.uint8 if math.prod(cut.size for cut in cuts) <= _WIDEST else np.int32
    found: Array = np.zeros(part.size, kind)
    for cut in cuts:
        found *= kind(cut.size)
        found += cut.of(part).astype(kind, copy=False)
    return found if rows is None else found[rows]
