"""A questionnaire as JSON and back, without loss. The JSON is what is stored, hashed, shipped and exchanged.

Defaults are left out on the way out, so that the canonical bytes (and the SHA-256 of a published version) say
only what was designed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import singledispatch
from typing import Any as Anything

from survey_app.questionnaire.definition import (
    KINDS,
    BaseQuestion,
    Grade,
    Item,
    Option,
    Question,
    Questionnaire,
    Scale,
    Section,
)
from survey_app.questionnaire.rules import (
    LARGEST,
    All,
    Answered,
    Any,
    AnyOf,
    AtLeast,
    AtMost,
    Comparison,
    Is,
    IsNot,
    Not,
    Rule,
)
from survey_app.questionnaire.text import UNPRINTABLE, Text

FORMAT = "survey_app/questionnaire"
FORMAT_VERSION = 1

Json = dict[str, Anything]


class MalformedDefinition(ValueError):
    """The JSON is not a questionnaire.

    `where` is the path to the place, as `$.sections[0].questions[2].code`; `kind` a key of the error
    catalogue ("missing", "wrong_type", …), whose words `params` fill in.
    """

    def __init__(self, where: str, kind: str, /, **params: object) -> None:
        super().__init__(f"{where}: {kind} {params}" if params else f"{where}: {kind}")
        self.where = where
        self.kind = kind
        self.params = params


def dumps(questionnaire: Questionnaire) -> str:
    """Return the canonical JSON text: sorted keys, no spaces, UTF-8 characters as they are."""
    return json.dumps(encode(questionnaire), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def loads(text: str | bytes) -> Questionnaire:
    """Read what `dumps` wrote (or the same by hand). Raises `MalformedDefinition`."""
    try:
        data = json.loads(text, object_pairs_hook=_no_key_twice)
    except MalformedDefinition:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedDefinition("$", "not_json", reason=str(error)) from error
    return decode(data)


def _no_key_twice(pairs: list[tuple[str, Anything]]) -> Json:
    """Refuse an object that says one thing twice, where plain JSON readers silently take the last."""
    record: Json = {}
    for key, value in pairs:
        if key in record:
            raise MalformedDefinition("$", "written_twice", name=key)
        record[key] = value
    return record


def sha256(questionnaire: Questionnaire) -> str:
    """Return the hexadecimal SHA-256 of the canonical JSON, which identifies a published version."""
    return hashlib.sha256(dumps(questionnaire).encode()).hexdigest()


def encode(questionnaire: Questionnaire) -> Json:
    """Return the questionnaire as JSON-ready data."""
    return {"format": FORMAT, "format_version": FORMAT_VERSION, **_encode_fields(questionnaire)}


def decode(data: object) -> Questionnaire:
    """Return the questionnaire that `data` (parsed JSON) describes. Raises `MalformedDefinition`."""
    record = _record(data, "$")
    version = record.get("format_version")
    # In Python true is 1; in JSON it is no number.
    if record.get("format") != FORMAT or version != FORMAT_VERSION or isinstance(version, bool):
        raise MalformedDefinition("$.format", "wrong_format", expected=FORMAT, version=FORMAT_VERSION)
    body = {key: value for key, value in record.items() if key not in {"format", "format_version", "$schema"}}
    questionnaire: Questionnaire = _decode_fields(Questionnaire, body, "$")
    return questionnaire


def encode_scale(scale: Scale) -> Json:
    """Return one scale as JSON-ready data."""
    return _encode_fields(scale)


def decode_scale(data: object, where: str = "$") -> Scale:
    """Return the scale that `data` describes. Raises `MalformedDefinition`."""
    scale: Scale = _decode_fields(Scale, _record(data, where), where)
    return scale


# --- out -------------------------------------------------------------------------------------------


@singledispatch
def _encode(value: object) -> Anything:
    """Return one value as JSON-ready data, by type."""
    return value


@_encode.register
def _(value: float) -> Anything:
    """Equal numbers have equal bytes: 1.0 is written as 1."""
    return int(value) if value.is_integer() else value


@_encode.register
def _(value: tuple) -> Anything:  # type: ignore[type-arg]  # singledispatch takes no generic alias
    return [_encode(each) for each in value]


@_encode.register
def _(value: Text) -> Anything:
    return {name: words for name, words in (("zh", value.zh), ("en", value.en)) if words}


@_encode.register
def _(value: Option | Grade | Item | Scale | Section) -> Anything:
    return _encode_fields(value)


@_encode.register
def _(value: BaseQuestion) -> Anything:
    return {"kind": kind_of(value), **_encode_fields(value)}


@_encode.register
def _(value: Is | IsNot | AnyOf | AtLeast | AtMost | Answered | All | Any | Not) -> Anything:
    return encode_rule(value)


def _encode_fields(value: Anything) -> Json:
    """Encode a dataclass, leaving out the fields that hold their default."""
    return {
        each.name: _encode(getattr(value, each.name))
        for each in fields(value)
        if each.default is MISSING or getattr(value, each.name) != each.default
    }


def kind_of(question: BaseQuestion) -> str:
    """Return the kind's name in files ("single", "matrix", …)."""
    return next(name for name, kind in KINDS.items() if type(question) is kind)


