"""Units, campaign, teams, postings and the activity ledger of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from survey_app.services import activities, campaigns, units
from survey_app.services.access import SYSTEM
from survey_app.services.context import Database
from survey_app.services.sample.data import FIRST_DAY, PLANNED_DAYS, Enterprise, chance, enterprises, moment, raw
from survey_app.words import Bound, MemberRole, PostingMode, UnitKind

PREPARED = moment(date(2017, 3, 20))


@dataclass(frozen=True, slots=True)
class Place:
    """An enterprise with its posting, from the first day to the last."""

    enterprise: Enterprise
    posting_id: int
    last_day: date


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rest of the sample builds on."""

    unit_id: int
    campaign_id: int
    places: tuple[Place, ...]


def lay(database: Database, *, root_unit_id: int) -> Ground:
    """Make the units, the campaign with its teams and postings, and the ledger."""
    federation = _unit(database, root_unit_id, UnitKind.FEDERATION, raw()["federation"])
    unions = {each["key"]: _unit(database, federation, UnitKind(each["kind"]), each) for each in raw()["unions"]}
    campaign = campaigns.create_campaign(
        database,
        actor=SYSTEM,
        unit_id=federation,
        name=raw()["campaign"]["name"],
        name_en=raw()["campaign"]["name_en"],
        description=raw()["campaign"]["description"],
        starts_on=FIRST_DAY,
        ends_on=date(2017, 12, 31),
        planned_days=PLANNED_DAYS,
        is_sample=True,
        now=PREPARED,
    )
    stage = campaigns.add_round(
        database,
        actor=SYSTEM,
        campaign_id=campaign.id,
        number=1,
        name=raw()["round"]["name"],
        name_en=raw()["round"]["name_en"],
        starts_on=FIRST_DAY,
        ends_on=FIRST_DAY + timedelta(days=14),
        now=PREPARED,
    )
    places = tuple(
        _post(database, campaign.id, stage.id, federation, unions[each.union], number, each)
        for number, each in enumerate(enterprises())
    )
    _keep_ledger(database, campaign.id, places)
    return Ground(federation, campaign.id, places)


def _unit(database: Database, parent_id: int, kind: UnitKind, words: dict[str, Any], **more: Any) -> int:
    unit = units.create_unit(
        database,
        actor=SYSTEM,
        parent_id=parent_id,
        kind=kind,
        name=words["name"],
        name_en=words.get("name_en", ""),
        is_sample=True,
        now=PREPARED,
        **more,
    )
    return unit.id


def _post(
    database: Database,
    campaign_id: int,
    round_id: int,
    federation: int,
    union: int,
    number: int,
    enterprise: Enterprise,
) -> Place:
    """Make an enterprise with its workshops, its team with members, and the team's posting there."""
    names = {"name": enterprise.name, "name_en": enterprise.name_en}
    unit = _unit(database, union, UnitKind.ENTERPRISE, names, code=enterprise.code, headcount=enterprise.headcount)
    for workshop in enterprise.workshops:
        _unit(database, unit, UnitKind.WORKSHOP, {"name": workshop})
    team = campaigns.add_team(
        database,
        actor=SYSTEM,
        campaign_id=campaign_id,
        unit_id=federation,
        name=raw()["team_names"][number],
        name_en=f"Team {number + 1}",
        now=PREPARED,
    )
    for index, name in enumerate(enterprise.members):
        role = MemberRole.MEMBER if index else MemberRole.LEADER
        campaigns.add_member(database, actor=SYSTEM, team_id=team.id, name=name, role=role, now=PREPARED)
    last_day = FIRST_DAY + timedelta(days=enterprise.days - 1)
    posting = campaigns.add_posting(
        database,
        actor=SYSTEM,
        round_id=round_id,
        team_id=team.id,
        unit_id=unit,
        mode=PostingMode.STATIONED,
        planned_from=FIRST_DAY,
        planned_to=FIRST_DAY + timedelta(days=PLANNED_DAYS - 1),
        actual_from=FIRST_DAY,
        actual_to=last_day,
        now=PREPARED,
    )
    return Place(enterprise, posting.id, last_day)


def _keep_ledger(database: Database, campaign_id: int, places: tuple[Place, ...]) -> None:
    """Enter what the teams did, posting by posting, and what was reported for the campaign as a whole."""
    for place in places:
        done = place.enterprise
        for kind, amount, bound in (
            ("labour_hours", done.hours, Bound.AT_LEAST),
            ("interviews", done.interviews, Bound.AT_LEAST),
            ("field_notes", done.notes, Bound.EXACT),
            ("research_reports", 1, Bound.EXACT),
            ("deeds", done.deeds, Bound.EXACT),
        ):
            _enter(database, campaign_id, place, {"kind": kind, "amount": amount, "bound": bound})
        luck = chance("ledger", done.code)
        for entry in raw()["small_activities"]:
            day = FIRST_DAY + timedelta(days=luck.randrange(1, done.days - 1))
            _enter(database, campaign_id, place, _varied(entry, luck.choice((0.8, 1, 1.2))), day)
    for entry in raw()["whole"]:
        _enter(database, campaign_id, None, entry, date(2017, 4, 28))


def _varied(entry: dict[str, Any], factor: float) -> dict[str, Any]:
    participants = entry["participants"]
    return {
        **entry,
        "amount": max(1, round(entry["amount"] * factor)),
        "participants": None if participants is None else round(participants * factor),
    }


def _enter(
    database: Database, campaign_id: int, place: Place | None, entry: dict[str, Any], day: date | None = None
) -> None:
    day = day or (place.last_day if place is not None else None)
    activities.record_activity(
        database,
        actor=SYSTEM,
        campaign_id=campaign_id,
        posting_id=place.posting_id if place is not None else None,
        kind_code=entry["kind"],
        amount=Decimal(entry["amount"]),
        bound=Bound(entry.get("bound", Bound.EXACT)),
        participants=entry.get("participants"),
        on_date=day,
        title=entry.get("title", ""),
        note=entry.get("note", ""),
        source=entry.get("source", ""),
        now=moment(date(2017, 4, 28), 17),
    )
