"""SurveyJS files that are broken, too large or up to something: a reason, and never a fall."""

import contextlib
import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.interchange import scope, surveyjs
from survey_app.interchange.expressions.surveyjs import parse
from survey_app.interchange.expressions.tree import NotUnderstood
from survey_app.interchange.findings import Imported, Severity, UnreadableFile
from survey_app.questionnaire import codec
from survey_app.web.author.import_words_rules import WORDS as SHARED
from survey_app.web.author.import_words_surveyjs import WORDS
from tests.support.sound import unsound
from tests.support.surveyjs import S5X

_SLOW = settings(suppress_health_check=list(HealthCheck), deadline=None)
_FULL: dict[str, Any] = {
    "locale": "zh-cn",
    "title": {"default": "问卷", "en": "Survey"},
    "description": "<p>说明</p>",
    "completedHtml": "谢谢",
    "calculatedValues": [{"name": "sum", "expression": "1"}],
    "triggers": [{"type": "skip", "expression": "{one} = 1"}],
    "pages": [
        {
            "name": "p1",
            "title": "第一页",
            "elements": [
                {"type": "radiogroup", "name": "one", "title": "一",
                 "choices": ["a", 2, {"value": "c", "text": "丙"}], "showOtherItem": True, "isRequired": True},
                {"type": "checkbox", "name": "many", "title": "多", "choices": ["a", "b", "c"], "hasNone": True,
                 "minSelectedChoices": 1, "maxSelectedChoices": 2, "choicesOrder": "random"},
                {"type": "rating", "name": "nps", "title": "荐", "rateMin": 0, "rateMax": 10},
                {"type": "rating", "name": "rate", "rateValues": [1, 2, {"value": 3, "text": "三"}]},
                {"type": "text", "inputType": "number", "name": "age", "min": 1, "max": 99, "step": 0.5,
                 "validators": [{"type": "numeric", "minValue": 2}]},
            ],
        },
        {
            "name": "p2",
            "visibleIf": "{one} = 'a' or {many} contains 'b'",
            "elements": [
                {"type": "panel", "name": "box", "title": "框", "visibleIf": "{nps} < 7", "elements": [
                    {"type": "comment", "name": "why", "maxLength": 300, "visibleIf": "{age} notempty"},
                    {"type": "matrix", "name": "m", "columns": S5X, "rows": ["a", {"value": "b", "text": "乙"}],
                     "rowsVisibleIf": "{many} contains {item}", "isAllRowRequired": True},
                ]},
                {"type": "text", "inputType": "date", "name": "day", "min": "2017-01-01"},
                {"type": "ranking", "name": "rank", "choices": ["x", "y"], "selectToRankEnabled": True,
                 "maxSelectedChoices": 1},
                {"type": "boolean", "name": "yes", "labelTrue": {"zh-cn": "好"}},
                {"type": "multipletext", "name": "mt", "items": [{"name": "a"}, {"name": "b", "isRequired": True}]},
                {"type": "html", "name": "h", "html": "<b>{one}</b>", "visibleIf": "{yes} = true"},
                {"type": "paneldynamic", "name": "pd", "templateElements": [{"type": "text", "name": "kid"}]},
                {"type": "dropdown", "name": "dd", "choicesMin": 1, "choicesMax": 5},
            ],
        },
    ],
}  # fmt: skip


def _refusal(data: bytes, **more: int) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        surveyjs.read(data, **more)
    assert caught.value.kind in WORDS
    return caught.value


def _is_sound(imported: Imported) -> None:
    """Whatever comes of a file could be stored and published, and every finding has words and their parameters."""
    has_error = any(finding.severity is Severity.ERROR for finding in imported.findings)
    assert (imported.questionnaire is None) == has_error
    for finding in imported.findings:
        assert finding.place.path is not None
        # Every blank of the words has its parameter.
        assert str(WORDS[finding.kind]) % finding.params
    if imported.questionnaire is not None:
        assert not unsound(imported.questionnaire)
        assert codec.loads(codec.dumps(imported.questionnaire)) == imported.questionnaire


def _is_read_or_refused(data: bytes) -> None:
    try:
        imported = surveyjs.read(data)
    except UnreadableFile as refusal:
        _ = str(WORDS[refusal.kind]) % refusal.params
    else:
        _is_sound(imported)


# --- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \n", "empty_file"),
        (b"{", "not_json"),
        (b"<xml/>", "not_json"),
        (b"PK\x03\x04" + b"\0" * 30, "not_json"),
        ("标题".encode("gb18030"), "encoding"),
        (b"[1, 2]", "not_surveyjs"),
        (b'"pages"', "not_surveyjs"),
        (b'{"format": "survey_app/questionnaire", "sections": []}', "not_surveyjs"),
        (b'{"pages": {}}', "not_surveyjs"),
        (b'{"pages": [], "pages": []}', "written_twice"),
        (b'{"pages": [NaN]}', "no_number"),
        (b'{"pages": [-Infinity]}', "no_number"),
        (b'{"pages": [1e999]}', "no_number"),
        (b'{"pages": [' + b"9" * 5000 + b"]}", "no_number"),
        (b"[" * 200_000, "too_deep"),
        (b'{"pages": ' + b"[" * 150 + b"]" * 150 + b"}", "too_deep"),
        (b" " * surveyjs.MAX_BYTES + b"{}", "too_large"),
    ],
)
def test_files_that_are_refused(data: bytes, kind: str) -> None:
    assert _refusal(data).kind == kind


def test_the_limit_of_bytes_is_the_callers() -> None:
    assert _refusal(json.dumps(_FULL).encode(), most_bytes=1000).kind == "too_large"


