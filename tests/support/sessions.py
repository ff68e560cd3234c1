"""Sessions: a client with the cookie that signing in would give it, and the password of those who do sign in."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from survey_app.questionnaire.text import ZH
from survey_app.services.access import Actor

PASSWORD = "four calm words here"
"""Of everybody who signs in through the form."""

_FAR_AHEAD = 2**33


@cache
def password_hash() -> str:
    """Return a hash of `PASSWORD` that is made and checked at once: others take a fifth of a second on purpose.

    A hash says itself how much work it is, so signing in with this one goes the way of every other.
    """
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def client_of(app: Flask, actor: Actor, *, locale: str = ZH) -> FlaskClient:
    """Return a client in whose session the person is signed in for as long as any test lasts."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{actor.user_id}.{actor.session_epoch}"
        cookie["_fresh"] = True
        cookie["until"] = _FAR_AHEAD
        cookie["locale"] = locale
    return client
