"""The pages of single-use codes, as requests: issued, printed, fetched, reissued, revoked, reminded of."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from survey_app import library
from survey_app.config import Settings
from survey_app.services import collector_settings, invitations
from survey_app.services.access import Actor
from survey_app.services.collector_settings import CollectorSettings, Entry
from survey_app.storage.models import Survey, Unit
from survey_app.storage.session import Database
from tests.support.desk import at_desk
from tests.support.field import Field, put_into_field
from tests.support.office import NOW, Office, make_office

SignedIn = Callable[[Actor], FlaskClient]


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
def signed_in(app: Flask, database: Database) -> SignedIn:
    """Give a client through which a person has signed in."""
    return lambda person: at_desk(app, database, person)


@pytest.fixture
def client(office: Office, signed_in: SignedIn) -> FlaskClient:
    return signed_in(office.organiser)


def _base(field: Field) -> str:
    return f"/surveys/{field.survey_id}/collectors/{field.collector_id}/invitations"


def _issue(client: FlaskClient, field: Field, count: object = 30) -> TestResponse:
    return client.post(f"{_base(field)}/issue", data={"count": count})


def _rows(answer: TestResponse) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert all(cell.data_type in {"n", "s", "inlineStr"} for row in sheet.iter_rows() for cell in row), (
        "no formula, no link"
    )
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    return list(sheet.iter_rows(min_row=2, values_only=True))


def test_codes_are_issued_printed_and_fetched(
    database: Database, field: Field, client: FlaskClient, settings: Settings
) -> None:
    run = _issue(client, field).location
    assert client.get(run).status_code == 200
    rows = _rows(client.get(f"{run}/codes.xlsx"))
    assert [row[0] for row in rows] == list(range(1, 31))
    with database.reading() as session:
        worth = {
            invitations.standing(
                session, key=settings.secret_key, collector_id=field.collector_id, code=str(row[1])
            )
            for row in rows
        }
    assert worth == {invitations.Standing.USABLE}
    assert all(row[2] == f"http://localhost/s/{field.code}#{row[1]}" for row in rows)
    slips = client.get(f"{run}/slips").get_data(as_text=True)
    assert slips.count("<svg ") == 2
    for row in rows:
        assert f"{str(row[1])[:5]} {str(row[1])[5:]}" in slips


def test_many_are_printed_in_parts(field: Field, client: FlaskClient) -> None:
    run = _issue(client, field, 250).location
    assert client.get(f"{run}/slips?part=1").get_data(as_text=True).count("<svg ") == 10
    assert client.get(f"{run}/slips?part=2").get_data(as_text=True).count("<svg ") == 1
    for part in ("0", "99", "-1", "x"):
        assert client.get(f"{run}/slips?part={part}").status_code == 200


def test_names_that_look_like_formulas_stay_names(
    database: Database, office: Office, field: Field, client: FlaskClient
) -> None:
    with database.transaction() as session:
        session.get_one(Unit, office.postings[0].unit_id).name = '=HYPERLINK("http://evil")'
        session.get_one(Survey, field.survey_id).title = "<script>alert(1)</script> & more"
    run = _issue(client, field, 2).location
    assert _rows(client.get(f"{run}/codes.xlsx"))[0][3] == '=HYPERLINK("http://evil")'
    _rows(client.get(f"{_base(field)}/unused.xlsx"))
    assert "<script>alert" not in client.get(f"{run}/slips").get_data(as_text=True)


def test_only_who_issued_them_sees_codes_again(
    office: Office, field: Field, client: FlaskClient, signed_in: SignedIn, database: Database
) -> None:
    run = _issue(client, field).location
    for person in (office.stranger, office.leader):
        assert signed_in(person).get(run).status_code in {403, 404}
    own = signed_in(office.organiser)
    assert own.get(run).status_code == 200, "the address is enough for the person"
    changed = run[:-2] + ("AA" if not run.endswith("AA") else "BB")
    for address in (changed, f"{_base(field)}/runs/nonsense", f"{changed}/slips", f"{changed}/codes.xlsx"):
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (302, _base(field))


def test_the_page_offers_what_can_still_be_printed(
    field: Field, client: FlaskClient, signed_in: SignedIn, office: Office
) -> None:
    run = _issue(client, field).location
    assert run in client.get(_base(field)).get_data(as_text=True)
    assert run not in signed_in(office.organiser).get(_base(field)).get_data(as_text=True)


def test_lost_codes_are_issued_anew_and_others_revoked(field: Field, client: FlaskClient) -> None:
    _issue(client, field)
    anew = client.post(f"{_base(field)}/reissue", data={"numbers": "３，7—9"})
    assert [row[0] for row in _rows(client.get(f"{anew.location}/codes.xlsx"))] == [31, 32, 33, 34]
    assert client.post(f"{_base(field)}/revoke", data={"numbers": "10 11"}).status_code == 302
    unused = _rows(client.get(f"{_base(field)}/unused.xlsx"))
    assert [row[0] for row in unused] == [1, 2, 4, 5, 6, *range(12, 31), *range(31, 35)]
    assert [row[1] for row in unused][-4:] == [3, 7, 8, 9]
    page = client.get(_base(field)).get_data(as_text=True)
    assert "1–2, 4–6, 12–34" in page
    assert client.post(f"{_base(field)}/revoke", data={"all_unused": "y"}).status_code == 302
    assert _rows(client.get(f"{_base(field)}/unused.xlsx")) == []


def test_numbers_that_are_none_are_refused(field: Field, client: FlaskClient) -> None:
    _issue(client, field)
    for numbers in ("", "abc", "0", "5-3", "1-99999999", "1;DROP", "31", "-4", "1--2"):
        for deed in ("revoke", "reissue"):
            sent = client.post(f"{_base(field)}/{deed}", data={"numbers": numbers})
            assert sent.status_code == 422, numbers
            assert 'href="#numbers"' in sent.get_data(as_text=True)
    assert len(_rows(client.get(f"{_base(field)}/unused.xlsx"))) == 30


def test_counts_that_are_none_are_refused(field: Field, client: FlaskClient) -> None:
    for count in ("", "0", "-5", "5001", "many", "1.5"):
        sent = _issue(client, field, count)
        assert sent.status_code == 422, count
        assert 'href="#count"' in sent.get_data(as_text=True)


def test_without_invitations_the_page_leads_to_the_settings(
    database: Database, office: Office, field: Field, client: FlaskClient
) -> None:
    collector_settings.change(
        database,
        actor=office.organiser,
        collector_id=field.collector_id,
        settings=CollectorSettings(),
        now=NOW,
    )
    assert _issue(client, field).location.endswith("/settings")
    assert "/settings" in client.get(_base(field)).get_data(as_text=True)


def test_the_list_says_why_it_stays(field: Field, client: FlaskClient) -> None:
    _issue(client, field)
    answer = client.post(f"{_base(field)}/list", follow_redirects=True)
    assert answer.status_code == 200
    assert re.search(r"5", answer.get_data(as_text=True))


def test_strangers_do_nothing(field: Field, office: Office, client: FlaskClient, signed_in: SignedIn) -> None:
    _issue(client, field)
    for person in (office.stranger, office.leader):
        other = signed_in(person)
        for address in ("", "/unused.xlsx"):
            assert other.get(f"{_base(field)}{address}").status_code in {403, 404}
        for address in ("/issue", "/revoke", "/reissue", "/list"):
            sent = other.post(f"{_base(field)}{address}", data={"count": 3, "numbers": "1", "all_unused": "y"})
            assert sent.status_code in {403, 404}
    assert len(_rows(client.get(f"{_base(field)}/unused.xlsx"))) == 30
