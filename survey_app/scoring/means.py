"""Means of bounded scores from counts: the index and the NPS, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.special import stdtrit

from survey_app.scoring.intervals import LEVEL, Interval, wilson_limits, z_value


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """How many ballots have each score: parallel sequences. Raises `ValueError` for negative counts."""

    scores: tuple[Fraction, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.scores) != len(self.counts) or min(self.counts, default=0) < 0:
            raise ValueError("need one count, not negative, for each score")

    @classmethod
    def of(cls, scores: Sequence[float], counts: Sequence[int]) -> ScoreCounts:
        """Take scores as written: 62.5 is 62.5 exactly, whatever its binary form."""
        return cls(tuple(Fraction(str(score)) for score in scores), tuple(counts))

    @property
    def n(self) -> int:
        """Number of ballots."""
        return sum(self.counts)

    @property
    def mean(self) -> Fraction | None:
        """The exact mean; None for no ballots."""
        if not self.n:
            return None
        return sum((s * c for s, c in zip(self.scores, self.counts, strict=True)), Fraction()) / self.n

    def variance(self, *, unbiased: bool = True) -> Fraction | None:
        """Return the variance of the scores, over n - 1 if `unbiased`, else over n; None if impossible."""
        mean, divisor = self.mean, self.n - 1 if unbiased else self.n
        if mean is None or divisor < 1:
            return None
        squares = ((s - mean) ** 2 * c for s, c in zip(self.scores, self.counts, strict=True))
        return sum(squares, Fraction()) / divisor


def t_value(level: float, df: float) -> float:
    """Return the two-sided t quantile of a confidence level."""
    return float(stdtrit(df, 0.5 + level / 2))


def mean_interval(data: ScoreCounts, level: float = LEVEL, *, population: int | None = None) -> Interval | None:
    """Return the t interval of the mean, held to the range of the scores; None for no data or a census.

    Where all agree (or n = 1) the t interval would have no width; then the scores are mapped to 0-1 and
    Wilson's interval taken: no variable between two ends varies more than a yes or no with its mean.
    """
    mean, n = data.mean, data.n
    if mean is None or n == population:
        return None
    low, high = float(min(data.scores)), float(max(data.scores))
    variance = data.variance()
    if not variance:
        width = high - low
        share = (float(mean) - low) / width if width else 1.0
        limits = wilson_limits(share, n, z_value(level))
        return Interval(low + width * float(limits[0]), low + width * float(limits[1]), level, "wilson_bounded")
    drawn = n / population if population is not None and population > n else 0.0
    error = float(np.sqrt(float(variance) / n * (1 - drawn)))
    half = t_value(level, n - 1) * error
    centre = float(mean)
    return Interval(max(low, centre - half), min(high, centre + half), level, "t", standard_error=error, df=n - 1)
