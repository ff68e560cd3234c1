"""The description of our JSON for programs: OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from survey_app.analysis.explore import BY_MODE, BY_PERIOD, BY_TEAM, BY_UNIT
from survey_app.analysis.sampling import Level
from survey_app.analysis.selection import MOST_CUTS
from survey_app.questionnaire.definition import CODE, OPTION_CODE
from survey_app.web.access import public
from survey_app.web.results.explore.asked import OTHER
from survey_app.web.results.explore.grouped import ORDERS
from survey_app.web.results.explore.other_schemas import OTHERS
from survey_app.web.results.explore.paging import ALL
from survey_app.web.results.explore.schemas import (
    DAY,
    NUMBER,
    SCHEMAS,
    STRING,
    WHOLE,
    Schema,
    arr,
    one_of,
    ref,
)
from survey_app.web.results.overview_schemas import OVERVIEW
from survey_app.words import Audience, Mode

_CODE, _OPTION = CODE.pattern.removesuffix(r"\Z"), OPTION_CODE.pattern.removesuffix(r"\Z")
_QUESTION: Schema = {"type": "string", "pattern": rf"^{_CODE}(\.{_OPTION})?$"}
"""A question's name; of a multiple choice, with the option behind."""

_ANSWERS: Schema = {
    "type": "object",
    "patternProperties": {rf"^q\.{_CODE}(\.{_OPTION})?$": STRING},
    "additionalProperties": False,
}

_SELECTING: Mapping[str, tuple[Schema, str]] = {
    "survey": (WHOLE, "A survey; without survey and audience the first of the campaign is meant."),
    "audience": (one_of(Audience), "Who answers."),
    "unit": (WHOLE, "A unit with all below it."),
    "team": (WHOLE, "A work team."),
    "mode": (arr(one_of(Mode)), "Ways of answering, with commas between."),
    "since": (DAY, "From the week of this day."),
    "until": (DAY, "To the week of this day."),
    "answers": (
        _ANSWERS,
        f"Only ballots with one of these answers, as `q.W01=1,2`. At most {MOST_CUTS} conditions in all.",
    ),
}
"""What selects ballots, as every address of the product says it."""

_SURVEY = ("survey", "audience")
_EVERYTHING = tuple(_SELECTING)
_NO_ANSWERS = tuple(name for name in _SELECTING if name != "answers")

_PAGE_ONLY = {
    "page": (
        {"anyOf": [{"type": "integer", "minimum": 1}, {"const": ALL}]},
        "Which of the page's rows are shown. This answer always has all rows.",
    ),
    "find": (STRING, "Only rows of the page with this in their name. This answer always has all rows."),
}
"""What lays out the page and changes nothing here: an address with `.json` put in still answers."""


def _order(names: Schema) -> tuple[Schema, str]:
    return names, "Order of the page's rows, with - in front the other way round. This answer has its own."


@dataclass(frozen=True, kw_only=True)
class View:
    """What stands behind an address: summary, the schema of its answer, what it lets select, its own parameters.

    `errors` are the refusals that it may answer with; `has_tag`: it takes the ETag of what is known.
    """

    said: str
    schema: str
    selecting: Sequence[str] = ()
    own: Mapping[str, tuple[Schema, str]] = field(default_factory=dict)
    errors: Sequence[str] = ("400", "401", "403", "404", "429", "503")
    has_tag: bool = True


_NO_SELECTION = ("401", "403", "404", "429", "503")

