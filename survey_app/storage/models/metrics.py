"""Figures' rules and weighted index trees, both as data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.models.base import Base
from survey_app.storage.types import Code, Json, Key, Moment, Name, refers_to


class MetricRule(Base):
    """A named, versioned rule of a figure, as `scoring.rules` reads it. A version never changes."""

    __tablename__ = "metric_rule"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: Mapped[Key]
    name: Mapped[Code]
    version: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[Moment]


class Indicator(Base):
    """指标: a node of a weighted index tree; a leaf reads questions, a branch its children."""

    __tablename__ = "indicator"
    __table_args__ = (
        UniqueConstraint("campaign_id", "code"),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"))
    parent_id: Mapped[int | None] = mapped_column(refers_to("indicator.id"), index=True)
    code: Mapped[Code]
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(200), default="")
    weight: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    fields: Mapped[list[str] | None] = mapped_column(Json)
