"""Our own questionnaire files: the codec's JSON, written for people to read, and read back without loss."""

from __future__ import annotations

import json

from survey_app.interchange.findings import Finding, Imported, Place, Severity
from survey_app.interchange.own_schema import json_schema
from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.text_files import decoded
from survey_app.questionnaire import codec
from survey_app.questionnaire.codec import MalformedDefinition
from survey_app.questionnaire.definition import Questionnaire

__all__ = ["MAX_BYTES", "json_schema", "read", "write"]

MAX_BYTES = 10 * 1024 * 1024
"""Longest file taken; a questionnaire of 2,000 questions takes about one tenth."""


def write(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as indented JSON."""
    return json.dumps(codec.encode(questionnaire), ensure_ascii=False, indent=2) + "\n"


def read(data: bytes) -> Imported:
    """Read a file of ours: UTF-8, UTF-16, UTF-32 or GB 18030. What is wrong comes with its path.

    The codec stops at the first thing that it cannot read, so that there is at most one finding.
    """
    if len(data) > MAX_BYTES:
        return _refused("too_large", Place(), most=MAX_BYTES // 1024 // 1024)
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        return _refused("empty_file", Place())
    try:
        return Imported(codec.loads(_text(data)), ())
    except FileRefused as refused:
        line = refused.params.get("line")
        return _refused("not_json_text", Place(row=line if isinstance(line, int) else None))
    except MalformedDefinition as error:
        cause = error.__cause__
        if isinstance(cause, json.JSONDecodeError):
            return _refused("not_json", Place(row=cause.lineno, column=str(cause.colno)))
        if error.kind == "not_json":
            return _refused("not_json_text", Place())
        return _refused(error.kind, Place(path=error.where), **error.params)


def _text(data: bytes) -> str | bytes:
    """Return what has one byte for a sign as text; JSON's other encodings its reader knows by itself."""
    return decoded(data) if json.detect_encoding(data).startswith("utf-8") else data


def _refused(kind: str, place: Place, /, **params: object) -> Imported:
    return Imported(None, (Finding(Severity.ERROR, kind, place, params),))
