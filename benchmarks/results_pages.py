"""Whole results pages, as a leader's browser asks for them: `python -m benchmarks.results_pages [size]`.

The invented union stands in a SQLite database, its survey is over; one process answers, with all that a request
costs: session, database, gate, figures, charts, template. `size` is that of the whole union; asked for is its first
wave. Pages never asked for have other filters each time. The process that answers is a fresh one, as after a start
with an empty cache: it reads the database into columns behind a page that waits. Prints milliseconds: middle, 95th
of 60, and kB; then memory.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from http import HTTPStatus
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import select, update

from benchmarks import invented, union_in_a_database
from benchmarks.stage import machine, peak_memory, stage
from survey_app import create_app
from survey_app.config import Settings
from survey_app.services.access import Actor
from survey_app.storage.models import Posting, Survey, Unit
from survey_app.words import SurveyState
from survey_app.worker import collect_rarely
from tests.support.evaluated import sign_up
from tests.support.sessions import client_of

TIMES = 60
HEADCOUNT = 500
LOOKS = 0.2
"""Seconds between two looks at a page that waits; the product's own script looks less often."""


def main(size: int) -> None:
    """Print a line for each kind of page."""
    print(machine())
    columns = invented.arrays(invented.shares_of_waves(size)[0], 0)
    with stage("sqlite") as made:
        survey_id = union_in_a_database.put(made, columns)
        with made.database.transaction() as session:
            survey = session.get_one(Survey, survey_id)
            survey.state = SurveyState.CLOSED
            campaign = survey.campaign_id
            session.execute(update(Posting).where(Posting.headcount > HEADCOUNT).values(headcount=HEADCOUNT))
            top = session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id.desc())).first()
        if top is None:
            raise RuntimeError("no unit")
        leader = sign_up(made.database, top, username="leader")
        subject = f"survey={survey_id}&audience=workers"
        print(f"{len(columns['slot']):,} responses in the survey")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            fresh.submit(_serve, made.folder, leader, f"/results/{campaign}", subject).result()


def _serve(folder: Path, leader: Actor, base: str, subject: str) -> None:
    """Answer, as a serving process does."""
    instance = folder / "pages"
    instance.mkdir()
    url = f"sqlite:///{folder / 'survey.sqlite3'}"
    app = create_app(Settings.from_environment({"SURVEY_APP_INSTANCE": str(instance), "DATABASE_URL": url}))
    collect_rarely()
    _measure(client_of(app, leader), base, subject)
    print(f"{'memory of the process, highest':<45}{peak_memory():>9.1f} MB", flush=True)


def _measure(client: FlaskClient, base: str, subject: str) -> None:
    draw = random.Random(7)
    names = [*invented.PROFILES, *invented.ITEMS]

    def filtered(many: int) -> str:
        chosen = sorted(draw.sample(names, many))
        return f"{base}/explore?{subject}" + "".join(f"&q.{name}={draw.choice('12')}" for name in chosen)

    def crossed() -> str:
        row, column = draw.sample(names, 2)
        return f"{base}/crosstab?{subject}&row={row}&column={column}"

    began = time.perf_counter()
    while client.get(filtered(0)).status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        time.sleep(LOOKS)
    print(f"{'the first page, once the database is read':<45}{time.perf_counter() - began:>9.1f} s", flush=True)
    pages: list[tuple[str, Callable[[], str]]] = [
        ("a page without filters", lambda: filtered(0)),
        ("a page never asked for, 1 filter", lambda: filtered(1)),
        ("a page never asked for, 2 filters", lambda: filtered(2)),
        ("a cross-tab of any two", crossed),
        ("units by questions", lambda: f"{base}/units?{subject}"),
        ("what matters", lambda: f"{base}/drivers?{subject}"),
        ("before and after weights", lambda: f"{base}/weights?{subject}"),
        ("the results page of the campaign", lambda: base),
    ]
    for what, address in pages:
        took, weight = zip(*(_ask(client, address()) for _ in range(TIMES)), strict=True)
        last = sorted(took)[int(0.95 * TIMES)]
        print(f"{what:<45}{median(took):>9.1f}{last:>9.1f} ms{max(weight) / 1000:>9.0f} kB", flush=True)


def _ask(client: FlaskClient, address: str) -> tuple[float, int]:
    began = time.perf_counter()
    answer = client.get(address)
    took = 1000 * (time.perf_counter() - began)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return took, len(answer.data)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500_000)
