"""The union tree: units of any depth, and where they stood before they moved."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.models.base import Base
from survey_app.storage.types import Key, Name, one_of, refers_to
from survey_app.words import UnitKind


class Unit(Base):
    """单位: federation, district or industry, enterprise union, workshop.

    `path` lists the keys from the root to the unit, as "/1/7/12/", and is kept by `services.units`; a
    subtree is a prefix. `headcount` is the number of workers today; a posting keeps its own.
    """

    __tablename__ = "unit"
    __table_args__ = (
        one_of("kind", UnitKind, "kind"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("headcount >= 0", name="headcount_not_negative"),
        Index("ix_unit_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: Mapped[Key]
    parent_id: Mapped[int | None] = mapped_column(refers_to("unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(400), default="/")
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    headcount: Mapped[int | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]


class UnitPlacement(Base):
    """Where a unit stood in the tree, from `since` until `until` (exclusive; None = today)."""

    __tablename__ = "unit_placement"
    __table_args__ = (CheckConstraint("until > since", name="ends_after_start"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(refers_to("unit.id"))
    since: Mapped[date]
    until: Mapped[date | None]
