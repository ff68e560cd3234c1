"""Nothing ties a response to the sheet that it was keyed from, to its keyer, or to the order of keying."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from survey_app.storage.models import AuditEntry, KeyedBallot, Response
from survey_app.storage.session import Database
from tests.support.databases import FreshDatabases
from tests.support.keyed import SATISFIED, Paper, make_paper
from tests.support.office import NOW
from tests.support.rows import contents

_COUNT = 30
_BALLOTS = {
    number: {**SATISFIED, "W30": str(number % 11), "W32a": f"remark-{number}-end"} for number in range(1, 31)
}


@pytest.fixture
def made(database: Database) -> Paper:
    """A batch of 60 sheets."""
    return make_paper(database)


def _key_all(made: Paper, serials: Iterable[int]) -> None:
    """Key the ballots on sheets with these numbers, in this order, by two people in turn; then close the batch."""
    for minute, (serial, typed) in enumerate(zip(serials, _BALLOTS.values(), strict=True)):
        by = made.one if serial % 2 else made.other
        made.key(serial, typed, by=by, now=NOW + timedelta(minutes=minute))
    made.count(60, _COUNT)
    made.close()


def test_responses_of_a_batch_differ_in_id_and_answers_alone(made: Paper) -> None:
    _key_all(made, _BALLOTS)
    with made.database.reading() as session:
        rows = session.execute(text("SELECT * FROM response")).mappings().all()
        ids = session.scalars(select(Response.id)).all()
        received = set(session.scalars(select(Response.received_at)))
        details = session.scalars(select(AuditEntry.detail)).all()
        assert session.execute(select(KeyedBallot)).all() == []
    assert {each.version for each in ids} == {4}  # random, not made of anything
    assert received == {datetime(2026, 4, 10, 4, 0, tzinfo=UTC)}
    for column in set(rows[0]) - {"id", "answers"}:
        assert len({str(row[column]) for row in rows}) == 1, column
    assert not any("remark" in str(each) or "W30" in str(each) for each in details)


def test_other_sheets_keyers_and_moments_leave_the_same_behind(
    made: Paper, fresh_databases: FreshDatabases
) -> None:
    with fresh_databases.copy_of(made.database) as other:
        worlds = (made, replace(made, database=other))
        _key_all(worlds[0], _BALLOTS)
        _key_all(worlds[1], reversed(_BALLOTS))
        left = [contents(world.database) for world in worlds]
    for rows in left:
        rows["response"] = sorted(tuple(pair for pair in row if pair[0] != "id") for row in rows["response"])
    assert len(left[0]["response"]) == _COUNT
    assert left[0] == left[1]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_responses_do_not_lie_in_the_order_of_keying(made: Paper) -> None:
    _key_all(made, _BALLOTS)
    with made.database.reading() as session:
        order = session.scalars(text("SELECT answers->>'W32a' FROM response ORDER BY ctid")).all()
        written = session.scalars(text("SELECT DISTINCT xmin::text FROM response")).all()
    assert len(written) == 1
    assert order not in ([typed["W32a"] for typed in _BALLOTS.values()], sorted(order))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_file_of_sqlite_holds_no_trace_of_what_was_keyed(made: Paper) -> None:
    _key_all(made, _BALLOTS)
    with made.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    content = Path(str(made.database.engine.url.database)).read_bytes()
    # Each answer is there once: in its response.
    assert {content.count(f"remark-{number}-end".encode()) for number in _BALLOTS} == {1}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_vacuumed_pages_of_postgresql_hold_nothing(made: Paper) -> None:
    """Until it is vacuumed, a deleted row stays; the schema has that done after every single one."""
    _key_all(made, _BALLOTS)
    with made.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        settings = connection.exec_driver_sql(
            "SELECT reloptions FROM pg_class WHERE relname = 'keyed_ballot'"
        ).scalar_one()
        assert {"autovacuum_vacuum_threshold=0", "autovacuum_vacuum_scale_factor=0"} <= set(settings)
        connection.exec_driver_sql("VACUUM keyed_ballot")
        assert connection.exec_driver_sql("SELECT pg_relation_size('keyed_ballot')").scalar_one() == 0
