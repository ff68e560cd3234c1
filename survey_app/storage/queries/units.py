"""The union tree."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey_app.storage.models import Unit, UnitPlacement
from survey_app.storage.queries.scope import within


def hold_tree(session: Session) -> None:
    """Let nobody else change the tree, or the roles in it, until the transaction ends.

    SQLite has one writer anyway. On PostgreSQL the roots are locked, in a way that still lets other rows refer
    to them; without it, two moves at once could make a cycle, a new unit could get its parent's old path, and
    the last two administrators could each be removed by the other.
    """
    roots = select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.id)
    session.execute(roots.with_for_update(key_share=True)).all()


def unit(session: Session, unit_id: int) -> Unit | None:
    """Return the unit with this key."""
    return session.get(Unit, unit_id)


def units_within(session: Session, paths: Sequence[str]) -> Sequence[Unit]:
    """Return all units of the subtrees by name, closed ones last."""
    return session.scalars(
        select(Unit).where(within(paths)).order_by(Unit.closed_on.is_not(None), Unit.name, Unit.id)
    ).all()


def units_named(session: Session, paths: Sequence[str], words: str, most: int) -> Sequence[Unit]:
    """Return up to `most` units of the subtrees whose name or code holds `words`, by name."""
    holds = Unit.name.icontains(words, autoescape=True)
    holds |= Unit.name_en.icontains(words, autoescape=True) | Unit.code.icontains(words, autoescape=True)
    return session.scalars(select(Unit).where(within(paths), holds).order_by(Unit.name, Unit.id).limit(most)).all()


def units_by_key(session: Session, keys: Collection[int]) -> dict[int, Unit]:
    """Return the units with these keys."""
    return {each.id: each for each in session.scalars(select(Unit).where(Unit.id.in_(keys)))}


def open_units_below(session: Session, path: str) -> int:
    """Return how many units below the one with this path are not closed."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Unit)
            .where(within([path]), Unit.path != path, Unit.closed_on.is_(None))
        )
        or 0
    )


def longest_path(session: Session, path: str) -> int:
    """Return the number of characters of the longest path in the subtree of `path`."""
    return session.scalar(select(func.max(func.length(Unit.path))).where(within([path]))) or 0


def rewrite_paths(session: Session, old: str, new: str) -> None:
    """Give the whole subtree of `old` paths that begin with `new`."""
    session.execute(
        update(Unit)
        .where(within([old]))
        .values(path=new + func.substr(Unit.path, len(old) + 1))
        .execution_options(synchronize_session=False)
    )


def placements(session: Session, unit_id: int) -> Sequence[UnitPlacement]:
    """Return where the unit has stood, first to last."""
    return session.scalars(
        select(UnitPlacement)
        .where(UnitPlacement.unit_id == unit_id)
        .order_by(UnitPlacement.since, UnitPlacement.id)
    ).all()


def present_placement(session: Session, unit_id: int) -> UnitPlacement | None:
    """Return where the unit stands now."""
    return session.scalar(
        select(UnitPlacement).where(UnitPlacement.unit_id == unit_id, UnitPlacement.until.is_(None))
    )
