"""A worker's pages over HTTP: what is answered, with which status, and what is not kept."""

import gzip
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import uuid4

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey_app import library
from survey_app.questionnaire.definition import VARIABLES
from survey_app.questionnaire.rules import Is
from survey_app.questionnaire.text import Text
from survey_app.services.collect import CONSENT
from survey_app.storage.models import PartialResponse, Unit
from survey_app.storage.session import Database
from survey_app.words import SurveyState
from tests.support import tiny
from tests.support.field import A_W_ANSWERS, Field, change_survey, put_into_field, responses
from tests.support.office import Office, make_office
from tests.support.waiting import wait_until

TINY = replace(
    tiny.questionnaire(
        tiny.section("one", tiny.single("Q1", required=True)),
        tiny.section("two", tiny.single("Q2", required=True), shown_if=Is("Q1", "1")),
        tiny.section("three", tiny.multiple("Q3")),
    ),
    closing=Text("谢谢您的意见。", "Thank you for your opinion."),
)
PAGED = replace(TINY, paged=True, consent=Text("我自愿参加。", "I take part."))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The phones of many workers, none of which has been here before."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    return put_into_field(database, office, TINY)


def _form(page: TestResponse, answers: Mapping[str, object]) -> MultiDict[str, str]:
    """What a browser without scripts would send."""
    names = {name: name if name in {CONSENT, "go", "invitation", "password"} else f"q_{name}" for name in answers}
    given = {names[name]: value for name, value in answers.items()}
    return MultiDict({"id": _id(page), "seconds": "", **given})


def _id(page: TestResponse) -> str:
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', page.text)
    assert found
    return found[1]


def _action(page: TestResponse) -> str:
    found = re.search(r'<form id="form" method="post" action="([^"]+)"', page.text)
    assert found
    return unescape(found[1])


def _open(client: FlaskClient, field: Field, **options: object) -> TestResponse:
    page = client.get(f"/s/{field.code}", **options)
    assert page.status_code == 200
    return page


def _send(client: FlaskClient, page: TestResponse, answers: Mapping[str, object]) -> TestResponse:
    return client.post(_action(page), data=_form(page, answers))


def test_answers_are_taken_and_thanked(client: FlaskClient, database: Database, field: Field) -> None:
    answer = _send(client, _open(client, field), {"Q1": "2", "Q3": ["1", "4"]})
    assert answer.status_code == 200
    assert "已提交，谢谢您" in answer.text
    assert "谢谢您的意见。" in answer.text
    assert [row.answers for row in responses(database, field)] == [{"Q1": "2", "Q3": ["1", "4"]}]


def test_the_same_page_sent_again_is_thanked_again_and_stored_once(
    client: FlaskClient, database: Database, field: Field
) -> None:
    page = _open(client, field)
    first, second = (_send(client, page, {"Q1": "2"}) for _ in range(2))
    assert first.text == second.text
    assert len(responses(database, field)) == 1


def test_two_views_of_the_page_are_two_forms(client: FlaskClient, field: Field) -> None:
    assert _id(_open(client, field)) != _id(_open(client, field))


@pytest.mark.parametrize("path", ["/s/{}", "/S/{}", "/s/{}/"])
@pytest.mark.parametrize("write", [str.upper, str.lower])
def test_codes_work_in_either_case_without_a_redirect(
    client: FlaskClient, field: Field, path: str, write: object
) -> None:
    assert callable(write)
    assert client.get(path.format(write(field.code))).status_code == 200


def test_looking_writes_nothing_and_reads_one_row_at_most(
    client: FlaskClient, database: Database, app: Flask, field: Field
) -> None:
    _open(client, field)  # decodes the version
    statements: list[str] = []
    engine = app.extensions["survey_app.database"].engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2].split()[0]))
    assert wait_until(lambda: _open(client, field).status_code == 200 and bool(statements))
    assert [each for each in statements if each != "BEGIN"] == ["SELECT"]


