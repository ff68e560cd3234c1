"""Why a question is shown beside no other answers: because of the questionnaire alone, whatever the ballots say.

What is withheld because groups are small is told with one and the same words for all reasons. But where no ballots
at all would open a table, who asks for it is told so, and need not try again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey_app.analysis.implied import MOST_ANSWERS
from survey_app.analysis.readings import Entry

_TWO = 2


class Reason(StrEnum):
    """What closes a table. `MANY`, `LIVE` and `BY_OPTIONS` may close a question by itself, too."""

    MANY = "many"
    """Who is asked hangs on more answers than are looked at together, on several with words besides."""
    WORDS = "words"
    """Who is asked hangs on words, and on an answer besides."""
    LIVE = "live"
    """Who is asked hangs on several answers, and more ballots come in."""
    TOGETHER = "together"
    """Who is asked hangs on several answers, one of which stands in the table."""
    OPTIONS = "options"
    """Two options of one question stand in the table: one follows from all the others."""
    BY_OPTIONS = "by_options"
    """Who is asked hangs on an option, and another of the same question decides, too, or is in the table."""
    IMPLIED = "implied"
    """An option says something of others of its question, with which there are more answers than are looked at."""
    BEYOND = "beyond"
    """With the answers that decide who is asked there are more of them than are looked at together."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The question that a table cannot be shown with, why, and the answers that this is about, by name."""

    question: str
    reason: Reason
    about: tuple[str, ...] = ()


def closed(entries: Mapping[str, Entry], names: Sequence[str], *, is_live: bool = False) -> Closed | None:
    """Return why no table of these questions and options is ever shown; None where that depends on the ballots."""
    hanging = (_hanging(entries, name, names, is_live=is_live) for name in names)
    return _tied(entries, names) or next(filter(None, hanging), None) or _implied(entries, names)


def _implied(entries: Mapping[str, Entry], names: Sequence[str]) -> Closed | None:
    saying = [name for name in names if name in entries and entries[name].beside]
    every = dict.fromkeys((*names, *(each for name in saying for each in entries[name].beside)))
    if len(names) < _TWO or not saying or len(every) <= max(MOST_ANSWERS, len(names)):
        return None
    return Closed(saying[0], Reason.IMPLIED, tuple(each for each in every if each not in names))


def _tied(entries: Mapping[str, Entry], names: Sequence[str]) -> Closed | None:
    options: dict[str, list[str]] = {}
    for name in names:
        if name in entries and entries[name].is_tied:
            options.setdefault(entries[name].question, []).append(name)
    several = next((own for own in options.values() if len(own) > 1), None)
    return None if several is None else Closed(several[0], Reason.OPTIONS, tuple(several))


def _hanging(entries: Mapping[str, Entry], name: str, names: Sequence[str], *, is_live: bool) -> Closed | None:
    own = entries[name].steering if name in entries else None
    if own is None:
        return None
    if own.is_several and not own.names:
        return Closed(name, Reason.MANY)
    if own.is_several and is_live:
        return Closed(name, Reason.LIVE, own.names)
    rest = [each for each in names if each != name]
    if not own.names:
        return Closed(name, Reason.WORDS) if rest else None
    if own.is_several and not set(rest).isdisjoint(own.names):
        return Closed(name, Reason.TOGETHER, own.names)
    instead = tuple(dict.fromkeys((*rest, *own.names)))
    if len(instead) > MOST_ANSWERS:
        return Closed(name, Reason.BEYOND, own.names)
    # The deciding questions come before it: this ends.
    found = None if is_live else closed(entries, instead)
    if found is None:
        return None
    reason = Reason.BY_OPTIONS if found.reason is Reason.OPTIONS else found.reason
    return Closed(name, reason, found.about or (found.question,))
