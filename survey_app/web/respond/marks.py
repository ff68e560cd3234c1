"""What a worker's browser keeps of us: that a form was sent from it, and that a password was right.

Neither says anything about a person: both are the same for everybody at a collector (the pass, within an hour).
They go back to that collector's address only. Addresses are written in lower and in upper case, and paths of
cookies are compared letter by letter, so that each is set for both.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from flask import Response, request

from survey_app.services.collect import Place
from survey_app.services.door import PASS_HOURS
from survey_app.web import context
from survey_app.web.respond.page import has_mark

ANSWERED = "answered"
ENTRY = "entered"
LIFETIME = timedelta(days=60)
AFTER_CLOSING = timedelta(days=7)
"""How long a mark stays: so long where no end is known, else so long after the end."""


def mark(response: Response, place: Place) -> Response:
    """Leave the mark that a form of this collector was sent from this browser."""
    if has_mark(place):
        ends = place.closes_at + AFTER_CLOSING - context.now() if place.closes_at else LIFETIME
        _leave(response, place, ANSWERED, _mark_of(place), ends)
    return response


def is_marked(place: Place) -> bool:
    """Tell whether a form of this collector was sent from this browser before."""
    return has_mark(place) and hmac.compare_digest(
        request.cookies.get(ANSWERED, "").encode(), _mark_of(place).encode()
    )


def let_in(response: Response, place: Place, entry: str) -> Response:
    """Leave the pass that the right password gave."""
    _leave(response, place, ENTRY, entry, timedelta(hours=PASS_HOURS))
    return response


def _mark_of(place: Place) -> str:
    key = context.settings().secret_key.encode()
    return hmac.new(key, f"answered:{place.id}".encode(), hashlib.sha256).hexdigest()[:32]


def _leave(response: Response, place: Place, name: str, value: str, lifetime: timedelta) -> None:
    for folder in ("s", "S"):
        response.set_cookie(
            name,
            value,
            max_age=max(0, int(lifetime.total_seconds()) // 3600 * 3600),
            path=f"{request.root_path}/{folder}/{place.code}",
            secure=context.settings().is_https,
            httponly=True,
            samesite="Lax",
        )
