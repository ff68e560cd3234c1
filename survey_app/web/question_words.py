"""Words of questions that an author may leave to us, the same on the phone and on paper."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from survey_app.questionnaire.definition import Nps
from survey_app.web.rule_words import Wording

_ASKS_HOW_LIKELY = re.compile("推荐|可能|愿意|意愿|recommend|likely|willing", re.IGNORECASE)


def nps_ends(question: Nps, word: Wording) -> tuple[str, str]:
    """Return what 0 and 10 mean: the author's words, else those of the usual question how likely somebody is.

    A question that asks for something else than likelihood gets words that fit any row of numbers.
    """
    if question.low or question.high:
        return word(question.low), word(question.high)
    if _ASKS_HOW_LIKELY.search(word(question.text)):
        return _("not at all likely"), _("extremely likely")
    return _("lowest"), _("highest")
