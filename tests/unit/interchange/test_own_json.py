"""Files of our own: nothing is lost, what is wrong has its path, and the published schema says what may stand."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from survey_app import library
from survey_app.interchange import own_json
from survey_app.interchange.findings import Severity
from survey_app.questionnaire import codec
from survey_app.questionnaire.codec import MalformedDefinition
from survey_app.questionnaire.definition import KINDS, Questionnaire
from survey_app.web.author.import_words_json import WORDS
from tests.support.strategies import questionnaires

_CODES = [each.code for each in library.templates()]
_VALIDATOR = Draft202012Validator(own_json.json_schema())
_SLOW = settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)


def _a_w() -> Any:
    return codec.encode(library.template("A_W").questionnaire)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(own_json.json_schema())


def test_the_schema_can_be_published() -> None:
    text = json.dumps(own_json.json_schema())
    assert json.loads(text) == own_json.json_schema()
    text.encode("ascii")


@pytest.mark.parametrize("code", _CODES)
def test_shipped_questionnaires_keep_to_the_schema(code: str) -> None:
    _VALIDATOR.validate(json.loads(own_json.write(library.template(code).questionnaire)))


@pytest.mark.parametrize("code", _CODES)
def test_shipped_questionnaires_come_back(code: str) -> None:
    questionnaire = library.template(code).questionnaire
    imported = own_json.read(own_json.write(questionnaire).encode())
    assert imported.questionnaire == questionnaire
    assert imported.findings == ()


@_SLOW
@given(questionnaires())
def test_every_questionnaire_comes_back_and_keeps_to_the_schema(questionnaire: Questionnaire) -> None:
    text = own_json.write(questionnaire)
    assert own_json.read(text.encode()).questionnaire == questionnaire
    _VALIDATOR.validate(json.loads(text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"])
def test_encodings(encoding: str) -> None:
    questionnaire = library.template("A_W").questionnaire
    assert own_json.read(own_json.write(questionnaire).encode(encoding)).questionnaire == questionnaire


def test_files_are_for_people_to_read() -> None:
    lines = own_json.write(library.template("A_W").questionnaire).splitlines()
    assert '    "zh": "工作队满意度测评表（职工卷）",' in lines
    assert max(map(len, lines)) < 1_200  # the notice, one text of several lines


def _set(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = to

    return change


def _without(*path: str | int) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


_FIRST = ("sections", 0, "questions", 0)
_HERE = "$.sections[0].questions[0]"
_BROKEN: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "no format": (_without("format"), "wrong_format", "$.format"),
    "another version": (_set("format_version", to=2), "wrong_format", "$.format"),
    "no code": (_without("code"), "missing", "$"),
    "no sections": (_without("sections"), "missing", "$"),
    "sections that are none": (_set("sections", to={}), "wrong_type", "$.sections"),
    "a name that we do not know": (_set("colour", to="red"), "unknown_name", "$"),
    "a question of no kind": (_without(*_FIRST, "kind"), "unknown_kind", f"{_HERE}.kind"),
    "a question of another kind": (_set(*_FIRST, "kind", to="video"), "unknown_kind", f"{_HERE}.kind"),
    "a question without words": (_without(*_FIRST, "text"), "missing", _HERE),
    "what another kind has": (_set(*_FIRST, "top", to=3), "unknown_name", _HERE),
    "a number for a code": (_set(*_FIRST, "code", to=1), "wrong_type", f"{_HERE}.code"),
    "yes instead of true": (_set(*_FIRST, "required", to="yes"), "wrong_type", f"{_HERE}.required"),
    "true instead of minutes": (_set("minutes", to=True), "wrong_type", "$.minutes"),
    "half minutes": (_set("minutes", to=1.5), "wrong_type", "$.minutes"),
    "a third language": (_set("title", to={"zh": "题", "fr": "titre"}), "unknown_name", "$.title"),
    "a text of numbers": (_set("title", to=[1]), "wrong_type", "$.title"),
    "what no file can hold": (_set("title", to="题\x00"), "unprintable", "$.title"),
    "true for a version": (_set("format_version", to=True), "wrong_format", "$.format"),
    "a lone surrogate": (_set("title", "zh", to="\ud800"), "unprintable", "$.title.zh"),
    "an option without code": (_without(*_FIRST, "options", 1, "code"), "missing", f"{_HERE}.options[1]"),
    "a score past all bounds": (
        _set("scales", 0, "grades", 0, "score", to=1e300),
        "number_too_large",
        "$.scales[0].grades[0].score",
    ),
    "a rule of nothing": (_set(*_FIRST, "shown_if", to={}), "not_a_rule", f"{_HERE}.shown_if"),
    "a rule that says two things": (
        _set(*_FIRST, "shown_if", to={"question": "W01", "is": "1", "is_not": "2"}),
        "not_a_rule",
        f"{_HERE}.shown_if",
    ),
    "a rule over a number": (
        _set(*_FIRST, "shown_if", to={"all": [{"question": "W01", "is": 1}]}),
        "wrong_type",
        f"{_HERE}.shown_if.all[0].is",
    ),
    "a rule that is not answered": (
        _set(*_FIRST, "shown_if", to={"not": {"question": "W01", "answered": False}}),
        "not_a_rule",
        f"{_HERE}.shown_if.not",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _BROKEN)
def test_broken_files_are_refused_by_reader_and_schema(name: str) -> None:
    change, kind, path = _BROKEN[name]
    data = _a_w()
    change(data)
    imported = own_json.read(json.dumps(data).encode())
    assert imported.questionnaire is None
    (finding,) = imported.findings
    assert (finding.severity, finding.kind, finding.place.path) == (Severity.ERROR, kind, path)
    assert not _VALIDATOR.is_valid(data)


def _places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inner in steps:
        yield from _places(inner, (*path, step))


_JUNK = st.sampled_from([
    None, True, 0, 2, -1.5, "x", "1", "", "\x00", [], ["1"], {}, {"zh": "字"}, {"question": "G01", "is": "1"},
    {"question": "G01", "answered": True}, {"code": "x", "text": "y"}, {"kind": "nps", "code": "N", "text": "?"},
])  # fmt: skip


@_SLOW
@given(questionnaires(), st.data(), _JUNK, st.booleans())
def test_schema_and_reader_agree_on_whatever_stands_anywhere(
    questionnaire: Questionnaire, data: st.DataObject, junk: Any, taken_out: bool
) -> None:
    changed = codec.encode(questionnaire)
    path = data.draw(st.sampled_from([each for each in _places(changed) if each]))
    (_without(*path) if taken_out else _set(*path, to=copy.deepcopy(junk)))(changed)
    try:
        codec.decode(changed)
    except MalformedDefinition:
        assert not _VALIDATOR.is_valid(changed)
    else:
        _VALIDATOR.validate(changed)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b" \n", "empty_file"),
        (b"[1, 2]", "wrong_type"),
        (b"{", "not_json"),
        (b'{"format": 1, "format": 1}', "written_twice"),
        ("标题".encode("gb18030"), "not_json"),
        ("标题".encode()[:-1] * 5, "not_json_text"),
        (b"[" * 200_000, "not_json_text"),
        (b"PK\x03\x04\xff\xfe", "not_json_text"),
        (b" " * own_json.MAX_BYTES + b"{}", "too_large"),
    ],
)
def test_other_files_are_refused_with_the_reason(data: bytes, kind: str) -> None:
    imported = own_json.read(data)
    assert imported.questionnaire is None
    assert [finding.kind for finding in imported.findings] == [kind]


def test_where_the_schema_is_published_may_stand_in_a_file() -> None:
    data = {"$schema": "/schema/questionnaire-1.json", **_a_w()}
    _VALIDATOR.validate(data)
    assert own_json.read(json.dumps(data).encode()).findings == ()


def test_text_that_is_none_has_its_line() -> None:
    damaged = '{\n  "format": "标题标题标题'.encode()[:-1] + b'"\n}'
    (finding,) = own_json.read(damaged).findings
    assert (finding.kind, finding.place.row) == ("not_json_text", 2)


def test_bad_json_has_its_line_and_column() -> None:
    (finding,) = own_json.read(b'{\n  "format": ,\n}').findings
    assert (finding.place.row, finding.place.column) == (2, "13")


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fall_over(data: bytes) -> None:
    assert len(own_json.read(data).findings) == 1


def test_rules_that_nest_too_deep() -> None:
    data = _a_w()
    rule: Any = {"question": "W01", "answered": True}
    for _ in range(30):
        rule = {"not": rule}
    data["sections"][0]["shown_if"] = rule
    assert own_json.read(json.dumps(data).encode()).findings[0].kind == "too_deep"


def test_every_kind_of_question_has_its_place_in_the_schema() -> None:
    assert {f"question_{kind}" for kind in KINDS} <= set(own_json.json_schema()["$defs"])


def test_every_reason_has_words() -> None:
    told = {kind for _, kind, _ in _BROKEN.values()}
    told |= {"empty_file", "not_json", "not_json_text", "written_twice", "too_large", "too_deep"}
    assert told == set(WORDS)
