"""What the kinds of questions are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import BaseQuestion

KIND_WORDS: Mapping[str, LazyString] = {
    "single": _l("Single choice"),
    "multiple": _l("Multiple choice"),
    "scale": _l("Scale"),
    "matrix": _l("Matrix"),
    "nps": _l("Recommendation, 0 to 10"),
    "number": _l("A number"),
    "short_text": _l("Short text"),
    "long_text": _l("Long text"),
    "date": _l("A date"),
    "ranking": _l("Ranking"),
    "statement": _l("Words to read"),
}
"""The words for every kind, by its name in files."""


def kind_words(question: BaseQuestion) -> LazyString:
    """Return what the question's kind is called."""
    return KIND_WORDS[kind_of(question)]
