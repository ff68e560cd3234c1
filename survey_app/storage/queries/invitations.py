"""Invitations: issued, used, revoked. What takes a response deletes one row and touches no other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from survey_app.storage.models import Invitation, OpenInvitation
from survey_app.words import InvitationState

_IS_OPEN = exists().where(OpenInvitation.invitation_id == Invitation.id)
_AT_ONCE = 500
"""Keys in one statement: well below what any SQLite takes."""


def find(session: Session, collector_id: int, code_hash: str) -> Row[str, bool] | None:
    """Return state and whether it is open of the invitation with this code. Locks nothing."""
    query = select(Invitation.state, _IS_OPEN).where(
        Invitation.collector_id == collector_id, Invitation.code_hash == code_hash
    )
    return session.execute(query).one_or_none()


def use(session: Session, collector_id: int, code_hash: str) -> bool:
    """Use the invitation with this code; False when it is not open. Of two who try at once, one succeeds."""
    its_key = (
        select(Invitation.id)
        .where(Invitation.collector_id == collector_id, Invitation.code_hash == code_hash)
        .scalar_subquery()
    )
    statement = delete(OpenInvitation).where(OpenInvitation.invitation_id == its_key)
    found = session.execute(statement.returning(OpenInvitation.invitation_id), execution_options=_PLAIN)
    return found.first() is not None


_PLAIN = {"synchronize_session": False}


def last_serial(session: Session, collector_id: int) -> int:
    """Return the highest number given to an invitation of the collector, 0 before the first."""
    query = select(func.coalesce(func.max(Invitation.serial), 0)).where(Invitation.collector_id == collector_id)
    return session.execute(query).scalar_one()


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add invitations that can be used."""
    for start in range(0, len(rows), _AT_ONCE):
        made = session.scalars(insert(Invitation).returning(Invitation.id), rows[start : start + _AT_ONCE])
        session.execute(insert(OpenInvitation), [{"invitation_id": key} for key in made])


def states(session: Session, collector_id: int) -> Mapping[str, int]:
    """Return how many invitations of the collector stand in each state."""
    query = (
        select(Invitation.state, func.count())
        .where(Invitation.collector_id == collector_id)
        .group_by(Invitation.state)
    )
    return dict(session.execute(query).all())


def newly_used(session: Session, collector_id: int) -> Sequence[int]:
    """Return the keys of the invitations that were used since the states were last brought up to date."""
    query = (
        select(Invitation.id)
        .where(Invitation.collector_id == collector_id, Invitation.state == InvitationState.UNUSED, ~_IS_OPEN)
        .order_by(Invitation.id)
    )
    return session.scalars(query).all()


def listed_unused(session: Session, collector_id: int) -> Sequence[Row[int, int, datetime, int]]:
    """Return key, serial, issue and the serial that is replaced of every invitation that stands as unused."""
    replaced = aliased(Invitation)
    query = (
        select(Invitation.id, Invitation.serial, Invitation.issued_at, replaced.serial.label("replaces"))
        .outerjoin(replaced, replaced.id == Invitation.replaces_id)
        .where(Invitation.collector_id == collector_id, Invitation.state == InvitationState.UNUSED)
        .order_by(Invitation.serial)
    )
    return session.execute(query).all()


def close(session: Session, keys: Collection[int]) -> set[int]:
    """Take these out of use; return those that could still be used."""
    found: set[int] = set()
    for part in _parts(keys):
        statement = delete(OpenInvitation).where(OpenInvitation.invitation_id.in_(part))
        found |= set(session.scalars(statement.returning(OpenInvitation.invitation_id), execution_options=_PLAIN))
    return found


def set_state(session: Session, keys: Collection[int], state: InvitationState) -> None:
    """Set the state of many at once, so that all their rows are of one and the same transaction."""
    for part in _parts(keys):
        session.execute(
            update(Invitation).where(Invitation.id.in_(part)).values(state=state), execution_options=_PLAIN
        )


def _parts(keys: Collection[int]) -> Sequence[Sequence[int]]:
    """Sorted by key, whatever order they came in."""
    ordered = sorted(keys)
    return [ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE)]
