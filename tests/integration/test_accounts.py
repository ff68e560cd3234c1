"""Signing in and out, passwords and sessions, through the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import create_app
from survey_app.config import Settings
from survey_app.services import accounts, passwords, throttle, users
from survey_app.storage.models import AuditEntry, Throttle, User
from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.sessions import PASSWORD
from tests.support.union import NOW, Union, make_union, send, signed_in, token

_LEADER = "north.leader"
_NEW = "a fresh and longer one"


@pytest.fixture
def union(database: Database) -> Union:
    """The union whose people sign in here."""
    return make_union(database)


@pytest.fixture
def second_app(settings: Settings) -> Iterator[Flask]:
    """Another web worker on the same database."""
    application = create_app(settings)
    yield application
    application.extensions["survey_app.database"].dispose()


def _words(answer_text: str) -> str:
    """The page without its token, which differs each time."""
    return re.sub(r'value="[^"]*"', "", answer_text)


def test_passwords_are_kept_as_argon2_hashes_only(database: Database, union: Union) -> None:
    with database.reading() as session:
        stored = session.query(User).filter_by(username=_LEADER).one().password_hash
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


def test_signing_in_leads_to_the_first_page(app: Flask, union: Union) -> None:
    client = signed_in(app, _LEADER)
    assert client.get("/").location == "/campaigns/"
    assert signed_in(app, "north.team_member").get("/").location == "/visits/"
    assert "退出登录" in client.get("/campaigns/").get_data(as_text=True)


def test_a_wrong_password_and_an_unknown_name_look_alike(client: FlaskClient, union: Union) -> None:
    wrong = send(client, "/sign-in", username=_LEADER, password="not this one")
    unknown = send(client, "/sign-in", username="nobody.here", password="not this one")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "用户名或密码不正确" in wrong.get_data(as_text=True)
    assert _words(wrong.get_data(as_text=True)) == _words(unknown.get_data(as_text=True))


def test_a_closed_account_looks_like_a_wrong_password(
    client: FlaskClient, database: Database, union: Union
) -> None:
    key = union.north.people[Role.LEADER].user_id
    users.close_user(database, actor=union.administrator, user_id=key or 0, now=NOW)
    answer = send(client, "/sign-in", username=_LEADER, password=PASSWORD)
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.get_data(as_text=True)


def test_a_refused_sign_in_is_logged_without_what_was_typed(
    client: FlaskClient, database: Database, union: Union
) -> None:
    send(client, "/sign-in", username="my secret typed into the wrong field", password="x")
    with database.reading() as session:
        entry = session.query(AuditEntry).filter_by(action="sign_in_refused").one()
    assert (entry.actor_id, entry.subject_id, entry.detail) == (None, "", {})


def test_a_one_time_password_is_changed_before_anything_else(app: Flask, database: Database, union: Union) -> None:
    key = union.north.people[Role.LEADER].user_id
    _user, password = users.reset_password(
        database, actor=union.administrator, user_id=key or 0, now=datetime.now(UTC)
    )
    client = signed_in(app, _LEADER, password)
    for address in ("/campaigns/", "/visits/", "/units/"):
        assert client.get(address).location == "/password"
    assert client.post("/visits/1/record", data={"csrf_token": token(client)}).location == "/password"
    refused = send(client, "/password", new=password, again=password)
    assert refused.status_code == 422
    changed = send(client, "/password", new=_NEW, again=_NEW)
    assert changed.status_code == 302
    assert client.get("/campaigns/").status_code == 200
    assert send(app.test_client(), "/sign-in", username=_LEADER, password=password).status_code == 422
    assert signed_in(app, _LEADER, _NEW).get("/campaigns/").status_code == 200


def test_an_expired_one_time_password_says_how_to_get_another(app: Flask, database: Database, union: Union) -> None:
    key = union.north.people[Role.LEADER].user_id or 0
    past = datetime.now(UTC) - timedelta(hours=73)
    _user, password = users.reset_password(database, actor=union.administrator, user_id=key, now=past)
    answer = send(app.test_client(), "/sign-in", username=_LEADER, password=password)
    assert answer.status_code == 422
    assert "一次性密码已过期" in answer.text
    administrator = signed_in(app, "root")
    assert all("一次性密码已过期" in administrator.get(page).text for page in ("/users/", f"/users/{key}"))
    page = send(administrator, f"/users/{key}/reset").text
    (again,) = re.findall(r"<code class=\"one-time\">([^<]+)</code>", page)
    assert "之前有效" in page
    assert signed_in(app, _LEADER, again).get("/campaigns/").location == "/password"


def test_whoever_must_change_the_password_sees_the_rules_and_no_menu_that_leads_nowhere(
    app: Flask, database: Database, union: Union
) -> None:
    key = union.north.people[Role.LEADER].user_id
    _user, password = users.reset_password(
        database, actor=union.administrator, user_id=key or 0, now=datetime.now(UTC)
    )
    client = signed_in(app, _LEADER, password)
    page = client.get("/password").get_data(as_text=True)
    assert f"至少 {passwords.SHORTEST} 个字符" in page
    assert f'minlength="{passwords.SHORTEST}"' in page
    assert "<nav" not in page
    assert 'name="present"' not in page
    send(client, "/password", new=_NEW, again=_NEW)
    assert "<nav" in client.get("/password").get_data(as_text=True)


def test_the_one_time_password_is_asked_for_again_at_a_desk_left_open(
    app: Flask, database: Database, union: Union
) -> None:
    key = union.north.people[Role.LEADER].user_id
    _user, password = users.reset_password(
        database, actor=union.administrator, user_id=key or 0, now=datetime.now(UTC)
    )
    client = signed_in(app, _LEADER, password)
    with client.session_transaction() as cookie:
        cookie["proved_until"] = int(datetime.now(UTC).timestamp()) - 1
    assert 'name="present"' in client.get("/password").get_data(as_text=True)
    assert send(client, "/password", new=_NEW, again=_NEW).status_code == 422


def test_a_present_password_that_was_right_is_not_asked_for_again(app: Flask, union: Union) -> None:
    client = signed_in(app, _LEADER)
    refused = send(client, "/password", present=PASSWORD, new="too short", again="too short")
    page = refused.get_data(as_text=True)
    assert "至少需要 10 个字符" in page
    assert "当前密码已核对无误" in page
    assert 'name="present"' not in page
    assert "too short" not in page
    assert send(client, "/password", new=_NEW, again=_NEW).status_code == 302
    assert 'name="present"' in client.get("/password").get_data(as_text=True)


def test_changing_the_password_ends_the_other_sessions(app: Flask, union: Union) -> None:
    here, there = signed_in(app, _LEADER), signed_in(app, _LEADER)
    send(here, "/password", present=PASSWORD, new=_NEW, again=_NEW)
    assert here.get("/campaigns/").status_code == 200
    assert there.get("/campaigns/").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("present", "new", "again", "words"),
    [
        ("not this one", _NEW, _NEW, "当前密码不正确"),
        (PASSWORD, _NEW, _NEW + "x", "两次输入的新密码不一致"),
        (PASSWORD, "too short", "too short", "至少需要 10 个字符"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "容易被猜到"),
        (PASSWORD, "north.leader 2026", "north.leader 2026", "容易被猜到"),
        (PASSWORD, PASSWORD, PASSWORD, "与当前密码相同"),
    ],
)
def test_a_bad_change_of_password_says_why(
    app: Flask, union: Union, present: str, new: str, again: str, words: str
) -> None:
    client = signed_in(app, _LEADER)
    answer = send(client, "/password", present=present, new=new, again=again)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert signed_in(app, _LEADER)


def test_the_present_password_cannot_be_guessed_from_an_open_desk(app: Flask, union: Union) -> None:
    client = signed_in(app, _LEADER)
    for number in range(accounts.PASSWORD_CHANGES):
        send(client, "/password", present=f"guess {number}", new=_NEW, again=_NEW)
    answer = send(client, "/password", present=PASSWORD, new=_NEW, again=_NEW)
    assert answer.status_code == 422
    assert "尝试次数过多" in answer.get_data(as_text=True)


def test_guessing_is_limited_across_web_workers(app: Flask, second_app: Flask, union: Union) -> None:
    clients = [app.test_client(), second_app.test_client()]
    for number in range(accounts.SIGN_INS_PER_NAME_AND_ADDRESS):
        answer = send(clients[number % 2], "/sign-in", username=_LEADER, password=f"guess {number}")
        assert "用户名或密码不正确" in answer.get_data(as_text=True)
    for client in clients:
        answer = send(client, "/sign-in", username=_LEADER.upper(), password=PASSWORD)
        assert answer.status_code == 422
        assert "尝试次数过多" in answer.get_data(as_text=True)
    # Colleagues behind the same router get in all the same.
    assert signed_in(second_app, "north.organiser").get("/campaigns/").status_code == 200


def test_limits_are_per_name_per_address_and_over_after_a_while(database: Database, union: Union) -> None:
    def attempt(name: str, address: str, *, password: str = PASSWORD, minutes: int = 0) -> None:
        accounts.sign_in(
            database,
            key="k" * 32,
            username=name,
            password=password,
            address=address,
            now=NOW + timedelta(minutes=minutes),
        )

    for number in range(accounts.SIGN_INS_PER_NAME_AND_ADDRESS):
        with pytest.raises(accounts.SignInRefused):
            attempt(_LEADER, "192.0.2.1", password=f"guess {number}")
    with pytest.raises(throttle.TooManyAttempts):
        attempt(_LEADER, "192.0.2.1")
    attempt(_LEADER, "198.51.100.7")
    attempt("south.leader", "192.0.2.1")
    attempt(_LEADER, "192.0.2.1", minutes=16)


def test_a_name_is_limited_from_all_addresses_together(
    database: Database, union: Union, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SIGN_INS_PER_NAME", 3)
    monkeypatch.setattr(accounts, "SIGN_INS_PER_ADDRESS", 5)

    def attempt(name: str, address: str) -> None:
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in(database, key="k" * 32, username=name, password="x", address=address, now=NOW)

    for number in range(3):
        attempt(_LEADER, f"192.0.2.{number}")
    with pytest.raises(throttle.TooManyAttempts):
        accounts.sign_in(database, key="k" * 32, username=_LEADER, password=PASSWORD, address="192.0.2.9", now=NOW)
    for number in range(5):
        attempt(f"somebody{number}", "203.0.113.5")
    with pytest.raises(throttle.TooManyAttempts):
        accounts.sign_in(database, key="k" * 32, username="last.one", password="x", address="203.0.113.5", now=NOW)


def test_what_is_counted_names_nobody(client: FlaskClient, database: Database, union: Union) -> None:
    send(client, "/sign-in", username=_LEADER, password="x")
    with database.reading() as session:
        buckets = [row.bucket for row in session.query(Throttle)]
    assert buckets
    assert all(re.fullmatch("[0-9a-f]{64}", bucket) for bucket in buckets)


def test_a_form_without_its_token_is_refused_with_advice(app: Flask, union: Union) -> None:
    client = signed_in(app, "north.organiser")
    answer = client.post("/campaigns/new", data={"name": "伪造"})
    assert answer.status_code == 400
    assert "页面已过期" in answer.get_data(as_text=True)
    assert "伪造" not in client.get("/campaigns/").get_data(as_text=True)
    assert app.test_client().post("/sign-in", data={"username": _LEADER, "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/visits/?only=overdue", "/visits/?only=overdue"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("http:/evil.example", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, union: Union, asked: str, goes_to: str) -> None:
    answer = client.post(
        "/sign-in",
        query_string={"next": asked},
        data={"username": _LEADER, "password": PASSWORD, "csrf_token": token(client)},
    )
    assert (answer.status_code, answer.location) == (302, goes_to)


def test_a_page_that_asks_to_sign_in_is_come_back_to(client: FlaskClient, union: Union) -> None:
    asked = client.get("/visits/?only=overdue").location
    answer = client.post(asked, data={"username": _LEADER, "password": PASSWORD, "csrf_token": token(client)})
    assert answer.location == "/visits/?only=overdue"


def test_signing_in_begins_a_fresh_session(client: FlaskClient, union: Union) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    before = token(client)
    send(client, "/sign-in", username=_LEADER, password=PASSWORD)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
    assert token(client) != before
    answer = client.post("/language", data={"locale": "en", "csrf_token": before})
    assert answer.status_code == 400


def test_signing_out_ends_the_session(app: Flask, union: Union) -> None:
    client = signed_in(app, _LEADER)
    assert send(client, "/sign-out").location == "/sign-in"
    assert client.get("/campaigns/").location.startswith("/sign-in")


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(app: Flask, union: Union) -> None:
    client, thief = signed_in(app, _LEADER), app.test_client()
    copied = client.get_cookie("survey_session")
    assert copied is not None
    thief.set_cookie("survey_session", copied.value)
    assert thief.get("/campaigns/").status_code == 200
    send(client, "/sign-out")
    assert thief.get("/campaigns/").location.startswith("/sign-in")
    assert signed_in(app, _LEADER).get("/campaigns/").status_code == 200


def test_a_session_ends_after_its_hours_however_much_it_is_used(app: Flask, union: Union) -> None:
    client = signed_in(app, _LEADER)
    client.get("/campaigns/")  # its forms get their token
    assert "Set-Cookie" not in client.get("/campaigns/").headers
    with client.session_transaction() as cookie:
        left = cookie["until"] - datetime.now(UTC).timestamp()
        cookie["until"] -= left + 1
    assert 11 * 3600 < left <= 12 * 3600
    assert client.get("/campaigns/").location.startswith("/sign-in")


def test_whoever_signs_in_rightly_is_never_locked_out(database: Database, union: Union) -> None:
    for _ in range(accounts.SIGN_INS_PER_NAME_AND_ADDRESS + 1):
        accounts.sign_in(database, key="k" * 32, username=_LEADER, password=PASSWORD, address="192.0.2.1", now=NOW)


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient, union: Union) -> None:
    answer = send(client, "/sign-in", username=_LEADER, password=PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_language_is_remembered(app: Flask, union: Union) -> None:
    client = signed_in(app, _LEADER)
    assert send(client, "/language", locale="en", next="/units/").location == "/units/"
    assert "Sign out" in client.get("/units/").get_data(as_text=True)
    assert "Sign out" in signed_in(app, _LEADER).get("/units/").get_data(as_text=True)


def test_the_one_time_password_is_shown_once(app: Flask, union: Union, database: Database) -> None:
    client = signed_in(app, "north.administrator")
    answer = send(client, "/users/new", username="li.min", name="李敏", role="leader", unit_id=union.north.unit.id)
    shown = re.search(r'class="one-time">([^<]+)<', answer.get_data(as_text=True))
    assert shown is not None
    assert answer.headers["Cache-Control"] == "no-store"
    with database.reading() as session:
        made = session.query(User).filter_by(username="li.min").one()
        entries = session.query(AuditEntry).filter_by(action="user_created", subject_id=str(made.id)).all()
    assert [shown[1] in str(entry.detail) for entry in entries] == [False]
    assert shown[1] not in client.get(f"/users/{made.id}").get_data(as_text=True)
    assert signed_in(app, "li.min", shown[1]).get("/campaigns/").location == "/password"
