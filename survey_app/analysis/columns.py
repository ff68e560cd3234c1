"""The responses of one survey as columns, and counting over them.

A survey's responses come in pieces (a large one mapped from disk, a small one in memory): every count is the sum
of the counts of the pieces, so nothing is copied to add a response. Counting is `bincount` over small integers;
no loop per response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

import numpy as np

from survey_app.analysis.encode import NONE
from survey_app.analysis.layout import MISSING, Array, Column, Sort

MARKS = 2
"""Places that the marks take before the codes in a count: first not asked, then missing."""


_FEW = 14


@dataclass(frozen=True)
class Piece:
    """Some responses: arrays of one length by column or dimension. `kept` marks those that count; None: all."""

    size: int
    arrays: Mapping[str, Array]
    kept: Array | None = None

    def of(self, name: str) -> Array:
        """Return a column or dimension of the responses that count."""
        values = self.arrays[name]
        return values if self.kept is None else values[self.kept]


Kept: TypeAlias = Callable[[Piece, Column], Array]
"""Tells which responses of a piece count for a column, where that differs from column to column."""


@dataclass(frozen=True)
class Columns:
    """All responses of one survey that had arrived by `as_of`. `where` leaves some out without copying the rest."""

    survey_id: int
    layout: Mapping[str, Column]
    pieces: tuple[Piece, ...]
    as_of: datetime
    _known_groups: dict[tuple[int, int], tuple[By, Piece, Array]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def size(self) -> int:
        """Number of responses that count."""
        return sum(piece.size if piece.kept is None else int(piece.kept.sum()) for piece in self.pieces)

    def column(self, code: str, sort: Sort, option: str = "") -> Column | None:
        """Return a field's column, or None where no version of the survey has it."""
        return self.layout.get(Column(code, sort, option).name)

    def dimension(self, name: str) -> Array:
        """Return a dimension over all pieces, copied into one array."""
        return np.concatenate([piece.of(name) for piece in self.pieces]) if self.pieces else np.array([], np.int64)

    def where(self, dimension: str, keys: Array, *, drop: bool = False) -> Columns:
        """Return the responses whose `dimension` is among `keys`; with `drop`, all the others."""
        pieces = []
        for piece in self.pieces:
            found = np.isin(piece.arrays[dimension], keys, invert=drop)
            if not found.all():
                # Where nothing is left out, counting goes on without copying the rest.
                piece = replace(piece, kept=found if piece.kept is None else found & piece.kept)
            pieces.append(piece)
        return replace(self, pieces=tuple(pieces))

    def kept(self, column: Column, kept: Kept) -> Columns:
        """Return the responses that count for a column, of those that have not been left out."""
        return self.only(lambda piece: kept(piece, column))

    def only(self, chosen: Callable[[Piece], Array]) -> Columns:
        """Return the responses that are marked, of those that have not been left out."""
        return self.kept_by(
            lambda piece: chosen(piece) if piece.kept is None else np.asarray(chosen(piece) & piece.kept)
        )

    def kept_by(self, kept: Callable[[Piece], Array]) -> Columns:
        """Return the responses that are marked, whatever was left out before."""
        return replace(self, pieces=tuple(replace(piece, kept=kept(piece)) for piece in self.pieces))

    def counts(self, column: Column, by: By | None = None) -> Array:
        """Count the values of a column of small integers: one row per group, one column per value.

        The first two values are "not asked" and "missing"; then come the codes (CODED), no and yes (CHOSEN), the
        places from 0 (PLACE), the numbers 0-10 (WHOLE), or 0 and 1 (GIVEN).
        """
        width = MARKS + _values_of(column)
        groups = 1 if by is None else by.size
        total = np.zeros(groups * width, np.int64)
        for piece in self.pieces:
            if by is None:
                total += histogram(piece.of(column.name), width)
                continue
            place = piece.of(column.name).astype(np.intp) + MARKS
            place += self._groups(by, piece) * width
            total += np.bincount(place, minlength=groups * width)
        return total.reshape(groups, width)

    def counts_by(self, by: By) -> Array:
        """Count the responses of each group."""
        total = np.zeros(by.size, np.int64)
        for piece in self.pieces:
            total += np.bincount(self._groups(by, piece), minlength=by.size)
        return total

    def _groups(self, by: By, piece: Piece) -> Array:
        """Return the group of each response, worked out once for all columns that are counted by it."""
        key = (id(by), id(piece))
        if key not in self._known_groups:
            self._known_groups[key] = (by, piece, by.of(piece))
        return self._known_groups[key][2]

    def values(self, column: Column) -> Array:
        """Return all values of a column, copied into one array; for numbers and dates."""
        found = [piece.of(column.name) for piece in self.pieces]
        return np.concatenate(found) if found else np.array([], column.dtype)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A survey's responses that are not voided, and the same with the voided ones."""

    columns: Columns
    with_voided: Columns

    @property
    def voided(self) -> int:
        """Number of voided responses."""
        return self.with_voided.size - self.columns.size


@dataclass(frozen=True)
class By:
    """Groups of responses by one of their keys: `group_of` maps a key to its group, 0 up to `size` - 1.

    A key that is not listed, and no key, fall into the last group.
    """

    dimension: str
    group_of: Mapping[int, int]
    size: int

    @cached_property
    def _table(self) -> Array:
        """The group by key + 1, so that NONE (-1) has a place, too."""
        highest = max(self.group_of, default=0)
        table = np.full(highest + 3, self.size - 1, np.intp)
        for key, group in self.group_of.items():
            table[key + 1] = group
        return table

    def of(self, piece: Piece) -> Array:
        """Return the group of each response of `piece` that counts."""
        keys = piece.of(self.dimension)
        groups: Array = self._table[np.clip(keys - NONE, 0, len(self._table) - 1)]
        return groups


def histogram(values: Array, width: int) -> Array:
    """Count the values from the first mark up, `width` of them."""
    if width <= _FEW and values.dtype.itemsize == 1:
        # Comparing bytes takes an eighth of a millisecond a million, half as long as making indices of them.
        counts = [np.count_nonzero(values == value) for value in range(-MARKS, width - MARKS)]
        return np.array(counts, np.int64)
    return np.bincount(values.astype(np.intp) + MARKS, minlength=width)


def tallied(column: Column, counts: Array) -> tuple[dict[str, int], int, int]:
    """Read one row of `Columns.counts` of a CODED column: ballots by code, blank, not asked."""
    by_code = dict(zip(column.codes, (int(count) for count in counts[MARKS:]), strict=True))
    return by_code, int(counts[MARKS + MISSING]), int(counts[0])


def _values_of(column: Column) -> int:
    """Return how many values there are besides the marks."""
    match column.sort:
        case Sort.CODED | Sort.CLASS:
            return len(column.codes)
        case Sort.CHOSEN | Sort.GIVEN:
            return 2
        case Sort.WHOLE:
            return 11
        case Sort.PLACE:
            return int(np.iinfo(column.dtype).max) + 1
        case Sort.NUMBER | Sort.DAY:
            raise ValueError(f"{column.name} is measured, not counted")
