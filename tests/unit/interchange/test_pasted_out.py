"""What is written as text reads back as the same questionnaire; what cannot be, is named."""

import pytest
from hypothesis import HealthCheck, given, settings

from survey_app.interchange.losses import losses
from survey_app.interchange.pasted import read, write, write_report
from survey_app.questionnaire.definition import Questionnaire
from tests.support.plain_questionnaires import SHIPPED, plain_questionnaires
from tests.support.strategies import questionnaires


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.code)
def test_every_shipped_template_comes_back_from_its_text(shipped: Questionnaire) -> None:
    pasted = read(write(shipped))
    assert pasted.imported.questionnaire == shipped
    assert pasted.imported.findings == ()
    assert write_report(shipped) == ()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(plain_questionnaires())
def test_a_questionnaire_in_plain_words_comes_back_from_its_text(questionnaire: Questionnaire) -> None:
    imported = read(write(questionnaire)).imported
    assert losses(questionnaire, imported) == ()
    assert imported.questionnaire == questionnaire


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_what_a_text_cannot_hold_is_named(questionnaire: Questionnaire) -> None:
    """Wording full of signs that mean something in a text need not come back, but never goes unsaid."""
    is_same = read(write(questionnaire)).imported.questionnaire == questionnaire
    assert is_same == (write_report(questionnaire) == ())
