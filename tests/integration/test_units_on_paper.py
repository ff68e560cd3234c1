"""The table of units on paper: all questions, as many side by side as A4 has room for."""

import re

import pytest
from flask import Flask

from survey_app.storage.session import Database
from tests.support.evaluated import make_evaluated, sign_up
from tests.support.sessions import client_of

ACROSS_A4 = 8


def _heads(table: str) -> list[str]:
    return re.findall(r'<th scope="col" class="number".*?><a [^>]*>(.*?)</a>', table)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_paper_has_every_question_once(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    page = client.get(f"/results/{made.campaign.id}/units", follow_redirects=True).text
    screen, *paper = re.findall(r'<table class="unit-table">.*?</table>', page, re.DOTALL)
    assert len(_heads(screen)) > ACROSS_A4
    assert [head for table in paper for head in _heads(table)] == _heads(screen)
    assert all(len(_heads(table)) <= ACROSS_A4 for table in paper)
    rows = [re.findall(r'<td class="number">.*?</td>', table, re.DOTALL) for table in (screen, *paper)]
    assert sorted(rows[0]) == sorted(cell for table in rows[1:] for cell in table)
    enterprise = made.surveys["A_E"].id
    few = client.get(f"/results/{made.campaign.id}/units?survey={enterprise}&audience=enterprise").text
    assert "print-only" not in few
