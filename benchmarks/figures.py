"""How quickly figures come: `python -m benchmarks.figures [SIZE …]` (10000 100000 1500000).

An invented union (`benchmarks.invented`) is written as the columns' cache keeps it; a process of its own starts
from there, as a server after a restart, and is asked. Up to 100,000 responses also go through a database: the first
build, and how long a new response takes to be counted. Other work on the same cores makes times longer, never
shorter: the best of several runs is printed, and of many different questions the middle and the 95th of a hundred;
beside the time by the clock that of the processor, which is near what an idle machine takes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import invented, union_in_a_database
from benchmarks.stage import machine, peak_memory
from survey_app.analysis import explore
from survey_app.analysis.blocks import scope_of
from survey_app.analysis.facts import Rules
from survey_app.analysis.gate import Gate
from survey_app.analysis.places import LeafFacts, UnitFacts, tree_of
from survey_app.analysis.readings import entries
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.unit_table import unit_table
from survey_app.analysis.worlds import Ballots, Worlds
from survey_app.scoring import rules
from survey_app.words import Audience, Mode

SIZES = (10_000, 100_000, 1_500_000)
MOST_IN_A_DATABASE = 100_000
QUESTIONS = 60
RULES = Rules(rate=rules.SATISFACTION_RATE, strict=rules.STRICT_SATISFACTION_RATE, index=rules.SATISFACTION_INDEX)


@dataclass(frozen=True)
class Line:
    """One line of the table: what was asked, and the milliseconds by clock and processor (or megabytes)."""

    what: str
    value: float
    unit: str = "ms"
    processor: float | None = None

    def __str__(self) -> str:
        beside = "" if self.processor is None else f"   {self.processor:>8.1f} ms of the processor"
        return f"{self.what:<66} {self.value:>9.1f} {self.unit}{beside}"


def best(what: str, work: Callable[[], object], times: int = 7) -> Line:
    """Return the line of the quickest of some runs."""
    took = [_once(work) for _ in range(times)]
    return Line(what, min(wall for wall, _ in took), processor=min(own for _, own in took))


def _once(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def measure(size: int, *, in_one: bool) -> list[Line]:
    """Return the lines of one size: 4 waves × 3 audiences, or all ballots of one audience in one survey."""
    with tempfile.TemporaryDirectory() as folder:
        shares = [size] if in_one else invented.shares_of_waves(size)
        sources = []
        for wave, count in enumerate(shares):
            columns = invented.arrays(count, wave)
            if in_one:
                columns["audience"][:] = 0
            sources.append(invented.write(Path(folder), wave + 1, columns))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            return fresh.submit(_asked, folder, sources).result()


class _Server:
    """What a serving process has."""

    def __init__(self, folder: str, sources: Sequence[invented.Silent]) -> None:
        self.sources = sources
        self.store = ColumnStore(Path(folder) / "columns")
        places = invented.places()
        enterprises = [each for each in places if each.level == 3]
        per_team = invented.ENTERPRISES // invented.BRANCHES
        self.units = [UnitFacts(each.id, each.path) for each in places]
        self.postings = [LeafFacts(1 + at, each.id, 1 + at // per_team, 100) for at, each in enumerate(enterprises)]
        self.entries = entries(invented.questionnaire())
        self.snapshots = self.snapshot()

    def snapshot(self) -> list[Any]:
        """Bring the columns up to date."""
        return [self.store.snapshot(source, invented.NOW) for source in self.sources]

    def topic(self, worlds: Worlds) -> explore.Topic:
        """Return what is asked: the workers of the first wave."""
        tree, number = worlds.tree(1, (), lambda: tree_of(self.units, self.postings))
        world = worlds.world({(1, 0): Ballots(self.snapshots[0].columns)}, Audience.WORKERS, tree, number)
        scope = worlds.memory.get((world.state,), lambda: scope_of(tree, world.active, ("/",)), lambda _: 0)
        asked = {each.name: found for each in self.entries if (found := each.asked(world.layout)) is not None}
        nothing = np.zeros(tree.leaves, np.int64)
        return explore.Topic(
            gate=Gate(world, scope, ("/",), 5, asked, worlds.memory),
            entries=self.entries,
            rules=RULES,
            as_of=invented.NOW,
            headcounts=np.full(tree.leaves, explore.NOT_HERE),
            spoilt=nothing,
            abstained=nothing,
        )

    def count_items(self) -> None:
        """Count all questions of all ballots."""
        for snapshot in self.snapshots:
            for column in snapshot.columns.layout.values():
                snapshot.columns.counts(column)


def _selections(draw: random.Random, *, filters: int) -> Selection:
    """Return a place with different filters each time."""
    chosen = draw.sample([*invented.PROFILES, *invented.ITEMS], filters)
    answers = tuple(AnswerFilter(name, (draw.choice("12"),)) for name in chosen)
    unit = draw.choice([None, draw.randint(2, 21), draw.randint(22, 181)])
    return Selection(survey=1, audience=Audience.WORKERS, unit=unit, answers=answers).normal()


def _asked(folder: str, sources: Sequence[invented.Silent]) -> list[Line]:
    clock, processor = time.perf_counter(), time.process_time()
    server = _Server(folder, sources)
    worlds = Worlds()
    whole = Selection(survey=1, audience=Audience.WORKERS)
    explore.view(server.topic(worlds), whole)
    wall, own = 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)
    lines = [Line("restart from the cache to the first page", wall, processor=own)]
    lines.append(best("nothing new: the columns compared with the database", server.snapshot))
    lines.append(best("all item counts, all ballots", server.count_items))
    topic = server.topic(worlds)
    lines.append(best(f"a page of {topic.gate.world.size:,} ballots again", lambda: explore.view(topic, whole)))
    lines.append(best("the same with a filter, again", lambda: explore.view(topic, _by_mode(whole))))
    draw = random.Random(size := topic.gate.world.size)
    for filters in (1, 2):
        page = partial(_page, server, worlds, draw, filters)
        lines += _many(f"a page never asked for, {filters} filter{'s' * (filters > 1)}", page)
    lines += _many("a cross-tab of any two, χ² and V", lambda: _cross(server.topic(worlds), draw))
    lines.append(best("3,381 units × 16 rated items, intervals, gate", lambda: _table(server, worlds)))
    return [*lines, Line(f"memory of the process, highest ({size:,} explored)", peak_memory(), "MB")]


def _by_mode(selection: Selection) -> Selection:
    return Selection(survey=selection.survey, audience=selection.audience, modes=(Mode.WEB,))


def _page(server: _Server, worlds: Worlds, draw: random.Random, filters: int) -> object:
    return explore.view(server.topic(worlds), _selections(draw, filters=filters))


def _cross(topic: explore.Topic, draw: random.Random) -> object:
    row, column = draw.sample([*invented.PROFILES, *invented.ITEMS], 2)
    return explore.cross(topic, Selection(survey=1, audience=Audience.WORKERS), row, column)


def _table(server: _Server, worlds: Worlds) -> object:
    worlds.memory.forget()
    return unit_table(server.topic(worlds))


def _many(what: str, work: Callable[[], object]) -> list[Line]:
    walls, own = zip(*(_once(work) for _ in range(QUESTIONS)), strict=True)
    last = int(0.95 * QUESTIONS)
    return [
        Line(f"{what}: middle", statistics.median(walls), processor=statistics.median(own)),
        Line(f"{what}: 95th of 100", sorted(walls)[last], processor=sorted(own)[last]),
    ]


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    options = parser.parse_args()
    print(machine())
    for size in options.sizes:
        print(f"\n{size:,} responses: 4 waves × 3 audiences")
        print(*measure(size, in_one=False), sep="\n", flush=True)
        print(f"\n{size:,} responses of one audience in one survey")
        print(*measure(size, in_one=True), sep="\n", flush=True)
        if size <= MOST_IN_A_DATABASE:
            for kind in ("sqlite", "postgresql"):
                print(f"\n{size:,} responses in {kind}")
                for what, value, unit in union_in_a_database.measure(kind, size):
                    print(Line(what, value, unit), flush=True)


if __name__ == "__main__":
    main()
