"""What the schema itself holds to, on both databases: constraints, migrations with rows, moments, durability."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Index,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import StatementError

from survey_app.storage.models import Base, RoleGrant, Throttle, Unit, UnitPlacement, User
from survey_app.storage.session import MIGRATIONS, ConstraintViolated, Database
from survey_app.words import Role
from tests.support.rows import contents, fill, in_columns_of
from tests.support.union import NOW, person, unit

_TABLES = Base.metadata.sorted_tables

_BROKEN_CHECKS = {
    "ck_activity_record_amount_not_negative": "amount = -1",
    "ck_activity_record_participants_not_negative": "participants = -1",
    "ck_batch_counts_not_negative": "issued = -1",
    "ck_batch_returned_within_issued": "issued = 1, returned = 2",
    "ck_batch_spoilt_within_returned": "issued = 5, returned = 1, spoilt = 2",
    "ck_campaign_ends_after_start": "ends_on = '1999-01-01'",
    "ck_campaign_planned_days_positive": "planned_days = 0",
    "ck_case_event_number_positive": "number = 0",
    "ck_collector_closes_after_opening": "opens_at = '2026-04-01 08:00:00', closes_at = '2026-04-01 08:00:00'",
    "ck_collector_code_long_enough": "code = 'SHORT' WHERE id = 1",
    "ck_collector_quota_positive": "quota = 0",
    "ck_comment_copies_not_negative": "copies = -1",
    "ck_comment_reading_counts_not_negative": "waiting = -1",
    "ck_composite_version_positive": "version = 0",
    "ck_draft_edit_revision_positive": "revision = 0",
    "ck_indicator_not_its_own_parent": "parent_id = id",
    "ck_indicator_weight_not_negative": "weight = -0.1",
    "ck_interview_count_interviews_positive": "interviews = 0",
    "ck_invitation_outcome_counts_not_negative": "refused = -1",
    "ck_invitation_outcome_eligible_percent": "eligible_percent = 101",
    "ck_invitation_serial_positive": "serial = 0",
    "ck_keyed_ballot_entry_within": "entry = 4",
    "ck_keyed_ballot_serial_positive": "serial = 0",
    "ck_metric_rule_version_positive": "version = 0 WHERE id = 1",
    "ck_participation_floor_frontline_is_asked": "question = NULL",
    "ck_participation_floor_frontline_of_workers": "audience = 'enterprise'",
    "ck_participation_floor_frontline_percent": "frontline = 0",
    "ck_participation_floor_members_percent": "members = 0",
    "ck_paper_batch_copies_within": "copies = 5001",
    "ck_paper_batch_differing_within_compared": "differing = 1",
    "ck_paper_batch_second_share_within": "second_share = 101",
    "ck_posting_ends_after_start": "actual_from = '2026-04-10', actual_to = '2026-04-09'",
    "ck_posting_headcount_not_negative": "headcount = -1",
    "ck_posting_plan_ends_after_start": "planned_to = '1999-01-01'",
    "ck_proxy_limits_limits_make_sense": "burst = 1",
    "ck_questionnaire_draft_revision_not_negative": "draft_revision = -1",
    "ck_questionnaire_version_number_positive": "number = 0",
    "ck_questionnaire_version_sha256_length": "sha256 = 'short'",
    "ck_response_seconds_in_an_hour": "seconds = 3601",
    "ck_return_visit_attendees_not_negative": "attendees = -1",
    "ck_return_visit_done_has_a_date": "state = 'done'",
    "ck_return_visit_wave_positive": "wave = -1 WHERE id = 1",
    "ck_round_ends_after_start": "ends_on = '1999-01-01'",
    "ck_round_number_positive": "number = 0",
    "ck_survey_closes_after_opening": "opens_at = '2026-04-01 08:00:00', closes_at = '2026-04-01 08:00:00'",
    "ck_survey_threshold_positive": "threshold = 0",
    "ck_survey_wave_of_return_visit": "wave = 3 WHERE purpose = 'activity_evaluation'",
    "ck_survey_wave_positive": "wave = -1 WHERE purpose = 'return_visit'",
    "ck_throttle_count_positive": "count = 0",
    "ck_unsealing_ballots_not_negative": "ballots = -1",
    "ck_unit_headcount_not_negative": "headcount = -1",
    "ck_unit_not_its_own_parent": "parent_id = id",
    "ck_unit_placement_ends_after_start": "until = since",
}
"""For each CHECK that is no vocabulary, an assignment that only this one refuses."""

_APART: dict[str, dict[str, object]] = {
    "uq_collector_code": {"label": "第二张"},
    "uq_collector_survey_posting_audience": {"code": "ANOTHERCODE9"},
    "uq_invitation_code_hash": {"serial": 99},
    "uq_invitation_collector_id_serial": {"code_hash": "b" * 64},
}
"""For a table with several unique constraints: what makes a copy differ in the others."""


def _checks() -> list[tuple[Table, str, str]]:
    """Every CHECK with an assignment that breaks it."""
    found = []
    for table in _TABLES:
        for each in table.constraints:
            if isinstance(each, CheckConstraint):
                name, condition = str(each.name), str(each.sqltext)
                column, is_in, _values = condition.partition(" IN (")
                broken = f"{column} = 'nonsense'" if is_in else _BROKEN_CHECKS.get(name, "")
                where = " WHERE purpose = 'activity_evaluation'" if name == "ck_survey_purpose" else ""
                found.append((table, name, broken + where))
    return found


def _unique() -> list[tuple[Table, str, list[str]]]:
    """Every unique constraint and index with its columns."""
    found = []
    for table in _TABLES:
        for each in (*table.constraints, *table.indexes):
            is_unique = isinstance(each, UniqueConstraint) or (isinstance(each, Index) and each.unique)
            if is_unique:
                columns = [column.name for column in each.columns]
                found.append((table, str(each.name), columns))
    return found


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with rows in every table."""
    fill(database)
    return database


