"""What a worker's page costs the database: at most one row for looking, one statement for sending."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from survey_app.services import door
from survey_app.services.collect import NotTaking, Reason
from survey_app.services.door import Shown
from survey_app.services.intake import Intake
from survey_app.storage.session import Database
from survey_app.words import Mode
from tests.support import tiny
from tests.support.field import Field, change_collector, put_into_field, responses
from tests.support.office import make_office
from tests.support.statements import statements

NOW = datetime.now(UTC)
KEY = "k"
PASSWORD = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("车间2017")
TINY = tiny.questionnaire(tiny.section("one", tiny.single("Q1", required=True)))
DOORS: dict[str, dict[str, object]] = {
    "open": {},
    "times": {"opens_at": NOW - timedelta(hours=1), "closes_at": NOW + timedelta(hours=1)},
    "password": {"password_hash": PASSWORD},
    "quota": {"quota": 3},
    "kiosk": {"is_kiosk": True},
    "once": {"once_per_device": True},
    "all": {"password_hash": PASSWORD, "is_kiosk": True, "closes_at": NOW + timedelta(hours=1)},
}


@pytest.fixture
def field(database: Database) -> Field:
    return put_into_field(database, make_office(database), TINY)


@pytest.fixture
def moments() -> list[float]:
    """The time by the intake's clock, which stands still until it is moved."""
    return [1000.0]


@pytest.fixture
def intake(database: Database, moments: list[float]) -> Intake:
    return Intake(database, key=KEY, clock=lambda: moments[0])


def _shown(database: Database, field: Field) -> Shown:
    """A pass for the password, which doors without one do not look at."""
    entry = door.enter(
        database, key=KEY, collector_id=field.collector_id, password_hash=PASSWORD, given="车间2017", network="",
        now=NOW,
    )  # fmt: skip
    return Shown(entry=entry)


def _send(intake: Intake, field: Field, shown: Shown) -> None:
    intake.submit(
        code=field.code, submission_id=uuid4(), raw={"Q1": ["2"]}, locale="zh_Hans_CN", mode=Mode.WEB, now=NOW,
        shown=shown,
    )  # fmt: skip


@pytest.mark.parametrize("kind", DOORS)
def test_looking_reads_a_row_at_most_and_writes_nothing(
    database: Database, field: Field, intake: Intake, moments: list[float], kind: str
) -> None:
    change_collector(database, field, **DOORS[kind])
    shown = _shown(database, field)

    def look() -> None:
        intake.find(code=field.code, now=NOW, shown=shown)

    look()
    with statements(database) as said:
        look()
        assert said == []
        moments[0] += 1
        look()
    words = [each.split()[0].upper() for each in said]
    # How many have come in has to be counted, once in a moment for everybody who looks.
    reads = ["SELECT"] * (2 if kind == "quota" else 1)
    assert words == (["BEGIN", *reads, "ROLLBACK"] if database.is_sqlite else reads)


@pytest.mark.parametrize("kind", DOORS)
def test_sending_is_one_statement_in_one_transaction(
    database: Database, field: Field, intake: Intake, kind: str
) -> None:
    change_collector(database, field, **DOORS[kind])
    shown = _shown(database, field)
    _send(intake, field, shown)  # connections are made
    with statements(database) as said:
        _send(intake, field, shown)
    words = [each.split()[0].upper() for each in said]
    if database.is_sqlite:
        assert words == ["BEGIN", "INSERT", "COMMIT"]
    else:
        # Two who count at the same moment would both find room: with a quota the collector is held first.
        assert words == (["SELECT", "INSERT"] if kind == "quota" else ["INSERT"])
    assert len(responses(database, field)) == 2


def test_a_quota_is_never_overrun(database: Database, field: Field, intake: Intake) -> None:
    change_collector(database, field, quota=3)
    shown = _shown(database, field)

    def try_it(_: int) -> bool:
        try:
            _send(intake, field, shown)
        except NotTaking:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(12))) == 3
    with pytest.raises(NotTaking) as refused:
        _send(intake, field, shown)
    assert refused.value.reason == Reason.FULL
    assert len(responses(database, field)) == 3


def test_a_pass_for_yesterdays_password_stores_nothing(database: Database, field: Field, intake: Intake) -> None:
    change_collector(database, field, password_hash=PASSWORD)
    shown = _shown(database, field)
    intake.find(code=field.code, now=NOW, shown=shown)
    change_collector(database, field, password_hash=PASSWORD + "x")  # what the intake knows is a moment old
    with pytest.raises(NotTaking) as refused:
        _send(intake, field, shown)
    assert refused.value.reason == Reason.PASSWORD
    assert responses(database, field) == []