PATHS: Mapping[str, View] = {
    "/results.json": View(
        said="The campaigns whose results one may read", schema="Campaigns", errors=("401", "403", "429")
    ),
    "/results/{campaign}.json": View(
        said="The results page: all figures by audience, waves, participation, trust, and what does not count",
        schema="Overview",
        errors=_NO_SELECTION,
    ),
    "/results/{campaign}/wall.json": View(
        said="The wall view: the figures of the results page, and comments", schema="Wall", errors=_NO_SELECTION
    ),
    "/results/{campaign}/explore.json": View(
        said="Every question about a selection, and its parts side by side",
        schema="Explored",
        selecting=_EVERYTHING,
        own={
            "by": (
                {"anyOf": [{"enum": [BY_UNIT, BY_TEAM, BY_MODE, BY_PERIOD]}, _QUESTION]},
                "What the selection is split by: units below, teams, ways of answering, weeks, or a question.",
            ),
            "item": (_QUESTION, "The rated question that the parts are compared on; the headline if left out."),
            "sort": _order({"enum": [*ORDERS, *(f"-{each}" for each in ORDERS)]}),
            **_PAGE_ONLY,
        },
    ),
    "/results/{campaign}/units.json": View(
        said="Every unit by every rated question, whichever unit is selected",
        schema="UnitTable",
        selecting=_EVERYTHING,
        own={"sort": _order({"type": "string", "pattern": rf"^-?{_CODE}$"}), **_PAGE_ONLY},
    ),
    "/results/{campaign}/crosstab.json": View(
        said="Two questions against each other",
        schema="CrossTab",
        selecting=_EVERYTHING,
        own={
            "row": (
                _QUESTION,
                "The question whose answers are the rows; a multiple choice without an option: all of it.",
            ),
            "column": (_QUESTION, "The same for the columns; the headline if left out."),
            "share": (
                {"const": "column"},
                "The page has shares of columns, not of rows. This answer has counts.",
            ),
        },
    ),
    "/results/{campaign}/compare.json": View(
        said="Two selections side by side; the parts of the second begin with `b.`, and none is one too few",
        schema="Comparison",
        selecting=(*_EVERYTHING, *(OTHER + name for name in _EVERYTHING)),
    ),
    "/results/{campaign}/drivers.json": View(
        said="What moves the overall verdict, by cross-tabs as they are shown; one condition at most besides unit "
        "and team",
        schema="Drivers",
        selecting=_NO_ANSWERS,
    ),
    "/results/{campaign}/waves.json": View(
        said="First evaluation and return visits at a place; answers only to questions that a visit asks, too",
        schema="Waves",
        selecting=(*_SURVEY, "unit", "team", "mode", "answers"),
    ),
    "/results/{campaign}/weights.json": View(
        said="The rated questions of a selection before and after weights",
        schema="Weighted",
        selecting=_EVERYTHING,
        own={
            "strata": (one_of(Level), "What the enterprises are compared within; one stratum if left out."),
            "population": (
                {"const": "finite"},
                "The enterprises with ballots are a sample of all in the list of units; if left out, of no end.",
            ),
        },
    ),
    "/results/{campaign}/indexes.json": View(
        said="The campaign's index tree of a selection, and by team or unit",
        schema="Indexed",
        selecting=_NO_ANSWERS,
    ),
    "/results/{campaign}/comments.json": View(
        said="What people wrote, masked; quoted as far as a person has released it",
        schema="Comments",
        errors=_NO_SELECTION,
        has_tag=False,
    ),
    "/results/checking.json": View(
        said="A rate's possibility, how many to ask, x of n, pairs, shares of a service review; each if asked",
        schema="Checked",
        own={
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
            "both": (WHOLE, "People satisfied both times; with the next three."),
            "only_first": (WHOLE, "People satisfied the first time only."),
            "only_second": (WHOLE, "People satisfied the second time only."),
            "neither": (WHOLE, "People satisfied neither time."),
            "due_revisit": (WHOLE, "Bad ratings due for a revisit; each of these counts goes with the next one."),
            "revisited": (WHOLE, "Those of them that were revisited."),
            "to_rectify": (WHOLE, "Bad ratings found to be justified."),
            "rectified": (WHOLE, "Those of them that were put right."),
            "due": (WHOLE, "Revisits and rectifications due by now."),
            "on_time": (WHOLE, "Those of them that were done on time."),
            "rerated": (WHOLE, "Cases rated again afterwards."),
            "satisfied_after": (WHOLE, "Those of them rated satisfied."),
            "received": (WHOLE, "Ratings received."),
            "excluded": (WHOLE, "Those of them excluded by the rules."),
        },
        errors=("400", "401", "403", "429"),
        has_tag=False,
    ),
}
"""Every address that answers with JSON."""

_CAMPAIGN: Schema = {"name": "campaign", "in": "path", "required": True, "schema": WHOLE}

_ERRORS = {
    "400": "The request cannot be answered, as with more than two conditions, or with one that the view has not.",
    "401": "No session and no valid token.",
    "403": "The reader may not, or the survey is sealed.",
    "404": "There is no such thing, or none that the reader may know of.",
    "429": "Too many requests; see Retry-After.",
    "503": "Many responses are being read first (still_reading), or the database is not there; see Retry-After.",
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
        "paths": {path: _operation(path, view) for path, view in PATHS.items()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**SCHEMAS, **OTHERS, **OVERVIEW},
        },
    }


def _operation(path: str, view: View) -> Schema:
    answers: Schema = {"200": _answer(view.said, view.schema)}
    if view.has_tag:
        answers["304"] = {"description": _UNCHANGED}
    name = path.removesuffix(".json").rpartition("/")[2]
    return {
        "get": {
            "summary": view.said,
            "operationId": "overview" if name == "{campaign}" else name,
            "parameters": [
                *([_CAMPAIGN] if "{campaign}" in path else []),
                *(_selecting(each) for each in view.selecting),
                *(_parameter(key, *said) for key, said in view.own.items()),
            ],
            "responses": answers | {status: _answer(_ERRORS[status], "Error") for status in view.errors},
        }
    }


def _selecting(name: str) -> Schema:
    """Return a part of a selection; answers are a parameter each, which OpenAPI calls an exploded object."""
    form, said = _SELECTING[name.removeprefix(OTHER)]
    if form is _ANSWERS and name.startswith(OTHER):
        pattern, value = next(iter(_ANSWERS["patternProperties"].items()))
        form = {**_ANSWERS, "patternProperties": {pattern.replace("^q", "^b\\.q"): value}}
    found = _parameter(name, form, said)
    if form.get("type") in ("array", "object"):
        found |= {"style": "form", "explode": form["type"] == "object"}
    return found


def _parameter(name: str, form: Schema, said: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": form, "description": said}


def _answer(said: str, schema: str) -> Schema:
    return {"description": said, "content": {"application/json": {"schema": ref(schema)}}}
