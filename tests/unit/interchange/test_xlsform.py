"""XLSForm out and in again: nothing lost, and other readers of the format have nothing to complain of."""

import dataclasses
import io

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from survey_app import library
from survey_app.interchange.findings import Severity
from survey_app.interchange.xlsform import read, write, write_report
from survey_app.library import Template
from survey_app.questionnaire.definition import (
    KINDS,
    LongText,
    Nps,
    Number,
    Questionnaire,
    Ranking,
    Section,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.rules import All, Answered, Any, AnyOf, Is, IsNot, Not
from survey_app.questionnaire.text import Text
from tests.support import strategies, tiny
from tests.support.xlsform import words

TEMPLATES = [pytest.param(each, id=each.code) for each in library.templates()]


def _opens_elsewhere(data: bytes) -> str:
    """Convert with pyxform, which must have nothing to complain of; return the XForm."""
    result = convert(io.BytesIO(data), validate=False)
    assert result.warnings == []
    return str(result.xform)


def _back(questionnaire: Questionnaire) -> Questionnaire | None:
    """Write and read again; there must be nothing to report."""
    result = read(write(questionnaire), filename="form.xlsx")
    assert result.findings == ()
    return result.questionnaire


def _straight(words: str) -> str:
    """Words with the quotation marks that pyxform writes for all others, as `write_report` says."""
    return words.replace("“", '"').replace("”", '"')


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_shipped_questionnaire_goes_out_and_comes_back_equal(template: Template) -> None:
    data = write(template.questionnaire)
    xform = _opens_elsewhere(data)
    assert _straight(template.title.zh) in xform
    assert _back(template.questionnaire) == template.questionnaire


def test_the_workers_form_asks_the_same_elsewhere() -> None:
    xform = _opens_elsewhere(write(library.template("A_W").questionnaire))
    asked = library.template("A_W").questionnaire
    for code, place in asked.fields.items():
        assert f"/{code}" in xform
        assert _straight(place.label.zh.split("{")[0]) in xform


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_others_will_not_find_is_said(template: Template) -> None:
    found = write_report(template.questionnaire)
    assert all(each.severity is Severity.CHANGED for each in found)
    kinds = {each.kind for each in found}
    asked = template.questionnaire
    assert ("out_marks" in kinds) is bool(asked.scales)
    assert ("out_headline" in kinds) is (asked.headline is not None)
    assert ("out_wave_link" in kinds) is (asked.wave_link is not None)
    for each in found:
        assert words(each)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.questionnaires())
def test_any_questionnaire_comes_back_equal(questionnaire: Questionnaire) -> None:
    data = write(questionnaire)
    result = read(data, filename="form.xlsx")
    assert result.questionnaire == questionnaire
    assert result.findings == ()
    _opens_elsewhere(data)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.st.data())
def test_every_kind_of_question_comes_back_equal(kind: str, data: strategies.st.DataObject) -> None:
    questionnaire = data.draw(strategies.questionnaires((kind,)))
    assert _back(questionnaire) == questionnaire


RULES = [
    Is("a", "1"),
    IsNot("a", "1"),
    AnyOf("a", ("1", "2")),
    Any((Is("a", "1"), Is("a", "2"))),
    AnyOf("a", ("1",)),
    Not(Is("a", "1")),
    All((Answered("a"), Not(Is("a", "1")))),
    All((Is("a", "1"), Any((Is("m", "1"), All((Is("m", "2"), IsNot("m", "3"))))))),
    All((Is("a", "1"), All((Is("m", "1"), Is("m", "2"))))),
    All((Is("a", "1"),)),
    Any((Is("a", "1"),)),
    All(()),
    Any(()),
    IsNot("m", "2"),
    All((Answered("m"), Not(Is("m", "2")))),
    All((Answered("a"), IsNot("m", "2"))),
    Not(Any((AnyOf("m", ("1", "2")), Answered("a")))),
    Is("a_3_text", "it's"),
    Is("a_3_text", "‘“\"'”’"),
    Is("a_3_text", ""),
]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_a_rule_comes_back_as_it_was_meant_and_as_it_was_written(rule: Is) -> None:
    questionnaire = tiny.questionnaire(
        tiny.single("a", specify="3"), tiny.multiple("m"), tiny.rating("r", shown_if=rule)
    )
    assert _back(questionnaire) == questionnaire


