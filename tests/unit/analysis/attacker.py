"""An attacker who takes everything that a reader can get, and works out what was withheld.

Ballots are unknown numbers, one for each combination of place and answers; what is shown are equations over them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

_PRIME = 2_147_483_629


@dataclass(frozen=True)
class Atom:
    """One combination: the place (its leaf) and a value for each dimension; "" stands for no answer."""

    place: int
    values: Mapping[str, str]


@dataclass
class Attacker:
    """Collects equations over the atoms."""

    atoms: Sequence[Atom]
    rows: list[npt.NDArray[np.int64]] = field(default_factory=list)
    results: list[int] = field(default_factory=list)

    def learns(self, of: Callable[[Atom], bool], count: int) -> None:
        """Note that so many ballots are of this kind."""
        self.rows.append(self.indicator(of))
        self.results.append(count)

    def indicator(self, of: Callable[[Atom], bool]) -> npt.NDArray[np.int64]:
        """Return 1 for the atoms of this kind."""
        return np.array([of(atom) for atom in self.atoms], np.int64)

    def derives(self, targets: Sequence[npt.NDArray[np.int64]]) -> list[bool]:
        """Tell for each target whether its number is a sum and difference of numbers known, exactly.

        Modulo a prime: what cannot be written so cannot be with fractions either, but for one chance in 10⁹.
        """
        reduced, pivots = _reduced(np.unique(np.stack(self.rows), axis=0))
        found = []
        for target in targets:
            left = target % _PRIME
            for row, pivot in zip(reduced, pivots, strict=True):
                if left[pivot]:
                    left = (left - left[pivot] * row) % _PRIME
            found.append(not left.any())
        return found

    def bounds(self, target: npt.NDArray[np.int64]) -> tuple[float, float]:
        """Return the least and the most that the number can be, as no count is negative."""
        rows, places = np.unique(np.stack(self.rows), axis=0, return_index=True)
        results = np.array(self.results)[places]
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * target, A_eq=rows, b_eq=results, bounds=(0, None), method="highs")
            assert solved.status == 0, solved.message
            ends.append(sign * solved.fun)
        return ends[0], ends[1]


def _reduced(rows: npt.NDArray[np.int64]) -> tuple[list[npt.NDArray[np.int64]], list[int]]:
    left, kept, pivots = rows % _PRIME, [], []
    while len(left):
        pivot = int(np.flatnonzero(left.any(axis=0))[0]) if left.any() else -1
        if pivot < 0:
            break
        first = int(np.flatnonzero(left[:, pivot])[0])
        row = left[first] * pow(int(left[first, pivot]), -1, _PRIME) % _PRIME
        left = np.delete(left, first, axis=0)
        left = (left - left[:, pivot, None] * row) % _PRIME
        left = left[left.any(axis=1)]
        kept.append(row)
        pivots.append(pivot)
    return kept, pivots


def atoms(places: Iterable[int], dimensions: Mapping[str, Sequence[str]]) -> list[Atom]:
    """Return every combination of place and values."""
    return [
        Atom(place, dict(zip(dimensions, values, strict=True)))
        for place, values in product(places, product(*dimensions.values()))
    ]


def subsets(codes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield every choice of some of the codes, but not of none."""
    for chosen in product((False, True), repeat=len(codes)):
        if any(chosen):
            yield tuple(code for code, taken in zip(codes, chosen, strict=True) if taken)
