"""Users and their roles: made, changed and closed by administrators within their own subtrees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey_app.services import audit, passwords
from survey_app.services.access import Actor, Forbidden, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.units import known as known_unit
from survey_app.storage.models import RoleGrant, User
from survey_app.storage.queries import accounts as queries
from survey_app.storage.queries.units import hold_tree
from survey_app.storage.session import Session
from survey_app.words import Role

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class BadUsername(Exception):
    """A user name is two to 64 small letters, digits, dots, dashes and underscores; it begins with no sign."""


class LastAdministrator(Exception):
    """Somebody must be left who administers the whole tree."""


class LastGrant(Exception):
    """A user without any role would be seen by nobody: close the account instead."""


class Oneself(Exception):
    """Nobody closes or resets the own account: the first would lock out, the second is what "Password" is for."""


@dataclass(frozen=True, slots=True)
class UserPage:
    """A user as an administrator sees it: the grants within the own subtrees, and how many there are elsewhere.

    `may_reset` tells whether all the person's roles lie within the administrator's subtrees: whoever sets a
    password can sign in with all of them.
    """

    user: User
    grants: tuple[RoleGrant, ...]
    elsewhere: int
    may_reset: bool
    is_oneself: bool


def users(database: Database, *, actor: Actor) -> tuple[UserPage, ...]:
    """Return the users who hold a role in the subtrees that the person administers, by name."""
    with database.reading() as session:
        found = queries.users_within(session, actor.paths(Permission.MANAGE_USERS))
    return tuple(_page(actor, user) for user in found)


def page(database: Database, *, actor: Actor, user_id: int) -> UserPage:
    """Return a user as the administrator may see it. Raises `NotFound`."""
    with database.reading() as session:
        return _page(actor, _known(session, actor, user_id))


def holder(database: Database, *, actor: Actor, grant_id: int) -> int:
    """Return the key of the user who holds a role that the person administers. Raises `NotFound`."""
    with database.reading() as session:
        return _known_grant(session, actor, grant_id).user_id


def team_users(database: Database, *, actor: Actor, path: str) -> Sequence[User]:
    """Return the active users with a role in the subtree of `path`, for a team's list of members."""
    paths = [path] if actor.may(Permission.DESIGN, path) else []
    with database.reading() as session:
        return [user for user in queries.users_within(session, paths) if user.is_active]


def create_user(
    database: Database,
    *,
    actor: Actor,
    username: str,
    name: str,
    role: Role,
    unit_id: int,
    now: datetime,
    hours: int = passwords.ONE_TIME_HOURS,
) -> tuple[User, str]:
    """Make a user with a first role, and return it with the one-time password, which is kept nowhere.

    It can be used for some `hours`.

    Raises `BadUsername`, and `ConstraintViolated("uq_user_account_username")` for a name in use.
    """
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadUsername
    password = passwords.one_time()
    with database.transaction() as session:
        unit = known_unit(session, actor, unit_id)
        actor.require(Permission.MANAGE_USERS, unit.path)
        user = User(
            username=username,
            name=name,
            password_hash=passwords.hashed(password),
            must_change_password=True,
            one_time_until=now + timedelta(hours=hours),
            is_active=True,
            session_epoch=0,
            created_at=now,
            grants=[RoleGrant(role=role, unit=unit)],
        )
        session.add(user)
        session.flush()
        _record(session, actor, "user_created", user, unit.id, now, role=role)
    return user, password


def rename_user(database: Database, *, actor: Actor, user_id: int, name: str, now: datetime) -> User:
    """Change the name that stands on pages and in the log; the user name stays."""
    with database.transaction() as session:
        user = _wholly(session, actor, user_id)
        user.name = name
        _record(session, actor, "user_renamed", user, user.grants[0].unit_id, now)
    return user


def reset_password(
    database: Database, *, actor: Actor, user_id: int, now: datetime, hours: int = passwords.ONE_TIME_HOURS
) -> tuple[User, str]:
    """Give a user a new one-time password for some `hours` and end all the user's sessions. Raises `Oneself`."""
    password = passwords.one_time()
    with database.transaction() as session:
        user = _another(_wholly(session, actor, user_id), actor)
        user.password_hash = passwords.hashed(password)
        user.must_change_password, user.one_time_until = True, now + timedelta(hours=hours)
        user.session_epoch += 1
        _record(session, actor, "password_reset", user, user.grants[0].unit_id, now)
    return user, password


