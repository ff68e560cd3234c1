"""The page of the checking tools, and the same as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed, allowed_to_programs
from survey_app.web.results.checking import findings
from survey_app.web.results.checking.findings import Counted, Possible, Sample
from survey_app.web.results.checking.forms import (
    IntervalForm,
    PairsForm,
    PossibleForm,
    ReviewForm,
    SampleForm,
    Tool,
)
from survey_app.web.results.checking.pairs import Matched, matched
from survey_app.web.results.checking.reviews import Reviewed, reviewed
from survey_app.web.results.explore import as_json
from survey_app.web.results.explore.showing import problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """A tool as it was asked; `found` is None where it was not, or not rightly."""

    form: Tool
    found: T | None


@dataclass(frozen=True, slots=True)
class Tools:
    """All tools of one request."""

    possible: Asked[Possible]
    sample: Asked[Sample]
    interval: Asked[Counted]
    pairs: Asked[Matched]
    review: Asked[Reviewed]

    @property
    def asked(self) -> tuple[Asked[Any], ...]:
        """Return them in the order of the page."""
        return (self.possible, self.sample, self.interval, self.pairs, self.review)

    @property
    def has_errors(self) -> bool:
        """Tell whether something was asked wrongly."""
        return any(each.form.errors for each in self.asked)


def register(blueprint: Blueprint) -> None:
    """Put the tools on the blueprint of results."""
    blueprint.add_url_rule("/results/checking", view_func=checking)
    blueprint.add_url_rule("/results/checking.json", view_func=checking_json)


@allowed(Permission.READ_RESULTS)
def checking() -> ResponseReturnValue:
    """Show the tools, with what was found."""
    tools = _tools()
    known = {name for each in tools.asked for name in each.form.names()}
    query = {name: value for name, value in request.args.items() if name in known and value}
    page = render_template(
        "results/checking/tools.html",
        tools=tools,
        query=query,
        json_address=f"{url_for('results.checking_json')}?{urlencode(query)}",
    )
    return page, 400 if tools.has_errors else 200


@allowed_to_programs(Permission.READ_RESULTS)
def checking_json() -> ResponseReturnValue:
    """Answer with the same as JSON; what was not asked is null."""
    tools = _tools()
    for each in tools.asked:
        for field in each.form:
            if field.errors:
                return problem(400, "bad_value", where=field.short_name, said=str(field.errors[0]))
    return jsonify(
        {
            "possible": _maybe(_possible, tools.possible),
            "sample": _maybe(_sample, tools.sample),
            "interval": _maybe(_counted, tools.interval),
            "pairs": _maybe(_matched, tools.pairs),
            "review": _maybe(lambda found: [as_json.figure(each) for each in found.shares], tools.review),
        }
    )


def _tools() -> Tools:
    return Tools(
        _asked(PossibleForm, lambda form: findings.possible(form.reported.data, form.reported_n.data)),
        _asked(
            SampleForm,
            lambda form: findings.sample(
                form.margin.data,
                form.expected.data,
                form.population.data,
                form.design_effect.data,
                form.response.data,
            ),
        ),
        _asked(IntervalForm, lambda form: findings.counted(form.x.data, form.n.data, form.headcount.data)),
        _asked(
            PairsForm,
            lambda form: matched(form.both.data, form.only_first.data, form.only_second.data, form.neither.data),
        ),
        _asked(ReviewForm, lambda form: reviewed(form.counts, context.now())),
    )


def _maybe(write: Callable[[T], Any], asked: Asked[T]) -> Any:
    return None if asked.found is None else write(asked.found)


def _asked(kind: type[Tool], find: Callable[[Any], T]) -> Asked[T]:
    form = kind.from_address()
    return Asked(form, find(form) if form.is_asked and form.validate() else None)


def _possible(found: Possible) -> as_json.Json:
    return {
        "reported": f"{found.reported:f}",
        "n": found.n,
        "is_possible": found.is_possible,
        "counts": None if found.counts is None else {"least": found.counts[0], "most": found.counts[1]},
        "smallest_n": found.smallest_n,
    }


def _sample(found: Sample) -> as_json.Json:
    return {
        "margin": float(found.margin),
        "expected": float(found.expected),
        "population": found.population,
        "design_effect": float(found.design_effect),
        "response": float(found.response),
        "answers": found.answers,
        "invited": found.invited,
        "is_attainable": found.is_attainable,
    }


def _counted(found: Counted) -> as_json.Json:
    return {
        "x": found.x,
        "n": found.n,
        "headcount": found.headcount,
        "rate": float(found.rate),
        "is_census": found.interval is None,
        "interval": None if found.interval is None else as_json.interval(found.interval),
    }


def _matched(found: Matched) -> as_json.Json:
    return {
        "people": found.pairs.n,
        "first": float(found.first),
        "second": float(found.second),
        "change": as_json.change(found.change),
    }
