"""Campaigns, their rounds, work teams and postings: making and changing them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from survey_app.services import audit
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.units import known as known_unit
from survey_app.services.units import scope, sees
from survey_app.services.visits import plan_visits
from survey_app.storage.models import Campaign, Member, Posting, Round, WorkTeam
from survey_app.storage.queries import accounts
from survey_app.storage.queries import campaigns as queries
from survey_app.storage.queries import visits as visit_queries
from survey_app.storage.session import Session
from survey_app.words import MemberRole, PostingMode, VisitState


class InUse(Exception):
    """It cannot be removed: other things belong to it, such as postings to a team."""


def known(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """Return the campaign with its unit. Raises `NotFound`.

    A person knows the campaigns of units in the own subtrees, and those that have postings there or ask people.
    """
    campaign = queries.campaign(session, campaign_id)
    if campaign is None:
        raise NotFound("campaign")
    if not sees(actor, campaign.unit.path) and not queries.takes_part(session, campaign_id, scope(actor)):
        raise NotFound("campaign")
    return campaign


def managed(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """Return the campaign with its unit. Raises `NotFound`, or `Forbidden` if the person may only read it."""
    campaign = known(session, actor, campaign_id)
    actor.require(Permission.DESIGN, campaign.unit.path)
    return campaign


def create_campaign(
    database: Database,
    *,
    actor: Actor,
    unit_id: int,
    name: str,
    name_en: str = "",
    starts_on: date,
    ends_on: date | None = None,
    planned_days: int | None = None,
    description: str = "",
    is_sample: bool = False,
    now: datetime,
) -> Campaign:
    """Begin a campaign of a unit. `planned_days` is how long a posting is meant to be."""
    with database.transaction() as session:
        unit = known_unit(session, actor, unit_id)
        actor.require(Permission.DESIGN, unit.path)
        campaign = Campaign(
            unit=unit,
            name=name,
            name_en=name_en,
            starts_on=starts_on,
            ends_on=ends_on,
            planned_days=planned_days,
            description=description,
            is_sample=is_sample,
            created_at=now,
        )
        session.add(campaign)
        _record(session, actor, "campaign_created", "campaign", campaign, campaign, now)
    return campaign


def change_campaign(
    database: Database,
    *,
    actor: Actor,
    campaign_id: int,
    name: str,
    name_en: str = "",
    starts_on: date,
    ends_on: date | None = None,
    planned_days: int | None = None,
    description: str = "",
    now: datetime,
) -> Campaign:
    """Change what is said of a campaign; its unit stays."""
    with database.transaction() as session:
        campaign = managed(session, actor, campaign_id)
        campaign.name, campaign.name_en, campaign.description = name, name_en, description
        campaign.starts_on, campaign.ends_on, campaign.planned_days = starts_on, ends_on, planned_days
        _record(session, actor, "campaign_changed", "campaign", campaign, campaign, now)
    return campaign


def add_round(
    database: Database,
    *,
    actor: Actor,
    campaign_id: int,
    number: int,
    name: str,
    name_en: str = "",
    starts_on: date,
    ends_on: date | None = None,
    now: datetime,
) -> Round:
    """Add a round (期). Raises `ConstraintViolated("uq_round_campaign_id_number")` for a number in use."""
    with database.transaction() as session:
        campaign = managed(session, actor, campaign_id)
        stage = Round(
            campaign=campaign, number=number, name=name, name_en=name_en, starts_on=starts_on, ends_on=ends_on
        )
        session.add(stage)
        _record(session, actor, "round_added", "round", stage, campaign, now)
    return stage


def change_round(
    database: Database,
    *,
    actor: Actor,
    round_id: int,
    number: int,
    name: str,
    name_en: str = "",
    starts_on: date,
    ends_on: date | None = None,
    now: datetime,
) -> Round:
    """Change a round; the days of its postings stay."""
    with database.transaction() as session:
        stage = managed_round(session, actor, round_id)
        stage.number, stage.name, stage.name_en = number, name, name_en
        stage.starts_on, stage.ends_on = starts_on, ends_on
        _record(session, actor, "round_changed", "round", stage, stage.campaign, now)
    return stage


def remove_round(database: Database, *, actor: Actor, round_id: int, now: datetime) -> None:
    """Remove a round without postings. Raises `InUse`."""
    with database.transaction() as session:
        stage = managed_round(session, actor, round_id)
        if queries.postings_of_round(session, round_id):
            raise InUse
        _record(session, actor, "round_removed", "round", stage, stage.campaign, now)
        session.delete(stage)


def add_team(
    database: Database,
    *,
    actor: Actor,
    campaign_id: int,
    unit_id: int,
    name: str,
    name_en: str = "",
    now: datetime,
) -> WorkTeam:
    """Add a work team whose members come from a unit.

    Raises `ConstraintViolated("uq_work_team_campaign_id_name")` for a name in use.
    """
    with database.transaction() as session:
        campaign = managed(session, actor, campaign_id)
        unit = known_unit(session, actor, unit_id)
        team = WorkTeam(campaign_id=campaign.id, unit=unit, name=name, name_en=name_en, members=[])
        session.add(team)
        _record(session, actor, "team_added", "work_team", team, campaign, now)
    return team


def change_team(
    database: Database,
    *,
    actor: Actor,
    team_id: int,
    unit_id: int,
    name: str,
    name_en: str = "",
    now: datetime,
) -> WorkTeam:
    """Change a team's name or where its members come from."""
    with database.transaction() as session:
        team, campaign = managed_team(session, actor, team_id)
        if unit_id != team.unit_id:
            team.unit = known_unit(session, actor, unit_id)
        team.name, team.name_en = name, name_en
        _record(session, actor, "team_changed", "work_team", team, campaign, now)
    return team


