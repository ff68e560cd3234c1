"""Ratios of totals over clusters: the linearised variance that pooled items and enterprises ask for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey_app.scoring.intervals import Floats


@dataclass(frozen=True, slots=True)
class Ratio:
    """An estimate with its linearised standard error; nan where there is only one cluster."""

    value: float
    standard_error: float
    clusters: int

    @property
    def df(self) -> int:
        """Degrees of freedom: clusters minus one."""
        return self.clusters - 1


def cluster_places(clusters: Sequence[Hashable]) -> tuple[npt.NDArray[np.intp], int]:
    """Return the number of its cluster for each entry (in order of appearance), and how many there are."""
    known: dict[Hashable, int] = {}
    places = np.fromiter((known.setdefault(each, len(known)) for each in clusters), np.intp, len(clusters))
    return places, len(known)


def sums_by(places: npt.NDArray[np.intp], values: Floats, count: int) -> Floats:
    """Return the sum of `values` in each of `count` places."""
    return np.bincount(places, values, count).astype(np.float64, copy=False)


def variance_of_total(cluster_totals: Floats) -> float:
    """Return the with-replacement variance of the sum of cluster totals: G/(G-1) x sum of squared deviations.

    Source: Cochran 1977, 11.5 (ultimate clusters). nan for one cluster.
    """
    count = len(cluster_totals)
    if count < 2:
        return float("nan")
    deviations = cluster_totals - cluster_totals.mean()
    return float(count / (count - 1) * np.sum(deviations**2))


def ratio(numerator: Floats, denominator: Floats) -> Ratio:
    """Return sum(numerator)/sum(denominator) over cluster totals, one entry a cluster."""
    total = float(denominator.sum())
    value = float(numerator.sum()) / total
    influence = (numerator - value * denominator) / total
    return Ratio(value, float(np.sqrt(variance_of_total(influence))), len(numerator))


def ratio_difference(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> Ratio:
    """Return second minus first, each (numerators, denominators) over the same clusters, covariance kept."""
    values = []
    influences = []
    for numerator, denominator in (first, second):
        total = float(denominator.sum())
        values.append(float(numerator.sum()) / total)
        influences.append((numerator - values[-1] * denominator) / total)
    error = float(np.sqrt(variance_of_total(influences[1] - influences[0])))
    return Ratio(values[1] - values[0], error, len(first[0]))
