"""The signed-in session: a signed cookie with the user's key, epoch and last moment, and for some minutes the note
that the password was proved; nothing else.

The server keeps no list of sessions. What ends one before its time is the user's epoch, which ends all of the
person's sessions: signing out, a new password, a closed account.
"""

from __future__ import annotations

from flask import Flask, Request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from survey_app.services import accounts, tokens
from survey_app.services.access import Actor
from survey_app.web.access import is_for_programs
from survey_app.web.context import current_actor, database, now, settings

_UNTIL = "until"
_PROVED_UNTIL = "proved_until"
_PROOF_SECONDS = 600
"""How long nobody is asked again for a password that was right: long enough to think of a new one."""


class SignedIn(UserMixin):
    """The person as Flask-Login sees them; the epoch in the key lets all sessions be ended at once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return f"{self.actor.user_id}.{self.actor.session_epoch}"


def begin(actor: Actor) -> None:
    """Sign the person in with a fresh session."""
    locale = cookie.get("locale")
    cookie.clear()
    if locale:
        cookie["locale"] = locale
    cookie.permanent = True
    cookie[_UNTIL] = int(now().timestamp()) + settings().session_hours * 3600
    login_user(SignedIn(actor))
    if actor.must_change_password:
        note_proof()


def note_proof() -> None:
    """Remember for some minutes that whoever sits there has just given the right password."""
    cookie[_PROVED_UNTIL] = int(now().timestamp()) + _PROOF_SECONDS


def has_proof() -> bool:
    """Tell whether the right password was given in this session some minutes ago."""
    return int(cookie.get(_PROVED_UNTIL, 0)) >= now().timestamp()


def end() -> None:
    """Sign the person out, everywhere: a copy of the cookie is worth nothing afterwards."""
    person = current_actor()
    if person is not None:
        accounts.end_sessions(database(), actor=person)
    logout_user()
    cookie.clear()


def register(app: Flask) -> None:
    """Load the person of each request from the cookie."""
    # Templates are given the person by `navigation`, who does not ask a database that is away.
    manager = LoginManager(app, add_context_processor=False)
    manager.user_loader(_load)
    manager.request_loader(_load_by_token)
    app.extensions["survey_app.actor"] = lambda: getattr(current_user, "actor", None)


def _load_by_token(asked: Request) -> SignedIn | None:
    """Return the owner of the personal token that a request for data shows, who reads results only."""
    kind, _, secret = asked.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret or not is_for_programs():
        return None
    try:
        actor = tokens.reader(
            database(),
            key=settings().secret_key,
            secret=secret.strip(),
            address=asked.remote_addr or "",
            now=now(),
        )
    except tokens.TokenRefused:
        return None
    return SignedIn(actor)


def _load(key: str) -> SignedIn | None:
    user_id, _, epoch = key.partition(".")
    if not (user_id.isdigit() and epoch.isdigit()) or cookie.get(_UNTIL, 0) < now().timestamp():
        return None
    actor = accounts.actor_for_session(database(), user_id=int(user_id), session_epoch=int(epoch))
    return SignedIn(actor) if actor is not None else None
