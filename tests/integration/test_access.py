"""What roles and subtrees mean, and the audit log: everything recorded has words, and is read by who may."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from survey_app.services import audit_log, units, users
from survey_app.services.access import PERMISSIONS, SYSTEM, Actor, Forbidden, Grant, Permission
from survey_app.services.audit_log import AuditFilter
from survey_app.storage.session import Database
from survey_app.web.accounts.log import ACTIONS, SUBJECTS
from survey_app.words import Role
from tests.support.tree import PACKAGE, python_files
from tests.support.union import NOW, make_union, signed_in

_ROOMS_THAT_RECORD = (
    ("batches", "record"),
    ("collectors", "record"),
    ("drafts", "begin"),
    ("drafts", "record"),
    ("surveys", "record"),
)


def _person(*grants: tuple[Role, str]) -> Actor:
    held = tuple(Grant(role, 1, path, "x") for role, path in grants)
    return Actor(7, "x", "x", None, must_change_password=False, session_epoch=0, grants=held)


def test_a_role_holds_in_its_subtree_only() -> None:
    person = _person((Role.ORGANISER, "/1/7/"))
    assert person.may(Permission.DESIGN, "/1/7/")
    assert person.may(Permission.DESIGN, "/1/7/12/")
    assert not person.may(Permission.DESIGN, "/1/")
    assert not person.may(Permission.DESIGN, "/1/8/")
    # "/1/70/" begins with the same digits and is another unit.
    assert not person.may(Permission.DESIGN, "/1/70/")
    with pytest.raises(Forbidden):
        person.require(Permission.MANAGE_USERS, "/1/7/")


def test_roles_of_one_person_do_not_mix() -> None:
    person = _person((Role.ORGANISER, "/1/7/"), (Role.LEADER, "/1/"))
    assert person.may(Permission.READ_RESULTS, "/1/8/")
    assert not person.may(Permission.DESIGN, "/1/8/")
    assert person.paths(Permission.READ_RESULTS) == ("/1/",)
    assert person.paths(Permission.DESIGN) == ("/1/7/",)


def test_a_person_without_roles_may_nothing() -> None:
    nobody = _person()
    for permission in Permission:
        assert not nobody.has(permission)
        assert not nobody.may(permission, "/1/")


def test_a_team_does_not_read_the_verdict_on_itself() -> None:
    assert Permission.READ_RESULTS not in PERMISSIONS[Role.TEAM_MEMBER]
    assert PERMISSIONS[Role.LEADER] == {Permission.READ_RESULTS}


# --- the audit log -----------------------------------------------------------------------------------------------


def test_every_recorded_action_has_words() -> None:
    recorded = {action for path in python_files(PACKAGE / "services") for action in _recorded(path, "action")}
    assert len(recorded) > 30
    assert recorded - set(ACTIONS) == set()


def test_every_recorded_subject_has_words() -> None:
    recorded = {kind for path in python_files(PACKAGE / "services") for kind in _recorded(path, "subject_kind")}
    assert recorded - set(SUBJECTS) == set()


def test_no_words_are_left_over() -> None:
    recorded = {action for path in python_files(PACKAGE / "services") for action in _recorded(path, "action")}
    assert set(ACTIONS) - recorded == set()


def _recorded(path: Path, name: str) -> Iterator[str]:
    """The values that a module's calls of `audit.record`, direct or through another room, can have for a parameter.

    A value that is itself a parameter of the function around the call is looked for where that is called.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for call in _calls(function, "record", of="audit"):
            yield from _values(_argument(call, name, None), function, functions, f"{path.name}:{call.lineno}")
        if name == "action":
            for room, deed in _ROOMS_THAT_RECORD:
                for call in _calls(function, deed, of=room):
                    yield from _values(_argument(call, name, 2), function, functions, f"{path.name}:{call.lineno}")


def _calls(inside: ast.AST, name: str, of: str = "") -> Iterator[ast.Call]:
    for node in ast.walk(inside):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(value=ast.Name(id=module), attr=attribute) if of:
                    if (module, attribute) == (of, name):
                        yield node
                case ast.Name(id=called) if not of and called == name:
                    yield node


def _argument(call: ast.Call, name: str, position: int | None) -> ast.expr:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    assert position is not None, f"line {call.lineno}: {name} is not given"
    return call.args[position]


def _values(
    given: ast.expr, function: ast.FunctionDef, functions: list[ast.FunctionDef], place: str
) -> Iterator[str]:
    match given:
        case ast.Constant(value=str() as value):
            yield value
        case ast.IfExp(body=one, orelse=other):
            yield from _values(one, function, functions, place)
            yield from _values(other, function, functions, place)
        case ast.Name(id=name):
            yield from _values_of_name(name, function, functions, place)
        case ast.Call(func=ast.Attribute(attr="deed") | ast.Name(id="deed"), args=[subject, *_states]):
            for value in _values(subject, function, functions, place):
                for end in ("opened", "resumed", "reopened", "paused", "closed"):
                    yield f"{value}_{end}"
        case _:
            pytest.fail(f"{place}: cannot tell what is recorded here: {ast.unparse(given)}")