def remove_team(database: Database, *, actor: Actor, team_id: int, now: datetime) -> None:
    """Remove a team without postings, with its members. Raises `InUse`."""
    with database.transaction() as session:
        team, campaign = managed_team(session, actor, team_id)
        if queries.postings_of_team(session, team_id):
            raise InUse
        _record(session, actor, "team_removed", "work_team", team, campaign, now)
        for member in team.members:
            session.delete(member)
        session.flush()
        session.delete(team)


def add_member(
    database: Database,
    *,
    actor: Actor,
    team_id: int,
    name: str,
    role: MemberRole = MemberRole.MEMBER,
    user_id: int | None = None,
    now: datetime,
) -> Member:
    """Add a person to a team; `user_id` where the person signs in."""
    with database.transaction() as session:
        team, campaign = managed_team(session, actor, team_id)
        if user_id is not None and not accounts.is_within(session, user_id, scope(actor)):
            raise NotFound("user")
        member = Member(team_id=team.id, name=name, role=role, user_id=user_id)
        session.add(member)
        _record(session, actor, "member_added", "member", member, campaign, now)
    return member


def remove_member(database: Database, *, actor: Actor, member_id: int, now: datetime) -> int:
    """Take a person out of a team, and return the team's key."""
    with database.transaction() as session:
        member = queries.member(session, member_id)
        if member is None:
            raise NotFound("member")
        team, campaign = managed_team(session, actor, member.team_id)
        _record(session, actor, "member_removed", "member", member, campaign, now)
        session.delete(member)
    return team.id


