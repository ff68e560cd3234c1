"""The designer's forms keep what they show: sent back untouched, nothing has changed, whatever stood there."""

from typing import Any as Anything

import pytest
from flask import Flask, render_template_string
from hypothesis import HealthCheck, Phase, given, settings
from werkzeug.datastructures import MultiDict

from survey_app import library
from survey_app.questionnaire import checks, codec
from survey_app.questionnaire.definition import KINDS, Matrix, MultipleChoice, Questionnaire, SingleChoice
from survey_app.questionnaire.edits import apply_all
from survey_app.questionnaire.rules import All, Any, AnyOf, AtLeast, Is, IsNot, Not, Rule
from survey_app.web.author.designer_deeds import press
from survey_app.web.author.designer_editors import editor_of
from survey_app.web.author.designer_places import WHOLE, Place
from survey_app.web.author.designer_rules import (
    MODES,
    TESTS,
    candidates,
    changed_tree,
    control_of,
    rule_of,
    tree_of,
)
from survey_app.web.author.kinds import KIND_WORDS
from tests.support.forms import form_of
from tests.support.strategies import questionnaires

_TEMPLATE = "{% include 'author/designer_editor.html' %}"


class _Row:
    id = 1


class _Panes:
    parts = ()


def _places(questionnaire: Questionnaire) -> list[Place]:
    found = [WHOLE, *(Place("section", each.code) for each in questionnaire.sections)]
    found += [Place("question", each.code) for each in questionnaire.questions]
    return [*found, *(Place("scale", each.code) for each in questionnaire.scales)]


def _shown(place: Place, questionnaire: Questionnaire) -> str:
    editor = editor_of(place, questionnaire)
    return render_template_string(
        _TEMPLATE, row=_Row, revision=1, place=place, form=editor.form, editor=editor, panes=_Panes,
        definition=questionnaire, kinds=KIND_WORDS, modes=MODES, tests=TESTS, control_of=control_of,
        address_of=lambda place: "", notice=None, status=200, usual={}, removed="", args={}, not_before=str,
        no_answer=lambda question, value: value,
    )  # fmt: skip


def _sent(place: Place, questionnaire: Questionnaire) -> MultiDict[str, str]:
    return form_of(_shown(place, questionnaire))[1]


def _after(place: Place, questionnaire: Questionnaire, sent: MultiDict[str, str]) -> Questionnaire:
    editor = editor_of(place, questionnaire, sent)
    assert editor.validate(), (place, editor.form.errors, editor.rule_error)
    return apply_all(press(editor, sent, None).edits, questionnaire)


def _without_blanks(data: Anything) -> Anything:
    """Strip the wordings: forms take the blanks around them away."""
    if isinstance(data, dict):
        if data and set(data) <= {"zh", "en"}:
            return {language: words.strip() or "字" for language, words in data.items()}
        return {name: _without_blanks(value) for name, value in data.items()}
    return [_without_blanks(each) for each in data] if isinstance(data, list) else data


