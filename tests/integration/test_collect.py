"""Collecting: acknowledged means stored, exactly once, and nothing more than was asked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from survey_app import library
from survey_app.questionnaire.rules import Is
from survey_app.questionnaire.text import Text
from survey_app.services import collect, collectors
from survey_app.services.collect import CONSENT, InvalidAnswers, NotTaking, Reason
from survey_app.storage.models import Response
from survey_app.storage.session import Database
from survey_app.words import CollectorState, SurveyState
from tests.support import tiny
from tests.support.field import (
    A_W_ANSWERS,
    Field,
    change_collector,
    change_survey,
    put_into_field,
    responses,
    send,
)
from tests.support.office import NOW, Office, make_office

HOUR = timedelta(hours=1)
TINY = tiny.questionnaire(
    tiny.single("Q1", required=True), tiny.single("Q2", shown_if=Is("Q1", "1"), required=True), tiny.multiple("Q3")
)


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    return put_into_field(database, office, TINY)


def test_receipt_means_that_the_answers_are_on_disk(database: Database, office: Office) -> None:
    field = put_into_field(database, office, library.template("A_W").questionnaire)
    receipt = send(database, field, A_W_ANSWERS, seconds=95)
    with database.reading() as session:
        row = session.get_one(Response, receipt.submission_id)
    assert row.answers["W10"] == "2"
    assert row.answers["W20"] == ["1", "3"]
    assert row.answers["W30"] == 9
    assert row.answers["W02_8_text"] == "食堂"
    assert (row.collector_id, row.posting_id, row.version_id) == (
        field.collector_id,
        office.postings[0].id,
        field.version_id,
    )
    assert (row.audience, row.mode, row.locale, row.seconds) == ("workers", "web", "zh_Hans_CN", 95)


def test_same_id_again_is_answered_the_same_and_stored_once(database: Database, field: Field) -> None:
    number = uuid4()
    first = send(database, field, {"Q1": ["2"]}, submission_id=number)
    again = send(database, field, {"Q1": ["3"]}, submission_id=number, now=NOW + HOUR)
    assert first == again
    (row,) = responses(database, field)
    assert row.answers == {"Q1": "2"}


def test_resend_is_thanked_even_when_the_survey_has_closed_or_the_answers_are_gone(
    database: Database, field: Field
) -> None:
    number = uuid4()
    send(database, field, {"Q1": ["2"]}, submission_id=number)
    assert send(database, field, {}, submission_id=number).submission_id == number
    change_survey(database, field, state=SurveyState.CLOSED)
    assert send(database, field, {"Q1": ["2"]}, submission_id=number).submission_id == number
    assert len(responses(database, field)) == 1


def test_twenty_at_once_with_one_id_make_one_row(database: Database, field: Field) -> None:
    number, together = uuid4(), Barrier(20)

    def tap(_: int) -> collect.Receipt:
        together.wait()
        return send(database, field, {"Q1": ["2"]}, submission_id=number)

    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(tap, range(20)))
    assert {each.submission_id for each in receipts} == {number}
    assert len(responses(database, field)) == 1


def test_what_is_off_the_path_is_not_stored(database: Database, field: Field) -> None:
    send(database, field, {"Q1": ["2"], "Q2": ["1"], "Q3": ["4", "1"], "Q9": ["x"]})
    assert responses(database, field)[0].answers == {"Q1": "2", "Q3": ["1", "4"]}


def test_answers_that_cannot_be_taken_store_nothing(database: Database, field: Field) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        send(database, field, {"Q1": ["1"], "Q3": ["7"]})
    assert [(each.field, each.kind) for each in caught.value.cleaned.problems] == [
        ("Q2", "required"),
        ("Q3", "unknown_option"),
    ]
    assert responses(database, field) == []


def test_consent_must_be_given_where_it_is_asked(database: Database, office: Office) -> None:
    field = put_into_field(database, office, replace(TINY, consent=Text("我自愿参加。", "I take part.")))
    with pytest.raises(InvalidAnswers) as caught:
        send(database, field, {"Q1": ["2"]})
    assert [(each.field, each.kind) for each in caught.value.cleaned.problems] == [(CONSENT, "consent_required")]
    send(database, field, {"Q1": ["2"], CONSENT: ["1"]})
    assert responses(database, field)[0].answers == {"Q1": "2"}


@pytest.mark.parametrize(
    ("change", "values", "reason"),
    [
        (change_survey, {"state": SurveyState.PREPARED}, Reason.NOT_YET_OPEN),
        (change_survey, {"state": SurveyState.PAUSED}, Reason.PAUSED),
        (change_survey, {"state": SurveyState.CLOSED}, Reason.CLOSED),
        (change_survey, {"opens_at": NOW + HOUR}, Reason.NOT_YET_OPEN),
        (change_survey, {"closes_at": NOW}, Reason.CLOSED),
        (change_collector, {"state": CollectorState.PAUSED}, Reason.PAUSED),
        (change_collector, {"state": CollectorState.CLOSED}, Reason.CLOSED),
        (change_collector, {"opens_at": NOW + HOUR}, Reason.NOT_YET_OPEN),
        (change_collector, {"closes_at": NOW}, Reason.CLOSED),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else None,
)
def test_nothing_is_taken_outside_the_opening_times(
    database: Database, field: Field, change: object, values: dict[str, object], reason: Reason
) -> None:
    assert callable(change)
    change(database, field, **values)
    for attempt in (
        lambda: collect.find(database, code=field.code, now=NOW),
        lambda: send(database, field, {"Q1": ["2"]}),
    ):
        with pytest.raises(NotTaking) as caught:
            attempt()
        assert caught.value.reason == reason
    assert responses(database, field) == []


def test_the_opening_day_is_told_when_it_is_known(database: Database, field: Field) -> None:
    change_survey(database, field, opens_at=NOW + HOUR)
    change_collector(database, field, opens_at=NOW + 2 * HOUR)
    with pytest.raises(NotTaking) as caught:
        collect.find(database, code=field.code, now=NOW)
    assert caught.value.opens_at == NOW + 2 * HOUR
    collect.find(database, code=field.code, now=NOW + 2 * HOUR)


def test_quota_is_never_overrun(database: Database, field: Field) -> None:
    change_collector(database, field, quota=3)
    together = Barrier(8)

    def attempt(_: int) -> Reason | None:
        together.wait()
        try:
            send(database, field, {"Q1": ["2"]})
        except NotTaking as error:
            return error.reason
        return None

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(attempt, range(8)))
    assert sorted(taken, key=str) == [None] * 3 + [Reason.FULL] * 5
    assert len(responses(database, field)) == 3
    with pytest.raises(NotTaking):
        collect.find(database, code=field.code, now=NOW)


@pytest.mark.parametrize("code", ["", "ABCD2345", "x" * 500, "'; --", "\x00"])
def test_unknown_codes_are_refused(database: Database, code: str) -> None:
    with pytest.raises(NotTaking) as caught:
        collect.find(database, code=code, now=NOW)
    assert caught.value.reason == Reason.UNKNOWN


def test_codes_are_found_however_they_are_typed(database: Database, field: Field) -> None:
    half = len(field.code) // 2
    wide = "".join(chr(ord(char) + 0xFEE0) for char in field.code)
    for typed in (field.code.lower(), f" {field.code[:half]}-{field.code[half:]} ", wide):
        assert collect.find(database, code=typed, now=NOW)[0].id == field.collector_id


def test_responses_keep_the_posting_they_were_given_under(database: Database, office: Office, field: Field) -> None:
    send(database, field, {"Q1": ["1"], "Q2": ["1"]})
    collectors.move(
        database, actor=office.organiser, collector_id=field.collector_id, posting_id=office.postings[1].id, now=NOW
    )
    send(database, field, {"Q1": ["2"]})
    found = {row.answers["Q1"]: (row.posting_id, row.unit_id) for row in responses(database, field)}
    first, second = office.postings
    assert found == {"1": (first.id, first.unit_id), "2": (second.id, second.unit_id)}


def test_moment_and_duration_are_kept_coarse(database: Database, field: Field) -> None:
    now = datetime(2026, 4, 12, 8, 59, 59, 999999, tzinfo=UTC)
    for seconds in (-5, 0, 999_999, None):
        send(database, field, {"Q1": ["2"]}, now=now, seconds=seconds)
    rows = responses(database, field)
    assert {row.received_at for row in rows} == {datetime(2026, 4, 12, 8, 50, tzinfo=UTC)}
    assert sorted(row.seconds for row in rows if row.seconds is not None) == [0, 0, 3600]


def test_no_table_has_a_column_for_who_sent_a_response(database: Database) -> None:
    columns = {column["name"] for column in inspect(database.engine).get_columns("response")}
    assert columns == {
        "id", "survey_id", "version_id", "collector_id", "posting_id", "unit_id", "batch_id", "audience", "mode",
        "locale", "received_at", "seconds", "answers", "stored_at",
    }  # fmt: skip


def test_what_workers_send_has_one_moment_only(database: Database, field: Field) -> None:
    """When it was stored is kept of files and paper alone, whose ballots have a day of the past."""
    send(database, field, {"Q1": ["2"]})
    assert [row.stored_at for row in responses(database, field)] == [None]


def test_a_version_is_decoded_once(database: Database, field: Field) -> None:
    first = collect.find(database, code=field.code, now=NOW)[1]
    assert collect.find(database, code=field.code, now=NOW)[1] is first
    assert first == TINY
