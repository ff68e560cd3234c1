"""Counting by place: one place after the other, or all leaves at once, must give the same, and what is there."""

import numpy as np
import pytest

from survey_app.analysis import counting
from survey_app.analysis.counting import Cells, Cube, cells_width
from survey_app.analysis.gate import Gate
from survey_app.analysis.layout import Array
from survey_app.analysis.selection import MODE, PERIOD
from tests.unit.analysis.explored import Union, drawn

UNION = drawn(3, (120, 3, 150, 0, 80, 60))
CUTS = [("A",), ("A", "B"), (MODE,), ("A", PERIOD), ("B", MODE, PERIOD)]


def _cells(gate: Gate, cuts: tuple[str, ...]) -> Cells:
    return Cells.of(gate.world, [gate.cut(each) for each in cuts], 16)


def cubes_of(gate: Gate, cuts: tuple[str, ...]) -> tuple[Cube, Cube]:
    """One that counts slices, one that sums leaves."""
    column, cells = gate.asked["C"].column, _cells(gate, cuts)
    return Cube(lambda: cells.by_leaf(column), lambda low, high: cells.between(column, low, high)), Cube(
        lambda: cells.by_leaf(column)
    )


def _same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool((one == other).all())


@pytest.mark.parametrize("cuts", CUTS, ids="-".join)
@pytest.mark.parametrize("paths", [("/",), ("/1/2/",), ("/1/2/4/", "/1/9/")], ids=str)
def test_slices_are_sums_of_leaves(cuts: tuple[str, ...], paths: tuple[str, ...]) -> None:
    gate = UNION.topic_of(*paths).gate
    slices, sums = cubes_of(gate, cuts)
    nodes = np.arange(len(gate.scope.node))
    assert _same(slices.at(gate.scope, nodes), sums.at(gate.scope, nodes))
    slices, _ = cubes_of(gate, cuts)
    for node in nodes.tolist():
        assert _same(slices.at(gate.scope, np.array([node])), sums.at(gate.scope, np.array([node])))
    for leaves in (gate.scope.inside, np.arange(len(gate.scope.inside)) % 2 == 0, np.zeros_like(gate.scope.inside)):
        assert _same(slices.of(leaves), sums.of(leaves))


@pytest.mark.parametrize("cuts", [("A",), (MODE, PERIOD)], ids="-".join)
def test_columns_counted_together_are_counted_like_each_alone(cuts: tuple[str, ...]) -> None:
    gate = drawn(5, (2_000, 3, 700, 0, 40, 900)).topic.gate
    columns = [each.column for each in gate.asked.values()]
    width = cells_width(columns[0])
    own = [each for each in columns if cells_width(each) == width]
    cells = [gate.cut(each) for each in cuts]
    alone = Cells.of(gate.world, cells, width)
    for order in (own, own[::-1]):
        together = Cells.of(gate.world, cells, width, columns)
        places = range(len(gate.world.active))
        for low, high in [(0, len(places)), *((place, place + 1) for place in places)]:
            for column in (*order, *order):
                assert _same(together.between(column, low, high), alone.between(column, low, high))
    assert len(own) > 2


def test_cells_are_a_recount() -> None:
    gate = UNION.topic.gate
    codes, own = gate.cut("A").codes, gate.asked["C"].column.codes
    found = _cells(gate, ("A",)).by_leaf(gate.asked["C"].column).sum(axis=0)
    for place, code in enumerate(codes):
        for value, answer in enumerate(own):
            both = [
                each for each in UNION.ballots if each.answers.get("A") == code and each.answers.get("C") == answer
            ]
            assert found[place, counting.MARKS + value] == len(both)
    assert found.sum() == len(UNION.ballots)


def test_many_places_are_summed_from_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Union(UNION.questionnaire, UNION.ballots).topic.gate
    asked: list[tuple[int, int]] = []
    cells, column = _cells(gate, ("A",)), gate.asked["C"].column

    def between(low: int, high: int) -> Array:
        asked.append((low, high))
        return cells.between(column, low, high)

    cube = Cube(lambda: cells.by_leaf(column), between)
    nodes = np.arange(1, 4)
    few = cube.at(gate.scope, nodes)
    counted = len(asked)
    assert counted
    assert _same(cube.at(gate.scope, nodes), few)
    assert len(asked) == counted, "what is known is not counted again"
    monkeypatch.setattr(counting, "MOST_SLICES", 2)
    assert _same(cube.at(gate.scope, nodes), few)
    assert len(asked) == counted


def test_nobody_is_counted_where_nobody_answered() -> None:
    gate = drawn(3, (0, 0, 0, 0, 0, 0)).topic.gate
    nothing = Cells.of(gate.world, [], 16)
    assert nothing.by_leaf(next(iter(gate.world.layout.values()))).shape[:2] == (0, 1)
