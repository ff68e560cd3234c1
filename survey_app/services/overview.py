"""What the list of campaigns and a campaign's page show: a few queries, limited to the reader's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from survey_app.services import campaigns
from survey_app.services.access import Actor, Permission
from survey_app.services.context import Database
from survey_app.services.days import today
from survey_app.services.explore_ground import readers_paths
from survey_app.services.surveys import Standing, standing
from survey_app.services.units import scope, sees
from survey_app.services.visits import DUE_SOON_DAYS
from survey_app.storage.models import Campaign, Posting, ReturnVisit, Round, Survey, WorkTeam
from survey_app.storage.queries import campaigns as queries
from survey_app.storage.queries import visits as visit_queries
from survey_app.storage.session import Session
from survey_app.words import Audience, Purpose


@dataclass(frozen=True, slots=True)
class WaveProgress:
    """How the return visits of one wave stand, by due date."""

    wave: int
    done: int
    overdue: int
    due_soon: int
    later: int
    cancelled: int
    has_survey: bool = False

    @property
    def planned(self) -> int:
        """Visits that were to be made; cancelled ones are not among them."""
        return self.done + self.overdue + self.due_soon + self.later


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in the list."""

    campaign: Campaign
    teams: int
    postings: int
    enterprises: int
    returned: int
    overdue: int
    visits_done: int
    visits_planned: int


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey with its standing now and the responses that came in, by audience."""

    survey: Survey
    standing: Standing
    returned: Mapping[Audience, int]

    @property
    def total(self) -> int:
        """All responses, for "has anything come in"; audiences are never pooled into one figure."""
        return sum(self.returned.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of a campaign, as far as the reader may see it; `visits` by posting.

    `may_read_results`: those of the whole campaign, or of own units.
    """

    campaign: Campaign
    rounds: tuple[Round, ...]
    teams: tuple[WorkTeam, ...]
    postings: tuple[Posting, ...]
    surveys: tuple[SurveyLine, ...]
    waves: tuple[WaveProgress, ...]
    visits: Mapping[int, Sequence[ReturnVisit]]
    activities: int
    may_manage: bool
    may_read_results: bool
    may_keep_ledger: bool

    @property
    def workers(self) -> int | None:
        """Headcount of all postings, where any is known; an enterprise that is visited twice counts once."""
        known = {posting.unit_id: posting.headcount for posting in self.postings if posting.headcount is not None}
        return sum(known.values()) if known else None

    @property
    def enterprises(self) -> int:
        """How many enterprises have a posting."""
        return len({posting.unit_id for posting in self.postings})

    def total(self, part: str) -> int:
        """Sum one part of the visits' progress ("done", "overdue", …) over the waves."""
        return sum(getattr(wave, part) for wave in self.waves)


def campaign_list(database: Database, *, actor: Actor, now: datetime) -> tuple[CampaignLine, ...]:
    """Return the campaigns that the person knows, newest first, each with its state in numbers."""
    day, paths = today(now), scope(actor)
    with database.reading() as session:
        found = queries.campaigns_within(session, paths)
        keys = [campaign.id for campaign in found]
        counts = queries.counts(session, keys, paths)
        returned = queries.returned_by_campaign(session, keys, paths)
        waves = _progress(session, keys, paths, day)
    return tuple(
        _line(
            campaign, counts.get(campaign.id, (0, 0, 0)), returned.get(campaign.id, 0), waves.get(campaign.id, ())
        )
        for campaign in found
    )


def overview(database: Database, *, actor: Actor, campaign_id: int, now: datetime) -> Overview:
    """Return the state of a campaign. Raises `NotFound`.

    Whoever sees the campaign's unit sees all rounds and teams; others those that come to their units.
    """
    paths = scope(actor)
    with database.reading() as session:
        campaign = campaigns.known(session, actor, campaign_id)
        postings = queries.postings_within(session, campaign_id, paths)
        rounds, teams = queries.rounds(session, campaign_id), queries.teams(session, campaign_id)
        is_whole = sees(actor, campaign.unit.path)
        entries = queries.activities_within(session, campaign_id, paths, with_whole=is_whole)
        surveys = _surveys(session, campaign_id, paths, now)
        waves = _progress(session, [campaign_id], paths, today(now)).get(campaign_id, ())
        visits = visit_queries.visits_by_posting(session, [posting.id for posting in postings])
        ours = actor.paths(Permission.FIELDWORK)
        may_read_results = bool(readers_paths(session, actor, campaign_id, campaign.unit.path))
        may_keep_ledger = queries.is_present(session, campaign_id, ours) or any(
            campaign.unit.path.startswith(path) for path in ours
        )
    surveyed = {line.survey.wave for line in surveys if line.survey.purpose == Purpose.RETURN_VISIT}
    return Overview(
        campaign=campaign,
        rounds=tuple(r for r in rounds if is_whole or any(p.round_id == r.id for p in postings)),
        teams=tuple(t for t in teams if is_whole or any(p.team_id == t.id for p in postings)),
        postings=tuple(postings),
        surveys=surveys,
        waves=tuple(replace(wave, has_survey=wave.wave in surveyed) for wave in waves),
        visits=visits,
        activities=len(entries),
        may_manage=actor.may(Permission.DESIGN, campaign.unit.path),
        may_read_results=may_read_results,
        may_keep_ledger=may_keep_ledger,
    )


def _surveys(session: Session, campaign_id: int, paths: Sequence[str], now: datetime) -> tuple[SurveyLine, ...]:
    found = queries.surveys(session, campaign_id)
    counts = queries.returned(session, [survey.id for survey in found], paths)
    return tuple(
        SurveyLine(
            survey,
            standing(survey, now),
            {each: counts[survey.id, each] for each in Audience if (survey.id, each) in counts},
        )
        for survey in found
    )


def _progress(
    session: Session, campaign_ids: Sequence[int], paths: Sequence[str], day: date
) -> dict[int, tuple[WaveProgress, ...]]:
    soon = day + timedelta(days=DUE_SOON_DAYS)
    found: dict[int, tuple[WaveProgress, ...]] = {}
    progress = visit_queries.progress(session, campaign_ids, paths, today=day, soon=soon)
    for (campaign_id, wave), counts in progress.items():
        found[campaign_id] = (*found.get(campaign_id, ()), _wave(wave, counts))
    return found


def _wave(wave: int, counts: Mapping[str, int]) -> WaveProgress:
    return WaveProgress(
        wave=wave,
        done=counts.get("done", 0),
        overdue=counts.get("overdue", 0),
        due_soon=counts.get("due_soon", 0),
        later=counts.get("later", 0),
        cancelled=counts.get("cancelled", 0),
    )


def _line(
    campaign: Campaign, counts: tuple[int, int, int], returned: int, waves: Sequence[WaveProgress]
) -> CampaignLine:
    teams, postings, enterprises = counts
    return CampaignLine(
        campaign=campaign,
        teams=teams,
        postings=postings,
        enterprises=enterprises,
        returned=returned,
        overdue=sum(wave.overdue for wave in waves),
        visits_done=sum(wave.done for wave in waves),
        visits_planned=sum(wave.planned for wave in waves),
    )
