"""People of an office at their desk: a client through which one of them has signed in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from survey_app.services.access import Actor
from survey_app.storage.models import User
from survey_app.storage.session import Database
from tests.support import union
from tests.support.sessions import password_hash


def at_desk(app: Flask, database: Database, person: Actor, *, locale: str = "zh_Hans_CN") -> FlaskClient:
    """Sign the person in as they would, and read in `locale`; forms need no token then."""
    with database.transaction() as session:
        session.get_one(User, person.user_id).password_hash = password_hash()
    client = union.signed_in(app, person.username)
    with client.session_transaction() as cookie:
        cookie["locale"] = locale
    app.config["WTF_CSRF_ENABLED"] = False
    return client
