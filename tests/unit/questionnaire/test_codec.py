"""A questionnaire as JSON and back: without loss, with one set of bytes, and refused with the exact place."""

import ast
import copy
import inspect
import json
from typing import Any as Anything

import pytest
from hypothesis import given, settings

from survey_app.questionnaire import codec
from survey_app.questionnaire.checks import check
from survey_app.questionnaire.codec import MalformedDefinition, decode, dumps, encode, loads, sha256
from survey_app.questionnaire.definition import KINDS, Number, Questionnaire, Section
from survey_app.questionnaire.rules import Is, Not, Rule
from survey_app.questionnaire.text import Text
from tests.support.strategies import questionnaires
from tests.support.tiny import WORDS, YES_NO, matrix, multiple, questionnaire, rating, section, single


@settings(max_examples=40)
@given(questionnaires())
def test_what_is_written_is_read_back(drawn: Questionnaire) -> None:
    text = dumps(drawn)
    again = loads(text)
    assert again == drawn
    assert dumps(again) == text
    assert loads(text.encode()) == drawn
    assert sha256(again) == sha256(drawn)
    assert check(drawn) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_and_written(kind: str) -> None:
    @settings(max_examples=10)
    @given(questionnaires(kinds=(kind,)))
    def written(drawn: Questionnaire) -> None:
        kinds = {question["kind"] for part in encode(drawn)["sections"] for question in part["questions"]}
        assert kind in kinds
        assert loads(dumps(drawn)) == drawn

    written()


def test_equal_questionnaires_have_equal_bytes() -> None:
    whole = questionnaire(Number(code="Q1", text=WORDS, minimum=1, maximum=2))
    decimal = questionnaire(Number(code="Q1", text=WORDS, minimum=1.0, maximum=2.0))
    assert whole == decimal
    assert sha256(whole) == sha256(decimal)


