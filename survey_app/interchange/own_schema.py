"""The JSON Schema of our own questionnaire format, made from the dataclasses that the codec writes and reads.

It refuses what the codec refuses, where a schema can say so. What only the codec tells: a name written twice, a
whole number written as 1.0 where it counts something, rules nested too deep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any as Anything

from survey_app.questionnaire.codec import FORMAT, FORMAT_VERSION
from survey_app.questionnaire.definition import KINDS, Grade, Item, Option, Questionnaire, Scale, Section
from survey_app.questionnaire.rules import LARGEST
from survey_app.questionnaire.text import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Json = dict[str, Anything]

_PRINTABLE = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]*$"
"""`text.UNPRINTABLE`, turned round, as a pattern that JavaScript reads, too."""
_RECORDS: Mapping[str, type] = {"scale": Scale, "grade": Grade, "section": Section, "option": Option, "item": Item}
_SCALARS: Mapping[str, Json] = {
    "str": {"$ref": "#/$defs/words"},
    "bool": {"type": "boolean"},
    "int": {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
    "float": {"$ref": "#/$defs/number"},
}
_NULL: Json = {"type": "null"}


def json_schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of a questionnaire file."""
    whole = _record(Questionnaire)
    whole["properties"] = {
        "$schema": {"description": "Where this schema is published; what stands here is not looked at."},
        "format": {"const": FORMAT},
        "format_version": {"const": FORMAT_VERSION},
        **whole["properties"],
    }
    whole["required"] = ["format", "format_version", *whole["required"]]
    return {"$schema": DIALECT, "title": "Questionnaire", **whole, "$defs": _definitions()}


def _definitions() -> Json:
    return {
        "words": {"type": "string", "pattern": _PRINTABLE},
        "number": {"type": "number", "minimum": -LARGEST, "maximum": LARGEST},
        "text": _text(),
        **{name: _record(cls) for name, cls in _RECORDS.items()},
        "question": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": list(KINDS)}},
            "allOf": [_if_kind(name) for name in KINDS],
        },
        **{_kind(name): _question(name, cls) for name, cls in KINDS.items()},
        "rule": _rule(),
    }


def _text() -> Json:
    languages = {each.name: {"$ref": "#/$defs/words"} for each in fields(Text)}
    return {
        "description": "Words in Chinese (zh) and English (en); a plain string is Chinese.",
        "anyOf": [
            {"$ref": "#/$defs/words"},
            {"type": "object", "properties": languages, "additionalProperties": False},
        ],
    }


def _kind(name: str) -> str:
    return f"question_{name}"


def _if_kind(name: str) -> Json:
    """Return the branch for one kind, so that a validator names what is wrong with that kind alone."""
    return {
        "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
        "then": {"$ref": f"#/$defs/{_kind(name)}"},
    }


def _question(name: str, cls: type) -> Json:
    record = _record(cls)
    record["properties"] = {"kind": {"const": name}, **record["properties"]}
    record["required"] = ["kind", *record["required"]]
    return record


def _record(cls: Anything) -> Json:
    """Return the schema of a dataclass; what has a default may be left out."""
    return {
        "description": " ".join((cls.__doc__ or "").split("\n\n")[0].split()),
        "type": "object",
        "properties": {each.name: _property(str(each.type), each.default) for each in fields(cls)},
        "required": [each.name for each in fields(cls) if each.default is MISSING],
        "additionalProperties": False,
    }


def _property(annotation: str, default: object) -> Json:
    schema = _value(annotation)
    if default is not MISSING and isinstance(default, str | int | float | None):
        return {**schema, "default": default}
    return schema


def _value(annotation: str) -> Json:
    """Return the schema of a field by what the dataclass says it is."""
    if annotation.endswith(" | None"):
        return {"anyOf": [_value(annotation.removesuffix(" | None")), _NULL]}
    if annotation.startswith("tuple["):
        return {"type": "array", "items": _value(annotation.removeprefix("tuple[").removesuffix(", ...]"))}
    return _SCALARS.get(annotation) or {"$ref": f"#/$defs/{annotation.lower()}"}


def _rule() -> Json:
    words, several = {"$ref": "#/$defs/words"}, {"type": "array", "items": {"$ref": "#/$defs/rule"}}
    comparisons: Json = {
        "is": words,
        "is_not": words,
        "any_of": {"type": "array", "items": words},
        "at_least": {"$ref": "#/$defs/number"},
        "at_most": {"$ref": "#/$defs/number"},
        "answered": {"const": True},
    }
    return {
        "description": "When something is shown: a condition on earlier answers. Nested at most 20 deep.",
        "oneOf": [
            *(_exactly({"question": words, name: value}) for name, value in comparisons.items()),
            _exactly({"all": several}),
            _exactly({"any": several}),
            _exactly({"not": {"$ref": "#/$defs/rule"}}),
        ],
    }


def _exactly(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
