"""Whatever happens to responses in the database, at whatever moment somebody looks: the columns hold what it holds.

Random histories: two people at once answer, import paper of past days, leave out, restore and erase, while a third
looks; then time passes, the cache is lost, or a process starts anew. Every look is compared with all responses,
which are read from the database one by one in the same transaction.
"""

import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from survey_app.analysis.columns import Columns
from survey_app.analysis.encode import MODES, NONE
from survey_app.analysis.layout import Sort
from survey_app.analysis.store import ColumnStore
from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import IsNot
from survey_app.services import collect, evaluate, import_responses
from survey_app.services.access import SYSTEM
from survey_app.services.days import today
from survey_app.services.evaluate import DatabaseSource
from survey_app.services.import_responses import Source
from survey_app.storage.models import Collector, Erasure, Response, Survey, Voiding
from survey_app.storage.queries import evidence as evidence_queries
from survey_app.storage.queries import retention as retention_queries
from survey_app.storage.session import Database, Session
from survey_app.words import Mode
from tests.support import tiny
from tests.support.ballots import csv_file
from tests.support.field import put_into_field
from tests.support.office import NOW, make_office

FIELDS = ("A", "B")
DESIGN = tiny.questionnaire(tiny.single("A"), tiny.rating("B", shown_if=IsNot("A", "3")))

_deed = st.one_of(
    st.tuples(st.just("answer"), st.integers(0, 999)),
    st.tuples(st.just("answer a while ago"), st.integers(0, 999)),
    st.tuples(st.sampled_from(["import", "leave out", "restore", "erase"]), st.integers(0, 999)),
)
_deeds = st.lists(_deed, min_size=1, max_size=5)
_pause = st.tuples(
    st.sampled_from([0, 4, 11, 35, 700]), st.sampled_from(["", "", "restart", "rebuild", "lose the cache"])
)
_history = st.lists(st.tuples(_deeds, _deeds, _pause), min_size=1, max_size=4)


@dataclass(frozen=True)
class _Held:
    """What a response is known by: its keys, and what was answered."""

    posting: int
    batch: int
    mode: str
    answers: tuple[str | None, ...]
    counts: bool


@dataclass
class _Place:
    """A survey in which things happen, and the folder of its columns."""

    database: Database
    survey_id: int
    version_id: int
    collectors: tuple[Collector, ...]
    folder: Path
    now: datetime

    def store(self) -> ColumnStore:
        """A process that starts: it knows nothing but the folder, and checks next to nothing of its own accord."""
        return ColumnStore(self.folder, checked=1)

    def do(self, deed: str, value: int, key: str) -> None:
        """Do something to some response, in a transaction of its own."""
        draw = random.Random(f"{key} {value}")
        if deed == "import":
            self._import(draw)
            return
        with self.database.transaction() as session:
            if deed.startswith("answer"):
                self._answer(session, draw, timedelta(minutes=20 if deed == "answer a while ago" else 0))
                return
            # As the product does: whoever leaves out or erases holds the survey.
            retention_queries.survey(session, self.survey_id, for_change=True)
            if deed == "restore":
                self._restore(session, draw)
                return
            known = sorted(session.scalars(select(Response.id).where(Response.survey_id == self.survey_id)))
            if not known:
                return
            if deed == "leave out":
                some = set(draw.sample(known, min(2, len(known))))
                evidence_queries.void(
                    session, survey_id=self.survey_id, ids=some, reason="重复", at=self.now, by=None
                )
            else:
                one = draw.choice(known)
                session.connection().execute(delete(Response.__table__).where(Response.__table__.c.id == one))
                session.add(Erasure(survey_id=self.survey_id, response_id=one, erased_at=self.now))

    def _answer(self, session: Session, draw: random.Random, before: timedelta) -> None:
        raw = {"A": [draw.choice("123")]} | ({"B": [draw.choice("123")]} if draw.random() < 0.7 else {})
        collect.store(
            session,
            collector=draw.choice(self.collectors),
            version_id=self.version_id,
            cleaned=clean(DESIGN, raw),
            response_id=UUID(int=draw.getrandbits(128), version=4),
            mode=Mode.WEB,
            locale="zh_Hans_CN",
            received_at=self.now - before,
        )

    def _import(self, draw: random.Random) -> None:
        days = [today(self.now) - timedelta(days=draw.randint(1, 9)) for _ in range(3)]
        rows = [f"{draw.choice('12')},{draw.choice('123')},{day.isoformat()}" for day in days]
        import_responses.carry_out(
            self.database,
            actor=SYSTEM,
            collector_id=draw.choice(self.collectors).id,
            source=Source("票.csv", csv_file("A,B,date", *rows)),
            now=self.now,
        )

    def _restore(self, session: Session, draw: random.Random) -> None:
        acts = [each.voided_at for each in evidence_queries.acts(session, self.survey_id)]
        if acts:
            evidence_queries.restore(
                session, survey_id=self.survey_id, voided_at=draw.choice(acts), at=self.now, by=None
            )

    def look(self, store: ColumnStore) -> "_Look":
        """What the columns hold, and what the database holds in the same transaction."""
        with self.database.reading() as session:
            survey = session.get_one(Survey, self.survey_id)
            found = store.snapshot(DatabaseSource.of(session, self.database, survey), self.now)
            return _Look(_held(found.columns, found.with_voided), self.recount(session))

    def recount(self, session: Session) -> dict[UUID, _Held]:
        """The slow way: every response that is stored, its answers read along its path."""
        left_out = set(
            session.scalars(
                select(Voiding.response_id).where(
                    Voiding.survey_id == self.survey_id, Voiding.restored_at.is_(None)
                )
            )
        )
        rows = session.scalars(select(Response).where(Response.survey_id == self.survey_id))
        return {
            row.id: _Held(
                posting=NONE if row.posting_id is None else row.posting_id,
                batch=NONE if row.batch_id is None else row.batch_id,
                mode=row.mode,
                answers=self._answers(row.answers),
                counts=row.id not in left_out,
            )
            for row in rows
        }

    def _answers(self, answers: Mapping[str, Any]) -> tuple[str | None, ...]:
        asked = path(DESIGN, answers).codes
        return tuple(answers.get(code, "blank") if code in asked else None for code in FIELDS)


