"""One figure has one cut-off, wherever it stands."""

from collections.abc import Iterator
from typing import Any

from flask import Flask

from survey_app.storage.models import Survey
from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.evaluated import in_the_field, make_evaluated, sign_up
from tests.support.sessions import client_of


def _cut_offs(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "as_of":
                yield value
            else:
                yield from _cut_offs(value)
    elif isinstance(found, list):
        for each in found:
            yield from _cut_offs(each)


def test_the_cut_off_is_the_end_of_the_survey_everywhere(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    client = client_of(app, sign_up(database, made.unit, username="leader", role=Role.LEADER))
    survey = made.surveys["A_W"]
    with database.reading() as session:
        over = session.get_one(Survey, survey.id).closed_at
    assert over is not None
    root = f"/results/{made.campaign.id}"
    own = f"survey={survey.id}&audience=workers"
    addresses = [f"{root}/{view}.json?{own}" for view in ("explore", "units", "weights", "drivers", "crosstab")]
    overview = client.get(f"{root}.json").get_json()
    workers = next(part for part in overview["parts"] if part["audience"] == "workers")
    seen = {"overview": set(_cut_offs(workers))}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        seen[address] = set(_cut_offs(answer.get_json()))
    assert set.union(*seen.values()) == {over.isoformat()}, seen


def test_a_survey_that_goes_on_has_the_moment_of_the_look(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    in_the_field(database, made)
    client = client_of(app, sign_up(database, made.unit, username="leader", role=Role.LEADER))
    survey = made.surveys["A_W"]
    with database.reading() as session:
        closed = session.get_one(Survey, survey.id).closed_at
    assert closed is not None
    address = f"/results/{made.campaign.id}/explore.json?survey={survey.id}&audience=workers"
    assert all(each > closed.isoformat() for each in _cut_offs(client.get(address).get_json()))