def close_user(database: Database, *, actor: Actor, user_id: int, now: datetime) -> User:
    """Let a user sign in no more; what the user did stays. Raises `Oneself` or `LastAdministrator`."""
    with database.transaction() as session:
        user = _another(_wholly(session, actor, user_id), actor)
        for grant in user.grants:
            _require_another_administrator(session, grant)
        if user.is_active:
            user.is_active = False
            user.session_epoch += 1
            _record(session, actor, "user_closed", user, user.grants[0].unit_id, now)
    return user


def reopen_user(database: Database, *, actor: Actor, user_id: int, now: datetime) -> User:
    """Let a closed user sign in again, with the old password."""
    with database.transaction() as session:
        user = _wholly(session, actor, user_id)
        if not user.is_active:
            user.is_active = True
            _record(session, actor, "user_reopened", user, user.grants[0].unit_id, now)
    return user


def grant_role(
    database: Database, *, actor: Actor, user_id: int, role: Role, unit_id: int, now: datetime
) -> RoleGrant:
    """Give a user a role in the subtree of a unit that the person administers.

    Raises `ConstraintViolated("uq_role_grant_user_id_role_unit_id")` if the user has it already.
    """
    with database.transaction() as session:
        hold_tree(session)
        user = _known(session, actor, user_id)
        unit = known_unit(session, actor, unit_id)
        actor.require(Permission.MANAGE_USERS, unit.path)
        grant = RoleGrant(role=role, unit=unit)
        user.grants.append(grant)
        session.flush()
        _record(session, actor, "role_granted", user, unit.id, now, role=role)
    return grant


def revoke_role(database: Database, *, actor: Actor, grant_id: int, now: datetime) -> int:
    """Take a role away, and return the user's key. Raises `LastGrant` or `LastAdministrator`."""
    with database.transaction() as session:
        hold_tree(session)
        grant = _known_grant(session, actor, grant_id)
        user = _known(session, actor, grant.user_id)
        if len(user.grants) == 1:
            raise LastGrant
        _require_another_administrator(session, grant)
        user.grants.remove(grant)
        _record(session, actor, "role_revoked", user, grant.unit_id, now, role=grant.role)
    return user.id


def _page(actor: Actor, user: User) -> UserPage:
    grants = tuple(each for each in user.grants if actor.may(Permission.MANAGE_USERS, each.unit.path))
    elsewhere = len(user.grants) - len(grants)
    return UserPage(user, grants, elsewhere, elsewhere == 0, user.id == actor.user_id)


def _known_grant(session: Session, actor: Actor, grant_id: int) -> RoleGrant:
    grant = queries.grant(session, grant_id)
    if grant is None or not actor.may(Permission.MANAGE_USERS, grant.unit.path):
        raise NotFound("role")
    return grant


def _known(session: Session, actor: Actor, user_id: int) -> User:
    """Return the user. Raises `NotFound` unless some role lies where the person administers."""
    user = queries.user(session, user_id)
    if user is None or not any(actor.may(Permission.MANAGE_USERS, each.unit.path) for each in user.grants):
        raise NotFound("user")
    return user


def _wholly(session: Session, actor: Actor, user_id: int) -> User:
    """Return the user if all roles lie where the person administers; else `Forbidden`."""
    hold_tree(session)
    user = _known(session, actor, user_id)
    if not all(actor.may(Permission.MANAGE_USERS, each.unit.path) for each in user.grants):
        raise Forbidden(Permission.MANAGE_USERS)
    return user


def _another(user: User, actor: Actor) -> User:
    if user.id == actor.user_id:
        raise Oneself
    return user


def _require_another_administrator(session: Session, grant: RoleGrant) -> None:
    """Raise `LastAdministrator` if this is the last active administrator's role over a whole tree."""
    if grant.role != Role.ADMINISTRATOR or grant.unit.parent_id is not None:
        return
    if not set(queries.administrators(session, grant.unit_id)) - {grant.user_id}:
        raise LastAdministrator


def _record(
    session: Session, actor: Actor, action: str, user: User, unit_id: int, now: datetime, **detail: str
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="user",
        subject_id=user.id,
        unit_id=unit_id,
        now=now,
        name=user.name,
        **detail,
    )