def test_no_cookie_tells_who_it_is_and_no_address_is_logged(
    client: FlaskClient, field: Field, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = _open(client, field, environ_base={"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Phone/1"})
    answer = _send(client, page, {"Q1": "2"})
    other = _send(client, _open(client, field), {"Q1": "1", "Q2": "1"})
    assert "Set-Cookie" not in page.headers
    assert answer.headers.getlist("Set-Cookie") == other.headers.getlist("Set-Cookie") != []
    assert "203.0.113.77" not in caplog.text
    assert "Phone/1" not in caplog.text


def test_what_was_typed_stays_beside_its_error(client: FlaskClient, database: Database, office: Office) -> None:
    field = put_into_field(database, office, library.template("A_E").questionnaire)
    answer = _send(client, _open(client, field), {"E20a": "十二", "E30": "多办<b>培训</b>", "E10": "2"})
    assert answer.status_code == 422
    assert responses(database, field) == []
    assert 'value="十二"' in answer.text
    assert "多办&lt;b&gt;培训&lt;/b&gt;</textarea>" in answer.text
    assert re.search(r'name="q_E10" value="2"\s+checked', answer.text)
    summary = answer.text[answer.text.index('class="summary"') : answer.text.index("<form")]
    for anchor in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{anchor}"' in answer.text
        assert f'id="e_{anchor}"' in answer.text
    assert "#q_E20a" in summary
    assert "#q_E01" in summary


def test_form_after_an_error_can_be_sent(client: FlaskClient, database: Database, field: Field) -> None:
    page = _open(client, field)
    wrong = _send(client, page, {"Q3": "1"})
    assert wrong.status_code == 422
    assert _id(wrong) == _id(page)
    assert _send(client, wrong, {"Q1": "2", "Q3": "1"}).status_code == 200
    assert len(responses(database, field)) == 1


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"state": SurveyState.PREPARED}, 403, "问卷尚未开放"),
        ({"state": SurveyState.PAUSED}, 403, "问卷暂停填写"),
        ({"state": SurveyState.CLOSED}, 410, "问卷已经截止"),
    ],
)
def test_a_survey_that_takes_nothing_says_why(
    client: FlaskClient, database: Database, field: Field, values: dict[str, object], status: int, words: str
) -> None:
    page = _open(client, field)
    change_survey(database, field, **values)
    sent = _send(client, page, {"Q1": "2"})  # at once, although the page may be shown for a moment more
    assert responses(database, field) == []
    assert wait_until(lambda: client.get(f"/s/{field.code}").status_code == status)
    for answer in (sent, client.get(f"/s/{field.code}")):
        assert answer.status_code == status
        assert words in answer.text


def test_unknown_code_is_not_found_in_either_language(client: FlaskClient) -> None:
    assert "没有找到这份问卷" in client.get("/s/ABCDEFGH").text
    answer = client.get("/s/ABCDEFGH?lang=en")
    assert answer.status_code == 404
    assert "There is no questionnaire under this code" in answer.text
    assert '<html lang="en">' in answer.text


def test_language_of_the_page_goes_with_the_answers(client: FlaskClient, database: Database, field: Field) -> None:
    page = client.get(f"/s/{field.code}?lang=en")
    assert "Thank you" in _send(client, page, {"Q1": "2"}).text
    assert responses(database, field)[0].locale == "en"


@pytest.mark.parametrize("value", ["", "x", "1" * 32 + "x", "0"])
def test_a_strange_submission_id_loses_nothing(
    client: FlaskClient, database: Database, field: Field, value: str
) -> None:
    answer = client.post(f"/s/{field.code}", data={"q_Q1": "2", "id": value, "seconds": "nan"})
    assert answer.status_code == 200
    assert len(responses(database, field)) == 1


