"""Weighted index trees (一级/二级指标) and composites of audiences, with what is missing said openly.

Over missing parts the weights of the rest are renormalised, and the weight that the result covers is printed with
it. Arithmetic is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Indicator:
    """A node of the tree: a leaf has a value (0-100) or None, a branch has parts. Weights are among sisters.

    Raises `ValueError` for a weight that is not positive, or for parts and a value at once.
    """

    code: str
    weight: Fraction
    value: Fraction | None = None
    parts: tuple[Indicator, ...] = ()

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"{self.code}: a weight is positive")
        if self.parts and self.value is not None:
            raise ValueError(f"{self.code}: the value of a branch comes from its parts")


@dataclass(frozen=True, slots=True)
class Score:
    """The value of a node (None: nothing beneath is known), the share of its weight that is covered, its parts."""

    code: str
    value: Fraction | None
    coverage: Fraction
    parts: tuple[Score, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing beneath is missing."""
        return self.coverage == 1


def evaluate(node: Indicator) -> Score:
    """Return the score of `node` and of everything beneath it."""
    if not node.parts:
        return Score(node.code, node.value, Fraction(node.value is not None))
    parts = tuple(evaluate(part) for part in node.parts)
    weights = [part.weight for part in node.parts]
    values = [part.value for part in parts]
    covered = sum((w * part.coverage for w, part in zip(weights, parts, strict=True)), Fraction())
    return Score(node.code, weighted_mean(values, weights), covered / sum(weights), parts)


def weighted_mean(values: Sequence[Fraction | None], weights: Sequence[Fraction]) -> Fraction | None:
    """Return the mean over what is not None, weights renormalised; None if all is missing."""
    known = [(value, w) for value, w in zip(values, weights, strict=True) if value is not None]
    if not known:
        return None
    return sum((value * w for value, w in known), Fraction()) / sum(w for _, w in known)


class Missing(StrEnum):
    """What a composite does when one of its parts has no value."""

    WITHHOLD = "withhold"
    RENORMALISE = "renormalise"


AUDIENCE_WEIGHTS: Mapping[str, Fraction] = {
    "worker": Fraction(6, 10),
    "enterprise": Fraction(2, 10),
    "union": Fraction(2, 10),
}
"""Default weights of workers, the enterprise's management and the grassroots union."""


def composite(
    values: Mapping[str, Fraction | None], weights: Mapping[str, Fraction], missing: Missing = Missing.WITHHOLD
) -> Score:
    """Return the declared composite of parts (audiences, modes); its coverage says what weight had a value.

    A part without a value withholds the whole, or leaves its weight to the others, as `missing` says. Raises
    `ValueError` where `values` has a part without a declared weight.
    """
    if undeclared := sorted(set(values) - set(weights)):
        raise ValueError(f"no weight declared for {', '.join(undeclared)}")
    parts = tuple(Indicator(code, weight, values.get(code)) for code, weight in weights.items())
    found = evaluate(Indicator("composite", Fraction(1), parts=parts))
    if missing is Missing.WITHHOLD and not found.is_complete:
        return Score(found.code, None, found.coverage, found.parts)
    return found
