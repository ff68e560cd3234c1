"""Users and roles: nobody reaches above the own subtree, and somebody is always left to administer the whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from survey_app.services import accounts, passwords, users
from survey_app.services.access import SYSTEM, Actor, Forbidden, NotFound
from survey_app.storage.models import User
from survey_app.storage.session import ConstraintViolated, Database
from survey_app.words import Role
from tests.support.sessions import PASSWORD
from tests.support.union import NOW, actor, make_union, person, unit

_KEY = "k" * 32


def _key(person: Actor) -> int:
    assert person.user_id is not None
    return person.user_id


def _sign_in(database: Database, username: str, password: str, *, at: datetime = NOW) -> Actor:
    return accounts.sign_in(database, key=_KEY, username=username, password=password, address="192.0.2.1", now=at)


def _grant_of(database: Database, person: Actor) -> int:
    return users.page(database, actor=SYSTEM, user_id=_key(person)).user.grants[0].id


def test_a_new_user_signs_in_once_with_the_password_that_was_shown(database: Database) -> None:
    union = make_union(database)
    made, password = users.create_user(
        database,
        actor=union.north.people[Role.ADMINISTRATOR],
        username="  Wang.Fang ",
        name="王芳",
        role=Role.ORGANISER,
        unit_id=union.north.unit.id,
        now=NOW,
    )
    assert made.username == "wang.fang"
    assert made.password_hash.startswith("$argon2id$")
    assert password not in made.password_hash
    signed_in = _sign_in(database, "WANG.FANG", password)
    assert signed_in.must_change_password
    assert [(grant.role, grant.unit_name) for grant in signed_in.grants] == [(Role.ORGANISER, "北区总工会")]


@pytest.mark.parametrize("username", ["王芳", "a", "", "a b", "-a", ".env", "a" * 65, "a\nb", "ａｂｃ"])
def test_user_names_are_plain(database: Database, username: str) -> None:
    union = make_union(database)
    with pytest.raises(users.BadUsername):
        users.create_user(
            database,
            actor=union.administrator,
            username=username,
            name="x",
            role=Role.LEADER,
            unit_id=union.root.id,
            now=NOW,
        )


def test_a_name_is_used_once(database: Database) -> None:
    union = make_union(database)
    with pytest.raises(ConstraintViolated, match="uq_user_account_username"):
        users.create_user(
            database,
            actor=union.administrator,
            username="North.Leader",
            name="x",
            role=Role.LEADER,
            unit_id=union.root.id,
            now=NOW,
        )


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.TEAM_MEMBER, Role.LEADER])
def test_only_administrators_manage_users(database: Database, role: Role) -> None:
    north = make_union(database).north
    own, other = north.people[role], north.people[Role.ADMINISTRATOR]
    assert users.users(database, actor=own) == ()
    with pytest.raises(Forbidden):
        users.create_user(
            database,
            actor=own,
            username="new.user",
            name="x",
            role=role,
            unit_id=north.unit.id,
            now=NOW,
        )
    with pytest.raises(NotFound):
        users.reset_password(database, actor=own, user_id=_key(other), now=NOW)
    with pytest.raises(NotFound):
        users.grant_role(
            database,
            actor=own,
            user_id=_key(own),
            role=Role.ADMINISTRATOR,
            unit_id=north.unit.id,
            now=NOW,
        )


def test_an_administrator_does_not_reach_above_or_beside_the_own_subtree(database: Database) -> None:
    union = make_union(database)
    own = union.south.people[Role.ADMINISTRATOR]
    listed = {each.user.username for each in users.users(database, actor=own)}
    assert listed == {each.username for each in union.south.people.values()}
    for place in (union.root, union.north.unit):
        with pytest.raises((NotFound, Forbidden)):
            users.grant_role(
                database,
                actor=own,
                user_id=_key(own),
                role=Role.ADMINISTRATOR,
                unit_id=place.id,
                now=NOW,
            )
        with pytest.raises((NotFound, Forbidden)):
            users.create_user(
                database,
                actor=own,
                username="spy",
                name="x",
                role=Role.LEADER,
                unit_id=place.id,
                now=NOW,
            )
    for stranger in (union.administrator, union.north.people[Role.LEADER]):
        with pytest.raises(NotFound):
            users.page(database, actor=own, user_id=_key(stranger))
        with pytest.raises(NotFound):
            users.reset_password(database, actor=own, user_id=_key(stranger), now=NOW)
        with pytest.raises(NotFound):
            users.close_user(database, actor=own, user_id=_key(stranger), now=NOW)
        with pytest.raises(NotFound):
            users.revoke_role(database, actor=own, grant_id=_grant_of(database, stranger), now=NOW)


def test_whoever_has_a_role_elsewhere_is_not_taken_over(database: Database) -> None:
    union = make_union(database)
    own = union.south.people[Role.ADMINISTRATOR]
    shared = union.north.people[Role.LEADER]
    users.grant_role(
        database,
        actor=union.administrator,
        user_id=_key(shared),
        role=Role.LEADER,
        unit_id=union.south.unit.id,
        now=NOW,
    )
    page = users.page(database, actor=own, user_id=_key(shared))
    assert ([grant.unit.name for grant in page.grants], page.elsewhere, page.may_reset) == (
        ["南区总工会"],
        1,
        False,
    )
    for verb in (users.reset_password, users.close_user, users.reopen_user):
        with pytest.raises(Forbidden):
            verb(database, actor=own, user_id=_key(shared), now=NOW)
    with pytest.raises(Forbidden):
        users.rename_user(database, actor=own, user_id=_key(shared), name="x", now=NOW)
    users.revoke_role(database, actor=own, grant_id=page.grants[0].id, now=NOW)
    assert [grant.unit_name for grant in actor(database, shared.username).grants] == ["北区总工会"]


def test_a_role_is_held_once(database: Database) -> None:
    union = make_union(database)
    with pytest.raises(ConstraintViolated, match="uq_role_grant_user_id_role_unit_id"):
        users.grant_role(
            database,
            actor=union.administrator,
            user_id=_key(union.north.people[Role.LEADER]),
            role=Role.LEADER,
            unit_id=union.north.unit.id,
            now=NOW,
        )


def test_the_last_administrator_of_the_whole_stays(database: Database) -> None:
    union = make_union(database)
    users.grant_role(
        database,
        actor=SYSTEM,
        user_id=_key(union.administrator),
        role=Role.LEADER,
        unit_id=union.root.id,
        now=NOW,
    )
    last = _grant_of(database, union.administrator)
    with pytest.raises(users.LastAdministrator):
        users.revoke_role(database, actor=union.administrator, grant_id=last, now=NOW)
    with pytest.raises(users.LastAdministrator):
        users.close_user(database, actor=SYSTEM, user_id=_key(union.administrator), now=NOW)
    second = person(database, "second", Role.ADMINISTRATOR, union.root)
    users.close_user(database, actor=second, user_id=_key(union.administrator), now=NOW)
    with pytest.raises(users.LastAdministrator):
        users.close_user(database, actor=SYSTEM, user_id=_key(second), now=NOW)


def test_an_administrator_of_a_district_can_be_removed(database: Database) -> None:
    union = make_union(database)
    only = union.south.people[Role.ADMINISTRATOR]
    assert not users.close_user(database, actor=union.administrator, user_id=_key(only), now=NOW).is_active


def test_two_administrators_who_close_each_other_leave_one(database: Database) -> None:
    union = make_union(database)
    second = person(database, "second", Role.ADMINISTRATOR, union.root)
    pairs = [(union.administrator, second), (second, union.administrator)]

    def close(pair: tuple[Actor, Actor]) -> bool:
        try:
            users.close_user(database, actor=pair[0], user_id=_key(pair[1]), now=NOW)
        except users.LastAdministrator:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, pairs))
    assert sorted(done) == [False, True]


def test_nobody_closes_or_resets_the_own_account(database: Database) -> None:
    own = make_union(database).north.people[Role.ADMINISTRATOR]
    for verb in (users.close_user, users.reset_password):
        with pytest.raises(users.Oneself):
            verb(database, actor=own, user_id=_key(own), now=NOW)


def test_the_last_role_is_not_taken_away(database: Database) -> None:
    union = make_union(database)
    leader = union.north.people[Role.LEADER]
    with pytest.raises(users.LastGrant):
        users.revoke_role(database, actor=union.administrator, grant_id=_grant_of(database, leader), now=NOW)


def test_a_reset_ends_sessions_and_the_old_password(database: Database) -> None:
    union = make_union(database)
    leader = union.north.people[Role.LEADER]
    _user, password = users.reset_password(
        database, actor=union.north.people[Role.ADMINISTRATOR], user_id=_key(leader), now=NOW
    )
    session = {"user_id": _key(leader), "session_epoch": leader.session_epoch}
    assert accounts.actor_for_session(database, **session) is None
    with pytest.raises(accounts.SignInRefused):
        _sign_in(database, leader.username, PASSWORD)
    assert _sign_in(database, leader.username, password).must_change_password


def test_a_one_time_password_expires_and_is_made_anew(database: Database) -> None:
    union = make_union(database)
    made, password = users.create_user(
        database, actor=union.administrator, username="wang.fang", name="王芳", role=Role.LEADER,
        unit_id=union.north.unit.id, now=NOW, hours=24,
    )  # fmt: skip
    later = NOW + timedelta(hours=24)
    assert _sign_in(database, "wang.fang", password, at=later - timedelta(seconds=1)).must_change_password
    with pytest.raises(accounts.OneTimeExpired):
        _sign_in(database, "wang.fang", password, at=later)
    with pytest.raises(accounts.SignInRefused):
        _sign_in(database, "wang.fang", "not this one", at=later)
    _user, again = users.reset_password(database, actor=union.administrator, user_id=made.id, now=later)
    actor = _sign_in(database, "wang.fang", again, at=later + timedelta(hours=71))
    accounts.change_password(database, actor=actor, new="a fresh and longer one", now=later)
    # What a person has chosen stays.
    assert _sign_in(database, "wang.fang", "a fresh and longer one", at=later + timedelta(days=999)).username
    users.close_user(database, actor=union.administrator, user_id=made.id, now=later)


def test_nobody_is_told_that_the_password_of_a_closed_account_has_expired(database: Database) -> None:
    union = make_union(database)
    leader = union.north.people[Role.LEADER]
    _user, password = users.reset_password(database, actor=union.administrator, user_id=_key(leader), now=NOW)
    users.close_user(database, actor=union.administrator, user_id=_key(leader), now=NOW)
    with pytest.raises(accounts.SignInRefused):
        _sign_in(database, leader.username, password, at=NOW + timedelta(days=30))


def test_a_closed_account_signs_in_no_more_until_it_is_opened(database: Database) -> None:
    union = make_union(database)
    leader = union.north.people[Role.LEADER]
    session = {"user_id": _key(leader), "session_epoch": leader.session_epoch}
    users.close_user(database, actor=union.administrator, user_id=_key(leader), now=NOW)
    assert accounts.actor_for_session(database, **session) is None
    with pytest.raises(accounts.SignInRefused):
        _sign_in(database, leader.username, PASSWORD)
    users.reopen_user(database, actor=union.administrator, user_id=_key(leader), now=NOW)
    # A session from before the account was closed does not come back to life.
    assert accounts.actor_for_session(database, **session) is None
    assert _sign_in(database, leader.username, PASSWORD).username == leader.username


def test_the_first_administrator_is_made_once(database: Database) -> None:
    root = unit(database, None, "总工会")
    password = accounts.create_first_administrator(database, root_unit_id=root.id, now=NOW)
    assert password is not None
    assert _sign_in(database, "admin", password).must_change_password
    assert accounts.create_first_administrator(database, root_unit_id=root.id, now=NOW) is None
    with database.reading() as session:
        stored = session.query(User).one().password_hash
    assert password not in stored
    assert passwords.matches(password, stored)
