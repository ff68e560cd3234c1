"""What an organiser declares for the figures: known totals, floors of participation, weights of audiences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
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


class ParticipationFloor(Base):
    """参评要求 of a survey in whole percent: of the people there who vote, and of front-line workers among voters.

    Front-line workers are those who gave one of `frontline_codes` to `frontline_question`.
    """

    __tablename__ = "participation_floor"
    __table_args__ = (
        CheckConstraint("members > 0 AND members <= 100", name="members_in_percent"),
        CheckConstraint("frontline > 0 AND frontline <= 100", name="frontline_in_percent"),
        CheckConstraint("(frontline IS NULL) = (frontline_question IS NULL)", name="frontline_question_known"),
    )

    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"), primary_key=True, autoincrement=False)
    members: Mapped[int]
    frontline: Mapped[int | None]
    frontline_question: Mapped[str | None] = mapped_column(String(64))
    frontline_codes: Mapped[list[str] | None] = mapped_column(Json)
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))


class Composite(Base):
    """综合得分 of a campaign: the declared weight of each audience in percent, and what a missing one means.

    `missing` is a value of `scoring.indicators.Missing`.
    """

    __tablename__ = "composite"
    __table_args__ = (CheckConstraint("missing IN ('withhold', 'renormalise')", name="missing"),)

    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"), primary_key=True, autoincrement=False)
    weights: Mapped[dict[str, Any]] = mapped_column(Json)
    missing: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
