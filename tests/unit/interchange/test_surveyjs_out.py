"""SurveyJS out and in again: everything comes back, and what SurveyJS will not understand is named."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app import library
from survey_app.interchange import surveyjs
from survey_app.interchange.findings import Severity
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import (
    KINDS,
    Grade,
    MultipleChoice,
    Number,
    Option,
    Questionnaire,
    Scale,
    ScaleQuestion,
    Section,
    ShortText,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.rules import All, Answered, AnyOf, AtLeast, Is, IsNot, Not, Rule
from survey_app.questionnaire.text import EMPTY, Text
from tests.support.strategies import questionnaires

_CODES = [each.code for each in library.templates()]
_SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
_T = Text("字", "word")
_OPTIONS = (Option("a", Text("甲", "A")), Option("b", Text("乙", "B")))


def _back(questionnaire: Questionnaire) -> Questionnaire | None:
    return surveyjs.read(surveyjs.write(questionnaire).encode()).questionnaire


def _written(questionnaire: Questionnaire) -> Any:
    return json.loads(surveyjs.write(questionnaire))


def _of(*questions: Any) -> Questionnaire:
    return Questionnaire("K", _T, (Section("s", _T, questions),))


@_SLOW
@given(questionnaires())
def test_every_questionnaire_comes_back(questionnaire: Questionnaire) -> None:
    imported = surveyjs.read(surveyjs.write(questionnaire).encode())
    assert imported.questionnaire == questionnaire
    assert imported.findings == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back(kind: str) -> None:
    @settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
    @given(questionnaires(kinds=(kind, "single")))
    def comes_back(questionnaire: Questionnaire) -> None:
        assert _back(questionnaire) == questionnaire

    comes_back()


@pytest.mark.parametrize("code", _CODES)
def test_shipped_questionnaires_come_back(code: str) -> None:
    questionnaire = library.template(code).questionnaire
    imported = surveyjs.read(surveyjs.write(questionnaire).encode())
    assert codec.encode(imported.questionnaire or _of()) == codec.encode(questionnaire)
    assert imported.findings == ()


def test_questions_stand_in_what_surveyjs_has() -> None:
    survey = _written(library.template("A_W").questionnaire)
    types = {element["type"] for page in survey["pages"] for element in page["elements"]}
    assert types <= {"radiogroup", "checkbox", "matrix", "rating", "text", "comment", "ranking", "html"}


def test_words_of_the_questionnaire_are_no_html() -> None:
    text = Text("a < b & <b>c</b>\n&amp;", "<script>")
    survey = _written(
        _of(Statement(code="A1", text=text, help=_T), SingleChoice(code="Q", text=_T, options=_OPTIONS))
    )
    html = survey["pages"][0]["elements"][0]["html"]
    assert html["zh-cn"] == "a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;<br>\n&amp;amp;<br><small>字</small>"
    assert html["en"] == "&lt;script&gt;<br><small>word</small>"


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        (Is("Q", "a"), "{Q} = 'a'"),
        (Is("M", "a"), "{M} contains 'a'"),
        (IsNot("Q", "a"), "{Q} notempty and {Q} <> 'a'"),
        (IsNot("M", "a"), "{M} notempty and {M} notcontains 'a'"),
        (AnyOf("M", ("a", "b")), "{M} anyof ['a', 'b']"),
        (AtLeast("N", 2.5), "{N} >= 2.5"),
        (Not(Answered("N")), "!({N} notempty)"),
        (All((Is("Q", "a"), Not(IsNot("M", "b")))), "{Q} = 'a' and (!({M} notempty and {M} notcontains 'b'))"),
        (All(()), "true"),
        (Is("M_a_text", "好"), "{M_a_text} = '好'"),
    ],
)
def test_rules_are_written_as_expressions(rule: Rule, written: str) -> None:
    asked = (
        SingleChoice(code="Q", text=_T, options=_OPTIONS),
        MultipleChoice(code="M", text=_T, options=(Option("a", _T, specify=True), Option("b", _T))),
        Number(code="N", text=_T, decimals=1),
    )
    questionnaire = _of(*asked, ShortText(code="X", text=_T, shown_if=rule))
    element = _written(questionnaire)["pages"][0]["elements"][-1]
    assert element["visibleIf"] == written
    assert _back(questionnaire) == questionnaire


def test_what_an_expression_cannot_bring_back_stands_in_our_own_object() -> None:
    rule = All((Is("T", 'It\'s \\ "so"'),))
    questionnaire = _of(ShortText(code="T", text=_T), ShortText(code="X", text=_T, shown_if=rule))
    survey = _written(questionnaire)
    assert survey["survey_app"]["questions"]["X"]["rule"] == codec.encode_rule(rule)
    assert _back(questionnaire) == questionnaire


def test_an_edited_expression_counts_more_than_our_own_object() -> None:
    rule = All((Is("Q", "a"),))
    survey = _written(
        _of(SingleChoice(code="Q", text=_T, options=_OPTIONS), ShortText(code="X", text=_T, shown_if=rule))
    )
    survey["pages"][0]["elements"][1]["visibleIf"] = "{Q} = 'b'"
    read = surveyjs.read(json.dumps(survey).encode()).questionnaire
    assert read is not None
    assert read.question_by_code["X"].shown_if == Is("Q", "b")


def test_an_edited_scale_keeps_what_its_grades_count_for_and_says_so() -> None:
    survey = _written(library.template("A_W").questionnaire)
    elements = [each for page in survey["pages"] for each in page["elements"]]
    code = next(k for k, v in survey["survey_app"]["questions"].items() if v.get("scale") == "S5")
    element = next(each for each in elements if each["name"] == code)
    element["choices" if "choices" in element else "columns"][0]["text"] = {"zh-cn": "特别满意", "en": "Delighted"}
    imported = surveyjs.read(json.dumps(survey).encode())
    assert imported.questionnaire is not None
    assert "scale_edited" in {finding.kind for finding in imported.findings}
    question = imported.questionnaire.question_by_code[code]
    grade = imported.questionnaire.scale_by_code[question.scale].grades[0]  # type: ignore[union-attr]  # a scale question
    assert (grade.text.zh, grade.score, grade.strict) == ("特别满意", 100, True)


def test_without_our_own_object_it_is_a_file_from_elsewhere() -> None:
    survey = _written(library.template("A_W").questionnaire)
    del survey["survey_app"]
    imported = surveyjs.read(json.dumps(survey).encode())
    assert imported.questionnaire is not None
    assert imported.questionnaire.scale_by_code["S5"] == library.template("A_W").questionnaire.scale_by_code["S5"]
    assert not [each for each in imported.findings if each.severity is Severity.ERROR]


def test_the_report_names_what_surveyjs_has_no_words_for() -> None:
    questionnaire = Questionnaire(
        "K",
        Text("问{unit}", "Ask {unit}"),
        (
            Section(
                "s",
                EMPTY,
                (
                    Number(code="N", text=_T, unit=Text("元", "yuan")),
                    MultipleChoice(
                        code="M",
                        text=_T,
                        options=(Option("a", _T, specify=True), Option("b", _T), Option("z", _T, exclusive=True)),
                    ),
                ),
            ),
        ),
        library.scales()[:1],
        consent=_T,
        minutes=3,
        headline="W10",
        wave_link="W10",
    )
    found = {(finding.kind, finding.place.path) for finding in surveyjs.write_report(questionnaire)}
    assert found == {
        ("out_variables", None), ("out_marks", None), ("out_headline", None), ("out_wave_link", None),
        ("out_minutes", None), ("out_consent", None), ("out_unit", "N"), ("out_specify", "M"),
        ("out_exclusive", "M"),
    }  # fmt: skip


@given(st.sampled_from(_CODES[:3]), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_our_own_object_may_hold_anything(code: str, data: st.DataObject) -> None:
    survey = _written(library.template(code).questionnaire)
    own = survey["survey_app"]
    junk = st.sampled_from([None, True, 7, "x", [], ["x"], {}, {"zh": 1}, {"is": "1", "question": "W01"}])
    name = data.draw(st.sampled_from(sorted(own)))
    if name in {"questions", "scales"} and data.draw(st.booleans()):
        inner = own[name]
        key = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        inner[key] = data.draw(junk)
    else:
        own[name] = data.draw(junk)
    surveyjs.read(json.dumps(survey).encode())


def test_scales_of_the_same_content_keep_their_codes() -> None:
    grades = (Grade("1", Text("好", "Good"), 100, True), Grade("2", Text("差", "Bad"), 0))
    scales = tuple(Scale(code, _T, grades) for code in ("S1", "S2"))
    questions = (ScaleQuestion(code="a", text=_T, scale="S2"), ScaleQuestion(code="b", text=_T, scale="S1"))
    questionnaire = Questionnaire("K", _T, (Section("s", _T, questions),), scales)
    assert _back(questionnaire) == questionnaire
