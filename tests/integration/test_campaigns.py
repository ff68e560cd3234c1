"""Campaigns, rounds, teams, postings and the activity ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from survey_app.services import activities, campaign_forms, campaigns, overview, users
from survey_app.services.access import SYSTEM, Forbidden, Grant, NotFound
from survey_app.storage.models import ActivityKind, Posting
from survey_app.storage.session import ConstraintViolated, Database
from survey_app.words import Bound, MemberRole, PostingMode, Role
from tests.support.union import NOW, District, actor, make_union, post_team, unit, visits_of


def _enter(database: Database, district: District, kind: str, amount: str, **more: Any) -> int:
    values = {"posting_id": district.posting.id, "bound": Bound.EXACT, "actor": SYSTEM, **more}
    return activities.record_activity(
        database, campaign_id=district.campaign.id, kind_code=kind, amount=Decimal(amount), now=NOW, **values
    ).id


def _totals(database: Database, district: District, role: Role = Role.ORGANISER) -> dict[str, tuple[str, str]]:
    ledger = activities.ledger(database, actor=district.people[role], campaign_id=district.campaign.id)
    return {
        total.kind.code: (f"{total.amount.normalize():f}", total.bound)
        for _family, totals in ledger.families
        for total in totals
    }


def test_the_state_of_a_campaign_is_read_at_once(database: Database) -> None:
    north = make_union(database).north
    state = overview.overview(database, actor=north.people[Role.ORGANISER], campaign_id=north.campaign.id, now=NOW)
    assert [posting.id for posting in state.postings] == [north.posting.id]
    assert (state.enterprises, state.workers, state.activities) == (1, 430, 1)
    assert [(wave.wave, wave.done, wave.overdue, wave.later) for wave in state.waves] == [
        (1, 0, 0, 1),
        (3, 0, 0, 1),
        (6, 0, 0, 1),
    ]
    assert (state.may_manage, state.may_read_results, state.may_keep_ledger) == (True, True, True)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.ADMINISTRATOR, (True, True, True)),
        (Role.ORGANISER, (True, True, True)),
        (Role.TEAM_MEMBER, (False, False, True)),
        (Role.LEADER, (False, True, False)),
    ],
)
def test_what_a_role_may_do_with_a_campaign(database: Database, role: Role, may: tuple[bool, ...]) -> None:
    north = make_union(database).north
    state = overview.overview(database, actor=north.people[role], campaign_id=north.campaign.id, now=NOW)
    assert (state.may_manage, state.may_read_results, state.may_keep_ledger) == may


def test_the_list_counts_each_campaign_by_itself(database: Database) -> None:
    union = make_union(database)
    second = unit(database, union.north.unit, "北机床厂", headcount=70)
    post_team(database, union.north.round, union.north.team, second)
    lines = overview.campaign_list(database, actor=union.administrator, now=NOW)
    counted = {line.campaign.id: (line.teams, line.postings, line.visits_planned) for line in lines}
    assert counted == {union.north.campaign.id: (1, 2, 6), union.south.campaign.id: (1, 1, 3)}


def test_a_campaign_of_the_level_above_shows_only_the_own_postings(database: Database) -> None:
    union = make_union(database)
    whole = campaigns.create_campaign(
        database, actor=SYSTEM, unit_id=union.root.id, name="全市活动", starts_on=date(2026, 4, 1), now=NOW
    )
    stage = campaigns.add_round(
        database, actor=SYSTEM, campaign_id=whole.id, number=1, name="一期", starts_on=date(2026, 4, 1), now=NOW
    )
    teams = [
        campaigns.add_team(database, actor=SYSTEM, campaign_id=whole.id, unit_id=union.root.id, name=name, now=NOW)
        for name in ("甲队", "乙队")
    ]
    post_team(database, stage, teams[0], union.north.enterprise)
    post_team(database, stage, teams[1], union.south.enterprise)
    own = union.south.people[Role.ORGANISER]
    state = overview.overview(database, actor=own, campaign_id=whole.id, now=NOW)
    assert [posting.unit.name for posting in state.postings] == ["南钢铁厂"]
    assert [team.name for team in state.teams] == ["乙队"]
    assert not state.may_manage
    with pytest.raises(Forbidden):
        campaign_forms.campaign(database, actor=own, campaign_id=whole.id)


def test_the_other_districts_campaign_is_not_there(database: Database) -> None:
    union = make_union(database)
    for person in union.south.people.values():
        with pytest.raises(NotFound):
            overview.overview(database, actor=person, campaign_id=union.north.campaign.id, now=NOW)
        with pytest.raises(NotFound):
            activities.ledger(database, actor=person, campaign_id=union.north.campaign.id)
        found = overview.campaign_list(database, actor=person, now=NOW)
        assert [line.campaign.id for line in found] == [union.south.campaign.id]


def test_a_posting_takes_the_headcount_of_its_time(database: Database) -> None:
    union = make_union(database)
    assert union.north.posting.headcount == 430
    campaigns.change_posting(
        database,
        actor=union.north.people[Role.ORGANISER],
        posting_id=union.north.posting.id,
        mode=PostingMode.AREA,
        planned_from=date(2026, 4, 1),
        planned_to=date(2026, 4, 14),
        headcount=410,
        now=NOW,
    )
    posting = campaign_forms.posting(database, actor=SYSTEM, posting_id=union.north.posting.id)
    assert (posting.headcount, posting.unit.headcount, posting.mode) == (410, 430, "area")


def test_teams_and_enterprises_of_others_are_not_posted(database: Database) -> None:
    union = make_union(database)
    posted = {
        "actor": union.south.people[Role.ORGANISER],
        "mode": PostingMode.STATIONED,
        "planned_from": date(2026, 5, 1),
        "planned_to": date(2026, 5, 14),
        "now": NOW,
    }
    south, north = union.south, union.north
    for stage, team, place in (
        (north.round, north.team, north.enterprise),
        (south.round, north.team, south.enterprise),
        (south.round, south.team, north.enterprise),
    ):
        with pytest.raises(NotFound):
            campaigns.add_posting(database, round_id=stage.id, team_id=team.id, unit_id=place.id, **posted)


def test_nobody_posts_a_team_where_they_may_only_read(database: Database) -> None:
    union = make_union(database)
    south, north = union.south, union.north
    organiser = south.people[Role.ORGANISER]
    reader = Grant(Role.LEADER, north.unit.id, north.unit.path, north.unit.name)
    actor = replace(organiser, grants=(*organiser.grants, reader))
    with pytest.raises(Forbidden):
        campaigns.add_posting(
            database, actor=actor, round_id=south.round.id, team_id=south.team.id, unit_id=north.enterprise.id,
            mode=PostingMode.STATIONED, planned_from=date(2026, 5, 1), planned_to=date(2026, 5, 14), now=NOW,
        )  # fmt: skip
    with database.reading() as session:
        assert not session.query(Posting).filter_by(round_id=south.round.id, unit_id=north.enterprise.id).all()


def test_the_same_again_is_refused_by_its_name(database: Database) -> None:
    north = make_union(database).north
    begun = {"actor": SYSTEM, "campaign_id": north.campaign.id, "now": NOW}
    with pytest.raises(ConstraintViolated, match="uq_round_campaign_id_number"):
        campaigns.add_round(database, number=1, name="又一期", starts_on=date(2026, 5, 1), **begun)
    with pytest.raises(ConstraintViolated, match="uq_work_team_campaign_id_name"):
        campaigns.add_team(database, unit_id=north.unit.id, name=north.team.name, **begun)
    with pytest.raises(ConstraintViolated, match="uq_posting_round_id_team_id_unit_id"):
        post_team(database, north.round, north.team, north.enterprise)


def test_what_is_used_stays(database: Database) -> None:
    north = make_union(database).north
    own = north.people[Role.ORGANISER]
    with pytest.raises(campaigns.InUse):
        campaigns.remove_round(database, actor=own, round_id=north.round.id, now=NOW)
    with pytest.raises(campaigns.InUse):
        campaigns.remove_team(database, actor=own, team_id=north.team.id, now=NOW)
    with pytest.raises(campaigns.InUse):
        campaigns.remove_posting(database, actor=own, posting_id=north.posting.id, now=NOW)


def test_what_is_there_by_mistake_goes_with_its_plans(database: Database) -> None:
    north = make_union(database).north
    own = north.people[Role.ORGANISER]
    activities.remove_activity(database, actor=own, record_id=north.record_id, now=NOW)
    campaigns.remove_posting(database, actor=own, posting_id=north.posting.id, now=NOW)
    assert visits_of(database, north.posting) == ()
    campaigns.remove_team(database, actor=own, team_id=north.team.id, now=NOW)
    campaigns.remove_round(database, actor=own, round_id=north.round.id, now=NOW)
    state = overview.overview(database, actor=own, campaign_id=north.campaign.id, now=NOW)
    assert (state.rounds, state.teams, state.postings) == ((), (), ())


def test_only_people_of_the_own_units_are_named_as_members(database: Database) -> None:
    union = make_union(database)
    organiser, stranger = union.north.people[Role.ORGANISER], union.south.people[Role.TEAM_MEMBER]
    named = {each.username for each in users.team_users(database, actor=organiser, path=union.north.unit.path)}
    assert named == {person.username for person in union.north.people.values()}
    made = {"actor": organiser, "team_id": union.north.team.id, "role": MemberRole.MEMBER, "now": NOW}
    campaigns.add_member(database, name="李敏", user_id=union.north.people[Role.TEAM_MEMBER].user_id, **made)
    with pytest.raises(NotFound):
        campaigns.add_member(database, name="生人", user_id=stranger.user_id, **made)


def test_the_ledger_adds_up_with_the_bounds_of_its_entries(database: Database) -> None:
    north = make_union(database).north
    _enter(database, north, "interviews", "656", bound=Bound.EXACT)
    _enter(database, north, "labour_hours", "1100", bound=Bound.AT_LEAST)
    _enter(database, north, "labour_hours", "1150.5", bound=Bound.AT_LEAST)
    _enter(database, north, "deeds", "140")
    _enter(database, north, "deeds", "1")
    _enter(database, north, "media_items", "100", bound=Bound.AT_LEAST)
    _enter(database, north, "media_items", "130", bound=Bound.LESS_THAN)
    assert _totals(database, north) == {
        "interviews": ("750", "at_least"),
        "labour_hours": ("2250.5", "at_least"),
        "deeds": ("141", "exact"),
        "media_items": ("230", "about"),
    }


def test_families_stand_in_their_usual_order(database: Database) -> None:
    north = make_union(database).north
    for kind in ("workers_covered", "small_lecture", "have_facts", "together_eat"):
        _enter(database, north, kind, "3")
    ledger = activities.ledger(database, actor=north.people[Role.LEADER], campaign_id=north.campaign.id)
    assert [family for family, _totals in ledger.families] == [
        "six_together",
        "six_small",
        "six_have",
        "output",
        "coverage",
    ]


def test_the_shipped_kinds_are_there_once(database: Database) -> None:
    north = make_union(database).north
    for _again in range(2):
        _enter(database, north, "deeds", "1")
    with database.reading() as session:
        codes = [kind.code for kind in session.query(ActivityKind)]
    assert sorted(codes) == sorted({code for _family, code, *_rest in activities.SHIPPED_KINDS})


def test_an_entry_is_corrected_and_removed_where_one_may(database: Database) -> None:
    union = make_union(database)
    member = union.north.people[Role.TEAM_MEMBER]
    changed = {"kind_code": "deeds", "amount": Decimal(7), "now": NOW, "posting_id": union.north.posting.id}
    activities.change_activity(database, actor=member, record_id=union.north.record_id, **changed)
    assert _totals(database, union.north) == {"deeds": ("7", "exact")}
    with pytest.raises(Forbidden):
        activities.change_activity(
            database, actor=union.north.people[Role.LEADER], record_id=union.north.record_id, **changed
        )
    with pytest.raises(NotFound):
        activities.remove_activity(
            database,
            actor=union.south.people[Role.TEAM_MEMBER],
            record_id=union.north.record_id,
            now=NOW,
        )
    activities.remove_activity(database, actor=member, record_id=union.north.record_id, now=NOW)
    assert _totals(database, union.north) == {}


@pytest.mark.parametrize("kind", ["no_such_kind", ""])
def test_an_unknown_kind_is_refused(database: Database, kind: str) -> None:
    north = make_union(database).north
    with pytest.raises(NotFound):
        _enter(database, north, kind, "1")


def test_an_entry_does_not_hang_on_another_campaigns_posting(database: Database) -> None:
    union = make_union(database)
    with pytest.raises(NotFound):
        _enter(database, union.north, "deeds", "1", posting_id=union.south.posting.id)


def test_rights_are_those_of_today(database: Database) -> None:
    union = make_union(database)
    organiser = union.north.people[Role.ORGANISER]
    users.grant_role(
        database,
        actor=union.administrator,
        user_id=organiser.user_id or 0,
        role=Role.LEADER,
        unit_id=union.south.unit.id,
        now=NOW,
    )
    now_also_south = actor(database, organiser.username)
    names = [line.campaign.name for line in overview.campaign_list(database, actor=now_also_south, now=NOW)]
    assert sorted(names) == ["北区到职工中去", "南区到职工中去"]
    with pytest.raises(Forbidden):
        campaign_forms.campaign(database, actor=now_also_south, campaign_id=union.south.campaign.id)
