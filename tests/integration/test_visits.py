"""Return visits: planned with the posting, due by calendar months, recorded by the team."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from survey_app.services import campaigns, units, visits
from survey_app.services.access import SYSTEM, Forbidden, NotFound
from survey_app.services.visits import VisitFilter
from survey_app.storage.session import Database
from survey_app.words import PostingMode, Role, VisitState
from tests.support.union import NOW, District, make_union, post_team, unit, visits_of


def _due(database: Database, district: District) -> list[tuple[int, date]]:
    return [(visit.wave, visit.due_on) for visit in visits_of(database, district.posting)]


def _end(database: Database, district: District, day: date) -> None:
    campaigns.change_posting(
        database,
        actor=district.people[Role.ORGANISER],
        posting_id=district.posting.id,
        mode=PostingMode.STATIONED,
        planned_from=date(2026, 4, 1),
        planned_to=date(2026, 4, 14),
        actual_from=date(2026, 4, 1),
        actual_to=day,
        now=NOW,
    )


def _record(database: Database, district: District, visit_id: int, role: Role = Role.TEAM_MEMBER) -> None:
    visits.record_visit(
        database,
        actor=district.people[role],
        visit_id=visit_id,
        done_on=date(2026, 4, 19),
        place="厂工会会议室",
        attendees=12,
        record="食堂已延长供应。",
        unresolved="2 号:更衣室改造,等待供货",
        escalated="",
        next_visit_on=date(2026, 7, 14),
        now=NOW,
    )


def test_a_posting_comes_with_three_visits(database: Database) -> None:
    north = make_union(database).north
    assert _due(database, north) == [(1, date(2026, 5, 14)), (3, date(2026, 7, 14)), (6, date(2026, 10, 14))]
    assert {visit.state for visit in north.visits} == {VisitState.PLANNED}


def test_due_dates_at_the_end_of_a_month(database: Database) -> None:
    north = make_union(database).north
    mill = unit(database, north.unit, "北机床厂")
    posting = post_team(database, north.round, north.team, mill, last=date(2026, 8, 31))
    assert [visit.due_on for visit in visits_of(database, posting)] == [
        date(2026, 9, 30),
        date(2026, 11, 30),
        date(2027, 2, 28),
    ]


def test_due_dates_follow_the_actual_end(database: Database) -> None:
    north = make_union(database).north
    _end(database, north, date(2026, 4, 16))
    assert _due(database, north) == [(1, date(2026, 5, 16)), (3, date(2026, 7, 16)), (6, date(2026, 10, 16))]


def test_a_visit_that_was_made_keeps_its_due_date(database: Database) -> None:
    north = make_union(database).north
    _record(database, north, north.visits[0].id)
    _end(database, north, date(2026, 4, 16))
    assert _due(database, north) == [(1, date(2026, 5, 14)), (3, date(2026, 7, 16)), (6, date(2026, 10, 16))]


@pytest.mark.parametrize(("hours", "late"), [(-1, False), (0, True)])
def test_a_visit_is_overdue_when_its_day_is_over_in_china(database: Database, hours: int, late: bool) -> None:
    north = make_union(database).north
    first = north.visits[0]
    over = datetime(2026, 5, 14, 16, tzinfo=UTC) + timedelta(hours=hours)
    found = visits.visit_list(
        database, actor=north.people[Role.TEAM_MEMBER], wanted=VisitFilter(only="overdue"), now=over
    )
    assert [visit.id for visit in found.visits] == ([first.id] if late else [])


def test_the_record_is_kept_whole(database: Database) -> None:
    north = make_union(database).north
    _record(database, north, north.visits[0].id)
    kept = visits.page(database, actor=north.people[Role.LEADER], visit_id=north.visits[0].id, now=NOW).visit
    assert (kept.state, kept.done_on, kept.place, kept.attendees) == (
        "done",
        date(2026, 4, 19),
        "厂工会会议室",
        12,
    )
    assert kept.unresolved == "2 号:更衣室改造,等待供货"
    assert kept.next_visit_on == date(2026, 7, 14)


def test_a_visit_goes_through_its_states(database: Database) -> None:
    north = make_union(database).north
    member, visit_id = north.people[Role.TEAM_MEMBER], north.visits[0].id
    agreed = visits.schedule_visit(
        database, actor=member, visit_id=visit_id, scheduled_on=date(2026, 5, 12), now=NOW
    )
    assert (agreed.state, agreed.scheduled_on) == ("scheduled", date(2026, 5, 12))
    given_up = visits.cancel_visit(database, actor=member, visit_id=visit_id, reason="企业停产", now=NOW)
    assert (given_up.state, given_up.record) == ("cancelled", "企业停产")
    again = visits.schedule_visit(
        database, actor=member, visit_id=visit_id, scheduled_on=date(2026, 5, 20), now=NOW
    )
    assert (again.state, again.record) == ("scheduled", "")
    _record(database, north, visit_id)
    with pytest.raises(visits.VisitDone):
        visits.cancel_visit(database, actor=member, visit_id=visit_id, reason="误点", now=NOW)
    with pytest.raises(visits.VisitDone):
        visits.schedule_visit(database, actor=member, visit_id=visit_id, scheduled_on=date(2026, 6, 1), now=NOW)


def test_a_record_is_not_written_ahead(database: Database) -> None:
    north = make_union(database).north
    with pytest.raises(visits.InTheFuture):
        visits.record_visit(
            database,
            actor=north.people[Role.TEAM_MEMBER],
            visit_id=north.visits[0].id,
            done_on=date(2026, 4, 21),
            place="厂里",
            attendees=1,
            record="还没去",
            now=NOW,
        )
    assert visits_of(database, north.posting)[0].state == "planned"


def test_filters_find_what_they_name(database: Database) -> None:
    union = make_union(database)
    north = union.north
    member = north.people[Role.TEAM_MEMBER]
    one, two, three = (visit.id for visit in north.visits)
    _record(database, north, one)
    visits.cancel_visit(database, actor=member, visit_id=three, reason="企业搬迁", now=NOW)
    moment = datetime(2026, 7, 1, 1, tzinfo=UTC)

    def found(**wanted: object) -> list[int]:
        listed = visits.visit_list(database, actor=member, wanted=VisitFilter(**wanted), now=moment)
        assert listed.total == len(listed.visits)
        return [visit.id for visit in listed.visits]

    assert found() == [two, one, three]
    assert found(only="open") == [two]
    assert found(only="due_soon") == [two]
    assert found(only="overdue") == []
    assert found(only="done") == [one]
    assert found(only="cancelled") == [three]
    assert found(wave=6) == [three]
    assert found(campaign_id=north.campaign.id) == [two, one, three]
    assert found(campaign_id=union.south.campaign.id) == []


def test_a_long_list_comes_in_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    north = make_union(database).north
    monkeypatch.setattr(visits, "PAGE", 2)
    pages = [
        visits.visit_list(
            database, actor=north.people[Role.ORGANISER], wanted=VisitFilter(), number=number, now=NOW
        )
        for number in (1, 2)
    ]
    assert [visit.wave for page in pages for visit in page.visits] == [1, 3, 6]
    assert pages[0].pages == 2


def test_a_team_sees_only_visits_of_its_own_units(database: Database) -> None:
    union = make_union(database)
    for role, stranger in union.south.people.items():
        listed = visits.visit_list(database, actor=stranger, wanted=VisitFilter(), now=NOW)
        assert {visit.posting.unit.name for visit in listed.visits} == {"南钢铁厂"}
        with pytest.raises(NotFound):
            visits.page(database, actor=stranger, visit_id=union.north.visits[0].id, now=NOW)
        with pytest.raises(NotFound):
            _record(database, union.south, union.north.visits[0].id, role)


def test_a_leader_reads_and_writes_nothing(database: Database) -> None:
    north = make_union(database).north
    with pytest.raises(Forbidden):
        _record(database, north, north.visits[0].id, Role.LEADER)


def test_a_moved_unit_takes_its_visits_along(database: Database) -> None:
    union = make_union(database)
    units.move_unit(
        database, actor=SYSTEM, unit_id=union.north.enterprise.id, parent_id=union.south.unit.id, now=NOW
    )
    listed = visits.visit_list(database, actor=union.south.people[Role.TEAM_MEMBER], wanted=VisitFilter(), now=NOW)
    assert {visit.posting.unit.name for visit in listed.visits} == {"北钢铁厂", "南钢铁厂"}
