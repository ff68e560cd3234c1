"""Limits on attempts, counted in the database so that all web workers share them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from survey_app.services.context import Database
from survey_app.storage.queries import throttles


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many attempts at a purpose in a window of time."""

    purpose: str
    most: int
    window: timedelta


class TooManyAttempts(Exception):
    """The limit is reached; wait until the window of `seconds` is over."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def attempt(
    database: Database, *, key: str, purpose: str, subject: str, most: int, window: timedelta, now: datetime
) -> None:
    """Count one attempt of `subject` at `purpose`. Raises `TooManyAttempts` past `most` in a window.

    Only a hash of the subject (a name, an address) keyed with the application's secret `key` is kept, and only
    until the window is over.
    """
    bucket, number, seconds = _window(key, purpose, subject, window, now)
    ends = datetime.fromtimestamp((number + 1) * seconds, UTC)
    with database.transaction() as session:
        count = throttles.add(session, bucket=bucket, window=number, expires_at=ends, now=now)
    if count > most:
        raise TooManyAttempts(seconds)


def forgive(database: Database, *, key: str, purpose: str, subject: str) -> None:
    """Forget the attempts of `subject` at `purpose`: it has succeeded."""
    with database.transaction() as session:
        throttles.forget(session, bucket=_bucket(key, purpose, subject))


def require_room(database: Database, *, key: str, limit: Limit, subject: str, now: datetime) -> None:
    """Raise `TooManyAttempts` where `subject` has used up its attempts in this window; count nothing."""
    bucket, number, seconds = _window(key, limit.purpose, subject, limit.window, now)
    with database.reading() as session:
        if throttles.count(session, bucket=bucket, window=number) >= limit.most:
            raise TooManyAttempts(seconds)


def _window(key: str, purpose: str, subject: str, window: timedelta, now: datetime) -> tuple[str, int, int]:
    """Return the keyed hash of a subject, the number of the window that is now, and its seconds."""
    seconds = int(window.total_seconds())
    return _bucket(key, purpose, subject), int(now.timestamp()) // seconds, seconds


def _bucket(key: str, purpose: str, subject: str) -> str:
    return hmac.new(key.encode(), f"{purpose}:{subject}".encode(), hashlib.sha256).hexdigest()
