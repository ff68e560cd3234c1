"""What organisers set on a collector: kept, told, audited, and refused where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app import library
from survey_app.services import collector_settings, collectors
from survey_app.services.access import Actor, NotFound
from survey_app.services.collector_settings import CollectorSettings, Entry
from survey_app.services.context import ConstraintViolated
from survey_app.storage.models import AuditEntry, Collector
from survey_app.storage.session import Database
from tests.support.desk import at_desk
from tests.support.field import A_W_ANSWERS, Field, put_into_field, responses, send
from tests.support.office import NOW, Office, make_office

SignedIn = Callable[[Actor], FlaskClient]
_FULL = CollectorSettings(
    label="东门",
    opens_at=NOW,
    closes_at=NOW + timedelta(days=3),
    quota=200,
    entry=Entry.INVITATION,
    once_per_device=False,
    note="贴在食堂门口",
)

_REFUSED = (
    ("entry", {"entry": "nonsense"}),
    ("quota", {"quota": "0"}),
    ("quota", {"quota": "many"}),
    ("opens_at", {"opens_at": "tomorrow"}),
    ("closes_at", {"opens_at": "2026-04-12T08:30", "closes_at": "2026-04-12T08:30"}),
    ("password", {"password": "abc"}),
    ("label", {"label": "长" * 101}),
    ("note", {"note": "长" * 2001}),
)
"""At which field, what is refused."""


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    return put_into_field(database, office, library.template("A_W").questionnaire)


@pytest.fixture
def signed_in(app: Flask, database: Database) -> SignedIn:
    """Give a client through which a person has signed in."""
    return lambda person: at_desk(app, database, person)


def _change(
    database: Database, office: Office, field: Field, settings: CollectorSettings = _FULL, **more: object
) -> Collector:
    values: dict[str, object] = {"actor": office.organiser, "now": NOW, **more}
    return collector_settings.change(
        database, collector_id=field.collector_id, settings=settings, **values  # type: ignore[arg-type]  # changed by the tests
    )  # fmt: skip


def _collector(database: Database, field: Field) -> Collector:
    with database.reading() as session:
        return session.get_one(Collector, field.collector_id)


def _changes(database: Database) -> list[dict[str, object]]:
    with database.reading() as session:
        query = select(AuditEntry.detail).where(AuditEntry.action == "collector_changed").order_by(AuditEntry.id)
        return list(session.scalars(query))


def _address(field: Field) -> str:
    return f"/surveys/{field.survey_id}/collectors/{field.collector_id}"


def test_settings_are_kept(database: Database, office: Office, field: Field) -> None:
    _change(database, office, field)
    assert collector_settings.settings_of(_collector(database, field)) == _FULL


def test_every_way_in_is_kept(database: Database, office: Office, field: Field) -> None:
    for entry in Entry:
        _change(database, office, field, CollectorSettings(entry=entry))
        assert collector_settings.entry_of(_collector(database, field)) == entry


def test_each_change_is_in_the_log_with_before_and_after(database: Database, office: Office, field: Field) -> None:
    _change(database, office, field, CollectorSettings(quota=10))
    _change(database, office, field, CollectorSettings(quota=20, note="东门"))
    _change(database, office, field, CollectorSettings(quota=20, note="东门"))
    assert _changes(database) == [
        {"survey_id": field.survey_id, "quota": {"before": None, "after": 10}},
        {
            "survey_id": field.survey_id,
            "quota": {"before": 10, "after": 20},
            "note": {"before": "", "after": "东门"},
        },
    ]


def test_passwords_are_hashed_changed_and_taken_away(database: Database, office: Office, field: Field) -> None:
    plain = CollectorSettings()
    _change(database, office, field, plain, password="班组 ２０２６")
    kept = _collector(database, field).password_hash
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert collectors.password_matches(" 班组 2026 ", kept)
    assert not collectors.password_matches("班组2027", kept)
    _change(database, office, field, plain)
    assert _collector(database, field).password_hash == kept
    _change(database, office, field, plain, password="another word")
    _change(database, office, field, plain, without_password=True)
    _change(database, office, field, plain, without_password=True)
    assert _collector(database, field).password_hash is None
    told = _changes(database)
    assert [each["password"] for each in told] == ["set", "changed", "removed"]
    assert "班组" not in str(told)
    assert "argon2" not in str(told)


def test_a_password_of_three_signs_is_refused(database: Database, office: Office, field: Field) -> None:
    with pytest.raises(collector_settings.PasswordTooShort):
        _change(database, office, field, password="  ab ")
    assert _collector(database, field).password_hash is None


def test_with_answers_in_the_way_in_stays(database: Database, office: Office, field: Field) -> None:
    send(database, field, A_W_ANSWERS)
    with pytest.raises(collector_settings.EntryFixed):
        _change(database, office, field, CollectorSettings(entry=Entry.INVITATION))
    _change(database, office, field, CollectorSettings(entry=Entry.KIOSK, quota=3))
    assert _collector(database, field).quota == 3


def test_times_the_wrong_way_round_are_refused(database: Database, office: Office, field: Field) -> None:
    with pytest.raises(ConstraintViolated):
        _change(database, office, field, CollectorSettings(opens_at=NOW, closes_at=NOW - timedelta(hours=1)))


def test_others_change_nothing(database: Database, office: Office, field: Field) -> None:
    for person in (office.stranger, office.leader):
        with pytest.raises(NotFound):
            _change(database, office, field, actor=person)
    assert collector_settings.settings_of(_collector(database, field)) == CollectorSettings()


def test_a_moved_code_leaves_answers_where_they_were_given(
    database: Database, office: Office, field: Field
) -> None:
    here, there = office.postings
    send(database, field, A_W_ANSWERS)
    collectors.move(database, actor=office.organiser, collector_id=field.collector_id, posting_id=there.id, now=NOW)
    send(database, field, A_W_ANSWERS)
    assert sorted(each.posting_id or 0 for each in responses(database, field)) == [here.id, there.id]
    assert _collector(database, field).code == field.code
    with database.reading() as session:
        moved = session.scalars(select(AuditEntry).where(AuditEntry.action == "collector_moved")).one()
    assert (moved.detail["from_posting"], moved.detail["to_posting"]) == (here.id, there.id)


def test_the_page_takes_times_in_china(
    database: Database, office: Office, field: Field, signed_in: SignedIn
) -> None:
    client = signed_in(office.organiser)
    sent = client.post(
        f"{_address(field)}/settings",
        data={
            "entry": "kiosk", "opens_at": "2026-04-12T08:30", "closes_at": "2026-04-15T18:00",
            "quota": "１，２００", "label": "门卫", "note": "平板在门卫室", "password": "", "once_per_device": "y",
        },
    )  # fmt: skip
    assert sent.status_code == 302
    kept = collector_settings.settings_of(_collector(database, field))
    assert kept == CollectorSettings(
        label="门卫",
        opens_at=datetime(2026, 4, 12, 0, 30, tzinfo=UTC),
        closes_at=datetime(2026, 4, 15, 10, 0, tzinfo=UTC),
        quota=1200,
        entry=Entry.KIOSK,
        once_per_device=True,
        note="平板在门卫室",
    )
    page = client.get(f"{_address(field)}/settings").get_data(as_text=True)
    assert 'value="2026-04-12T08:30"' in page
    shown = client.get(_address(field)).get_data(as_text=True)
    assert all(words in shown for words in ("平板在门卫室", "1,200", "2026年4月12日 08:30"))


def test_what_cannot_be_is_refused_at_its_field(
    database: Database, office: Office, field: Field, signed_in: SignedIn
) -> None:
    client = signed_in(office.organiser)
    for at, changes in _REFUSED:
        sent = client.post(f"{_address(field)}/settings", data={"entry": "link", **changes})
        assert sent.status_code == 422, changes
        assert f'href="#{at}"' in sent.get_data(as_text=True), changes
    assert collector_settings.settings_of(_collector(database, field)) == CollectorSettings()


def test_two_collectors_of_a_place_need_names(
    database: Database, office: Office, field: Field, signed_in: SignedIn
) -> None:
    with database.reading() as session:
        other = session.scalars(
            select(Collector).where(Collector.survey_id == field.survey_id, Collector.id != field.collector_id)
        ).one()
    moved = collectors.move(
        database, actor=office.organiser, collector_id=other.id, posting_id=office.postings[0].id, now=NOW
    )
    assert moved.label == "2"
    client = signed_in(office.organiser)
    sent = client.post(
        f"/surveys/{field.survey_id}/collectors/{other.id}/settings", data={"entry": "link", "label": ""}
    )
    assert sent.status_code == 422
    assert 'href="#label"' in sent.get_data(as_text=True)


def test_strangers_find_no_settings(office: Office, field: Field, signed_in: SignedIn) -> None:
    for person in (office.stranger, office.leader):
        client = signed_in(person)
        for answer in (
            client.get(f"{_address(field)}/settings"),
            client.post(f"{_address(field)}/settings", data={"entry": "kiosk"}),
        ):
            assert answer.status_code in {403, 404}
    assert (
        signed_in(office.organiser).get(f"/surveys/{field.survey_id + 1}/collectors/1/settings").status_code == 404
    )
