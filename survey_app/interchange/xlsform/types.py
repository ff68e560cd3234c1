"""What the `type` column says, in all the spellings that the format has had."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """A kind of row, as far as we tell them apart."""

    ONE = "select_one"
    SEVERAL = "select_multiple"
    RANK = "rank"
    FROM_ELSEWHERE = "select from a file or an external list"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENTAGE = "percentage"
    PHONE = "phone number"
    DATE = "date"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    RANGE = "range"
    CALCULATE = "calculate"
    METADATA = "metadata"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"
    SETTING = "setting"
    BEGIN_GROUP = "begin_group"
    BEGIN_REPEAT = "begin_repeat"
    END_GROUP = "end_group"
    END_REPEAT = "end_repeat"


@dataclass(frozen=True, slots=True)
class RowType:
    """A row's type. `list_name` is the list of a select; `has_other` asks for an "other" option with a text."""

    type: Type
    list_name: str = ""
    has_other: bool = False


_SELECT = re.compile(
    r"(?P<command>add select one prompt using|add select multiple prompt using|select all that apply from"
    r"|select all that apply|select one from|select one using|select one|select_one|select1|q select1"
    r"|select multiple from|select multiple using|select multiple|select_multiple|q select|rank)"
    r" (?P<list>\S+)(?P<other> (?:or specify other|or_other|or other))?\Z",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"select[_ ](?:one|multiple)[_ ](?:from[_ ]file|external)\b", re.IGNORECASE)
_CONTROL = re.compile(
    r"(?P<edge>begin|end)[_ ](?P<what>group|repeat|lgroup|loop|looped[_ ]group)(?: .*)?\Z", re.IGNORECASE
)
_WRAPPING = re.compile(r"(?:add (?P<added>.+) prompt|q (?P<asked>.+)|get (?P<got>.+))\Z")

_PLAIN = {
    "text": Type.TEXT,
    "string": Type.TEXT,
    "int": Type.INTEGER,
    "integer": Type.INTEGER,
    "number of days in last month": Type.INTEGER,
    "number of days in last six months": Type.INTEGER,
    "number of days in last year": Type.INTEGER,
    "decimal": Type.DECIMAL,
    "percentage": Type.PERCENTAGE,
    "phone number": Type.PHONE,
    "date": Type.DATE,
    "note": Type.NOTE,
    "acknowledge": Type.ACKNOWLEDGE,
    "trigger": Type.ACKNOWLEDGE,
    "range": Type.RANGE,
    "calculate": Type.CALCULATE,
    "hidden": Type.CALCULATE,
    "set form title": Type.SETTING,
    "set form id": Type.SETTING,
    **dict.fromkeys(
        (
            "start", "start time", "end", "end time", "today", "deviceid", "device id", "imei", "subscriberid",
            "subscriber id", "simserial", "sim id", "phonenumber", "username", "email", "audit", "start-geopoint",
            "background-geopoint", "background-audio", "caseid", "uri:deviceid", "uri:email", "uri:phonenumber",
            "uri:simserial", "uri:subscriberid", "uri:username",
        ),
        Type.METADATA,
    ),
    **dict.fromkeys(
        (
            "audio", "barcode", "csv-external", "date time", "datetime", "file", "geopoint", "geoshape", "geotrace",
            "gps", "image", "location", "osm", "photo", "picture", "time", "video", "xml-external", "select",
            "select1", "matrix", "kobomatrix", "begin score", "begin rank",
        ),
        Type.UNSUPPORTED,
    ),
}  # fmt: skip
TYPE_NAMES = (
    "select_one",
    "select_multiple",
    "begin_group",
    "end_group",
    "begin_repeat",
    "end_repeat",
    "rank",
    *_PLAIN,
)
"""Names to suggest where a type is misspelt."""


def read_type(cell: str) -> RowType:
    """Return what a cell of the `type` column says."""
    words = " ".join(cell.split())
    if _ELSEWHERE.match(words):
        return RowType(Type.FROM_ELSEWHERE)
    if (select := _SELECT.match(words)) is not None:
        return RowType(_select(select["command"].lower()), select["list"], bool(select["other"]))
    if (control := _CONTROL.match(words)) is not None:
        what = "group" if control["what"].lower() == "group" else "repeat"
        return RowType(Type(f"{control['edge'].lower()}_{what}"))
    name = words.lower().replace("_", " ")
    wrapped = _WRAPPING.match(name)
    if name not in _PLAIN and wrapped is not None:
        name = wrapped["added"] or wrapped["asked"] or wrapped["got"]
    if name == "phone number" and wrapped is not None and wrapped["got"]:
        return RowType(Type.METADATA)
    if name.startswith("osm "):
        return RowType(Type.UNSUPPORTED)
    return RowType(_PLAIN.get(name, Type.UNKNOWN))


def _select(command: str) -> Type:
    if command == "rank":
        return Type.RANK
    is_one = "one" in command or command.endswith("select1")
    return Type.ONE if is_one else Type.SEVERAL
