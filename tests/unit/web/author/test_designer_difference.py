"""The difference in words: every change can be told, and reads as organisers speak."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from survey_app import library
from survey_app.questionnaire.definition import Option, Questionnaire, options_of
from survey_app.questionnaire.edits import (
    ChangeQuestion,
    ChangeScale,
    ChangeSection,
    CopyQuestion,
    Edit,
    RemoveQuestion,
    RenameCodes,
    apply_all,
)
from survey_app.questionnaire.rules import Is
from survey_app.questionnaire.text import Text
from survey_app.services.versions import compared
from survey_app.web.author.difference_words import Difference, told
from tests.support.strategies import questionnaires

A_W = library.template("A_W").questionnaire


@pytest.fixture
def desk(paper_app: Flask, chinese: None) -> None:
    """A request of somebody who reads Chinese."""


def _told(*edits: Edit, old: Questionnaire = A_W) -> Difference:
    return told(compared(old, apply_all(edits, old)))


def _lines(difference: Difference) -> list[str]:
    groups = (*difference.refused, *difference.anew, *difference.care, *difference.harmless)
    return [f"{each.where}：{each.words}" for each in groups]


def _changed(code: str, **values: object) -> ChangeQuestion:
    return ChangeQuestion(code, replace(A_W.question_by_code[code], **values))  # type: ignore[arg-type]  # of its kind


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(old=questionnaires(), new=questionnaires())
def test_any_two_can_be_told_apart(desk: None, old: Questionnaire, new: Questionnaire) -> None:
    found = told(compared(old, new))
    assert bool(found) == (old != new)
    assert all(each.where and each.words for each in (*found.refused, *found.anew, *found.care, *found.harmless))


def test_nothing_is_told_where_nothing_differs(desk: None) -> None:
    assert not _told()


def test_rewording_names_both_wordings(desk: None) -> None:
    found = _told(_changed("W31", text=Text("驻点有没有影响您？", "Did it disturb you?")))
    assert _lines(found) == [
        "第 12 题“驻点有没有影响您？”：“您觉得工作队驻点对您的工作和生活有没有干扰？”改为“驻点有没有影响您？”"
    ]
    assert found.care


def test_scores_and_what_counts_are_told_once_for_all_questions(desk: None) -> None:
    scale = A_W.scale_by_code["S5"]
    grades = (*scale.grades[:2], replace(scale.grades[2], score=55, satisfied=False), *scale.grades[3:])
    found = _told(ChangeScale("S5", replace(scale, grades=grades)))
    assert _lines(found) == [
        "量表“满意度五级量表”（用于第 3、4、6、9 题）：“基本满意”赋值由 60 改为 55；“基本满意”不再计满意"
    ]
    assert found.refused


def test_options_are_named(desk: None) -> None:
    options = (*options_of(A_W.question_by_code["W01"])[1:], Option("9", Text("记不清", "Do not remember")))
    (line,) = _lines(_told(_changed("W01", options=options)))
    assert line.endswith("新增选项：“记不清”；删去选项：“知道，并接触过”")


def test_conditions_are_told_as_they_read(desk: None) -> None:
    (line,) = _lines(_told(_changed("W31", shown_if=Is("W01", "1"))))
    assert line.endswith("原来所有人都显示，改为仅当第 1 题选了“知道，并接触过”时显示")
    section = A_W.sections[1]
    lines = _lines(_told(ChangeSection(section.code, section.code, section.title, section.intro, None)))
    assert lines[0].endswith("原来仅当第 1 题选了“不知道”以外的答案时显示，改为所有人都显示")


def test_a_new_code_is_told_as_that_and_not_as_removed_and_added(desk: None) -> None:
    options = (*options_of(A_W.question_by_code["W01"]), Option("9", Text("记不清", "Do not remember")))
    found = _told(_changed("W01", options=options), RenameCodes((("W01", "W01_2"),)))
    assert not found.refused
    assert not found.harmless
    assert not found.care
    assert [each.words for each in found.anew] == [
        "新增选项：“记不清”",
        "今后另行统计（数据文件中的编码：W01 → W01_2）",
    ]


def test_added_and_removed_questions_are_told_with_their_numbers(desk: None) -> None:
    found = _told(CopyQuestion("W31", "Q1"), RemoveQuestion("W30"))
    assert [each.where for each in found.care] == [
        "第 11 题“如果工会再派工作队来，您有多大可能推荐工友去找他们谈心…”"
    ]
    assert [each.words for each in found.harmless] == ["新增"]