def test_a_rule_that_somebody_changed_in_the_file_counts_as_changed() -> None:
    rule = Any((Is("a", "1"), Is("a", "2")))
    data = write(tiny.questionnaire(tiny.single("a"), tiny.rating("r", shown_if=rule)))
    book = load_workbook(io.BytesIO(data))
    for row in book["survey"].iter_rows():
        for cell in row:
            if cell.value == "${a} = '1' or ${a} = '2'":
                cell.value = "${a} = '3'"
    stream = io.BytesIO()
    book.save(stream)
    result = read(stream.getvalue(), filename="form.xlsx")
    assert result.questionnaire is not None
    assert result.questionnaire.question_by_code["r"].shown_if == Is("a", "3")


def test_codes_that_are_names_of_something_else_elsewhere() -> None:
    questionnaire = tiny.questionnaire(
        tiny.section("q", tiny.single("q"), tiny.single("instanceID", specify="2")),
        tiny.section("meta", tiny.rating("YN", shown_if=Is("instanceID", "1"))),
        tiny.section("n", Nps(code="n", text=tiny.WORDS, low=tiny.WORDS), tiny.single("n_ends")),
    )
    assert _back(questionnaire) == questionnaire
    _opens_elsewhere(write(questionnaire))


def test_texts_that_spreadsheets_and_forms_would_take_for_something_else() -> None:
    texts = [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "{unit}",
        "<script>alert(1)</script>",
        "**x** # y",
        "a\nb\tc",
        " x ",
        "&amp;",
    ]
    questions = tuple(
        Statement(code=f"s{number}", text=Text(words, words), help=Text(words, words))
        for number, words in enumerate(texts)
    )
    questionnaire = tiny.questionnaire(tiny.single("a"), *questions)
    assert _back(questionnaire) == questionnaire
    _opens_elsewhere(write(questionnaire))


def test_a_dollar_before_a_variable_is_no_reference() -> None:
    questionnaire = tiny.questionnaire(tiny.single("a"), Statement(code="s", text=Text("${unit}", "${unit}")))
    assert [each.kind for each in write_report(questionnaire) if each.place.path == "s"] == ["out_dollar"]
    spaced = tiny.questionnaire(tiny.single("a"), Statement(code="s", text=Text("$ {unit}${unit}", "$  {unit}")))
    for each in (questionnaire, spaced):
        assert _back(each) == each
    _opens_elsewhere(write(questionnaire))


def test_a_text_too_long_for_a_cell_is_named() -> None:
    questionnaire = tiny.questionnaire(tiny.single("a"), Statement(code="s", text=Text("x" * 40_000, "x")))
    assert [each.kind for each in write_report(questionnaire) if each.place.path == "s"] == ["out_text_cut"]


def test_what_xlsform_has_no_words_for_is_named_with_its_place() -> None:
    questionnaire = tiny.questionnaire(
        Ranking(code="rank", text=tiny.WORDS, options=tiny.options("1", "2", "3"), top=2),
        Number(code="days", text=tiny.WORDS, unit=Text("天", "days")),
    )
    found = {(each.kind, each.place.path) for each in write_report(questionnaire)}
    assert {("out_top", "rank"), ("out_unit", "days")} <= found


def test_only_one_language() -> None:
    questionnaire = Questionnaire(
        "f", Text("题目"), (Section("s", Text("页"), (LongText(code="t", text=Text("您的意见")),)),)
    )
    assert _back(questionnaire) == questionnaire
    assert "English" not in _opens_elsewhere(write(questionnaire))


@pytest.mark.parametrize(
    "questionnaire",
    [
        Questionnaire("f", Text(), ()),
        Questionnaire("f", Text(), (Section("s", Text(), ()),)),
        tiny.questionnaire(tiny.single("a"), tiny.single("a")),
        tiny.questionnaire(tiny.rating("r", shown_if=Is("nobody", "1"))),
        tiny.questionnaire(tiny.matrix("m", "r1", rows_from="nobody")),
        dataclasses.replace(tiny.questionnaire(tiny.rating("r")), scales=()),
        tiny.questionnaire(SingleChoice(code="a", text=Text("\x00\x0b"), options=())),
    ],
)
def test_drafts_with_problems_can_be_written(questionnaire: Questionnaire) -> None:
    read(write(questionnaire), filename="form.xlsx")
    write_report(questionnaire)
