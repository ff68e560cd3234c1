"""p-values of several comparisons at once, adjusted so that chance finds are not taken for differences."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from survey_app.scoring.intervals import Floats


def bonferroni(p_values: npt.ArrayLike) -> Floats:
    """Return each p times the number of comparisons, at most 1."""
    p = np.asarray(p_values, dtype=np.float64)
    return np.minimum(p * p.size, 1.0)


def holm(p_values: npt.ArrayLike) -> Floats:
    """Return Holm's step-down adjustment (1979), which keeps the family-wise error and beats Bonferroni."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * (p.size - np.arange(p.size)))
    return _back(order, stepped)


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """Return the step-up adjustment of Benjamini & Hochberg (1995), which keeps the false discovery rate."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    return _back(order, np.minimum.accumulate(scaled[::-1])[::-1])


def _back(order: npt.NDArray[np.intp], values: Floats) -> Floats:
    """Return `values` in the order before sorting, at most 1."""
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(values, 1.0)
    return adjusted
