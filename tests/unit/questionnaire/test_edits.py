"""Edits: whatever stands in a questionnaire, each applies, loses nothing that it is not about, and can be told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from survey_app import library
from survey_app.questionnaire import checks, codec
from survey_app.questionnaire.definition import (
    KINDS,
    Grade,
    Matrix,
    MultipleChoice,
    Questionnaire,
    Scale,
    ScaleQuestion,
    Section,
    fields_of,
    options_of,
)
from survey_app.questionnaire.difference import difference
from survey_app.questionnaire.edits import (
    AddQuestion,
    AddScale,
    AddSection,
    ChangeHeading,
    ChangeQuestion,
    ChangeScale,
    ChangeSection,
    CopyQuestion,
    Edit,
    MoveQuestion,
    MoveSection,
    RemoveQuestion,
    RemoveScale,
    RemoveSection,
    RenameCodes,
    RenameOptions,
    apply,
    apply_all,
    section_of,
)
from survey_app.questionnaire.fresh import as_kind, fresh_code, fresh_number, fresh_section_code, new_question
from survey_app.questionnaire.rules import AnyOf, Is
from survey_app.questionnaire.text import EMPTY, Text
from tests.support.strategies import questionnaires

A_W = library.template("A_W").questionnaire
NEW_SCALE = Scale(
    "NEW", Text("新量表", "New"), (Grade("1", Text("好", "Good"), 100), Grade("2", Text("差", "Bad"), 0))
)
# Questionnaires are large, and shrinking one takes minutes.
drawn = settings(max_examples=30, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def _codes(questionnaire: Questionnaire) -> list[str]:
    return [question.code for question in questionnaire.questions]


@st.composite
def _edits(draw: st.DrawFn, questionnaire: Questionnaire) -> Edit:
    """Draw an edit of anything in the questionnaire, or of something that is not there."""
    question = draw(st.sampled_from(questionnaire.questions))
    section = draw(st.sampled_from(questionnaire.sections))
    scale = draw(st.sampled_from(questionnaire.scales))
    code = draw(st.sampled_from([question.code, "GONE"]))
    fresh, kind = fresh_code(questionnaire), draw(st.sampled_from(list(KINDS)))
    words = draw(st.builds(Text, st.sampled_from(["甲", "乙", ""]), st.sampled_from(["A", ""])))
    position = draw(st.integers(-2, 9))
    options = [option.code for option in options_of(question)]
    made = new_question(kind, fresh, questionnaire)
    heading = ChangeHeading(questionnaire.code, words, minutes=draw(st.sampled_from([None, 3])))
    choices: list[Edit] = [
        AddQuestion(made, after=code),
        AddQuestion(made, section=section.code),
        ChangeQuestion(question.code, replace(question, text=words)),
        ChangeQuestion(question.code, as_kind(question, kind, questionnaire)),
        CopyQuestion(code, fresh),
        RemoveQuestion(code),
        MoveQuestion(code, section.code, position),
        AddSection(Section(fresh_section_code(questionnaire), words, ()), after=section.code),
        ChangeSection(section.code, "renamed", words),
        ChangeSection("gone", "back", words),
        RemoveSection(section.code),
        MoveSection(section.code, position),
        heading,
        AddScale(NEW_SCALE),
        ChangeScale(scale.code, NEW_SCALE),
        ChangeScale("GONE", NEW_SCALE),
        RemoveScale(scale.code),
        RenameCodes(((code, "RENAMED"),)),
        RenameOptions(question.code, tuple((option, f"n_{option}") for option in options[:2])),
    ]
    return draw(st.sampled_from(choices))


@settings(drawn, max_examples=60)
@given(st.data())
def test_every_edit_leaves_a_draft_that_can_be_stored_and_told(data: st.DataObject) -> None:
    before = data.draw(questionnaires())
    edit = data.draw(_edits(before))
    after = apply(edit, before)
    assert codec.loads(codec.dumps(after)) == after
    checks.check(after)
    told = difference(before, after)
    assert bool(told) == (codec.dumps(before) != codec.dumps(after)), edit
    assert bool(difference(after, before)) == bool(told)


@drawn
@given(st.data())
def test_moving_loses_and_adds_nothing(data: st.DataObject) -> None:
    before = data.draw(questionnaires())
    code, section = data.draw(st.sampled_from(_codes(before))), data.draw(st.sampled_from(before.sections))
    position = data.draw(st.integers(-1, 5))
    after = apply(MoveQuestion(code, section.code, position), before)
    assert Counter(after.questions) == Counter(before.questions)
    home = section_of(after, code)
    assert home is not None
    assert home.code == section.code
    back = section_of(before, code)
    assert back is not None
    place = [question.code for question in back.questions].index(code)
    assert apply(MoveQuestion(code, back.code, place), after) == before


@drawn
@given(st.data())
def test_a_code_renamed_there_and_back_is_as_it_was(data: st.DataObject) -> None:
    before = data.draw(questionnaires())
    rows = [code for code, field in before.fields.items() if field.item is not None]
    code = data.draw(st.sampled_from([*before.question_by_code, *rows]))
    renamed = apply(RenameCodes(((code, "RENAMED"),)), before)
    assert not checks.errors(renamed)
    assert apply(RenameCodes((("RENAMED", code),)), renamed) == before


@drawn
@given(st.data())
def test_options_renamed_there_and_back_are_as_they_were(data: st.DataObject) -> None:
    before = data.draw(questionnaires(("single", "multiple", "ranking", "matrix")))
    question = data.draw(st.sampled_from(before.questions))
    codes = [option.code for option in options_of(question)]
    pairs = tuple((code, f"renamed{number}") for number, code in enumerate(codes))
    renamed = apply(RenameOptions(question.code, pairs), before)
    assert not checks.errors(renamed)
    back = tuple((new, old) for old, new in pairs)
    assert apply(RenameOptions(question.code, back), renamed) == before


def test_codes_can_change_places() -> None:
    swapped = apply(RenameCodes((("W01", "W31"), ("W31", "W01"))), A_W)
    assert swapped.question_by_code["W31"].text == A_W.question_by_code["W01"].text
    assert swapped.question_by_code["W02"].shown_if == Is("W31", "1")
    options = apply(RenameOptions("W01", (("1", "2"), ("2", "1"))), A_W)
    assert options.question_by_code["W02"].shown_if == Is("W01", "2")


def test_renaming_a_question_takes_the_words_behind_its_options_along() -> None:
    asked = replace(A_W.question_by_code["W31"], shown_if=AnyOf("W02_8_text", ("x",)))
    about_words = apply(ChangeQuestion("W31", asked), A_W)
    assert "W02_8_text" in about_words.fields
    renamed = apply(RenameCodes((("W02", "HOW"),)), about_words)
    assert renamed.question_by_code["W31"].shown_if == AnyOf("HOW_8_text", ("x",))
    again = apply(RenameOptions("HOW", (("8", "other"),)), renamed)
    assert again.question_by_code["W31"].shown_if == AnyOf("HOW_other_text", ("x",))


def test_a_copy_has_codes_of_its_own() -> None:
    copied = apply(CopyQuestion("W11_W16", "Q1"), A_W)
    copy = copied.question_by_code["Q1"]
    assert isinstance(copy, Matrix)
    assert [item.code for item in copy.items] == [f"Q1_{number}" for number in range(1, 7)]
    codes = [field.code for question in copied.questions for field in fields_of(question)]
    assert len(codes) == len(set(codes))
    assert _codes(copied)[_codes(copied).index("W11_W16") + 1] == "Q1"


def test_what_was_removed_meanwhile_comes_back_with_the_work_on_it() -> None:
    question = replace(A_W.question_by_code["W31"], text=Text("改过的", "Changed"))
    without = apply(RemoveQuestion("W31"), A_W)
    again = apply(ChangeQuestion("W31", question), without)
    assert again.question_by_code["W31"] == question
    section = A_W.sections[0]
    without = apply(RemoveSection(section.code), A_W)
    again = apply(ChangeSection(section.code, section.code, Text("改过的分节", "")), without)
    assert again.sections[-1] == Section(section.code, Text("改过的分节", ""), ())
    scale = replace(A_W.scales[0], name=Text("改过的量表", ""))
    again = apply(ChangeScale(scale.code, scale), apply(RemoveScale(scale.code), A_W))
    assert again.scale_by_code[scale.code] == scale


def test_questions_follow_a_scale_to_its_new_code() -> None:
    scale = A_W.scale_by_code["S5"]
    renamed = apply(ChangeScale("S5", replace(scale, code="FIVE")), A_W)
    assert not checks.errors(renamed)
    on_it = [q.code for q in A_W.questions if isinstance(q, ScaleQuestion | Matrix) and q.scale == "S5"]
    assert [q.code for q in renamed.questions if getattr(q, "scale", "") == "FIVE"] == on_it


def test_a_questionnaire_without_sections_takes_a_question() -> None:
    empty = Questionnaire("EMPTY", EMPTY, ())
    made = apply(AddQuestion(new_question("single", "Q1", empty)), empty)
    assert _codes(made) == ["Q1"]
    assert made.sections[0].code == "part1"


@pytest.mark.parametrize(
    "edit",
    [
        CopyQuestion("GONE", "Q1"),
        RemoveQuestion("GONE"),
        MoveQuestion("GONE", "contact", 0),
        MoveQuestion("W01", "gone", 0),
        RemoveSection("gone"),
        MoveSection("gone", 1),
        RemoveScale("GONE"),
        AddScale(A_W.scales[0]),
        RenameOptions("GONE", (("1", "2"),)),
    ],
)
def test_what_is_about_nothing_changes_nothing(edit: Edit) -> None:
    assert apply(edit, A_W) == A_W


def test_several_edits_are_one_after_the_other() -> None:
    made = apply_all([CopyQuestion("W01", "Q1"), RemoveQuestion("W01"), RenameCodes((("Q1", "W01"),))], A_W)
    assert _codes(made) == _codes(A_W)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_question_of_any_kind_needs_words_only(kind: str) -> None:
    made = apply(AddQuestion(new_question(kind, "Q1", A_W), after="W01"), A_W)
    assert {problem.kind for problem in checks.errors(made)} <= {"no_text", "too_few_options", "no_rows"}


def test_another_kind_keeps_the_options_and_drops_what_it_cannot_have() -> None:
    multiple = A_W.question_by_code["W20"]
    assert isinstance(multiple, MultipleChoice)
    single = as_kind(multiple, "single", A_W)
    assert [option.text for option in options_of(single)] == [option.text for option in multiple.options]
    assert not any(option.exclusive for option in options_of(single))
    assert as_kind(multiple, "statement", A_W).required is False


def test_fresh_codes_avoid_what_is_there_and_what_was_published() -> None:
    assert fresh_code(A_W) == "Q1"
    assert fresh_code(A_W, {"q1", "Q2"}) == "Q3"
    taken = apply(AddQuestion(new_question("matrix", "Q1", A_W)), A_W)
    assert fresh_code(taken) == "Q2"
    assert fresh_number({"1", "2", "9", "other"}) == "10"
    assert fresh_number({"Q1_1", "Q1_3", "Q2_8"}, "Q1_") == "Q1_4"
