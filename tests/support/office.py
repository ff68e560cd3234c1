"""A small union for tests: two districts, an organiser in one, a campaign with two postings there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from survey_app.services import passwords
from survey_app.services.access import Actor, Grant
from survey_app.storage.models import Campaign, Posting, RoleGrant, Round, Unit, User, WorkTeam
from survey_app.storage.session import Database, Session
from survey_app.words import Role, UnitKind
from tests.support.kept import made_once
from tests.support.sessions import PASSWORD, password_hash

NOW = datetime(2026, 4, 11, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """What stands in the database after `make_office`. `stranger` organises the other district."""

    organiser: Actor
    stranger: Actor
    leader: Actor
    unit: Unit
    campaign: Campaign
    postings: tuple[Posting, ...]


@made_once
def make_office(database: Database, *, name: str = "江岸", is_sample: bool = False, password: str = "") -> Office:
    """Put the union into the database; `name` keeps the unions of one server apart.

    With a `password`, its people can sign in: as `<name>-organiser`, and so on.
    """
    with database.transaction() as session:
        root = _unit(session, None, UnitKind.FEDERATION, f"{name}总工会")
        home = _unit(session, root, UnitKind.DISTRICT, f"{name}一区")
        other = _unit(session, root, UnitKind.DISTRICT, f"{name}二区")
        campaign = Campaign(
            unit=home, name=f"{name}到职工中去", name_en=f"To the workers {name}", starts_on=date(2026, 4, 1),
            description="", is_sample=is_sample, created_at=NOW,
        )  # fmt: skip
        stage = Round(campaign=campaign, number=1, name="第一期", starts_on=date(2026, 4, 1))
        team = WorkTeam(campaign_id=0, unit=home, name="第一工作队")
        session.add_all([campaign, stage])
        session.flush()
        team.campaign_id = campaign.id
        postings = tuple(
            Posting(
                round=stage, team=team, unit=_unit(session, home, UnitKind.ENTERPRISE, enterprise, headcount),
                planned_from=date(2026, 4, 1), planned_to=date(2026, 4, 14), headcount=headcount,
            )
            for enterprise, headcount in ((f"{name}武钢", 1200), (f"{name}长江船厂", 430))
        )  # fmt: skip
        session.add_all(postings)
        session.flush()
        people = [
            _actor(session, f"{name}-organiser", Role.ORGANISER, home, password),
            _actor(session, f"{name}-stranger", Role.ORGANISER, other, password),
            _actor(session, f"{name}-leader", Role.LEADER, root, password),
        ]
    return Office(people[0], people[1], people[2], home, campaign, postings)


def _unit(session: Session, parent: Unit | None, kind: UnitKind, name: str, headcount: int | None = None) -> Unit:
    unit = Unit(parent_id=parent.id if parent else None, path="/", kind=kind, name=name, headcount=headcount)
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def _hashed(password: str) -> str:
    return password_hash() if password == PASSWORD else passwords.hashed(password)


def _actor(session: Session, username: str, role: Role, unit: Unit, password: str) -> Actor:
    user = User(
        username=username,
        name=username,
        password_hash=_hashed(password) if password else "",
        must_change_password=False,
        created_at=NOW,
        grants=[RoleGrant(role=role, unit_id=unit.id)],
    )
    session.add(user)
    session.flush()
    return Actor(user.id, username, username, None, False, 0, (Grant(role, unit.id, unit.path, unit.name),))
