"""Small unions to explore without a database: units, postings with teams, and ballots drawn from a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from survey_app.analysis.encode import SLOT
from survey_app.analysis.explore import NOT_HERE, Topic
from survey_app.analysis.facts import Rules
from survey_app.analysis.places import LeafFacts, UnitFacts, tree_of
from survey_app.analysis.readings import entries
from survey_app.analysis.selection import Selection
from survey_app.analysis.several import Looking, Own
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.worlds import Ballots
from survey_app.questionnaire.definition import Questionnaire
from survey_app.scoring import rules
from survey_app.words import Audience
from tests.support import tiny
from tests.unit.analysis.stored import NOW, Stored, response

UNITS = {
    1: "/1/",
    2: "/1/2/",
    3: "/1/3/",
    **{key: f"/1/2/{key}/" for key in (4, 5, 6)},
    **{key: f"/1/3/{key}/" for key in (7, 8)},
    9: "/1/9/",
}
"""A city; two districts with three and two enterprises; an enterprise right below the city."""
ENTERPRISES = (4, 5, 6, 7, 8, 9)
TEAMS = {4: 1, 5: 2, 6: 1, 7: 2, 8: 3, 9: 3}
RULES = Rules(rate=rules.SATISFACTION_RATE, strict=rules.STRICT_SATISFACTION_RATE, index=rules.SATISFACTION_INDEX)
SURVEY = Selection(survey=1, audience=Audience.WORKERS)


@dataclass(frozen=True)
class Ballot:
    """What one worker answered, where, how, how many weeks ago, and in which slot of that day."""

    unit: int
    answers: Mapping[str, str | list[str]]
    mode: str = "web"
    weeks: int = 0
    slot: int = 0

    @property
    def received_at(self) -> datetime:
        """When it came in."""
        return NOW - timedelta(days=14 + 7 * self.weeks) + self.slot * SLOT


@dataclass(frozen=True)
class Union:
    """Ballots of one questionnaire in the tree above."""

    questionnaire: Questionnaire
    ballots: Sequence[Ballot]
    threshold: int = 5

    @cached_property
    def topic(self) -> Topic:
        """What the whole city's reader explores."""
        return self.topic_of("/")

    def topic_of(self, *paths: str, live_at: datetime | None = None) -> Topic:
        """What a reader of these subtrees explores: once the survey is over, or while answers come in."""
        now = NOW if live_at is None else live_at
        return topic_of([Fielded(self, is_live=live_at is not None)], *paths, now=now)

    def count(self, name: str, codes: Sequence[str], selection: Selection = SURVEY) -> int:
        """Recount the ballots of a selection with one of these answers."""
        return sum(each.answers.get(name) in codes for each in self.chosen(selection))

    def chosen(self, selection: Selection) -> list[Ballot]:
        """Return the ballots of a selection, one by one."""
        return [
            each
            for each in self.ballots
            if (selection.unit is None or f"/{selection.unit}/" in UNITS[each.unit])
            and (selection.team is None or TEAMS[each.unit] == selection.team)
            and (not selection.modes or each.mode in selection.modes)
            and all(each.answers.get(one.field) in one.codes for one in selection.answers)
        ]


@dataclass(frozen=True)
class Fielded:
    """A survey with the ballots of `union`; it may take more, or has taken more since some moments."""

    union: Union
    is_live: bool = False
    resumed: tuple[datetime, ...] = ()


def topic_of(surveys: Sequence[Fielded], *paths: str, now: datetime = NOW) -> Topic:
    """What a reader of these subtrees explores of surveys of one questionnaire that count together."""
    questionnaire = surveys[0].union.questionnaire
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        postings = [LeafFacts(100 + unit, unit, TEAMS[unit]) for unit in ENTERPRISES]
        units = [UnitFacts(*each) for each in UNITS.items()]
        tree, number = store.worlds.tree(1, (), lambda: tree_of(units, postings))
        ballots = {
            key: Own(
                Ballots(store.snapshot(stored_of(key, each.union, now), now).columns),
                each.union.threshold,
                each.is_live,
                each.resumed,
            )
            for key, each in enumerate(surveys, start=1)
        }
        gate = Looking(store.worlds, tree, number, paths or ("/",), now).gate(
            ballots, Audience.WORKERS, questionnaire
        )
        # Files on disk go away with the folder: what is counted later is counted from memory.
        for part in gate.world.parts:
            for name in part.piece.arrays:
                part.of(name)
    nothing = np.zeros(tree.leaves, np.int64)
    return Topic(
        gate=gate,
        entries=entries(questionnaire),
        rules=RULES,
        as_of=now,
        headcounts=np.full(tree.leaves, NOT_HERE),
        spoilt=nothing,
        abstained=nothing,
    )


def stored_of(survey: int, union: Union, now: datetime) -> Stored:
    """Return the ballots of a survey that had come by now, as the column store reads them."""
    stored = Stored({1: union.questionnaire}, survey_id=survey)
    for place, each in enumerate(union.ballots):
        if each.received_at <= now:
            number = survey * 100_000 + place
            stored.add(
                response(
                    number, each.received_at, dict(each.answers), unit_id=each.unit,
                    posting_id=100 + each.unit, mode=each.mode,
                )
            )  # fmt: skip
    return stored


def drawn(seed: int, sizes: Sequence[int], *, threshold: int = 5, dissatisfied: float = 4) -> Union:
    """Return ballots of a single choice A, a rating B and a single choice C, `sizes` of them by enterprise.

    Some leave a question blank, some do not know; to 7 who are satisfied come `dissatisfied` who are not. Answers
    hang together, so that no table is empty by rule.
    """
    draw = Random(seed)
    ballots = []
    for unit, size in zip(ENTERPRISES, sizes, strict=True):
        for _ in range(size):
            answers = {
                "A": draw.choices(["1", "2", "3", ""], [6, 5, 2, 1])[0],
                "B": draw.choices(["1", "2", "3", ""], [7, dissatisfied, 1, 1])[0],
                "C": draw.choices(["1", "2", "3", ""], [5, 5, 3, 0])[0],
            }
            kept = {name: code for name, code in answers.items() if code}
            mode = draw.choices(["web", "paper"], [4, 1])[0]
            ballots.append(Ballot(unit, kept, mode, draw.choices([0, 1], [3, 1])[0]))
    questionnaire = replace(tiny.questionnaire(tiny.single("A"), tiny.rating("B"), tiny.single("C")), headline="B")
    return Union(questionnaire, ballots, threshold)
