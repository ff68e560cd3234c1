"""A campaign's facts and columns → its Evaluation: the one place where page and workbook get their figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TypeAlias

from survey_app.analysis.ballots import Ballots, Slice
from survey_app.analysis.columns import Snapshot
from survey_app.analysis.encode import AUDIENCES
from survey_app.analysis.facts import CampaignFacts, SurveyFacts, UnsealedFacts, VisitFacts, cut_off
from survey_app.analysis.floors import Floors
from survey_app.analysis.gate import Gate
from survey_app.analysis.instrument import Instrument
from survey_app.analysis.parts import part_of
from survey_app.analysis.waves import waves_of
from survey_app.questionnaire.text import Text
from survey_app.scoring.composite import Composite, Declared, composite
from survey_app.scoring.evaluation import (
    Evaluation,
    Part,
    Participation,
    Rated,
    Sealed,
    Unsealed,
    Visits,
    Waves,
)
from survey_app.scoring.figure import Figure
from survey_app.scoring.measure import share
from survey_app.scoring.rules import ON_TIME_RATE
from survey_app.words import Audience, Purpose, VisitState

GateOf: TypeAlias = Callable[[Sequence[SurveyFacts], Audience], Gate]


def evaluate(
    campaign: CampaignFacts,
    snapshots: Mapping[int, Snapshot],
    *,
    as_of: datetime,
    today: date,
    gate_of: GateOf | None = None,
) -> Evaluation:
    """Return everything that is shown of `campaign`.

    `snapshots` holds the responses by survey; sealed surveys need none. `as_of` is now: the cut-off that figures
    name while answers may come in; those of surveys that are over name the end of these. `today` is the day that
    return visits are due by. `gate_of` gives the gate to an audience of some surveys; without it, teams are
    protected among themselves only, as where nothing else is shown.
    """
    instruments = _instruments(campaign, snapshots, as_of, gate_of)
    first = [each for each in instruments if each.surveys[0].wave is None]
    parts = tuple(part_of(each) for each in first)
    return Evaluation(
        campaign_id=campaign.id,
        campaign=campaign.name,
        unit=campaign.unit,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        is_sample=campaign.is_sample,
        as_of=max((each.as_of for each in instruments), default=as_of),
        parts=parts,
        waves=_waves(campaign, first, [each for each in instruments if each.surveys[0].wave is not None]),
        participation=_participation(campaign, first),
        visits=_visits(campaign.visits, today, as_of),
        sealed=tuple(
            Sealed(title=each.title, closes_at=each.closes_at)
            for each in campaign.surveys
            if each.is_sealed and each.is_here
        ),
        unsealed=tuple(
            _unsealed(each.title, each.unsealed) for each in campaign.surveys if each.unsealed and each.is_here
        ),
        composite=None if campaign.composite is None else _composite(campaign.composite, parts),
        part=campaign.part,
    )


def _composite(declared: Declared, parts: Sequence[Part]) -> Composite:
    """Return the composite of what each audience's leading part shows."""
    figures: dict[Audience, tuple[Figure, Figure, Figure]] = {}
    for part in parts:
        if part.headline is not None:
            rated = part.headline.rated
            figures.setdefault(part.audience, (rated.rate, rated.strict, rated.index))
    return composite(declared, figures)


