"""Users with their grants."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from survey_app.storage.models import RoleGrant, Unit, User
from survey_app.storage.queries.scope import within
from survey_app.words import Role

_WITH_GRANTS = selectinload(User.grants).joinedload(RoleGrant.unit, innerjoin=True)


def user(session: Session, user_id: int) -> User | None:
    """Return the user with this key, grants and their units loaded."""
    return session.scalar(select(User).where(User.id == user_id).options(_WITH_GRANTS))


def grant(session: Session, grant_id: int) -> RoleGrant | None:
    """Return the role that somebody holds, with its unit."""
    with_unit = joinedload(RoleGrant.unit, innerjoin=True)
    return session.scalar(select(RoleGrant).where(RoleGrant.id == grant_id).options(with_unit))


def administrators(session: Session, unit_id: int) -> Sequence[int]:
    """Return the keys of the active users who administer this very unit."""
    return session.scalars(
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.unit_id == unit_id, RoleGrant.role == Role.ADMINISTRATOR, User.is_active)
        .order_by(User.id)
    ).all()


def user_by_name(session: Session, username: str) -> User | None:
    """Return the user who signs in with this name (kept in lower case), grants and their units loaded."""
    return session.scalar(select(User).where(User.username == username.lower()).options(_WITH_GRANTS))


def users_within(session: Session, paths: Sequence[str]) -> Sequence[User]:
    """Return the users who hold a role somewhere in the subtrees, by name."""
    holds = exists().where(RoleGrant.user_id == User.id, RoleGrant.unit_id == Unit.id, within(paths))
    return session.scalars(select(User).where(holds).options(_WITH_GRANTS).order_by(User.username)).all()


def is_within(session: Session, user_id: int, paths: Sequence[str]) -> bool:
    """Tell whether the user holds a role somewhere in the subtrees."""
    holds = exists().where(RoleGrant.user_id == user_id, RoleGrant.unit_id == Unit.id, within(paths))
    return session.scalar(select(holds)) is True


def names_with_role(session: Session, role: Role, path: str) -> Sequence[str]:
    """Return the names of active users who hold the role over the unit with this path, the nearest unit first."""
    above = [int(key) for key in path.split("/") if key]
    query = (
        select(User.name, Unit.path)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.role == role, RoleGrant.unit_id.in_(above), User.is_active)
    )
    found = sorted(session.execute(query), key=lambda row: (-len(row.path), row.name))
    return list(dict.fromkeys(row.name for row in found))


def any_user(session: Session) -> bool:
    """Tell whether there is any user at all."""
    return session.scalar(select(exists().where(User.id.is_not(None)))) is True
