"""The audit log, as far as somebody may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, or_, select
from sqlalchemy.orm import Session

from survey_app.storage.models import AuditEntry, RoleGrant, Unit, User
from survey_app.storage.queries.scope import within


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries: of an action, by a person, from a moment (inclusive) until another (exclusive)."""

    action: str = ""
    actor_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry with who did it and where, as far as it is known."""

    entry: AuditEntry
    actor: User | None
    unit: Unit | None


def entries(
    session: Session, paths: Sequence[str], wanted: AuditFilter, *, is_whole: bool, before: int | None, most: int
) -> list[AuditLine]:
    """Return up to `most` entries, newest first, older than the one with the key `before`.

    Entries about a unit belong to its subtree; those about none (signing in, say) to whoever administers the
    person, and with `is_whole` to whoever reads the whole tree's log.
    """
    conditions = [_readable(paths, is_whole), *_conditions(wanted)]
    if before is not None:
        conditions.append(AuditEntry.id < before)
    rows = session.execute(
        select(AuditEntry, User, Unit)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .where(*conditions)
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    return [AuditLine(entry, actor, unit) for entry, actor, unit in rows]


def actions(session: Session, paths: Sequence[str], *, is_whole: bool) -> Sequence[str]:
    """Return the actions that stand in the readable part of the log."""
    return session.scalars(
        select(AuditEntry.action)
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .where(_readable(paths, is_whole))
        .distinct()
    ).all()


def _readable(paths: Sequence[str], is_whole: bool) -> ColumnElement[bool]:
    if is_whole:
        return or_(AuditEntry.unit_id.is_(None), within(paths))
    place = select(Unit.id).where(within(paths)).correlate(None)
    holds = select(RoleGrant.user_id).where(RoleGrant.unit_id.in_(place))
    is_held = select(cast(RoleGrant.user_id, String(64))).where(RoleGrant.unit_id.in_(place))
    of_their_people = or_(
        AuditEntry.actor_id.in_(holds),
        and_(AuditEntry.subject_kind == "user", AuditEntry.subject_id.in_(is_held)),
    )
    return or_(within(paths), and_(AuditEntry.unit_id.is_(None), of_their_people))


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.action:
        found.append(AuditEntry.action == wanted.action)
    if wanted.actor_id is not None:
        found.append(AuditEntry.actor_id == wanted.actor_id)
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    return found
