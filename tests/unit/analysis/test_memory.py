"""What is remembered of views stays below its limit, and holds on to no ballots that are others by now."""

import gc
import weakref
from pathlib import Path

from survey_app.analysis.counting import Cube
from survey_app.analysis.memory import Memory
from survey_app.analysis.openings import Openings
from survey_app.analysis.sizes import Dimension
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.world import World
from survey_app.analysis.worlds import Ballots, Worlds
from survey_app.words import Audience
from tests.unit.analysis.explored import NOW, Union, drawn, stored_of
from tests.unit.analysis.test_counting import cubes_of

UNION = drawn(3, (120, 3, 150, 0, 80, 60))


def test_the_longest_unused_is_forgotten_first() -> None:
    memory = Memory(most_bytes=30)
    made: list[str] = []

    def ask(key: str) -> None:
        memory.get(key, lambda: made.append(key), lambda _: 10)

    for key in ("a", "b", "c", "a", "d", "a", "c", "b"):
        ask(key)

    assert made == ["a", "b", "c", "d", "b"]


def test_of_ballots_that_are_others_by_now_nothing_is_held(tmp_path: Path) -> None:
    worlds, tree = Worlds(), UNION.topic.gate.world.tree

    def world(union: Union) -> World:
        columns = ColumnStore(tmp_path / str(len(union.ballots))).snapshot(stored_of(1, union, NOW), NOW).columns
        found = worlds.world({(1, 0): Ballots(columns)}, Audience.WORKERS, tree, 1)
        for key in ((found.state, "counts"), ((found.state, ("/",), 5), "opening")):
            worlds.memory.get(key, lambda: found, lambda _: 1)
        return found

    before = weakref.ref(world(UNION))
    gc.collect()
    assert before() is not None

    now = world(Union(UNION.questionnaire, UNION.ballots[1:]))

    gc.collect()
    assert before() is None
    assert worlds.memory.get((now.state, "counts"), lambda: None, lambda _: 1) is now


def test_an_opening_holds_on_to_no_counts() -> None:
    gate = UNION.topic.gate
    made: list[weakref.ref[Cube]] = []

    def cube() -> Cube:
        found, _ = cubes_of(gate, ("A",))
        made.append(weakref.ref(found))
        return found

    rows, column = gate.cut("A"), gate.cut("C")
    dimensions = [Dimension(each.name, each.size, each.is_answer) for each in (rows, column)]
    opening = Openings(gate.scope, 5, lambda *_: []).of(dimensions, cube, column.category)

    assert opening.is_open
    assert (opening.blocks >= 0).any()
    gc.collect()
    assert made
    assert not any(each() for each in made)
