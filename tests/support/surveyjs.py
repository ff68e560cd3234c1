"""SurveyJS as tests write it, and what is read from it."""

from __future__ import annotations

import json
from typing import Any

from survey_app.interchange import surveyjs
from survey_app.interchange.findings import Finding, Imported
from survey_app.questionnaire.definition import Question, Questionnaire
from survey_app.questionnaire.text import Text

S5X = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
"""The grades of a shipped scale, best first."""


def read(survey: dict[str, Any]) -> Imported:
    """What is read from this survey."""
    return surveyjs.read(json.dumps(survey, ensure_ascii=False).encode())


def read_elements(*elements: dict[str, Any], **more: Any) -> Imported:
    """What is read from a survey of one page with these elements."""
    return read({"title": "问卷", "pages": [{"name": "p", "elements": list(elements)}], **more})


def form_of(imported: Imported) -> Questionnaire:
    """The questionnaire that came of a file."""
    assert imported.questionnaire is not None, imported.findings
    return imported.questionnaire


def question_of(*elements: dict[str, Any], **more: Any) -> tuple[Question, tuple[Finding, ...]]:
    """Return the last question that comes of elements, and all findings but the one on the language."""
    imported = read_elements(*elements, **more)
    return form_of(imported).questions[-1], without_language(imported)


def without_language(imported: Imported) -> tuple[Finding, ...]:
    """All findings but the one on the language."""
    return tuple(each for each in imported.findings if not each.kind.startswith("taken_as"))


def kinds_of(findings: tuple[Finding, ...]) -> list[str]:
    """The kinds of findings."""
    return [finding.kind for finding in findings]


def zh(words: str) -> Text:
    """Words in Chinese alone."""
    return Text(zh=words)