def test_every_table_has_a_row_to_test_with(filled: Database) -> None:
    empty = [name for name, rows in contents(filled).items() if not rows]
    assert empty == [], "put a row of the new table into tests/support/rows.py"


def test_every_check_refuses_what_it_must_by_its_name(filled: Database) -> None:
    for table, name, broken in _checks():
        assert broken, f"say in _BROKEN_CHECKS what {name} must refuse"
        with pytest.raises(ConstraintViolated) as refused, filled.transaction() as session:
            session.execute(text(f"UPDATE {table.name} SET {broken}"))
        assert refused.value.constraint == name


def test_every_unique_constraint_refuses_a_second_one_by_its_name(filled: Database) -> None:
    for table, name, columns in _unique():
        with filled.reading() as session:
            present = [table.c[column].is_not(None) for column in columns]
            row = session.execute(select(table).where(*present).limit(1)).mappings().one()
        copy: dict[str, Any] = {**row, **_APART.get(name, {})}
        for column in table.primary_key:
            copy.pop(column.name)
            if not isinstance(row[column.name], int):
                copy[column.name] = uuid.uuid4()
        with pytest.raises(ConstraintViolated) as refused, filled.transaction() as session:
            session.execute(insert(table).values(**copy))
        assert refused.value.constraint == name


def test_every_reference_leads_to_a_row(filled: Database) -> None:
    for table in _TABLES:
        for key in table.foreign_keys:
            column = key.parent.name
            with filled.reading() as session:
                row = session.execute(select(table).limit(1)).mappings().one()
            one = [each == row[each.name] for each in table.primary_key]
            with pytest.raises(ConstraintViolated) as refused, filled.transaction() as session:
                session.execute(update(table).where(*one).values({column: 987654}))
            if not filled.is_sqlite:  # which tells that a reference is wrong, but not which
                assert refused.value.constraint == f"fk_{table.name}_{column}"


def test_what_is_referred_to_is_not_deleted(filled: Database) -> None:
    for table in ("unit", "campaign", "posting", "survey", "collector", "questionnaire_version"):
        with pytest.raises(ConstraintViolated), filled.transaction() as session:
            session.execute(text(f"DELETE FROM {table}"))


def test_the_databases_checks_are_those_of_the_models(database: Database) -> None:
    inspector = inspect(database.engine)
    for table in _TABLES:
        declared = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
        assert {each["name"] for each in inspector.get_check_constraints(table.name)} == declared, table.name


