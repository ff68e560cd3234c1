"""Evaluating: a campaign's figures for those who may read them, and the column cache behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from survey_app.analysis import evaluation
from survey_app.analysis.columns import Snapshot
from survey_app.analysis.encode import ResponseRow
from survey_app.analysis.evaluation import GateOf
from survey_app.analysis.facts import (
    BatchFacts,
    CampaignFacts,
    CollectorFacts,
    PostingFacts,
    Rules,
    SurveyFacts,
    UnsealedFacts,
    VisitFacts,
)
from survey_app.analysis.gate import Gate
from survey_app.analysis.recent import One, Recent
from survey_app.analysis.several import Own
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.within import Within
from survey_app.analysis.worlds import Ballots
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.scoring import rules
from survey_app.scoring.evaluation import Evaluation
from survey_app.scoring.rules import IndexRule, NpsRule, RateRule
from survey_app.scoring.wording import worded
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.collect import general_questionnaire_of, questionnaire_of
from survey_app.services.composites import declared
from survey_app.services.context import Database
from survey_app.services.days import today
from survey_app.services.explore_ground import EVERYTHING, Ground, ground, readers_paths, units_on_top
from survey_app.services.floors import floors, outcomes
from survey_app.services.seals import closed_since, is_sealed
from survey_app.storage.models import Batch, Campaign, MetricRule, Survey, Unsealing
from survey_app.storage.queries import columns as column_queries
from survey_app.storage.queries import explore as explore_queries
from survey_app.storage.queries import paper as paper_queries
from survey_app.storage.queries import results as queries
from survey_app.storage.session import Session
from survey_app.words import Audience, BatchState, Purpose, SealEnd, VisitState

__all__ = [
    "ColumnStore",
    "DatabaseSource",
    "Readable",
    "campaign_facts",
    "evaluate_campaign",
    "gates",
    "is_sealed",
    "readable_campaigns",
    "rebuild",
    "rules_of",
    "store_in",
]

R = TypeVar("R", RateRule, IndexRule, NpsRule)


def store_in(instance: Path, *, at_once: int | None = None) -> ColumnStore:
    """Return the column cache of an instance folder; for readers who can wait for `at_once` responses only."""
    return ColumnStore(instance / "columns", at_once=at_once)


@dataclass(frozen=True, slots=True)
class Readable:
    """A campaign whose results a person may read: all of them, or those of the own units."""

    campaign: Campaign
    is_whole: bool


def readable_campaigns(database: Database, *, actor: Actor) -> tuple[Readable, ...]:
    """Return the campaigns in which units that the person reads take part, the last begun first."""
    with database.reading() as session:
        found = explore_queries.campaigns_below(session, actor.paths(Permission.READ_RESULTS))
    return tuple(Readable(each, actor.may(Permission.READ_RESULTS, each.unit.path)) for each in found)


def evaluate_campaign(
    database: Database, columns: ColumnStore, *, actor: Actor, campaign_id: int, now: datetime
) -> Evaluation:
    """Return everything that page and workbook show of a campaign, as of `now`.

    Who reads the results of some units below the campaign's gets the same of these. Raises `NotFound`.
    """
    with database.reading() as session:
        campaign = queries.campaign(session, campaign_id)
        paths = () if campaign is None else readers_paths(session, actor, campaign_id, campaign.unit.path)
        if campaign is None or not paths:
            raise NotFound
        surveys = queries.surveys(session, campaign_id)
        facts = campaign_facts(session, columns.recent, campaign, surveys, now)
        base = ground(session, columns, campaign_id)
        snapshots = {
            survey.id: base.counting(
                columns.snapshot(DatabaseSource.of(session, database, survey), now), survey, now
            )
            for survey in surveys
            if not is_sealed(survey, now)
        }
        gate_of = gates(session, base, surveys, snapshots, now, paths)
        own = _owned(session, base, surveys, snapshots, now)
        units = units_on_top(session, paths)
    moment = now.replace(second=0, microsecond=0) if any(each.is_live for each in own.values()) else None
    state = tuple(_state_of(each, snapshots[key]) for key, each in own.items())
    return columns.recent.get(
        (campaign_id, "evaluation", paths),
        (facts, units, today(now), base.number, moment, state),
        lambda: evaluation.evaluate(
            *_within(facts, snapshots, base, paths, units), as_of=now, today=today(now), gate_of=gate_of
        ),
    )


def _within(
    facts: CampaignFacts,
    snapshots: Mapping[int, Snapshot],
    base: Ground,
    paths: Sequence[str],
    units: Sequence[Text],
) -> tuple[CampaignFacts, Mapping[int, Snapshot]]:
    """Return what there is of a campaign in a reader's subtrees, which `units` name."""
    if paths == EVERYTHING:
        return facts, snapshots
    within = Within.of(base.tree, paths)
    return within.campaign(facts, units), {key: within.ballots(each) for key, each in snapshots.items()}


