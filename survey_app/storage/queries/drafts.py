"""The history of drafts: the edits of one questionnaire, in the order in which they were first made."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey_app.storage.models import DraftEdit, User


def edit_to_turn(session: Session, questionnaire_id: int, *, redo: bool) -> DraftEdit | None:
    """Return the edit that undoing would undo or, for `redo`, the one that would be made again."""
    return session.scalar(
        select(DraftEdit)
        .where(DraftEdit.questionnaire_id == questionnaire_id, DraftEdit.is_undone.is_(redo))
        .order_by(DraftEdit.id if redo else DraftEdit.id.desc())
        .limit(1)
    )


def person(session: Session, edit: DraftEdit) -> str | None:
    """Return the name of whoever made the edit last; None for the system."""
    return session.scalar(select(User.name).where(User.id == edit.actor_id))


def forget_undone(session: Session, questionnaire_id: int) -> None:
    """Forget what was undone: a new edit has taken its place."""
    session.execute(
        delete(DraftEdit).where(DraftEdit.questionnaire_id == questionnaire_id, DraftEdit.is_undone.is_(True))
    )


def forget_old(session: Session, questionnaire_id: int, *, keep: int) -> None:
    """Forget all but the newest `keep` edits."""
    oldest = session.scalar(
        select(DraftEdit.id)
        .where(DraftEdit.questionnaire_id == questionnaire_id)
        .order_by(DraftEdit.id.desc())
        .offset(keep)
        .limit(1)
    )
    if oldest is not None:
        session.execute(
            delete(DraftEdit).where(DraftEdit.questionnaire_id == questionnaire_id, DraftEdit.id <= oldest)
        )


def last_of_kinds(
    session: Session, questionnaire_id: int, kinds: Sequence[str], *, most: int
) -> Sequence[DraftEdit]:
    """Return the last `most` edits of these kinds that are not undone, newest first."""
    query = (
        select(DraftEdit)
        .where(
            DraftEdit.questionnaire_id == questionnaire_id,
            DraftEdit.is_undone.is_(False),
            DraftEdit.kind.in_(kinds),
        )
        .order_by(DraftEdit.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def named_edits(
    session: Session, questionnaire_id: int, *, since: int, most: int
) -> Sequence[tuple[DraftEdit, str | None]]:
    """Return the last `most` edits made, undone or made again after revision `since`, newest first, with people."""
    query = (
        select(DraftEdit, User.name)
        .outerjoin(User, User.id == DraftEdit.actor_id)
        .where(DraftEdit.questionnaire_id == questionnaire_id, DraftEdit.revision > since)
        .order_by(DraftEdit.revision.desc())
        .limit(most)
    )
    return [(edit, name) for edit, name in session.execute(query)]
