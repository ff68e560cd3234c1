"""Whoever holds the whole database, and the list of who was handed which code, cannot tie a code to an answer.

The proof is one of two worlds. Both start from the same database, page by page; the same answers arrive in the same
order, but the codes are swapped among those who answer. What the database holds afterwards is then compared row by
row and, on PostgreSQL, with the places of rows and the transactions that wrote them. Where nothing differs, nothing
that can be read from it, by whatever skill, says which code belongs to which answer.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import inspect, text

from survey_app import library
from survey_app.services import collector_settings, invitations
from survey_app.services.collect import InvalidAnswers
from survey_app.services.collector_settings import CollectorSettings, Entry
from survey_app.services.invitations import Run
from survey_app.storage.models import Base
from survey_app.storage.session import Database
from tests.support.databases import FreshDatabases
from tests.support.field import A_W_ANSWERS, Field, put_into_field
from tests.support.invited import KEY, answer
from tests.support.office import NOW, Office, make_office

_IDS = [UUID(int=number * 0x1F3F_5A77_91C3_0000_0000_0000_0000, version=4) for number in (9, 4, 7, 2, 8, 5)]
_GRADES = "123456"
_ONE_WORLD = (1, 2, 3, 4, 5, 6)
_OTHER_WORLD = (6, 3, 5, 1, 2, 4)
_SERIALS = (2, 5, 9, 11, 14, 20)
_HIDDEN_COLUMNS = {"postgresql": ("ctid", "xmin", "xmax", "cmin"), "sqlite": ()}


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    made = put_into_field(database, office, library.template("A_W").questionnaire)
    collector_settings.change(
        database,
        actor=office.organiser,
        collector_id=made.collector_id,
        settings=CollectorSettings(entry=Entry.INVITATION),
        now=NOW,
    )
    return made


@pytest.fixture
def run(database: Database, office: Office, field: Field) -> Run:
    return invitations.issue(
        database, actor=office.organiser, key=KEY, collector_id=field.collector_id, count=24, now=NOW
    )


@pytest.fixture
def worlds(
    fresh_databases: FreshDatabases, database: Database, field: Field, run: Run
) -> Iterator[tuple[Database, Database]]:
    """Two copies of the database in which the same answers came in with swapped codes."""
    with fresh_databases.copy_of(database) as one, fresh_databases.copy_of(database) as other:
        _answer_all(one, field, run, _ONE_WORLD)
        _answer_all(other, field, run, _OTHER_WORLD)
        yield one, other


def _answer_all(world: Database, field: Field, run: Run, holders: Sequence[int]) -> None:
    """Six people answer, the first with the first id and grade, and so on; `holders` says who holds which code."""
    codes = dict(invitations.codes(KEY, run))
    for submission_id, grade, holder in zip(_IDS, _GRADES, holders, strict=True):
        raw = {**A_W_ANSWERS, "W10": [grade]}
        answer(world, field, codes[_SERIALS[holder - 1]], raw=raw, submission_id=submission_id)


def _all_that_can_be_read(world: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table in the order in which the database gives them, with what it hides from SELECT *."""
    hidden = _HIDDEN_COLUMNS[world.engine.dialect.name]
    found: dict[str, list[tuple[object, ...]]] = {}
    with world.reading() as session:
        for table in inspect(session.connection()).get_table_names():
            columns = ", ".join([*(f"{name}::text" for name in hidden), "*"])
            found[table] = [tuple(row) for row in session.execute(text(f"SELECT {columns} FROM {table}"))]
    return _with_numbers_of_their_own(found) if hidden else found


