"""Where the labels of points go, so that none lies over another: in pixels beside the points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Place: TypeAlias = tuple[float, float]

_WIDTHS = (260, 900)
"""Width of a drawing's ground on a phone and at a desk; free on both is nearly always free between them."""
_LABEL = (24, 20)
_POINT = 14
_NEAR = 17
_DIRECTIONS = ((0, -1), (1, 0), (-1, 0), (0, 1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7))
_RINGS = (_NEAR, 30, 44, 60, 78)


def beside(points: Sequence[Place], height: int) -> list[Place]:
    """Return for each point how many pixels right of it and below it the middle of its label goes.

    Points are given by their shares of width and height, from the left and from below.
    """
    asides = [(ring * right, ring * down) for ring in _RINGS for right, down in _DIRECTIONS]
    found: list[Place] = []
    for point in points:
        free = (
            aside for aside in asides if all(_is_free(points, found, point, aside, (w, height)) for w in _WIDTHS)
        )
        found.append(next(free, asides[0]))
    return found


def _is_free(
    points: Sequence[Place], placed: Sequence[Place], point: Place, aside: Place, ground: tuple[int, int]
) -> bool:
    """Tell whether a label of a point, so far beside it, covers no point and no label that has its place."""
    right, down = _on(point, aside, ground)
    others = [_on(own, known, ground) for own, known in zip(points, placed, strict=False)]
    dots = [_on(each, (0, 0), ground) for each in points]
    return not any(
        abs(right - x) < (_LABEL[0] + width) / 2 and abs(down - y) < (_LABEL[1] + height) / 2
        for things, width, height in ((others, *_LABEL), (dots, _POINT, _POINT))
        for x, y in things
    )


def _on(point: Place, aside: Place, ground: tuple[int, int]) -> Place:
    return point[0] * ground[0] + aside[0], (1 - point[1]) * ground[1] + aside[1]


def is_far(aside: Place) -> bool:
    """Tell whether a label stands so far off that a line has to lead to its point."""
    return max(map(abs, aside)) > _NEAR
