"""Page, workbook and JSON of one campaign: each number that is printed is in the JSON of just that thing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.reporting.words import percent
from survey_app.scoring.rounding import between, percent_text, points_text
from survey_app.storage.session import Database
from tests.support.evaluated import Evaluated, in_the_field, make_evaluated, sign_up
from tests.support.printed import Tables, printed
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

_NUMBER = re.compile(r"[+−-]?[\d,]+(\.\d+)?%?\Z")


@pytest.fixture
def made(database: Database) -> Evaluated:
    return make_evaluated(database)


@pytest.fixture
def client(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    return client_of(app, sign_up(database, made.unit, username="leader"))


def _texts(thing: Any) -> Iterator[str]:
    """Everything that may be printed of a part of the JSON."""
    if isinstance(thing, dict):
        yield from (text for each in thing.values() for text in _texts(each))
        if "value_text" in thing:
            yield thing["value_text"]
        if thing.get("headcount") and isinstance(thing.get("returned"), int):
            yield percent(Fraction(thing["returned"], thing["headcount"]))
        if thing.get("headcount") and isinstance(thing.get("returned"), dict):
            yield percent(Fraction(thing["returned"].get("workers", 0), thing["headcount"]))
        for choice in thing.get("choices") or ():
            yield percent_text(Fraction(choice["ballots"], thing["n"]))
        if "overdue" in thing:
            yield str(thing["done"] + thing["overdue"] + thing["planned"])
    elif isinstance(thing, list):
        yield from (text for each in thing for text in _texts(each))
    elif isinstance(thing, int):
        yield str(thing)
    elif isinstance(thing, float):
        yield str(between(thing, -100, 100))
        if -1 <= thing <= 1:
            yield from (percent_text(abs(thing)), points_text(thing))


def _thing(found: Any, table: str, row: list[str], place: int) -> Any:
    """The part of the JSON that a row of a table is about."""
    name, _, rest = table.partition("-")
    part = found["parts"][int(rest.partition("-")[0] or 0) if name in ("items", "answered") else 0]
    if name == "items":
        return next(each for each in part["items"] if each["question"] == row[0])
    if name == "answered":
        return next(each for each in part["answered"] if each["question"] == row[0])
    if name == "teams":
        return next((each for each in part["teams"] if each["name"]["zh"] == row[0]), part)
    if name == "audiences":
        return found["parts"][place]
    if name == "participation":
        return next((each for each in found["participation"] if each["place"]["zh"] == row[0]), found["parts"])
    if name == "visits":
        return found["visits"][place]
    if name in ("waves", "changes", "wave"):
        return [found["waves"], part["ballots"], part["headcount"], {"returned": part["returned"]}, part]
    return part


def _checked(found: Any, tables: Tables) -> int:
    seen = 0
    for table, (_head, *rows) in tables.found.items():
        code = ""
        for place, row in enumerate(rows):
            code = row[0].strip() or code
            texts = set(_texts(_thing(found, table, [code, *row[1:]], place)))
            for cell in row[1:]:
                if _NUMBER.match(cell.strip()):
                    seen += 1
                    assert cell.strip().replace(",", "") in texts, (table, row, cell)
    return seen


def _page(client: FlaskClient, made: Evaluated) -> Tables:
    tables = Tables()
    tables.feed(client.get(f"/results/{made.campaign.id}").text)
    return tables


def test_each_number_of_the_page_is_in_the_json(client: FlaskClient, made: Evaluated) -> None:
    tables = _page(client, made)
    found = client.get(f"/results/{made.campaign.id}.json").json
    assert len(tables.found) >= 12
    assert _checked(found, tables) > 400
    wall = client.get(f"/results/{made.campaign.id}/wall.json").json
    assert wall["parts"]
    comments = client.get(f"/results/{made.campaign.id}/comments.json").json
    assert wall.keys() == {*found.keys(), "comments"}
    assert wall["comments"] == comments
    for name in found.keys() - {"as_of"}:
        assert wall[name] == found[name]


def test_each_number_of_a_page_in_the_field_is_in_the_json(
    client: FlaskClient, database: Database, made: Evaluated
) -> None:
    in_the_field(database, made)
    found = client.get(f"/results/{made.campaign.id}.json").json
    assert found["parts"][0]["live"] is not None
    assert _checked(found, _page(client, made)) > 40


def test_each_figure_of_the_json_is_in_the_workbook(client: FlaskClient, made: Evaluated) -> None:
    found = client.get(f"/results/{made.campaign.id}.json").json
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/results/{made.campaign.id}/workbook.xlsx").data))
    lines = [set(row) for sheet in book.worksheets for row in printed(sheet)]
    figures = 0
    for part in found["parts"]:
        for item in part["items"]:
            own = [line for line in lines if item["question"] in line and item["label"]["zh"] in line]
            assert own, item["question"]
            for figure in item["rated"].values():
                if "withheld" not in figure:
                    figures += 1
                    wanted = {figure["value_text"], str(figure["n"])}
                    assert any(wanted <= line for line in own), (item["question"], wanted)
        for team in part["teams"]:
            rate = team["rated"]["rate"]
            if "withheld" not in rate and part is found["parts"][0]:
                wanted = {team["name"]["zh"], rate["value_text"], str(rate["x"]), str(rate["n"])}
                assert any(wanted <= line for line in lines), wanted
    assert figures > 60


def test_the_list_leads_to_the_figures(client: FlaskClient, made: Evaluated) -> None:
    (listed,) = client.get("/results.json").json["campaigns"]
    assert (listed["campaign"], listed["name"]["zh"]) == (made.campaign.id, made.campaign.name)
    assert client.get(listed["address"]).json["campaign"] == made.campaign.id
