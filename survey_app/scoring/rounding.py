"""How numbers are printed: half-up on exact values, and never a claim that the counts do not bear out.

A rate of less than n of n is never printed as 100.0, one of more than none never as 0.0. The functions
are monotone: a limit of an interval never prints on the wrong side of its rate.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeAlias

Exact: TypeAlias = int | Fraction | Decimal

NOTHING = "—"
"""Stands where there is no number: withheld and empty look alike."""


MINUS = "−"
"""The sign before a number below zero: as wide as a plus, and no hyphen."""


def half_up(value: Exact | float, places: int = 1) -> Decimal:
    """Round `value` to `places` decimals, halves away from zero.

    The arithmetic is exact; a float counts as the binary fraction that it is, so give fractions where
    a half must be one.
    """
    exact = Fraction(value)
    return _half_up(exact.numerator, exact.denominator, places)


def _half_up(above: int, below: int, places: int) -> Decimal:
    # By whole numbers: fractions look for common factors at each step.
    rounded = Decimal((2 * abs(above) * 10**places + below) // (2 * below)).scaleb(-places)
    return -rounded if above < 0 and rounded else rounded


def between(value: Exact | float, low: int, high: int, places: int = 1) -> Decimal:
    """Round `value`, which lies from `low` to `high`, and reach either end only if `value` is that end.

    Raises `ValueError` for a value outside.
    """
    exact = Fraction(value)
    return _between(exact.numerator, exact.denominator, low, high, places)


def _between(above: int, below: int, low: int, high: int, places: int) -> Decimal:
    if not low * below <= above <= high * below:
        raise ValueError(f"{above}/{below} is not between {low} and {high}")
    rounded = _half_up(above, below, places)
    step = Decimal(1).scaleb(-places)
    if rounded >= high and above < high * below:
        return high - step
    if rounded <= low and above > low * below:
        return low + step
    return rounded


def percent(share: Exact | float, places: int = 1) -> Decimal:
    """Return a share (0-1) in percent, as printed: 0.9786 -> 97.9; 9999/10000 -> 99.9."""
    exact = Fraction(share)
    return _between(100 * exact.numerator, exact.denominator, 0, 100, places)


def percent_text(share: Exact | float | None, places: int = 1) -> str:
    """Return a share as "97.9%", or the dash for none."""
    return NOTHING if share is None else f"{percent(share, places)}%"


def points_text(difference: Exact | float | None, places: int = 1) -> str:
    """Return a difference of two shares in percentage points with its sign: "+3.1", "−0.4", "0.0"."""
    return NOTHING if difference is None else signed(half_up(Fraction(difference) * 100, places))


def signed(rounded: Decimal) -> str:
    """Write a difference with its sign; none before zero."""
    return written(rounded) if rounded <= 0 else f"+{rounded}"


def p_text(p_value: float) -> str:
    """Write a p-value to three decimals: "0.012", "< 0.001"."""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def p_said(p_value: float) -> str:
    """Write the same behind a "p": "= 0.012", "< 0.001"."""
    text = p_text(p_value)
    return text if text.startswith("<") else f"= {text}"


def written(number: Decimal) -> str:
    """Write a number, with a minus sign if it is below zero."""
    return str(number).replace("-", MINUS)


def read(text: str) -> Decimal:
    """Return the number that `written` or `signed` wrote."""
    return Decimal(text.replace(MINUS, "-"))


def grim_counts(reported: str | Decimal, n: int) -> tuple[int, ...]:
    """Return every x for which x/n prints as `reported` percent; none: the rate is impossible for n.

    The GRIM test (Brown & Heathers 2017) for a rate that somebody else reports. The number of decimals
    is taken from `reported`: "97.9" has one. Plain half-up rounding is assumed, as others know no better.
    Raises `ValueError` if n < 1, or where `reported` is no number.
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    try:
        value = Decimal(reported)
    except InvalidOperation as error:
        raise ValueError("the reported rate is no number") from error
    if not value.is_finite():
        raise ValueError("the reported rate is no number")
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    half = Fraction(1, 2 * 10**places)
    centre = Fraction(value)
    first = max(0, int((centre - half) * n / 100) - 1)
    last = min(n, int((centre + half) * n / 100) + 1)
    return tuple(x for x in range(first, last + 1) if half_up(Fraction(100 * x, n), places) == value)


def grim_smallest_n(reported: str | Decimal, limit: int = 10_000) -> int | None:
    """Return the smallest n for which `reported` percent is possible, or None up to `limit`."""
    return next((n for n in range(1, limit + 1) if grim_counts(reported, n)), None)
