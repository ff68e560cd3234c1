"""A survey that takes answers, over real pages and files: two looks differ by nobody or by at least k people."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.analysis.encode import SLOT
from survey_app.services import evidence, surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.queries import evidence as queries
from survey_app.storage.session import Database
from survey_app.words import Audience, Purpose, SurveyState
from tests.support.evaluated import NOW, Evaluated, close, make_campaign, open_survey, respond, sign_up
from tests.support.sessions import client_of

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""For what is worked out from columns: the database behind them has no say in it."""
K = 5
VERDICT = "W10"
DEEPER = ("q.W10=1,2", "q.W01=1", "mode=web", "by=W01", "by=period")
BEGAN = NOW - timedelta(days=50)


@pytest.fixture
def made(database: Database) -> Evaluated:
    found = make_campaign(database)
    open_survey(database, found, "A_W", Audience.WORKERS)
    draw = random.Random(5)
    for slot in range(6):
        for posting in found.postings[:3]:
            _arrives(database, found, posting.id, slot, [draw.choice("1112345") for _ in range(draw.randint(1, 6))])
    return found


def _arrives(
    database: Database, made: Evaluated, posting: int, slot: int, grades: list[str], *, survey: str = "A_W"
) -> None:
    ballots = [{"W01": ["1"], VERDICT: [grade]} for grade in grades]
    respond(database, made, survey, posting, ballots, received_at=BEGAN + slot * SLOT)


def _ask(client: FlaskClient, made: Evaluated, name: str, rest: str = "") -> Any:
    survey = made.surveys["A_W"].id
    answer = client.get(f"/results/{made.campaign.id}/{name}.json?survey={survey}&audience=workers{rest}")
    assert answer.status_code == 200, answer.json
    return answer.json


def _places(made: Evaluated) -> Iterator[str]:
    yield ""
    for posting in made.postings:
        yield f"&unit={posting.unit_id}"
        yield f"&team={posting.team_id}"


