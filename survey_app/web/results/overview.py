"""The results page as JSON: the same Evaluation, nothing looked up beside it."""

from __future__ import annotations

from survey_app.scoring import composite as composites
from survey_app.scoring.composite import Composed, Composite
from survey_app.scoring.evaluation import Evaluation, Part, Participation, Team, TeamChange, Wave, Waves
from survey_app.scoring.participation import Invited, Verdict
from survey_app.web.results.explore.as_json import (
    Json,
    change,
    contrast,
    figure,
    interval,
    rated,
    standing,
    text,
)


def as_json(found: Evaluation) -> Json:
    """Write everything that says how a campaign stands."""
    return {
        "campaign": found.campaign_id,
        "name": text(found.campaign),
        "as_of": found.as_of.isoformat(),
        "parts": [_part(each) for each in found.parts],
        "waves": [_waves(each) for each in found.waves],
        "participation": [_participation(each) for each in found.participation],
        "composite": None if found.composite is None else _composite(found.composite),
    }


def _part(found: Part) -> Json:
    floored = found.floored
    return {
        "audience": found.audience.value,
        "title": text(found.title),
        "surveys": list(found.surveys),
        "returned": found.returned,
        "headcount": found.headcount,
        "threshold": found.threshold,
        "trust": found.trust.value,
        "question": None if found.headline is None else found.headline.code,
        "rated": None if found.headline is None else rated(found.headline.rated),
        "floor": None if floored is None else standing(floored.whole),
        "below_floor": None if floored is None else len(floored.of(Verdict.BELOW)),
        "not_judged": None if floored is None else len(floored.of(Verdict.NO_HEADCOUNT, Verdict.FRONTLINE_UNKNOWN)),
        "teams": [_team(each) for each in found.teams],
        "response_rates": None if found.invited is None else _response_rates(found.invited),
    }


def _team(found: Team) -> Json:
    return {
        "name": text(found.name),
        "places": [text(place) for place in found.places],
        "rated": rated(found.rated),
        "band": found.band,
        "floor": standing(found.standing),
    }


def _waves(found: Waves) -> Json:
    return {
        "audience": found.audience.value,
        "first": rated(found.first.rated),
        "visits": [_visit(each) for each in found.visits],
        "team_changes": [_team_change(each) for each in found.team_changes],
    }


def _visit(found: Wave) -> Json:
    return {
        "month": found.month,
        "surveys": list(found.surveys),
        "rated": rated(found.rated),
        "places": found.places,
        "returned": found.returned,
        "headcount": found.headcount,
        "missing": [text(team) for team in found.missing],
        "contrast": contrast(found.contrast),
    }


def _team_change(found: TeamChange) -> Json:
    return {
        "team": text(found.team),
        "places": [text(place) for place in found.places],
        "month": found.month,
        "first": figure(found.first),
        "second": figure(found.second),
        "change": change(found.change),
        "adjusted": found.adjusted,
    }


def _participation(found: Participation) -> Json:
    return {
        "place": text(found.place),
        "team": text(found.team),
        "stage": text(found.stage),
        "headcount": found.headcount,
        "returned": {audience.value: count for audience, count in found.returned.items()},
        "floor": standing(found.standing),
    }


def _response_rates(found: Invited) -> Json:
    made, outcomes = found.dispositions, found.outcomes
    rates = None
    if made is not None:
        exact = {number: made.response_rate(number) for number in range(1, 7)}
        rates = {f"RR{number}": None if rate is None else float(rate) for number, rate in exact.items()}
    return {
        "issued": found.issued,
        "complete": found.complete,
        "partial": found.partial,
        "refused": outcomes.refused,
        "not_contacted": outcomes.not_contacted,
        "ineligible": outcomes.ineligible,
        "unknown": outcomes.unknown,
        "other": None if made is None else made.other,
        "eligible_share": None if made is None else float(made.eligible_share),
        "rates": rates,
    }


def _composite(found: Composite) -> Json:
    declared = found.declared
    return {
        "rule": composites.NAME,
        "rule_version": declared.version,
        "weights": {audience.value: float(weight) for audience, weight in declared.weights},
        "missing": declared.missing.value,
        "shown": [audience.value for audience in found.shown],
        "covered": float(found.covered),
        "absence": None if found.absence is None else found.absence.value,
        "rate": _composed(found.rate),
        "strict": _composed(found.strict),
        "index": _composed(found.index),
    }


def _composed(found: Composed | None) -> Json | None:
    if found is None:
        return None
    return {
        "rule": found.rule.name,
        "rule_version": found.rule.version,
        "value": float(found.value),
        "interval": None if found.interval is None else interval(found.interval),
        "census": found.census,
    }
