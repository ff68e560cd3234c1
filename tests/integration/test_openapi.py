"""The description of our JSON: it has every address, which takes what it says and nothing else, and answers so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from survey_app.storage.session import Database
from survey_app.web.access import access_of
from survey_app.words import Role
from tests.support.evaluated import Evaluated, in_the_field, make_evaluated, sign_up
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def made(database: Database) -> Evaluated:
    return make_evaluated(database)


@pytest.fixture
def client(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    return client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json
    return found


def _values(made: Evaluated) -> dict[str, str]:
    """A value for each parameter that selects something."""
    first, last = made.postings[0], made.postings[3]
    selecting = {
        "survey": str(made.surveys["A_W"].id), "audience": "workers", "unit": str(first.unit_id),
        "team": str(first.team_id), "mode": "web,kiosk", "since": "2017-04-01", "until": "2017-06-01",
    }  # fmt: skip
    others = {f"b.{name}": value for name, value in selecting.items()}
    return selecting | others | {"b.unit": str(last.unit_id), "b.team": str(last.team_id)}


def _queries(name: str, parameters: list[Any], made: Evaluated) -> Iterator[dict[str, str]]:
    """Queries that use each parameter of an address once, with each of its words."""
    values = _values(made)
    described = {each["name"] for each in parameters}
    base = {key: values[key] for key in ("survey", "audience") if key in described}
    if "b.survey" in described:
        base |= {key: values[key] for key in ("b.survey", "b.audience", "b.unit")} | {"unit": values["unit"]}
    if name == "checking":
        yield {"reported": "97.9", "reported_n": "47", "x": "46", "n": "47", "headcount": "60"}
        yield {"margin": "5", "expected": "50", "population": "900", "design_effect": "1.5", "response": "60"}
        return
    yield base
    for each in parameters:
        key, schema = each["name"], each["schema"]
        if each["in"] == "query" and key.endswith("answers"):
            # Waves take what a visit asks, too.
            yield base | {f"{key.removesuffix('answers')}q.{'B1' if name == 'waves' else 'W01'}": "1,2"}
        elif key in values:
            yield base | {key: values[key]}
        elif "const" in schema:
            yield base | {key: schema["const"]}
        elif each["in"] == "query":
            words = schema.get("enum") or [
                word for form in schema.get("anyOf", ()) for word in form.get("enum", ())
            ]
            yield from (base | {key: word} for word in (words if key != "sort" else words[-1:]))
            if key == "row":
                yield base | {key: "W20"}
            if not schema.get("enum"):
                yield base | {key: {"page": "2", "row": "W01", "by": "W01", "sort": "-W10"}.get(key, "W10")}


def _conforms(document: dict[str, Any], path: str, answer: Any) -> list[str]:
    operation = document["paths"][path]["get"]
    schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    return [
        f"{path} {list(each.path)}: {each.message[:200]}"
        for each in Draft202012Validator({**schema, "components": document["components"]}).iter_errors(answer.json)
    ]


def test_every_address_is_described(app: Flask, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    Draft202012Validator.check_schema({"$defs": document["components"]["schemas"]})
    described = {path.replace("{campaign}", "<int:campaign_id>") for path in document["paths"]}
    rules = {rule.rule: access_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert described == {rule for rule, access in rules.items() if access is not None and access.for_programs}
    # Every page of results is JSON at the same address; files, and the names that a page suggests, aside.
    pages = {rule.rstrip("/") for rule in rules if rule.startswith("/results/") and not rule.endswith("/places")}
    assert {f"{page}.json" for page in pages if not re.search(r"\.\w+$", page)} - described == set()
    numbers = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(numbers) == len(set(numbers))
    used = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert used == set(document["components"]["schemas"])


def test_answers_are_as_described(client: FlaskClient, made: Evaluated, document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        address = path.replace("{campaign}", str(made.campaign.id))
        name = path.removesuffix(".json").rpartition("/")[2]
        for query in _queries(name, operations["get"]["parameters"], made):
            answer = client.get(address, query_string=query)
            assert answer.status_code == 200, (path, query, answer.json)
            assert _conforms(document, path, answer) == [], query


def test_what_is_not_described_is_refused(client: FlaskClient, made: Evaluated, document: dict[str, Any]) -> None:
    conditions = {"q.W01": "1", "b.q.W01": "1"}
    tried = 0
    for path, operations in document["paths"].items():
        described = {each["name"] for each in operations["get"]["parameters"]}
        if "survey" not in described:
            continue
        described |= {name.replace("answers", "q.W01") for name in described}
        address = path.replace("{campaign}", str(made.campaign.id))
        base = {key: value for key, value in _values(made).items() if key in ("survey", "audience")}
        for key, value in (_values(made) | conditions | {"sorted": "x"}).items():
            if key not in described:
                answer = client.get(address, query_string=base | {key: value})
                assert answer.status_code == 400, (path, key)
                assert _conforms(document, path, answer) == []
                tried += 1
    assert tried > 40


def test_while_ballots_come_in_answers_are_as_described(
    client: FlaskClient, database: Database, made: Evaluated, document: dict[str, Any]
) -> None:
    in_the_field(database, made)
    for path in document["paths"]:
        answer = client.get(path.replace("{campaign}", str(made.campaign.id)))
        assert answer.status_code == 200, path
        assert _conforms(document, path, answer) == []


def test_a_tag_is_known_again_where_that_is_said(
    client: FlaskClient, made: Evaluated, document: dict[str, Any]
) -> None:
    for path, operations in document["paths"].items():
        address = path.replace("{campaign}", str(made.campaign.id))
        tag = client.get(address).headers.get("ETag")
        assert (tag is not None) == ("304" in operations["get"]["responses"]), path
        if tag is not None:
            assert client.get(address, headers={"If-None-Match": tag}).status_code == 304, path
