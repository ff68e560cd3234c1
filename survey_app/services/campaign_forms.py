"""What the forms of a campaign begin with, read for those who may change it."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.services import campaigns
from survey_app.services.access import Actor
from survey_app.services.context import Database
from survey_app.services.units import scope
from survey_app.storage.models import Campaign, Posting, Round, WorkTeam
from survey_app.storage.queries import campaigns as queries


def campaign(database: Database, *, actor: Actor, campaign_id: int) -> Campaign:
    """Return the campaign with its unit. Raises `NotFound` or `Forbidden`."""
    with database.reading() as session:
        return campaigns.managed(session, actor, campaign_id)


def rounds(database: Database, *, actor: Actor, campaign_id: int) -> tuple[Campaign, Sequence[Round]]:
    """Return the campaign and its rounds by number. Raises `NotFound` or `Forbidden`."""
    with database.reading() as session:
        return campaigns.managed(session, actor, campaign_id), queries.rounds(session, campaign_id)


def stage(database: Database, *, actor: Actor, round_id: int) -> Round:
    """Return a round with its campaign. Raises `NotFound` or `Forbidden`."""
    with database.reading() as session:
        return campaigns.managed_round(session, actor, round_id)


def teams(database: Database, *, actor: Actor, campaign_id: int) -> Sequence[WorkTeam]:
    """Return the teams of a campaign. Raises `NotFound` or `Forbidden`."""
    with database.reading() as session:
        campaigns.managed(session, actor, campaign_id)
        return queries.teams(session, campaign_id)


def team(database: Database, *, actor: Actor, team_id: int) -> tuple[WorkTeam, Campaign, Sequence[Posting]]:
    """Return a team with its members, its campaign and its postings. Raises `NotFound` or `Forbidden`."""
    with database.reading() as session:
        team, campaign = campaigns.managed_team(session, actor, team_id)
        postings = queries.postings_within(session, campaign.id, scope(actor))
    return team, campaign, [posting for posting in postings if posting.team_id == team_id]


def posting(database: Database, *, actor: Actor, posting_id: int) -> Posting:
    """Return a posting with its unit, team, round and campaign. Raises `NotFound` or `Forbidden`."""
    with database.reading() as session:
        return campaigns.managed_posting(session, actor, posting_id)
