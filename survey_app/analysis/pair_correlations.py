"""Correlations that follow from cross-tabs as they are shown: merged answers stand for their mean score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.analysis.gate import CrossCounted
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Reading


@dataclass(frozen=True)
class Scored:
    """A question whose answers have a score: what is shown of each answer, and its score by code."""

    reading: Reading
    scores: Mapping[str, float]

    @property
    def counts(self) -> dict[str, int]:
        """Ballots by answer, of the answers that are shown by themselves."""
        return {codes[0]: count for codes, count in self.reading.counts or () if len(codes) == 1}

    @property
    def spread(self) -> float:
        """Return the standard deviation of the scores, over all who gave one (n - 1 in the denominator)."""
        counts = self.counts
        scored = [code for code in counts if code in self.scores]
        many = np.array([counts[code] for code in scored], np.float64)
        values = np.array([self.scores[code] for code in scored])
        if many.sum() < 2:
            return 0.0
        about = values - values @ many / many.sum()
        return float(np.sqrt(about**2 @ many / (many.sum() - 1)))

    def values(self, groups: Sequence[tuple[str, ...]]) -> Array:
        """Return the score of each group of answers: the mean of those who gave one; nan where one has no score."""
        known, found = self.counts, []
        for group in groups:
            weights = np.array([known.get(code, 0) for code in group], np.float64)
            own = np.array([self.scores.get(code, np.nan) for code in group])
            found.append(float(own @ weights / weights.sum()) if weights.any() else float(own.mean()))
        return np.array(found)

    def is_merged(self, groups: Sequence[tuple[str, ...]]) -> bool:
        """Tell whether answers that somebody gave are told apart no more."""
        known = self.counts
        return any(sum(known.get(code, 0) > 0 for code in group) > 1 for group in groups)


@dataclass(frozen=True, slots=True)
class PairCorrelation:
    """Pearson's correlation of two questions over the `n` ballots of their cross-tab.

    `is_merged`: answers that somebody gave stand together there.
    """

    value: float
    n: int
    is_merged: bool


def correlation(table: CrossCounted, row: Scored, column: Scored) -> PairCorrelation | None:
    """Return the correlation in a cross-tab; None where one of the two does not vary there."""
    values = row.values(table.rows), column.values(table.columns)
    known = np.ix_(~np.isnan(values[0]), ~np.isnan(values[1]))
    cells, rows, columns = table.table[known], values[0][known[0][:, 0]], values[1][known[1][0]]
    n = int(cells.sum())
    if not n:
        return None
    by_row, by_column = cells.sum(axis=1) / n, cells.sum(axis=0) / n
    x, y = rows - rows @ by_row, columns - columns @ by_column
    spread = np.sqrt((x**2 @ by_row) * (y**2 @ by_column))
    if not spread > 0:
        return None
    is_merged = row.is_merged(table.rows) or column.is_merged(table.columns)
    return PairCorrelation(float(x @ cells @ y / n / spread), n, is_merged)
