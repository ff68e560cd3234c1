"""Personal tokens: what their owner may read, nothing else, no longer than they last; and the description of it."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.services import tokens, users
from survey_app.services.access import SYSTEM, Actor, NotFound, Permission
from survey_app.storage.models import AccessToken, AuditEntry
from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.evaluated import NOW, Evaluated, make_campaign, make_evaluated, sign_up
from tests.support.sessions import client_of
from tests.support.union import token as csrf

KEY = "key"


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign."""
    return make_evaluated(database)


@pytest.fixture
def organiser(database: Database, made: Evaluated) -> Actor:
    """Somebody who may do more than read."""
    return sign_up(database, made.unit, username="organiser", role=Role.ORGANISER)


def _reader(database: Database, secret: str, *, after: timedelta = timedelta(), address: str = "1.2.3.4") -> Actor:
    return tokens.reader(database, key=KEY, secret=secret, address=address, now=NOW + after)


def test_a_token_reads_and_does_nothing_else(database: Database, organiser: Actor) -> None:
    token, secret = tokens.make(database, actor=organiser, name="报表", days=30, now=NOW)
    found = _reader(database, secret)
    assert found.user_id == organiser.user_id
    assert found.paths(Permission.READ_RESULTS) == organiser.paths(Permission.READ_RESULTS)
    assert not any(found.has(each) for each in Permission if each is not Permission.READ_RESULTS)
    with database.reading() as session:
        kept = session.get_one(AccessToken, token.id)
        assert secret not in str(vars(kept))
        assert kept.used_on is not None
        actions = [each.action for each in session.query(AuditEntry) if each.subject_kind == "access_token"]
        assert actions == ["token_made", "token_used"]
        assert not [each for each in session.query(AuditEntry) if secret in str(each.detail)]


def test_a_token_ends(database: Database, organiser: Actor) -> None:
    token, secret = tokens.make(database, actor=organiser, name="报表", days=30, now=NOW)
    _reader(database, secret, after=timedelta(days=29))
    with pytest.raises(tokens.TokenRefused):
        _reader(database, secret, after=timedelta(days=30))
    tokens.revoke(database, actor=organiser, token_id=token.id, now=NOW)
    with pytest.raises(tokens.TokenRefused):
        _reader(database, secret)
    with pytest.raises(tokens.TokenRefused):
        _reader(database, secret + "x")


def test_a_closed_account_reads_nothing(database: Database, made: Evaluated, organiser: Actor) -> None:
    _token, secret = tokens.make(database, actor=organiser, name="报表", days=30, now=NOW)
    assert organiser.user_id is not None
    users.close_user(database, actor=SYSTEM, user_id=organiser.user_id, now=NOW)
    with pytest.raises(tokens.TokenRefused):
        _reader(database, secret)


def test_who_reads_nothing_makes_no_token(database: Database, made: Evaluated) -> None:
    member = sign_up(database, made.unit, username="member", role=Role.TEAM_MEMBER)
    with pytest.raises(NotFound):
        tokens.make(database, actor=member, name="报表", days=30, now=NOW)


def test_tokens_are_ones_own(database: Database, made: Evaluated, organiser: Actor) -> None:
    token, secret = tokens.make(database, actor=organiser, name="报表", days=30, now=NOW)
    other = sign_up(database, made.unit, username="other")
    with pytest.raises(NotFound):
        tokens.revoke(database, actor=other, token_id=token.id, now=NOW)
    assert not tokens.mine(database, actor=other)
    _reader(database, secret)


def test_guessing_and_asking_have_limits(database: Database, organiser: Actor) -> None:
    _token, secret = tokens.make(database, actor=organiser, name="报表", days=30, now=NOW)
    for number in range(tokens.GUESSES.most):
        with pytest.raises(tokens.TokenRefused):
            _reader(database, f"sat_{number}")
    with pytest.raises(tokens.throttle.TooManyAttempts):
        _reader(database, secret)
    _reader(database, secret, address="5.6.7.8")
    for _ in range(tokens.MOST - 1):
        tokens.make(database, actor=organiser, name="再一个", days=30, now=NOW)
    with pytest.raises(tokens.TooManyTokens):
        tokens.make(database, actor=organiser, name="太多", days=30, now=NOW)


def _made_on_the_page(client: FlaskClient) -> str:
    form = {"csrf_token": csrf(client), "name": "每周报表", "days": "30"}
    page = client.post("/tokens/", data=form).text
    found = re.search(r'class="one-time">(sat_[^<]+)<', page)
    assert found is not None
    assert found.group(1) not in client.get("/tokens/").text
    return found.group(1)


def test_a_program_reads_with_the_token_from_the_page(
    app: Flask, database: Database, made: Evaluated, organiser: Actor
) -> None:
    client = client_of(app, organiser)
    secret = _made_on_the_page(client)
    program = app.test_client()
    bearer = {"Authorization": f"Bearer {secret}"}
    address = f"/results/{made.campaign.id}/explore.json"
    assert (
        program.get(address, headers=bearer).json
        == client.get(address).json | {"as_of": program.get(address, headers=bearer).json["as_of"]}
        or program.get(address, headers=bearer).json["ballots"] == client.get(address).json["ballots"]
    )
    stranger = program.get(address)
    assert (stranger.status_code, stranger.headers["WWW-Authenticate"].split()[0]) == (401, "Bearer")
    assert program.get(address, headers={"Authorization": "Bearer sat_wrong"}).status_code == 401
    # Pages and deeds take no token.
    assert program.get(f"/results/{made.campaign.id}", headers=bearer).status_code == 302
    assert program.get("/campaigns/", headers=bearer).status_code == 302
    other = make_campaign(database, name="另一处")
    elsewhere = program.get(f"/results/{other.campaign.id}/explore.json", headers=bearer)
    assert (elsewhere.status_code, elsewhere.json["error"]["kind"]) == (404, "not_found")
    number = re.search(r"/tokens/(\d+)/revoke", client.get("/tokens/").text)
    assert number is not None
    client.post(f"/tokens/{number.group(1)}/revoke", data={"csrf_token": csrf(client)})
    assert program.get(address, headers=bearer).status_code == 401
