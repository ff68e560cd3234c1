"""What SurveyJS has no words for: one object of our own at the top of the files that we write.

SurveyJS passes over a property that it does not know. Reading such a file back, ours finds everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ROOT = "survey_app"
FORMAT = "format"
FORMAT_VERSION = 1
CODE = "code"
MINUTES = "minutes"
HEADLINE = "headline"
WAVE_LINK = "wave_link"
SCALES = "scales"
"""Scales with what each option counts for, in the codec's form."""
QUESTIONS = "questions"
SECTIONS = "sections"

SCALE = "scale"
"""Of a question: the code of the scale that it is answered on."""
RULE = "rule"
"""A rule that an expression would give back in another form, in the codec's form."""
UNIT = "unit"
SPECIFY_OF = "specify_of"
"""Of a text question: the question and option whose "please say" it is."""

START = "_start"
NOTICE = "_notice"
CONSENT = "_consent"
"""The names of the first page and of what stands on it; no code can begin so."""
CONSENT_GIVEN = "yes"


@dataclass(frozen=True, slots=True)
class Marks:
    """The object of our own in a file; empty in files from elsewhere."""

    is_ours: bool = False
    form: Mapping[str, Any] = field(default_factory=dict)

    def of_question(self, name: str) -> Mapping[str, Any]:
        """Return what is said of a question."""
        return _record(_record(self.form.get(QUESTIONS)).get(name))

    def of_section(self, name: str) -> Mapping[str, Any]:
        """Return what is said of a section."""
        return _record(_record(self.form.get(SECTIONS)).get(name))

    def text(self, name: str) -> str | None:
        """Return something said of the whole that is a text."""
        value = self.form.get(name)
        return value if isinstance(value, str) and value else None


def marks_in(survey: Mapping[str, Any]) -> Marks:
    """Return our own object in a file."""
    form = survey.get(ROOT)
    if isinstance(form, dict) and form.get(FORMAT) == FORMAT_VERSION:
        return Marks(is_ours=True, form=form)
    return Marks()


def _record(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
