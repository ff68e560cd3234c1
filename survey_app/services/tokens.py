"""Personal tokens: a person's own programs read results as JSON, where and as long as the person may."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from survey_app.services import audit, throttle
from survey_app.services.access import PERMISSIONS, Actor, NotFound, Permission
from survey_app.services.accounts import actor_of
from survey_app.services.context import Database
from survey_app.services.days import today
from survey_app.storage.models import AccessToken
from survey_app.storage.queries import accounts as account_queries
from survey_app.storage.queries import tokens as queries
from survey_app.storage.session import Session
from survey_app.words import Role

PREFIX = "sat_"
"""Stands before every token, so that one left in a file is known for what it is."""

DAYS = (30, 90, 180, 365)
"""How long a token may last."""

MOST = 10
"""Tokens in use at a time, for one person."""

REQUESTS = throttle.Limit("token", 300, timedelta(minutes=5))
"""Requests with one token."""

GUESSES = throttle.Limit("token_guess", 20, timedelta(minutes=15))
"""Requests with a token that is not one, from one address."""


class TooManyTokens(Exception):
    """The person has `MOST` tokens in use: revoke one first."""


class TokenRefused(Exception):
    """There is no such token, it is over, or its owner may read nothing any more: which one is not told."""


def make(database: Database, *, actor: Actor, name: str, days: int, now: datetime) -> tuple[AccessToken, str]:
    """Make a token and return it with its secret, which is kept nowhere.

    Raises `Forbidden` for who reads no results, `TooManyTokens`, and `ValueError` for days that are not offered.
    """
    if days not in DAYS:
        raise ValueError(f"a token lasts {DAYS} days")
    if actor.user_id is None or not actor.has(Permission.READ_RESULTS):
        raise NotFound
    secret = PREFIX + secrets.token_urlsafe(32)
    with database.transaction() as session:
        if queries.in_use(session, actor.user_id, now) >= MOST:
            raise TooManyTokens
        token = AccessToken(
            user_id=actor.user_id,
            name=name,
            hash=_hash(secret),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        session.add(token)
        session.flush()
        _record(session, actor, "token_made", token, now, days=days)
    return token, secret


def mine(database: Database, *, actor: Actor) -> Sequence[AccessToken]:
    """Return the person's tokens, newest first."""
    with database.reading() as session:
        return queries.of_user(session, actor.user_id) if actor.user_id is not None else ()


def revoke(database: Database, *, actor: Actor, token_id: int, now: datetime) -> None:
    """End one of the person's tokens at once. Raises `NotFound`."""
    with database.transaction() as session:
        token = session.get(AccessToken, token_id)
        if token is None or token.user_id != actor.user_id:
            raise NotFound
        if token.revoked_at is None:
            token.revoked_at = now
            _record(session, actor, "token_revoked", token, now)


def reader(database: Database, *, key: str, secret: str, address: str, now: datetime) -> Actor:
    """Return the owner of a token, who with it reads results only.

    Raises `TokenRefused`, or `throttle.TooManyAttempts` for a token that asks, or an address that guesses, too
    often. `key` is the application's. The day of use is noted once a day, and so in the audit log.
    """
    throttle.require_room(database, key=key, limit=GUESSES, subject=address, now=now)
    with database.reading() as session:
        token = queries.by_hash(session, _hash(secret))
        user = None if token is None else account_queries.user(session, token.user_id)
    actor = None if user is None or not user.is_active or user.must_change_password else actor_of(user)
    if token is None or actor is None or token.revoked_at is not None or token.expires_at <= now:
        _count(database, key, GUESSES, address, now)
        raise TokenRefused
    _count(database, key, REQUESTS, str(token.id), now)
    grants = tuple(
        replace(grant, role=Role.LEADER)
        for grant in actor.grants
        if Permission.READ_RESULTS in PERMISSIONS[grant.role]
    )
    if not grants:
        raise TokenRefused
    if token.used_on != today(now):
        _note_use(database, actor, token.id, now)
    return replace(actor, grants=grants)


def _note_use(database: Database, actor: Actor, token_id: int, now: datetime) -> None:
    with database.transaction() as session:
        token = session.get(AccessToken, token_id)
        if token is None or token.used_on == today(now):
            return
        token.used_on = today(now)
        _record(session, actor, "token_used", token, now)


def _count(database: Database, key: str, limit: throttle.Limit, subject: str, now: datetime) -> None:
    throttle.attempt(
        database,
        key=key,
        purpose=limit.purpose,
        subject=subject,
        most=limit.most,
        window=limit.window,
        now=now,
    )


def _hash(secret: str) -> str:
    """Return what is kept of a secret. It is random throughout, so that a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(session: Session, actor: Actor, action: str, token: AccessToken, now: datetime, **detail: Any) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="access_token",
        subject_id=token.id,
        now=now,
        name=token.name,
        **detail,
    )
