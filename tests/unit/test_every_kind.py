"""No layer forgets a kind of question: each dispatcher by kind has a registration of its own for every one."""

from collections.abc import Callable
from typing import Any, get_args

import pytest

from survey_app.analysis import layout, readings, tabulate
from survey_app.questionnaire import answers, checks
from survey_app.questionnaire.definition import KINDS, BaseQuestion, Question
from survey_app.web.interviews import hints
from survey_app.web.keying import form_words
from survey_app.web.respond import blocks, forms
from tests.support.strategies import BUILDERS

DISPATCHERS: list[Callable[..., Any]] = [
    answers.clean_value,
    checks.check_kind,
    layout.columns_of,
    tabulate.tabulate,
    readings.entries_of,
    forms.fields_for,
    blocks.fill_block,
    hints.hint,
    form_words.printed,
]
"""Every `functools.singledispatch` that works by kind. A layer that adds one adds it here."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "dispatcher", DISPATCHERS, ids=lambda each: f"{each.__module__.removeprefix('survey_app.')}.{each.__name__}"
)
def test_every_dispatcher_knows_every_kind(dispatcher: Any, kind: str) -> None:
    assert KINDS[kind] in dispatcher.registry, f"{dispatcher.__module__}.{dispatcher.__name__} has no {kind}"


def test_every_question_class_has_a_name_in_files() -> None:
    assert set(KINDS.values()) == set(BaseQuestion.__subclasses__()) == set(get_args(Question))
    assert len(set(KINDS.values())) == len(KINDS)


def test_the_tests_draw_every_kind() -> None:
    assert set(BUILDERS) == set(KINDS)
