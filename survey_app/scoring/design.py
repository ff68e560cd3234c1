"""Estimates from complex samples: weights, strata, clusters, finite population, calibration.

Every estimate is a ratio of weighted totals; its error is that of the linearised influences, summed by
cluster (ultimate clusters): V = sum over strata of (1 - f) m/(m - 1) x sum of squared deviations of the m cluster
totals. A mean is a ratio to 1, a domain (team, wave) a ratio to its members with the whole design kept, a
pooled rate a ratio to the valid ratings. Sources: Cochran 1977, ch. 6 and 11; Lumley 2010, ch. 2-3 and 7.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from survey_app.scoring.intervals import Floats

Places = npt.NDArray[np.intp]


class ImpossibleDesign(ValueError):
    """The description of a sample contradicts itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """How the rows (respondents, or sums of them) came into the sample; make one with `Design.of`.

    `strata` and `clusters` number each row's stratum and cluster, `sampled` is the share f of its clusters that
    each stratum's sample holds (0: as good as none). `margins` are the indicator columns that the weights were
    calibrated to, and `base_weights` the weights before that.
    """

    weights: Floats
    strata: Places
    clusters: Places
    stratum_of_cluster: Places
    sampled: Floats
    margins: Floats | None = None
    base_weights: Floats | None = None

    @classmethod
    def of(
        cls,
        size: int,
        *,
        weights: Sequence[float] | Floats | None = None,
        strata: Sequence[Hashable] | None = None,
        clusters: Sequence[Hashable] | None = None,
        cluster_population: Sequence[float] | None = None,
    ) -> Design:
        """Describe `size` rows; what is left out: equal weights, one stratum, each row a cluster, no end of them.

        `cluster_population` gives, for each row, the number of clusters that its stratum has in the population.
        Clusters are nested in strata: the same name in two strata is two clusters. Raises
        `ImpossibleDesign`.
        """
        stratum, stratum_count = (np.zeros(size, np.intp), 1) if strata is None else places(strata)
        cluster, cluster_count = np.arange(size), size
        if clusters is not None:
            cluster, cluster_count = places(list(zip(stratum.tolist(), clusters, strict=True)))
        weight = np.ones(size) if weights is None else np.asarray(weights, dtype=np.float64)
        if len(weight) != size or len(cluster) != size or np.any(weight < 0) or not weight.sum() > 0:
            raise ImpossibleDesign("need one weight, none negative, and one cluster for each row")
        stratum_of_cluster = np.zeros(cluster_count, dtype=np.intp)
        stratum_of_cluster[cluster] = stratum
        drawn = np.bincount(stratum_of_cluster, minlength=stratum_count)
        sampled = np.zeros(stratum_count)
        if cluster_population is not None:
            sampled = _sampled(np.asarray(cluster_population, dtype=np.float64), stratum, drawn)
        return cls(weight, stratum, cluster, stratum_of_cluster, sampled)

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.weights)

    @property
    def df(self) -> int:
        """Degrees of freedom: clusters minus strata."""
        return len(self.stratum_of_cluster) - len(self.sampled)

    def calibrated(self, weights: Floats, margins: Floats) -> Design:
        """Return the design with weights that were calibrated to `margins`, indicator columns by row.

        What the margins explain no longer varies between samples; variances use the residuals.
        """
        return replace(self, weights=weights, margins=margins, base_weights=self.weights)


def places(names: Sequence[Hashable]) -> tuple[Places, int]:
    """Number names in order of appearance: the number for each entry, and how many there are."""
    known: dict[Hashable, int] = {}
    numbers = np.fromiter((known.setdefault(name, len(known)) for name in names), np.intp, len(names))
    return numbers, len(known)


def indicators(names: Sequence[Hashable]) -> Floats:
    """Return a column of 0 and 1 for each name, in order of appearance; one row for each entry."""
    numbers, count = places(names)
    columns = np.zeros((len(numbers), count))
    columns[np.arange(len(numbers)), numbers] = 1
    return columns


def _sampled(population: Floats, stratum: Places, drawn: npt.NDArray[np.intp]) -> Floats:
    """Return drawn / population by stratum. Raises `ImpossibleDesign` where fewer exist than were drawn."""
    totals = np.zeros(len(drawn))
    totals[stratum] = population
    if not np.array_equal(totals[stratum], population):
        raise ImpossibleDesign("one stratum has one number of clusters in the population")
    if np.any(totals < drawn):
        raise ImpossibleDesign("a stratum has more clusters in the sample than in the population")
    return np.asarray(drawn / totals, dtype=np.float64)


