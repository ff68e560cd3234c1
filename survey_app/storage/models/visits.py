"""Return visits (回访): planned 1, 3 and 6 months after a posting's end."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.storage.models.base import Base
from survey_app.storage.models.campaigns import Posting
from survey_app.storage.models.surveys import Survey
from survey_app.storage.types import Key, LongWords, Moment, one_of, refers_to
from survey_app.words import VisitState


class ReturnVisit(Base):
    """One visit: due date, state, the visit record (访员记录), and the survey of its wave."""

    __tablename__ = "return_visit"
    __table_args__ = (
        UniqueConstraint("posting_id", "wave"),
        one_of("state", VisitState, "state"),
        CheckConstraint("wave > 0", name="wave_positive"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_has_a_date"),
        CheckConstraint("attendees >= 0", name="attendees_not_negative"),
    )

    id: Mapped[Key]
    posting_id: Mapped[int] = mapped_column(refers_to("posting.id"))
    wave: Mapped[int]
    due_on: Mapped[date] = mapped_column(index=True)
    scheduled_on: Mapped[date | None]
    done_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default=VisitState.PLANNED)
    survey_id: Mapped[int | None] = mapped_column(refers_to("survey.id"), index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    attendees: Mapped[int | None]
    record: Mapped[LongWords]
    unresolved: Mapped[LongWords]
    escalated: Mapped[LongWords]
    next_visit_on: Mapped[date | None]
    updated_at: Mapped[Moment]

    posting: Mapped[Posting] = relationship(lazy="raise")
    survey: Mapped[Survey | None] = relationship(lazy="raise")