def _state_of(own: Own, snapshot: Snapshot) -> tuple[object, ...]:
    """Return what is equal for equal ballots that are shown alike. What is live also depends on the moment."""
    pieces = (*snapshot.columns.pieces, *snapshot.with_voided.pieces)
    arrays = tuple((One(each.arrays), each.kept is None or each.kept.tobytes()) for each in pieces)
    return arrays, own.threshold, own.is_live, own.resumed, dict(own.entered)


def _owned(
    session: Session, base: Ground, surveys: Sequence[Survey], snapshots: Mapping[int, Snapshot], now: datetime
) -> dict[int, Own]:
    """Return the ballots of the surveys that have a snapshot, with how far they may be shown."""
    return {
        survey.id: base.own(session, survey, Ballots(snapshots[survey.id].columns), now)
        for survey in surveys
        if survey.id in snapshots
    }


def gates(
    session: Session,
    base: Ground,
    surveys: Sequence[Survey],
    snapshots: Mapping[int, Snapshot],
    now: datetime,
    paths: Sequence[str] = EVERYTHING,
) -> GateOf:
    """Return what gives a reader of `paths` the gate to an audience of some surveys, of those with a snapshot."""
    own = _owned(session, base, surveys, snapshots, now)

    def gate(parts: Sequence[SurveyFacts], audience: Audience) -> Gate:
        ballots = {each.id: _without_open(own[each.id], each, audience) for each in parts}
        return base.gate(ballots, audience, parts[0].questionnaire, paths, now=now)

    return gate


def _without_open(own: Own, survey: SurveyFacts, audience: Audience) -> Own:
    """Return ballots of a survey without those of an audience's batches whose totals are not stated."""
    still_open = tuple(
        batch.id for batch in survey.batches if not batch.is_reconciled and _is_of(batch, survey, audience)
    )
    return replace(own, ballots=replace(own.ballots, open_batches=still_open))


def _is_of(batch: BatchFacts, survey: SurveyFacts, audience: Audience) -> bool:
    return any(each.id == batch.collector_id and each.audience == audience for each in survey.collectors)


def rebuild(database: Database, instance: Path, now: datetime | None = None) -> int:
    """Throw the column cache away and read all responses again. Returns how many there are."""
    moment = now or datetime.now(UTC)
    store = store_in(instance)
    with database.reading() as session:
        return sum(
            store.rebuild(DatabaseSource.of(session, database, survey), moment)
            for survey in queries.all_surveys(session)
        )


