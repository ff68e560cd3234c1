"""The attacker on options of one question, who knows that they hang together, and on dates by their spans."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

import pytest

from survey_app.analysis import explore
from survey_app.analysis.explore import Topic
from survey_app.analysis.gate import Gate, Memory
from survey_app.analysis.openings import CROWD
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.questionnaire.definition import DateQuestion, MultipleChoice, Ranking
from tests.support import tiny
from tests.unit.analysis.attacker import Atom, Attacker, atoms, subsets
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, TEAMS, UNITS, Ballot, Union

OPTIONS = ("1", "2", "3")
RANKING = Ranking(code="R", text=tiny.WORDS, options=tiny.options(*OPTIONS), top=2)
TWO_OF_THREE = MultipleChoice(
    code="R", text=tiny.WORDS, options=tiny.options(*OPTIONS), min_choices=2, max_choices=2
)
ANSWERS = ("1", "2", "3")
SIZES = [(60, 3, 40, 70, 9, 30), (300, 12, 160, 250, 90, 30)]
LARGE = (900, 12, 800, 900, 600, 300)


@dataclass(frozen=True)
class Play:
    """A question, how often it is answered in which way, and what is said of it: of each option, or as a whole."""

    question: Ranking | MultipleChoice | DateQuestion
    ways: Mapping[str, float]
    codes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What is told apart besides the single choice A."""
        return ("R",) if isinstance(self.question, DateQuestion) else tuple(f"R.{option}" for option in OPTIONS)

    def code(self, way: str, option: str) -> str:
        if isinstance(self.question, DateQuestion):
            return next(code for code in self.codes if way <= code)
        if isinstance(self.question, MultipleChoice):
            return str(int(option in way))
        return str(way.index(option) + 1) if option in way else "0"

    def union(self, sizes: tuple[int, ...]) -> Union:
        """Ballots of it and of a single choice whose third answer is rare; some leave one of both out."""
        draw, ballots = Random(sum(sizes)), []
        for unit, size in zip(ENTERPRISES, sizes, strict=True):
            for _ in range(size):
                way = draw.choices([*self.ways, ""], [*self.ways.values(), 1])[0]
                answer = draw.choices([*ANSWERS, ""], [9, 6, 3, 1])[0]
                answered = way if isinstance(self.question, DateQuestion) else list(way)
                given = {"R": answered} if way else {}
                ballots.append(Ballot(unit, {**given, **({"A": answer} if answer else {})}))
        return Union(tiny.questionnaire(self.question, tiny.single("A")), ballots)

    def atoms(self) -> list[Atom]:
        return atoms(ENTERPRISES, {"R": (*self.ways, ""), "A": (*ANSWERS, "")})

    def takes(self, name: str, codes: tuple[str, ...]) -> Callable[[Atom], bool]:
        """Tell which atoms have one of these answers to a question or option."""
        if name == "A":
            return lambda atom: atom.values["A"] in codes
        option = name.partition(".")[2]
        return lambda atom: bool(atom.values["R"]) and self.code(atom.values["R"], option) in codes


RANKED = Play(RANKING, {"12": 7, "13": 6, "21": 7, "23": 6, "31": 0.4, "32": 0.4}, ("1", "2", "0"))
DATED = Play(
    DateQuestion(code="R", text=tiny.WORDS, earliest="2026-01-01", latest="2026-03-31"),
    {"2026-01-05": 7, "2026-01-20": 3, "2026-02-11": 0.8, "2026-03-30": 5},
    ("2026-01-31", "2026-02-28", "2026-03-31"),
)
ANY_OF_THREE = Play(
    MultipleChoice(code="R", text=tiny.WORDS, options=tiny.options(*OPTIONS)),
    {"1": 5, "2": 5, "3": 4, "12": 3, "13": 3, "23": 4, "123": 0.3},
    ("0", "1"),
)
CHOSEN = Play(TWO_OF_THREE, {"12": 0.4, "13": 7, "23": 6}, ("0", "1"))


def _places() -> Iterator[Selection]:
    yield SURVEY
    yield from (replace(SURVEY, unit=unit) for unit in UNITS)
    yield from (replace(SURVEY, team=team) for team in sorted(set(TEAMS.values())))


def _at(place: Selection, *conditions: Callable[[Atom], bool]) -> Callable[[Atom], bool]:
    def takes(atom: Atom) -> bool:
        return (
            (place.unit is None or f"/{place.unit}/" in UNITS[atom.place])
            and (place.team is None or TEAMS[atom.place] == place.team)
            and all(each(atom) for each in conditions)
        )

    return takes


