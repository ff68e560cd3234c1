"""Stored answers change through no careless line of code, and stand in no error that a log could keep."""

import traceback
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, update

from survey_app.library import template
from survey_app.services import collect
from survey_app.storage.guards import NeverChanges
from survey_app.storage.models import Response
from survey_app.storage.queries import collecting as queries
from survey_app.storage.session import Database, Session
from tests.support.field import A_W_ANSWERS, Field, put_into_field, responses, send
from tests.support.office import NOW, make_office

SECRET = "车间主任克扣加班费"


@pytest.fixture
def field(database: Database) -> Field:
    """An open survey with one response."""
    field = put_into_field(database, make_office(database), template("A_W").questionnaire)
    send(database, field, A_W_ANSWERS)
    return field


def _edit(session: Session) -> None:
    row = session.query(Response).one()
    row.answers = {**row.answers, "W10": "1"}


def _move(session: Session) -> None:
    session.query(Response).one().posting_id = None


def _drop(session: Session) -> None:
    session.delete(session.query(Response).one())


def _edit_all(session: Session) -> None:
    session.execute(update(Response).values(answers={}))


def _drop_all(session: Session) -> None:
    session.execute(delete(Response))


@pytest.mark.parametrize("deed", [_edit, _move, _drop, _edit_all, _drop_all])
def test_a_response_never_changes(database: Database, field: Field, deed: Callable[[Session], None]) -> None:
    before = [(row.id, row.posting_id, row.answers) for row in responses(database, field)]
    with pytest.raises(NeverChanges), database.transaction() as session:
        deed(session)
    assert [(row.id, row.posting_id, row.answers) for row in responses(database, field)] == before


def _values(field: Field, **other: object) -> dict[str, object]:
    return {
        "id": uuid4(),
        "survey_id": field.survey_id,
        "version_id": field.version_id,
        "collector_id": field.collector_id,
        "posting_id": None,
        "unit_id": 1,
        "batch_id": None,
        "audience": "workers",
        "mode": "web",
        "locale": "zh_Hans_CN",
        "received_at": NOW,
        "seconds": None,
        "answers": {"W32a": SECRET},
        **other,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"received_at": datetime.fromisoformat("2026-04-11T09:30:00")},
        {"seconds": collect.LONGEST + 1},
        {"unit_id": None},
        {"unit_id": 987654},
        {"seconds": 2**70},
    ],
    ids=["naive moment", "check", "not null", "reference", "number"],
)
def test_what_a_failing_statement_leaves_in_a_log_holds_no_answer(
    database: Database, field: Field, wrong: dict[str, object]
) -> None:
    with pytest.raises(Exception, match=r"\w") as failed, database.transaction() as session:
        queries.insert_response(session, _values(field, **wrong))
    logged = "".join(traceback.format_exception(failed.value))
    assert SECRET not in logged
    assert SECRET.encode("unicode_escape").decode() not in logged


def test_nor_does_the_shorter_way(database: Database, field: Field) -> None:
    values = _values(field, seconds=collect.LONGEST + 1)
    own = {name: values[name] for name in ("id", "mode", "locale", "received_at", "seconds", "answers")}
    known = {"collector": field.collector_id, "version": field.version_id, "password_hash": None, "now": NOW}
    with pytest.raises(Exception, match="ck_response_seconds_in_an_hour") as failed:
        queries.take(database, {**own, **known})
    assert SECRET not in "".join(traceback.format_exception(failed.value))
