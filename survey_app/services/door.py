"""What somebody shows at a collector's door: the pass that a right password gives, a single-use code.

A pass is a signed moment until which it holds. It is the same for all who enter within an hour and says nothing
about anybody; it ends with the password that it was given for.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from survey_app.services import collectors, throttle
from survey_app.services.context import Database

PASS_HOURS = 12
MOST_WRONG = 10
WINDOW = timedelta(minutes=1)
"""Wrong passwords at one collector from one network: the minute after, everybody there can try again."""

_HOUR = 3600


class WrongPassword(Exception):
    """What was typed is not the collector's password."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What comes with a form besides its answers. `entry` is a pass, `invitation` a single-use code."""

    entry: str = ""
    invitation: str = field(default="", repr=False)


NOTHING = Shown()


def may_enter(key: str, *, collector_id: int, password_hash: str | None, entry: str, now: datetime) -> bool:
    """Tell whether a collector asks for no password, or `entry` is a pass that holds. `key` is the secret key."""
    if password_hash is None:
        return True
    hour, _, _ = entry.partition(".")
    if not (hour.isascii() and hour.isdigit() and len(hour) < 9):
        return False
    is_ours = hmac.compare_digest(entry, _pass(key, collector_id, password_hash, int(hour)))
    return is_ours and now.timestamp() < int(hour) * _HOUR


def enter(
    database: Database,
    *,
    key: str,
    collector_id: int,
    password_hash: str,
    given: str,
    network: str,
    now: datetime,
) -> str:
    """Return a pass for the right password. Raises `WrongPassword`, or `throttle.TooManyAttempts`.

    Only wrong attempts count, by a keyed hash of the network that is gone after a minute.
    """
    limit = throttle.Limit("collector-password", MOST_WRONG, WINDOW)
    subject = f"{collector_id}:{network}"
    throttle.require_room(database, key=key, limit=limit, subject=subject, now=now)
    if not collectors.password_matches(given, password_hash):
        throttle.attempt(
            database, key=key, purpose=limit.purpose, subject=subject, most=MOST_WRONG, window=WINDOW, now=now
        )
        raise WrongPassword
    return _pass(key, collector_id, password_hash, int(now.timestamp()) // _HOUR + PASS_HOURS)


def _pass(key: str, collector_id: int, password_hash: str, hour: int) -> str:
    words = f"entry:{collector_id}:{password_hash}:{hour}"
    return f"{hour}.{hmac.new(key.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]}"
