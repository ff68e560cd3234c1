"""Numbers on a phone run through what is asked, so that a hidden question leaves no gap.

The page's script counts anew with each answer. Without scripts all questions are shown, each with its condition,
and the numbers stay those of the printed form. They stay so for everybody where a text itself names a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey_app.interchange.completeness import texts_of
from survey_app.questionnaire.definition import Questionnaire, Section, Statement
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import Answer

_NUMBER = "[0-9０-９一二三四五六七八九十]+"
_TO = "[、，,和与或至到—~-]"
_NAMES_A_NUMBER = re.compile(
    rf"第\s*{_NUMBER}(?:\s*{_TO}\s*第?\s*{_NUMBER})*\s*题"
    rf"|{_NUMBER}\s*{_TO}\s*{_NUMBER}\s*题|[跳转]\s*[至到答入]?\s*第?\s*{_NUMBER}"
    r"|\bquestions?\s+[0-9]|\bQ\s?[0-9]",
    re.IGNORECASE,
)


def asked_before(
    questionnaire: Questionnaire, section: Section | None = None, given: Mapping[str, Answer] | None = None
) -> int | None:
    """Return how many questions are asked before `section`, or 0; None where numbers have to stay as printed.

    `given` are the answers before that section.
    """
    if _names_numbers(questionnaire):
        return None
    if section is None:
        return 0
    sections = questionnaire.sections[: questionnaire.sections.index(section)]
    before = {question.code for each in sections for question in each.questions}
    asked = path(questionnaire, given or {}).questions
    return sum(question.code in before and not isinstance(question, Statement) for question in asked)


def _names_numbers(questionnaire: Questionnaire) -> bool:
    """Tell whether a text refers to a question by its number: “选“否”请跳至第 5 题”."""
    texts = (text for _where, text in texts_of(questionnaire))
    return any(_NAMES_A_NUMBER.search(words) for text in texts for words in (text.zh, text.en))