def _with_numbers_of_their_own(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Number the transactions in their order: those of the server count all databases."""
    seen = {int(str(row[place])) for rows in tables.values() for row in rows for place in (1, 2)}
    rank = {number: place for place, number in enumerate(sorted(seen))}
    return {
        name: [(row[0], rank[int(str(row[1]))], rank[int(str(row[2]))], *row[3:]) for row in rows]
        for name, rows in tables.items()
    }


def test_swapped_codes_leave_the_same_database(worlds: tuple[Database, Database]) -> None:
    one, other = worlds
    here, there = _all_that_can_be_read(one), _all_that_can_be_read(other)
    assert len(here["response"]) == 6
    assert len(here["open_invitation"]) == 24 - 6
    assert set(here) >= set(Base.metadata.tables)
    assert here == there


def test_swapped_codes_leave_the_same_database_once_use_is_listed(
    worlds: tuple[Database, Database], office: Office, field: Field
) -> None:
    for world in worlds:
        added = invitations.bring_up_to_date(world, actor=office.organiser, collector_id=field.collector_id)
        assert added == 6
        listed = invitations.unused(world, actor=office.organiser, collector_id=field.collector_id)
        assert [each.serial for each in listed] == [each for each in range(1, 25) if each not in _SERIALS]
    one, other = worlds
    assert _all_that_can_be_read(one) == _all_that_can_be_read(other)


def test_the_comparison_would_see_a_tie(
    fresh_databases: FreshDatabases, database: Database, field: Field, run: Run
) -> None:
    """With a state written beside the response, the worlds differ: the test above can fail."""
    if database.is_sqlite:
        statement = "UPDATE invitation SET state = 'used', issued_at = :moment WHERE serial = :serial"
    else:
        statement = "UPDATE invitation SET state = 'used' WHERE serial = :serial AND :moment > ''"
    found = []
    for holders in (_ONE_WORLD, _OTHER_WORLD):
        with fresh_databases.copy_of(database) as world:
            for place, holder in enumerate(holders):
                with world.transaction() as session:
                    moment = f"2026-04-11 0{place}:00:00"
                    session.execute(text(statement), {"serial": _SERIALS[holder - 1], "moment": moment})
            found.append(_all_that_can_be_read(world)["invitation"])
    assert found[0] != found[1]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_no_transaction_wrote_both_a_response_and_a_row_about_an_invitation(
    worlds: tuple[Database, Database],
) -> None:
    """The plain attack: rows of one transaction carry its number."""
    query = """
        SELECT i.serial, r.id FROM response r
        JOIN invitation i ON i.xmin = r.xmin OR i.xmax = r.xmin
        UNION ALL
        SELECT o.invitation_id, r.id FROM response r
        JOIN open_invitation o ON o.xmin = r.xmin OR o.xmax = r.xmin
    """
    with worlds[0].reading() as session:
        assert session.execute(text(query)).all() == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_files_of_sqlite_are_the_same(worlds: tuple[Database, Database]) -> None:
    """Byte by byte, gaps of deleted rows included, once the journal has been written back."""
    found = []
    for world in worlds:
        world.dispose()
        place = Path(str(world.engine.url.database))
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found.append(place.read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_vacuumed_pages_of_postgresql_are_the_same(worlds: tuple[Database, Database]) -> None:
    """Until it is vacuumed, a deleted row stays with its transaction; the schema has that done at once."""
    pages = "SELECT lp, lp_flags, t_ctid::text FROM heap_page_items(get_raw_page('open_invitation', 0))"
    found = []
    for world in worlds:
        with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            settings = connection.exec_driver_sql(
                "SELECT reloptions FROM pg_class WHERE relname = 'open_invitation'"
            ).scalar_one()
            available = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_available_extensions WHERE name = 'pageinspect'"
            ).scalar_one()
            assert {"autovacuum_vacuum_threshold=0", "autovacuum_vacuum_scale_factor=0"} <= set(settings)
            if not available:  # a server without the contributed modules; the settings above hold all the same
                return
            connection.exec_driver_sql("VACUUM open_invitation")
            connection.exec_driver_sql("CREATE EXTENSION pageinspect")
            found.append(connection.exec_driver_sql(pages).all())
            left = connection.exec_driver_sql(
                "SELECT count(*) FROM heap_page_items(get_raw_page('open_invitation', 0)) WHERE t_xmax::text <> '0'"
            ).scalar_one()
            assert left == 0
    assert found[0] == found[1]


def test_the_log_does_not_hold_codes(
    database: Database, field: Field, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    code = dict(invitations.codes(KEY, run))[3]
    with caplog.at_level(logging.DEBUG):
        answer(database, field, code)
        with pytest.raises(InvalidAnswers) as refused:
            answer(database, field, code)
    told = caplog.text + repr(refused.value) + str(refused.value)
    assert code not in told
    assert invitations.digest(KEY, code) not in told
