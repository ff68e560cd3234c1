"""Withholding small cells and whatever would give them away by subtraction, the same for every outlet.

A table is a set of cells with sizes (n, the people behind a cell) and the sums that tie them: a total is the
sum of its parts. One-way tables, cross-tabs with margins, trees of units, earlier and later dates are all of
this form. Cells below the threshold k are withheld first; then more are, until

- no withheld cell follows from the shown ones by arithmetic, and
- no group of withheld cells that does follow holds fewer than k people.

Empty cells are treated as known to be empty: they hide nothing. Withheld and empty look alike to readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from survey_app.scoring.figure import Figure, Reason

K = TypeVar("K")
Cell: TypeAlias = tuple[str | None, str | None]
"""A cell of a cross-tab: row and column; None for the total over them."""

THRESHOLD = 5
"""Default k for rates; surveys may ask for more."""

_EPSILON = 1e-9
_MOST_ROWS = 16


@dataclass(frozen=True, slots=True)
class Sum(Generic[K]):
    """What a reader knows: the size of `total` is the sum of the sizes of `parts`."""

    total: K
    parts: tuple[K, ...]

    @property
    def cells(self) -> tuple[K, ...]:
        """Parts first, then the total."""
        return (*self.parts, self.total)


def primary(n: int, threshold: int = THRESHOLD) -> Reason | None:
    """Return why a cell with `n` people is withheld by its own size, or None if it may be shown."""
    if n == 0:
        return Reason.EMPTY
    return Reason.BELOW_THRESHOLD if n < threshold else None


def protect(sizes: Mapping[K, int], sums: Sequence[Sum[K]], threshold: int = THRESHOLD) -> dict[K, Reason]:
    """Return the cells to withhold, each with its reason.

    `sums` must name every total that a reader can see, also outside this table. Raises `KeyError` for a
    cell without a size, `ValueError` where a total is not the sum of its parts.
    """
    for each in sums:
        if sizes[each.total] != sum(sizes[part] for part in each.parts):
            raise ValueError(f"{each.total!r} is not the sum of its parts")
    withheld = {key: reason for key, n in sizes.items() if (reason := primary(n, threshold)) is not None}
    while chosen := _next_to_withhold(sizes, sums, withheld, threshold):
        withheld.update(dict.fromkeys(chosen, Reason.COMPLEMENTARY))
    return withheld


def protect_list(
    sizes: Mapping[str, int], threshold: int = THRESHOLD, *, total_shown: bool = True
) -> dict[str | None, Reason]:
    """Return the withheld groups of a one-way table; the key None is the total over all groups."""
    groups: dict[str | None, int] = {}
    groups.update(sizes.items())
    if not total_shown:
        return protect(groups, (), threshold)
    parts = tuple(groups)
    groups[None] = sum(sizes.values())
    return protect(groups, (Sum(None, parts),), threshold)


def protect_table(sizes: Mapping[tuple[str, str], int], threshold: int = THRESHOLD) -> dict[Cell, Reason]:
    """Return the withheld cells of a cross-tab shown with row totals, column totals and the grand total.

    A cell that `sizes` lacks is empty. (row, None), (None, column) and (None, None) are the totals.
    """
    rows = tuple(dict.fromkeys(row for row, _ in sizes))
    columns = tuple(dict.fromkeys(column for _, column in sizes))
    cells: dict[Cell, int] = {(row, column): sizes.get((row, column), 0) for row in rows for column in columns}
    sums = [
        *(_line((row, None), [(row, column) for column in columns]) for row in rows),
        *(_line((None, column), [(row, column) for row in rows]) for column in columns),
    ]
    for each in sums:
        cells[each.total] = sum(cells[part] for part in each.parts)
    cells[None, None] = sum(sizes.values())
    sums.append(_line((None, None), [(row, None) for row in rows]))
    sums.append(_line((None, None), [(None, column) for column in columns]))
    return protect(cells, sums, threshold)


def _line(total: Cell, parts: Iterable[Cell]) -> Sum[Cell]:
    return Sum(total, tuple(parts))


def hide(figures: Mapping[K, Figure], withheld: Mapping[K, Reason], threshold: int) -> dict[K, Figure]:
    """Return `figures` with those of the withheld cells emptied of everything that comes from answers."""
    return {
        key: figure.withhold(withheld[key], threshold) if key in withheld else figure
        for key, figure in figures.items()
    }


def _next_to_withhold(
    sizes: Mapping[K, int], sums: Sequence[Sum[K]], withheld: Mapping[K, Reason], threshold: int
) -> set[K]:
    """Return cells to withhold next; empty when nothing is given away any more."""
    secret = {key for key in withheld if sizes[key]}
    chosen: set[K] = set()
    for each in sums:
        known = [key for key in each.cells if key in secret or key in chosen]
        if known and _gives_away(each, known, sizes, threshold):
            chosen |= _cheapest((each,), sums, sizes, secret | chosen)
    if chosen:
        return chosen
    for component in _components(sums, secret):
        for group in _derivable(component, secret, sizes, threshold):
            touching = [each for each in component if not group.isdisjoint(each.cells)]
            if chosen := _cheapest(touching, sums, sizes, secret) or _cheapest(component, sums, sizes, secret):
                return chosen
    return set()


def _gives_away(each: Sum[K], hidden: Sequence[K], sizes: Mapping[K, int], threshold: int) -> bool:
    """Tell whether one sum alone reveals a hidden cell, or a group of them below the threshold."""
    if len(hidden) == 1:
        return True
    return each.total not in hidden and sum(sizes[key] for key in hidden) < threshold


def _cheapest(within: Iterable[Sum[K]], sums: Sequence[Sum[K]], sizes: Mapping[K, int], secret: set[K]) -> set[K]:
    """Return the shown cell of `within` that costs a reader least; none if all are hidden.

    A part before a total; then one that opens no further sum; then the smallest.
    """

    def cost(candidate: tuple[Sum[K], K]) -> tuple[bool, int, int]:
        each, key = candidate
        fresh = sum(1 for other in sums if key in other.cells and secret.isdisjoint(other.cells))
        return key == each.total, fresh, sizes[key]

    candidates = [(each, key) for each in within for key in each.cells if key not in secret and sizes[key]]
    return {min(candidates, key=cost)[1]} if candidates else set()


def _derivable(
    component: Sequence[Sum[K]], secret: set[K], sizes: Mapping[K, int], threshold: int
) -> Iterator[set[K]]:
    """Yield groups of hidden cells that follow from several sums together and must not.

    The sums over the hidden cells are reduced to row echelon form, large cells first. A cell is determined if it
    stands alone in a row. A group below the threshold holds small cells only, so it is a union of rows that
    begin among the small cells, each taken once or not at all: few rows, and all their unions are looked at.
    """
    keys = sorted({key for each in component for key in each.cells if key in secret}, key=lambda key: -sizes[key])
    rows = _reduced(_matrix(component, keys))
    for values in rows:
        found = np.flatnonzero(np.abs(values) > _EPSILON)
        if found.size == 1:
            yield {keys[found[0]]}
    large = sum(1 for key in keys if sizes[key] >= threshold)
    small = rows[~np.any(np.abs(rows[:, :large]) > _EPSILON, axis=1), large:]
    counts = np.array([sizes[key] for key in keys[large:]])
    for group in _small_unions(small, counts, threshold):
        yield {keys[large + place] for place in group}


def _matrix(component: Sequence[Sum[K]], keys: Sequence[K]) -> npt.NDArray[np.float64]:
    """Return the sums as rows over the hidden cells `keys`: 1 for a total, -1 for its parts."""
    place = {key: i for i, key in enumerate(keys)}
    matrix = np.zeros((len(component), len(keys)))
    for row, each in enumerate(component):
        for key in each.cells:
            if key in place:
                matrix[row, place[key]] += 1.0 if key == each.total else -1.0
    return matrix


def _small_unions(
    rows: npt.NDArray[np.float64], counts: npt.NDArray[np.int_], threshold: int
) -> Iterator[list[int]]:
    """Yield the columns of every sum of rows that takes each column once or not at all, below the threshold.

    Each row begins with a 1 where the others have 0, so no more than threshold - 1 rows can take part; past
    `_MOST_ROWS` rows only pairs are looked at.
    """
    most = threshold - 1 if len(rows) <= _MOST_ROWS else 2
    for number in range(1, min(most, len(rows)) + 1):
        for chosen in combinations(range(len(rows)), number):
            union = rows[list(chosen)].sum(axis=0)
            taken = np.abs(union - 1) < _EPSILON
            if np.all(taken | (np.abs(union) < _EPSILON)) and counts[taken].sum() < threshold:
                yield np.flatnonzero(taken).tolist()


def _components(sums: Sequence[Sum[K]], secret: set[K]) -> list[list[Sum[K]]]:
    """Return the sums with hidden cells, grouped by the hidden cells that they share."""
    leader: dict[K, K] = {}

    def find(key: K) -> K:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    touched: list[tuple[Sum[K], K]] = []
    for each in sums:
        hidden = [key for key in each.cells if key in secret]
        if hidden:
            touched.append((each, hidden[0]))
            for key in hidden[1:]:
                leader[find(key)] = find(hidden[0])
    groups: dict[K, list[Sum[K]]] = {}
    for each, key in touched:
        groups.setdefault(find(key), []).append(each)
    return list(groups.values())


def _reduced(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the reduced row echelon form (Gauss-Jordan); each pivot is 1."""
    reduced = matrix.copy()
    row = 0
    for column in range(reduced.shape[1]):
        if row == reduced.shape[0]:
            break
        pivot = row + int(np.argmax(np.abs(reduced[row:, column])))
        if abs(reduced[pivot, column]) <= _EPSILON:
            continue
        reduced[[row, pivot]] = reduced[[pivot, row]]
        reduced[row] /= reduced[row, column]
        others = np.flatnonzero(np.abs(reduced[:, column]) > _EPSILON)
        others = others[others != row]
        reduced[others] -= np.outer(reduced[others, column], reduced[row])
        row += 1
    return reduced[:row]
