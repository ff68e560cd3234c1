"""Limits on attempts, counted in the database so that all web workers share them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from survey_app.services.context import Database
from survey_app.storage.queries import throttles


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
    bucket = _bucket(key, purpose, subject)
    seconds = int(window.total_seconds())
    number = int(now.timestamp()) // seconds
    ends = datetime.fromtimestamp((number + 1) * seconds, UTC)
    with database.transaction() as session:
        count = throttles.add(session, bucket=bucket, window=number, expires_at=ends, now=now)
    if count > most:
        raise TooManyAttempts(seconds)


def forgive(database: Database, *, key: str, purpose: str, subject: str) -> None:
    """Forget the attempts of `subject` at `purpose`: it has succeeded."""
    with database.transaction() as session:
        throttles.forget(session, bucket=_bucket(key, purpose, subject))


def _bucket(key: str, purpose: str, subject: str) -> str:
    return hmac.new(key.encode(), f"{purpose}:{subject}".encode(), hashlib.sha256).hexdigest()
