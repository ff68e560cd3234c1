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
from survey_app.services import collect, door
from survey_app.services.collect import NotTaking, Place, Reason, Receipt
from survey_app.services.collectors import normalised_code
from survey_app.services.context import Database, Unavailable
from survey_app.services.door import Shown
from survey_app.storage.queries import collecting as queries
from survey_app.words import Mode

LONGEST_AWAY = 600.0
"""Seconds for which a page is shown from what is known while the database is away."""
LIFETIME = 0.9
"""Seconds for which what a code stands for is not read again."""
MOST_KNOWN = 4096
"""Codes known at most, at about 1 KiB each."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a code stood for, whether its quota was reached, and when (by the intake's clock) that was read."""

    place: Place
    questionnaire: Questionnaire
    is_full: bool
    read_at: float


class Intake:
    """The way in for web responses of one application, whose secret `key` signs what is shown at a door."""

    def __init__(self, database: Database, *, key: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._lock = Lock()

    def find(self, *, code: str, now: datetime, shown: Shown = door.NOTHING) -> tuple[Place, Questionnaire]:
        """Return what a code stands for and asks. Raises `NotTaking`. Reads one row at most, writes nothing.

        A collector with a quota costs a count besides, once in `LIFETIME`. While the database is away, what was
        known a few minutes ago is shown: whether the answers are taken is decided when they are sent.
        """
        try:
            known = self._fresh(code)
        except Unavailable:
            found = self._known.get(normalised_code(code))
            if found is None or self._clock() - found.read_at > LONGEST_AWAY:
                raise
            known = found
        collect.require_open(known.place, now)
        if known.is_full:
            raise NotTaking(Reason.FULL, known.place)
        collect.require_entry(known.place, self._key, shown, now)
        return known.place, known.questionnaire

    def place(self, *, code: str) -> Place:
        """Return what a code stands for, whether it takes answers or not. Raises `NotTaking` when unknown."""
        return self._fresh(code).place

    def last_known(self, *, code: str) -> tuple[Place, Questionnaire] | None:
        """Return what a code stood for when last read, however long ago: to show while the database is away."""
        known = self._known.get(normalised_code(code))
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
        shown: Shown = door.NOTHING,
    ) -> Receipt:
        """Take one respondent's answers as `collect.submit` does, in one round trip where that is possible.

        Whatever is not plain (a single-use code, a pass that does not hold, a problem, a resend, a survey that has
        changed or is full) is left to `collect.submit`. A quota takes a second round trip on PostgreSQL.
        """
        known = self._fresh(code)
        if self._is_plain(known.place, shown, now):
            cleaned = answers.clean(known.questionnaire, raw)
            if not cleaned.problems and not collect.missing_consent(known.questionnaire, raw):
                values = {
                    **collect.own_values(
                        cleaned, submission_id, collect.mode_at(known.place, mode), locale, now, seconds
                    ),
                    "collector": known.place.id,
                    "version": known.place.version_id,
                    "password_hash": known.place.password_hash,
                    "now": now,
                }
                if queries.take(self._database, values, has_quota=known.place.quota is not None):
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
            key=self._key,
            shown=shown,
        )

    def _fresh(self, code: str) -> Known:
        """Return what a code stands for, read within `LIFETIME`. Raises `NotTaking` when it is unknown."""
        key = normalised_code(code)
        known = self._known.get(key)
        moment = self._clock()
        if known is not None and moment - known.read_at < LIFETIME:
            return known
        with self._database.reading() as session:
            place = collect.place_of(session, code)
            is_full = collect.is_full(session, place)
            known = Known(place, collect.questionnaire_at(session, place), is_full, moment)
        with self._lock:
            self._known[key] = known
            self._known.move_to_end(key)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known

    def _is_plain(self, place: Place, shown: Shown, now: datetime) -> bool:
        """Tell whether a collector seems to take this response without a single-use code."""
        if place.needs_invitation or not collect.is_open(place, now):
            return False
        return door.may_enter(
            self._key, collector_id=place.id, password_hash=place.password_hash, entry=shown.entry, now=now
        )
