"""Whether there are newer figures: a page knows the tag of what it shows and asks its own JSON about it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

SECONDS = 45
"""How often a page asks while people can answer."""

_CUT_OFF = "as_of"


@dataclass(frozen=True, slots=True)
class Watched:
    """The address of a page's JSON, and the tag of what the page shows."""

    address: str
    tag: str
    seconds: int = SECONDS


def tag_of(found: Any) -> str:
    """Return a tag that changes with the figures, and not with the moment at which they were asked for."""
    written = json.dumps(_without_cut_off(found), ensure_ascii=False, sort_keys=True, default=str)
    return f'W/"{hashlib.sha256(written.encode()).hexdigest()[:32]}"'


def _without_cut_off(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _without_cut_off(value) for key, value in found.items() if key != _CUT_OFF}
    if isinstance(found, list):
        return [_without_cut_off(each) for each in found]
    return found


def sent(found: Any) -> ResponseReturnValue:
    """Answer with data and its tag; 304 without data where `If-None-Match` names that tag."""
    answer = jsonify(found)
    answer.headers["ETag"] = tag_of(found)
    return answer.make_conditional(request)
