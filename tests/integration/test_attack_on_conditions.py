"""The attacker over HTTP on a question behind a condition, options, places of a ranking, dates, modes and weeks.

Everybody answers all that they are asked: so who is missing in a question's table was not asked it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations, product
from typing import Any, TypeAlias

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.analysis.openings import CROWD
from survey_app.analysis.readings import filterable
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import DateQuestion, MultipleChoice, Ranking
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import Answer, IsNot
from survey_app.services import surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Questionnaire, QuestionnaireVersion
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, Purpose, SurveyState
from tests.support import tiny
from tests.support.evaluated import NOW, Evaluated, close, make_campaign, respond, sign_up
from tests.support.sessions import client_of
from tests.unit.analysis.attacker import Atom, Attacker

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

Takes: TypeAlias = Callable[[Atom], bool]
Given: TypeAlias = Mapping[str, list[str]]

SIZES = (200, 4, 120)
MODES = ("web", "paper")
RECEIVED = tuple(NOW - timedelta(days=50 + 7 * weeks) for weeks in (0, 1))
DESIGN = replace(
    tiny.questionnaire(
        tiny.single("A"),
        tiny.single("G"),
        tiny.rating("Q", shown_if=IsNot("G", "3")),
        MultipleChoice(code="M", text=tiny.WORDS, options=tiny.options("1", "2", "3")),
        Ranking(code="R", text=tiny.WORDS, options=tiny.options("1", "2", "3"), top=2),
        DateQuestion(code="D", text=tiny.WORDS, earliest="2017-01-01", latest="2017-03-31"),
    ),
    headline="Q",
)
CODES = filterable(DESIGN)
WAYS: Mapping[str, Mapping[tuple[str, ...], float]] = {
    "A": {("1",): 9, ("2",): 6, ("3",): 2},
    "G": {("1",): 8, ("2",): 6, ("3",): 1.2},
    "Q": {("1",): 6, ("2",): 5},
    "M": {("1",): 6, ("1", "2"): 4, ("2",): 5, ("3",): 1, ("1", "3"): 1, ("2", "3"): 1, ("1", "2", "3"): 1},
    "R": {("1", "2"): 7, ("1", "3"): 6, ("2", "1"): 7, ("2", "3"): 6, ("3", "1"): 1, ("3", "2"): 1},
    "D": {("2017-01-05",): 7, ("2017-02-11",): 1, ("2017-03-30",): 5},
}
"""How often a question is answered in which way."""


@dataclass(frozen=True)
class Circumstances:
    """How and when ballots come in."""

    mode: str
    week: str


class Spy:
    """Asks for everything about some questions and writes it down as equations."""

    def __init__(self, client: FlaskClient, made: Evaluated, questions: str) -> None:
        self._client = client
        self._made = made
        self.names = [name for name in CODES if name[0] in questions]
        self.attacker = Attacker(list(_atoms(questions)))

    def ask(self, name: str, rest: str) -> Any:
        survey = self._made.surveys["T"].id
        answer = self._client.get(
            f"/results/{self._made.campaign.id}/{name}.json?survey={survey}&audience=workers{rest}"
        )
        assert answer.status_code == 200, answer.json
        return answer.json

    def ask_groups(self, rest: str) -> Any:
        groups = self.ask("explore", rest)["groups"]
        return () if groups is None else groups["groups"]

    def places(self) -> Iterator[tuple[str, Takes]]:
        yield "", lambda _: True
        for place, posting in enumerate(self._made.postings[: len(SIZES)]):
            yield f"&unit={posting.unit_id}", _from(place)

    def reads_everything(self) -> None:
        weeks = {"0": f"&since={RECEIVED[0].date()}", "1": f"&until={RECEIVED[1].date()}"}
        for link, takes in self.places():
            self.reads(link, takes)
            self.reads_tables(link, takes)
            self.reads_groups(link, takes)
            for name, code in ((each, code) for each in self.names for code in CODES[each]):
                filtered = f"{link}&q.{name}={code}"
                self.reads(filtered, _both(takes, name, [code]))
                if not link and name in "AGQ":
                    self.reads_tables(filtered, _both(takes, name, [code]))
            if "Q" not in self.names:
                continue
            for mode, week in product(("", *MODES), ("", *weeks)):
                here, own = (f"{link}&mode={mode}", _both(takes, "mode", [mode])) if mode else (link, takes)
                here, own = (here + weeks[week], _both(own, "week", [week])) if week else (here, own)
                if mode or week:
                    self.reads(here, own)
                if bool(mode) != bool(week):
                    self.reads_tables(here, own)

    def reads(self, link: str, takes: Takes) -> None:
        for reading in self.ask("explore", link)["readings"]:
            self.learns(takes, reading)

    def learns(self, takes: Takes, reading: Any) -> None:
        name = reading["question"]
        if name not in self.names or reading["counts"] is None:
            return
        for group in reading["counts"]:
            self.attacker.learns(_both(takes, name, group["codes"]), group["ballots"])
        if reading["not_asked"] is not None and reading["unknown"] is not None:
            self.attacker.learns(_both(takes, name, [""]), reading["not_asked"] + reading["unknown"])

    def reads_tables(self, link: str, takes: Takes) -> None:
        wholes = dict.fromkeys(name.partition(".")[0] for name in self.names if name not in "M")
        for row, column in combinations([*wholes, *(name for name in self.names if "." in name)], 2):
            if row[0] == column[0] or f"q.{row}=" in link or f"q.{column}=" in link or "R" in (row, column):
                continue
            found = self.ask("crosstab", f"{link}&row={row}&column={column}")
            if (table := found["cross_tab"]) is not None:
                for codes, counts in zip(table["rows"], table["table"] or (), strict=False):
                    for others, count in zip(table["columns"], counts, strict=True):
                        self.attacker.learns(_both(_both(takes, row, codes), column, others), count)
            for line in (found["options"] or {"lines": ()})["lines"]:
                other = column if row == "M" else row
                for codes, chosen, base in zip(line["columns"], line["chosen"], line["bases"], strict=True):
                    own = _both(takes, other, codes)
                    self.attacker.learns(_both(own, line["option"], ["1"]), chosen)
                    self.attacker.learns(_both(own, line["option"], ["0", "1"]), base)

    def reads_groups(self, link: str, takes: Takes) -> None:
        for by in ("mode", *(name for name in self.names if name in "AGQD")):
            for group in self.ask_groups(f"{link}&by={by}"):
                for reading in group["readings"]:
                    self.learns(_both(takes, by, group["key"]), reading)


def _from(place: int) -> Takes:
    return lambda atom: atom.place == place


def _both(takes: Takes, name: str, codes: list[str]) -> Takes:
    """Return the atoms of a kind that have one of these answers."""
    wanted = frozenset(codes)
    return lambda atom: takes(atom) and atom.values[name] in wanted


def _values(answers: Mapping[str, Answer], how: Circumstances) -> dict[str, str]:
    return {name: _code(name, answers) for name in CODES} | {"mode": how.mode, "week": how.week}


def _code(name: str, answers: Mapping[str, Answer]) -> str:
    code, _, option = name.partition(".")
    answer = answers.get(code)
    if isinstance(answer, list):
        return str(1 + answer.index(option) if code == "R" else 1) if option in answer else "0"
    if code == "D" and isinstance(answer, str):
        return next(end for end in CODES["D"] if answer <= end)
    return str(answer) if answer in CODES[name] else ""


def _answers(given: Given) -> dict[str, Answer]:
    listed: dict[str, Answer] = {code: each if code in "MR" else each[0] for code, each in given.items()}
    return dict(path(DESIGN, listed).answers)


def _atoms(questions: str) -> Iterator[Atom]:
    """Yield every combination of place, circumstances, and answers to some questions that conditions allow."""
    ways = [WAYS[code] for code in questions]
    given = (dict(zip(questions, map(list, each), strict=True)) for each in product(*ways))
    every = [_answers(each) for each in given]
    circumstances = [Circumstances(*each) for each in product(MODES, ("0", "1"))]
    kinds = {tuple(_values(each, how).items()): None for each in every for how in circumstances}
    for place in range(len(SIZES)):
        yield from (Atom(place, dict(kind)) for kind in kinds)


def _fill(database: Database) -> tuple[Evaluated, list[Atom]]:
    """Put ballots of the design into the database; returns them as atoms, too."""
    made = make_campaign(database)
    with database.transaction() as session:
        written = codec.dumps(DESIGN)
        row = Questionnaire(unit_id=made.unit.id, title="问卷", draft=written, created_at=NOW, updated_at=NOW)
        session.add(row)
        session.flush()
        version = QuestionnaireVersion(
            questionnaire_id=row.id, number=1, code=DESIGN.code, definition=written, sha256=codec.sha256(DESIGN),
            changes="", published_at=NOW,
        )  # fmt: skip
        session.add(version)
    survey = surveys.create_survey(
        database, actor=SYSTEM, campaign_id=made.campaign.id, version_id=version.id, title="测评",
        purpose=Purpose.ACTIVITY_EVALUATION, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    made.surveys["T"], made.questionnaires["T"] = survey, DESIGN
    close(database, survey)
    draw, atoms = random.Random(7), []
    for place, size in enumerate(SIZES):
        by_way: dict[Circumstances, list[Given]] = {}
        for _ in range(size):
            how = Circumstances(draw.choices(MODES, (3, 1))[0], draw.choices("01", (3, 1))[0])
            given = {code: list(draw.choices([*own], [*own.values()])[0]) for code, own in WAYS.items()}
            kept = _answers(given)
            by_way.setdefault(how, []).append({code: each for code, each in given.items() if code in kept})
            atoms.append(Atom(place, _values(kept, how)))
        for how, ballots in by_way.items():
            respond(
                database, made, "T", made.postings[place].id, ballots,
                received_at=RECEIVED[int(how.week)], mode=Mode(how.mode),
            )  # fmt: skip
    return made, atoms


def _small(spy: Spy, ballots: list[Atom]) -> dict[str, np.ndarray]:
    """Return what must not follow: the few of a place who gave one answer and another, or two others.

    Left out are those who are all people with one answer: who was asked a question gave the answers that ask it.
    """
    found = {}
    for link, takes in spy.places():
        alone = {
            spy.attacker.indicator(_both(takes, name, [code])).tobytes()
            for name in spy.names
            for code in CODES[name]
        }
        for names in combinations(spy.names, 2):
            if names[0][0] == names[1][0]:
                continue
            for codes in product(*(CODES[name] for name in names)):
                kind = _both(_both(takes, names[0], [codes[0]]), names[1], [codes[1]])
                indicator = spy.attacker.indicator(kind)
                if 0 < sum(map(kind, ballots)) < CROWD and indicator.tobytes() not in alone:
                    found[f"{link} {names} {codes}"] = indicator
    return found


def test_no_small_cell_follows_and_all_that_is_read_is_true(app: Flask, database: Database) -> None:
    made, ballots = _fill(database)
    client = client_of(app, sign_up(database, made.unit, username="spy"))
    for questions in ("AGQ", "AM", "AR", "AD"):
        spy = Spy(client, made, questions)
        spy.reads_everything()
        own = dict.fromkeys((*spy.names, "mode", "week"))
        given = Counter((each.place, *(each.values[name] for name in own)) for each in ballots)
        counts = np.array([given[each.place, *(each.values[name] for name in own)] for each in spy.attacker.atoms])
        assert counts.sum() == len(ballots)
        assert (np.stack(spy.attacker.rows) @ counts).tolist() == spy.attacker.results
        small = _small(spy, ballots)
        assert len(small) > 10
        derived = spy.attacker.derives(list(small.values()))
        assert [words for words, is_known in zip(small, derived, strict=True) if is_known] == []
    address = f"/results/{made.campaign.id}/explore?survey={made.surveys['T'].id}&audience=workers"
    closed = client.get(f"{address}&q.R.1=1&by=R.2").text
    assert closed.count("不能放在一起：“") == 2
    assert "下面没有可以对照的分组" not in closed
