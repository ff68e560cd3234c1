"""Labels of points lie over nothing, on a phone and at a desk, however near the points are."""

from itertools import combinations
from random import Random

import pytest

from survey_app.reporting.drawings import importance_map
from survey_app.reporting.labels import beside, is_far
from survey_app.scoring.drivers import Quadrant

WORDS = dict.fromkeys(Quadrant, "words")


def _points(kind: str) -> list[tuple[float, float]]:
    draw = Random(7)
    match kind:
        case "seven in one place":
            return [(0.5, 0.5)] * 7
        case "fifteen near one another":
            return [(0.4 + 0.2 * draw.random(), 0.45 + 0.1 * draw.random()) for _ in range(15)]
        case _:
            return [(draw.random(), draw.random()) for _ in range(15)]


@pytest.mark.parametrize("width", [270, 500, 880])
@pytest.mark.parametrize("kind", ["seven in one place", "fifteen near one another", "anywhere"])
def test_no_label_covers_another_or_a_point(kind: str, width: int) -> None:
    points = _points(kind)
    asides = beside(points, 448)
    labels = [(x * width + dx, (1 - y) * 448 + dy) for (x, y), (dx, dy) in zip(points, asides, strict=True)]
    for one, other in combinations(labels, 2):
        assert abs(one[0] - other[0]) >= 16 or abs(one[1] - other[1]) >= 16
    for x, y in points:
        for label in labels:
            assert abs(label[0] - x * width) >= 8 or abs(label[1] - (1 - y) * 448) >= 8


def test_a_point_that_stands_alone_has_its_label_next_to_it() -> None:
    assert not any(map(is_far, beside([(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)], 448)))


def test_points_of_the_map_have_the_numbers_of_the_table() -> None:
    points = [("One", 14.0, 92.1, False), ("Two", 14.0, 92.1, True), ("Three", 20.0, 80.0, False)]
    drawn = importance_map(points, (16, 88), ("across", "up"), WORDS)
    numbers = [each for each in drawn["layout"]["annotations"] if each["text"] != "words"]
    assert [(each["text"], each["x"], each["y"]) for each in numbers] == [
        ("1", 14.0, 92.1), ("2", 14.0, 92.1), ("3", 20.0, 80.0)
    ]  # fmt: skip
    assert drawn["data"][0]["text"] == ["1. One", "2. Two", "3. Three"]
