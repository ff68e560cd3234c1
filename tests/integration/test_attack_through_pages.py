"""The attacker signs in, takes all JSON that the results pages give, and must not derive what they withhold."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.analysis.openings import CROWD
from survey_app.services.access import Actor
from survey_app.storage.models import RoleGrant, Unit
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, Role
from tests.support.evaluated import ENTERPRISES, Evaluated, make_campaign, respond, sign_up, survey_over
from tests.support.sessions import client_of
from tests.unit.analysis.attacker import Atom, Attacker, atoms

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

Takes: TypeAlias = Callable[[Atom], bool]

SIZES = (70, 3, 45, 30)
KNOWS, VERDICT = "W01", "W10"
CODES = {KNOWS: ("1", "2", "3"), VERDICT: ("1", "2", "3", "4", "5")}
FILTERS = {
    KNOWS: ("1", "2", "3", "1,2", "1,3", "2,3"),
    VERDICT: ("1", "2", "3", "4", "5", "1,2", "1,2,3", "4,5", "3,4,5"),
}
UNKNOWN, NOTHING = "6", ""
MODE, MODES = "mode", ("web", "paper")


class Spy:
    """Asks for everything and writes it down as equations. `withheld` holds what was not shown.

    `own` are the places of a reader who reads only these.
    """

    def __init__(self, client: FlaskClient, made: Evaluated, own: Sequence[int] = range(len(SIZES))) -> None:
        self._client = client
        self._made = made
        self._own = frozenset(own)
        given = {KNOWS: (*CODES[KNOWS], NOTHING), VERDICT: (*CODES[VERDICT], UNKNOWN, NOTHING), MODE: MODES}
        self.attacker = Attacker(atoms(range(len(SIZES)), given))
        self.withheld: list[tuple[str, Takes, str]] = []
        self._place = {made.postings[place].unit_id: place for place in own}
        self._team = {made.postings[place].team_id: place for place in own}

    def ask(self, name: str, rest: str = "") -> Any:
        survey = self._made.surveys["A_W"].id
        answer = self._client.get(
            f"/results/{self._made.campaign.id}/{name}.json?survey={survey}&audience=workers{rest}"
        )
        assert answer.status_code == 200, answer.json
        return answer.json

    def truth(self) -> np.ndarray:
        """Return the ballots of each kind, as they were given."""
        counts = np.zeros(len(self.attacker.atoms), np.int64)
        for each in given_by(self._made):
            counts[self.attacker.atoms.index(each)] += 1
        return counts

    def learns(self, takes: Takes, count: int | None) -> None:
        if count is not None:
            self.attacker.learns(takes, count)

    def reads_view(self, link: str, takes: Takes, view: Any) -> None:
        self.learns(takes, view["ballots"])
        for reading in view["readings"]:
            self.reads(link, takes, reading)

    def reads(self, link: str, takes: Takes, reading: Any) -> None:
        name = reading["question"]
        if name not in CODES or f"q.{name}=" in link:
            return
        if reading["counts"] is None:
            figures = reading["rated"] or {}
            assert not any({"x", "n", "value"} & set(figure) for figure in figures.values())
            self.withheld.append((link, takes, name))
            return
        for group in reading["counts"]:
            self.learns(both(takes, name, group["codes"]), group["ballots"])
        if reading["blank"] is not None:
            self.learns(both(takes, name, [NOTHING]), reading["blank"] + reading["not_asked"])
        if name == VERDICT:
            self.learns(both(takes, name, [UNKNOWN]), reading["unknown"])

    def places(self) -> Iterator[tuple[str, Takes]]:
        yield "", self.everywhere
        for unit, place in self._place.items():
            yield f"&unit={unit}", lambda atom, place=place: atom.place == place
        for team, place in self._team.items():
            yield f"&team={team}", lambda atom, place=place: atom.place == place

    def everywhere(self, atom: Atom) -> bool:
        """Tell whether ballots are from where the reader may look."""
        return atom.place in self._own

    def overview(self) -> Iterator[tuple[Takes, int | None]]:
        """Yield every number of ballots that the results page gives, and of which it is."""
        found = self._client.get(f"/results/{self._made.campaign.id}.json").json
        for part in found["parts"]:
            yield self.everywhere, part["returned"]
            for item in part["items"]:
                if item["question"] != VERDICT:
                    continue
                yield from rates(self.everywhere, item["rated"])
                for grade in item["grades"]:
                    yield both(self.everywhere, VERDICT, [grade["code"]]), grade["ballots"]
            for asked in part["answered"]:
                if asked["question"] == KNOWS:
                    for code, choice in zip(CODES[KNOWS], asked["choices"], strict=False):
                        yield both(self.everywhere, KNOWS, [code]), choice["ballots"]
                    yield both(self.everywhere, KNOWS, CODES[KNOWS]), asked["n"]
            for team in part["teams"]:
                (place,) = (at for at in self._own if team["places"][0]["zh"].endswith(ENTERPRISES[at][0]))
                yield from rates(lambda atom, place=place: atom.place == place, team["rated"])

    def reads_everything(self) -> None:
        for place, takes in self.places():
            self.reads_view(place, takes, self.ask("explore", place))
            for name, filters in FILTERS.items():
                for codes in filters:
                    link = f"{place}&q.{name}={codes}"
                    self.reads_view(link, both(takes, name, codes.split(",")), self.ask("explore", link))
            self.reads_cross_tab(place, takes)
            self.reads_answer_groups(place, takes)
        self.reads_groups()
        self.reads_units()

    def reads_cross_tab(self, place: str, takes: Takes) -> None:
        found = self.ask("crosstab", f"{place}&row={KNOWS}&column={VERDICT}")["cross_tab"]
        for codes, row in zip(found["rows"], found["table"] or (), strict=False):
            for others, count in zip(found["columns"], row, strict=True):
                self.learns(both(both(takes, KNOWS, codes), VERDICT, others), count)

    def reads_answer_groups(self, place: str, takes: Takes) -> None:
        for group in self.ask("explore", f"{place}&by={KNOWS}")["groups"]["groups"]:
            for reading in group["readings"]:
                self.reads(place, both(takes, KNOWS, group["key"]), reading)

    def reads_groups(self) -> None:
        for by, places in (("unit", self._place), ("team", self._team)):
            for codes in ("", *FILTERS[KNOWS]):
                link = f"&q.{KNOWS}={codes}" if codes else ""
                for group in self.ask("explore", f"{link}&by={by}")["groups"]["groups"]:
                    place = places[int(group["key"][0])]
                    takes = (
                        (lambda atom, place=place: atom.place == place)
                        if codes == ""
                        else both(lambda atom, place=place: atom.place == place, KNOWS, codes.split(","))
                    )
                    for reading in group["readings"]:
                        self.reads(link, takes, reading)

    def reads_units(self, link: str = "", of: Takes | None = None) -> None:
        table = self.ask("units", link)
        column = table["columns"].index(VERDICT)
        for unit in table["units"]:
            cell, place = unit["cells"][column], self._place.get(unit["unit"])
            if cell is not None:
                takes = within(of or self.everywhere, self._own if place is None else (place,))
                self.learns(both(takes, VERDICT, ["1", "2", "3"]), cell["x"])
                if cell["strict"] is not None:
                    self.learns(both(takes, VERDICT, ["1", "2"]), cell["strict"])
                self.learns(both(takes, VERDICT, list(CODES[VERDICT])), cell["n"])

    def reads_narrowed(self) -> None:
        """Ways of answering, by themselves and with answers: views, the table of units also of a team, weights."""
        for place, takes in self.places():
            for mode, codes in product(("", *MODES), ("", "1", "2,3")):
                kind = both(takes, MODE, [mode]) if mode else takes
                link = f"{place}&mode={mode}" if mode else place
                if codes:
                    kind, link = both(kind, KNOWS, codes.split(",")), f"{link}&q.{KNOWS}={codes}"
                if mode or codes:
                    self.reads_weights(link, kind)
                if mode:
                    self.reads_view(link, kind, self.ask("explore", link))
                if "unit" not in place:
                    self.reads_units(link, kind)

    def reads_weights(self, link: str, takes: Takes) -> None:
        found = self.ask("weights", link)
        (line,) = [each for each in found["lines"] if each["question"] == VERDICT]
        plain = line["weightings"][0]
        if "refused" not in plain and "x" in plain["figure"]:
            self.learns(both(takes, VERDICT, ["1", "2", "3"]), plain["figure"]["x"])
            self.learns(both(takes, VERDICT, list(CODES[VERDICT])), plain["figure"]["n"])


def rates(takes: Takes, rated: Any) -> Iterator[tuple[Takes, int | None]]:
    """Yield the numbers of ballots that a verdict holds; none where it is withheld."""
    share, strict = rated["rate"], rated["strict"]
    if "x" in share:
        yield both(takes, VERDICT, ["1", "2", "3"]), share["x"]
        yield both(takes, VERDICT, CODES[VERDICT]), share["n"]
        yield both(takes, VERDICT, [UNKNOWN]), share["unknown"]
        yield both(takes, VERDICT, [NOTHING]), share["returned"] - share["n"] - share["unknown"]
        yield both(takes, VERDICT, ["1", "2"]), strict["x"]


def both(takes: Takes, name: str, codes: Any) -> Takes:
    """Return the atoms of a kind that have one of these answers."""
    wanted = frozenset(codes)
    return lambda atom: takes(atom) and atom.values[name] in wanted


def within(takes: Takes, places: Collection[int]) -> Takes:
    """Return the atoms of a kind that are of some places."""
    return lambda atom: takes(atom) and atom.place in places


def given_by(made: Evaluated) -> list[Atom]:
    """Return the kind of each ballot, as it was given."""
    numbers = [posting.id for posting in made.postings]
    return [
        Atom(
            numbers.index(each.posting),
            {name: str(each.answers.get(name) or NOTHING) for name in CODES} | {MODE: each.mode.value},
        )
        for each in made.given
    ]


def _fill(database: Database) -> Evaluated:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    draw = random.Random(11)
    for posting, size in zip(made.postings, SIZES, strict=True):
        ballots = []
        for _ in range(size):
            knows = draw.choices("123", (6, 3, 1))[0]
            ballots.append(
                {KNOWS: [knows]} | ({} if knows == "3" else {VERDICT: draw.choices("123456", (9, 7, 4, 3, 2, 1))})
            )
        on_paper = len(ballots) // 3
        respond(database, made, "A_W", posting.id, ballots[on_paper:])
        respond(database, made, "A_W", posting.id, ballots[:on_paper], mode=Mode.PAPER)
    return made


def _reader(database: Database, made: Evaluated, own: Sequence[int]) -> Actor:
    """Somebody who reads the results of some of the enterprises."""
    units = [made.postings[place].unit_id for place in own]
    with database.reading() as session:
        first = session.get_one(Unit, units[0])
    actor = sign_up(database, first, username="spy")
    with database.transaction() as session:
        session.add_all(RoleGrant(user_id=actor.user_id, role=Role.LEADER, unit_id=each) for each in units[1:])
    return actor


@pytest.mark.parametrize("own", [(0, 1, 2, 3), (0, 1), (1, 2, 3)], ids=["whole", "two", "three"])
def test_nothing_withheld_follows_from_all_answers_together(
    app: Flask, database: Database, own: tuple[int, ...]
) -> None:
    """The results page adds nothing to exploring: what two readers know together follows from what they explore."""
    made = _fill(database)
    actor = _reader(database, made, own) if len(own) < len(SIZES) else sign_up(database, made.unit, username="spy")
    spy = Spy(client_of(app, actor), made, own)
    spy.reads_everything()
    if len(own) == len(SIZES):
        spy.reads_narrowed()
    told = [(spy.attacker.indicator(takes), count) for takes, count in spy.overview() if count is not None]
    assert len(told) > 15
    assert all(spy.attacker.derives([kind for kind, _count in told]))
    counts = spy.truth()
    assert [int(kind @ counts) for kind, _count in told] == [count for _kind, count in told]
    targets = list(_withheld(spy, made))
    assert len(targets) > 40
    assert len(spy.attacker.rows) > (100 if len(own) == len(SIZES) else 15)
    derived = spy.attacker.derives([kind for _name, kind in targets])
    assert [name for (name, _kind), found in zip(targets, derived, strict=True) if found] == []


def _withheld(spy: Spy, made: Evaluated) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what must not be known: what few of a place answered to both questions, and what was not shown."""
    given = given_by(made)
    for place, takes in spy.places():
        for knows, verdict in product(CODES[KNOWS], CODES[VERDICT]):
            kind = both(both(takes, KNOWS, [knows]), VERDICT, [verdict])
            if 0 < sum(kind(each) for each in given) < CROWD:
                yield f"{place} {KNOWS}={knows} {VERDICT}={verdict}", spy.attacker.indicator(kind)
    for link, takes, name in spy.withheld:
        for code in CODES[name]:
            kind = both(takes, name, [code])
            if any(kind(each) for each in given):
                yield f"{link} {name}={code}", spy.attacker.indicator(kind)


def test_the_spy_notes_what_is_true(app: Flask, database: Database) -> None:
    """Its equations hold for the ballots, so that finding nothing means something."""
    made = _fill(database)
    spy = Spy(client_of(app, sign_up(database, made.unit, username="spy")), made)
    for place, takes in list(spy.places())[:2]:
        spy.reads_view(place, takes, spy.ask("explore", place))
        spy.reads_cross_tab(place, takes)
        spy.reads_answer_groups(place, takes)
    spy.reads_groups()
    spy.reads_units()
    spy.reads_narrowed()
    counts = spy.truth()
    assert (np.stack(spy.attacker.rows) @ counts).tolist() == spy.attacker.results
