"""Files that are broken, traps, or something else: refused with the reason; nothing makes the reader fall over."""

import random
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.interchange import limesurvey
from survey_app.interchange.findings import UnreadableFile
from survey_app.interchange.formats import format_of
from survey_app.interchange.limesurvey.loading import MAX_BYTES
from survey_app.web.author.import_words_limesurvey import WORDS
from tests.support.limesurvey import Ask, Group, lss
from tests.support.sound import unsound
from tests.support.tree import ROOT

_SAMPLES = [path.read_bytes() for path in sorted((ROOT / "tests" / "cases" / "limesurvey").glob("*.lss"))]
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
_DOC = b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>"
_BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><document>&c;</document>"
)
_EXTERNAL = b'<!DOCTYPE document SYSTEM "http://example.org/x.dtd"><document/>'
_SECRET = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>&x;</document>'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b" \n", "empty_file"),
        (b"PK\x03\x04", "archive"),
        (_BILLION, "xml_document_type"),
        (_EXTERNAL, "xml_document_type"),
        (_SECRET, "xml_document_type"),
        (_HEAD + b"<document>", "not_xml"),
        (_HEAD + b"<document>\x00</document>", "not_xml"),
        (b"{}", "not_xml"),
        ("标题".encode("gb18030"), "not_xml"),
        (b'<?xml version="1.0" encoding="gb18030"?>' + _DOC, "encoding"),
        (b"<html></html>", "not_limesurvey"),
        (b"<document></document>", "not_limesurvey"),
        (_DOC.replace(b"Survey<", b"Group<"), "not_whole_survey"),
        (b"<document>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</document>", "too_deep"),
        (b" " * MAX_BYTES + _DOC, "too_large"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(data: bytes, kind: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        limesurvey.read(data)
    assert refused.value.kind == kind
    assert str(WORDS[kind]) % refused.value.params


def test_the_place_of_broken_xml_is_told() -> None:
    with pytest.raises(UnreadableFile) as refused:
        limesurvey.read(_HEAD + b"\n<document>\n </x>")
    assert refused.value.params == {"line": 3, "column": 4}


def test_files_may_be_limited_further() -> None:
    with pytest.raises(UnreadableFile):
        limesurvey.read(_SAMPLES[0], most_bytes=1_000)


def test_far_too_many_rows_and_questions_are_refused() -> None:
    row = b"<row><qid>1</qid></row>"
    data = _DOC.replace(b"</document>", b"<x><rows>" + row * 100_001 + b"</rows></x></document>")
    with pytest.raises(UnreadableFile) as refused:
        limesurvey.read(data)
    assert refused.value.kind == "file_too_long"
    questions = [Ask("S", f"Q{number}") for number in range(2_001)]
    with pytest.raises(UnreadableFile) as refused:
        limesurvey.read(lss(Group("组", questions)))
    assert refused.value.kind == "too_many_questions"


def test_an_empty_survey_is_an_error() -> None:
    imported = limesurvey.read(_DOC)
    assert imported.questionnaire is None
    assert imported.findings


def test_files_are_told_from_others() -> None:
    assert all(map(limesurvey.recognises, _SAMPLES))
    assert {format_of(each, most_bytes=MAX_BYTES).key for each in _SAMPLES} == {"limesurvey"}
    assert not any(map(limesurvey.recognises, (b"", b"{}", b"<html></html>", b"PK\x03\x04")))


@pytest.mark.parametrize(
    "words", ["<" * 60_000, "{" * 60_000, "{a" * 30_000, "<b" * 30_000, "&" * 60_000, "{}" * 30_000]
)
def test_hostile_words_take_no_time(words: str) -> None:
    data = lss(Group("组", [Ask("S", "Q1", words), Ask("S", "Q2", data={"relevance": words})]))
    begun = time.process_time()
    limesurvey.read(data)
    assert time.process_time() - begun < 5


def _say(data: bytes) -> None:
    """Read; whatever comes of it can be said, and is a questionnaire without errors of structure."""
    with suppress(UnreadableFile):
        imported = limesurvey.read(data)
        for each in imported.findings:
            assert str(WORDS[each.kind]) % each.params
        if imported.questionnaire is not None:
            assert not unsound(imported.questionnaire)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_SAMPLES), st.randoms(use_true_random=False))
def test_damaged_files_make_nothing_fall_over(sample: bytes, chance: random.Random) -> None:
    damaged = bytearray(sample)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[place] = chance.randrange(32, 127)
            case 1:
                del damaged[place : place + chance.randrange(200)]
            case 2:
                part = damaged[place : place + chance.randrange(2_000)]
                damaged[place:place] = part
            case _:
                damaged[place : place + 1] = chance.choice([b"<row>", b"</rows>", b"]]>", b"0", b"Q1_", b"'"])
    _say(bytes(damaged))


_VALUES = st.sampled_from([
    "", "0", "1", "Y", "N", "S", "-1", "x", "Q1", "Q1_SQ001", "Q1;Q2", "99999", "好", "{Q1}", "1.5", "random",
    "2017-04-11", "Q1 == 'a'", "!is_empty(Q1)", "SQ001", "a b", "_", "1" * 60, "<b>", "Q1_other",
])  # fmt: skip
_ATTRIBUTES = st.sampled_from([
    "hidden", "max_answers", "min_answers", "exclude_all_others", "array_filter", "min_num_value_n", "date_min",
    "max_num_value_n", "num_value_int_only", "numbers_only", "maximum_chars", "date_max", "suffix", "answer_order",
])  # fmt: skip
_PAIRS: st.SearchStrategy[list[tuple[Any, ...]]] = st.lists(
    st.one_of(st.tuples(_VALUES, _VALUES), st.tuples(_VALUES, _VALUES, st.just({"relevance": "Q1 == 'a'"}))),
    max_size=4,
)
_QUESTIONS = st.builds(
    Ask,
    st.sampled_from([*"L!O5YGMPRNKSTUQDXABCEFH1*;:|IZ", ""]),
    st.sampled_from(["Q1", "Q2", "q1", "Q1_SQ001", "1", "", "好", "Q" * 60]),
    _VALUES,
    _PAIRS,
    st.lists(st.tuples(_VALUES, _VALUES, st.integers(0, 1)), max_size=4),
    st.dictionaries(_ATTRIBUTES, _VALUES, max_size=4),
    data=st.dictionaries(st.sampled_from(["relevance", "other", "mandatory", "question_order", "gid"]), _VALUES),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_QUESTIONS, max_size=5), st.booleans(), _VALUES)
def test_no_survey_makes_the_reader_fall_over(questions: list[Ask], is_old: bool, relevance: str) -> None:
    groups = (Group("组", questions[:2]), Group("{x}", questions[2:], relevance=relevance))
    _say(lss(*groups, is_old=is_old))


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_no_bytes_make_the_reader_fall_over(data: bytes) -> None:
    limesurvey.recognises(data)
    _say(data)
    _say(_DOC.replace(b"</document>", data + b"</document>"))