def test_too_large_a_submission_is_refused_politely(client: FlaskClient, database: Database, field: Field) -> None:
    answer = client.post(f"/s/{field.code}", data={"q_Q1": "2", "q_Q3": "x" * 300_000})
    assert answer.status_code == 413
    assert "填写的文字过多" in answer.text
    assert responses(database, field) == []


def test_whole_page_is_one_small_file(client: FlaskClient, database: Database, office: Office) -> None:
    field = put_into_field(database, office, library.template("A_W").questionnaire)
    for language in ("zh_Hans_CN", "en"):
        for coding in ("gzip", "br"):
            sent = client.get(f"/s/{field.code}?lang={language}", headers={"Accept-Encoding": coding})
            assert sent.headers["Content-Encoding"] == coding
            assert len(sent.data) <= 14 * 1024
        page = client.get(f"/s/{field.code}?lang={language}")
        assert not re.search(r'(src|href)="(?!data:,|#|\?lang=)', page.text)


@pytest.mark.parametrize(
    ("wish", "coding", "unpack"),
    [
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_the_compressed_page_is_the_same_page(
    client: FlaskClient, field: Field, wish: str, coding: str | None, unpack: Callable[[bytes], bytes]
) -> None:
    plain = _open(client, field)
    packed = _open(client, field, headers={"Accept-Encoding": wish})
    assert packed.headers.get("Content-Encoding") == coding
    assert {"Accept-Encoding", "Accept-Language"} <= set(packed.headers["Vary"].split(", "))
    text = unpack(packed.data).decode()
    own = re.search(r'name="id" value="([^"]+)"', text)
    assert own
    assert own[1] != _id(plain)
    assert text.replace(own[1], _id(plain)) == plain.text


def test_a_kept_page_follows_what_it_is_made_of(client: FlaskClient, database: Database, office: Office) -> None:
    field = put_into_field(database, office, library.template("A_W").questionnaire)
    assert "江岸武钢驻点" in _open(client, field).text
    with database.transaction() as session:
        session.get_one(Unit, office.postings[0].unit_id).name = "新武钢"
    assert wait_until(lambda: "新武钢驻点" in _open(client, field).text)


def test_options_in_random_order_differ_between_views(
    client: FlaskClient, database: Database, office: Office
) -> None:
    field = put_into_field(database, office, library.template("C").questionnaire)
    orders = {tuple(re.findall(r'name="q_C20" value="(\d+)"', _open(client, field).text)) for _ in range(6)}
    assert len(orders) > 1


def test_policy_allows_the_pages_own_script_only(client: FlaskClient, field: Field) -> None:
    policy = _open(client, field).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_failure_is_told_and_logged_without_answers(
    app: Flask, database: Database, field: Field, caplog: pytest.LogCaptureFixture
) -> None:
    client = app.test_client()
    page = _open(client, field)
    with database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE response RENAME TO elsewhere")
    answer = _send(client, page, {"Q1": "2", "Q3": ["3", "4"]})
    assert answer.status_code == 503
    assert "不会重复计算" in answer.text
    assert "respondent's page failed" in caplog.text
    assert "Q3" not in caplog.text
    assert _id(page) not in caplog.text


class TestPaged:
    """One page for each section, with the answers so far kept on the server."""

    @pytest.fixture
    def field(self, database: Database, office: Office) -> Field:
        return put_into_field(database, office, PAGED)

    def _partials(self, database: Database) -> int:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(PartialResponse)) or 0

    def _turn(self, client: FlaskClient, page: TestResponse, answers: Mapping[str, object]) -> TestResponse:
        turned = _send(client, page, answers)
        assert turned.status_code == 303, turned.text
        return client.get(turned.headers["Location"])

    def test_whole_way_forward(self, client: FlaskClient, database: Database, field: Field) -> None:
        first = _open(client, field)
        assert self._partials(database) == 0
        second = self._turn(client, first, {CONSENT: "1", "Q1": "1"})
        assert 'id="q_Q2"' in second.text
        assert 'id="q_Q1"' not in second.text
        third = self._turn(client, second, {"Q2": "3"})
        thanks = _send(client, third, {"Q3": ["2"]})
        assert "已提交，谢谢您" in thanks.text
        (row,) = responses(database, field)
        assert row.answers == {"Q1": "1", "Q2": "3", "Q3": ["2"]}
        assert self._partials(database) == 0
        assert str(row.id) not in _action(third)

    def test_sections_off_the_path_are_passed_over(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        second = self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "2"})
        assert 'id="q_Q3"' in second.text

    def test_back_shows_what_was_filled_in_and_keeps_this_page(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        second = self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "1"})
        first = self._turn(client, second, {"Q2": "3", "go": "back"})
        assert re.search(r'name="q_Q1" value="1"\s+checked', first.text)
        assert re.search(r'name="consent-given" value="1" required checked', first.text)
        second = self._turn(client, first, {CONSENT: "1", "Q1": "1"})
        assert re.search(r'name="q_Q2" value="3"\s+checked', second.text)

    def test_changing_the_way_drops_what_is_off_it(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        second = self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "1"})
        first = self._turn(client, second, {"Q2": "3", "go": "back"})
        third = self._turn(client, first, {CONSENT: "1", "Q1": "2"})
        _send(client, third, {"Q3": ["1"]})
        assert responses(database, field)[0].answers == {"Q1": "2", "Q3": ["1"]}

    def test_errors_of_this_section_only(self, client: FlaskClient, field: Field) -> None:
        answer = _send(client, _open(client, field), {})
        assert answer.status_code == 422
        assert 'href="#q_consent-given"' in answer.text
        assert 'href="#q_Q1"' in answer.text
        assert "q_Q2" not in answer.text

    def test_last_page_sent_twice_is_thanked_twice(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        last = self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "2"})
        for _ in range(2):
            assert "已提交，谢谢您" in _send(client, last, {"Q3": ["1"]}).text
        assert len(responses(database, field)) == 1

    def test_from_two_windows_it_is_sent_once(self, client: FlaskClient, database: Database, field: Field) -> None:
        turned = _send(client, _open(client, field), {CONSENT: "1", "Q1": "2"})
        windows = [client.get(turned.headers["Location"]) for _ in range(2)]
        assert [_send(client, each, {"Q3": ["1"]}).status_code for each in windows] == [200, 410]
        assert len(responses(database, field)) == 1

    def test_a_section_skipped_by_its_address_is_asked_before_sending(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        second = self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "1"})
        third = client.get(_action(second).replace("/two", "/three"))
        answer = _send(client, third, {"Q3": ["1"]})
        assert answer.status_code == 422
        assert 'href="#q_Q2"' in answer.text
        assert responses(database, field) == []

    def test_unknown_drafts_have_expired(self, client: FlaskClient, field: Field) -> None:
        answer = client.get(f"/s/{field.code}/{uuid4()}/two")
        assert answer.status_code == 410
        assert f"/s/{field.code}" in answer.text

    def test_no_more_is_kept_than_a_field_takes(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "2", "go": "back"})
        long = _send(client, _open(client, field), {CONSENT: "x" * 100_000, "Q1": "2", "go": "back"})
        assert long.status_code == 303
        with database.reading() as session:
            assert all(len(str(row.raw)) < 1000 for row in session.scalars(select(PartialResponse)))

    def test_drafts_of_another_collector_are_not_shown(
        self, client: FlaskClient, database: Database, office: Office, field: Field
    ) -> None:
        other = put_into_field(database, office, PAGED)
        second = self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "1"})
        assert client.get(_action(second).replace(field.code, other.code)).status_code == 410

    def test_drafts_expire_and_are_purged(self, client: FlaskClient, database: Database, field: Field) -> None:
        second = self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "1"})
        with database.transaction() as session:
            row = session.scalars(select(PartialResponse)).one()
            row.expires_at -= timedelta(days=8)
        assert client.get(_action(second)).status_code == 410
        self._turn(client, _open(client, field), {CONSENT: "1", "Q1": "1"})
        assert self._partials(database) == 1


