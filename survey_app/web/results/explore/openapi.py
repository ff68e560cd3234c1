"""The description of our JSON for programs: OpenAPI 3.1."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from survey_app.web.access import public
from survey_app.web.results.explore.schemas import DAY, NUMBER, SCHEMAS, STRING, WHOLE, Schema, one_of, ref
from survey_app.web.results.overview_schemas import OVERVIEW
from survey_app.words import Audience

PATHS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "explore": (
        "Every question about a selection, and its parts side by side",
        "Explored",
        ("by", "item", "sort", "page", "find"),
    ),
    "units": ("Every unit by every rated question", "UnitTable", ("sort", "page", "find")),
    "crosstab": ("Two questions against each other", "CrossTab", ("row", "column", "share")),
    "compare": ("Two selections side by side; the second one's parts begin with `b.`", "Comparison", ()),
    "drivers": ("What moves the overall verdict, over everything that the reader sees", "Drivers", ()),
    "waves": ("First evaluation and return visits at a place", "Waves", ()),
    "weights": ("The rated questions of a place before and after weights", "Weighted", ()),
    "indexes": ("The campaign's index tree at a place, and by team or unit", "Indexed", ()),
    "comments": ("What people wrote, masked; quoted as far as a person has released it", "Comments", ()),
}
"""What stands behind each address: its summary, the schema of its answer, its own parameters."""

_OF_A_WHOLE_CAMPAIGN = {"comments"}
"""Views that nothing is selected for."""

_OF_THE_PAGE = {
    "sort": "Order of the page's rows; this answer has its own.",
    "page": "Which of the page's rows are shown: a number, or `all`. This answer always has all rows.",
    "find": "Only rows of the page with this in their name. This answer always has all rows.",
}
"""Parameters that lay out the page and change nothing here: an address with `.json` put in still answers."""

_OF_NO_CAMPAIGN: dict[str, tuple[str, str, dict[str, tuple[Schema, str]]]] = {
    "checking": (
        "Whether a reported rate is possible, how many people to ask, the interval of x of n; each if asked",
        "Checked",
        {
            "reported": (STRING, "A reported rate in percent, at most two decimals, as it was written."),
            "reported_n": (WHOLE, "The valid ballots that it is said to rest on."),
            "margin": (NUMBER, "The margin to reach, in percentage points."),
            "expected": (NUMBER, "The expected rate in percent; 50 if left out."),
            "population": (WHOLE, "How many people there are in all."),
            "design_effect": (NUMBER, "1 if left out."),
            "response": (NUMBER, "How many percent of those invited will answer; 100 if left out."),
            "x": (WHOLE, "Ballots that count as satisfied."),
            "n": (WHOLE, "Valid ballots."),
            "headcount": (WHOLE, "How many people the ballots are a part of."),
        },
    ),
}
"""Views that stand beside all campaigns, with their parameters."""

_OVERVIEW = "The results page: headlines, teams with bands and floors, participation, response rates, composite"
_CAMPAIGN: Schema = {"name": "campaign", "in": "path", "required": True, "schema": WHOLE}

_SELECTING: dict[str, tuple[Schema, str]] = {
    "survey": (WHOLE, "A survey; without survey and audience the first of the campaign is meant."),
    "audience": (one_of(Audience), "Who answers."),
    "unit": (WHOLE, "A unit with all below it."),
    "team": (WHOLE, "A work team."),
    "mode": (STRING, "Ways of answering, with commas between: web, kiosk, paper, phone, import."),
    "since": (DAY, "From the week of this day."),
    "until": (DAY, "To the week of this day."),
}

_ERRORS = {
    "400": "The selection cannot be shown, as with more than two conditions.",
    "401": "No session and no valid token.",
    "403": "The reader may not, or the survey is sealed.",
    "404": "There is no such thing, or none that the reader may know of.",
    "429": "Too many requests; see Retry-After.",
}


_UNCHANGED = "The figures are those of the ETag in If-None-Match; only their cut-off is later."


def register(blueprint: Blueprint) -> None:
    """Put the description on the blueprint."""
    blueprint.add_url_rule("/api/openapi.json", view_func=openapi)


@public
def openapi() -> ResponseReturnValue:
    """Send the description; it holds nothing about anybody."""
    return jsonify(document())


def document() -> Schema:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Results as JSON",
            "version": "1",
            "description": "The same figures as on the results pages, by the same rules of withholding. Read with "
            "a personal token, which reads what its owner may.",
        },
        "security": [{"token": []}],
        "paths": {
            "/results/{campaign}.json": _operation("overview", _OVERVIEW, "Overview", [_CAMPAIGN]),
            **{f"/results/{{campaign}}/{name}.json": _path(name) for name in PATHS},
            **{f"/results/{name}.json": _free_path(name) for name in _OF_NO_CAMPAIGN},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**SCHEMAS, **OVERVIEW},
        },
    }


def _path(name: str) -> Schema:
    summary, schema, own = PATHS[name]
    parameters = [
        _CAMPAIGN,
        *([] if name in _OF_A_WHOLE_CAMPAIGN else _selecting()),
        *(_parameter(key, STRING, _OF_THE_PAGE.get(key, "")) for key in own),
    ]
    return _operation(name, summary, schema, parameters)


def _free_path(name: str) -> Schema:
    summary, schema, own = _OF_NO_CAMPAIGN[name]
    return _operation(name, summary, schema, [_parameter(key, *said) for key, said in own.items()])


def _operation(name: str, summary: str, schema: str, parameters: list[Schema]) -> Schema:
    answers = {status: _answer(said, "Error") for status, said in _ERRORS.items()}
    return {
        "get": {
            "summary": summary,
            "operationId": name,
            "parameters": parameters,
            "responses": {"200": _answer(summary, schema), "304": {"description": _UNCHANGED}, **answers},
        }
    }


def _selecting() -> list[Schema]:
    asked = _parameter("q.{question}", STRING, "Only ballots with one of these answers; codes with commas between.")
    return [*(_parameter(key, form, said) for key, (form, said) in _SELECTING.items()), asked]


def _parameter(name: str, form: Schema, said: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": form, "description": said}


def _answer(said: str, schema: str) -> Schema:
    return {"description": said, "content": {"application/json": {"schema": ref(schema)}}}
