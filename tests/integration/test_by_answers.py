"""Waves and weights of those who gave an answer: a slow recount, and what return visits do not ask."""

import random
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.scoring.comparison import Group, same_clusters
from survey_app.storage.session import Database
from survey_app.words import Audience
from tests.support.evaluated import NOW, Evaluated, make_campaign, respond, sign_up, survey_over
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

RATES = (0.7, 0.55, 0.65, 0.5)
KINDS = "12"
"""Production and technical work: answers to B1, which the first evaluation and the visit both ask."""


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """Enough of both kinds answered everywhere; the visit of the third month does not ask what they do."""
    draw = random.Random(11)
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    survey_over(database, made, "B_1", Audience.WORKERS, wave=1)
    survey_over(database, made, "B_3", Audience.WORKERS, wave=3, without=["B1"])
    for posting, rate in zip(made.postings, RATES, strict=True):
        first = [{"W01": ["1"], "W10": [_grade(draw, rate)], "B1": [draw.choice(KINDS)]} for _ in range(140)]
        respond(database, made, "A_W", posting.id, first)
        later = [_visit(draw, rate) | {"B1": [draw.choice(KINDS)]} for _ in range(120)]
        respond(database, made, "B_1", posting.id, later, received_at=NOW)
        respond(database, made, "B_3", posting.id, [_visit(draw, rate) for _ in range(20)], received_at=NOW)
    return made


def _grade(draw: random.Random, rate: float) -> str:
    return "1" if draw.random() < rate else "5"


def _visit(draw: random.Random, rate: float) -> dict[str, list[str]]:
    return {"F03": [_grade(draw, rate)], "F01": ["1"], "F02": ["1"]}


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def link(made: Evaluated, kind: str, rest: str) -> str:
    return f"/results/{made.campaign.id}/{kind}?survey={made.surveys['A_W'].id}&audience=workers{rest}"


def groups(made: Evaluated, template: str, code: str) -> list[Group]:
    """Satisfied and all of those in production, by enterprise."""
    found = []
    for posting in made.postings:
        own = [each.answers for each in made.given if each.survey == template and each.posting == posting.id]
        grades = [each[code] for each in own if each.get("B1") == "1"]
        found.append(Group(sum(each == "1" for each in grades), len(grades)))
    return found


def test_waves_of_those_who_gave_an_answer_are_a_recount(leader: FlaskClient, made: Evaluated) -> None:
    found: list[dict[str, Any]] = leader.get(link(made, "waves.json", "&q.B1=1")).json["waves"]
    sides = groups(made, "A_W", "W10"), groups(made, "B_1", "F03")
    rates = [each["reading"]["rated"]["rate"] for each in found[:2]]
    assert [(each["x"], each["n"]) for each in rates] == [
        (sum(each.x for each in side), sum(each.n for each in side)) for side in sides
    ]
    wanted = same_clusters(*sides)
    contrast = found[1]["contrast"]
    assert contrast["same"]["places"] == 4
    assert contrast["rate"]["difference"] == pytest.approx(wanted.difference)
    assert contrast["rate"]["p_value"] == pytest.approx(wanted.p_value)
    assert (found[2]["is_asked"], found[2]["reading"], found[2]["contrast"]) == (False, None, None)
    # Two selections side by side are the same contrast.
    other = f"&b.survey={made.surveys['B_1'].id}&b.audience=workers&b.q.B1=1"
    lines = leader.get(link(made, "compare.json", f"&q.B1=1{other}")).json["comparison"]["lines"]
    (line,) = [each for each in lines if each["question"] == "W10"]
    assert (line["rate"], line["same_places"]) == (contrast["rate"], 4)


def test_page_takes_answers_that_both_ask_and_says_why_not_others(leader: FlaskClient, made: Evaluated) -> None:
    page = leader.get(link(made, "waves", "")).text
    offered = set(re.findall(r'<option value="(\w+)=', page))
    assert offered == {"B1", "B2", "B3", "B4"}
    shown = leader.get(link(made, "waves", "&q.B1=1")).text
    assert "不一定是同一批人" in shown
    assert "回访（未问所设条件的题目）" in shown
    for kind in ("waves", "waves.json"):
        assert leader.get(link(made, kind, "&q.W01=1")).status_code == 400
    refused = leader.get(link(made, "waves", "&q.W01=1")).text
    assert "没有哪次回访以相同的选项问过 W01 题" in refused
    # The way here takes along what can be taken.
    explore = leader.get(link(made, "explore", "&q.B1=1&q.W01=1")).text.split('class="tabs"')[1]
    carried = dict(re.findall(r'href="/results/\d+/(\w+)\?([^"]*)"', explore.split("</nav>")[0]))
    assert "q.B1=1" in carried["waves"]
    assert "q.W01" not in carried["waves"]
    live = leader.get(link(made, "waves.json", "&q.B1=9"))
    assert (live.status_code, live.json["error"]["trouble"]) == (400, "unknown_code")


def test_weights_of_those_who_gave_an_answer_are_a_recount(leader: FlaskClient, made: Evaluated) -> None:
    found = leader.get(link(made, "weights.json", "&q.B1=1")).json["lines"][0]
    ways = {each["way"]: each for each in found["weightings"]}
    own = groups(made, "A_W", "W10")
    plain, equal = ways["unweighted"]["figure"], ways["team_equal"]["figure"]
    assert (plain["x"], plain["n"]) == (sum(each.x for each in own), sum(each.n for each in own))
    assert ways["clustered"]["clusters"] == 4
    # Each enterprise has a team of its own.
    assert equal["value"] == pytest.approx(sum(each.x / each.n for each in own) / 4)
    assert ways["headcount"]["refused"] == "no_population"
    page = leader.get(link(made, "weights", "&q.B1=1&population=finite")).text
    assert "没有人知道" in page
    assert "全部 4 家企业都有答卷" in page
    # What answers to the question itself are not asked by it.
    asked = leader.get(link(made, "weights.json", "&q.W10=1")).json["lines"][0]
    assert {each["refused"] for each in asked["weightings"]} == {"too_few"}
