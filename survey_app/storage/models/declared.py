"""What an organiser declares for the figures: known totals, participation floors, outcomes, composites."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.models.base import Base
from survey_app.storage.types import Code, Json, Key, LongWords, Moment, one_of, refers_to
from survey_app.words import Audience, WithoutAudience


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
    """参评要求 of an audience of a survey, in percent: how many have to answer, and of workers who of them.

    Workers are measured against the headcount, others against the codes and papers given out. Who works at the
    front line is told by one of `codes` as the answer to `question`.
    """

    __tablename__ = "participation_floor"
    __table_args__ = (
        UniqueConstraint("survey_id", "audience"),
        one_of("audience", Audience, "audience"),
        CheckConstraint("frontline IS NULL OR audience = 'workers'", name="frontline_of_workers"),
        CheckConstraint("members > 0 AND members <= 100", name="members_percent"),
        CheckConstraint("frontline > 0 AND frontline <= 100", name="frontline_percent"),
        CheckConstraint(
            "(frontline IS NULL) = (question IS NULL) AND (question IS NULL) = (codes IS NULL)",
            name="frontline_is_asked",
        ),
    )

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    audience: Mapped[str] = mapped_column(String(20))
    members: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    frontline: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    question: Mapped[str | None] = mapped_column(String(64))
    codes: Mapped[list[str] | None] = mapped_column(Json)
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))


class InvitationOutcome(Base):
    """What became of the single-use codes of an audience that nobody used, as far as somebody counted it.

    `unknown` are codes of whose holders nobody knows whether they should have been asked; `eligible_percent` of
    these are taken to be (None: in the proportion of all others).
    """

    __tablename__ = "invitation_outcome"
    __table_args__ = (
        UniqueConstraint("survey_id", "audience"),
        one_of("audience", Audience, "audience"),
        CheckConstraint(
            "not_contacted >= 0 AND refused >= 0 AND ineligible >= 0 AND unknown >= 0", name="counts_not_negative"
        ),
        CheckConstraint("eligible_percent BETWEEN 0 AND 100", name="eligible_percent"),
    )

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    audience: Mapped[str] = mapped_column(String(20))
    not_contacted: Mapped[int]
    refused: Mapped[int]
    ineligible: Mapped[int]
    unknown: Mapped[int]
    eligible_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))


class Composite(Base):
    """How the audiences of a campaign make one figure: weight by audience, as decimals in words; none: not at all.

    A version never changes; the newest holds.
    """

    __tablename__ = "composite"
    __table_args__ = (
        UniqueConstraint("campaign_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        one_of("missing", WithoutAudience, "missing"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"))
    version: Mapped[int]
    weights: Mapped[dict[str, str]] = mapped_column(Json)
    missing: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