@dataclass(frozen=True)
class DatabaseSource:
    """One survey's responses as the column cache asks for them (`analysis.source.Source`)."""

    session: Session
    survey_id: int
    identity: str
    first_version: int

    @classmethod
    def of(cls, session: Session, database: Database, survey: Survey) -> DatabaseSource:
        """Return the source of `survey`."""
        # Without the password, which may change; survey and moment tell a database that was made anew.
        address = database.engine.url.render_as_string(hide_password=True)
        named = f"{address} {survey.id} {survey.created_at.isoformat()}"
        if survey.tidied_at is not None:  # its responses are known by other ids since
            named += f" {survey.tidied_at.isoformat()}"
        return cls(session, survey.id, hashlib.sha256(named.encode()).hexdigest(), survey.version_id)

    def questionnaire(self, version_id: int) -> Questionnaire:
        """Return the design of a version."""
        return questionnaire_of(column_queries.version(self.session, version_id))

    def rows(self, since: datetime | None, until: datetime | None) -> Iterator[Sequence[ResponseRow]]:
        """Yield the responses that came in this time, in portions: from `since` on by moment of receipt and id."""
        return map(_rows, column_queries.rows(self.session, self.survey_id, since, until))

    def rows_of(self, ids: Sequence[UUID]) -> Iterator[Sequence[ResponseRow]]:
        """Yield the responses with these ids in portions."""
        return map(_rows, column_queries.rows_of(self.session, ids))

    def ids_since(self, since: datetime) -> Sequence[UUID]:
        """Return the ids of the responses that came from `since` on."""
        return column_queries.ids_since(self.session, self.survey_id, since)

    def ids_before(self, until: datetime) -> Sequence[UUID]:
        """Return the ids of the responses that came before `until`."""
        return column_queries.ids_before(self.session, self.survey_id, until)

    def count(self, since: datetime | None, until: datetime | None, before: datetime) -> int:
        """Return how many responses received from `since` to `until` came before `before`."""
        return column_queries.count(self.session, self.survey_id, since, until, before)

    def erased(self, after: int) -> tuple[int, Sequence[UUID]]:
        """Return the newest erasure's key and the ids erased since `after`."""
        found = column_queries.erased(self.session, self.survey_id, after)
        return (found[-1][0] if found else after), [response for _, response in found]

    def voided(self) -> Sequence[UUID]:
        """Return the ids of the responses that are voided and not restored."""
        return column_queries.voided(self.session, self.survey_id)


def _ways(session: Session, recent: Recent, campaign_id: int) -> Mapping[int, tuple[CollectorFacts, ...]]:
    """Return the ways into each survey of a campaign; there may be thousands, made anew when one has changed."""
    invited = queries.invited(session, campaign_id)
    former = queries.former_places(session, campaign_id)

    def make() -> Mapping[int, tuple[CollectorFacts, ...]]:
        found: dict[int, list[CollectorFacts]] = {}
        for each in queries.collectors(session, campaign_id):
            found.setdefault(each.survey_id, []).append(
                CollectorFacts(
                    id=each.id,
                    audience=Audience(each.audience),
                    posting_id=each.posting_id,
                    unit_id=each.unit_id,
                    former=tuple(former.get(each.id, ())),
                    invited=invited.get(each.id, {}) if each.needs_invitation else None,
                )
            )
        return {survey: tuple(ways) for survey, ways in found.items()}

    made_of = (queries.collector_lines(session, campaign_id), invited, former)
    return recent.get((campaign_id, "ways"), made_of, make)


def _postings(session: Session, recent: Recent, campaign_id: int) -> tuple[PostingFacts, ...]:
    """Return the postings of a campaign in the same way."""
    return recent.get(
        (campaign_id, "postings"),
        queries.posting_lines(session, campaign_id),
        lambda: tuple(_posting(posting) for posting in queries.postings(session, campaign_id)),
    )


def _rows(portion: Sequence[tuple[Any, ...]]) -> Sequence[ResponseRow]:
    return [ResponseRow._make(row) for row in portion]


