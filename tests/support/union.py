"""A union for tests, made through the services: two districts that must not see each other, people who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import flask
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from survey_app.services import accounts, activities, campaigns, units
from survey_app.services.access import SYSTEM, Actor
from survey_app.storage.models import Campaign, Posting, ReturnVisit, RoleGrant, Round, Unit, User, WorkTeam
from survey_app.storage.queries import accounts as account_queries
from survey_app.storage.queries import visits as visit_queries
from survey_app.storage.session import Database
from survey_app.words import Bound, MemberRole, PostingMode, Role, UnitKind
from tests.support.kept import made_once
from tests.support.sessions import PASSWORD, password_hash

NOW = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
"""9 in the morning of 20 April 2026 in China."""


@dataclass(frozen=True)
class District:
    """A district with an enterprise, a campaign of its own there, and people of all four roles."""

    unit: Unit
    enterprise: Unit
    campaign: Campaign
    round: Round
    team: WorkTeam
    member_id: int
    posting: Posting
    visits: tuple[ReturnVisit, ...]
    record_id: int
    people: dict[Role, Actor]


@dataclass(frozen=True)
class Union:
    """A federation with two districts. Every name that belongs to the north holds "北", to the south "南"."""

    root: Unit
    administrator: Actor
    north: District
    south: District


@made_once
def make_union(database: Database, name: str = "") -> Union:
    """Put a union into the database; `name` keeps several in one database apart."""
    root = unit(database, None, f"{name}总工会", UnitKind.FEDERATION)
    return Union(
        root,
        person(database, f"{name}root", Role.ADMINISTRATOR, root),
        _district(database, root, f"{name}北", f"{name}north"),
        _district(database, root, f"{name}南", f"{name}south"),
    )


def unit(
    database: Database,
    parent: Unit | None,
    name: str,
    kind: UnitKind = UnitKind.ENTERPRISE,
    headcount: int | None = None,
) -> Unit:
    """Add a unit."""
    return units.create_unit(
        database,
        actor=SYSTEM,
        parent_id=parent.id if parent else None,
        kind=kind,
        name=name,
        headcount=headcount,
        now=NOW,
    )


def person(database: Database, username: str, role: Role, place: Unit) -> Actor:
    """Add somebody who signs in with `PASSWORD`."""
    with database.transaction() as session:
        session.add(
            User(
                username=username,
                name=username,
                password_hash=password_hash(),
                must_change_password=False,
                created_at=NOW,
                grants=[RoleGrant(role=role, unit_id=place.id)],
            )
        )
    return actor(database, username)


def actor(database: Database, username: str) -> Actor:
    """The person as verbs see them now."""
    with database.reading() as session:
        user = account_queries.user_by_name(session, username)
        assert user is not None
        return accounts.actor_of(user)


def post_team(
    database: Database, stage: Round, team: WorkTeam, place: Unit, last: date = date(2026, 4, 14)
) -> Posting:
    """Post the team at a unit, from 1 April 2026 until `last`."""
    return campaigns.add_posting(
        database,
        actor=SYSTEM,
        round_id=stage.id,
        team_id=team.id,
        unit_id=place.id,
        mode=PostingMode.STATIONED,
        planned_from=min(date(2026, 4, 1), last),
        planned_to=last,
        now=NOW,
    )


def visits_of(database: Database, posting: Posting) -> tuple[ReturnVisit, ...]:
    """The return visits of a posting, by wave."""
    with database.reading() as session:
        return tuple(visit_queries.visits_of_posting(session, posting.id))


def _district(database: Database, root: Unit, name: str, username: str) -> District:
    place = unit(database, root, f"{name}区总工会", UnitKind.DISTRICT)
    enterprise = unit(database, place, f"{name}钢铁厂", headcount=430)
    campaign = campaigns.create_campaign(
        database,
        actor=SYSTEM,
        unit_id=place.id,
        name=f"{name}区到职工中去",
        starts_on=date(2026, 4, 1),
        planned_days=14,
        now=NOW,
    )
    stage = campaigns.add_round(
        database,
        actor=SYSTEM,
        campaign_id=campaign.id,
        number=1,
        name=f"{name}第一期",
        starts_on=date(2026, 4, 1),
        now=NOW,
    )
    team = campaigns.add_team(
        database, actor=SYSTEM, campaign_id=campaign.id, unit_id=place.id, name=f"{name}工作队", now=NOW
    )
    member = campaigns.add_member(
        database, actor=SYSTEM, team_id=team.id, name=f"{name}队长", role=MemberRole.LEADER, now=NOW
    )
    posting = post_team(database, stage, team, enterprise)
    people = {role: person(database, f"{username}.{role}", role, place) for role in Role}
    return District(
        place,
        enterprise,
        campaign,
        stage,
        team,
        member.id,
        posting,
        visits_of(database, posting),
        _entry(database, campaign, posting, name),
        people,
    )


def _entry(database: Database, campaign: Campaign, posting: Posting, name: str) -> int:
    return activities.record_activity(
        database,
        actor=SYSTEM,
        campaign_id=campaign.id,
        posting_id=posting.id,
        kind_code="interviews",
        amount=Decimal(94),
        bound=Bound.AT_LEAST,
        title=f"{name}访谈",
        now=NOW,
    ).id


def signed_in(app: Flask, username: str, password: str = PASSWORD) -> FlaskClient:
    """A client through which the person has signed in."""
    client = app.test_client()
    answer = send(client, "/sign-in", username=username, password=password)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def send(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Post a form with the token of the client's session, as a browser would."""
    return client.post(address, data={**fields, "csrf_token": token(client)})


def token(client: FlaskClient) -> str:
    """The token that the client's forms carry, without drawing one."""
    with client.session_transaction() as cookie, client.application.test_request_context():
        flask.session.update(cookie)
        made = generate_csrf()
        cookie["csrf_token"] = flask.session["csrf_token"]
    return made
