"""Intervals for the difference of two independent rates, second minus first: Newcombe's, and its substitutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import acos, cos, pi, sqrt

import numpy as np

from survey_app.scoring.intervals import LEVEL, Floats, Numbers, wilson, z_value


def newcombe(x1: int, n1: int, x2: int, n2: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the limits of x2/n2 - x1/n1 from the two Wilson intervals (Newcombe 1998, Stat Med 17:873)."""
    low, high = newcombe_limits(x1, n1, x2, n2, level)
    return float(low), float(high)


def newcombe_limits(
    x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Return the limits of x2/n2 - x1/n1 for arrays, as `newcombe` does for one pair."""
    p1 = np.asarray(x1, dtype=np.float64) / np.asarray(n1, dtype=np.float64)
    p2 = np.asarray(x2, dtype=np.float64) / np.asarray(n2, dtype=np.float64)
    (low1, high1), (low2, high2) = wilson(x1, n1, level), wilson(x2, n2, level)
    difference = p2 - p1
    return (
        np.asarray(difference - np.hypot(p2 - low2, high1 - p1)),
        np.asarray(difference + np.hypot(high2 - p2, p1 - low1)),
    )


def agresti_caffo(x1: int, n1: int, x2: int, n2: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the limits of x2/n2 - x1/n1 with one success and one failure added to each group (2000)."""
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    half = z_value(level) * sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    return max(-1.0, p2 - p1 - half), min(1.0, p2 - p1 + half)


def miettinen_nurminen(x1: int, n1: int, x2: int, n2: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the score limits of x2/n2 - x1/n1 (Miettinen & Nurminen 1985), by bisection to 1e-13."""
    limit = z_value(level)
    observed = x2 / n2 - x1 / n1

    def distance(difference: float) -> float:
        variance = _score_variance(x1, n1, x2, n2, difference)
        gap = abs(observed - difference)
        return gap / sqrt(variance) if variance > 0 else (0.0 if gap == 0 else float("inf"))

    return _last_within(distance, limit, observed, -1.0), _last_within(distance, limit, observed, 1.0)


def _last_within(distance: Callable[[float], float], limit: float, inside: float, outside: float) -> float:
    """Return where `distance`, growing from `inside` to `outside`, passes `limit`."""
    if distance(outside) <= limit:
        return outside
    while abs(outside - inside) > 1e-13:
        middle = (inside + outside) / 2
        if distance(middle) <= limit:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


def _score_variance(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    """Return the variance of the difference at the likeliest rates that differ by exactly `difference`.

    The likelihood's cubic is solved in closed form (Farrington & Manning 1990, appendix); the variance is
    corrected by N/(N - 1).
    """
    total, satisfied = n1 + n2, x1 + x2
    a = float(total)
    b = (n2 + 2 * n1) * difference - total - satisfied
    c = (n1 * difference - total - 2 * x1) * difference + satisfied
    d = x1 * difference * (1 - difference)
    q = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    radius = sqrt(max(0.0, (b / (3 * a)) ** 2 - c / (3 * a)))
    p = radius if q >= 0 else -radius
    turn = max(-1.0, min(1.0, q / p**3)) if p else 0.0
    first = min(1.0, max(0.0, 2 * p * cos((pi + acos(turn)) / 3) - b / (3 * a)))
    second = min(1.0, max(0.0, first + difference))
    spread = first * (1 - first) / n1 + second * (1 - second) / n2
    return spread * total / (total - 1)


METHODS: Mapping[str, Callable[[int, int, int, int, float], tuple[float, float]]] = {
    "newcombe": newcombe,
    "agresti_caffo": agresti_caffo,
    "miettinen_nurminen": miettinen_nurminen,
}
"""The methods by name; each gives the limits of second minus first."""
