"""Campaigns, rounds, work teams, their postings, and what they did there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.storage.models.base import Base
from survey_app.storage.models.units import Unit
from survey_app.storage.types import Code, Key, LongWords, Moment, Name, one_of, refers_to
from survey_app.words import Bound, MemberRole, PostingMode


class Campaign(Base):
    """活动, such as “到职工中去” 2017. `is_sample` marks every page and sheet “示例数据”."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("planned_days > 0", name="planned_days_positive"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"), index=True)
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    planned_days: Mapped[int | None]
    description: Mapped[LongWords]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]

    unit: Mapped[Unit] = relationship(lazy="raise")
    rounds: Mapped[list[Round]] = relationship(lazy="raise", order_by="Round.number", back_populates="campaign")
    teams: Mapped[list[WorkTeam]] = relationship(lazy="raise", order_by="WorkTeam.id")


class Round(Base):
    """期 of a campaign."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"))
    number: Mapped[int]
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    campaign: Mapped[Campaign] = relationship(lazy="raise", back_populates="rounds")


class WorkTeam(Base):
    """工作队; its members come from `unit`."""

    __tablename__ = "work_team"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"))
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"))
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(200), default="")

    unit: Mapped[Unit] = relationship(lazy="raise")
    members: Mapped[list[Member]] = relationship(lazy="raise", order_by="Member.id")


class Member(Base):
    """队员; with a user when the member signs in."""

    __tablename__ = "member"
    __table_args__ = (one_of("role", MemberRole, "role"),)

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(refers_to("work_team.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    name: Mapped[Name]
    role: Mapped[str] = mapped_column(String(20), default=MemberRole.MEMBER)


class Posting(Base):
    """驻点: one team at one enterprise in one round. Headcount is that of the enterprise at the time."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("round_id", "team_id", "unit_id"),
        one_of("mode", PostingMode, "mode"),
        CheckConstraint("planned_to >= planned_from", name="plan_ends_after_start"),
        CheckConstraint("actual_to >= actual_from", name="ends_after_start"),
        CheckConstraint("headcount >= 0", name="headcount_not_negative"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(refers_to("round.id"))
    team_id: Mapped[int] = mapped_column(refers_to("work_team.id"), index=True)
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"), index=True)
    mode: Mapped[str] = mapped_column(String(20), default=PostingMode.STATIONED)
    planned_from: Mapped[date]
    planned_to: Mapped[date]
    actual_from: Mapped[date | None]
    actual_to: Mapped[date | None]
    headcount: Mapped[int | None]

    round: Mapped[Round] = relationship(lazy="raise")
    team: Mapped[WorkTeam] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")

    @property
    def ended_on(self) -> date:
        """The day from which return visits count: the actual end, or the planned one."""
        return self.actual_to or self.planned_to


class ActivityKind(Base):
    """Dictionary of the ledger: 六同, 六小, 六有 and counted outputs; a campaign may add its own."""

    __tablename__ = "activity_kind"
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)

    id: Mapped[Key]
    campaign_id: Mapped[int | None] = mapped_column(refers_to("campaign.id"))
    family: Mapped[Code]
    code: Mapped[Code]
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(200), default="")
    measure: Mapped[Name]
    measure_en: Mapped[str] = mapped_column(String(200), default="")


class ActivityRecord(Base):
    """活动台账: one thing done, with its amount and how exact that is; reported for a posting or a campaign."""

    __tablename__ = "activity_record"
    __table_args__ = (
        one_of("bound", Bound, "bound"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("participants >= 0", name="participants_not_negative"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"), index=True)
    posting_id: Mapped[int | None] = mapped_column(refers_to("posting.id"), index=True)
    kind_id: Mapped[int] = mapped_column(refers_to("activity_kind.id"))
    on_date: Mapped[date | None]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    bound: Mapped[str] = mapped_column(String(20), default=Bound.EXACT)
    participants: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[LongWords]
    source: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    recorded_at: Mapped[Moment]

    kind: Mapped[ActivityKind] = relationship(lazy="raise")
    posting: Mapped[Posting | None] = relationship(lazy="raise")
