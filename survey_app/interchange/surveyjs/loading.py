"""Opens a JSON file without trusting it: limits first, and a refusal that says what and where."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from survey_app.interchange.findings import UnreadableFile

MAX_BYTES = 10 * 1024 * 1024
"""Longest file taken, unless the caller says otherwise."""
MAX_DEPTH = 100
"""Most objects and lists inside one another; ten panels inside one another take about 25."""
_LONGEST_NUMBER = 400
_PARTS = ("pages", "elements", "questions")


def load(data: bytes, most_bytes: int) -> dict[str, Any]:
    """Return the object in a SurveyJS file. Raises `UnreadableFile`."""
    if len(data) > most_bytes:
        raise UnreadableFile("too_large", most=most_bytes // 1024 // 1024)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableFile("empty_file")
    survey = _parse(data)
    _check_depth(survey)
    if not isinstance(survey, dict) or not any(isinstance(survey.get(part), list) for part in _PARTS):
        raise UnreadableFile("not_surveyjs")
    return survey


def _parse(data: bytes) -> object:
    try:
        return json.loads(
            data,
            object_pairs_hook=_no_key_twice,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        raise UnreadableFile("not_json", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise UnreadableFile("too_deep", most=MAX_DEPTH) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile("encoding") from error


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, value in pairs:
        if key in record:
            raise UnreadableFile("written_twice", name=key[:80])
        record[key] = value
    return record


def _no_constant(text: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's reader takes and JSON does not have."""
    raise UnreadableFile("no_number", number=text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise UnreadableFile("no_number", number=text[:40])
    return value


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise UnreadableFile("no_number", number=text[:40])
    return int(text)


def _check_depth(value: object) -> None:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise UnreadableFile("too_deep", most=MAX_DEPTH)


def _inside(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
