"""A whole multiple choice, rankings and dates on the pages that explore, and the same as JSON."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.scoring.rounding import percent_text
from survey_app.storage.session import Database
from survey_app.words import Audience
from tests.support.evaluated import Evaluated, make_campaign, make_evaluated, respond, sign_up, survey_over
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def made(database: Database) -> Evaluated:
    return make_evaluated(database)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    return client_of(app, sign_up(database, made.unit, username="leader"))


def _address(made: Evaluated, rest: str, kind: str = "", template: str = "A_W") -> str:
    survey = made.surveys[template].id
    return f"/results/{made.campaign.id}/crosstab{kind}?survey={survey}&audience=workers{rest}"


def _ask(client: FlaskClient, made: Evaluated, rest: str) -> Any:
    answer = client.get(_address(made, rest, ".json"))
    assert answer.status_code == 200, answer.json
    return answer.json


def test_every_option_is_a_recount_and_its_own_cross_tab(leader: FlaskClient, made: Evaluated) -> None:
    found = _ask(leader, made, "&row=W20&column=W10")
    assert found["cross_tab"] is None
    shown = [line for line in found["options"]["lines"] if line["withheld"] is None]
    assert len(shown) > 3
    given = [each.answers for each in made.given if each.survey == "A_W" and "W20" in each.answers]
    for line in shown:
        option = line["option"].partition(".")[2]
        for codes, chosen, base in zip(line["columns"], line["chosen"], line["bases"], strict=True):
            both = [each for each in given if each.get("W10") in codes]
            assert (chosen, base) == (sum(option in each["W20"] for each in both), len(both))
    for line in found["options"]["lines"]:
        alone = _ask(leader, made, f"&row={line['option']}&column=W10")["cross_tab"]
        if line["withheld"] is None:
            assert alone["columns"] == line["columns"]
            assert alone["table"][alone["rows"].index(["1"])] == line["chosen"]
            assert alone["chi_square"] == line["chi_square"]
        else:
            assert alone["table"] is None


@pytest.mark.parametrize(("row", "column"), [("W20", "W30"), ("W30", "W20")])
def test_the_page_prints_the_numbers_of_the_json(
    leader: FlaskClient, made: Evaluated, row: str, column: str
) -> None:
    rest = f"&row={row}&column={column}"
    text = re.sub(r"\s+", " ", leader.get(_address(made, rest)).text)
    for line in _ask(leader, made, rest)["options"]["lines"]:
        for chosen, base in [*zip(line["chosen"], line["bases"], strict=True), (line["total"], line["base"])]:
            if base:
                assert re.search(
                    rf"\b{chosen}(/{base})? \({re.escape(percent_text(Fraction(chosen, base)))}\)", text
                )
    assert "会超过 100%" in text
    assert "霍尔姆" in text
    # The form offers the whole question, and says that it is chosen.
    assert re.search(r'<option value="W20" selected>', text)


def test_two_whole_questions_are_refused_with_what_to_do(leader: FlaskClient, made: Evaluated) -> None:
    page = leader.get(_address(made, "&row=W20&column=W02"))
    assert page.status_code == 200
    assert "都是多选题" in page.text
    found = _ask(leader, made, "&row=W20&column=W02")
    assert (found["cross_tab"], found["options"]) == (None, None)


def test_an_option_that_is_a_condition_is_left_out(leader: FlaskClient, made: Evaluated) -> None:
    lines = _ask(leader, made, "&row=W20&column=W30&q.W20.1=1")["options"]["lines"]
    assert lines[0]["withheld"] is not None
    refused = leader.get(_address(made, "&row=W20&column=W30&q.W20.1=1&q.W01=1", ".json"))
    assert (refused.status_code, refused.json["error"]["trouble"]) == (400, "too_many")


@pytest.fixture
def ranked(database: Database) -> Evaluated:
    """Ballots with a ranking (R05, the top of eleven) and a date (R10)."""
    made = make_campaign(database)
    survey_over(database, made, "D_R", Audience.WORKERS)
    draw = random.Random(6)
    for posting in made.postings:
        ballots = [
            {
                "R05": draw.sample(["1", "2", "3", "4"], 3),
                "R10": [f"{draw.choice([2014, 2016, 2017])}-0{draw.randint(1, 6)}-15"],
            }
            for _ in range(60)
        ]
        respond(database, made, "D_R", posting.id, ballots)
    return made


def test_rankings_and_dates_are_counted_filtered_and_crossed(
    app: Flask, database: Database, ranked: Evaluated
) -> None:
    client = client_of(app, sign_up(database, ranked.unit, username="leader"))
    given = [each.answers for each in ranked.given]
    explore = _address(ranked, "", template="D_R").replace("/crosstab", "/explore")
    page, found = client.get(explore), client.get(explore.replace("explore", "explore.json")).json
    assert page.status_code == 200
    assert "第 1 位" in page.text
    assert "2016年" in page.text
    readings = {each["question"]: each for each in found["readings"]}
    first = {each["codes"][0]: each["ballots"] for each in readings["R05.2"]["counts"]}
    assert first["1"] == sum(each["R05"][0] == "2" for each in given)
    assert first["0"] == sum("2" not in each["R05"] for each in given)
    years = {each["codes"][0]: each["ballots"] for each in readings["R10"]["counts"]}
    assert years["2016-12-31"] == sum(each["R10"].startswith("2016") for each in given)

    condition = "&q.R05.1=1&q.R10=2016-12-31,2017-12-31"
    narrowed = client.get(explore.replace("explore", "explore.json") + condition).json
    assert narrowed["selection"]["answers"][1]["codes"] == ["2016-12-31", "2017-12-31"]
    table = client.get(_address(ranked, "&row=R05.1&column=R10", ".json", "D_R")).json["cross_tab"]
    assert table["table"] is not None
    for codes, row in zip(table["rows"], table["table"], strict=True):
        for others, count in zip(table["columns"], row, strict=True):
            place = [str(each["R05"].index("1") + 1) if "1" in each["R05"] else "0" for each in given]
            assert count == sum(
                at in codes and f"{each['R10'][:4]}-12-31" in others for at, each in zip(place, given, strict=True)
            )
    shown = client.get(_address(ranked, "&row=R05.1&column=R10", template="D_R")).text
    assert "2016年" in shown


def test_what_the_questionnaire_itself_closes_is_said(app: Flask, database: Database, ranked: Evaluated) -> None:
    """Two options of a ranking: no number of ballots would open them, so nobody need try again."""
    client = client_of(app, sign_up(database, ranked.unit, username="leader"))
    crossed = client.get(_address(ranked, "&row=R05.1&column=R05.2", template="D_R")).text
    assert "不能放在一起：“" in crossed
    narrowed = client.get(_address(ranked, "&q.R05.1=1", template="D_R").replace("/crosstab", "/explore")).text
    assert "因问卷设计，不论多少人作答都不显示" in narrowed
    assert narrowed.count("不能放在一起：“") == 1
    assert narrowed.count("取决于不能放在一起的选项") == 1
    whole = client.get(_address(ranked, "", template="D_R").replace("/crosstab", "/explore")).text
    assert "因问卷设计" not in whole


def test_questions_that_nobody_answered_both_of_are_withheld(leader: FlaskClient, made: Evaluated) -> None:
    given = [each.answers for each in made.given if each.survey == "A_W"]
    assert not any("W01" in each and "W02" in each for each in given)
    lines = _ask(leader, made, "&row=W01&column=W02")["options"]["lines"]
    assert lines
    assert all(line["withheld"] is not None for line in lines)
    assert leader.get(_address(made, "&row=W01&column=W02")).status_code == 200
    assert not any("W29" in each and "W14" in each for each in given)
    assert _ask(leader, made, "&row=W29&column=W14")["cross_tab"]["withheld"] is not None
    assert leader.get(_address(made, "&row=W29&column=W14")).status_code == 200
