"""Many responses a second: what is known from a moment ago picks the page, and decides nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from survey_app.questionnaire.rules import Is
from survey_app.services import collectors
from survey_app.services.collect import InvalidAnswers, NotTaking, Reason, Receipt
from survey_app.services.intake import Intake
from survey_app.storage.models import Response
from survey_app.storage.session import Database
from survey_app.words import CollectorState, Mode, SurveyState
from tests.support import tiny
from tests.support.field import Field, change_collector, change_survey, put_into_field, responses, send
from tests.support.office import NOW, Office, make_office

TINY = tiny.questionnaire(
    tiny.single("Q1", required=True), tiny.single("Q2", shown_if=Is("Q1", "1"), required=True), tiny.multiple("Q3")
)


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    return put_into_field(database, office, TINY)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock=clock)


def _take(intake: Intake, field: Field, raw: dict[str, list[str]], number: UUID | None = None) -> Receipt:
    return intake.submit(
        code=field.code, submission_id=number or uuid4(), raw=raw, locale="zh_Hans_CN", mode=Mode.WEB, now=NOW,
        seconds=95,
    )  # fmt: skip


def test_a_response_is_stored_the_same_by_either_way_in(database: Database, field: Field, intake: Intake) -> None:
    raw = {"Q1": ["1"], "Q2": ["3"], "Q3": ["4", "1"]}
    numbers = [_take(intake, field, raw).submission_id, send(database, field, raw, seconds=95).submission_id]
    with database.reading() as session:
        rows = [session.get_one(Response, number) for number in numbers]
    columns = [column.name for column in Response.__table__.columns if column.name != "id"]
    first, second = ({name: getattr(row, name) for name in columns} for row in rows)
    assert first == second
    assert first["answers"] == {"Q1": "1", "Q2": "3", "Q3": ["1", "4"]}


def test_same_id_again_is_answered_the_same_and_stored_once(
    database: Database, field: Field, intake: Intake
) -> None:
    number = uuid4()
    first = _take(intake, field, {"Q1": ["2"]}, number)
    assert _take(intake, field, {"Q1": ["3"]}, number) == first
    change_survey(database, field, state=SurveyState.CLOSED)
    assert _take(intake, field, {}, number).submission_id == number
    assert [row.answers for row in responses(database, field)] == [{"Q1": "2"}]


def test_twenty_at_once_with_one_id_make_one_row(database: Database, field: Field, intake: Intake) -> None:
    number, together = uuid4(), Barrier(20)

    def tap(_: int) -> Receipt:
        together.wait()
        return _take(intake, field, {"Q1": ["2"]}, number)

    with ThreadPoolExecutor(20) as pool:
        assert {each.submission_id for each in pool.map(tap, range(20))} == {number}
    assert len(responses(database, field)) == 1


@pytest.mark.parametrize(
    ("change", "values", "reason"),
    [
        (change_survey, {"state": SurveyState.PREPARED}, Reason.NOT_YET_OPEN),
        (change_survey, {"state": SurveyState.PAUSED}, Reason.PAUSED),
        (change_survey, {"closes_at": NOW}, Reason.CLOSED),
        (change_collector, {"state": CollectorState.CLOSED}, Reason.CLOSED),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_a_change_is_obeyed_at_once_by_sending_and_within_a_second_by_looking(
    database: Database,
    field: Field,
    intake: Intake,
    clock: Clock,
    change: object,
    values: dict[str, object],
    reason: Reason,
) -> None:
    assert callable(change)
    intake.find(code=field.code, now=NOW)
    change(database, field, **values)
    with pytest.raises(NotTaking) as refused:
        _take(intake, field, {"Q1": ["2"]})
    assert refused.value.reason == reason
    assert responses(database, field) == []
    clock.seconds += 1
    with pytest.raises(NotTaking) as unseen:
        intake.find(code=field.code, now=NOW)
    assert unseen.value.reason == reason


def test_opening_is_seen_within_a_second(database: Database, field: Field, intake: Intake, clock: Clock) -> None:
    change_survey(database, field, state=SurveyState.PAUSED)
    with pytest.raises(NotTaking):
        intake.find(code=field.code, now=NOW)
    change_survey(database, field, state=SurveyState.OPEN)
    _take(intake, field, {"Q1": ["2"]})
    clock.seconds += 1
    assert intake.find(code=field.code, now=NOW)[0].id == field.collector_id


def test_a_moved_collector_gives_its_new_posting_at_once(
    database: Database, office: Office, field: Field, intake: Intake
) -> None:
    intake.find(code=field.code, now=NOW)
    collectors.move(
        database, actor=office.organiser, collector_id=field.collector_id, posting_id=office.postings[1].id, now=NOW
    )
    _take(intake, field, {"Q1": ["2"]})
    (row,) = responses(database, field)
    assert (row.posting_id, row.unit_id) == (office.postings[1].id, office.postings[1].unit_id)


def test_quota_is_never_overrun(database: Database, field: Field, intake: Intake) -> None:
    intake.find(code=field.code, now=NOW)
    change_collector(database, field, quota=3)
    together = Barrier(8)

    def attempt(_: int) -> Reason | None:
        together.wait()
        try:
            _take(intake, field, {"Q1": ["2"]})
        except NotTaking as error:
            return error.reason
        return None

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(attempt, range(8)))
    assert sorted(taken, key=str) == [None] * 3 + [Reason.FULL] * 5
    assert len(responses(database, field)) == 3


def test_answers_that_cannot_be_taken_store_nothing(database: Database, field: Field, intake: Intake) -> None:
    with pytest.raises(InvalidAnswers):
        _take(intake, field, {"Q1": ["1"]})
    assert responses(database, field) == []


def test_unknown_codes_are_refused(database: Database, intake: Intake) -> None:
    with pytest.raises(NotTaking) as caught:
        intake.find(code="ABCD2345", now=NOW)
    assert caught.value.reason == Reason.UNKNOWN
