"""The union tree: paths follow every move, history is kept, nobody reaches beyond the own subtree."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.services import units
from survey_app.services.access import SYSTEM, Forbidden, NotFound, Permission
from survey_app.storage.models import Unit
from survey_app.storage.session import ConstraintViolated, Database
from survey_app.words import Role, UnitKind
from tests.support.databases import FreshDatabases
from tests.support.union import NOW, make_union, person, unit


def _paths(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {each.name: each.path for each in session.query(Unit)}


def _chain(database: Database, parent: Unit, *names: str) -> list[Unit]:
    made = []
    for name in names:
        parent = unit(database, parent, name)
        made.append(parent)
    return made


def test_a_path_lists_the_keys_from_the_root(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    district, mill, shop, shift = _chain(database, root, "区", "厂", "车间", "班组")
    assert shift.path == f"/{root.id}/{district.id}/{mill.id}/{shop.id}/{shift.id}/"


def test_a_move_takes_the_whole_subtree(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    _one, mill, shop, shift = _chain(database, root, "一区", "厂", "车间", "班组")
    (other,) = _chain(database, root, "二区")
    moved = units.move_unit(database, actor=SYSTEM, unit_id=mill.id, parent_id=other.id, now=NOW)
    place = f"/{root.id}/{other.id}/{mill.id}/"
    assert moved.path == place
    found = _paths(database)
    assert (found["车间"], found["班组"]) == (f"{place}{shop.id}/", f"{place}{shop.id}/{shift.id}/")
    assert found["一区"] == f"/{root.id}/{_one.id}/"


def test_a_unit_whose_path_begins_with_the_same_digits_stays(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    many = [unit(database, root, f"区{number}") for number in range(22)]
    short = many[0]
    alike = next(each for each in many if each is not short and str(each.id).startswith(str(short.id)))
    before = _paths(database)[alike.name]
    units.move_unit(database, actor=SYSTEM, unit_id=short.id, parent_id=many[5].id, now=NOW)
    assert _paths(database)[alike.name] == before


@pytest.mark.parametrize("below", [0, 1, 2])
def test_a_unit_does_not_move_below_itself(database: Database, below: int) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    chain = _chain(database, root, "区", "厂", "车间")
    before = _paths(database)
    with pytest.raises(units.CannotMove) as refused:
        units.move_unit(database, actor=SYSTEM, unit_id=chain[0].id, parent_id=chain[below].id, now=NOW)
    assert refused.value.kind == "below_itself"
    assert _paths(database) == before


def test_the_root_stays(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    (district,) = _chain(database, root, "区")
    with pytest.raises(units.CannotMove, match="root"):
        units.move_unit(database, actor=SYSTEM, unit_id=root.id, parent_id=district.id, now=NOW)
    with pytest.raises(units.CannotClose):
        units.close_unit(database, actor=SYSTEM, unit_id=root.id, now=NOW)


def test_where_a_unit_stood_is_kept(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    one, mill = _chain(database, root, "一区", "厂")
    (two,) = _chain(database, root, "二区")
    later = NOW + timedelta(days=30)
    units.move_unit(database, actor=SYSTEM, unit_id=mill.id, parent_id=two.id, now=later)
    places = units.page(database, actor=SYSTEM, unit_id=mill.id).places
    assert [(place.parent.id if place.parent else None, place.since, place.until) for place in places] == [
        (one.id, date(2026, 4, 20), date(2026, 5, 20)),
        (two.id, date(2026, 5, 20), None),
    ]


def test_two_moves_on_one_day_leave_no_empty_stay(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    one, mill = _chain(database, root, "一区", "厂")
    two, three = unit(database, root, "二区"), unit(database, root, "三区")
    later = NOW + timedelta(days=3)
    for target in (two, three):
        units.move_unit(database, actor=SYSTEM, unit_id=mill.id, parent_id=target.id, now=later)
    places = units.page(database, actor=SYSTEM, unit_id=mill.id).places
    assert [place.parent.id if place.parent else None for place in places] == [one.id, three.id]


def test_a_closed_unit_is_kept_but_not_offered(database: Database) -> None:
    union = make_union(database)
    mill = union.north.enterprise
    with pytest.raises(units.CannotClose) as refused:
        units.close_unit(database, actor=union.administrator, unit_id=union.north.unit.id, now=NOW)
    assert refused.value.below == 1
    units.close_unit(database, actor=union.administrator, unit_id=mill.id, now=NOW)
    offered = units.choices(database, actor=union.administrator, permission=Permission.DESIGN)
    assert mill.id not in {each.id for each, _depth in offered}
    assert units.page(database, actor=union.administrator, unit_id=mill.id).unit.closed_on == date(2026, 4, 20)
    with pytest.raises(units.CannotMove, match="closed"):
        unit(database, mill, "新车间")
    assert units.reopen_unit(database, actor=union.administrator, unit_id=mill.id, now=NOW).closed_on is None


def test_a_code_is_used_once(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    made = {"actor": SYSTEM, "parent_id": root.id, "kind": UnitKind.ENTERPRISE, "code": "91420", "now": NOW}
    units.create_unit(database, name="一厂", **made)
    with pytest.raises(ConstraintViolated) as refused:
        units.create_unit(database, name="二厂", **made)
    assert refused.value.constraint == "uq_unit_code"
    # Units without a code do not stand in each other's way.
    unit(database, root, "三厂")
    unit(database, root, "四厂")


def test_headcounts_add_up_where_a_unit_has_none_of_its_own(database: Database) -> None:
    root = unit(database, None, "总工会", UnitKind.FEDERATION)
    district = unit(database, root, "区", UnitKind.DISTRICT)
    mill = unit(database, district, "一厂", headcount=400)
    unit(database, mill, "车间", UnitKind.WORKSHOP, headcount=150)
    unit(database, district, "二厂", headcount=60)
    unit(database, district, "三厂")
    (top,) = units.tree(database, actor=SYSTEM)
    counted = {node.unit.name: node.workers for node in units.flat([top])}
    assert counted == {"总工会": 460, "区": 460, "一厂": 400, "车间": 150, "二厂": 60, "三厂": None}


def test_nobody_sees_or_changes_the_other_district(database: Database) -> None:
    union = make_union(database)
    stranger = union.south.people[Role.ADMINISTRATOR]
    mill = union.north.enterprise
    named = {node.unit.name for node in units.flat(units.tree(database, actor=stranger))}
    assert named == {"南区总工会", "南钢铁厂"}
    assert units.found(database, actor=stranger, words="钢铁")[0][1] == "南区总工会"
    assert len(units.found(database, actor=stranger, words="钢铁")) == 1
    with pytest.raises(NotFound):
        units.page(database, actor=stranger, unit_id=mill.id)
    with pytest.raises(NotFound):
        units.close_unit(database, actor=stranger, unit_id=mill.id, now=NOW)
    with pytest.raises(NotFound):
        units.move_unit(database, actor=stranger, unit_id=mill.id, parent_id=union.south.unit.id, now=NOW)
    with pytest.raises(NotFound):
        units.move_unit(
            database,
            actor=stranger,
            unit_id=union.south.enterprise.id,
            parent_id=union.north.unit.id,
            now=NOW,
        )


def test_the_unit_that_a_role_hangs_on_is_moved_and_closed_from_above_only(database: Database) -> None:
    union = make_union(database)
    own = union.south.people[Role.ADMINISTRATOR]
    empty = unit(database, union.root, "新区", UnitKind.DISTRICT)
    alone = person(database, "alone", Role.ADMINISTRATOR, empty)
    with pytest.raises(Forbidden):
        units.close_unit(database, actor=alone, unit_id=empty.id, now=NOW)
    with pytest.raises(Forbidden):
        units.move_unit(
            database,
            actor=own,
            unit_id=union.south.unit.id,
            parent_id=union.south.enterprise.id,
            now=NOW,
        )
    assert units.close_unit(database, actor=union.administrator, unit_id=empty.id, now=NOW).closed_on


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.TEAM_MEMBER, Role.LEADER])
def test_only_administrators_change_the_tree(database: Database, role: Role) -> None:
    union = make_union(database)
    own = union.north.people[role]
    with pytest.raises(Forbidden):
        units.create_unit(
            database,
            actor=own,
            parent_id=union.north.unit.id,
            kind=UnitKind.ENTERPRISE,
            name="新厂",
            now=NOW,
        )
    with pytest.raises(Forbidden):
        units.close_unit(database, actor=own, unit_id=union.north.enterprise.id, now=NOW)


def test_only_the_system_makes_a_root(database: Database) -> None:
    union = make_union(database)
    with pytest.raises(Forbidden):
        units.create_unit(
            database,
            actor=union.administrator,
            parent_id=None,
            kind=UnitKind.FEDERATION,
            name="另一个总工会",
            now=NOW,
        )


@given(moves=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_whatever_is_moved_paths_agree_with_parents(
    fresh_databases: FreshDatabases, moves: list[tuple[int, int]]
) -> None:
    with fresh_databases.database("sqlite") as database:
        root = unit(database, None, "总工会", UnitKind.FEDERATION)
        every = [root]
        for number in range(7):
            every.append(unit(database, every[number // 2], f"单位{number}"))
        for moved, target in moves:
            with suppress(units.CannotMove):
                units.move_unit(
                    database, actor=SYSTEM, unit_id=every[moved].id, parent_id=every[target].id, now=NOW
                )
        with database.reading() as session:
            rows = {each.id: each for each in session.query(Unit)}
        for each in rows.values():
            parent = rows[each.parent_id].path if each.parent_id is not None else "/"
            assert each.path == f"{parent}{each.id}/"
