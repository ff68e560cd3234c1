"""The door of a collector: passwords, single-use codes, shared tablets, those who seem to have answered before."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.config import Settings
from survey_app.questionnaire.text import Text
from survey_app.services import collectors, door, invitations
from survey_app.services.collect import CONSENT
from survey_app.services.throttle import TooManyAttempts
from survey_app.storage.models import Survey
from survey_app.storage.session import Database
from survey_app.words import CollectorState
from tests.support import tiny
from tests.support.field import Field, change_collector, change_survey, put_into_field, responses
from tests.support.office import NOW, Office, make_office
from tests.support.waiting import wait_until

TINY = tiny.questionnaire(
    tiny.section("one", tiny.single("Q1", required=True)), tiny.section("two", tiny.multiple("Q2"))
)
PASSWORD = "车间2017"


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    return put_into_field(database, office, TINY)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A phone that keeps no cookies."""
    return app.test_client(use_cookies=False)


def _inputs(page: TestResponse) -> dict[str, str]:
    """What the page's form holds without anybody typing."""
    found = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page.text)
    return {name: unescape(value) for name, value in found}


def _send(client: FlaskClient, field: Field, values: Mapping[str, object], query: str = "") -> TestResponse:
    return client.post(f"/s/{field.code}{query}", data=MultiDict({"id": str(uuid4()), **values}))


