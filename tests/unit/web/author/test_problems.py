"""Every problem that a questionnaire can have is told to its author in words, with the place."""

import ast
import inspect
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from survey_app.questionnaire import checks
from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.definition import KINDS
from survey_app.questionnaire.text import EN
from survey_app.web.author.kinds import KIND_WORDS
from survey_app.web.author.problems import WORDS, problem_words, worded
from tests.support import tiny

_QUESTIONNAIRE = tiny.questionnaire(
    tiny.section("first", tiny.single("Q1"), tiny.multiple("Q2")),
    tiny.section("second", tiny.matrix("M", "R1", "R2")),
)
_PARAMS = {
    "code": "Q1", "option": "1", "row": "R1", "least": 1, "most": 9, "name": "nobody", "scale": "YN",
    "missing": "en", "value": "2026-13-01",
}  # fmt: skip


def _kinds() -> list[str]:
    """The kinds that the source of the checks names."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(checks))) if isinstance(node, ast.Call)]
    named = (each.args[1] for each in calls if getattr(each.func, "id", "") == "Problem" and len(each.args) > 1)
    return sorted({node.value for node in named if isinstance(node, ast.Constant)})


@pytest.fixture(autouse=True)
def _reader(tmp_path: Path):  # type: ignore[no-untyped-def]  # a generator fixture of no value
    app = Flask("reader")
    Babel(app, default_translation_directories=str(tmp_path))
    with app.test_request_context(), force_locale(EN):
        yield


def test_the_words_are_those_of_the_problems_that_there_are() -> None:
    assert sorted(WORDS) == _kinds()


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_every_problem_has_a_sentence(kind: str) -> None:
    words = problem_words(Problem("Q1", kind, _PARAMS), _QUESTIONNAIRE)
    assert words.endswith(".")
    assert "%(" not in words


def test_a_problem_is_placed_by_number_and_words() -> None:
    (found,) = worded([Problem("Q2", "no_text")], _QUESTIONNAIRE)
    assert (found.place, found.anchor) == ("question 2 “words”", "at-Q2")


def test_a_row_is_found_at_its_question() -> None:
    (found,) = worded([Problem("R2", "duplicate_code", {"code": "R2"})], _QUESTIONNAIRE)
    assert (found.place, found.anchor) == ("question 3 “words”", "at-M")


def test_scales_sections_and_the_whole_are_places_too() -> None:
    found = worded(
        [Problem("YN", "no_text"), Problem("second", "no_text"), Problem("", "no_title")], _QUESTIONNAIRE
    )
    assert [each.anchor for each in found] == ["at-YN", "at-second", "outline"]
    assert [each.place for each in found] == ["scale “words”", "section “words”", "The whole questionnaire"]


def test_options_are_called_by_their_words() -> None:
    words = problem_words(Problem("YN", "strict_not_satisfied", {"option": "2"}), _QUESTIONNAIRE)
    assert words == "“Dissatisfied” counts as strictly satisfied, but not as satisfied."


def test_a_place_that_is_not_there_is_called_by_its_code() -> None:
    words = problem_words(Problem("Q1", "rule_not_earlier", {"code": "GONE"}), _QUESTIONNAIRE)
    assert "GONE" in words


def test_every_kind_of_question_has_a_name() -> None:
    assert sorted(KIND_WORDS) == sorted(KINDS)