def test_another_order_of_keys_and_spaces_gives_the_same_bytes() -> None:
    original = questionnaire(single("Q1"), rating("R1", shown_if=Is("Q1", "1")))
    shuffled = json.dumps(dict(reversed(encode(original).items())), indent=4)
    assert dumps(loads(shuffled)) == dumps(original)
    canonical = json.dumps(encode(original), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert dumps(original) == canonical


def test_what_holds_its_default_is_not_written() -> None:
    written = encode(questionnaire(single("Q1")))["sections"][0]["questions"][0]
    assert set(written) == {"kind", "code", "text", "options"}


def test_chinese_stays_readable() -> None:
    assert "满意" in dumps(questionnaire(rating("R1")))


def test_a_text_may_be_chinese_only() -> None:
    data = encode(questionnaire(single("Q1")))
    data["title"] = "测评表"
    assert decode(data).title == Text("测评表")


def test_a_schema_reference_is_allowed() -> None:
    original = questionnaire(single("Q1"))
    assert decode({"$schema": "https://example.org/questionnaire.json", **encode(original)}) == original


def test_a_scale_alone_is_read_back() -> None:
    assert codec.decode_scale(codec.encode_scale(YES_NO)) == YES_NO


BASE = encode(
    questionnaire(
        section("a", multiple("Q1"), Number(code="N1", text=WORDS, minimum=0)),
        section("b", matrix("M", "M1", rows_from="Q1"), rating("R1"), shown_if=Not(Is("Q1", "1"))),
    )
)
QUESTION = ("sections", 0, "questions", 0)
NUMBER = ("sections", 0, "questions", 1)
RULE = ("sections", 1, "shown_if")
GONE = object()


def _deep(levels: int) -> dict[str, Anything]:
    rule: dict[str, Anything] = {"question": "Q1", "is": "1"}
    for _ in range(levels):
        rule = {"not": rule}
    return rule


MALFORMED: list[tuple[tuple[str | int, ...], object, str, str]] = [
    (("format",), "other", "$.format", "wrong_format"),
    (("format",), GONE, "$.format", "wrong_format"),
    (("format_version",), 2, "$.format", "wrong_format"),
    (("code",), GONE, "$", "missing"),
    (("code",), 1, "$.code", "wrong_type"),
    (("code",), "A\x00", "$.code", "unprintable"),
    (("surprise",), 1, "$", "unknown_name"),
    (("sections",), {}, "$.sections", "wrong_type"),
    (("sections", 0), "a", "$.sections[0]", "wrong_type"),
    (("sections", 1, "code"), None, "$.sections[1].code", "wrong_type"),
    (("title",), 1, "$.title", "wrong_type"),
    (("title", "zh"), 1, "$.title.zh", "wrong_type"),
    (("title", "zh"), "\ud800", "$.title.zh", "unprintable"),
    (("title", "en"), "a\x1bb", "$.title.en", "unprintable"),
    (("title", "fr"), "titre", "$.title", "unknown_name"),
    (("minutes",), 3.5, "$.minutes", "wrong_type"),
    (("minutes",), True, "$.minutes", "wrong_type"),
    (("minutes",), 10**15, "$.minutes", "number_too_large"),
    (("paged",), 1, "$.paged", "wrong_type"),
    (("headline",), 5, "$.headline", "wrong_type"),
    ((*QUESTION, "kind"), "slider", "$.sections[0].questions[0].kind", "unknown_kind"),
    ((*QUESTION, "kind"), GONE, "$.sections[0].questions[0].kind", "unknown_kind"),
    ((*QUESTION, "kind"), ["single"], "$.sections[0].questions[0].kind", "unknown_kind"),
    ((*QUESTION, "scale"), "S5", "$.sections[0].questions[0]", "unknown_name"),
    ((*QUESTION, "options", 1, "code"), GONE, "$.sections[0].questions[0].options[1]", "missing"),
    (
        (*QUESTION, "options", 1, "exclusive"),
        "yes",
        "$.sections[0].questions[0].options[1].exclusive",
        "wrong_type",
    ),
    ((*QUESTION, "max_choices"), "3", "$.sections[0].questions[0].max_choices", "wrong_type"),
    ((*NUMBER, "minimum"), float("nan"), "$.sections[0].questions[1].minimum", "number_too_large"),
    ((*NUMBER, "maximum"), float("inf"), "$.sections[0].questions[1].maximum", "number_too_large"),
    ((*NUMBER, "decimals"), 1.0, "$.sections[0].questions[1].decimals", "wrong_type"),
    (("scales", 0, "grades", 2, "score"), "100", "$.scales[0].grades[2].score", "wrong_type"),
    (("scales", 0, "grades", 2, "score"), GONE, "$.scales[0].grades[2]", "missing"),
    (
        ("sections", 1, "questions", 0, "items", 0, "when"),
        1,
        "$.sections[1].questions[0].items[0].when",
        "wrong_type",
    ),
    (RULE, "Q1 = 1", "$.sections[1].shown_if", "wrong_type"),
    (RULE, {}, "$.sections[1].shown_if", "not_a_rule"),
    (RULE, {"question": "Q1"}, "$.sections[1].shown_if", "not_a_rule"),
    (RULE, {"is": "1"}, "$.sections[1].shown_if", "not_a_rule"),
    (RULE, {"question": 1, "is": "1"}, "$.sections[1].shown_if.question", "wrong_type"),
    (RULE, {"question": "Q1", "is": "1", "is_not": "2"}, "$.sections[1].shown_if", "not_a_rule"),
    (RULE, {"question": "Q1", "is": 1}, "$.sections[1].shown_if.is", "wrong_type"),
    (RULE, {"question": "Q1", "is_not": None}, "$.sections[1].shown_if.is_not", "wrong_type"),
    (RULE, {"question": "Q1", "any_of": "12"}, "$.sections[1].shown_if", "not_a_rule"),
    (RULE, {"question": "Q1", "any_of": ["1", 2]}, "$.sections[1].shown_if.any_of[1]", "wrong_type"),
    (RULE, {"question": "Q1", "at_least": "6"}, "$.sections[1].shown_if.at_least", "wrong_type"),
    (RULE, {"question": "Q1", "at_most": True}, "$.sections[1].shown_if.at_most", "wrong_type"),
    (RULE, {"question": "Q1", "at_most": float("nan")}, "$.sections[1].shown_if.at_most", "number_too_large"),
    (RULE, {"question": "Q1", "answered": False}, "$.sections[1].shown_if", "not_a_rule"),
    (RULE, {"all": [{"question": "Q1", "is": "1"}, 5]}, "$.sections[1].shown_if.all[1]", "wrong_type"),
    (RULE, {"not": {"any": [{"no": 1}]}}, "$.sections[1].shown_if.not.any[0]", "not_a_rule"),
    (RULE, _deep(21), "$.sections[1].shown_if" + ".not" * 21, "too_deep"),
]
"""Where the definition is changed, what to, the place that the refusal names, and its kind."""


@pytest.mark.parametrize(("place", "value", "where", "kind"), MALFORMED)
def test_the_refusal_names_the_exact_place(
    place: tuple[str | int, ...], value: object, where: str, kind: str
) -> None:
    data: Anything = copy.deepcopy(BASE)
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    if value is GONE:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    with pytest.raises(MalformedDefinition) as refusal:
        loads(json.dumps(data))
    assert (refusal.value.where, refusal.value.kind) == (where, kind)


NOT_A_DEFINITION: list[tuple[str | bytes, str]] = [
    ("", "not_json"),
    ("{", "not_json"),
    ("[" * 100_000, "not_json"),
    (b"\xff\xfe\xff", "not_json"),
    ('{"minutes": ' + "9" * 5000 + "}", "not_json"),
    ("[]", "wrong_type"),
    ("null", "wrong_type"),
    ('{"code": "A", "code": "B"}', "written_twice"),
]


@pytest.mark.parametrize(("text", "kind"), NOT_A_DEFINITION, ids=range(len(NOT_A_DEFINITION)))
def test_what_is_no_definition_at_all_is_refused(text: str | bytes, kind: str) -> None:
    with pytest.raises(MalformedDefinition) as refusal:
        loads(text)
    assert (refusal.value.where, refusal.value.kind) == ("$", kind)


def test_every_refusal_is_tried_here() -> None:
    raised = {
        call.args[1].value
        for call in ast.walk(ast.parse(inspect.getsource(codec)))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "MalformedDefinition"
        and isinstance(call.args[1], ast.Constant)
    }
    assert raised == {kind for *_, kind in MALFORMED} | {kind for _, kind in NOT_A_DEFINITION}


def test_rules_nest_as_deep_as_anybody_needs() -> None:
    rule: Rule = Is("Q1", "1")
    for _ in range(20):
        rule = Not(rule)
    nested = questionnaire(single("Q1"), single("Q2", shown_if=rule))
    assert loads(dumps(nested)) == nested


def test_an_empty_section_is_a_draft_and_can_be_kept() -> None:
    draft = Questionnaire(code="T", title=Text(), sections=(Section("a", Text(), ()),))
    assert loads(dumps(draft)) == draft
