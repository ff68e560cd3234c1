"""Reading many responses into the columns while their readers look at a progress bar.

That is rare: after an update that changes the columns' files, after a database was put back, or when nobody has
looked at the results of a large survey for long.
"""

from __future__ import annotations

import logging
from datetime import datetime
from threading import Thread

from survey_app.analysis.store import AT_ONCE, ColumnStore, StillReading
from survey_app.services.evaluate import DatabaseSource
from survey_app.storage.queries import explore as queries
from survey_app.storage.session import Database

__all__ = ["AT_ONCE", "StillReading", "catch_up"]

_log = logging.getLogger(__name__)


def catch_up(database: Database, columns: ColumnStore, survey_id: int, now: datetime) -> Thread | None:
    """Begin to read a survey in a thread of its own, and return that; None where one is at it by now.

    Other processes may do the same: they wait for each other, and whoever comes second finds all read. Raises
    `RuntimeError` where no thread can be begun.
    """
    if not columns.claim(survey_id):
        return None
    thread = Thread(target=_read, args=(database, columns, survey_id, now), name="catching-up", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        # The system gives no more threads: whoever asks next reads by himself.
        columns.release(survey_id, has_failed=True)
        raise
    return thread


def _read(database: Database, columns: ColumnStore, survey_id: int, now: datetime) -> None:
    has_failed = True
    try:
        with database.reading() as session:
            survey = queries.survey(session, survey_id)
            if survey is not None:
                columns.snapshot(DatabaseSource.of(session, database, survey), now, at_leisure=True)
        has_failed = False
    except Exception:
        _log.exception("survey %s was not read into the columns", survey_id)
    finally:
        columns.release(survey_id, has_failed=has_failed)
