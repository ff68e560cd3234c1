"""All figures as one long table: what the pages show, nothing else, and nothing withheld follows from it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from survey_app.services import surveys, units
from survey_app.services.access import SYSTEM
from survey_app.storage.models import AuditEntry, Unit
from survey_app.storage.session import Database
from survey_app.words import Audience, SurveyState
from tests.integration.test_attack_through_pages import (
    CODES,
    UNKNOWN,
    VERDICT,
    Spy,
    _fill,
    both,
)
from tests.support.evaluated import NOW, Evaluated, make_campaign, make_evaluated, open_survey, respond, sign_up
from tests.support.long_table import TEAM, UNIT, WHOLE, Row, fetched
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def made(database: Database) -> Evaluated:
    return make_evaluated(database)


def _of(rows: list[Row], **wanted: str) -> list[Row]:
    return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


def _same(row: Row, figure: Any) -> None:
    """The row holds the figure of the JSON, or neither has a number."""
    assert (row.code, row.version) == (figure["rule"], str(figure["rule_version"]))
    if "withheld" in figure:
        assert row.numbers == ("",) * 6
        return
    assert row.x == ("" if figure["x"] is None else str(figure["x"]))
    assert row.n == str(figure["n"])
    assert float(row.value) == pytest.approx(figure["value"], abs=1e-6)
    if figure["interval"] is not None:
        assert float(row.low) == pytest.approx(figure["interval"]["low"], abs=1e-6)
        assert float(row.high) == pytest.approx(figure["interval"]["high"], abs=1e-6)


def test_the_table_has_the_figures_of_the_pages(app: Flask, database: Database, made: Evaluated) -> None:
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    rows = fetched(client, made)
    page = client.get(f"/results/{made.campaign.id}.json").json
    for part in page["parts"]:
        survey = str(part["surveys"][0])
        whole = _of(rows, level=WHOLE, survey=survey, question=part["question"])
        for figure in part["rated"].values():
            _same(_of(whole, code=figure["rule"])[0], figure)
        for team in part["teams"]:
            own = _of(rows, level=TEAM, survey=survey, question=part["question"], place=team["name"]["zh"])
            for figure in team["rated"].values():
                _same(_of(own, code=figure["rule"])[0], figure)
    survey = made.surveys["A_W"].id
    table = client.get(f"/results/{made.campaign.id}/units.json?survey={survey}&audience=workers").json
    seen = 0
    for unit in table["units"]:
        own = _of(rows, level=UNIT, key=str(unit["unit"]), survey=str(survey))
        assert own[0].place == unit["name"]["zh"]
        for name, cell in zip(table["columns"], unit["cells"], strict=True):
            rate, strict = (_of(own, question=name, code=f"{kind}satisfaction_rate")[0] for kind in ("", "strict_"))
            if cell is None:
                assert rate.numbers == strict.numbers == ("",) * 6
                continue
            seen += 1
            assert (rate.x, strict.x, rate.n) == tuple(str(cell[key]) for key in ("x", "strict", "n"))
            for mine, theirs in ((rate.low, cell["low"]), (rate.high, cell["high"])):
                assert theirs is None or float(mine) == pytest.approx(theirs, abs=1e-6)
    assert seen > 20


def test_what_is_withheld_has_its_rows_and_no_number(app: Flask, database: Database) -> None:
    made = _fill(database)
    rows = fetched(client_of(app, sign_up(database, made.unit, username="leader")), made)
    small = made.postings[1].unit_id
    about = _of(rows, level=UNIT, key=str(small), question=VERDICT)
    assert [row.code for row in about] == [row.code for row in _of(rows, level=WHOLE, question=VERDICT)]
    assert {row.numbers for row in about} == {("",) * 6}


def test_the_workbook_holds_the_same_rows_and_no_formula(app: Flask, database: Database, made: Evaluated) -> None:
    unit_id = made.postings[0].unit_id
    with database.transaction() as session:
        session.get_one(Unit, unit_id).name = '=HYPERLINK("http://x","y")'
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    rows = fetched(client, made)
    own = _of(rows, key=str(unit_id), level=UNIT)
    assert {row.place for row in own} == {'\'=HYPERLINK("http://x","y")'}
    book = load_workbook(io.BytesIO(client.get(f"/results/{made.campaign.id}/figures.xlsx").data))
    table, notes = book.worksheets
    cells = list(table.iter_rows(min_row=2))
    assert not [cell for row in cells for cell in row if cell.data_type == "f"]
    assert len(cells) == len(rows)
    for row, mine in zip(cells, rows, strict=True):
        theirs = ["" if cell.value is None else str(cell.value) for cell in row]
        assert theirs[4:8] + theirs[9:10] + theirs[12:13] + theirs[14:16] == [
            mine.audience, mine.measured, mine.months, mine.survey, mine.question, mine.code, mine.x, mine.n,
        ]  # fmt: skip
    said = " ".join(str(cell.value) for row in notes.iter_rows() for cell in row)
    assert "不向任何人导出" in said
    assert "净推荐值（nps，第 1 版）" in said


def test_the_notes_name_no_rule_of_what_is_not_asked(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    survey = open_survey(database, made, "A_U", Audience.GRASSROOTS_UNION)
    respond(database, made, "A_U", made.postings[0].id, [{"U10": ["1"]}] * 9)
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=NOW)
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    book = load_workbook(io.BytesIO(client.get(f"/results/{made.campaign.id}/figures.xlsx").data))
    said = " ".join(str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row)
    assert "满意率" in said
    assert "净推荐值（" not in said


def test_a_reader_of_a_part_takes_that_part(app: Flask, database: Database, made: Evaluated) -> None:
    own = made.postings[0].unit_id
    with database.reading() as session:
        unit = session.get_one(Unit, own)
    rows = fetched(client_of(app, sign_up(database, unit, username="own")), made)
    assert {row.key for row in _of(rows, level=UNIT)} == {str(own)}
    assert {row.key for row in _of(rows, level=TEAM)} == {str(made.postings[0].team_id)}
    returned = _of(rows, level=WHOLE, code="returned", survey=str(made.surveys["A_W"].id))
    assert [row.x for row in returned] == [str(len(made.answers("A_W", "W01", made.postings[0].id)))]
    elsewhere = units.create_unit(
        database, actor=SYSTEM, parent_id=None, kind=unit.kind, name="别处", name_en="", now=NOW
    )
    stranger = client_of(app, sign_up(database, elsewhere, username="stranger"))
    for kind in ("csv", "xlsx"):
        assert stranger.get(f"/results/{made.campaign.id}/figures.{kind}").status_code == 404
        assert app.test_client().get(f"/results/{made.campaign.id}/figures.{kind}").status_code == 302


def test_who_took_the_figures_stands_in_the_log(app: Flask, database: Database, made: Evaluated) -> None:
    leader = sign_up(database, made.unit, username="leader")
    fetched(client_of(app, leader), made)
    with database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "figures_exported"))
        assert (entry.actor_id, entry.subject_id, entry.unit_id) == (
            leader.user_id, str(made.campaign.id), made.unit.id,
        )  # fmt: skip
        assert entry.detail == {"file_format": "csv"}


def test_a_sealed_survey_is_in_no_file(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    sealed = open_survey(database, made, "A_W", Audience.WORKERS, is_sealed=True)
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], VERDICT: ["1"]}] * 30)
    refused = client.get(f"/results/{made.campaign.id}/figures.csv")
    assert (refused.status_code, refused.location) == (302, f"/results/{made.campaign.id}/explore")
    beside = open_survey(database, made, "A_E", Audience.ENTERPRISE)
    respond(database, made, "A_E", made.postings[0].id, [{"E10": ["1"]}] * 9)
    surveys.change_state(database, actor=SYSTEM, survey_id=beside.id, state=SurveyState.CLOSED, now=NOW)
    rows = fetched(client, made)
    assert {row.survey for row in rows} == {str(beside.id)}
    book = load_workbook(io.BytesIO(client.get(f"/results/{made.campaign.id}/figures.xlsx").data))
    assert any(sealed.title in str(row[1].value) for row in book.worksheets[1].iter_rows())


def test_a_survey_in_the_field_is_taken_by_its_steps(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS)
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    place, before = made.postings[0].id, None
    for more in range(4):
        respond(database, made, "A_W", place, [{"W01": ["1"], VERDICT: ["1"]}] * 3)
        rows = _of(fetched(client, made), question=VERDICT, code="satisfaction_rate")
        shown = {row.level: row.n for row in rows}
        survey = made.surveys["A_W"].id
        view = client.get(f"/results/{made.campaign.id}/explore.json?survey={survey}&audience=workers").json
        figure = next(each for each in view["readings"] if each["question"] == VERDICT)["rated"]["rate"]
        assert shown[WHOLE] == str(figure.get("n", "")), more
        now = int(shown[WHOLE] or 0)
        assert before is None or now == before or now >= before + 5
        before = now


def test_nothing_withheld_follows_from_the_table_and_the_pages(app: Flask, database: Database) -> None:
    made = _fill(database)
    client = client_of(app, sign_up(database, made.unit, username="spy"))
    spy = Spy(client, made)
    spy.reads_everything()
    places = {(UNIT, str(posting.unit_id)): place for place, posting in enumerate(made.postings)}
    places |= {(TEAM, str(posting.team_id)): place for place, posting in enumerate(made.postings)}
    outside = {"unknown": [UNKNOWN], "blank": None}
    for row in fetched(client, made):
        at = places.get((row.level, row.key))
        takes = (lambda atom: True) if at is None else (lambda atom, at=at: atom.place == at)
        if row.question not in CODES or row.x == "":
            continue
        if row.code in CODES[row.question]:
            spy.learns(both(takes, row.question, [row.code]), int(row.x))
            spy.learns(both(takes, row.question, list(CODES[row.question])), int(row.n))
        elif row.code == "satisfaction_rate":
            spy.learns(both(takes, row.question, ["1", "2", "3"]), int(row.x))
        elif row.code in outside and outside[row.code] is not None and row.question == VERDICT:
            spy.learns(both(takes, VERDICT, [UNKNOWN]), int(row.x))
    counts = spy.truth()
    # The table says what is true,
    assert (np.stack(spy.attacker.rows) @ counts).tolist() == spy.attacker.results
    # and all of it together gives no withheld number away.
    given = [atom for atom, count in zip(spy.attacker.atoms, counts.tolist(), strict=True) if count]
    targets = [
        spy.attacker.indicator(kind)
        for _link, takes, name in spy.withheld
        for code in CODES[name]
        if any((kind := both(takes, name, [code]))(atom) for atom in given)
    ]
    assert len(targets) > 20
    assert not any(spy.attacker.derives(targets))
