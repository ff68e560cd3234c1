"""What is kept so that figures can be answered for: opened seals, surveys opened again, limits, interviews."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.models.base import Base
from survey_app.storage.types import Key, LongWords, Moment, UtcDateTime, one_of, refers_to
from survey_app.words import SealEnd


class Unsealing(Base):
    """When and how the results of a sealed survey came out for the first time; a seal is not put back.

    `ballots` were in by then. `by` is None where nobody did it: its closing time came. `reopened_at` is when it
    first took answers again after that, None while it has not: whoever answers then may know the results.
    """

    __tablename__ = "unsealing"
    __table_args__ = (
        one_of("how", SealEnd, "how"),
        CheckConstraint("ballots >= 0", name="ballots_not_negative"),
    )

    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"), primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    how: Mapped[str] = mapped_column(String(20))
    ballots: Mapped[int]
    reason: Mapped[LongWords]
    by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Resumption(Base):
    """A survey took answers again (`at`) after it had been over: what came in before stays shown as it was."""

    __tablename__ = "resumption"
    __table_args__ = (UniqueConstraint("survey_id", "at"),)

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    at: Mapped[Moment]


class ProxyLimits(Base):
    """Where suspicion of proxy filling begins in a survey. A version never changes; the newest one holds."""

    __tablename__ = "proxy_limits"
    __table_args__ = (
        UniqueConstraint("survey_id", "version"),
        CheckConstraint(
            "version > 0 AND burst > 1 AND identical > 1 AND identical_answers > 0 AND milliseconds >= 0",
            name="limits_make_sense",
        ),
    )

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    version: Mapped[int]
    burst: Mapped[int]
    identical: Mapped[int]
    identical_answers: Mapped[int]
    milliseconds: Mapped[int]
    reason: Mapped[LongWords]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))


class InterviewCount(Base):
    """How many interviews somebody made in a survey on one day; nothing says which responses these are.

    Counted in a transaction of its own: PostgreSQL keeps in every row which transaction wrote it.
    """

    __tablename__ = "interview_count"
    __table_args__ = (CheckConstraint("interviews > 0", name="interviews_positive"),)

    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(refers_to("user_account.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    interviews: Mapped[int]
    is_logged: Mapped[bool] = mapped_column(default=False)