def encode_rule(rule: Rule) -> Json:
    """Return a rule as JSON; the respondent page's script reads the same."""
    match rule:
        case Is(question, value):
            return {"question": question, "is": value}
        case IsNot(question, value):
            return {"question": question, "is_not": value}
        case AnyOf(question, values):
            return {"question": question, "any_of": list(values)}
        case AtLeast(question, least):
            return {"question": question, "at_least": _encode(least)}
        case AtMost(question, most):
            return {"question": question, "at_most": _encode(most)}
        case Answered(question):
            return {"question": question, "answered": True}
        case All(rules):
            return {"all": [encode_rule(each) for each in rules]}
        case Any(rules):
            return {"any": [encode_rule(each) for each in rules]}
        case Not(inner):
            return {"not": encode_rule(inner)}


# --- in --------------------------------------------------------------------------------------------


def decode_rule(data: object, where: str = "$", depth: int = 0) -> Rule:
    """Return the rule that `data` describes. Raises `MalformedDefinition`; nesting is limited to 20."""
    if depth > 20:
        raise MalformedDefinition(where, "too_deep", most=20)
    record = _record(data, where)
    match record:
        case {"all": list(rules), **rest} if not rest:
            return All(tuple(decode_rule(each, f"{where}.all[{i}]", depth + 1) for i, each in enumerate(rules)))
        case {"any": list(rules), **rest} if not rest:
            return Any(tuple(decode_rule(each, f"{where}.any[{i}]", depth + 1) for i, each in enumerate(rules)))
        case {"not": inner, **rest} if not rest:
            return Not(decode_rule(inner, f"{where}.not", depth + 1))
    return _decode_comparison(record, where)


def _decode_comparison(record: Json, where: str) -> Comparison:
    if "question" not in record:
        raise MalformedDefinition(where, "not_a_rule")
    question = _string(record["question"], f"{where}.question")
    match {key: value for key, value in record.items() if key != "question"}:
        case {"is": value, **rest} if not rest:
            return Is(question, _string(value, f"{where}.is"))
        case {"is_not": value, **rest} if not rest:
            return IsNot(question, _string(value, f"{where}.is_not"))
        case {"any_of": list(values), **rest} if not rest:
            return AnyOf(question, tuple(_string(each, f"{where}.any_of[{i}]") for i, each in enumerate(values)))
        case {"at_least": value, **rest} if not rest:
            return AtLeast(question, _number(value, f"{where}.at_least"))
        case {"at_most": value, **rest} if not rest:
            return AtMost(question, _number(value, f"{where}.at_most"))
        case {"answered": True, **rest} if not rest:
            return Answered(question)
    raise MalformedDefinition(where, "not_a_rule")


