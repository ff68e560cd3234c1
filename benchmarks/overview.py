"""How quickly a campaign's results come: `python -m benchmarks.overview [TEAMS …]` (8 600).

An invented campaign on SQLite, a team at each enterprise, with a first evaluation and two return visits that are
over; its results page, the same as JSON, the wall and the workbook, asked for as a browser does. Other work on the
same cores makes times longer, never shorter: the best of several is printed, beside it that of the first request.
"""

from __future__ import annotations

import argparse
import gzip
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient

from benchmarks.stage import machine
from survey_app import create_app
from survey_app.config import Settings
from survey_app.questionnaire.answers import clean
from survey_app.services import collect
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode
from tests.support import evaluated
from tests.support.evaluated import NOW, Evaluated
from tests.support.sessions import client_of

SIZES = (8, 600)
TIMES = 5
VIEWS = ("", ".json", "/wall", "/workbook.xlsx")
_SURVEYS = (("A_W", None, 50), ("B_1", 1, 20), ("B_3", 3, 10))
"""Template, months after the posting, and the days ago on which its ballots came in."""


def measure(teams: int) -> list[str]:
    """Return the lines of a campaign with as many teams."""
    with _client(teams) as (client, campaign):
        return [_line(client, f"/results/{campaign}{view}") for view in VIEWS]


@contextmanager
def _client(teams: int) -> Iterator[tuple[FlaskClient, int]]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_environment({"SURVEY_APP_INSTANCE": str(Path(folder))}))
        database: Database = app.extensions["survey_app.database"]
        database.migrate()
        made = _campaign(database, teams)
        actor = evaluated.sign_up(database, made.unit, username="leader")
        yield client_of(app, actor), made.campaign.id
        database.dispose()


def _campaign(database: Database, teams: int) -> Evaluated:
    evaluated.ENTERPRISES = tuple(
        (f"第{number}机械制造有限公司", f"Machines {number}", f"第{number}工作队", f"Team {number}", 40)
        for number in range(1, teams + 1)
    )
    draw = random.Random(teams)
    made = evaluated.make_campaign(database)
    verdicts = [0.6 + 0.4 * draw.random() for _ in made.postings]
    for template, wave, days in _SURVEYS:
        survey = evaluated.open_survey(database, made, template, Audience.WORKERS, wave=wave)
        ways = evaluated.collectors(database, survey)
        with database.transaction() as session:
            for posting, satisfied in zip(made.postings, verdicts, strict=True):
                for _ in range(draw.choice((2, 12, 20))):
                    raw = evaluated.worker(draw, satisfied)
                    answers = raw if wave is None else {"F01": ["1"], "F02": ["1"], "F03": raw.get("W10", ["6"])}
                    collect.store(
                        session, collector=ways[posting.id], version_id=survey.version_id,
                        cleaned=clean(made.questionnaires[template], answers),
                        response_id=UUID(int=draw.getrandbits(128), version=4), mode=Mode.WEB, locale="zh_Hans_CN",
                        received_at=NOW - timedelta(days=days),
                    )  # fmt: skip
        evaluated.close(database, survey)
    return made


def _line(client: FlaskClient, address: str) -> str:
    took = []
    for _ in range(1 + TIMES):
        clock, processor = time.perf_counter(), time.process_time()
        answer = client.get(address)
        took.append((1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)))
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")
    (first, _), again = took[0], [min(each) for each in zip(*took[1:], strict=True)]
    size, sent = len(answer.data), len(gzip.compress(answer.data))
    return (
        f"{address:<28} {again[0]:>8.0f} ms, {again[1]:>6.0f} of the processor, first {first:>6.0f}; "
        f"{size / 1000:>6.0f} kB, {sent / 1000:>5.0f} with gzip"
    )


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teams", nargs="*", type=int, default=SIZES)
    print(machine())
    for teams in parser.parse_args().teams:
        print(f"\n{teams} teams")
        for line in measure(teams):
            print(line)


if __name__ == "__main__":
    main()
