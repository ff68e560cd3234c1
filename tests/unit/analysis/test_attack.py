"""The attacker takes everything that a reader can get out, and must not derive what was withheld.

Everything: every unit and team, with every filter and pair of filters, by mode, by week, cross-tabs, the table of
units with all of these, and the blocks of places that weights and contrasts rest on. Differences of two selections
are what the attacker's equations are for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
import pytest

from survey_app.analysis import explore
from survey_app.analysis.openings import CROWD
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.analysis.unit_table import unit_table
from survey_app.words import Mode
from tests.unit.analysis.attacker import Atom, Attacker, atoms, subsets
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, TEAMS, UNITS, Union, drawn

CODES = {"A": ("1", "2", "3"), "B": ("1", "2"), "C": ("1", "2", "3")}
OUTSIDE = {"A": ("",), "B": ("3", ""), "C": ("",)}
MODES = ("web", "paper")


@dataclass(frozen=True)
class Play:
    """What the attacker plays for: which questions, at which places, and whether modes are told apart."""

    questions: tuple[str, ...]
    with_modes: bool = False
    units: tuple[int, ...] = tuple(UNITS)

    def atoms(self) -> list[Atom]:
        dimensions = {name: (*CODES[name], *OUTSIDE[name]) for name in self.questions}
        return atoms(ENTERPRISES, {**dimensions, **({"mode": MODES} if self.with_modes else {})})

    def selections(self) -> Iterator[Selection]:
        """Every selection that the service answers, of one filter and of two."""
        cuts = [[AnswerFilter(name, codes) for codes in subsets(CODES[name])] for name in self.questions]
        filters: list[tuple[AnswerFilter, ...]] = [(), *((each,) for cut in cuts for each in cut)]
        filters += [(one, two) for first, second in combinations(cuts, 2) for one in first for two in second]
        for place in self.places():
            for answers in filters:
                chosen = replace(place, answers=answers)
                yield chosen
                if self.with_modes and len(answers) < 2:
                    yield from (replace(chosen, modes=(Mode(mode),)) for mode in MODES)

    def places(self) -> Iterator[Selection]:
        yield SURVEY
        yield from (replace(SURVEY, unit=unit) for unit in self.units)
        yield from (replace(SURVEY, team=team) for team in sorted(set(TEAMS.values())))
        yield from (
            replace(SURVEY, unit=unit, team=team) for unit in (2, 3) for team in sorted(set(TEAMS.values()))
        )


def _in(selection: Selection) -> Callable[[Atom], bool]:
    """Tell which atoms a selection takes."""

    def takes(atom: Atom) -> bool:
        return (
            (selection.unit is None or f"/{selection.unit}/" in UNITS[atom.place])
            and (selection.team is None or TEAMS[atom.place] == selection.team)
            and (not selection.modes or atom.values["mode"] in selection.modes)
            and all(atom.values[each.field] in each.codes for each in selection.answers)
        )

    return takes


def _and(takes: Callable[[Atom], bool], name: str, codes: tuple[str, ...]) -> Callable[[Atom], bool]:
    return lambda atom: takes(atom) and atom.values[name] in codes


def _reads_views(attacker: Attacker, union: Union, play: Play) -> list[tuple[Selection, str]]:
    """Learn from every view; returns what was withheld: the selections and questions."""
    withheld = []
    for selection in play.selections():
        takes = _in(selection)
        for found in explore.view(union.topic, selection).value.readings:
            if found.name not in play.questions or any(each.field == found.name for each in selection.answers):
                continue
            if found.counts is None:
                withheld.append((selection, found.name))
                continue
            for codes, count in found.counts:
                attacker.learns(_and(takes, found.name, codes), count)
            if found.blank is not None:
                attacker.learns(_and(takes, found.name, ("",)), found.blank + (found.not_asked or 0))
            if found.unknown is not None and "3" in OUTSIDE[found.name]:
                attacker.learns(_and(takes, found.name, ("3",)), found.unknown)
    return withheld


def _reads_tables(attacker: Attacker, union: Union, play: Play) -> None:
    """Learn from cross-tabs, the table of units, and how many ballots came from where, which is no secret."""
    for place in play.places():
        takes = _in(place)
        attacker.learns(takes, len(union.chosen(place)))
        for row, column in combinations(play.questions, 2):
            found = explore.cross(union.topic, place, row, column).value
            for codes, counts in zip(found.rows, found.table or (), strict=False):
                for others, count in zip(found.columns, counts, strict=True):
                    attacker.learns(_and(_and(takes, row, codes), column, others), count)
    _reads_places(attacker, union, play)


def _reads_places(attacker: Attacker, union: Union, play: Play) -> None:
    """Learn from what is told of all places at once: the table of units, weights' blocks, and contrasts' blocks."""
    everywhere = [each for each in play.selections() if each.unit is None]
    for selection in everywhere:
        table = unit_table(union.topic, selection).value
        for at, unit in enumerate(table.units):
            if "B" in play.questions and not any(each.field == "B" for each in selection.answers):
                takes = _in(replace(selection, unit=unit))
                if table.shown[at, 0]:
                    attacker.learns(_and(takes, "B", ("1",)), int(table.x[at, 0]))
                    attacker.learns(_and(takes, "B", ("1", "2")), int(table.n[at, 0]))
    for selection in (each for each in everywhere if not each.answers):
        for name in play.questions:
            _reads_nodes(attacker, union, selection, name)
            if selection.team is None:
                _reads_blocks(attacker, union, selection, name)


def _reads_nodes(attacker: Attacker, union: Union, selection: Selection, name: str) -> None:
    gate = union.topic.gate
    found = gate.by_node(name, explore.where_of(union.topic, selection)).value
    codes, counts = found.answers
    for place in np.flatnonzero(found.shown).tolist():
        unit = int(gate.world.tree.unit[gate.scope.node[place]]) if place else None
        for code, count in zip(codes, counts[place].tolist(), strict=True):
            attacker.learns(_and(_in(replace(selection, unit=unit)), name, (code,)), count)


def _reads_blocks(attacker: Attacker, union: Union, selection: Selection, name: str) -> None:
    gate = union.topic.gate
    found = gate.by_block(name, explore.where_of(union.topic, selection).conditions).value
    units = gate.world.tree.unit[gate.world.tree.leaf_nodes]
    for block, counts in enumerate(found.counts):
        here = frozenset(units[found.leaves[found.block == block]].tolist())
        takes = _within(_in(selection), here)
        for at, code in enumerate(CODES[name]):
            attacker.learns(_and(takes, name, (code,)), int(counts[2 + at]))


def _within(takes: Callable[[Atom], bool], places: frozenset[int]) -> Callable[[Atom], bool]:
    return lambda atom: takes(atom) and atom.place in places


def _targets(attacker: Attacker, union: Union, withheld: list[tuple[Selection, str]]) -> dict[str, np.ndarray]:
    """Return what was withheld, by words: how many people of a group gave which answer, where some did."""
    return {
        f"{selection} {name}={code}": attacker.indicator(_and(_in(selection), name, (code,)))
        for selection, name in withheld
        for code in CODES[name]
        if union.count(name, [code], selection)
    }


def _derived(attacker: Attacker, targets: dict[str, np.ndarray]) -> list[str]:
    return [words for words, found in zip(targets, attacker.derives(list(targets.values())), strict=True) if found]


PLAYS = [Play(("A", "B")), Play(("A", "B"), with_modes=True), Play(("A", "B", "C"), units=(2, 4, 9))]
SIZES = [(60, 3, 40, 70, 9, 30), (400, 4, 260, 500, 150, 2), (14, 13, 6, 12, 5, 40)]


@pytest.mark.parametrize("play", PLAYS, ids=str)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_nothing_withheld_follows_by_sums_and_differences(play: Play, sizes: tuple[int, ...]) -> None:
    union = drawn(sum(sizes), sizes)
    attacker = Attacker(play.atoms())
    withheld = _reads_views(attacker, union, play)
    _reads_tables(attacker, union, play)
    targets = _targets(attacker, union, withheld)
    assert len(targets) > 20
    assert _derived(attacker, targets) == []


def _answers(names: tuple[str, ...], codes: tuple[str, ...]) -> tuple[AnswerFilter, ...]:
    return tuple(AnswerFilter(name, (code,)) for name, code in zip(names, codes, strict=True))


@pytest.mark.parametrize("play", [PLAYS[0], PLAYS[2]], ids=str)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_no_small_cell_of_answers_by_answers_is_shown_or_follows(play: Play, sizes: tuple[int, ...]) -> None:
    """Those few of a place who gave one answer and another: no table or view has them, and none together."""
    union = drawn(sum(sizes), sizes)
    attacker = Attacker(play.atoms())
    _reads_views(attacker, union, play)
    _reads_tables(attacker, union, play)
    small = [
        chosen
        for place in play.places()
        for size in range(2, len(play.questions) + 1)
        for names in combinations(play.questions, size)
        for codes in product(*(CODES[name] for name in names))
        if 0 < len(union.chosen(chosen := replace(place, answers=_answers(names, codes)))) < CROWD
    ]
    assert len(small) >= 10
    found = attacker.derives([attacker.indicator(_in(each)) for each in small])
    assert [each for each, is_known in zip(small, found, strict=True) if is_known] == []
    for place in play.places():
        table = explore.cross(union.topic, place, "A", "B").value.table or ()
        assert all(count == 0 or count >= CROWD for row in table for count in row)


@pytest.mark.parametrize("play", PLAYS, ids=str)
def test_what_the_attacker_reads_of_places_is_true(play: Play) -> None:
    """Its equations hold for the ballots, so that finding nothing means something."""
    union = drawn(sum(SIZES[0]), SIZES[0])
    attacker = Attacker(play.atoms())
    _reads_places(attacker, union, play)
    counts = np.zeros(len(attacker.atoms), np.int64)
    place = {_key(atom): at for at, atom in enumerate(attacker.atoms)}
    for each in union.ballots:
        values = {name: each.answers.get(name, "") for name in play.questions}
        counts[place[_key(Atom(each.unit, values | ({"mode": each.mode} if play.with_modes else {})))]] += 1
    assert (np.stack(attacker.rows) @ counts).tolist() == attacker.results


def _key(atom: Atom) -> tuple[int, tuple[tuple[str, str], ...]]:
    return atom.place, tuple(sorted(atom.values.items()))


def test_small_units_stay_open_in_both_directions() -> None:
    """Not only exactly: from all that is shown, it does not follow within one what a small unit answered."""
    union, play = drawn(7, (60, 4, 40, 70, 9, 30)), PLAYS[0]
    attacker = Attacker(play.atoms())
    _reads_views(attacker, union, play)
    _reads_tables(attacker, union, play)
    takes = _in(replace(SURVEY, unit=5))
    for name, code in (("A", "1"), ("A", "2"), ("B", "1")):
        low, high = attacker.bounds(attacker.indicator(_and(takes, name, (code,))))
        assert high - low > 1


@pytest.mark.parametrize("play", [PLAYS[0], PLAYS[1]], ids=str)
def test_few_who_all_do_not_know_are_told_nowhere(play: Play) -> None:
    """Where nobody's answer counts, those who do not know are as few as others; by place, mode and week."""
    drawn_ones = drawn(sum(SIZES[0]), SIZES[0])
    lost = [
        replace(each, answers=each.answers | {"B": "3"}) if each.unit == 5 or (each.unit, each.mode) == (9, "paper")
        else each
        for each in drawn_ones.ballots
    ]  # fmt: skip
    union = replace(drawn_ones, ballots=lost)
    attacker = Attacker(play.atoms())
    _reads_views(attacker, union, play)
    _reads_tables(attacker, union, play)
    few = [
        each
        for each in play.selections()
        if not each.answers and 0 < union.count("B", ["1", "2", "3"], each) < 5 and union.count("B", ["3"], each)
    ]
    assert {each.unit for each in few} > {5}
    found = attacker.derives([attacker.indicator(_and(_in(each), "B", ("3",))) for each in few])
    assert [each for each, is_known in zip(few, found, strict=True) if is_known] == []


def _shows_all_that_is_large(attacker: Attacker, union: Union, play: Play) -> list[tuple[Selection, str]]:
    """Let out what a gate would that looks at sizes alone: the complementary part switched off."""
    withheld = []
    for selection in play.selections():
        takes = _in(selection)
        for name in play.questions:
            if any(each.field == name for each in selection.answers):
                continue
            counts = {code: union.count(name, [code], selection) for code in CODES[name]}
            if sum(counts.values()) < (11 if selection.answers else 5):
                withheld.append((selection, name))
                continue
            for code, count in counts.items():
                attacker.learns(_and(takes, name, (code,)), count)
    return withheld


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_attacker_would_find_what_sizes_alone_let_out(sizes: tuple[int, ...]) -> None:
    union, play = drawn(sum(sizes), sizes), Play(("A", "B"))
    attacker = Attacker(play.atoms())
    targets = _targets(attacker, union, _shows_all_that_is_large(attacker, union, play))
    derived = _derived(attacker, targets)
    assert len(derived) > len(targets) / 2
