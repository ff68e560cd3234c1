"""The attacker on questions that only some are asked, who knows the conditions and counts who was not asked.

Nobody leaves a question out unless a play says so: what is missing in a question's table are those who were not
asked it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product
from random import Random

import numpy as np
import pytest

from survey_app.analysis import explore
from survey_app.analysis.explore import Topic
from survey_app.analysis.gate import Gate, Memory
from survey_app.analysis.openings import CROWD
from survey_app.analysis.readings import entries
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.questionnaire.definition import (
    Item,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Section,
)
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import All, Answer, Any, AnyOf, AtLeast, Is, IsNot, Not
from tests.support import tiny
from tests.unit.analysis.attacker import Atom, Attacker, subsets
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, TEAMS, UNITS, Ballot, Union

Takes = Callable[[Atom], bool]

USUAL = {"1": 9.0, "2": 6.0, "3": 2.0}
RARE_LAST = {"1": 8.0, "2": 6.0, "3": 1.2}
SIZES = [(60, 3, 40, 70, 9, 30), (300, 12, 160, 250, 90, 30)]


@dataclass(frozen=True)
class Play:
    """A questionnaire, and how often its questions are answered in which way (`USUAL` where nothing is said).

    Several choices are written as the codes one behind the other; "" leaves the question out. `leaks`: whether
    small cells follow where the gate does not know who was asked.
    """

    name: str
    parts: tuple[Question | Section, ...]
    ways: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    leaks: bool = True

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return tiny.questionnaire(*self.parts)

    @cached_property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """What is told apart, by question or option."""
        return {each.name: tuple(each.labels) for each in entries(self.questionnaire)}

    def asked(self, given: Mapping[str, str]) -> dict[str, Answer]:
        """Return the answers as they are stored: those on the path."""
        own = self.questionnaire.fields
        listed = {
            code: list(way) if isinstance(own[code].question, MultipleChoice)
            else int(way) if isinstance(own[code].question, Number) else way
            for code, way in given.items()
            if way
        }  # fmt: skip
        return dict(path(self.questionnaire, listed).answers)

    def union(self, sizes: tuple[int, ...], seed: int = 0) -> Union:
        draw, ballots = Random(sum(sizes) + seed), []
        for unit, size in zip(ENTERPRISES, sizes, strict=True):
            for _ in range(size):
                ways = {code: self.ways.get(code, USUAL) for code in self.questionnaire.fields}
                given = {code: draw.choices([*own], [*own.values()])[0] for code, own in ways.items()}
                ballots.append(Ballot(unit, self.asked(given)))
        return Union(self.questionnaire, ballots)

    def atom(self, place: int, answers: Mapping[str, Answer]) -> Atom:
        return Atom(place, {name: self._code(name, answers) for name in self.codes})

    def _code(self, name: str, answers: Mapping[str, Answer]) -> str:
        code, _, option = name.partition(".")
        answer = answers.get(code)
        if answer is None:
            return ""
        if isinstance(answer, list):
            return str(int(option in answer))
        if isinstance(answer, int):
            return next(end for end in self.codes[name] if end == "inf" or answer <= float(end))
        return answer if answer in self.codes[name] else ""

    def atoms(self) -> list[Atom]:
        """Every combination of place and answers that conditions allow."""
        ways = {code: self.ways.get(code, USUAL) for code in self.questionnaire.fields}
        given = [self.asked(dict(zip(ways, each, strict=True))) for each in product(*ways.values())]
        kinds = {tuple(self.atom(0, each).values.items()) for each in given}
        return [Atom(place, dict(kind)) for place in ENTERPRISES for kind in sorted(kinds)]


def _rows(*whens: str) -> Matrix:
    items = tuple(Item(f"R{when}", tiny.WORDS, when=when) for when in whens)
    return Matrix(code="R", text=tiny.WORDS, scale="YN", items=items, rows_from="M")


def _multiple(least: int, most: int, codes: str = "123", exclusive: str = "") -> MultipleChoice:
    options = tiny.options(*codes, exclusive=exclusive)
    return MultipleChoice(code="M", text=tiny.WORDS, options=options, min_choices=least, max_choices=most)


A, G, H, B = (tiny.single(code) for code in "AGHB")
NUMBER = Number(code="G", text=tiny.WORDS, minimum=0, maximum=30)
CHOICES = {"1": 5, "12": 4, "2": 6, "13": 0.5, "23": 0.5, "3": 0.5, "123": 0.3}
RATED = {"1": 7, "2": 4}

PLAYS = [
    Play("one answer is not asked", (A, G, tiny.single("Q", shown_if=IsNot("G", "3"))), {"G": RARE_LAST}),
    Play("two answers are not", (A, G, tiny.single("Q", shown_if=Is("G", "2"))), {"G": RARE_LAST}),
    Play("all but one are, with blanks", (A, G, tiny.single("Q", shown_if=Not(Is("G", "3")))),
         {"G": {**RARE_LAST, "": 1}, "Q": {**USUAL, "": 1}}, leaks=False),
    Play("two questions by one answer", (
        A, G, tiny.single("P", shown_if=IsNot("G", "3")), tiny.rating("Q", shown_if=Is("G", "1")),
    ), {"G": RARE_LAST, "Q": RATED}),
    Play("one behind the other", (
        A, G, tiny.single("P", shown_if=IsNot("G", "3")), tiny.rating("Q", shown_if=AnyOf("P", ("2", "3"))),
    ), {"G": RARE_LAST, "Q": RATED}),
    Play("two conditions at once", (
        A, G, H, tiny.rating("Q", shown_if=All((IsNot("G", "3"), Is("H", "1")))),
    ), {"Q": RATED}),
    Play("one of two conditions", (
        A, G, H, tiny.rating("Q", shown_if=Any((Is("G", "1"), IsNot("H", "3")))),
    ), {"Q": RATED}),
    Play("a section, and more in it", (
        A, G, tiny.section("s1", B, tiny.rating("Q", shown_if=Is("B", "1")), shown_if=IsNot("G", "3")),
    ), {"G": RARE_LAST, "Q": RATED}),
    Play("rows of what was chosen", (A, _multiple(1, 3), _rows("1", "3")),
         {"M": CHOICES, "R1": RATED, "R3": RATED}, leaks=False),
    Play("rows where all choose as many", (A, _multiple(2, 2), _rows("1", "3")),
         {"M": {"12": 7, "13": 5, "23": 0.5}, "R1": RATED, "R3": RATED}),
    Play("one or two options", (A, _multiple(1, 2)),
         {"M": {"1": 9, "12": 0.2, "2": 0.5, "13": 3, "23": 0.5, "3": 1}}, leaks=False),
    Play("two of four options at least", (A, _multiple(2, 4, "1234")),
         {"M": {"12": 5, "13": 4, "14": 5, "23": 4, "24": 3, "34": 4, "123": 3, "124": 4, "134": 4, "234": 0.6,
                "1234": 0.2}}, leaks=False),
    Play("none of the options", (A, _multiple(1, 4, "12349", "9")),
         {"M": {"1": 3, "12": 5, "13": 4, "14": 5, "124": 3, "134": 3, "2": 0.3, "23": 0.4, "34": 0.2, "9": 5}},
         leaks=False),
    Play("one or both", (A, _multiple(1, 2, "12")), {"M": {"1": 6, "2": 5, "12": 0.4}}, leaks=False),
    Play("one of two options", (A, _multiple(1, 3), tiny.rating("Q", shown_if=AnyOf("M", ("1", "3")))),
         {"M": CHOICES, "Q": RATED}),
    Play("a number within a class", (A, NUMBER, tiny.rating("Q", shown_if=AtLeast("G", 20))),
         {"G": {"3": 5, "19": 1, "20": 6, "25": 0.4}, "Q": RATED}, leaks=False),
]  # fmt: skip


def _places() -> Iterator[Selection]:
    yield SURVEY
    yield from (replace(SURVEY, unit=unit) for unit in UNITS)
    yield from (replace(SURVEY, team=team) for team in sorted(set(TEAMS.values())))


def _at(place: Selection, *conditions: tuple[str, tuple[str, ...]]) -> Takes:
    def takes(atom: Atom) -> bool:
        return (
            (place.unit is None or f"/{place.unit}/" in UNITS[atom.place])
            and (place.team is None or TEAMS[atom.place] == place.team)
            and all(atom.values[name] in codes for name, codes in conditions)
        )

    return takes


_SOME = (None, 2, 4, 9)
"""Units for which the attacker asks for two filters at once."""


def _reads_everything(play: Play, topic: Topic) -> Attacker:
    attacker = Attacker(play.atoms())
    single = [(name, codes) for name in play.codes for codes in subsets(play.codes[name])]
    pairs = [
        ((one, (first,)), (two, (second,)))
        for one, two in combinations(play.codes, 2)
        for first, second in product(play.codes[one], play.codes[two])
    ]
    for place in _places():
        two = pairs if place.unit in _SOME and place.team is None else []
        for chosen in [(), *((each,) for each in single), *two]:
            selection = replace(place, answers=tuple(AnswerFilter(*each) for each in chosen))
            _reads_view(attacker, topic, selection, *chosen)
        _reads_tables(attacker, play, topic, place)
    return attacker


def _reads_view(
    attacker: Attacker, topic: Topic, selection: Selection, *chosen: tuple[str, tuple[str, ...]]
) -> None:
    place = replace(selection, answers=())
    for found in explore.view(topic, selection).value.readings:
        for codes, count in found.counts or ():
            attacker.learns(_at(place, *chosen, (found.name, codes)), count)
        if found.blank is not None and found.unknown is not None:
            none = found.blank + (found.not_asked or 0) + found.unknown
            attacker.learns(_at(place, *chosen, (found.name, ("",))), none)


def _reads_tables(attacker: Attacker, play: Play, topic: Topic, place: Selection) -> None:
    given = [(name, (code,)) for name, codes in play.codes.items() for code in codes if place.unit in _SOME]
    for row, column in combinations(play.codes, 2):
        for chosen in [(), *((each,) for each in given if each[0] not in (row, column))]:
            selection = replace(place, answers=tuple(AnswerFilter(*each) for each in chosen))
            table = explore.cross(topic, selection, row, column).value
            for codes, counts in zip(table.rows, table.table or (), strict=False):
                for others, count in zip(table.columns, counts, strict=True):
                    attacker.learns(_at(place, *chosen, (row, codes), (column, others)), count)


def _derived(play: Play, union: Union, attacker: Attacker) -> list[str]:
    """Return the cells of fewer than 11 people by two or three answers, at any place, that follow from all of it.

    Left out are those that are people with one answer: who was asked a question has given the answers that ask it.
    And what follows of a question from how it is answered itself: who chose one of two options, and who both.
    """
    atoms = [play.atom(each.unit, each.answers) for each in union.ballots]
    small = {}
    for place in _places():
        alone = {
            attacker.indicator(_at(place, (name, (code,)))).tobytes()
            for name, codes in play.codes.items() for code in codes
        }  # fmt: skip
        for names in (*combinations(play.codes, 2), *combinations(play.codes, 3)):
            for codes in product(*(play.codes[name] for name in names)):
                takes = _at(place, *((name, (code,)) for name, code in zip(names, codes, strict=True)))
                kind = attacker.indicator(takes)
                if 0 < sum(map(takes, atoms)) < CROWD and kind.tobytes() not in alone:
                    small[f"{place} {names}={codes}"] = kind
    assert len(small) >= 10
    found = attacker.derives(list(small.values()))
    known = [words for words, is_known in zip(small, found, strict=True) if is_known]
    by_itself = Attacker(attacker.atoms)
    for place in _places() if known else ():
        _reads_view(by_itself, union.topic, place)
    own = by_itself.derives([small[words] for words in known]) if known else []
    return [words for words, is_own in zip(known, own, strict=True) if not is_own]


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.name)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_no_small_cell_follows(play: Play, sizes: tuple[int, ...]) -> None:
    union = play.union(sizes)
    assert _derived(play, union, _reads_everything(play, union.topic)) == []


def _unguarded(topic: Topic) -> Topic:
    """The same questions for a gate that does not know who was asked them."""
    gate = topic.gate
    asked = {name: replace(each, steering=None) for name, each in gate.asked.items()}
    return replace(topic, gate=Gate(gate.world, gate.scope, gate.paths, gate.threshold, asked, Memory()))


@pytest.mark.parametrize("play", [play for play in PLAYS if play.leaks], ids=lambda play: play.name)
def test_some_would_if_the_gate_did_not_know_who_was_asked(play: Play) -> None:
    union = play.union(SIZES[1])
    assert _derived(play, union, _reads_everything(play, _unguarded(union.topic)))


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.name)
def test_what_the_attacker_reads_is_true(play: Play) -> None:
    """Its equations hold for the ballots, so that finding nothing means something."""
    union = play.union(SIZES[1])
    attacker = _reads_everything(play, union.topic)
    given = Counter((each.unit, *play.atom(each.unit, each.answers).values.values()) for each in union.ballots)
    counts = np.array([given.pop((each.place, *each.values.values()), 0) for each in attacker.atoms])
    assert not given
    assert (np.stack(attacker.rows) @ counts).tolist() == attacker.results
