"""What a collector fills in for its place is filled in with general words wherever results are read."""

from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from survey_app.storage.session import Database
from survey_app.words import Audience
from tests.support.evaluated import make_campaign, respond, sign_up, survey_over
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_results_show_no_variable_of_a_text(app: Flask, database: Database) -> None:
    made = make_campaign(database)
    survey = survey_over(database, made, "F", Audience.WORKERS)
    answers = [{"G01": ["5"], "G06a": [code]} for code in ("1", "2") for _ballot in range(20)]
    respond(database, made, "F", made.postings[0].id, answers)
    leader = client_of(app, sign_up(database, made.unit, username="leader"))
    root = f"/results/{made.campaign.id}"
    query = f"?survey={survey.id}&audience=workers"
    for address in (root, f"{root}/explore{query}", f"{root}/crosstab{query}&row=G06a&column=G01"):
        page = leader.get(address).text
        assert "{organisation}" not in page
        assert "我单独同意主办工会" in page, address
    assert "主办工会" in str(leader.get(f"{root}/explore.json{query}").json)
    book = load_workbook(BytesIO(leader.get(f"{root}/workbook.xlsx").data))
    written = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "主办工会" in written
    assert "{organisation}" not in written
