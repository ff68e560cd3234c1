"""Options of a file that are the grades of a scale that we ship."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.interchange.pasted.scales import scale_of_words, shipped
from survey_app.questionnaire.definition import Scale
from survey_app.questionnaire.text import Text


def shipped_scale(texts: Sequence[Text]) -> Scale | None:
    """Return the shipped scale with these words, in one language, in this order."""
    for language in ("zh", "en"):
        found = scale_of_words(getattr(text, language) for text in texts)
        if found is not None and not found[1]:
            return shipped(found[0])
    return None