def test_the_newest_schema_is_that_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again_with_rows_in_the_tables(filled: Database) -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    revisions = [each.revision for each in script.walk_revisions()]
    assert filled.is_current()
    with filled.transaction() as session:  # going down ends a role that an older schema does not know
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.KEYER))
    for newer, older in zip(revisions, [*revisions[1:], "base"], strict=True):
        before = contents(filled)
        filled.downgrade(older)
        if older == "base":
            assert contents(filled) == {}
        else:
            kept = contents(filled)
            assert kept == in_columns_of(before, kept)
            filled.migrate(newer)
            assert in_columns_of(contents(filled), kept) == kept
            filled.downgrade(older)
    filled.migrate()
    assert filled.is_current()
    assert {len(rows) for rows in contents(filled).values()} == {0}
    fill(filled)


def test_one_time_passwords_that_wait_to_be_used_are_given_a_time(database: Database) -> None:
    root = unit(database, None, "总工会")
    for name, waits in (("waits", True), ("chose", False)):
        person(database, name, Role.LEADER, root)
        with database.transaction() as session:
            session.execute(update(User).where(User.username == name).values(must_change_password=waits))
    database.downgrade("0012")
    database.migrate()
    with database.reading() as session:
        until = {user.username: user.one_time_until for user in session.scalars(select(User))}
    assert until["chose"] is None
    assert until["waits"] is not None
    assert timedelta(hours=71) < until["waits"] - datetime.now(UTC) <= timedelta(hours=72)


def test_nothing_refers_to_a_response(database: Database) -> None:
    declared = {key.target_fullname.split(".")[0] for table in _TABLES for key in table.foreign_keys}
    assert "response" not in declared
    inspector = inspect(database.engine)
    for table in inspector.get_table_names():
        assert "response" not in {key["referred_table"] for key in inspector.get_foreign_keys(table)}


def test_the_order_of_responses_tells_nothing(fresh_databases: Any) -> None:
    with fresh_databases.database("sqlite") as database, database.reading() as session:
        made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'response'"))
    assert "WITHOUT ROWID" in made.upper()


def test_a_response_is_known_by_its_key_alone() -> None:
    response = Base.metadata.tables["response"]
    assert [column.name for column in response.primary_key] == ["id"]
    assert not [each for each in response.constraints if isinstance(each, UniqueConstraint)]
    assert not [each for each in response.indexes if each.unique]


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_sqlite_is_durable_and_strict_on_every_connection(fresh_databases: Any, pragma: str, value: object) -> None:
    with (
        fresh_databases.database("sqlite") as database,
        database.engine.connect() as one,
        database.engine.connect() as other,
    ):
        for connection in (one, other):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


def test_a_moment_needs_a_time_zone(database: Database) -> None:
    naive = datetime.fromisoformat("2026-04-20T09:30:00")
    with database.reading() as session:
        session.add(Throttle(bucket="0" * 64, window=1, count=1, expires_at=naive))
        with pytest.raises(StatementError, match="time zone"):
            session.flush()


def test_references_hold_again_after_a_migration(database: Database) -> None:
    database.migrate()
    with pytest.raises(ConstraintViolated), database.transaction() as session:
        session.add(UnitPlacement(unit_id=987654, since=NOW.date()))


def test_a_moment_comes_back_the_same_in_utc(database: Database) -> None:
    china = timezone(timedelta(hours=8))
    with database.transaction() as session:
        moment = datetime(2026, 4, 20, 9, 30, 15, 123456, tzinfo=china)
        session.add(Throttle(bucket="0" * 64, window=1, count=1, expires_at=moment))
    with database.reading() as session:
        found = session.query(Throttle).one().expires_at
    assert found == moment
    assert found.tzinfo is UTC


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    root = unit(database, None, "总工会")

    def fail() -> None:
        with database.transaction() as session:
            session.add(UnitPlacement(unit_id=root.id, since=NOW.date()))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UnitPlacement)) == 1


def test_reading_changes_nothing_and_rows_stay_readable(database: Database) -> None:
    unit(database, None, "总工会")
    with database.reading() as session:
        found = session.query(Unit).one()
        found.name = "改了"
        session.flush()
    assert found.kind == "enterprise"
    with database.reading() as session:
        assert session.query(Unit).one().name == "总工会"
