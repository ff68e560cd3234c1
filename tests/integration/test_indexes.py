"""Index trees: defined by an organiser, valued from gated figures, with the covered weight said."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from survey_app.services import indexes, weights
from survey_app.services.access import SYSTEM, Forbidden
from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.evaluated import NOW, Evaluated, make_evaluated, sign_up
from tests.support.printed import Tables, printed
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


@pytest.mark.parametrize("lang", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_page_and_workbook_show_the_same_cells(
    database: Database, organiser: FlaskClient, made: Evaluated, lang: str
) -> None:
    own = indexes.from_questionnaire(made.questionnaires["A_W"])
    other = indexes.from_questionnaire(made.questionnaires["A_E"])
    indexes.edit(database, actor=SYSTEM, campaign_id=made.campaign.id, change=lambda _old: (*own, *other), now=NOW)
    weights.keep_total(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, question="W01",
        counts={"1": 500, "2": 455, "3": 0}, source="名册", now=NOW,
    )  # fmt: skip
    base = f"/results/{made.campaign.id}"
    book = load_workbook(BytesIO(organiser.get(f"{base}/workbook.xlsx?lang={lang}").data))
    sheets = [[row[1:] for row in printed(sheet)] for sheet in book.worksheets]
    for template, audience in (("A_W", "workers"), ("A_E", "enterprise")):
        tables = Tables()
        address = f"{base}/indexes?survey={made.surveys[template].id}&audience={audience}&lang={lang}"
        tables.feed(organiser.get(address).text)
        assert sorted(tables.found) == ["index-groups", "index-weights", "indexes"]
        for rows in tables.found.values():
            shown = [[text.strip(" \n") for text in row] for row in rows]
            assert any(_follow_each_other(shown, sheet) for sheet in sheets), shown[:2]


def _follow_each_other(rows: list[list[str]], sheet: list[list[str]]) -> bool:
    width = len(rows[0])
    cut = [row[:width] for row in sheet]
    return any(cut[place : place + len(rows)] == rows for place in range(len(cut) - len(rows) + 1))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_weights_are_applied_to_the_tree(database: Database, organiser: FlaskClient, made: Evaluated) -> None:
    own = indexes.from_questionnaire(made.questionnaires["A_W"])
    headline = next(node for section in own for node in section.parts if node.fields == ("W10",))
    indexes.edit(database, actor=SYSTEM, campaign_id=made.campaign.id, change=lambda _old: (headline,), now=NOW)
    found = {each["way"]: each for each in values(organiser, made)["weightings"]}
    grades = {grade.code: grade.score for grade in made.questionnaires["A_W"].scales[0].grades}
    by_team = [
        [grades[each] for each in made.answers("A_W", "W10", posting.id) if grades.get(each) is not None]
        for posting in made.postings
    ]
    heads = [posting.headcount or 0 for posting in made.postings]
    means = [sum(each) / len(each) for each in by_team]
    assert found["unweighted"]["nodes"][0]["value"] == question_indexes(organiser, made)["W10"]
    assert found["team_equal"]["nodes"][0]["value"] == pytest.approx(sum(means) / len(means))
    wanted = sum(head * each for head, each in zip(heads, means, strict=True)) / sum(heads)
    assert found["headcount"]["nodes"][0]["value"] == pytest.approx(wanted)
    assert found["headcount"]["nodes"][0]["most_n"] == sum(map(len, by_team))
    page = organiser.get(
        f"/results/{made.campaign.id}/indexes?survey={made.surveys['A_W'].id}&audience=workers"
    ).text
    assert found["headcount"]["nodes"][0]["value_text"] in page
    assert "指标加权前后对比" in page


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_start_is_the_questionnaires_sections(organiser: FlaskClient, made: Evaluated) -> None:
    base = f"/campaigns/{made.campaign.id}/indicators"
    answer = send(organiser, f"{base}/start", survey=str(made.surveys["A_W"].id))
    assert answer.status_code == 302
    shown = organiser.get(base).text
    assert "W21" in shown
    assert send(organiser, f"{base}/new", name="", weight="0").status_code == 422
    assert send(organiser, f"{base}/9").status_code == 404
    assert send(organiser, f"{base}/1/burn").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_only_reads_changes_nothing(app: Flask, database: Database, made: Evaluated) -> None:
    reader = sign_up(database, made.unit, username="reader")
    with pytest.raises(Forbidden):
        indexes.edit(database, actor=reader, campaign_id=made.campaign.id, change=lambda _old: (), now=NOW)
    client = client_of(app, reader)
    assert client.get(f"/campaigns/{made.campaign.id}/indicators").status_code == 403
    page = client.get(f"/results/{made.campaign.id}/indexes?survey={made.surveys['A_W'].id}&audience=workers")
    assert page.status_code == 200
    assert f"/campaigns/{made.campaign.id}/indicators" not in page.text
