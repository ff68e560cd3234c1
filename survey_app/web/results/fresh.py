"""Whether there are newer figures: a page knows the tag of what it shows and asks its own JSON about it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response, request
from flask.typing import ResponseReturnValue

SECONDS = 45
"""How often a page asks while people can answer."""

_CUT_OFF = re.compile(rb'"as_of":"[^"]*"')


@dataclass(frozen=True, slots=True)
class Watched:
    """The address of a page's JSON, and the tag of what the page shows."""

    address: str
    tag: str
    seconds: int = SECONDS


def tag_of(found: Any) -> str:
    """Return a tag that changes with the figures, and not with the moment at which they were asked for."""
    return _tag(_written(found))


def sent(found: Any) -> ResponseReturnValue:
    """Answer with data and its tag; 304 without data where `If-None-Match` names that tag."""
    written = _written(found)
    answer = Response(written, mimetype="application/json")
    answer.headers["ETag"] = _tag(written)
    return answer.make_conditional(request)


def _written(found: Any) -> bytes:
    # Twelve times as quick as the standard library, which took half the time of a large campaign's JSON.
    return msgspec.json.encode(found, order="sorted")


def _tag(written: bytes) -> str:
    return f'W/"{hashlib.sha256(_CUT_OFF.sub(b"", written)).hexdigest()[:32]}"'
