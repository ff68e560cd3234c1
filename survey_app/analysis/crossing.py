"""Two questions against each other as they may be shown: small cells withheld, and what would give them away.

Withheld and empty look alike. A test's numbers are functions of every cell, so they are exact only where all cells
are shown; otherwise there is just a word for the strength, and whether chance explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from survey_app.scoring.suppression import Cell, protect_table
from survey_app.scoring.tables import Outcome, chi_square, cramers_v

Counts: TypeAlias = tuple[tuple[int, ...], ...]
Shown: TypeAlias = tuple[int | None, ...]

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
    """What the test says: significant at 5 % or not, how strong, and the numbers where no cell is withheld."""

    is_significant: bool
    strength: Strength
    test: Outcome | None = None
    cramers_v: float | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """Cells by row, and the sums of the lines; None is withheld or empty."""

    cells: tuple[Shown, ...]
    rows: Shown
    columns: Shown
    total: int | None
    association: Association | None

    @property
    def is_whole(self) -> bool:
        """Tell whether every cell is shown."""
        return all(cell is not None for row in self.cells for cell in row)


@lru_cache(maxsize=512)
def crossing(counts: Counts, least: int) -> Crossing | None:
    """Return what is shown of a table whose cells need `least` people; None where no cell can be shown."""
    sizes = {(str(r), str(c)): count for r, row in enumerate(counts) for c, count in enumerate(row)}
    withheld = protect_table(sizes, least)
    cells = tuple(
        tuple(None if (str(r), str(c)) in withheld else count for c, count in enumerate(row))
        for r, row in enumerate(counts)
    )
    if all(cell is None for row in cells for cell in row):
        return None
    rows = tuple(_sum(withheld, (str(r), None), sum(row)) for r, row in enumerate(counts))
    columns = tuple(
        _sum(withheld, (None, str(c)), sum(column)) for c, column in enumerate(zip(*counts, strict=True))
    )
    total = _sum(withheld, (None, None), sum(map(sum, counts)))
    return Crossing(cells, rows, columns, total, _association(counts, is_whole=not withheld))


def _sum(withheld: Mapping[Cell, object], cell: Cell, count: int) -> int | None:
    return None if cell in withheld else count


def _association(counts: Counts, *, is_whole: bool) -> Association | None:
    table = np.array(counts)
    if min((table.sum(axis=1) > 0).sum(), (table.sum(axis=0) > 0).sum()) < _TWO:
        return None
    test = chi_square(table)
    v = cramers_v(test, table)
    strength = next((name for least, name in _FROM if v >= least), Strength.NONE)
    is_significant = test.p_value < SIGNIFICANT
    return Association(is_significant, strength, test, v) if is_whole else Association(is_significant, strength)
