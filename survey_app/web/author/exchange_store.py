"""What was read from a file, between being sent and being saved: kept for an hour, for its sender alone.

The file itself is not kept: what is saved is what the person has seen, whatever a reader would make of it later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.interchange.findings import Finding, Imported, Place, Severity
from survey_app.questionnaire import codec
from survey_app.web import context
from survey_app.web.author.uploads import Uploads

_KIND = "questionnaire"
"""Tells these uploads from those of ballots: a token of one opens none of the other."""
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A questionnaire that was read and not yet saved: its format, the name of its file, what the reader said."""

    file_format: str
    file_name: str
    imported: Imported


def keep(waiting: Waiting) -> str:
    """Keep it for whoever is signed in, and return the token that opens it."""
    return _uploads().keep(
        _packed(waiting.imported),
        kind=_KIND,
        user=context.actor().user_id,
        format=waiting.file_format,
        file=waiting.file_name[:_LONGEST_NAME],
    )


def find(token: str) -> Waiting:
    """Return what the token opens. Raises `UploadGone`, also for somebody else's."""
    content, about = _uploads().find(token, kind=_KIND, user=context.actor().user_id)
    return Waiting(about["format"], about["file"], _unpacked(content))


def forget(token: str) -> None:
    """Remove it. Raises `UploadGone` for a token that was not made for this person."""
    _uploads().find(token, kind=_KIND, user=context.actor().user_id)
    _uploads().forget(token)


def _uploads() -> Uploads:
    return Uploads(context.settings().instance / "uploads", context.settings().secret_key)


def _packed(imported: Imported) -> bytes:
    definition = imported.questionnaire
    record = {
        "definition": codec.dumps(definition) if definition is not None else None,
        "findings": [_finding(each) for each in imported.findings],
    }
    return json.dumps(record, default=str).encode()


def _finding(finding: Finding) -> Mapping[str, Any]:
    place = finding.place
    return {
        "severity": finding.severity,
        "kind": finding.kind,
        "place": [place.sheet, place.row, place.column, place.path],
        "params": dict(finding.params),
    }


def _unpacked(content: bytes) -> Imported:
    record = json.loads(content)
    definition = record["definition"]
    findings = tuple(
        Finding(Severity(each["severity"]), each["kind"], Place(*each["place"]), each["params"])
        for each in record["findings"]
    )
    return Imported(codec.loads(definition) if definition is not None else None, findings)