def add_posting(
    database: Database,
    *,
    actor: Actor,
    round_id: int,
    team_id: int,
    unit_id: int,
    mode: PostingMode,
    planned_from: date,
    planned_to: date,
    actual_from: date | None = None,
    actual_to: date | None = None,
    headcount: int | None = None,
    now: datetime,
) -> Posting:
    """Post a team at an enterprise, and plan the return visits after its end.

    `headcount` is the enterprise's number of workers at the time; the unit's own if it is not given.
    Raises `ConstraintViolated("uq_posting_round_id_team_id_unit_id")` for the same posting twice.
    """
    with database.transaction() as session:
        stage = managed_round(session, actor, round_id)
        team = queries.team(session, team_id)
        if team is None or team.campaign_id != stage.campaign_id:
            raise NotFound("work team")
        unit = known_unit(session, actor, unit_id)
        actor.require(Permission.DESIGN, unit.path)
        posting = Posting(
            round=stage,
            team=team,
            unit=unit,
            mode=mode,
            planned_from=planned_from,
            planned_to=planned_to,
            actual_from=actual_from,
            actual_to=actual_to,
            headcount=headcount if headcount is not None else unit.headcount,
        )
        session.add(posting)
        session.flush()
        plan_visits(session, posting=posting, campaign_id=stage.campaign_id, now=now)
        _record_posting(session, actor, "posting_added", posting, now)
    return posting


def change_posting(
    database: Database,
    *,
    actor: Actor,
    posting_id: int,
    mode: PostingMode,
    planned_from: date,
    planned_to: date,
    actual_from: date | None = None,
    actual_to: date | None = None,
    headcount: int | None = None,
    now: datetime,
) -> Posting:
    """Change a posting's mode, days or headcount; due dates of visits not done follow its end.

    Round, team and enterprise stay: responses were given under them.
    """
    with database.transaction() as session:
        posting = managed_posting(session, actor, posting_id)
        posting.mode, posting.headcount = mode, headcount
        posting.planned_from, posting.planned_to = planned_from, planned_to
        posting.actual_from, posting.actual_to = actual_from, actual_to
        session.flush()
        plan_visits(session, posting=posting, campaign_id=posting.round.campaign_id, now=now)
        _record_posting(session, actor, "posting_changed", posting, now)
    return posting


def remove_posting(database: Database, *, actor: Actor, posting_id: int, now: datetime) -> int:
    """Remove a posting by mistake, with its planned visits, and return the campaign's key.

    Raises `InUse` once it has a collector, an entry of the ledger or a visit that was made.
    """
    with database.transaction() as session:
        posting = managed_posting(session, actor, posting_id)
        visits = visit_queries.visits_of_posting(session, posting_id)
        if queries.is_posting_used(session, posting_id) or any(v.state == VisitState.DONE for v in visits):
            raise InUse
        _record_posting(session, actor, "posting_removed", posting, now)
        for visit in visits:
            session.delete(visit)
        session.flush()
        session.delete(posting)
    return posting.round.campaign_id


def managed_round(session: Session, actor: Actor, round_id: int) -> Round:
    """Return the round with its campaign. Raises `NotFound`, or `Forbidden` if the person may only read it."""
    stage = queries.round_of(session, round_id)
    if stage is None:
        raise NotFound("round")
    managed(session, actor, stage.campaign_id)
    return stage


def managed_team(session: Session, actor: Actor, team_id: int) -> tuple[WorkTeam, Campaign]:
    """Return the team and its campaign. Raises `NotFound`, or `Forbidden` if the person may only read them."""
    team = queries.team(session, team_id)
    if team is None:
        raise NotFound("work team")
    return team, managed(session, actor, team.campaign_id)


def managed_posting(session: Session, actor: Actor, posting_id: int) -> Posting:
    """Return the posting. Raises `NotFound`, or `Forbidden` unless campaign and enterprise are the person's."""
    posting = queries.posting(session, posting_id)
    if posting is None or not sees(actor, posting.unit.path):
        raise NotFound("posting")
    managed(session, actor, posting.round.campaign_id)
    actor.require(Permission.DESIGN, posting.unit.path)
    return posting


def _record_posting(session: Session, actor: Actor, action: str, posting: Posting, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="posting",
        subject_id=posting.id,
        unit_id=posting.unit_id,
        now=now,
        name=posting.unit.name,
        ends=posting.ended_on.isoformat(),
    )


def _record(
    session: Session, actor: Actor, action: str, kind: str, subject: Any, campaign: Campaign, now: datetime
) -> None:
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind=kind,
        subject_id=subject.id,
        unit_id=campaign.unit_id,
        now=now,
        name=subject.name,
        campaign_id=campaign.id,
    )
