"""Index trees: defined by an organiser, valued from gated figures, with the covered weight said."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from survey_app.services import indexes
from survey_app.services.access import SYSTEM, Forbidden
from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.evaluated import NOW, Evaluated, make_evaluated, sign_up
from tests.support.sessions import client_of
from tests.support.union import send


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign with about 620 responses."""
    return make_evaluated(database, is_sample=True)


@pytest.fixture
def organiser(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """An organiser of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))


def values(client: FlaskClient, made: Evaluated, rest: str = "") -> dict:
    survey = made.surveys["A_W"].id
    return client.get(f"/results/{made.campaign.id}/indexes.json?survey={survey}&audience=workers{rest}").json


def question_indexes(client: FlaskClient, made: Evaluated, rest: str = "") -> dict[str, float]:
    survey = made.surveys["A_W"].id
    found = client.get(f"/results/{made.campaign.id}/explore.json?survey={survey}&audience=workers{rest}").json
    return {
        each["question"]: each["rated"]["index"]["value"]
        for each in found["readings"]
        if each["rated"] is not None and "value" in each["rated"]["index"]
    }


def test_a_tree_is_defined_on_the_pages_and_valued(organiser: FlaskClient, made: Evaluated) -> None:
    base = f"/campaigns/{made.campaign.id}/indicators"
    assert "尚未" in organiser.get(base).text
    for fields in (
        {"name": "总体评价", "weight": "60", "fields": "W10"},
        {"name": "工作内容", "weight": "20"},
    ):
        assert send(organiser, f"{base}/new", **fields).status_code == 302
    for name, weight, field in (("宣讲", "1", "W11"), ("走访", "3", "W12"), ("别处", "4", "Z99")):
        answer = send(organiser, f"{base}/new?under=2", name=name, weight=weight, fields=field)
        assert answer.status_code == (302 if field != "Z99" else 422)
    found = values(organiser, made)
    own = question_indexes(organiser, made)
    expected = 0.75 * own["W10"] + 0.25 * (0.25 * own["W11"] + 0.75 * own["W12"])
    assert found["nodes"][0]["value"] == pytest.approx(expected)
    assert found["nodes"][0]["coverage"] == 1
    assert [each["code"] for each in found["nodes"]] == ["total", "1", "2", "2-1", "2-2"]
    assert [each["share"] for each in found["nodes"]] == pytest.approx([1, 0.75, 0.25, 0.25, 0.75])
    assert found["by"] == "team"
    assert len(found["groups"]) == len(made.postings)
    schema = {"$ref": "#/components/schemas/Indexed", **organiser.get("/api/openapi.json").json}
    assert not [each.message for each in Draft202012Validator(schema).iter_errors(found)]
    page = organiser.get(
        f"/results/{made.campaign.id}/indexes?survey={made.surveys['A_W'].id}&audience=workers"
    ).text
    assert found["nodes"][0]["value_text"] in page
    form = organiser.get(f"{base}/2-2").text
    assert 'value="3"' in form
    assert 'value="走访"' in form
    assert send(organiser, f"{base}/2-2", name="走访", weight="3", fields="W12").status_code == 302
    assert send(organiser, f"{base}/2/up").status_code == 302
    assert [each["code"] for each in values(organiser, made)["nodes"]] == ["total", "1", "1-1", "1-2", "2"]
    assert send(organiser, f"{base}/1/remove").status_code == 302
    assert values(organiser, made)["nodes"][0]["value"] == pytest.approx(own["W10"])


def test_what_is_missing_leaves_its_weight_and_is_said(
    database: Database, organiser: FlaskClient, made: Evaluated
) -> None:
    tree = indexes.from_questionnaire(made.questionnaires["A_E"])
    own = indexes.from_questionnaire(made.questionnaires["A_W"])
    indexes.edit(
        database, actor=SYSTEM, campaign_id=made.campaign.id, change=lambda _old: (own[0], tree[0]), now=NOW
    )
    found = values(organiser, made)
    assert found["nodes"][0]["coverage"] == pytest.approx(0.5)
    assert found["nodes"][0]["value"] == found["nodes"][1]["value"] is not None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_start_is_the_questionnaires_sections(organiser: FlaskClient, made: Evaluated) -> None:
    base = f"/campaigns/{made.campaign.id}/indicators"
    answer = send(organiser, f"{base}/start", survey=str(made.surveys["A_W"].id))
    assert answer.status_code == 302
    shown = organiser.get(base).text
    assert "W21" in shown
    assert send(organiser, f"{base}/new", name="", weight="0").status_code == 422
    assert send(organiser, f"{base}/9").status_code == 404
    assert send(organiser, f"{base}/1/burn").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_only_reads_changes_nothing(app: Flask, database: Database, made: Evaluated) -> None:
    reader = sign_up(database, made.unit, username="reader")
    with pytest.raises(Forbidden):
        indexes.edit(database, actor=reader, campaign_id=made.campaign.id, change=lambda _old: (), now=NOW)
    client = client_of(app, reader)
    assert client.get(f"/campaigns/{made.campaign.id}/indicators").status_code == 403
    page = client.get(f"/results/{made.campaign.id}/indexes?survey={made.surveys['A_W'].id}&audience=workers")
    assert page.status_code == 200
    assert f"/campaigns/{made.campaign.id}/indicators" not in page.text
