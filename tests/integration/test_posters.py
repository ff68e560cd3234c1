"""Posters: one for each collector, right in every word, in one print job and in a ZIP."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import library
from survey_app.services import collectors
from survey_app.services.access import Actor
from survey_app.storage.models import Campaign, Survey, Unit
from survey_app.storage.session import Database
from survey_app.words import CollectorState
from tests.support.desk import at_desk
from tests.support.field import Field, change_collector, change_survey, put_into_field
from tests.support.office import NOW, Office, make_office

SignedIn = Callable[[Actor], FlaskClient]
_SVG = "{http://www.w3.org/2000/svg}"
_CLOSING = datetime(2026, 4, 25, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    made = put_into_field(database, office, library.template("A_W").questionnaire)
    change_survey(database, made, closes_at=_CLOSING, title_en="Satisfaction survey")
    return made


@pytest.fixture
def signed_in(app: Flask, database: Database) -> SignedIn:
    """Give a client through which a person has signed in."""
    return lambda person: at_desk(app, database, person)


@pytest.fixture
def client(office: Office, signed_in: SignedIn) -> FlaskClient:
    return signed_in(office.organiser)


def _archive(client: FlaskClient, field: Field, query: str = "") -> dict[str, str]:
    answer = client.get(f"/surveys/{field.survey_id}/posters/posters.zip{query}")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        return {each.filename: file.read(each).decode() for each in file.infolist()}


def _words(svg: str) -> str:
    """What stands on a poster, line by line; it must be well-formed and ask for nothing from elsewhere."""
    assert "http-equiv" not in svg
    root = ET.fromstring(svg)
    assert root.get("viewBox") == "0 0 210 297"
    for element in root.iter():
        assert element.tag.removeprefix(_SVG) in {"svg", "g", "path", "rect", "text"}
        assert not {"href", "src", "style", "onload"} & {name.split("}")[-1] for name in element.attrib}
    return "\n".join(element.text or "" for element in root.iter(f"{_SVG}text"))


def _plain(words: str) -> str:
    return words.replace("\n", "")


def test_every_collector_has_its_poster(client: FlaskClient, office: Office, field: Field) -> None:
    files = _archive(client, field)
    drawings = {name: _words(text) for name, text in files.items() if name.endswith(".svg")}
    assert len(drawings) == len(office.postings)
    for posting in office.postings:
        name, words = next((name, words) for name, words in drawings.items() if posting.unit.name in name)
        assert "职工" in name
        for part in ("满意度测评", posting.unit.name, posting.team.name, office.unit.name, "4月25日 18:00", "约"):
            assert part in _plain(words)
    pages = [text for name, text in files.items() if name.endswith(".html")]
    assert len(pages) == 1
    assert pages[0].count("<svg ") == len(office.postings)
    assert "<script" not in pages[0]
    assert "http" not in pages[0].replace("http://www.w3.org/2000/svg", "").replace("http://localhost/s/", "")


def test_code_and_address_can_be_typed(client: FlaskClient, field: Field) -> None:
    words = _words(next(text for name, text in _archive(client, field).items() if name.startswith("01_")))
    assert f"{field.code[:4]} {field.code[4:8]} {field.code[8:]}" in words
    assert f"http://localhost/s/{field.code}" in _plain(words)


def test_english_beside_chinese(client: FlaskClient, field: Field) -> None:
    only = _words(next(text for name, text in _archive(client, field).items() if name.startswith("01_")))
    both = _words(
        next(text for name, text in _archive(client, field, "?languages=both").items() if name.startswith("01_"))
    )
    for part in ("Satisfaction survey", "Workers", "Anonymous", "25 Apr 2026"):
        assert part not in only
        assert part in both


def test_posters_do_not_follow_the_language_of_who_prints_them(client: FlaskClient, field: Field) -> None:
    for locale in ("zh_Hans_CN", "en"):
        with client.session_transaction() as cookie:
            cookie["locale"] = locale
        words = _words(next(text for name, text in _archive(client, field).items() if name.endswith(".svg")))
        assert "匿名" in words
        assert "扫码" in words


def test_the_earlier_closing_counts(client: FlaskClient, database: Database, field: Field) -> None:
    change_collector(database, field, closes_at=_CLOSING - timedelta(days=2))
    words = [_words(text) for name, text in sorted(_archive(client, field).items()) if name.endswith(".svg")]
    assert ["4月23日" in each for each in words] == [True, False]


def test_what_is_promised_is_what_holds(client: FlaskClient, database: Database, field: Field) -> None:
    change_survey(database, field, anonymity="named")
    words = _words(next(text for name, text in _archive(client, field).items() if name.startswith("01_")))
    assert "匿名" not in words
    change_collector(database, field, needs_invitation=True)
    words = _words(next(text for name, text in _archive(client, field).items() if name.startswith("01_")))
    assert "一次性码" in words


def test_some_can_be_chosen_and_closed_ones_are_left_out(
    client: FlaskClient, database: Database, office: Office, field: Field
) -> None:
    page = client.get(f"/surveys/{field.survey_id}/posters/print?collector={field.collector_id}")
    assert page.get_data(as_text=True).count("<svg ") == 1
    collectors.change_state(
        database, actor=office.organiser, collector_id=field.collector_id, state=CollectorState.CLOSED, now=NOW
    )
    assert client.get(f"/surveys/{field.survey_id}/posters/print").get_data(as_text=True).count("<svg ") == 1
    gone = client.get(f"/surveys/{field.survey_id}/posters/print?collector={field.collector_id}")
    assert gone.status_code == 404


def test_a_collector_of_nobody_is_not_found(client: FlaskClient, field: Field) -> None:
    for query in ("?collector=0", "?collector=999999999999", "?collector=-1"):
        assert client.get(f"/surveys/{field.survey_id}/posters/print{query}").status_code == 404
        assert client.get(f"/surveys/{field.survey_id}/posters/posters.zip{query}").status_code == 404


def test_names_from_people_are_text_on_a_poster(
    client: FlaskClient, database: Database, office: Office, field: Field
) -> None:
    with database.transaction() as session:
        session.get_one(Survey, field.survey_id).title = '<script>alert("1")</script> & “引号”'
        session.get_one(Unit, office.postings[0].unit_id).name = "../../=1+1|<b>" + "长" * 150
        session.get_one(Campaign, office.campaign.id).is_sample = True
    files = _archive(client, field)
    assert all("/" not in name and "\\" not in name and len(name) < 130 for name in files)
    words = _words(next(text for name, text in files.items() if name.startswith("01_")))
    assert '<script>alert("1")</script>' in _plain(words)
    assert "示例" in words
    page = client.get(f"/surveys/{field.survey_id}/posters/print").get_data(as_text=True)
    assert "<script>alert" not in page


def test_strangers_find_no_posters(field: Field, office: Office, signed_in: SignedIn) -> None:
    for person in (office.stranger, office.leader):
        client = signed_in(person)
        for page in ("posters", "posters/print", "posters/posters.zip"):
            assert client.get(f"/surveys/{field.survey_id}/{page}").status_code in {403, 404}
