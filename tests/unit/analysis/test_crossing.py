"""Cross-tabs: which cells are shown, and what a solver can work out of the others."""

from random import Random

import numpy as np
import pytest
from scipy.optimize import linprog

from survey_app.analysis.crossing import Counts, Crossing, crossing

LEAST = 11


def _drawn(seed: int, rows: int, columns: int, people: int) -> Counts:
    draw = Random(seed)
    weights = [draw.random() ** 3 + 0.01 for _ in range(rows * columns)]
    cells = draw.choices(range(rows * columns), weights, k=people)
    return tuple(tuple(cells.count(row * columns + column) for column in range(columns)) for row in range(rows))


def _unknown(found: Crossing) -> list[tuple[int, int]]:
    return [(r, c) for r, row in enumerate(found.cells) for c, cell in enumerate(row) if cell is None]


def _equations(found: Crossing) -> tuple[np.ndarray, np.ndarray]:
    """Return what the sums that are shown say about the cells that are not."""
    unknown = _unknown(found)
    sums = [*(({r}, None, total) for r, total in enumerate(found.rows)), (None, None, found.total)]
    sums += [(None, {c}, total) for c, total in enumerate(found.columns)]
    left, right = [], []
    for rows, columns, total in sums:
        if total is None:
            continue
        inside = [
            (r, c)
            for r, row in enumerate(found.cells)
            for c in range(len(row))
            if (rows is None or r in rows) and (columns is None or c in columns)
        ]
        left.append([float(cell in inside) for cell in unknown])
        right.append(total - sum(found.cells[r][c] or 0 for r, c in inside))
    return np.array(left), np.array(right)


@pytest.mark.parametrize("shape", [(2, 3, 90), (3, 5, 200), (3, 5, 900), (5, 5, 400)])
@pytest.mark.parametrize("seed", range(5))
def test_a_solver_cannot_narrow_a_withheld_cell(seed: int, shape: tuple[int, int, int]) -> None:
    counts = _drawn(seed, *shape)
    found = crossing(counts, LEAST)
    if found is None:
        return
    for row, true in zip(found.cells, counts, strict=True):
        assert all(cell is None or cell == count >= LEAST for cell, count in zip(row, true, strict=True))
    left, right = _equations(found)
    for place, (row, column) in enumerate(_unknown(found)):
        if not counts[row][column] or not len(left):
            continue
        ends = [
            sign * linprog(sign * np.eye(left.shape[1])[place], A_eq=left, b_eq=right, bounds=(0, None)).fun
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] >= LEAST


def test_small_and_empty_cells_look_alike_and_take_others_with_them() -> None:
    found = crossing(((40, 30, 3), (20, 50, 60), (15, 25, 0)), LEAST)
    assert found is not None
    assert found.cells[0][2] is None
    assert found.cells[2][2] is None
    assert sum(cell is None for row in found.cells for cell in row) >= 4
    assert (found.rows, found.columns, found.total) == ((73, 130, 40), (75, 105, 63), 243)


def test_the_test_has_numbers_only_where_every_cell_is_shown() -> None:
    whole, part = crossing(((40, 30), (20, 50)), LEAST), crossing(((40, 30, 3), (20, 50, 60), (15, 25, 12)), LEAST)
    assert whole is not None
    assert whole.is_whole
    assert whole.association is not None
    assert whole.association.test is not None
    assert part is not None
    assert part.association is not None
    assert (part.association.test, part.association.cramers_v) == (None, None)
    assert part.association.is_significant


def test_a_thin_table_is_not_shown() -> None:
    assert crossing(((4, 3), (2, 5)), LEAST) is None
