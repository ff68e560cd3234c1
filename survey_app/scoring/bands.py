"""Who differs really: bands instead of places, and funnel limits for many units.

Units stand in one order by rate; a line is drawn between two neighbours only if every unit above it differs
significantly from every unit below. So units that do not differ always share a band, and units of different
bands always differ. A unit with few answers differs from few others and widens its band: that is
what its answers bear out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from survey_app.scoring.comparison import Group, two_sided, z_statistics
from survey_app.scoring.intervals import LEVEL, Floats, proportion_interval

U = TypeVar("U", bound=Hashable)

_STEPS = 100_000
"""How many p-values are looked at in one go."""

FUNNEL_LEVEL = 0.998
"""Usual outer limit of a funnel plot (Spiegelhalter 2005)."""


@dataclass(frozen=True, slots=True)
class Band(Generic[U]):
    """Units without a significant difference among neighbours, best first; `number` 1 is the best band."""

    number: int
    units: tuple[U, ...]


def bands(units: Mapping[U, Group], level: float = LEVEL) -> tuple[Band[U], ...]:
    """Return the units in bands, best band first; Holm-adjusted pairwise two-proportion tests.

    Leave out units that are withheld or below their participation floor. Raises `ValueError` for a unit
    without answers.
    """
    if any(not group.n for group in units.values()):
        raise ValueError("a unit without answers cannot be ranked")
    ordered = sorted(units, key=lambda unit: (-units[unit].x / units[unit].n, -units[unit].n))
    if not ordered:
        return ()
    differs = _differences([units[unit] for unit in ordered], 1 - level)
    starts = [0, *_cuts(differs), len(ordered)]
    return tuple(
        Band(number, tuple(ordered[start:end])) for number, (start, end) in enumerate(pairwise(starts), start=1)
    )


def _cuts(differs: npt.NDArray[np.bool_]) -> list[int]:
    """Return the places before which everybody differs from everybody after.

    A unit reaches down to the last one that it does not differ from; a line may be drawn where nobody above
    reaches past it.
    """
    count = len(differs)
    alike = ~differs
    alike[np.tril_indices(count, -1)] = False
    reach = np.maximum.accumulate(count - 1 - np.argmax(alike[:, ::-1], axis=1))
    return [cut for cut in range(1, count) if reach[cut - 1] < cut]


def _differences(groups: list[Group], alpha: float) -> npt.NDArray[np.bool_]:
    """Return for each pair whether the two differ, after Holm's adjustment over all pairs.

    Works on one row of pairs at a time: thousands of units make millions of pairs, and the serving process
    has little memory.
    """
    count = len(groups)
    x = np.array([group.x for group in groups], dtype=np.float64)
    n = np.array([group.n for group in groups], dtype=np.float64)
    ends = np.cumsum([0, *range(count - 1, 0, -1)])
    rows = [slice(start, end) for start, end in pairwise(ends)]
    distances = np.empty(ends[-1])
    for unit, row in enumerate(rows):
        distances[row] = np.abs(z_statistics(x[unit], n[unit], x[unit + 1 :], n[unit + 1 :]))
    needed = _holm_distance(distances, alpha)
    differs = np.zeros((count, count), dtype=np.bool_)
    for unit, row in enumerate(rows):
        differs[unit, unit + 1 :] = distances[row] >= needed
    return differs


def _holm_distance(distances: Floats, alpha: float) -> float:
    """Return the least |z| that stays significant at `alpha` under Holm's step-down; infinity if none does."""
    steps = np.sort(distances)[::-1]
    needed = float("inf")
    for start in range(0, steps.size, _STEPS):
        some = steps[start : start + _STEPS]
        adjusted = two_sided(some) * (steps.size - start - np.arange(some.size))
        passed = int(np.argmin(np.append(adjusted < alpha, [False])))
        if passed:
            needed = float(some[passed - 1])
        if passed < some.size:
            break
    return needed


class Position(StrEnum):
    """Where a unit stands against the overall rate."""

    ABOVE = "above"
    WITHIN = "within"
    BELOW = "below"


def funnel(units: Mapping[U, Group], level: float = FUNNEL_LEVEL) -> dict[U, Position]:
    """Tell which units lie outside the funnel around the overall rate.

    A unit is outside if the overall rate is outside the unit's own interval at `level` (for Wilson's, that
    is the score test against the overall rate). Units without answers are within.
    """
    people = sum(group.n for group in units.values())
    if not people:
        return dict.fromkeys(units, Position.WITHIN)
    overall = sum(group.x for group in units.values()) / people
    positions: dict[U, Position] = {}
    for unit, group in units.items():
        positions[unit] = _position(group, overall, level)
    return positions


def _position(group: Group, overall: float, level: float) -> Position:
    interval = proportion_interval(group.x, group.n, level)
    if interval is None or overall in interval:
        return Position.WITHIN
    return Position.ABOVE if overall < interval.low else Position.BELOW