_NESTED: Mapping[tuple[type, str], type] = {
    (Questionnaire, "sections"): Section,
    (Questionnaire, "scales"): Scale,
    (Scale, "grades"): Grade,
    **{(kind, "options"): Option for kind in KINDS.values()},
    **{(kind, "items"): Item for kind in KINDS.values()},
}
"""What stands in a list-valued field."""


def _decode_fields(cls: type[Anything], data: Json, where: str) -> Anything:
    known = {each.name: each for each in fields(cls)}
    if unknown := sorted(set(data) - set(known)):
        raise MalformedDefinition(where, "unknown_name", name=", ".join(unknown))
    values: Json = {}
    for name, each in known.items():
        if name in data:
            values[name] = _decode_value(cls, name, str(each.type), data[name], f"{where}.{name}")
        elif each.default is MISSING:
            raise MalformedDefinition(where, "missing", name=name)
    return cls(**values)


def _decode_value(cls: type, name: str, annotation: str, value: object, where: str) -> Anything:
    """Decode one field's value by what the dataclass says it is."""
    if (nested := _NESTED.get((cls, name))) is not None:
        return tuple(
            _decode_fields(nested, _record(each, f"{where}[{i}]"), f"{where}[{i}]")
            for i, each in enumerate(_list(value, where))
        )
    if name == "questions":
        return tuple(decode_question(each, f"{where}[{i}]") for i, each in enumerate(_list(value, where)))
    if name == "shown_if":
        return None if value is None else decode_rule(value, where)
    if annotation == "Text":
        return decode_text(value, where)
    return _decode_scalar(annotation, value, where)


def decode_question(data: object, where: str = "$") -> Question:
    """Return the question that `data` describes. Raises `MalformedDefinition`."""
    record = dict(_record(data, where))
    kind = record.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise MalformedDefinition(f"{where}.kind", "unknown_kind", kind=kind, known=", ".join(KINDS))
    question: Question = _decode_fields(KINDS[kind], record, where)
    return question


def decode_text(value: object, where: str = "$") -> Text:
    """Return the text that `value` describes: `{"zh": "…", "en": "…"}`, or Chinese only as a plain string."""
    if isinstance(value, str):
        return Text(zh=_string(value, where))
    record = _record(value, where)
    if unknown := sorted(set(record) - {"zh", "en"}):
        raise MalformedDefinition(where, "unknown_name", name=", ".join(unknown))
    return Text(**{language: _string(words, f"{where}.{language}") for language, words in record.items()})


_SCALARS: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "bool": (bool,),
    "int": (int,),
    "int | None": (int, type(None)),
    "float | None": (int, float, type(None)),
}


def _decode_scalar(annotation: str, value: object, where: str) -> object:
    allowed = _SCALARS[annotation]
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        raise MalformedDefinition(where, "wrong_type", expected=annotation.removesuffix(" | None"))
    if isinstance(value, str):
        return _string(value, where)
    return value if value is None or isinstance(value, bool) else _number(value, where)


def _record(value: object, where: str) -> Json:
    if not isinstance(value, dict):
        raise MalformedDefinition(where, "wrong_type", expected="object")
    return value


def _list(value: object, where: str) -> list[Anything]:
    if not isinstance(value, list):
        raise MalformedDefinition(where, "wrong_type", expected="list")
    return value


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise MalformedDefinition(where, "wrong_type", expected="str")
    if UNPRINTABLE.search(value):
        raise MalformedDefinition(where, "unprintable")
    return value


def _number(value: object, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise MalformedDefinition(where, "wrong_type", expected="float")
    if not -LARGEST <= value <= LARGEST:  # so written that NaN, which Python's JSON reader takes, is refused
        raise MalformedDefinition(where, "number_too_large")
    return value