def campaign_facts(
    session: Session, recent: Recent, campaign: Campaign, surveys: Sequence[Survey], now: datetime
) -> CampaignFacts:
    """Return what evaluating a campaign needs besides answers; `recent` remembers what there is much of."""
    batches: dict[int, list[BatchFacts]] = {}
    waiting = paper_queries.waiting(session, campaign.id)
    for survey_id, batch in queries.batches(session, campaign.id):
        batches.setdefault(survey_id, []).append(_batch(batch, waiting.get(batch.id, 0)))
    ways = _ways(session, recent, campaign.id)
    keys = [survey.id for survey in surveys]
    floored, counted = floors(session, keys), outcomes(session, keys)
    return CampaignFacts(
        id=campaign.id,
        name=Text(campaign.name, campaign.name_en),
        unit=Text(campaign.unit.name, campaign.unit.name_en),
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        is_sample=campaign.is_sample,
        teams={team.id: Text(team.name, team.name_en) for team in queries.teams(session, campaign.id)},
        postings=_postings(session, recent, campaign.id),
        surveys=tuple(
            replace(
                _survey(survey, tuple(batches.get(survey.id, ())), ways.get(survey.id, ()), now),
                floors=floored.get(survey.id, {}),
                outcomes=counted.get(survey.id, {}),
            )
            for survey in surveys
        ),
        visits=tuple(
            VisitFacts(
                month=visit.wave,
                posting_id=visit.posting_id,
                state=VisitState(visit.state),
                due_on=visit.due_on,
                done_on=visit.done_on,
            )
            for visit in queries.visits(session, campaign.id)
        ),
        composite=declared(session, campaign.id),
    )


def _posting(posting: Any) -> PostingFacts:
    return PostingFacts(
        id=posting.id,
        team_id=posting.team_id,
        team=Text(posting.team, posting.team_en),
        place=Text(posting.place, posting.place_en),
        stage=Text(posting.stage, posting.stage_en),
        headcount=posting.headcount,
    )


def _batch(batch: Batch, waiting: int) -> BatchFacts:
    return BatchFacts(
        id=batch.id,
        collector_id=batch.collector_id,
        posting_id=batch.posting_id,
        unit_id=batch.unit_id,
        is_reconciled=batch.state == BatchState.RECONCILED,
        issued=batch.issued,
        spoilt=batch.spoilt,
        abstained=batch.abstained,
        waiting=waiting,
    )


def _survey(
    survey: Survey, batches: tuple[BatchFacts, ...], ways: tuple[CollectorFacts, ...], now: datetime
) -> SurveyFacts:
    return SurveyFacts(
        id=survey.id,
        title=Text(survey.title, survey.title_en),
        purpose=Purpose(survey.purpose),
        wave=survey.wave,
        version_id=survey.version_id,
        version=survey.version.number,
        questionnaire=general_questionnaire_of(survey.version),
        rules=rules_of(survey),
        threshold=survey.threshold,
        is_sealed=is_sealed(survey, now),
        unsealed=_unsealed(survey.unsealing),
        closes_at=survey.closes_at,
        over_since=closed_since(survey, now),
        collectors=ways,
        batches=batches,
    )


def _unsealed(found: Unsealing | None) -> UnsealedFacts | None:
    """Return what figures have to say about an opened seal; nothing where all was as announced."""
    if found is None or (found.how == SealEnd.ENDED and found.reopened_at is None):
        return None
    return UnsealedFacts(
        how=SealEnd(found.how),
        at=found.at,
        ballots=found.ballots,
        reason=found.reason,
        reopened_at=found.reopened_at,
    )


def rules_of(survey: Survey) -> Rules:
    """Return the rules that a survey is read by."""
    return Rules(
        rate=_rule(survey.rate_rule, RateRule),
        strict=_rule(survey.strict_rule, RateRule),
        index=_rule(survey.index_rule, IndexRule),
        nps=rules.NPS if survey.nps_rule is None else _rule(survey.nps_rule, NpsRule),
    )


def _rule(row: MetricRule, kind: type[R]) -> R:
    """Return a stored rule. Raises `TypeError` where a rate stands for an index, which the services prevent."""
    rule = worded(rules.decode(row.definition))
    if not isinstance(rule, kind):
        raise TypeError(f"the rule {row.name} is not a {kind.__name__}")
    return rule
