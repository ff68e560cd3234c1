"""Tables of answers and circumstances, their groups that must not be small, and what is merged until none is.

Where a table has one answer, a group is the ballots that have it, by all other dimensions; where it has several,
the people who gave one answer and the others. Decision 0008 tells why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from survey_app.analysis.layout import Array

Labels: TypeAlias = Mapping[str, Array]
"""The group of each category, by dimension; groups are runs of neighbours, numbered from 0."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a table: its name, its number of categories, and whether they are answers.

    The last category of an answer holds the ballots without one. `kinds` numbers the categories: people in those of
    one number were asked the same other questions. Empty where all were.
    """

    name: str
    size: int
    is_answer: bool
    kinds: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """Counts by place (first axis) and dimensions, sorted by name.

    `given` counts, of a table of one answer, the ballots with any answer, in its base or outside, by the other
    dimensions; None where none is outside.
    """

    dimensions: tuple[Dimension, ...]
    counts: Array
    given: Array | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the dimensions."""
        return tuple(each.name for each in self.dimensions)

    @property
    def answers(self) -> tuple[int, ...]:
        """Places of the dimensions that are answers."""
        return tuple(place for place, each in enumerate(self.dimensions) if each.is_answer)

    def held(self) -> dict[str, Array]:
        """Return which categories of each dimension have ballots."""
        axes = range(self.counts.ndim)
        return {
            each.name: self.counts.sum(axis=tuple(axis for axis in axes if axis != place)) > 0
            for place, each in enumerate(self.dimensions, start=1)
        }

    def cells(self, labels: Labels, asked: Least) -> Cells:
        """Return the groups that must not be small.

        Of one answer: the ballots that have it, and those that have any, by the groups of all other dimensions. Of
        several: those that gave one answer and the others, each such cell. Who left one of them out makes no group
        of anybody.
        """
        counts = _grouped(self.counts, self.dimensions, labels)
        if len(self.answers) == 1:
            place = self.answers[0]
            others = tuple(each for each in self.dimensions if not each.is_answer)
            found = np.take(counts, range(counts.shape[1 + place] - 1), axis=1 + place).sum(axis=1 + place)
            if self.given is not None:
                found = np.stack([found, _grouped(self.given, others, labels)], axis=-1)
            return Cells(others, found, np.full(found.shape[1:], asked.named))
        least = np.full(counts.shape[1:], asked.crowd)
        for place in self.answers:
            least[(slice(None),) * place + (-1,)] = 0
        return Cells(self.dimensions, counts, least)


@dataclass(frozen=True, slots=True)
class Least:
    """The least size of groups: those named by answers of others (`crowd`), and all the rest (`named`)."""

    named: int
    crowd: int


@dataclass(frozen=True, eq=False)
class Cells:
    """Groups by some dimensions: ballots by place (first axis), and the least that each group may have.

    A last axis besides the dimensions holds several counts of one and the same group.
    """

    dimensions: tuple[Dimension, ...]
    counts: Array
    least: Array

    def next_merge(self, kinds: Mapping[str, Sequence[frozenset[int]]]) -> Merge | None:
        """Return the merge that is to help the smallest group of the whole that is too small.

        Of the lines that it stands in, one is merged with its smaller neighbour: where the least is lost, by the
        people who are told apart no more and by the groups that a dimension has. None where no line may be merged,
        or no group is too small. Of the dimensions in `kinds`, only groups of one and the same kind are merged.
        """
        counts = self.counts[0]
        small = (counts > 0) & (counts < self.least)
        if not small.any():
            return None
        at = np.unravel_index(np.argmin(np.where(small, counts, np.iinfo(np.int64).max)), counts.shape)
        merges = [
            merge
            for axis, each in enumerate(self.dimensions)
            if (merge := self._merge(axis, each, int(at[axis]), kinds.get(each.name))) is not None
        ]
        return min(merges, key=lambda merge: merge.loss, default=None)

    def _merge(
        self, axis: int, dimension: Dimension, group: int, kinds: Sequence[frozenset[int]] | None
    ) -> Merge | None:
        """Return the merge of a group of a dimension with its smaller neighbour; not of those without an answer."""
        counts = self.counts[0]
        lines = counts.sum(axis=tuple(each for each in range(counts.ndim) if each != axis))
        free = len(lines) - dimension.is_answer
        near = [each for each in (group - 1, group + 1) if 0 <= each < free]
        if kinds is not None:
            near = [each for each in near if kinds[each] == kinds[group]]
        if group >= free or not near:
            return None
        other = min(near, key=lambda each: (int(lines[each]), each))
        return Merge(dimension.name, min(group, other), Fraction(int(min(lines[group], lines[other])), free))


@dataclass(frozen=True, slots=True)
class Merge:
    """Two neighbouring groups of a dimension, `lower` the first; `loss`: the smaller's people by group of it."""

    name: str
    lower: int
    loss: Fraction


def _grouped(counts: Array, dimensions: Sequence[Dimension], labels: Labels) -> Array:
    """Add up the categories of each group of these dimensions, which are the axes after the first."""
    for axis, each in enumerate(dimensions, start=1):
        counts = np.add.reduceat(counts, _starts(labels[each.name]), axis=axis)
    return counts


def _starts(labels: Array) -> Array:
    """Return where each group of categories begins."""
    return np.concatenate([[0], 1 + np.flatnonzero(labels[1:] != labels[:-1])])


def settled(total: Table, labels: dict[str, Array], asked: Least) -> dict[str, Array]:
    """Merge categories until no group of the whole is small, the smallest group first.

    Categories whose people were asked other questions stay apart where that leaves two groups of each answer:
    otherwise nothing could be said of these questions beside the same answers.
    """
    kinds = {each.name: each.kinds for each in total.dimensions if each.kinds}
    if kinds and len(total.answers) > 1:
        merged = _merged(total, labels, asked, kinds)
        if not _is_small(total, merged, asked) and _tells_apart(total, merged):
            return merged
    return _merged(total, labels, asked, {})


def _merged(
    total: Table, labels: dict[str, Array], asked: Least, kinds: Mapping[str, Sequence[int]]
) -> dict[str, Array]:
    while len(total.dimensions) > 1:
        of_groups = {name: _kinds_of(labels[name], own) for name, own in kinds.items()}
        merge = total.cells(labels, asked).next_merge(of_groups)
        if merge is None:
            break
        own = labels[merge.name]
        labels = {**labels, merge.name: np.where(own > merge.lower, own - 1, own)}
    return labels


def _kinds_of(labels: Array, kinds: Sequence[int]) -> list[frozenset[int]]:
    found: list[set[int]] = [set() for _ in range(int(labels[-1]) + 1)]
    for group, kind in zip(labels.tolist(), kinds, strict=True):
        found[group].add(kind)
    return [frozenset(each) for each in found]


def _is_small(total: Table, labels: dict[str, Array], asked: Least) -> bool:
    cells = total.cells(labels, asked)
    return bool(((cells.counts[0] > 0) & (cells.counts[0] < cells.least)).any())


def _tells_apart(total: Table, labels: dict[str, Array]) -> bool:
    """Tell whether two groups of each answer have people."""
    held = total.held()
    return all(
        len(np.unique(labels[each.name][:-1][held[each.name][:-1]])) > 1
        for each in total.dimensions
        if each.is_answer
    )
