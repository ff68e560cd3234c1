"""How long the designer's actions take on the server, for a questionnaire of 200 questions.

Run with `python -m benchmarks.designer`. Prints for each action in milliseconds the median and the slowest, from
the request to the last byte, and the median of the processor's part; in one process on SQLite, with a durable
commit for every change.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from flask.testing import FlaskClient

from survey_app import create_app, library
from survey_app.config import Settings
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.edits import CopyQuestion, apply
from survey_app.questionnaire.fresh import fresh_code
from survey_app.services import questionnaires
from survey_app.storage.session import Database
from tests.support.forms import form_of
from tests.support.office import NOW, make_office
from tests.support.sessions import client_of

QUESTIONS = 200
ROUNDS = 15
_SCRIPT = {"X-Designer": "1"}
ACTIONS: Mapping[str, Mapping[str, str]] = {
    "open a question": {},
    "change its words": {"do": "save"},
    "add an option": {"do": "row-add:options"},
    "add a condition": {"do": "rule:add:rule"},
    "move it down": {"do": "down"},
    "copy it": {"do": "copy"},
    "add a question": {"do": "add:single"},
    "delete it": {"do": "remove"},
    "undo": {"do": "undo"},
}


def long_questionnaire() -> Questionnaire:
    """Return the workers' questionnaire, its questions copied, rules and all, until there are enough."""
    made = library.template("A_W").questionnaire
    codes = [question.code for question in made.questions]
    at = 0
    while len(made.questions) < QUESTIONS:
        made = apply(CopyQuestion(codes[at % len(codes)], fresh_code(made)), made)
        at += 1
    return made


def _act(client: FlaskClient, page: str, name: str, number: int) -> tuple[float, float]:
    """Do the action once, on the same single choice each time; return its milliseconds in all, and of work."""
    opened = client.get(page).get_data(as_text=True)
    form_id = "turning" if name == "undo" else "editor"
    url, data = form_of(opened, form_id)
    if name == "change its words":
        data["text-zh"] = f"改过 {number} 次"
    started, worked = time.perf_counter(), time.process_time()
    if name == "open a question":
        answer = client.get(page, headers=_SCRIPT)
    else:
        answer = client.post(url, data={**data.to_dict(flat=False), **ACTIONS[name]}, headers=_SCRIPT)
    answer.get_data()
    spent = (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{name}: {answer.status}")
    return spent


def main() -> None:
    """Measure every action and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment(
            {"DATABASE_URL": f"sqlite:///{Path(folder) / 'survey.sqlite3'}", "SURVEY_APP_INSTANCE": folder}
        )
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        database: Database = app.extensions["survey_app.database"]
        database.migrate()
        office = make_office(database)
        row = questionnaires.copy_template(
            database, actor=office.organiser, template_code="A_W", unit_id=office.unit.id, now=NOW
        )
        questionnaires.save_draft(
            database,
            actor=office.organiser,
            questionnaire_id=row.id,
            definition=long_questionnaire(),
            revision=0,
            now=NOW,
        )
        client = client_of(app, office.organiser)
        page = f"/questionnaires/{row.id}/edit?question=W31"
        print(f"{'action':<20}{'median ms':>12}{'slowest ms':>12}{'processor ms':>14}")
        for name in ACTIONS:
            spent = []
            for number in range(ROUNDS):
                if name == "undo":
                    _act(client, page, "change its words", number)
                spent.append(_act(client, page, name, number))
                if name not in {"open a question", "undo"}:
                    _act(client, page, "undo", number)
            whole, processor = zip(*spent, strict=True)
            print(
                f"{name:<20}{statistics.median(whole):>12.0f}{max(whole):>12.0f}{statistics.median(processor):>14.0f}"
            )
        database.dispose()


if __name__ == "__main__":
    main()