@pytest.fixture
def desk(paper_app: Flask, chinese: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request of somebody whose forms need no token."""
    monkeypatch.setitem(paper_app.config, "WTF_CSRF_ENABLED", False)


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=questionnaires())
def test_a_form_that_nobody_touched_changes_nothing(desk: None, drawn: Questionnaire) -> None:
    questionnaire = codec.decode(_without_blanks(codec.encode(drawn)))
    for place in _places(questionnaire):
        assert _after(place, questionnaire, _sent(place, questionnaire)) == questionnaire, place


@pytest.mark.parametrize("template", library.templates(), ids=lambda each: each.code)
def test_the_templates_pass_through_every_form(desk: None, template: library.Template) -> None:
    questionnaire = template.questionnaire
    for place in _places(questionnaire):
        assert _after(place, questionnaire, _sent(place, questionnaire)) == questionnaire, place


def _pressed(place: Place, questionnaire: Questionnaire, do: str, **typed: str) -> Questionnaire:
    sent = _sent(place, questionnaire)
    for name, value in {"do": do, **typed}.items():
        sent[name] = value
    return _after(place, questionnaire, sent)


A_W = library.template("A_W").questionnaire
W02 = Place("question", "W02")


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_every_kind_can_be_added_and_edited(desk: None, kind: str) -> None:
    made = _pressed(W02, A_W, f"add:{kind}")
    (question,) = (each for each in made.questions if each.code not in A_W.question_by_code)
    assert codec.kind_of(question) == kind
    assert [each.code for each in made.questions].index(question.code) == 2
    worded = _pressed(Place("question", question.code), made, "save", **{"text-zh": "新题目"})
    assert worded.question_by_code[question.code].text.zh == "新题目"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ["W01", "W02", "W10", "W21_W26", "W30", "W32a"])
def test_a_question_becomes_one_of_any_kind_and_keeps_its_words(desk: None, code: str, kind: str) -> None:
    made = _pressed(Place("question", code), A_W, "kind", kind_wanted=kind).question_by_code[code]
    before = A_W.question_by_code[code]
    assert (codec.kind_of(made), made.text, made.shown_if) == (kind, before.text, before.shown_if)


def test_a_code_is_renamed_wherever_it_is_named(desk: None) -> None:
    made = _pressed(Place("question", "W01"), A_W, "save", code="KNOWS")
    assert "W01" not in codec.dumps(made)
    assert not checks.errors(made)
    made = _pressed(Place("question", "W10"), A_W, "save", code="OVERALL")
    assert made.headline == "OVERALL"


def test_an_option_is_renamed_in_rules_and_rows(desk: None) -> None:
    made = _pressed(Place("question", "W20"), A_W, "save", **{"options-0-code": "seat"})
    rows = made.question_by_code["W21_W26"]
    assert isinstance(rows, Matrix)
    assert [row.when for row in rows.items] == ["seat", "2", "3", "4", "5", "6"]


def test_the_same_code_twice_is_refused(desk: None) -> None:
    sent = _sent(W02, A_W)
    sent["code"] = "w10"
    editor = editor_of(W02, A_W, sent)
    assert not editor.validate()
    assert editor.form.code.errors


def test_lines_from_a_text_become_options(desk: None) -> None:
    made = _pressed(W02, A_W, "add:single")
    made = _pressed(Place("question", "Q1"), made, "row-lines:options", lines="满意\r\n不满意\r\n\r\n说不清\r\n")
    question = made.question_by_code["Q1"]
    assert isinstance(question, SingleChoice)
    assert [(each.code, each.text.zh) for each in question.options] == [
        ("1", "满意"), ("2", "不满意"), ("3", "说不清"),
    ]  # fmt: skip


def test_a_new_option_takes_no_code_that_answers_were_given_under(desk: None) -> None:
    fewer = _pressed(W02, A_W, "row-remove:options:7")
    sent = _sent(W02, fewer)
    sent["do"] = "row-add:options"
    made = apply_all(press(editor_of(W02, fewer, sent), sent, A_W).edits, fewer)
    question = made.question_by_code["W02"]
    assert isinstance(question, MultipleChoice)
    assert [option.code for option in question.options] == ["1", "2", "3", "4", "5", "6", "7", "9"]


def test_a_removed_option_leaves_its_rule_as_a_problem(desk: None) -> None:
    made = _pressed(Place("question", "W01"), A_W, "row-remove:options:0")
    assert [(each.where, each.kind) for each in checks.errors(made)] == [("W02", "rule_unknown_option")]


def test_a_scale_of_the_library_comes_with_the_question(desk: None) -> None:
    made = _pressed(Place("question", "W10"), A_W, "save", scale="K4")
    assert "K4" in made.scale_by_code
    assert made.question_by_code["W10"].scale == "K4"  # type: ignore[union-attr]  # a scale question


def test_rules_are_built_by_choosing(desk: None) -> None:
    place = Place("question", "W10")
    made = _pressed(place, A_W, "rule:add:rule")
    made = _pressed(place, made, "save", **{"rule_0-question": "W01", "rule_0-test": "is"})
    made = _pressed(place, made, "save", **{"rule_0-value": "2"})
    assert made.question_by_code["W10"].shown_if == Is("W01", "2")
    made = _pressed(place, made, "rule:group:rule")
    made = _pressed(place, made, "save", **{"rule-mode": "not_any", "rule_1_0-question": "W02"})
    made = _pressed(place, made, "save", **{"rule_1_0-test": "is_not"})
    made = _pressed(place, made, "save", **{"rule_1_0-value": "3"})
    assert made.question_by_code["W10"].shown_if == Not(Any((Is("W01", "2"), Any((IsNot("W02", "3"),)))))
    made = _pressed(place, made, "rule:remove:rule_1")
    assert made.question_by_code["W10"].shown_if == Not(Any((Is("W01", "2"),)))
    made = _pressed(place, made, "rule:remove:rule_0")
    assert made.question_by_code["W10"].shown_if is None


def test_a_bound_that_is_no_number_is_refused(desk: None) -> None:
    place = Place("question", "W31")
    made = _pressed(place, A_W, "rule:add:rule")
    made = _pressed(place, made, "save", **{"rule_0-question": "W30", "rule_0-test": "at_least"})
    sent = _sent(place, made)
    sent["rule_0-value"] = "多"
    assert not editor_of(place, made, sent).validate()
    sent["rule_0-value"] = "\uff18"
    assert _after(place, made, sent).question_by_code["W31"].shown_if == AtLeast("W30", 8)


@pytest.mark.parametrize(
    "rule",
    [
        None,
        All(()),
        Not(Not(Is("W01", "1"))),
        All((Is("W01", "1"),)),
        Not(Any((AnyOf("W02", ()), Is("GONE", "9")))),
        Any((Any((AnyOf("W02", ("2", "1", "2")),)),)),
    ],
)
def test_a_rule_that_nobody_touched_stays_as_it_was_written(rule: Rule | None) -> None:
    assert rule_of(tree_of(rule), rule) == rule


def test_a_condition_starts_at_the_question_before(desk: None) -> None:
    known = candidates(A_W, before="W10")
    assert changed_tree(tree_of(None), "add:rule", known).children[0].question == "W02"  # type: ignore[union-attr]  # a condition
