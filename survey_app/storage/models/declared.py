"""What an organiser declares for the figures: totals that are known, to weight ballots to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.models.base import Base
from survey_app.storage.types import Code, Json, Key, LongWords, Moment, refers_to


class KnownTotal(Base):
    """已知总体: how many people of each answer (by code) to a question there are, and where that is known from.

    Ballots are weighted to it. It holds for the whole of the campaign.
    """

    __tablename__ = "known_total"
    __table_args__ = (UniqueConstraint("survey_id", "question"),)

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    question: Mapped[Code]
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[LongWords]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
