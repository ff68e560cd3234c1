"""Questionnaires: a draft that is edited, and numbered versions that never change."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.storage.guards import never_changes
from survey_app.storage.models.base import Base
from survey_app.storage.models.units import Unit
from survey_app.storage.types import Code, Key, LongWords, Moment, Name, Sha256, refers_to


class Questionnaire(Base):
    """问卷. `draft` is canonical JSON; `draft_revision` counts edits, so that two editors notice each other.

    `is_template` offers it for copying to the units below `unit`; `copied_from` names the template's code.
    """

    __tablename__ = "questionnaire"
    __table_args__ = (CheckConstraint("draft_revision >= 0", name="draft_revision_not_negative"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"), index=True)
    title: Mapped[Name]
    title_en: Mapped[str] = mapped_column(String(200), default="")
    draft: Mapped[str] = mapped_column(Text)
    draft_revision: Mapped[int] = mapped_column(default=0)
    is_template: Mapped[bool] = mapped_column(default=False)
    copied_from: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    archived_at: Mapped[Moment | None]

    unit: Mapped[Unit] = relationship(lazy="raise")
    versions: Mapped[list[QuestionnaireVersion]] = relationship(
        lazy="raise", order_by="QuestionnaireVersion.number", back_populates="questionnaire"
    )


class DraftEdit(Base):
    """One edit of a draft, for undoing it and for telling other editors.

    `draft` is what stands on its other side: the draft before it or, once it is undone, the draft after it.
    `revision`, `actor_id` and `at` are of the last time that it was made, undone or made again.
    """

    __tablename__ = "draft_edit"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "revision"),
        CheckConstraint("revision > 0", name="revision_positive"),
    )

    id: Mapped[Key]
    questionnaire_id: Mapped[int] = mapped_column(refers_to("questionnaire.id", ondelete="CASCADE"))
    revision: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    at: Mapped[Moment]
    kind: Mapped[Code]
    place: Mapped[Code]
    is_undone: Mapped[bool] = mapped_column(default=False)
    draft: Mapped[str] = mapped_column(Text)


class QuestionnaireVersion(Base):
    """A published version: canonical JSON with its SHA-256. Never changed, never deleted."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[Key]
    questionnaire_id: Mapped[int] = mapped_column(refers_to("questionnaire.id"))
    number: Mapped[int]
    code: Mapped[Code]
    definition: Mapped[str] = mapped_column(Text)
    sha256: Mapped[Sha256]
    changes: Mapped[LongWords]
    published_at: Mapped[Moment]
    published_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))

    questionnaire: Mapped[Questionnaire] = relationship(lazy="raise", back_populates="versions")


never_changes(QuestionnaireVersion)
