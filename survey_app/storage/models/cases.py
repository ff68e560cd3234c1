"""Cases (办理事项): what people raised, as a fold over past-tense events."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.storage.models.base import Base
from survey_app.storage.types import Code, Document, Key, LongWords, Moment, Name, one_of, refers_to
from survey_app.words import CaseSource, CaseStep


class Case(Base):
    """One matter. `step`, `due_on` and `outcome` are the fold of its events, kept here for lists."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        one_of("source", CaseSource, "source"),
        one_of("step", CaseStep, "step"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"))
    campaign_id: Mapped[int | None] = mapped_column(refers_to("campaign.id"), index=True)
    posting_id: Mapped[int | None] = mapped_column(refers_to("posting.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(refers_to("return_visit.id"), index=True)
    survey_id: Mapped[int | None] = mapped_column(refers_to("survey.id"))
    number: Mapped[Code]
    source: Mapped[str] = mapped_column(String(20))
    kind: Mapped[Code]
    title: Mapped[Name]
    description: Mapped[LongWords]
    step: Mapped[str] = mapped_column(String(20), default=CaseStep.ASK)
    outcome: Mapped[str | None] = mapped_column(String(30))
    owner_id: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    due_on: Mapped[date | None] = mapped_column(index=True)
    opened_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]

    events: Mapped[list[CaseEvent]] = relationship(lazy="raise", order_by="CaseEvent.number")


class CaseEvent(Base):
    """Something that happened to a case, in the past tense: opened, discussed, promised, resolved, reopened."""

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(refers_to("case_file.id"))
    number: Mapped[int]
    kind: Mapped[Code]
    actor_id: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    happened_at: Mapped[Moment]
    note: Mapped[LongWords]
    data: Mapped[Document]