@dataclass(frozen=True)
class _Look:
    """What the columns held and what the database did; `differences` is empty where they are the same."""

    columns: Mapping[UUID, _Held]
    database: Mapping[UUID, _Held]

    def differences(self, erased: set[UUID]) -> list[object]:
        """What differs; that a response is missing which another has `erased` a moment later is no difference."""
        missing = {one for one in self.database if one not in self.columns}
        wrong: list[object] = [one for one in missing if one not in erased]
        return wrong + [
            (one, held, self.database.get(one))
            for one, held in self.columns.items()
            if held != self.database.get(one)
        ]


def _held(counting: Columns, everything: Columns) -> dict[UUID, _Held]:
    ids = _ids(counting)
    fields = [everything.column(code, Sort.CODED) for code in FIELDS]
    values = [
        [{-2: None, -1: "blank"}.get(value, column.codes[value]) for value in everything.values(column).tolist()]
        for column in fields
        if column is not None
    ]
    rows = zip(
        _ids(everything),
        everything.dimension("posting").tolist(),
        everything.dimension("batch").tolist(),
        everything.dimension("mode").tolist(),
        zip(*values, strict=True),
        strict=True,
    )
    counts = set(ids)
    return {
        one: _Held(posting, batch, MODES[mode], answers, one in counts)
        for one, posting, batch, mode, answers in rows
    }


def _ids(columns: Columns) -> list[UUID]:
    pairs = zip(columns.dimension("id_high").tolist(), columns.dimension("id_low").tolist(), strict=True)
    found = [UUID(int=high << 64 | low) for high, low in pairs]
    assert len(found) == len(set(found))
    return found


@contextmanager
def _at_once(*works: Any) -> Iterator[None]:
    """Do some things in threads of their own meanwhile; what one of them raised is raised here."""
    raised: list[BaseException] = []

    def run(work: Any) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def _play(place: _Place, history: list[tuple[Any, Any, Any]]) -> None:
    stores = [place.store(), place.store()]
    looks: list[_Look] = []
    others: list[_Look] = []

    def writer(deeds: list[tuple[str, int]], key: str) -> None:
        for number, (deed, value) in enumerate(deeds):
            place.do(deed, value, f"{key} {number}")

    for number, (first, second, (minutes, event)) in enumerate(history):
        with _at_once(
            lambda deeds=first, key=f"{number} a": writer(deeds, key),
            lambda deeds=second, key=f"{number} b": writer(deeds, key),
            lambda: others.append(place.look(stores[1])),
        ):
            looks += [place.look(stores[0]) for _ in range(3)]
        for store in stores:
            assert place.look(store).differences(set()) == []
        place.now += timedelta(minutes=minutes)
        if event == "restart":
            stores[0] = place.store()
        elif event == "rebuild":
            evaluate.rebuild(place.database, place.folder, place.now)
        elif event == "lose the cache":
            shutil.rmtree(place.folder)
        for store in stores:
            assert place.look(store).differences(set()) == []
    with place.database.reading() as session:
        erased = set(session.scalars(select(Erasure.response_id).where(Erasure.survey_id == place.survey_id)))
    for look in looks + others:
        assert look.differences(erased) == []


@pytest.fixture
def place_of(database: Database, tmp_path: Path) -> Any:
    """Make a place: a new survey in one campaign, its columns in a folder of their own."""
    office = make_office(database)

    def make() -> _Place:
        field = put_into_field(database, office, DESIGN)
        with database.reading() as session:
            ways = session.scalars(select(Collector).where(Collector.survey_id == field.survey_id)).all()
        folder = tmp_path / f"columns {field.survey_id}"
        return _Place(database, field.survey_id, field.version_id, tuple(ways), folder, NOW)

    return make


def test_columns_equal_a_recount_in_any_history(place_of: Any) -> None:
    @given(_history)
    @settings(max_examples=8, phases=(Phase.generate,))
    def play(history: list[tuple[Any, Any, Any]]) -> None:
        _play(place_of(), history)

    play()


def test_what_is_imported_shows_at_the_next_look_whatever_is_compared(place_of: Any) -> None:
    """In a large survey only some settled ballots are compared at a look: here not those of the file's days."""
    place = place_of()
    store = place.store()
    for hour in range(2):
        place.do("answer", hour, "first")
        place.now += timedelta(hours=1)
    assert len(place.look(store).columns) == 2  # the older half has just been compared
    place.do("import", 0, "file")
    assert len(place.look(store).columns) == 5
    place.now += timedelta(hours=1)
    assert len(place.look(store).columns) == 5
    assert len(place.look(place.store()).columns) == 5


def test_all_that_is_read_at_once_is_of_one_moment(place_of: Any) -> None:
    place = place_of()
    place.do("answer", 0, "first")
    with place.database.reading() as session:
        before = place.recount(session)
        place.do("answer", 1, "second")
        place.do("leave out", 0, "all")
        assert place.recount(session) == before
    with place.database.reading() as session:
        assert place.recount(session) != before
