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
_STRAIGHT = ((0.0, -1.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0))
_DIRECTIONS = (
    *_STRAIGHT,
    *((x * a, y * b) for a, b in ((0.7, 0.7), (0.4, 0.9), (0.9, 0.4)) for x in (1, -1) for y in (-1, 1)),
)
_ALONG = (0.3, 0.5, 0.7)
_RINGS = (_NEAR, 30, 44, 60, 78, 98, 120)


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
    """Tell whether a label of a point, so far beside it, covers no point and no label that has its place.

    Nor does the line that leads to the point run through such a label.
    """
    right, down = _on(point, aside, ground)
    others = [_on(own, known, ground) for own, known in zip(points, placed, strict=False)]
    dots = [_on(each, (0, 0), ground) for each in points]
    line = [_on(point, (part * aside[0], part * aside[1]), ground) for part in _ALONG]
    if any(abs(x - w) < _LABEL[0] / 2 and abs(y - h) < _LABEL[1] / 2 for x, y in line for w, h in others):
        return False
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
