"""While answers come in: what is shown goes by steps, and no two looks tell what a few answered."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

import pytest

from survey_app.analysis import explore
from survey_app.analysis.encode import SLOT
from survey_app.analysis.explore import Topic
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.analysis.store import MARGIN
from survey_app.analysis.unit_table import unit_table
from tests.support import tiny
from tests.unit.analysis.attacker import Atom, Attacker, subsets
from tests.unit.analysis.explored import SURVEY, TEAMS, UNITS, Ballot, Union

K = 5
ANSWERS = {"A": ("1", "2", "3"), "B": ("1", "2")}
"""The codes that count; B has the grade 3 outside the base, and both may be left blank."""
EVERY = {"A": ("1", "2", "3", ""), "B": ("1", "2", "3", "")}


def arriving(seed: int, sizes: dict[int, int], slots: int, *, rare: bool = False) -> Union:
    """Return ballots by enterprise, spread over some ten-minute slots of one day."""
    draw = Random(seed)
    ballots = []
    for unit, size in sizes.items():
        for _ in range(size):
            answers = {
                "A": draw.choices(EVERY["A"], [6, 5, 2, 1])[0],
                "B": draw.choices(EVERY["B"], [3, 1, 1, 20 if rare else 1])[0],
            }
            kept = {name: code for name, code in answers.items() if code}
            ballots.append(Ballot(unit, kept, slot=draw.randrange(slots)))
    questionnaire = replace(tiny.questionnaire(tiny.single("A"), tiny.rating("B")), headline="B")
    return Union(questionnaire, ballots, K)


def released(union: Union, name: str, unit: int, until: datetime, *, held: int = 1) -> list[Ballot]:
    """Recount, ballot by ballot, which of a place count for a question: the slow way of `analysis.release`.

    `held` is how many of the last groups wait.
    """
    here = [each for each in union.ballots if each.unit == unit and each.received_at < until - MARGIN]
    here = [each for each in here if each.received_at + SLOT <= until - MARGIN]
    steps: list[list[Ballot]] = []
    pending: list[Ballot] = []
    for slot in sorted({each.slot for each in here}):
        pending += [each for each in here if each.slot == slot]
        if len(pending) >= max(K, -(-sum(map(len, steps)) // 20)):
            steps.append(pending)
            pending = []
    groups: list[list[Ballot]] = []
    group: list[Ballot] = []
    for step in steps:
        group = [*group, *step]
        if sum(each.answers.get(name) in ANSWERS[name] for each in group) >= K:
            groups.append(group)
            group = []
    return [each for group in groups[: len(groups) - held] for each in group]


def _looks(union: Union) -> list[datetime]:
    """Return moments to look: after each slot, when it may count."""
    moments = sorted({each.received_at for each in union.ballots})
    return [moment + SLOT + MARGIN for moment in moments]


def _shown(topic: Topic, selection: Selection, name: str) -> explore.Reading:
    return next(each for each in explore.view(topic, selection).value.readings if each.name == name)


def _places(units: Sequence[int]) -> Iterator[tuple[Selection, set[int]]]:
    yield SURVEY, set(units)
    for unit, path in UNITS.items():
        yield replace(SURVEY, unit=unit), {each for each in units if UNITS[each].startswith(path)}
    for team in sorted(set(TEAMS.values())):
        yield replace(SURVEY, team=team), {each for each in units if TEAMS[each] == team}


@pytest.mark.parametrize("rare", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_shown_is_a_recount_of_whole_steps(seed: int, *, rare: bool) -> None:
    sizes = {4: 60, 5: 9, 6: 25, 7: 140, 9: 30}
    union = arriving(seed, sizes, 14, rare=rare)
    seen = 0
    for moment in _looks(union)[::3]:
        topic = union.topic_of("/", live_at=moment)
        for selection, units in _places(list(sizes)):
            view = explore.view(topic, selection).value
            came = [each for each in union.ballots if each.unit in units and each.received_at <= moment]
            assert view.ballots == len(came)
            for found in view.readings:
                counted = [each for unit in units for each in released(union, found.name, unit, moment)]
                own = [each.answers.get(found.name, "") for each in counted]
                expected = {code: own.count(code) for code in ANSWERS[found.name]}
                if found.counts is None:
                    assert sum(expected.values()) == 0
                    continue
                assert {codes[0]: count for codes, count in found.counts} == expected
                assert found.blank == own.count("")
                seen += 1
    assert seen > 20


def test_answers_are_told_apart_by_place_only() -> None:
    union = arriving(1, {4: 80, 7: 90}, 10)
    topic = union.topic_of("/", live_at=_looks(union)[-1])
    assert _shown(topic, SURVEY, "A").counts is not None
    for selection in (
        replace(SURVEY, answers=(AnswerFilter("B", ("1",)),)),
        replace(SURVEY, since=_looks(union)[0].date()),
    ):
        assert _shown(topic, selection, "A").counts is None
    assert explore.cross(topic, SURVEY, "A", "B").value.table is None
    for by in ("mode", "period", "B"):
        assert explore.grouped(topic, SURVEY, by, ["A"]).value.groups == ()
    over = union.topic_of("/")
    assert explore.cross(over, SURVEY, "A", "B").value.table is not None


def test_paper_and_files_wait_for_the_end() -> None:
    union = arriving(3, {4: 60}, 8)
    union = replace(union, ballots=[replace(each, mode="paper") for each in union.ballots])
    topic = union.topic_of("/", live_at=_looks(union)[-1])
    assert explore.view(topic, SURVEY).value.ballots == 60
    assert _shown(topic, SURVEY, "A").counts is None
    assert _shown(union.topic, SURVEY, "A").n == union.count("A", ANSWERS["A"])


class Watcher:
    """Looks again and again, and writes down what it sees as equations over place, slot and answers."""

    def __init__(self, union: Union) -> None:
        self.union = union
        self.units = sorted({each.unit for each in union.ballots})
        slots = sorted({each.slot for each in union.ballots})
        self.attacker = Attacker(
            [
                Atom(unit, {"slot": str(slot), "A": a, "B": b})
                for unit in self.units
                for slot in slots
                for a in EVERY["A"]
                for b in EVERY["B"]
            ]
        )
        for unit in self.units:
            for slot in slots:
                # How many came back, where and when, is no secret.
                of = self._in({unit: {str(slot)}})
                self.attacker.learns(of, sum((each.unit, each.slot) == (unit, slot) for each in union.ballots))

    def _in(self, taken: dict[int, set[str]]) -> Callable[[Atom], bool]:
        return lambda atom: atom.values["slot"] in taken.get(atom.place, ())

    def reads(self, topic: Topic, taken: Callable[[str, int], set[str]]) -> None:
        """Read every place; `taken` are the slots of a place that count for a question, which the rule tells."""
        for selection, units in _places(self.units):
            for found in explore.view(topic, selection).value.readings:
                if found.counts is None:
                    continue
                of = self._in({unit: taken(found.name, unit) for unit in units})
                for codes, count in [*found.counts, (("",), (found.blank or 0) + (found.not_asked or 0))]:
                    self.learns(of, found.name, codes, count)
        table = unit_table(topic).value
        for at, unit in enumerate(table.units):
            if table.shown[at, 0]:
                of = self._in({each: taken("B", each) for each in self.units if f"/{unit}/" in UNITS[each]})
                self.learns(of, "B", ("1",), int(table.x[at, 0]))

    def learns(self, of: Callable[[Atom], bool], name: str, codes: Sequence[str], count: int) -> None:
        self.attacker.learns(_and(of, name, codes), count)

    def looks(self, *, protected: bool = True) -> None:
        """Look after every slot; unprotected: as if all that has come in counted at once."""
        for moment in _looks(self.union):
            if not protected:
                now = [each for each in self.union.ballots if each.received_at + SLOT + MARGIN <= moment]
                topic = replace(self.union, ballots=now).topic_of("/")
                self.reads(topic, lambda _, unit, now=now: _slots(now, unit))
                continue
            self.reads(
                self.union.topic_of("/", live_at=moment),
                lambda name, unit, moment=moment: _slots(released(self.union, name, unit, moment), unit),
            )

    def imagines(self, *, held: int) -> None:
        """Note what looks would show of each place if so many groups were held back."""
        for moment in _looks(self.union):
            for _, units in _places(self.units):
                for name, codes in ANSWERS.items():
                    by_unit = {unit: released(self.union, name, unit, moment, held=held) for unit in units}
                    of = self._in({unit: _slots(ballots, unit) for unit, ballots in by_unit.items()})
                    for code in codes:
                        given = [each.answers.get(name) for ballots in by_unit.values() for each in ballots]
                        self.learns(of, name, (code,), given.count(code))

    def reads_the_end(self) -> None:
        """Look once more when the survey is over: filters and cross-tabs, too."""
        topic = self.union.topic_of("/")
        self.reads(topic, lambda _, unit: _slots(self.union.ballots, unit))
        for selection, units in _places(self.units):
            every = self._in({unit: _slots(self.union.ballots, unit) for unit in units})
            for name, other in (("A", "B"), ("B", "A")):
                for chosen in subsets(ANSWERS[other]):
                    part = replace(selection, answers=(AnswerFilter(other, chosen),))
                    for codes, count in _shown(topic, part, name).counts or ():
                        self.learns(_and(every, other, chosen), name, codes, count)
            table = explore.cross(topic, selection, "A", "B").value
            for row, counts in zip(table.rows, table.table or (), strict=False):
                for column, count in zip(table.columns, counts, strict=True):
                    if count is None:
                        continue
                    self.learns(_and(every, "A", row), "B", column, count)

    def small(self) -> Iterator[tuple[str, Callable[[Atom], bool]]]:
        """Yield what must stay unknown: what fewer than k answered who came one after the other at a place."""
        for unit in self.units:
            slots = sorted({each.slot for each in self.union.ballots if each.unit == unit})
            for run in (slots[first:end] for end in range(len(slots) + 1) for first in range(end)):
                here = [each for each in self.union.ballots if each.unit == unit and each.slot in run]
                of = self._in({unit: {str(slot) for slot in run}})
                for name, code in ((name, code) for name, codes in ANSWERS.items() for code in codes):
                    if len(here) < K and any(each.answers.get(name) == code for each in here):
                        yield f"{unit} {run} {name}={code}", _and(of, name, (code,))

    def found(self) -> list[str]:
        """Return what of it follows, exactly."""
        targets = list(self.small())
        assert len(targets) > 20
        known = self.attacker.derives([self.attacker.indicator(of) for _, of in targets])
        return [words for (words, _), is_known in zip(targets, known, strict=True) if is_known]


def _and(of: Callable[[Atom], bool], name: str, codes: Sequence[str]) -> Callable[[Atom], bool]:
    return lambda atom: of(atom) and atom.values[name] in codes


def _slots(ballots: Sequence[Ballot], unit: int) -> set[str]:
    return {str(each.slot) for each in ballots if each.unit == unit}


PLACES = [{4: 40, 5: 3, 7: 36}, {4: 34, 6: 14, 9: 22}]


@pytest.mark.parametrize("sizes", PLACES, ids=str)
def test_no_looks_together_tell_what_a_few_answered(sizes: dict[int, int]) -> None:
    watcher = Watcher(arriving(sum(sizes.values()), sizes, 14))
    watcher.looks()
    assert len(watcher.attacker.rows) > 200
    watcher.reads_the_end()
    assert watcher.found() == []


@pytest.mark.parametrize("held", [0, 1])
def test_what_waits_is_what_closing_must_not_give_away(held: int) -> None:
    watcher = Watcher(arriving(70, PLACES[1], 14))
    watcher.imagines(held=held)
    watcher.reads_the_end()
    assert bool(watcher.found()) == (held == 0)


def test_the_watcher_finds_them_where_all_counts_at_once() -> None:
    watcher = Watcher(arriving(79, PLACES[0], 14))
    watcher.looks(protected=False)
    assert len(watcher.found()) > 10
