"""The results page as JSON: the same Evaluation, nothing looked up beside it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from survey_app.questionnaire.text import Text
from survey_app.scoring import composite as composites
from survey_app.scoring.composite import Composed, Composite
from survey_app.scoring.evaluation import (
    Answered,
    Evaluation,
    Excluded,
    Floored,
    Item,
    Part,
    Participation,
    Rated,
    Sealed,
    Team,
    TeamChange,
    Unsealed,
    Visits,
    Wave,
    Waves,
)
from survey_app.scoring.figure import Figure
from survey_app.scoring.participation import Invited, Verdict
from survey_app.services.evaluate import Readable
from survey_app.services.retention import Erased
from survey_app.services.rows import Campaign
from survey_app.web.results.explore.as_json import (
    Json,
    change,
    composed,
    contrast,
    day,
    figure,
    moment,
    rated,
    standing,
    text,
)


def as_json(found: Evaluation, erased: Sequence[Erased] = ()) -> Json:
    """Write everything that page, wall and workbook say of a campaign. `erased`: surveys whose ballots are gone."""
    return {
        "campaign": found.campaign_id,
        "name": text(found.campaign),
        "unit": text(found.unit),
        "starts_on": found.starts_on.isoformat(),
        "ends_on": day(found.ends_on),
        "is_sample": found.is_sample,
        "is_whole": not found.part,
        "units": [text(each) for each in found.part],
        "as_of": found.as_of.isoformat(),
        "parts": [_part(each) for each in found.parts],
        "waves": [_waves(each) for each in found.waves],
        "participation": [_participation(each) for each in found.participation],
        "visits": [_visits(each) for each in found.visits],
        "composite": None if found.composite is None else _composite(found.composite),
        "sealed": [_sealed(each) for each in found.sealed],
        "unsealed": [_unsealed(each) for each in found.unsealed],
        "erased": [_erased(each) for each in erased],
    }


def listed(campaigns: Sequence[Readable]) -> Json:
    """Write the campaigns of whose results the reader may see anything."""
    return {"campaigns": [_listed(each.campaign, is_whole=each.is_whole) for each in campaigns]}


def _listed(campaign: Campaign, *, is_whole: bool) -> Json:
    return {
        "campaign": campaign.id,
        "name": text(Text(campaign.name, campaign.name_en)),
        "unit": text(Text(campaign.unit.name, campaign.unit.name_en)),
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": day(campaign.ends_on),
        "is_sample": campaign.is_sample,
        "is_whole": is_whole,
        "address": url_for("results.campaign_json", campaign_id=campaign.id),
    }


def _part(found: Part) -> Json:
    return {
        "audience": found.audience.value,
        "title": text(found.title),
        "version": found.version,
        "surveys": list(found.surveys),
        "ballots": _ballots(found),
        "returned": found.returned,
        "headcount": found.headcount,
        "threshold": found.threshold,
        "trust": found.trust.value,
        "question": None if found.headline is None else found.headline.code,
        "rated": None if found.headline is None else rated(found.headline.rated),
        "items": [_item(each) for each in found.items],
        "pooled": _maybe(found.pooled),
        "pooled_strict": _maybe(found.pooled_strict),
        "answered": [_answered(each) for each in found.answered],
        **_floor(found.floored),
        "teams": [_team(each) for each in found.teams],
        "response_rates": None if found.invited is None else _response_rates(found.invited),
        "excluded": _excluded(found.excluded),
        "live": None if found.live is None else {"counted": found.live.counted, "over": found.live.over},
    }


def _maybe(found: Figure | None) -> Json | None:
    return None if found is None else figure(found)


def _ballots(found: Part) -> Json:
    """Write the counts that are always kept, of the headline question."""
    headline = found.headline
    rate = None if headline is None else headline.rated.rate
    return {
        "issued": found.known_issued,
        "through_open_codes": found.through_open,
        "returned": found.returned,
        "papers_without_answers": found.papers_without_answers,
        "valid": None if rate is None else rate.n,
        "unknown": None if rate is None else rate.unknown,
        "abstained": None if rate is None else rate.abstained,
        "blank": None if rate is None else rate.blank,
        "spoilt": None if rate is None else rate.spoilt,
        "not_asked": None if headline is None else headline.not_asked,
    }


def _item(found: Item) -> Json:
    counts = found.counts
    return {
        "question": found.code,
        "label": text(found.label),
        "stem": text(found.stem) if found.stem else None,
        "is_headline": found.is_headline,
        "rated": rated(found.rated),
        "grades": [
            {
                "code": grade.code,
                "label": text(grade.text),
                "in_base": grade.in_base,
                "ballots": None if counts is None else counts.get(grade.code, 0),
            }
            for grade in found.scale.grades
        ],
        "not_asked": found.not_asked,
    }


def _answered(found: Answered) -> Json:
    return {
        "question": found.code,
        "label": text(found.label),
        "n": found.n,
        "choices": [{"label": text(each.label), "ballots": each.count} for each in found.choices],
        "several": found.several,
        "mean": None if found.mean is None else float(found.mean),
        "measured_in": text(found.unit) if found.unit else None,
        "nps": _maybe(found.nps),
        "uncounted": None if found.uncounted is None else found.uncounted.value,
    }


def _floor(found: Floored | None) -> Json:
    if found is None:
        return {"floor": None, "below_floor": None, "not_judged": None, "judged": []}
    unknown = found.of(Verdict.NO_HEADCOUNT, Verdict.FRONTLINE_UNKNOWN)
    return {
        "floor": standing(found.whole),
        "below_floor": len(found.of(Verdict.BELOW)),
        "not_judged": len(unknown),
        "judged": [
            {"place": text(each.place), "stage": text(each.stage), "floor": standing(each.standing)}
            for each in found.places
        ],
    }


def _excluded(found: Excluded) -> Json:
    return {
        "voided": found.voided,
        "unreconciled": found.unreconciled,
        "open_batches": found.open_batches,
        "apart": found.apart,
        "with_voided": _maybe(found.with_voided),
        "share": _maybe(found.share),
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
        "first_by_team": _by_team(found.teams, found.first.teams),
        "visits": [_visit(each, found.teams) for each in found.visits],
        "team_changes": [_team_change(each) for each in found.team_changes],
    }


def _by_team(names: Sequence[Text], teams: Sequence[Rated | None]) -> list[Json]:
    """Write each team's verdict; null where it was not measured."""
    return [
        {"team": text(name), "rated": None if each is None else rated(each)}
        for name, each in zip(names, teams, strict=True)
    ]