def test_bad_json_has_its_line_and_column() -> None:
    assert _refusal(b'{\n  "pages": ,\n}').params == {"line": 2, "column": 12}


def test_too_many_questions() -> None:
    elements = [{"type": "comment", "name": "same"}] * 2_001
    assert _refusal(json.dumps({"elements": elements}).encode()).params == {"most": 2_000}


def test_thousands_of_options_and_rows_of_one_name_do_not_take_long() -> None:
    survey = {
        "elements": [
            {"type": "checkbox", "name": "c", "choices": ["满意"] * 100_000},
            {"type": "matrix", "name": "m", "columns": ["x", "y"], "rows": ["满意"] * 100_000},
            *({"type": "comment", "name": "同名", "maxLength": 9} for _ in range(1_500)),
        ]
    }
    imported = surveyjs.read(json.dumps(survey, ensure_ascii=False).encode())
    assert {"too_many_choices", "too_many_rows"} <= {finding.kind for finding in imported.findings}
    _is_sound(imported)


@pytest.mark.parametrize("piece", ["<script ", "<!--", "{", "&amp;", "<b", "{a}", "' ", "\\'", "<a href="])
def test_labels_of_bad_will_do_not_take_long(piece: str) -> None:
    survey = {"elements": [{"type": "comment", "name": "c", "title": "字" + piece * 200_000}]}
    _is_sound(surveyjs.read(json.dumps(survey, ensure_ascii=False).encode()))


@pytest.mark.parametrize("piece", ["(", "!(", "{a} = 1 and ", "'", "\\", "[", "f(", "1", "{", "not "])
def test_expressions_of_bad_will_do_not_take_long(piece: str) -> None:
    survey = {
        "elements": [
            {"type": "comment", "name": "a", "title": "字"},
            {"type": "comment", "name": "c", "title": "字", "visibleIf": piece * 100_000},
        ]
    }
    imported = surveyjs.read(json.dumps(survey, ensure_ascii=False).encode())
    assert imported.questionnaire is not None
    assert [question.code for question in imported.questionnaire.questions] == ["a"]


# --- whatever stands anywhere --------------------------------------------------------------------------


def test_the_sample_is_read_whole() -> None:
    imported = surveyjs.read(json.dumps(_FULL, ensure_ascii=False).encode())
    assert imported.questionnaire is not None
    assert len(imported.questionnaire.questions) == 15
    _is_sound(imported)


def _places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inner in steps:
        yield from _places(inner, (*path, step))


_PLACES = [path for path in _places(_FULL) if path]
_JUNK = st.one_of(
    st.sampled_from(
        [None, True, False, 0, -1, 2, 0.5, 1e15, 1e300, 10**300, "", " ", "x", "\x00", "\ud800", "a" * 60, "满意"]
    ),
    st.sampled_from(
        [[], {}, [[]], [{}], ["a"], ["a", "a"], {"zh-cn": 1}, {"default": "<b>x"}, {"value": {"a": [1]}}]
    ),
    st.sampled_from(["{one} = 'a'", "{box} = 1", "{unit}", "!{", "1e5", "{{a}}", "default", "p1", "one", "ONE"]),
    st.text(max_size=5),
)


@settings(_SLOW, max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(_PLACES), _JUNK, st.booleans()), min_size=1, max_size=3))
def test_whatever_stands_anywhere(changes: list[tuple[tuple[str | int, ...], Any, bool]]) -> None:
    survey = copy.deepcopy(_FULL)
    for path, junk, is_taken_out in changes:
        _change(survey, path, junk, is_taken_out=is_taken_out)
    _is_read_or_refused(json.dumps(survey).encode())


def _change(data: Any, path: tuple[str | int, ...], junk: Any, *, is_taken_out: bool) -> None:
    try:
        for step in path[:-1]:
            data = data[step]
        if is_taken_out:
            del data[path[-1]]
        else:
            data[path[-1]] = junk
    except (KeyError, IndexError, TypeError):
        return  # an earlier change has taken the place away


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fall_over(data: bytes) -> None:
    _is_read_or_refused(data)


@_SLOW
@given(st.data())
def test_no_cut_or_flipped_byte_makes_the_reader_fall_over(data: st.DataObject) -> None:
    written = bytearray(json.dumps(_FULL, ensure_ascii=False).encode())
    for place in data.draw(st.lists(st.integers(0, len(written) - 1), max_size=3)):
        written[place] = data.draw(st.integers(0, 255))
    _is_read_or_refused(bytes(written[: data.draw(st.integers(0, len(written)))]))


@given(st.text("{}ab'\"\\()[]!=<>&|, 1.-empty notor", max_size=40))
def test_no_expression_makes_the_parser_fall_over(text: str) -> None:
    with contextlib.suppress(NotUnderstood):
        parse(text)


# --- words ---------------------------------------------------------------------------------------------


def test_every_kind_has_words_and_every_word_a_kind() -> None:
    files = [*Path(surveyjs.__file__).parent.glob("*.py"), Path(scope.__file__)]
    told: set[str] = set()
    for file in files:
        told |= set(re.findall(r'"([a-z]+(?:_[a-z0-9]+)*)"', file.read_text(encoding="utf-8")))
    assert set(WORDS) - set(SHARED) <= told | {f"out_{name}" for name in ("headline", "wave_link", "minutes")}
    calls = re.compile(
        r"(?:dropped|changed|error|leave_out|CannotSay|UnreadableFile)\(\s*(?:each, |node, )?\"([a-z_]+)\""
    )
    kinds = {kind for file in files for kind in calls.findall(file.read_text(encoding="utf-8"))}
    assert len(kinds) > 60
    assert kinds <= set(WORDS)
