"""Enterprises as a sample of all in the list of units, over HTTP: strata, a finite number of them, who may know."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.services import units
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Unit
from survey_app.storage.session import Database
from survey_app.words import UnitKind
from tests.support.evaluated import NOW, Evaluated, make_evaluated, sign_up
from tests.support.sessions import client_of

SAMPLE = "&population=finite&strata=above"


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign, with its four enterprises in two districts, and others without ballots."""
    made = make_evaluated(database, is_sample=True)
    districts = [unit_of(database, made.unit.id, UnitKind.DISTRICT, f"{name}区总工会") for name in ("江岸", "硚口")]
    for at, posting in enumerate(made.postings):
        units.move_unit(
            database, actor=SYSTEM, unit_id=posting.unit_id, parent_id=districts[at // 2].id, now=NOW
        )  # fmt: skip
    unit_of(database, districts[0].id, UnitKind.ENTERPRISE, "未到企业")
    gone = unit_of(database, districts[1].id, UnitKind.ENTERPRISE, "早已撤销")
    units.close_unit(database, actor=SYSTEM, unit_id=gone.id, now=NOW - timedelta(days=60))
    return made


def unit_of(database: Database, parent: int, kind: UnitKind, name: str) -> Unit:
    return units.create_unit(database, actor=SYSTEM, parent_id=parent, kind=kind, name=name, now=NOW)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def link(made: Evaluated, kind: str = "", rest: str = "") -> str:
    return f"/results/{made.campaign.id}/weights{kind}?survey={made.surveys['A_W'].id}&audience=workers{rest}"


def ways(answer: dict) -> dict[str, dict]:
    return {each["way"]: each for each in answer["lines"][0]["weightings"]}


def test_strata_have_their_enterprises_and_narrow_the_interval(
    app: Flask, database: Database, leader: FlaskClient, made: Evaluated
) -> None:
    plain = leader.get(link(made, ".json")).json
    assert plain["sample"] is None
    found = leader.get(link(made, ".json", SAMPLE)).json
    sample = found["sample"]
    assert (sample["strata"], sample["population"], sample["is_census"]) == ("above", "finite", False)
    strata = [(each["name"]["zh"], each["enterprises"], each["all"]) for each in sample["by_stratum"]]
    assert strata == [("江岸区总工会", 2, 3), ("硚口区总工会", 2, 2)]
    before, after = ways(plain)["clustered"], ways(found)["clustered"]
    assert (before["strata"], after["strata"], after["joint_strata"]) == (None, 2, 0)
    assert before["figure"]["value"] == after["figure"]["value"]
    # Enterprises of the second district are all there are: they leave no degree of freedom.
    assert (before["figure"]["interval"]["df"], after["figure"]["interval"]["df"]) == (3, 1)
    assert after["design_effect"] < before["design_effect"]
    people = [(made.postings[at].headcount or 0) * (1.5 if at < 2 else 1) for at in range(4)]
    rates = []
    for posting in made.postings:
        answers = [each for each in made.answers("A_W", "W10", posting.id) if each in set("12345")]
        rates.append(sum(each in set("123") for each in answers) / len(answers))
    wanted = sum(many * rate for many, rate in zip(people, rates, strict=True)) / sum(people)
    assert ways(found)["strata"]["figure"]["value"] == pytest.approx(wanted)
    # A reader of the second district knows of its enterprises alone: they are a census.
    with database.reading() as session:
        second = session.get_one(Unit, sample["by_stratum"][1]["unit"])
    own = client_of(app, sign_up(database, second, username="own")).get(link(made, ".json", SAMPLE)).json
    assert [(each["enterprises"], each["all"]) for each in own["sample"]["by_stratum"]] == [(2, 2)]
    assert own["sample"]["is_census"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_page_says_what_the_sample_means(leader: FlaskClient, made: Evaluated) -> None:
    page = leader.get(link(made)).text
    assert "视为单位名录中全部企业的样本" in page
    assert "按区级工会分层" in page
    assert "这些单位看作同类单位的代表" in page
    drawn = leader.get(link(made, "", SAMPLE)).text
    assert "全部 5 家企业中有 4 家有答卷" in drawn
    assert "江岸区总工会" in drawn
    assert "全部到齐：企业之间没有抽样误差" in drawn
    assert "区间只反映没有答卷的人" not in drawn
    second = leader.get(link(made, ".json", SAMPLE)).json["sample"]["by_stratum"][1]["unit"]
    census = leader.get(link(made, "", f"{SAMPLE}&unit={second}")).text
    assert "全部 2 家企业都有答卷：企业之间没有抽样误差，区间只反映没有答卷的人" in census
    within = leader.get(link(made, "", "&strata=district")).text
    assert "企业只在同一层内相互比较" in within
    for wrong in ("&strata=team", "&population=5"):
        refused = leader.get(link(made, "", wrong))
        assert refused.status_code == 400
        assert "指定的内容，这里没有。请在本页重新选择。" in refused.text
        assert leader.get(link(made, ".json", wrong)).status_code == 400