def _visit(found: Wave, teams: Sequence[Text]) -> Json:
    return {
        "month": found.month,
        "surveys": list(found.surveys),
        "title": text(found.title),
        "label": text(found.label),
        "rated": rated(found.rated),
        "trust": found.trust.value,
        "places": found.places,
        "returned": found.returned,
        "headcount": found.headcount,
        "by_team": _by_team(teams, found.teams),
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


def _visits(found: Visits) -> Json:
    return {
        "month": found.month,
        "done": found.done,
        "overdue": found.overdue,
        "planned": found.planned,
        "cancelled": found.cancelled,
        "next_due": day(found.next_due),
        "on_time": figure(found.on_time),
    }


def _sealed(found: Sealed) -> Json:
    return {"title": text(found.title), "closes_at": moment(found.closes_at)}


def _unsealed(found: Unsealed) -> Json:
    return {
        "title": text(found.title),
        "how": found.how.value,
        "at": found.at.isoformat(),
        "ballots": found.ballots,
        "reason": found.reason,
        "reopened_at": moment(found.reopened_at),
    }


def _erased(found: Erased) -> Json:
    survey = found.survey
    return {
        "survey": survey.id,
        "title": text(Text(survey.title, survey.title_en)),
        "at": moment(survey.erased_at),
        "has_workbook": found.has_workbook,
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
    return None if found is None else composed(found)