def _reads_everything(play: Play, topic: Topic) -> Attacker:
    attacker = Attacker(play.atoms())
    for place in _places():
        filters = [
            (name, codes)
            for name in ("A", *play.names)
            for codes in subsets(ANSWERS if name == "A" else play.codes)
        ]
        for chosen in [(), *((each,) for each in filters)]:
            selection = replace(place, answers=tuple(AnswerFilter(*each) for each in chosen))
            conditions = [play.takes(*each) for each in chosen]
            for found in explore.view(topic, selection).value.readings:
                for codes, count in found.counts or ():
                    attacker.learns(_at(place, *conditions, play.takes(found.name, codes)), count)
        for row, column in combinations(("A", *play.names), 2):
            table = explore.cross(topic, place, row, column).value
            for codes, counts in zip(table.rows, table.table or (), strict=False):
                for others, count in zip(table.columns, counts, strict=True):
                    attacker.learns(_at(place, play.takes(row, codes), play.takes(column, others)), count)
    return attacker


def _derived(play: Play, union: Union, attacker: Attacker) -> list[str]:
    """Return the cells of fewer than 11 people by two answers, at any place, that follow from all that was read."""
    small = {}
    for place in _places():
        for name in play.names:
            for code in play.codes:
                for answer in ANSWERS:
                    takes = _at(place, play.takes(name, (code,)), play.takes("A", (answer,)))
                    if 0 < sum(takes(_atom(each)) for each in union.ballots) < CROWD:
                        small[f"{place} {name}={code} A={answer}"] = attacker.indicator(takes)
    assert len(small) >= 10
    found = attacker.derives(list(small.values()))
    return [words for words, is_known in zip(small, found, strict=True) if is_known]


def _atom(ballot: Ballot) -> Atom:
    return Atom(ballot.unit, {name: "".join(ballot.answers.get(name, "")) for name in ("R", "A")})


@pytest.mark.parametrize("play", [RANKED, CHOSEN, DATED], ids=["ranking", "two of three", "date"])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_no_small_cell_follows(play: Play, sizes: tuple[int, ...]) -> None:
    union = play.union(sizes)
    assert _derived(play, union, _reads_everything(play, union.topic)) == []


def _all_three(union: Union, attacker: Attacker) -> list[bool]:
    """Tell for each place where 1 to 10 people chose all options whether their number follows."""
    all_of_them = [_at(place, lambda atom: atom.values["R"] == "123") for place in _places()]
    counts = [sum(takes(_atom(each)) for each in union.ballots) for takes in all_of_them]
    small = [takes for takes, count in zip(all_of_them, counts, strict=True) if 0 < count < CROWD]
    assert len(small) >= 5
    return list(attacker.derives([attacker.indicator(takes) for takes in small]))


def test_who_chose_all_three_does_not_follow() -> None:
    union = ANY_OF_THREE.union(SIZES[1])
    attacker = _reads_everything(ANY_OF_THREE, union.topic)
    assert not any(_all_three(union, attacker))
    assert _derived(ANY_OF_THREE, union, attacker) == []


def test_who_chose_all_three_would_if_pairs_were_told() -> None:
    union = ANY_OF_THREE.union(SIZES[1])
    attacker = _reads_everything(ANY_OF_THREE, _each_alone(union.topic))
    assert any(_all_three(union, attacker))


def _each_alone(topic: Topic) -> Topic:
    """The same where each option stands for itself."""
    gate = topic.gate
    loose = {name: replace(each, tied="", beside=()) for name, each in gate.asked.items()}
    return replace(topic, gate=Gate(gate.world, gate.scope, gate.paths, gate.threshold, loose, Memory()))


@pytest.mark.parametrize("play", [RANKED, CHOSEN], ids=["ranking", "two of three"])
def test_it_would_if_each_option_stood_for_itself(play: Play) -> None:
    union = play.union(SIZES[1])
    assert _derived(play, union, _reads_everything(play, _each_alone(union.topic)))


@pytest.mark.parametrize("play", [RANKED, CHOSEN], ids=["ranking", "two of three"])
def test_what_is_shown_is_true(play: Play) -> None:
    union = play.union(LARGE)
    atoms_given = [_atom(each) for each in union.ballots]
    table = explore.cross(union.topic, SURVEY, "R.1", "A").value
    assert table.table is not None
    assert len(table.rows) > 1
    for codes, counts in zip(table.rows, table.table, strict=True):
        for others, count in zip(table.columns, counts, strict=True):
            takes = _at(SURVEY, play.takes("R.1", codes), play.takes("A", others))
            assert count == sum(takes(each) for each in atoms_given)


def test_options_of_one_ranking_are_not_crossed() -> None:
    assert explore.cross(RANKED.union(SIZES[1]).topic, SURVEY, "R.1", "R.2").value.table is None
