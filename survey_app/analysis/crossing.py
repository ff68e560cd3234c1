"""Two questions against each other: the table that the gate let out, its sums, and whether they hang together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from survey_app.analysis.layout import Array
from survey_app.scoring.tables import Outcome, chi_square, cramers_v

SIGNIFICANT = 0.05
_TWO = 2


class Strength(StrEnum):
    """How closely two questions hang together, by Cramér's V: small, medium and large association (Cohen 1988)."""

    NONE = "none"
    WEAK = "weak"
    MIDDLING = "middling"
    STRONG = "strong"


_FROM = ((0.5, Strength.STRONG), (0.3, Strength.MIDDLING), (0.1, Strength.WEAK))


@dataclass(frozen=True, slots=True)
class Association:
    """What Pearson's test says of a table, and how strong the association is."""

    test: Outcome
    cramers_v: float

    @property
    def is_significant(self) -> bool:
        """Whether chance alone would hardly make such a table, at 5 %."""
        return self.test.p_value < SIGNIFICANT

    @property
    def strength(self) -> Strength:
        """A word for V."""
        return next((name for least, name in _FROM if self.cramers_v >= least), Strength.NONE)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Ballots by row and column, and the sums of the lines; `association` is None where a line is empty."""

    cells: tuple[tuple[int, ...], ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    total: int
    association: Association | None


def crossing(table: Array) -> Crossing:
    """Return a table of counts with its sums and Pearson's test."""
    return Crossing(
        cells=tuple(map(tuple, table.tolist())),
        rows=tuple(table.sum(axis=1).tolist()),
        columns=tuple(table.sum(axis=0).tolist()),
        total=int(table.sum()),
        association=_association(table),
    )


def _association(table: Array) -> Association | None:
    if min(np.count_nonzero(table.any(axis=1)), np.count_nonzero(table.any(axis=0))) < _TWO:
        return None
    test = chi_square(table)
    return Association(test, cramers_v(test, table))
