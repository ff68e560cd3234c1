"""Weights: teams made equal, headcounts, post-stratification, raking. Each says what it costs (Kish's 1 + cv²)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.scoring.design import Design, indicators, places
from survey_app.scoring.intervals import Floats, Numbers

LEAST_IN_CATEGORY = 5
"""A margin's category with fewer respondents is to be merged with another before weighting."""

MOST_ROUNDS = 1000
CLOSE = 1e-12


class SparseCategory(ValueError):
    """Categories with too few respondents to weight by; `categories` names them, to be merged."""

    def __init__(self, categories: Sequence[Hashable]) -> None:
        super().__init__(f"too few respondents: {', '.join(map(str, categories))}")
        self.categories = tuple(categories)


class NotConverging(ValueError):
    """The margins contradict each other, or the trimming leaves no way to meet them."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A design with new weights, their inflation of variance (Kish), and how many were cut to the limit."""

    design: Design
    kish: float
    trimmed: int = 0


def equal_weights(groups: Sequence[Hashable]) -> Floats:
    """Return weights that count every group (team) the same, whatever its number of ballots."""
    group, count = places(groups)
    return np.asarray(1.0 / np.bincount(group, minlength=count)[group])


def headcount_weights(groups: Sequence[Hashable], headcounts: Mapping[Hashable, int]) -> Floats:
    """Return weights that make every group (enterprise) stand for its headcount."""
    counts = np.array([headcounts[group] for group in groups], dtype=np.float64)
    return np.asarray(counts * equal_weights(groups))


def kish_factor(weights: Numbers, sizes: Numbers | None = None) -> float:
    """Return 1 + cv² of weights: how much unequal weights alone inflate the variance (Kish 1965).

    `sizes` says how many respondents have each weight; one each where it is left out.
    """
    values = np.asarray(weights, dtype=np.float64)
    many = np.ones(values.size) if sizes is None else np.asarray(sizes, dtype=np.float64)
    total = float((many * values).sum())
    if not total > 0:
        raise ValueError("need weights with a positive sum")
    return float(many.sum() * (many * values**2).sum() / total**2)


def post_stratify(
    design: Design,
    categories: Sequence[Hashable],
    population: Mapping[Hashable, float],
    *,
    least: int = LEAST_IN_CATEGORY,
) -> Weighted:
    """Return `design` with weights that reproduce the population's count of each category.

    Raises `SparseCategory` for categories with fewer than `least` respondents, `KeyError` for one without a count,
    `ValueError` for a count below 0.
    """
    _check(categories, population, least)
    category, count = places(categories)
    wanted = np.array([population[name] for name in dict.fromkeys(categories)], dtype=np.float64)
    now = np.bincount(category, design.weights, count)
    weights = design.weights * (wanted / now)[category]
    return Weighted(design.calibrated(weights, indicators(categories)), kish_factor(weights))


@dataclass(frozen=True, slots=True)
class Margin:
    """One margin to rake to: each respondent's category, and the population's count of each category."""

    categories: Sequence[Hashable]
    population: Mapping[Hashable, float]


def rake(
    design: Design, margins: Sequence[Margin], *, least: int = LEAST_IN_CATEGORY, limit: float | None = None
) -> Weighted:
    """Return `design` with weights that meet every margin, by iterative proportional fitting.

    Source: Deming & Stephan 1940. `limit` trims weights to at most so many times their mean, and at least
    1/limit of it, while raking.
    Who belongs to a category that nobody in the population has weighs nothing.
    Raises `SparseCategory`, or `NotConverging` where margins do not add up to one total, or cannot be met
    within the limit; `ValueError` without a margin, or for a population below 0.
    """
    weights, trimmed = raking_weights(design.weights, np.ones(design.size), margins, least=least, limit=limit)
    columns = np.column_stack([indicators(margin.categories) for margin in margins])
    return Weighted(design.calibrated(weights, columns), kish_factor(weights), trimmed)


def raking_weights(
    weights: Floats,
    sizes: Floats,
    margins: Sequence[Margin],
    *,
    least: int = LEAST_IN_CATEGORY,
    limit: float | None = None,
) -> tuple[Floats, int]:
    """Return the weight of a respondent of each row, and how many respondents were ever cut to the limit.

    A row stands for `sizes` respondents who are alike; `weights` is where each of them starts. Raises as `rake`.
    """
    if not margins:
        raise ValueError("need at least one margin")
    for margin in margins:
        _check(margin.categories, margin.population, least, sizes)
    fitted = [_Fit.of(margin, sizes) for margin in margins]
    totals = np.array([fit.wanted.sum() for fit in fitted])
    if not np.allclose(totals, totals[0], rtol=1e-6):
        raise NotConverging("the margins do not add up to one total")
    cut = np.zeros(len(weights), dtype=np.bool_)
    for _ in range(MOST_ROUNDS):
        before = weights
        for fit in fitted:
            weights = fit.applied(weights)
        if limit is not None:
            mean = np.average(weights, weights=sizes)
            inside = np.where(weights > 0, np.clip(weights, mean / limit, limit * mean), 0.0)
            cut |= inside != weights
            weights = inside
        if np.max(np.abs(_divided(weights, before) - (before > 0))) < CLOSE:
            break
    if not all(np.allclose(fit.sums(weights), fit.wanted, rtol=1e-6) for fit in fitted):
        raise NotConverging("no weights meet all margins")
    return weights, int(sizes[cut].sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """A margin in numbers."""

    category: np.ndarray[tuple[int], np.dtype[np.intp]]
    wanted: Floats
    sizes: Floats

    @classmethod
    def of(cls, margin: Margin, sizes: Floats) -> _Fit:
        names = dict.fromkeys(margin.categories)
        category, _ = places(margin.categories)
        return cls(category, np.array([margin.population[name] for name in names], dtype=np.float64), sizes)

    def applied(self, weights: Floats) -> Floats:
        return np.asarray(weights * _divided(self.wanted, self.sums(weights))[self.category])

    def sums(self, weights: Floats) -> Floats:
        return np.asarray(np.bincount(self.category, weights * self.sizes, len(self.wanted)), dtype=np.float64)


def _divided(top: Floats, bottom: Floats) -> Floats:
    """Return quotients; 0 where there is nothing to divide by."""
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def _check(
    categories: Sequence[Hashable],
    population: Mapping[Hashable, float],
    least: int,
    sizes: Floats | None = None,
) -> None:
    """Refuse categories that are too thin, also those of the population that nobody answered for."""
    if not all(size >= 0 for size in population.values()):
        raise ValueError("a population cannot be below 0")
    counts = dict.fromkeys((name for name, size in population.items() if size), 0.0)
    for name, size in zip(categories, np.ones(len(categories)) if sizes is None else sizes, strict=True):
        counts[name] = counts.get(name, 0.0) + float(size)
    if sparse := [name for name, count in counts.items() if count < least]:
        raise SparseCategory(sparse)