def test_every_shipped_questionnaire_makes_a_page(client: FlaskClient, database: Database) -> None:
    office = make_office(database, is_sample=True)
    for template in library.templates():
        field = put_into_field(database, office, template.questionnaire)
        page = _open(client, field)
        assert "示例数据" in page.text
        for code in template.questionnaire.fields:
            assert f'name="q_{code}"' in page.text
        assert not any(f"{{{name}}}" in page.text for name in VARIABLES)


def test_shipped_questionnaire_is_sent(client: FlaskClient, database: Database, office: Office) -> None:
    field = put_into_field(database, office, library.template("A_W").questionnaire)
    answer = _send(client, _open(client, field), {code: list(values) for code, values in A_W_ANSWERS.items()})
    assert answer.status_code == 200
    assert len(responses(database, field)) == 1


class TestServedAgain:
    """The second worker with the same wishes is served from memory: what must not change by that."""

    def test_the_second_answer_is_the_first_with_another_id(self, client: FlaskClient, field: Field) -> None:
        for coding in ("identity", "gzip"):
            first, second = (_open(client, field, headers={"Accept-Encoding": coding}) for _ in range(2))
            texts = [
                gzip.decompress(each.data).decode() if coding == "gzip" else each.text for each in (first, second)
            ]
            ids = [re.findall(r'name="id" value="([^"]+)"', text)[0] for text in texts]
            assert ids[0] != ids[1]
            assert texts[0].replace(ids[0], ids[1]) == texts[1]
            assert dict(first.headers) == dict(second.headers)

    def test_every_answer_is_stored_with_its_own_values(
        self, client: FlaskClient, database: Database, field: Field
    ) -> None:
        for chosen in ("2", "3", "2"):
            page = _open(client, field)
            thanks = client.post(_action(page), data={**_form(page, {"Q1": chosen}), "seconds": "12", "Q3": "4"})
            assert "已提交，谢谢您" in thanks.text
        rows = responses(database, field)
        assert sorted(row.answers["Q1"] for row in rows) == ["2", "2", "3"]
        assert {row.seconds for row in rows} == {12}
        assert all("Q3" not in row.answers for row in rows)

    def test_languages_stay_apart(self, client: FlaskClient, field: Field) -> None:
        for _ in range(2):
            assert '<html lang="en">' in _open(client, field, headers={"Accept-Language": "en-GB"}).text
            assert '<html lang="zh-Hans">' in _open(client, field, headers={"Accept-Language": "zh"}).text

    def test_problems_are_told_after_thanks(self, client: FlaskClient, database: Database, field: Field) -> None:
        for _ in range(2):
            assert _send(client, _open(client, field), {"Q1": "2"}).status_code == 200
        wrong = _send(client, _open(client, field), {"Q3": "1"})
        assert wrong.status_code == 422
        assert len(responses(database, field)) == 2

    def test_the_same_id_is_thanked_again(self, client: FlaskClient, database: Database, field: Field) -> None:
        pages = [_open(client, field) for _ in range(2)]
        for page in (*pages, *pages):
            assert _send(client, page, {"Q1": "2"}).status_code == 200
        assert len(responses(database, field)) == 2

    def test_nobody_is_given_the_cookie_of_somebody_else(self, app: Flask, field: Field) -> None:
        signed_in, worker = app.test_client(), app.test_client()
        with signed_in.session_transaction() as session:
            session["locale"] = "en"
            session.permanent = True
        for client in (signed_in, worker, signed_in, worker):
            answer = _open(client, field)
            if client is worker:
                assert "Set-Cookie" not in answer.headers