def _look(client: FlaskClient, made: Evaluated) -> dict[str, Any]:
    """Return every count of answers that pages and files give, by where it stands."""
    found: dict[str, Any] = {}
    for place in _places(made):
        for reading in _ask(client, made, "explore", place)["readings"]:
            for group in reading["counts"] or ():
                found[f"{place} {reading['question']} {group['codes']}"] = group["ballots"]
    table = _ask(client, made, "units")
    for unit in table["units"]:
        for name, cell in zip(table["columns"], unit["cells"], strict=True):
            for part in ("x", "strict", "n") if cell is not None else ():
                found[f"units {unit['unit']} {name} {part}"] = cell[part]
    file = client.get(f"/results/{made.campaign.id}/workbook.xlsx").data
    for sheet in openpyxl.load_workbook(io.BytesIO(file)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    found[f"{sheet.title} {cell.coordinate}"] = cell.value
    return found


def _deeper(client: FlaskClient, made: Evaluated) -> dict[str, Any]:
    """Return every count of filters, of groups and of a cross-tab, and what matters."""
    found: dict[str, Any] = {}
    for rest in (
        "q.W10=1",
        "q.W10=1,2",
        "q.W01=1",
        "mode=web",
        "since=2017-04-01",
        "by=W01",
        "by=mode",
        "by=period",
    ):
        answer = _ask(client, made, "explore", f"&{rest}")
        groups = answer["groups"]["groups"] if rest.startswith("by") else []
        for reading in [] if groups else answer["readings"]:
            for group in reading["counts"] or ():
                found[f"{rest} {reading['question']} {group['codes']}"] = group["ballots"]
        for group in groups:
            if group["readings"][0]["counts"] is not None:
                found[f"{rest} {group['key']}"] = group["readings"][0]["counts"]
    found["cross"] = _ask(client, made, "crosstab", f"&row=W01&column={VERDICT}")["cross_tab"]["table"]
    map_of = _ask(client, made, "drivers")["map"]
    found["drivers"] = map_of and [each["share"] for each in map_of["items"]]
    return found


def _of_answers(look: dict[str, Any]) -> dict[str, Any]:
    """Leave out the workbook, where participation stands, too."""
    return {where: count for where, count in look.items() if where.startswith(("&", " ", "units"))}


def test_an_answer_more_changes_participation_and_nothing_else(
    app: Flask, database: Database, made: Evaluated
) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    before = _look(client, made)
    assert len(_of_answers(before)) > 50
    returned = len(made.given)
    _arrives(database, made, made.postings[0].id, 6, ["5"])
    after = _look(client, made)
    assert _of_answers(after) == _of_answers(before)
    changed = {
        where: (before.get(where), after.get(where))
        for where in before | after
        if before.get(where) != after.get(where)
    }
    assert changed
    # What does change in the workbook is how many came back, and shares of the workers.
    assert all(isinstance(new, float) or new - old == 1 for old, new in changed.values())
    assert str(returned + 1) in client.get(f"/results/{made.campaign.id}").text


@ON_SQLITE
def test_looks_differ_by_nobody_or_by_a_step(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    draw = random.Random(3)
    looks = [_of_answers(_look(client, made))]
    for slot in range(7, 15):
        for posting in made.postings[:3]:
            _arrives(database, made, posting.id, slot, [draw.choice("1112345") for _ in range(draw.randint(0, 3))])
        looks.append(_of_answers(_look(client, made)))
    close(database, made.surveys["A_W"])
    looks.append(_of_answers(_look(client, made)))
    steps = []
    for before, after in pairwise(looks):
        for name in {where.rpartition(" [")[0] for where in before if " [" in where}:
            codes = [where for where in before | after if where.startswith(f"{name} [")]
            if all(where in after for where in codes):
                steps.append(sum(after[where] - before.get(where, 0) for where in codes))
    assert all(step == 0 or step >= K for step in steps)
    assert {bool(step) for step in steps} == {True, False}
    final = Counter(str(each.answers.get(VERDICT)) for each in made.given)
    shown = {where: count for where, count in looks[-1].items() if where.startswith(f" {VERDICT} ")}
    assert shown == {f" {VERDICT} ['{code}']": final[code] for code in "12345"}


def test_pages_say_so_and_filters_wait(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    survey = made.surveys["A_W"]
    address = f"/results/{made.campaign.id}/explore?survey={survey.id}&audience=workers"
    for page in (client.get(address).text, client.get(f"/results/{made.campaign.id}").text):
        assert "答卷仍在收集" in page
        assert "至少 5 人" in page
    found = _ask(client, made, "explore", "&q.W01=1")
    assert found["subject"]["is_live"] is True
    assert all(reading["counts"] is None for reading in found["readings"])
    assert _ask(client, made, "crosstab", f"&row=W01&column={VERDICT}")["cross_tab"]["table"] is None
    for name in ("units", "crosstab", "compare", "waves", "drivers", "weights", "indexes"):
        page = client.get(f"/results/{made.campaign.id}/{name}", follow_redirects=True)
        assert page.status_code == 200, name
        assert _ask(client, made, name)["campaign"] == made.campaign.id
    close(database, survey)
    assert "答卷仍在收集" not in client.get(address).text
    assert any(reading["counts"] for reading in _ask(client, made, "explore", "&q.W01=1")["readings"])


def _know_little(database: Database, made: Evaluated) -> None:
    """Add ballots with other answers to the first question, so that there is something to filter and to cross."""
    ballots = [{"W01": [knows], VERDICT: [grade]} for knows in "12" for grade in "12" for _ in range(15)]
    respond(database, made, "A_W", made.postings[1].id, ballots, received_at=BEGAN)


def _numbers(look: dict[str, Any]) -> Counter[tuple[str, Any]]:
    """Return what is shown where, and of the workbook, whose notices move rows, what each sheet has."""
    return Counter(
        (where if where in _of_answers(look) else where.split()[0], count) for where, count in look.items()
    )


@ON_SQLITE
def test_what_is_voided_counts_until_the_survey_is_over(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    before = _look(client, made)
    survey = made.surveys["A_W"]
    ids = [each.id for each in made.given if each.posting == made.postings[0].id][:K]
    with database.transaction() as session:
        queries.void(session, survey_id=survey.id, ids=frozenset(ids), reason="代填", at=NOW, by=None)
    assert _look(client, made) == before
    close(database, survey)
    after = _of_answers(_look(client, made))
    codes = [where for where in after if where.startswith(f" {VERDICT} [")]
    assert sum(after[where] for where in codes) == len(made.given) - K


def _open_another(database: Database, made: Evaluated) -> None:
    """Open one more survey of the same questionnaire for the same people."""
    first = made.surveys["A_W"]
    survey = surveys.create_survey(
        database, actor=SYSTEM, campaign_id=made.campaign.id, version_id=first.version_id, title="补充测评",
        purpose=Purpose.ACTIVITY_EVALUATION, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    made.surveys["again"], made.questionnaires["again"] = survey, made.questionnaires["A_W"]


@ON_SQLITE
def test_another_survey_does_not_move_what_is_over(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    _know_little(database, made)
    close(database, made.surveys["A_W"])
    before, deeper = _look(client, made), _deeper(client, made)
    assert deeper["cross"]
    assert sum(bool(each) for each in deeper.values()) > 10
    _open_another(database, made)
    assert _numbers(_look(client, made)) == _numbers(before)
    assert _deeper(client, made) == deeper
    _arrives(database, made, made.postings[0].id, 7, ["5"] * 4, survey="again")
    assert _of_answers(_look(client, made)) == _of_answers(before)
    assert _deeper(client, made) == deeper
    page = client.get(f"/results/{made.campaign.id}/explore?survey={made.surveys['A_W'].id}&audience=workers").text
    over = _ask(client, made, "explore")["over"]
    assert over["of"] == over["ballots"] + 4
    assert f"此处 {over['of']} 份答卷中的 {over['ballots']} 份" in page
    assert f"其中 {over['ballots']} 份来自已截止的部分" in client.get(f"/results/{made.campaign.id}").text


@ON_SQLITE
def test_another_survey_adds_whole_steps(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    _know_little(database, made)
    close(database, made.surveys["A_W"])
    looks = [_verdicts(client, made)]
    _open_another(database, made)
    for slot in range(7, 12):
        _arrives(database, made, made.postings[0].id, slot, ["1", "2", "5"], survey="again")
        looks.append(_verdicts(client, made))
    close(database, made.surveys["again"])
    looks.append(_verdicts(client, made))
    grown = [after.total() - before.total() for before, after in pairwise(looks)]
    assert all(before <= after for before, after in pairwise(looks))
    assert all(step == 0 or step >= K for step in grown)
    assert sum(grown) == 15
    assert sum(bool(step) for step in grown) > 1


def _verdicts(client: FlaskClient, made: Evaluated) -> Counter[str]:
    readings = {each["question"]: each["counts"] for each in _ask(client, made, "explore")["readings"]}
    return Counter({each["codes"][0]: each["ballots"] for each in readings[VERDICT]})


@ON_SQLITE
def test_too_few_of_another_survey_count_nowhere(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    close(database, made.surveys["A_W"])
    before = _of_answers(_look(client, made))
    _open_another(database, made)
    _arrives(database, made, made.postings[0].id, 7, ["5"] * 4, survey="again")
    close(database, made.surveys["again"])
    assert _of_answers(_look(client, made)) == before
    assert "4 份答卷未计入" in client.get(f"/results/{made.campaign.id}").text
    columns = app.extensions["survey_app.columns"]
    found = evidence.evidence(database, columns, actor=SYSTEM, survey_id=made.surveys["A_W"].id, now=NOW)
    (pair,) = found.pairs or ()
    assert pair.before.rated.rate.n == _verdicts(client, made).total()


def test_a_survey_opened_again_keeps_what_it_showed(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="watcher"))
    _know_little(database, made)
    survey = made.surveys["A_W"]
    close(database, survey)
    before, deeper = _of_answers(_look(client, made)), _deeper(client, made)
    later = NOW + timedelta(days=1)
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=later)
    _arrives_at(database, made, later + SLOT, ["5"] * 3)
    assert _of_answers(_look(client, made)) == before
    assert _deeper(client, made) == deeper
    surveys.change_state(
        database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=later + timedelta(hours=1)
    )
    assert _of_answers(_look(client, made)) == before
    assert _deeper(client, made) == deeper
    assert "3 份答卷未计入" in client.get(f"/results/{made.campaign.id}").text


def _arrives_at(database: Database, made: Evaluated, moment: datetime, grades: list[str]) -> None:
    ballots = [{"W01": ["1"], VERDICT: [grade]} for grade in grades]
    respond(database, made, "A_W", made.postings[0].id, ballots, received_at=moment)