class TestPassword:
    """A small page asks once; nothing that was filled in is lost by it."""

    @pytest.fixture(autouse=True)
    def _locked(self, database: Database, field: Field) -> None:
        change_collector(database, field, password_hash=collectors.hashed_password(PASSWORD))

    def test_it_is_asked_once(self, client: FlaskClient, database: Database, field: Field) -> None:
        asked = client.get(f"/s/{field.code}")
        assert asked.status_code == 403
        assert "这份问卷需要密码" in asked.text
        assert "Q1" not in asked.text
        page = client.post(f"/s/{field.code}", data={"password": "车间２０１７ "})
        assert "q_Q1" in page.text
        assert "q_Q1" in client.get(f"/s/{field.code}").text
        assert "已提交" in _send(client, field, {"q_Q1": "2"}).text
        assert len(responses(database, field)) == 1

    def test_answers_sent_without_it_wait_on_the_page(
        self, stranger: FlaskClient, database: Database, field: Field
    ) -> None:
        number = str(uuid4())
        asked = _send(stranger, field, {"id": number, "q_Q1": "2", "q_Q2": ["1", "3"]})
        assert asked.status_code == 403
        assert asked.headers["Survey-Answer"] == "refused"
        kept = {"id": number, "q_Q1": "2", "q_Q2": ["1", "3"]}
        assert set(_inputs(asked)) == set(kept)
        wrong = stranger.post(f"/s/{field.code}", data={**kept, "password": "x"})
        assert "密码不对" in wrong.text
        assert set(_inputs(wrong)) == set(kept)
        thanks = stranger.post(f"/s/{field.code}", data={**kept, "password": PASSWORD})
        assert thanks.headers["Survey-Answer"] == "stored"
        assert [row.answers for row in responses(database, field)] == [{"Q1": "2", "Q2": ["1", "3"]}]

    def test_a_pass_ends_with_the_password_and_opens_no_other_door(
        self, client: FlaskClient, database: Database, office: Office, field: Field
    ) -> None:
        passed = client.post(f"/s/{field.code}", data={"password": PASSWORD})
        entry = next(each for each in passed.headers.getlist("Set-Cookie") if each.startswith("entered="))
        assert "HttpOnly" in entry
        value = entry.split(";")[0]
        other = put_into_field(database, office, TINY)
        change_collector(database, other, password_hash=collectors.hashed_password(PASSWORD))
        assert client.get(f"/s/{other.code}", headers={"Cookie": value}).status_code == 403
        change_collector(database, field, password_hash=collectors.hashed_password("anders"))
        assert wait_until(lambda: client.get(f"/s/{field.code}").status_code == 403)
        assert _send(client, field, {"q_Q1": "2"}).status_code == 403

    def test_guessing_is_slowed_down_for_the_network_that_guesses(self, database: Database, field: Field) -> None:
        def guess(network: str, given: str, minutes: int = 0) -> str:
            return door.enter(
                database, key="k", collector_id=field.collector_id, password_hash=quick, given=given,
                network=network, now=NOW + timedelta(minutes=minutes),
            )  # fmt: skip

        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        for _ in range(door.MOST_WRONG):
            with pytest.raises(door.WrongPassword):
                guess("203.0.113.7", "wrong")
        with pytest.raises(TooManyAttempts):
            guess("203.0.113.7", PASSWORD)
        assert guess("203.0.113.8", PASSWORD)
        assert guess("203.0.113.7", PASSWORD, minutes=1)

    def test_who_knows_it_gets_in_beside_somebody_who_guesses(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        change_collector(database, field, password_hash=quick)
        # Guesses are counted by the minute, which may end in between.
        for _ in range(3):
            for number in range(door.MOST_WRONG):
                client.post(f"/s/{field.code}", data={"password": f"falsch {number}"})
            asked = client.application.test_client().post(f"/s/{field.code}", data={"password": PASSWORD})
            if asked.status_code != 200:
                break
        assert asked.status_code == 429
        assert "无需重新输入密码" in asked.text
        assert _inputs(asked)["password"] == PASSWORD
        work = _worked(asked.headers["Survey-Puzzle"])
        assert "q_Q1" not in client.post(f"/s/{field.code}", data={"password": "falsch", "work": work}).text
        assert "q_Q1" in client.post(f"/s/{field.code}", data={"password": PASSWORD, "work": work}).text

    @pytest.mark.parametrize("entry", ["", ".", "1.x", "99999999.00000000000000000000000000000000", "九.x"])
    def test_passes_that_are_not_ours(self, stranger: FlaskClient, field: Field, entry: str) -> None:
        page = stranger.get(f"/s/{field.code}", headers={"Cookie": f"entered={entry}".encode().decode("latin-1")})
        assert page.status_code == 403

    def test_one_page_a_section(self, client: FlaskClient, database: Database, office: Office) -> None:
        field = put_into_field(database, office, replace(TINY, paged=True))
        change_collector(database, field, password_hash=collectors.hashed_password(PASSWORD))
        first = client.post(f"/s/{field.code}", data={"password": PASSWORD})
        action = unescape(re.findall(r'<form id="form" method="post" action="([^"]+)"', first.text)[0])
        stranger = client.application.test_client(use_cookies=False)
        assert stranger.post(action, data={**_inputs(first), "q_Q1": "2"}).status_code == 403
        assert client.post(action, data={**_inputs(first), "q_Q1": "2"}).status_code == 303


def _worked(puzzle: str) -> str:
    """Do the work of a puzzle."""
    ticket, base, modulus, times = puzzle.split(" ")
    value = int(base, 16)
    for _ in range(int(times)):
        value = value * value % int(modulus, 16)
    return f"{ticket}.{value:x}"


class TestInvitation:
    """One code, one response, in one transaction."""

    @pytest.fixture
    def codes(self, app: Flask, database: Database, office: Office, field: Field) -> list[str]:
        change_collector(database, field, needs_invitation=True)
        key = app.config["SECRET_KEY"]
        run = invitations.issue(
            database, actor=office.organiser, key=key, collector_id=field.collector_id, count=3, now=NOW
        )
        return [code for _, code in invitations.codes(key, run)]

    def test_a_code_lets_one_response_in(
        self, stranger: FlaskClient, database: Database, field: Field, codes: list[str]
    ) -> None:
        assert 'name="invitation"' in stranger.get(f"/s/{field.code}").text
        typed = f" {codes[0][:5].lower()}-{codes[0][5:]}"
        assert _send(stranger, field, {"q_Q1": "2", "invitation": typed}).status_code == 200
        second = _send(stranger, field, {"q_Q1": "3", "invitation": codes[0]})
        assert second.status_code == 422
        assert "已经用过" in second.text
        assert re.search(r'name="q_Q1" value="3"\s+checked', second.text)
        assert [row.answers for row in responses(database, field)] == [{"Q1": "2"}]
        assert _send(stranger, field, {"q_Q1": "3", "invitation": codes[1]}).status_code == 200

    @pytest.mark.parametrize(
        ("typed", "words"), [("", "请填写纸条上的一次性码"), ("CDFHJKMNPQ", "没有这个一次性码")]
    )
    def test_without_a_good_code_nothing_is_stored(
        self, stranger: FlaskClient, database: Database, field: Field, codes: list[str], typed: str, words: str
    ) -> None:
        answer = _send(stranger, field, {"q_Q1": "2", "invitation": typed})
        assert answer.status_code == 422
        assert words in answer.text
        assert 'href="#q_invitation-code"' in answer.text
        assert responses(database, field) == []

    def test_the_same_submission_again_is_thanked(
        self, stranger: FlaskClient, database: Database, field: Field, codes: list[str]
    ) -> None:
        values = {"id": str(uuid4()), "q_Q1": "2", "invitation": codes[0]}
        assert [_send(stranger, field, values).status_code for _ in range(3)] == [200] * 3
        assert len(responses(database, field)) == 1
        other = _send(stranger, field, {"q_Q1": "2", "invitation": codes[1]})
        assert other.status_code == 200

    def test_answers_with_a_mistake_use_up_nothing(
        self, stranger: FlaskClient, database: Database, field: Field, codes: list[str]
    ) -> None:
        assert _send(stranger, field, {"q_Q2": "1", "invitation": codes[0]}).status_code == 422
        assert _send(stranger, field, {"q_Q1": "2", "invitation": codes[0]}).status_code == 200

    def test_somebody_who_guesses_slows_others_down_and_shuts_nobody_out(
        self,
        monkeypatch: pytest.MonkeyPatch,
        stranger: FlaskClient,
        database: Database,
        field: Field,
        codes: list[str],
    ) -> None:
        for _ in range(door.MOST_WRONG):
            assert _send(stranger, field, {"q_Q1": "2", "invitation": "CDFHJKMNPQ"}).status_code == 422
        mine = {"id": str(uuid4()), "q_Q1": "2", "invitation": codes[0]}
        asked = _send(stranger, field, mine)
        assert (asked.status_code, asked.headers["Survey-Answer"]) == (429, "later")
        assert set(_inputs(asked)) == {*mine, "wait"}
        work = _worked(asked.headers["Survey-Puzzle"])
        other = _send(stranger, field, {"q_Q1": "2", "invitation": codes[1], "work": work})
        assert other.status_code == 429  # work for one code is no good for the next
        assert _send(stranger, field, {**mine, "work": work}).status_code == 200
        assert len(responses(database, field)) == 1
        elsewhere = stranger.post(
            f"/s/{field.code}", data={**mine, "id": str(uuid4()), "invitation": codes[2]},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )  # fmt: skip
        assert elsewhere.status_code == 200

    def test_one_page_a_section_asks_on_the_last(
        self, app: Flask, stranger: FlaskClient, database: Database, office: Office
    ) -> None:
        field = put_into_field(database, office, replace(TINY, paged=True))
        change_collector(database, field, needs_invitation=True)
        key = app.config["SECRET_KEY"]
        run = invitations.issue(
            database, actor=office.organiser, key=key, collector_id=field.collector_id, count=1, now=NOW
        )
        first = stranger.get(f"/s/{field.code}")
        assert 'name="invitation"' not in first.text
        action = unescape(re.findall(r'<form id="form" method="post" action="([^"]+)"', first.text)[0])
        address = stranger.post(action, data={**_inputs(first), "q_Q1": "2"}).headers["Location"]
        last = stranger.get(address)
        for code, status in (("", 422), ("CDFHJKMNPQ", 422), (invitations.codes(key, run)[0][1], 200)):
            answer = stranger.post(address, data={**_inputs(last), "q_Q2": "1", "invitation": code})
            assert answer.status_code == status
        assert [row.answers for row in responses(database, field)] == [{"Q1": "2", "Q2": ["1"]}]


def test_a_script_is_told_where_a_section_leads(stranger: FlaskClient, database: Database, office: Office) -> None:
    field = put_into_field(database, office, replace(TINY, paged=True))
    first = stranger.get(f"/s/{field.code}")
    action = unescape(re.findall(r'<form id="form" method="post" action="([^"]+)"', first.text)[0])
    sent = {**_inputs(first), "q_Q1": "2"}
    plain = stranger.post(action, data=sent)
    told = stranger.post(action, data={**sent, "by": "script"})
    assert (told.status_code, told.headers["Survey-Answer"]) == (200, "next")
    assert told.headers["Survey-Next"] == plain.headers["Location"]


class TestKiosk:
    """A tablet that many share."""

    @pytest.fixture(autouse=True)
    def _shared(self, database: Database, field: Field) -> None:
        change_collector(database, field, is_kiosk=True)

    def test_it_shows_no_section_to_go_back_to(
        self, client: FlaskClient, database: Database, office: Office
    ) -> None:
        paged = put_into_field(database, office, replace(TINY, paged=True))
        change_collector(database, paged, is_kiosk=True)
        whole = client.get(f"/s/{paged.code}").text
        assert "q_Q1" in whole
        assert "q_Q2" in whole
        assert _send(client, paged, {"q_Q1": "2", "q_Q2": "1"}).headers["Survey-Answer"] == "stored"

    def test_nothing_of_it_is_kept_and_its_responses_are_marked(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        for _ in range(2):  # the second from memory
            page = client.get(f"/s/{field.code}")
            assert page.headers["Cache-Control"] == "no-store"
            thanks = _send(client, field, {"q_Q1": "2"})
            assert thanks.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in thanks.headers
            assert "q_Q1" in client.get(thanks.headers["Refresh"].split("url=")[1]).text
        assert {row.mode for row in responses(database, field)} == {"kiosk"}


class TestOnce:
    """A friendly question, no wall."""

    def test_who_has_answered_is_asked_and_may_go_on(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        _send(client, field, {"q_Q1": "2"})
        asked = client.get(f"/S/{field.code}")
        assert "您好像已经填过了" in asked.text
        (again,) = re.findall(r'href="([^"]*again=1[^"]*)"', asked.text)
        assert "q_Q1" in client.get(unescape(again)).text
        assert _send(client, field, {"q_Q1": "3"}).status_code == 200
        assert len(responses(database, field)) == 2

    def test_it_can_be_switched_off(self, client: FlaskClient, database: Database, field: Field) -> None:
        change_collector(database, field, once_per_device=False)
        assert "Set-Cookie" not in _send(client, field, {"q_Q1": "2"}).headers
        assert "q_Q1" in client.get(f"/s/{field.code}").text

    def test_the_mark_is_for_its_collector_and_the_same_in_every_browser(
        self, app: Flask, database: Database, office: Office, field: Field
    ) -> None:
        marks = [_send(app.test_client(), field, {"q_Q1": "2"}).headers.getlist("Set-Cookie") for _ in range(3)]
        assert marks[0] == marks[1] == marks[2]
        assert {f"Path=/s/{field.code}", f"Path=/S/{field.code}"} <= set("; ".join(marks[0]).split("; "))
        assert all("HttpOnly" in each and "SameSite=Lax" in each for each in marks[0])
        other = put_into_field(database, office, TINY)
        value = marks[0][0].split(";")[0]
        page = app.test_client(use_cookies=False).get(f"/s/{other.code}", headers={"Cookie": value})
        assert "q_Q1" in page.text


def test_a_closed_questionnaire_says_when(stranger: FlaskClient, database: Database, field: Field) -> None:
    change_survey(database, field, closes_at=NOW - timedelta(days=1))
    answer = stranger.get(f"/s/{field.code}")
    assert answer.status_code == 410
    assert "2026" in re.findall(r"<p>已于(.*?)截止。</p>", answer.text)[0]


def test_a_full_collector_says_so_before_anybody_fills_it_in(
    stranger: FlaskClient, database: Database, field: Field
) -> None:
    change_collector(database, field, quota=1)
    assert "q_Q1" in stranger.get(f"/s/{field.code}").text
    assert _send(stranger, field, {"q_Q1": "2"}).status_code == 200
    assert _send(stranger, field, {"q_Q1": "2"}).status_code == 403
    assert wait_until(lambda: "答卷份数已满" in stranger.get(f"/s/{field.code}").text)
    assert len(responses(database, field)) == 1


def test_a_paused_collector_keeps_the_answers_on_the_phone(
    stranger: FlaskClient, database: Database, field: Field
) -> None:
    change_collector(database, field, state=CollectorState.PAUSED)
    answer = _send(stranger, field, {"q_Q1": "2"})
    assert (answer.status_code, answer.headers["Survey-Answer"]) == (403, "refused")


def test_a_question_coded_consent_is_an_answer(stranger: FlaskClient, database: Database, office: Office) -> None:
    asked = replace(tiny.questionnaire(tiny.single("consent")), consent=Text("我自愿参加。", "I take part."))
    field = put_into_field(database, office, asked)
    assert _send(stranger, field, {"q_consent": "2"}).status_code == 422
    for _ in range(2):  # the second before Flask
        assert _send(stranger, field, {"q_consent": "2", CONSENT: "1"}).status_code == 200
    assert [row.answers for row in responses(database, field)] == [{"consent": "2"}] * 2


def test_the_words_that_a_response_was_given_under_can_be_had_again(
    stranger: FlaskClient, database: Database, office: Office
) -> None:
    """Notice and consent are part of the published version, which never changes and which the response names."""
    told = ("只做汇总统计。", "汇总统计，并用于回访。")
    for words in told:
        asked = replace(TINY, notice=Text(f"告知\n{words}", "Notice"), consent=Text(words, "I take part."))
        field = put_into_field(database, office, asked)
        page = stranger.get(f"/s/{field.code}")
        assert words in page.text
        _send(stranger, field, {"q_Q1": "2", CONSENT: "1"})
        (row,) = responses(database, field)
        with database.reading() as session:
            survey = session.get_one(Survey, field.survey_id)
            assert row.version_id == survey.version_id == field.version_id


@pytest.mark.parametrize(("anonymity", "is_said"), [("anonymous", True), ("named", False)])
def test_what_is_not_collected_is_said_where_it_is_so(
    stranger: FlaskClient, database: Database, field: Field, anonymity: str, is_said: bool
) -> None:
    change_survey(database, field, anonymity=anonymity)
    assert ("不收集：姓名、手机号、微信账号" in stranger.get(f"/s/{field.code}").text) is is_said


class TestFlood:
    """More than people can send: work first, nobody shut out."""

    @pytest.fixture
    def app(self, settings: Settings) -> Iterator[Flask]:
        """An application that takes little for a flood."""
        made = create_app(replace(settings, flood=2))
        yield made
        made.extensions["survey_app.database"].dispose()

    def _send(self, client: FlaskClient, field: Field, address: str = "203.0.113.7", **more: str) -> TestResponse:
        values = {"id": str(uuid4()), "q_Q1": "2", **more}
        return client.post(f"/s/{field.code}", data=values, environ_base={"REMOTE_ADDR": address})

    def test_work_lets_in_and_others_notice_nothing(
        self, stranger: FlaskClient, database: Database, field: Field, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked = next(each for each in (self._send(stranger, field) for _ in range(9)) if each.status_code == 429)
        assert asked.headers["Survey-Answer"] == "later"
        stored = len(responses(database, field))
        ticket, base, modulus, squarings = asked.headers["Survey-Puzzle"].split()
        value = int(base, 16)
        for _ in range(int(squarings)):
            value = value * value % int(modulus, 16)
        number = _inputs(asked)["id"]
        thanks = self._send(stranger, field, id=number, work=f"{ticket}.{value:x}")
        assert thanks.status_code == 200
        assert self._send(stranger, field, work=f"{ticket}.{value:x}").status_code == 429
        assert self._send(stranger, field, "198.51.100.9").status_code == 200
        assert len(responses(database, field)) == stored + 2
        assert "203.0.113.7" not in caplog.text

    def test_without_a_script_the_answers_wait_on_a_page(self, stranger: FlaskClient, field: Field) -> None:
        asked = next(each for each in (self._send(stranger, field) for _ in range(9)) if each.status_code == 429)
        kept = _inputs(asked)
        assert kept["q_Q1"] == "2"
        assert self._send(stranger, field, **kept).status_code == 429  # too early