def _values_of_name(
    name: str, function: ast.FunctionDef, functions: list[ast.FunctionDef], place: str
) -> Iterator[str]:
    assigned = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == name for target in node.targets)
    ]
    for value in assigned:
        yield from _values(value, function, functions, place)
    if assigned:
        return
    if name.isupper():
        yield from _constants(name)
        return
    positional = [each.arg for each in function.args.args]
    known = [*positional, *(each.arg for each in function.args.kwonlyargs)]
    assert name in known, f"{place}: {name} is neither assigned nor a parameter"
    for caller in functions:
        for call in _calls(caller, function.name):
            position = positional.index(name) if name in positional else None
            yield from _values(_argument(call, name, position), caller, functions, place)


def _constants(name: str) -> Iterator[str]:
    """The values of a constant with this name, wherever a service sets it."""
    for path in python_files(PACKAGE / "services"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str() as value)):
                    if target == name:
                        yield value


def test_the_log_tells_who_did_what(database: Database) -> None:
    union = make_union(database)
    own = union.north.people[Role.ADMINISTRATOR]
    mill = union.north.enterprise
    units.close_unit(database, actor=own, unit_id=mill.id, now=NOW + timedelta(hours=1))
    page = audit_log.read(database, actor=union.administrator, wanted=AuditFilter(action="unit_closed"))
    (line,) = page.lines
    assert line.actor is not None
    assert line.unit is not None
    assert (line.actor.username, line.unit.id, line.entry.detail["name"]) == (own.username, mill.id, "北钢铁厂")
    assert line.entry.at == NOW + timedelta(hours=1)


def test_the_log_of_a_district_holds_its_own_units_and_people_only(app: Flask, database: Database) -> None:
    union = make_union(database)
    signed_in(app, "north.leader")
    signed_in(app, "south.leader")
    own = union.south.people[Role.ADMINISTRATOR]
    page = audit_log.read(database, actor=own, wanted=AuditFilter())
    places = {line.unit.name for line in page.lines if line.unit is not None}
    people = {line.actor.username for line in page.lines if line.actor is not None}
    assert places <= {"南区总工会", "南钢铁厂"}
    assert people == {"south.leader"}
    assert {person.username for person in page.people} == {each.username for each in union.south.people.values()}
    whole = audit_log.read(database, actor=union.administrator, wanted=AuditFilter(action="signed_in"))
    assert {line.actor.username for line in whole.lines if line.actor} == {"north.leader", "south.leader"}


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.TEAM_MEMBER, Role.LEADER])
def test_who_may_not_read_the_log_reads_nothing(database: Database, role: Role) -> None:
    union = make_union(database)
    assert audit_log.read(database, actor=union.north.people[role], wanted=AuditFilter()).lines == ()


def test_the_log_is_filtered_and_paged(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    union = make_union(database)
    leader = union.north.people[Role.LEADER].user_id or 0
    for hours in range(5):
        users.rename_user(
            database,
            actor=union.administrator,
            user_id=leader,
            name=f"第{hours}任",
            now=NOW + timedelta(hours=hours),
        )
    monkeypatch.setattr(audit_log, "PAGE", 2)
    seen: list[str] = []
    before = None
    while True:
        page = audit_log.read(
            database,
            actor=union.administrator,
            wanted=AuditFilter(action="user_renamed", actor_id=union.administrator.user_id),
            before=before,
        )
        seen += [line.entry.detail["name"] for line in page.lines]
        before = page.older
        if before is None:
            break
    assert seen == ["第4任", "第3任", "第2任", "第1任", "第0任"]
    between = AuditFilter(action="user_renamed", since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=3))
    page = audit_log.read(database, actor=union.administrator, wanted=between)
    assert [line.entry.detail["name"] for line in page.lines] == ["第2任", "第1任"]


def test_the_page_of_the_log_speaks_the_readers_language(app: Flask, database: Database) -> None:
    make_union(database)
    client = signed_in(app, "root")
    chinese = client.get("/audit/").get_data(as_text=True)
    english = client.get("/audit/?lang=en").get_data(as_text=True)
    assert "新增单位" in chinese
    assert "added a unit" in english
    for action in ACTIONS:
        assert f">{action}<" not in chinese


@pytest.mark.parametrize(
    "query",
    [
        "person=x", "since=yesterday", "since=0001-01-01", "until=9999-12-31", "before=-1", "action=%00",
        "person=9999999999999",
    ],
)  # fmt: skip
def test_the_log_takes_any_filter_calmly(app: Flask, database: Database, query: str) -> None:
    make_union(database)
    assert signed_in(app, "root").get(f"/audit/?{query}").status_code == 200


def test_the_system_reads_and_does_everything() -> None:
    for permission in Permission:
        assert SYSTEM.may(permission, "/1/7/")
