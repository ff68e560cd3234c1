"""Two versions of a questionnaire: what changed, and whether answers may be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from survey_app import library
from survey_app.questionnaire.definition import Grade, Option, Questionnaire, ScaleQuestion
from survey_app.questionnaire.difference import Weight, comparable_fields, difference, meaning_changes
from survey_app.questionnaire.rules import Is
from survey_app.questionnaire.text import Text


@pytest.fixture(scope="module")
def old() -> Questionnaire:
    return library.template("A_W").questionnaire


def changed(questionnaire: Questionnaire, code: str, change: Callable[[Any], Any]) -> Questionnaire:
    """Return the questionnaire with one question replaced."""
    sections = tuple(
        replace(
            section,
            questions=tuple(change(each) if each.code == code else each for each in section.questions),
        )
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=sections)


def kinds(old: Questionnaire, new: Questionnaire, code: str) -> dict[str, Weight]:
    return {change.kind: change.weight for change in difference(old, new) if change.code == code}


def test_nothing_changed(old: Questionnaire) -> None:
    assert difference(old, old) == ()
    assert comparable_fields(old, old) == frozenset(old.fields)


def test_rewording_keeps_the_meaning_but_asks_for_care(old: Questionnaire) -> None:
    new = changed(old, "W10", lambda q: replace(q, text=Text("总体上,您满意吗?", q.text.en)))
    assert kinds(old, new, "W10") == {"reworded": Weight.COMPARISON}
    assert meaning_changes(old, new) == ()
    assert "W10" in comparable_fields(old, new)


def test_a_translation_that_was_missing_changes_no_answer(old: Questionnaire) -> None:
    bare = changed(old, "W10", lambda q: replace(q, text=Text(q.text.zh)))
    assert kinds(bare, old, "W10") == {"translated": Weight.NONE}
    assert kinds(old, bare, "W10") == {"reworded": Weight.COMPARISON}


def test_other_options_under_an_old_code_change_the_meaning(old: Questionnaire) -> None:
    new = changed(old, "W01", lambda q: replace(q, options=(*q.options, Option("9", Text("不记得", "No memory")))))
    assert kinds(old, new, "W01") == {"options_changed": Weight.MEANING}
    assert meaning_changes(old, new)[0].params == {"added": ["9"], "removed": []}
    assert "W01" not in comparable_fields(old, new)


@pytest.mark.parametrize(
    ("change", "kind", "weight"),
    [
        (lambda g: (*g[:-1],), "scale_changed", Weight.MEANING),
        (lambda g: tuple(reversed(g)), "scale_changed", Weight.MEANING),
        (lambda g: (replace(g[0], score=95), *g[1:]), "scoring_changed", Weight.MEANING),
        (lambda g: (*g[:2], replace(g[2], satisfied=False), *g[3:]), "scoring_changed", Weight.MEANING),
        (lambda g: (replace(g[0], text=Text("很满意", "Very")), *g[1:]), "grades_reworded", Weight.COMPARISON),
    ],
)
def test_another_scale_touches_every_field_on_it(
    old: Questionnaire, change: Callable[[tuple[Grade, ...]], tuple[Grade, ...]], kind: str, weight: Weight
) -> None:
    scales = tuple(replace(each, grades=change(each.grades)) if each.code == "S5" else each for each in old.scales)
    new = replace(old, scales=scales)
    for code in ("W10", "W11", "W21", "W29"):
        assert kinds(old, new, code) == {kind: weight}
    assert kinds(old, new, "W01") == {}


def test_another_kind_changes_the_meaning(old: Questionnaire) -> None:
    new = changed(old, "W31", lambda q: ScaleQuestion(code="W31", text=q.text, scale="S5"))
    assert kinds(old, new, "W31")["kind_changed"] is Weight.MEANING


def test_removed_added_and_moved(old: Questionnaire) -> None:
    first = old.sections[0]
    fewer = replace(old, sections=(replace(first, questions=first.questions[1:]), *old.sections[1:]))
    gone = first.questions[0].code
    assert kinds(old, fewer, gone) == {"removed": Weight.COMPARISON}
    assert kinds(fewer, old, gone) == {"added": Weight.NONE}
    turned = replace(old, sections=(old.sections[0], *reversed(old.sections[1:])))
    assert kinds(old, turned, "") == {"order_changed": Weight.COMPARISON}


def test_asked_of_others_or_newly_required_or_limited(old: Questionnaire) -> None:
    rule = changed(old, "W30", lambda q: replace(q, shown_if=Is("W01", "1")))
    assert kinds(old, rule, "W30") == {"rule_changed": Weight.COMPARISON}
    needed = changed(old, "W30", lambda q: replace(q, required=True))
    assert kinds(old, needed, "W30") == {"required_changed": Weight.COMPARISON}
    shorter = changed(old, "W32a", lambda q: replace(q, max_length=50))
    assert kinds(old, shorter, "W32a") == {"limits_changed": Weight.COMPARISON}
