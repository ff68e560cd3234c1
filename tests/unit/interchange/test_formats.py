"""The registry of formats: each is recognised by what a file holds, comes back, and has words for what it tells."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app import library
from survey_app.interchange.findings import Severity, UnreadableFile
from survey_app.interchange.formats import FORMATS, WRITABLE, format_of
from survey_app.library import Template
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Questionnaire
from survey_app.web.author.exchange_words import _GENERAL, FORMAT_WORDS
from tests.support.exchange import foreign_xlsform, shipped_files
from tests.support.strategies import questionnaires
from tests.support.xlsform import HEAD, xls, xlsx

LIMIT = 1024 * 1024
_QUICK = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
_OTHERS = Path(__file__).resolve().parents[4] / "shared" / "data" / "xlsforms"
"""Files of other people, which not everybody has beside the project."""


def _key(data: bytes) -> str:
    return format_of(data, most_bytes=LIMIT).key


def _back(key: str, questionnaire: Questionnaire) -> Questionnaire | None:
    write = WRITABLE[key].write
    assert write is not None
    return FORMATS[key].read(write(questionnaire), "file", LIMIT).questionnaire


def test_every_format_has_words() -> None:
    assert set(FORMAT_WORDS) == set(FORMATS)


def test_what_is_written_is_recognised() -> None:
    assert {key: _key(content) for key, (_, content) in shipped_files().items()} == {key: key for key in WRITABLE}


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (foreign_xlsform(), "xlsform"),
        (xls(survey=[HEAD, ("text", "a", "A")]), "xlsform"),
        (xlsx(Questions=[("Type", "Question", "Options")]), "sheet"),
        (b"PK\x03\x04 broken", "xlsform"),
        (b'{"pages": []}', "surveyjs"),
        (b'\xef\xbb\xbf \r\n{"pages": []}', "surveyjs"),
        ('{"elements": []}'.encode("utf-16"), "surveyjs"),
        (b'{"format" : "survey_app/questionnaire"', "own_json"),
        (json.dumps({"format": codec.FORMAT}).encode("utf-16"), "own_json"),
        ("1. 您满意吗？\nA. 是\nB. 否".encode(), "pasted"),
        ("1. 您满意吗？\r\nA. 是\r\nB. 否".encode("gb18030"), "pasted"),
    ],
)
def test_a_file_is_what_it_holds_whatever_its_name(data: bytes, key: str) -> None:
    assert _key(data) == key


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b"\xff\xfe\x00\x00", "empty_file"),
        (b" " * (LIMIT + 1), "too_large"),
        (b"%PDF-1.7\x00\x01\x02", "document"),
        (b"{\\rtf1\\ansi hello}", "document"),
        (b"PK\x03\x04....word/document.xml", "document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "WordDocument".encode("utf-16-le"), "document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_recognised"),
    ],
)
def test_what_is_no_questionnaire_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        format_of(data, most_bytes=LIMIT)
    assert refusal.value.kind == kind
    assert kind in _GENERAL


@pytest.mark.parametrize("name", ["问卷.doc", "问卷.WPS", "问卷.pdf"])
def test_a_document_is_known_by_its_name_where_its_content_says_nothing(name: str) -> None:
    with pytest.raises(UnreadableFile, match="document"):
        format_of(b"\x00\x01\x02\xff\xfe\x80", most_bytes=LIMIT, filename=name)


@pytest.mark.parametrize("template", library.templates(), ids=lambda each: each.code)
@pytest.mark.parametrize("key", ["own_json", "surveyjs", "sheet"])
def test_every_shipped_questionnaire_goes_out_and_comes_back_equal(key: str, template: Template) -> None:
    assert _back(key, template.questionnaire) == template.questionnaire


@pytest.mark.parametrize("key", list(WRITABLE))
def test_what_does_not_come_back_is_reported(key: str) -> None:
    @_QUICK
    @given(questionnaires())
    def is_reported(questionnaire: Questionnaire) -> None:
        assert _back(key, questionnaire) == questionnaire or WRITABLE[key].write_report(questionnaire)

    is_reported()


@pytest.mark.parametrize("key", list(WRITABLE))
def test_damaged_files_are_read_or_refused(key: str) -> None:
    content = shipped_files()[key][1]
    places = st.integers(0, len(content) - 1)

    @settings(parent=_QUICK, max_examples=60)
    @given(
        st.lists(st.tuples(places, st.binary(max_size=12), st.integers(0, 40)), min_size=1, max_size=6),
        st.booleans(),
    )
    def is_handled(changes: list[tuple[int, bytes, int]], is_asked_for: bool) -> None:
        data = bytearray(content)
        for place, put, cut in changes:
            data[place : place + cut] = put
        _read(bytes(data), key if is_asked_for else "")

    is_handled()


def _read(data: bytes, key: str) -> None:
    """Read hostile bytes: what comes out can be stored, and everything said about it has words."""
    try:
        found = format_of(data, most_bytes=LIMIT, key=key)
        key = found.key
        imported = found.read(data, "file", LIMIT)
    except UnreadableFile as refusal:
        _filled(key, refusal.kind, refusal.params)
        return
    for finding in imported.findings:
        _filled(key, finding.kind, finding.params)
    if imported.questionnaire is None:
        assert any(each.severity is Severity.ERROR for each in imported.findings)
    else:
        assert codec.loads(codec.dumps(imported.questionnaire)) == imported.questionnaire


def _filled(key: str, kind: str, params: object) -> None:
    words = {**_GENERAL, **(FORMAT_WORDS[key].findings if key else {})}[kind]
    assert not re.search(r"%\(\w+\)", str(words._args[0]) % params)


_NESTED: dict[str, Callable[[int], str]] = {
    "lists": lambda depth: '{"pages": ' + "[" * depth + "]" * depth + "}",
    "panels": lambda depth: (
        '{"elements": ' + '[{"type": "panel", "name": "p", "elements": ' * depth + "[]" + "}]" * depth + "}"
    ),
    "not": lambda depth: json.dumps(
        {
            "elements": [
                {"type": "text", "name": "a"},
                {"type": "text", "name": "b", "visibleIf": "!(" * depth + "{a}"},
            ]
        }
    ),
    "own": lambda depth: (
        '{"format": "survey_app/questionnaire", "sections": ' + '{"not": ' * depth + "1" + "}" * depth
    ),
    "brackets": lambda depth: "1. 您好？（" + "（" * depth + "W01=1" + "）" * depth,
}


@pytest.mark.parametrize("shape", list(_NESTED))
@pytest.mark.parametrize("depth", [30, 150, 20_000])
def test_whatever_is_nested_is_read_or_refused(shape: str, depth: int) -> None:
    _read(_NESTED[shape](depth).encode(), "")


@pytest.mark.parametrize(
    "words",
    [
        "x" * 200_000,
        "<b>" * 60_000,
        "<" * 200_000,
        "{" * 100_000,
        "${" * 100_000,
        "[](" * 60_000,
        "&" * 200_000,
        "（" * 100_000,
        "_" * 200_000,
        "\u202e\u0301" * 50_000,
        "<script>alert(1)</script>",
        '=HYPERLINK("http://example.org")',
        "@SUM(1+1)*cmd|' /C calc'!A0",
    ],
    ids=range(13),
)
def test_huge_and_hostile_words_are_read_or_refused(words: str) -> None:
    _read(words.encode(), "pasted")
    _read(f"1. {words}\nA. {words}\nB. 否".encode(), "pasted")
    _read(
        json.dumps(
            {"elements": [{"type": "text", "name": words[:50], "title": words, "visibleIf": words}]}
        ).encode(),
        "",
    )
    _read(xlsx(survey=[(*HEAD, "relevant"), ("text", "a", words[:32_000], words[:32_000])]), "")
    _read(
        xlsx(问题=[("题干", "题型", "选项", "显示条件"), (words[:32_000], "单选", words[:32_000], words[:32_000])]),
        "",
    )


def test_files_of_other_people_come_in_or_are_refused_with_words() -> None:
    theirs = sorted(_OTHERS.iterdir()) if _OTHERS.is_dir() else []
    for data in (foreign_xlsform(), *(path.read_bytes() for path in theirs)):
        _read(data, "")
