"""Drafts and their history: each change is kept for undoing, and tells other editors who did what and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.services import audit
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.storage.models import DraftEdit, Questionnaire
from survey_app.storage.queries import drafts as queries
from survey_app.storage.queries import questionnaires as questionnaire_queries
from survey_app.storage.session import Session

KEPT_EDITS = 100
"""How many edits of a questionnaire can be undone."""
MOST_TOLD = 10
"""How many edits are told to somebody whose own one came too late."""
MOST_LOOKED_AT = 5
"""How many removals are looked at for the words of what is gone: each means reading a whole draft."""
_REMOVALS = ("question_removed", "section_removed", "draft_replaced")
LONGEST_TITLE = 200
LONGEST_PLACE = 64


class EditedMeanwhile(Exception):
    """Somebody else has saved the draft since it was loaded; `revision` is the one it has now."""

    def __init__(self, revision: int) -> None:
        super().__init__(revision)
        self.revision = revision


class Archived(Exception):
    """The questionnaire was put away: it must be taken out again before it is changed or published."""


class NothingToUndo(Exception):
    """There is no edit to undo, or none to make again."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did to a draft. `kind` names the edit, `place` the code that it was about ("" = the whole).

    `person` is None for the system. `is_undone` says that the last thing done was undoing it. `other` is the draft
    on the other side of the edit: what stood before it, or once it is undone, what had come of it.
    """

    kind: str
    place: str
    person: str | None
    at: datetime
    is_undone: bool
    other: Definition


@lru_cache(maxsize=256)
def decoded(draft: str) -> Definition:
    """Return the definition that a stored draft holds."""
    return codec.loads(draft)


def readable(session: Session, *, actor: Actor, questionnaire_id: int, for_change: bool = False) -> Questionnaire:
    """Return the questionnaire with its unit if the person designs there. Raises `NotFound`."""
    row = questionnaire_queries.questionnaire(session, questionnaire_id, for_change=for_change)
    if row is None or not actor.may(Permission.DESIGN, row.unit.path):
        raise NotFound
    return row


def changeable(session: Session, actor: Actor, questionnaire_id: int, revision: int | None) -> Questionnaire:
    """Return the questionnaire to change, if it is still what was loaded as `revision` (None: whatever it is).

    Raises `NotFound`, `Archived` or `EditedMeanwhile`.
    """
    row = readable(session, actor=actor, questionnaire_id=questionnaire_id, for_change=True)
    if row.archived_at is not None:
        raise Archived
    if revision is not None and revision != row.draft_revision:
        raise EditedMeanwhile(row.draft_revision)
    return row


def begin(
    session: Session,
    *,
    actor: Actor,
    unit_id: int,
    definition: Definition,
    action: str,
    now: datetime,
    copied_from: str | None = None,
    **detail: object,
) -> Questionnaire:
    """Make a questionnaire of the unit with this draft, and record the `action` that led to it.

    `copied_from` is the code of the shipped template that it comes from, if any.
    Raises `NotFound` (no such unit) or `access.Forbidden`.
    """
    unit = questionnaire_queries.unit(session, unit_id)
    if unit is None:
        raise NotFound
    actor.require(Permission.DESIGN, unit.path)
    row = Questionnaire(
        unit=unit, title="", draft="", draft_revision=0, copied_from=copied_from, created_at=now, updated_at=now
    )
    put(row, definition)
    session.add(row)
    session.flush()
    record(session, actor, action, row, now, **detail)
    return row


def record(
    session: Session, actor: Actor, action: str, row: Questionnaire, now: datetime, **detail: object
) -> None:
    """Put a deed on a questionnaire into the audit log."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="questionnaire",
        subject_id=row.id,
        now=now,
        unit_id=row.unit_id,
        **detail,
    )


def put(row: Questionnaire, definition: Definition) -> None:
    """Write the definition in its canonical form; the row's titles are the definition's, for lists.

    Raises `MalformedDefinition` for one that could not be read again, so that no draft is ever locked away.
    """
    row.draft = codec.dumps(definition)
    decoded(row.draft)
    row.title = definition.title.zh[:LONGEST_TITLE]
    row.title_en = definition.title.en[:LONGEST_TITLE]


def save(
    session: Session,
    row: Questionnaire,
    definition: Definition,
    *,
    actor: Actor,
    kind: str,
    place: str = "",
    now: datetime,
) -> None:
    """Replace the draft and keep the one before. A definition that is the same is no edit."""
    before = row.draft
    put(row, definition)
    if row.draft == before:
        return
    row.draft_revision += 1
    row.updated_at = now
    queries.forget_undone(session, row.id)
    session.add(
        DraftEdit(
            questionnaire_id=row.id,
            revision=row.draft_revision,
            actor_id=actor.user_id,
            at=now,
            kind=kind,
            place=place[:LONGEST_PLACE],
            is_undone=False,
            draft=before,
        )
    )
    session.flush()
    queries.forget_old(session, row.id, keep=KEPT_EDITS)


def turn(session: Session, row: Questionnaire, *, actor: Actor, redo: bool, now: datetime) -> DraftEdit:
    """Undo the last edit, or make the one again that was undone last. Raises `NothingToUndo`."""
    edit = queries.edit_to_turn(session, row.id, redo=redo)
    if edit is None:
        raise NothingToUndo
    before = row.draft
    put(row, decoded(edit.draft))
    row.draft_revision += 1
    row.updated_at = now
    edit.draft, edit.is_undone = before, not redo
    edit.revision, edit.actor_id, edit.at = row.draft_revision, actor.user_id, now
    return edit


def deeds(session: Session, questionnaire_id: int, *, since: int) -> list[Deed]:
    """Return what was done after revision `since`, last first, at most the last `MOST_TOLD` deeds."""
    found = queries.named_edits(session, questionnaire_id, since=since, most=MOST_TOLD)
    return [_deed(edit, person) for edit, person in found]


def last(session: Session, questionnaire_id: int, *, redo: bool) -> Deed | None:
    """Return the edit that undoing would undo or, for `redo`, the one that would be made again."""
    edit = queries.edit_to_turn(session, questionnaire_id, redo=redo)
    return _deed(edit, queries.person(session, edit)) if edit is not None else None


def before_removals(session: Session, questionnaire_id: int) -> list[Definition]:
    """Return the drafts that stood before the last edits that took something out, last first."""
    found = queries.last_of_kinds(session, questionnaire_id, _REMOVALS, most=MOST_LOOKED_AT)
    return [decoded(edit.draft) for edit in found]


def _deed(edit: DraftEdit, person: str | None) -> Deed:
    return Deed(edit.kind, edit.place, person, edit.at, edit.is_undone, decoded(edit.draft))
