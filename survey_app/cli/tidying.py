"""Removing what has been kept for its time: by hand, and once a day for as long as the server runs."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import lazy_gettext as _l

from survey_app.cli.saying import say, settings, stop, usable_database
from survey_app.services import evaluate, retention
from survey_app.services.context import Database

DAY = 24 * 3600.0
AFTER_FAILURE = 3600.0
"""Seconds from one run to the next, and from one that failed."""


@click.command("tidy", help="清除到期的随机码、未提交的作答等。 Remove what has been kept for its time.")
@with_appcontext
def tidy() -> None:
    """Do now what the server does once a day; nothing happens when it is done twice."""
    database = usable_database()
    if not database.is_current():
        stop(_l("The database's schema is not current. Run “python -m survey_app migrate” first."))
    done = retention.tidy(database, evaluate.store_in(settings().instance), now=datetime.now(UTC))
    say(
        _l(
            "Surveys tidied: %(surveys)s (responses: %(responses)s, codes: %(codes)s). "
            "Unsent answers removed: %(partials)s.",
            surveys=done.surveys,
            responses=done.responses,
            codes=done.codes,
            partials=done.partials,
        )
    )


def tidy_daily(database: Database, columns: evaluate.ColumnStore) -> threading.Event:
    """Tidy now and then once a day, in a thread of its own that ends with the process or when the event is set.

    A run that fails (the database is away) is tried again after an hour.
    """
    is_over = threading.Event()

    def run() -> None:
        wait = 0.0
        while not is_over.wait(wait):
            try:
                retention.tidy(database, columns, now=datetime.now(UTC))
                wait = DAY
            except Exception:
                logging.getLogger(__name__).exception("Tidying failed; it is tried again in an hour.")
                wait = AFTER_FAILURE

    threading.Thread(target=run, name="tidy", daemon=True).start()
    return is_over
