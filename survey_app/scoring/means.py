"""Means of bounded scores from counts: the index and the NPS, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm

import numpy as np
from scipy.special import stdtrit

from survey_app.scoring.intervals import KNOWN, LEVEL, Interval, wilson_limits, z_value


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
        return cls(tuple(map(_as_written, scores)), tuple(counts))

    @property
    def n(self) -> int:
        """Number of ballots."""
        return sum(self.counts)

    @property
    def mean(self) -> Fraction | None:
        """The exact mean; None for no ballots."""
        n = self.n
        if not n:
            return None
        scale, scores = self._whole
        return Fraction(sum(s * c for s, c in zip(scores, self.counts, strict=True)), scale * n)

    def variance(self, *, unbiased: bool = True) -> Fraction | None:
        """Return the variance of the scores, over n - 1 if `unbiased`, else over n; None if impossible."""
        n = self.n
        divisor = n - 1 if unbiased else n
        if divisor < 1:
            return None
        scale, scores = self._whole
        total = sum(s * c for s, c in zip(scores, self.counts, strict=True))
        squares = sum(s * s * c for s, c in zip(scores, self.counts, strict=True))
        return Fraction(n * squares - total * total, scale * scale * n * divisor)

    @property
    def _whole(self) -> tuple[int, tuple[int, ...]]:
        """The scores as whole numbers, and how many times too large they are: sums of fractions are slow."""
        scale = lcm(*(score.denominator for score in self.scores))
        return scale, tuple(score.numerator * (scale // score.denominator) for score in self.scores)


@lru_cache(1024)
def _as_written(score: float) -> Fraction:
    return Fraction(str(score))


@lru_cache(1024)
def t_value(level: float, df: float) -> float:
    """Return the two-sided t quantile of a confidence level."""
    return float(stdtrit(df, 0.5 + level / 2))


@lru_cache(KNOWN)
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