def _unsealed(title: Text, opened: UnsealedFacts) -> Unsealed:
    return Unsealed(
        title=title,
        how=opened.how,
        at=opened.at,
        ballots=opened.ballots,
        reason=opened.reason,
        reopened_at=opened.reopened_at,
    )


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict of an audience on the headline question of an instrument; withheld where too few."""

    audience: Audience
    field: str
    label: Text
    rated: Rated


def headlines(
    campaign: CampaignFacts,
    snapshots: Mapping[int, Snapshot],
    survey_id: int,
    *,
    as_of: datetime,
    gate_of: GateOf | None = None,
) -> tuple[Headline, ...]:
    """Return the headline of each audience of the instruments that a survey belongs to, as `evaluate` has them."""
    found = []
    for each in _instruments(campaign, snapshots, as_of, gate_of):
        code = each.questionnaire.headline
        if code is None or all(survey.id != survey_id for survey in each.surveys):
            continue
        place = each.questionnaire.fields[code]
        found.append(Headline(each.audience, code, place.label, each.total(code)[1]))
    return tuple(found)


def _instruments(
    campaign: CampaignFacts, snapshots: Mapping[int, Snapshot], as_of: datetime, gate_of: GateOf | None
) -> list[Instrument]:
    """Return the instruments: activity evaluations first, workers first, those with ballots first."""
    slices = [
        Slice(survey, audience, snapshots[survey.id])
        for survey in campaign.surveys
        if not survey.is_sealed
        for audience in AUDIENCES
        if any(each.audience == audience for each in survey.collectors)
    ]
    found = []
    for _, same in groupby(sorted(slices, key=_instrument_key), key=_instrument_key):
        group = list(same)
        gate = None if gate_of is None else gate_of([each.survey for each in group], group[0].audience)
        found.append(
            Instrument(
                audience=group[0].audience,
                surveys=tuple(each.survey for each in group),
                ballots=Ballots(group) if gate is None else Ballots(group, kept=gate.kept, is_live=gate.is_live),
                all_teams=campaign.teams,
                all_postings=campaign.postings,
                as_of=cut_off((each.survey.over_since for each in group), as_of),
                gate=gate,
            )
        )
    return sorted((each for each in found if each.is_here), key=_instrument_order)


def _instrument_key(part: Slice) -> tuple[int, str, int, int, tuple[str, ...]]:
    """Ballots are counted together only if all of this is the same."""
    survey = part.survey
    rules = (survey.rules.rate, survey.rules.strict, survey.rules.index, survey.rules.nps)
    return (
        AUDIENCES.index(part.audience),
        survey.purpose.value,
        survey.wave or 0,
        survey.version_id,
        tuple(f"{rule.name} {rule.version}" for rule in rules),
    )


def _instrument_order(instrument: Instrument) -> tuple[bool, int, bool, int]:
    survey = instrument.surveys[0]
    return (
        survey.purpose != Purpose.ACTIVITY_EVALUATION,
        AUDIENCES.index(instrument.audience),
        not instrument.returned,
        survey.id,
    )


def _waves(campaign: CampaignFacts, first: Sequence[Instrument], visits: Sequence[Instrument]) -> tuple[Waves, ...]:
    """Return the waves of each audience against its leading instrument."""
    found = []
    for audience, leading in _leading(first).items():
        months: dict[int, Instrument] = {}
        for visit in visits:
            wave = visit.surveys[0].wave
            if visit.audience == audience and wave is not None:
                months.setdefault(wave, visit)
        waves = waves_of(leading, months, campaign.teams)
        if waves is not None:
            found.append(waves)
    return tuple(found)


def _leading(instruments: Sequence[Instrument]) -> dict[Audience, Instrument]:
    leading: dict[Audience, Instrument] = {}
    for each in instruments:
        leading.setdefault(each.audience, each)
    return leading


def _participation(campaign: CampaignFacts, first: Sequence[Instrument]) -> tuple[Participation, ...]:
    """Return what came back from each posting where anybody is asked."""
    leading = _leading(first)
    asked = {audience: {posting.id for posting in each.postings} for audience, each in leading.items()}
    workers = leading.get(Audience.WORKERS)
    floors = None if workers is None else Floors(workers)
    rows = []
    for place, posting in enumerate(campaign.postings):
        returned = {
            audience: each.returned_by_posting[place]
            for audience, each in leading.items()
            if posting.id in asked[audience]
        }
        if returned:
            rows.append(
                Participation(
                    place=posting.place,
                    team=posting.team,
                    stage=posting.stage,
                    headcount=posting.headcount,
                    returned=returned,
                    standing=floors.of([posting.id]) if floors and Audience.WORKERS in returned else None,
                )
            )
    return tuple(rows)


def _visits(visits: Sequence[VisitFacts], today: date, as_of: datetime) -> tuple[Visits, ...]:
    """Return how far the return visits of each month are."""
    found = []
    for month in sorted({visit.month for visit in visits}):
        own = [visit for visit in visits if visit.month == month]
        still = [visit for visit in own if visit.state in (VisitState.PLANNED, VisitState.SCHEDULED)]
        due = [visit.due_on for visit in still if visit.due_on >= today]
        by_now = [visit for visit in own if visit.state != VisitState.CANCELLED and visit.due_on < today]
        in_time = sum(visit.done_on is not None and visit.done_on <= visit.due_on for visit in by_now)
        found.append(
            Visits(
                month=month,
                done=sum(1 for visit in own if visit.state == VisitState.DONE),
                overdue=len(still) - len(due),
                planned=len(due),
                cancelled=sum(1 for visit in own if visit.state == VisitState.CANCELLED),
                next_due=min(due, default=None),
                on_time=share(in_time, len(by_now), ON_TIME_RATE, as_of=as_of),
            )
        )
    return tuple(found)
