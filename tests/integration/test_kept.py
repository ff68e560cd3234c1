"""What tests begin with is copied: each copy is as if made anew, and nobody's changes reach another."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import select

from survey_app.storage.models import Base, Collector, Unit
from survey_app.storage.session import Database
from survey_app.words import Audience
from tests.support.databases import FreshDatabases
from tests.support.evaluated import collectors, make_evaluated, open_survey, respond, worker
from tests.support.union import make_union, unit

_OF_THE_MOMENT = {"collector.code", "metric_rule.created_at"}
"""Columns that are drawn anew, or read off the clock, whenever something is made."""


@pytest.fixture
def fresh(fresh_databases: FreshDatabases, database_kind: str) -> Iterator[Callable[[], Database]]:
    """Gives one empty database after the other."""
    with ExitStack() as until_the_end:
        yield lambda: until_the_end.enter_context(fresh_databases.database(database_kind))


def _rows(database: Database) -> dict[str, list[str]]:
    found = {}
    with database.reading() as session:
        for name, table in Base.metadata.tables.items():
            steady = [each for each in table.columns if f"{name}.{each.name}" not in _OF_THE_MOMENT]
            found[name] = sorted(repr(tuple(row)) for row in session.execute(select(*steady)))
    return found


@pytest.mark.parametrize("make", [make_union, make_evaluated])
def test_a_copy_is_as_if_made_anew(fresh: Callable[[], Database], make: Callable[[Database], object]) -> None:
    anew, first, copied = fresh(), fresh(), fresh()
    make.__wrapped__(anew)  # type: ignore[attr-defined]  # what functools.wraps leaves
    make(first)
    make(copied)
    assert _rows(first) == _rows(copied) == _rows(anew)
    for database in (anew, copied):
        unit(database, None, "后来的工会")
    assert _rows(copied) == _rows(anew)  # numbers go on where they would


def test_options_make_another_copy(fresh: Callable[[], Database]) -> None:
    for is_sample in (True, False, True):
        assert make_evaluated(fresh(), is_sample=is_sample).campaign.is_sample is is_sample


def test_what_stands_in_a_database_stays(fresh: Callable[[], Database]) -> None:
    database = fresh()
    before = unit(database, None, "原有的工会")
    make_union(database)
    with database.reading() as session:
        assert session.get_one(Unit, before.id).name == "原有的工会"
        assert len(session.scalars(select(Unit).where(Unit.name == "总工会")).all()) == 1


def test_changes_of_one_test_reach_no_other(fresh: Callable[[], Database]) -> None:
    untouched = fresh()
    wanted, rows = repr(make_evaluated(untouched).given), _rows(untouched)
    changed = fresh()
    made = make_evaluated(changed)
    open_survey(changed, made, "C", Audience.WORKERS)
    respond(changed, made, "A_W", made.postings[0].id, [worker(random.Random(1), 0.5)])
    made.given[0].answers.clear()  # type: ignore[attr-defined]  # whatever a careless test may do
    with changed.transaction() as session:
        session.get_one(Unit, made.unit.id).name = "改了名"
    again = fresh()
    assert repr(make_evaluated(again).given) == wanted
    assert _rows(again) == _rows(untouched) == rows


def test_a_copy_is_used_like_the_original(fresh: Callable[[], Database]) -> None:
    make_evaluated(fresh())
    database = fresh()
    made = make_evaluated(database)
    found = collectors(database, made.surveys["A_W"])
    assert set(found) == {posting.id for posting in made.postings}
    with database.reading() as session:
        assert session.get_one(Collector, found[made.postings[0].id].id).survey_id == made.surveys["A_W"].id
    assert made.unit.name in {each.name for each in _units(database)}


def _units(database: Database) -> list[Unit]:
    with database.reading() as session:
        return list(session.scalars(select(Unit)))