def covariance(design: Design, influences: Floats) -> Floats:
    """Return the covariance matrix of the weighted totals of `influences` (rows x estimates).

    A stratum with one cluster says nothing of its own spread; its cluster is compared with the mean of all
    instead, which errs on the safe side. nan where the whole sample is one cluster.
    """
    clusters = len(design.stratum_of_cluster)
    if clusters < 2:
        return np.full((influences.shape[1],) * 2, np.nan)
    weighted = design.weights[:, None] * _residuals(design, influences)
    totals = np.zeros((clusters, influences.shape[1]))
    np.add.at(totals, design.clusters, weighted)
    stratum = design.stratum_of_cluster
    count = np.bincount(stratum)
    means = np.zeros((len(count), totals.shape[1]))
    np.add.at(means, stratum, totals / count[stratum][:, None])
    lonely = count == 1
    means[lonely] = totals.mean(axis=0)
    factor = (1 - design.sampled) * np.where(lonely, 1.0, count / np.maximum(count - 1, 1))
    deviations = totals - means[stratum]
    return np.asarray((deviations * factor[stratum][:, None]).T @ deviations)


def _residuals(design: Design, influences: Floats) -> Floats:
    """Return what calibration leaves of the influences: residuals of a base-weighted regression."""
    if design.margins is None or design.base_weights is None:
        return influences
    root = np.sqrt(design.base_weights)[:, None]
    fit = np.linalg.lstsq(root * design.margins, root * influences, rcond=None)[0]
    return np.asarray(influences - design.margins @ fit)


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Several estimates of one sample with their covariance matrix and degrees of freedom."""

    values: Floats
    covariance: Floats
    df: int

    @property
    def standard_errors(self) -> Floats:
        """Standard error of each."""
        return np.sqrt(np.diag(self.covariance))

    def contrast(self, coefficients: Sequence[float]) -> Estimate:
        """Return a linear combination, covariance kept: (-1, 1) is second minus first."""
        c = np.asarray(coefficients, dtype=np.float64)
        variance = max(0.0, float(c @ self.covariance @ c)) if np.isfinite(self.covariance).all() else np.nan
        return Estimate(float(c @ self.values), float(np.sqrt(variance)), self.df)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate. `design_effect` compares its variance with that of a simple random sample."""

    value: float
    standard_error: float
    df: int
    design_effect: float | None = None

    @property
    def t(self) -> float:
        """The estimate in standard errors; nan where there is no error to use."""
        return self.value / self.standard_error if self.standard_error > 0 else float("nan")


def ratios(design: Design, numerators: Floats, denominators: Floats) -> Estimates:
    """Return ratios of weighted totals, one for each column. Raises `ValueError` for an empty denominator."""
    tops, bottoms = design.weights @ numerators, design.weights @ denominators
    if np.any(bottoms == 0):
        raise ValueError("a denominator is empty")
    values = tops / bottoms
    influences = (numerators - values * denominators) / bottoms
    return Estimates(np.asarray(values), covariance(design, influences), design.df)


def ratio(design: Design, numerator: Floats, denominator: Floats) -> Estimate:
    """Return one ratio of weighted totals."""
    return ratios(design, numerator[:, None], denominator[:, None]).contrast((1.0,))


def mean(design: Design, values: Floats, *, without_replacement: bool = False) -> Estimate:
    """Return the weighted mean of a column (of 0 and 1: a rate) with its design effect.

    The comparison sample of the design effect is drawn with replacement, or without.
    """
    found = ratio(design, values, np.ones(design.size))
    simple = _simple_variance(design, values)
    if without_replacement:
        simple *= 1 - design.size / float(design.weights.sum())
    effect = found.standard_error**2 / simple if simple > 0 else None
    return replace(found, design_effect=effect)


def _simple_variance(design: Design, values: Floats) -> float:
    """Return the variance of the mean, had the rows been a simple random sample with replacement."""
    if design.size < 2:
        return 0.0
    centre = np.average(values, weights=design.weights)
    spread = np.average((values - centre) ** 2, weights=design.weights)
    return float(spread / (design.size - 1))


def total(design: Design, values: Floats) -> Estimate:
    """Return the weighted total of a column: how many (or how much) in the population."""
    found = covariance(design, values[:, None])
    return Estimate(float(design.weights @ values), float(np.sqrt(found[0, 0])), design.df)


def domain_means(design: Design, values: Floats, domains: Sequence[Hashable]) -> Estimates:
    """Return the mean in each domain (team, audience, wave), in order of appearance, with covariance.

    The whole design is kept: clusters without members of a domain still count in its variance.
    """
    members = indicators(domains)
    return ratios(design, values[:, None] * members, members)
