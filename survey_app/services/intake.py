"""Taking many responses a second: what codes stand for is known for a moment, and a response is one statement.

What is known decides nothing. It picks the page to show and the rules to check by; whether the collector takes the
response, and what the response takes from the collector, is read by the statement that stores it. A page may
therefore be shown for at most `LIFETIME` after its survey was paused, and what is sent from it is refused.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from survey_app.questionnaire import answers
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import collect
from survey_app.services.collect import Place, Receipt
from survey_app.services.context import Database
from survey_app.storage.queries import collecting as queries
from survey_app.words import Mode

LIFETIME = 0.9
"""Seconds for which what a code stands for is not read again."""
MOST_KNOWN = 4096
"""Codes known at most, at about 1 KiB each."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a code stood for, and when (by the intake's clock) that was read."""

    place: Place
    questionnaire: Questionnaire
    read_at: float


class Intake:
    """The way in for web responses of one application."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._lock = Lock()

    def find(self, *, code: str, now: datetime) -> tuple[Place, Questionnaire]:
        """Return what a code stands for and asks. Raises `NotTaking`. Reads one row at most, writes nothing."""
        known = self._fresh(code)
        if known.place.quota is not None:
            return collect.find(self._database, code=code, now=now)
        collect.require_open(known.place, now)
        return known.place, known.questionnaire

    def last_known(self, *, code: str) -> tuple[Place, Questionnaire] | None:
        """Return what a code stood for when last read, however long ago: to show while the database is away."""
        known = self._known.get(collect.normalised_code(code))
        return (known.place, known.questionnaire) if known is not None else None

    def submit(
        self,
        *,
        code: str,
        submission_id: UUID,
        raw: Mapping[str, Sequence[str]],
        locale: str,
        mode: Mode,
        now: datetime,
        seconds: int | None = None,
    ) -> Receipt:
        """Take one respondent's answers as `collect.submit` does, in one round trip where that is possible.

        Whatever is not plain (a quota, a problem, a resend, a survey that has changed) is left to `collect.submit`.
        """
        known = self._fresh(code)
        if known.place.quota is None and collect.is_open(known.place, now):
            cleaned = answers.clean(known.questionnaire, raw)
            if not cleaned.problems and not collect.missing_consent(known.questionnaire, raw):
                values = {
                    **collect.own_values(cleaned, submission_id, mode, locale, now, seconds),
                    "collector": known.place.id,
                    "version": known.place.version_id,
                    "now": now,
                }
                if queries.take(self._database, values):
                    return Receipt(submission_id, known.place, known.questionnaire)
        return collect.submit(
            self._database,
            code=code,
            submission_id=submission_id,
            raw=raw,
            locale=locale,
            mode=mode,
            now=now,
            seconds=seconds,
        )

    def _fresh(self, code: str) -> Known:
        """Return what a code stands for, read within `LIFETIME`. Raises `NotTaking` when it is unknown."""
        key = collect.normalised_code(code)
        known = self._known.get(key)
        moment = self._clock()
        if known is not None and moment - known.read_at < LIFETIME:
            return known
        with self._database.reading() as session:
            place = collect.place_of(session, code)
            known = Known(place, collect.questionnaire_at(session, place), moment)
        with self._lock:
            self._known[key] = known
            self._known.move_to_end(key)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known
