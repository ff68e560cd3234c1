"""What somebody shows at a collector's door: the pass that a right password gives, a single-use code.

A pass is a signed moment until which it holds. It is the same for all who enter within an hour and says nothing
about anybody; it ends with the password that it was given for.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from survey_app.services import collectors, throttle
from survey_app.services.context import Database

PASS_HOURS = 12
MOST_WRONG = 10
WINDOW = timedelta(minutes=1)
"""Wrong passwords, and wrong single-use codes, at one collector from one network in a minute. Past them every try
takes work or waiting, whoever makes it: somebody else behind the same address is slowed down and never shut out."""

_PASSWORD = throttle.Limit("collector-password", MOST_WRONG, WINDOW)
_CODE = throttle.Limit("collector-code", MOST_WRONG, WINDOW)

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
    worked: bool = False,
) -> str:
    """Return a pass for the right password. Raises `WrongPassword`, or `throttle.TooManyAttempts`.

    Only wrong attempts count, by a keyed hash of the network that is gone after a minute. Past the limit a try is
    looked at only if it was `worked` for: see `guess_id`.
    """
    subject = f"{collector_id}:{network}"
    if not worked:
        throttle.require_room(database, key=key, limit=_PASSWORD, subject=subject, now=now)
    if not collectors.password_matches(given, password_hash):
        _count(database, key, _PASSWORD, subject, now)
        raise WrongPassword
    return _pass(key, collector_id, password_hash, int(now.timestamp()) // _HOUR + PASS_HOURS)


def is_slowed(database: Database, *, key: str, collector_id: int, network: str, now: datetime) -> bool:
    """Tell whether so many wrong single-use codes came from a network that the next one takes work."""
    try:
        throttle.require_room(database, key=key, limit=_CODE, subject=f"{collector_id}:{network}", now=now)
    except throttle.TooManyAttempts:
        return True
    return False


def count_wrong_code(database: Database, *, key: str, collector_id: int, network: str, now: datetime) -> None:
    """Count a single-use code that is none, was used or revoked."""
    _count(database, key, _CODE, f"{collector_id}:{network}", now)


def guess_id(key: str, *, collector_id: int, given: str) -> UUID:
    """Return what the work for one try is bound to: the same work is no good for another try.

    `given` is a password or a single-use code; it cannot be worked out from this.
    """
    words = f"guess:{collector_id}:{given}"
    return UUID(bytes=hmac.new(key.encode(), words.encode(), hashlib.sha256).digest()[:16])


def _count(database: Database, key: str, limit: throttle.Limit, subject: str, now: datetime) -> None:
    with contextlib.suppress(throttle.TooManyAttempts):
        throttle.attempt(
            database, key=key, purpose=limit.purpose, subject=subject, most=limit.most, window=limit.window, now=now
        )


def _pass(key: str, collector_id: int, password_hash: str, hour: int) -> str:
    words = f"entry:{collector_id}:{password_hash}:{hour}"
    return f"{hour}.{hmac.new(key.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]}"
