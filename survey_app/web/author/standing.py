"""What state a questionnaire or a survey is in: a word and a shape for the lists and page heads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.services import questionnaires
from survey_app.services.surveys import Standing


@dataclass(frozen=True, slots=True)
class State:
    """A state as the macro `state` shows it: words, and the kind that gives colour and shape."""

    words: str
    kind: str


def questionnaire_state(entry: questionnaires.Entry) -> State:
    """Return the state of a questionnaire: what stands between its draft and its use."""
    if entry.questionnaire.archived_at is not None:
        return State(_("Archived"), "off")
    if entry.errors:
        words = ngettext("%(num)s problem to mend", "%(num)s problems to mend", entry.errors)
        return State(words, "late")
    if entry.newest is None:
        return State(_("Draft, not yet published"), "wait")
    if entry.is_changed:
        return State(_("Draft changed since version %(number)s", number=entry.newest.number), "wait")
    return State(_("Version %(number)s published", number=entry.newest.number), "done")


_STANDINGS: Mapping[Standing, tuple[LazyString, str]] = {
    Standing.PREPARED: (_l("Not yet open"), "wait"),
    Standing.WAITING: (_l("Waits for its opening time"), "wait"),
    Standing.TAKING: (_l("Taking answers"), "good"),
    Standing.PAUSED: (_l("Paused"), "late"),
    Standing.OVER: (_l("Its time is over"), "off"),
    Standing.CLOSED: (_l("Closed"), "done"),
}


def survey_state(standing: Standing) -> State:
    """Return the words for what a survey does at this moment."""
    words, kind = _STANDINGS[standing]
    return State(str(words), kind)
