"""Participation floors, outcomes of invitations, composites of audiences.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _floors()
    _outcomes()
    _composites()


def downgrade() -> None:
    op.drop_table("composite")
    op.drop_table("invitation_outcome")
    op.drop_table("participation_floor")


def _floors() -> None:
    op.create_table(
        "participation_floor",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("members", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("frontline", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("question", sa.String(length=64), nullable=True),
        sa.Column("codes", _json(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("members > 0 AND members <= 100", name=op.f("ck_participation_floor_members_percent")),
        sa.CheckConstraint(
            "frontline > 0 AND frontline <= 100", name=op.f("ck_participation_floor_frontline_percent")
        ),
        sa.CheckConstraint(
            "(frontline IS NULL) = (question IS NULL) AND (question IS NULL) = (codes IS NULL)",
            name=op.f("ck_participation_floor_frontline_is_asked"),
        ),
        _survey("participation_floor"),
        _person("participation_floor"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_floor")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_participation_floor_survey_id")),
    )


def _outcomes() -> None:
    op.create_table(
        "invitation_outcome",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("not_contacted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("ineligible", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("eligible_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "audience IN ('workers', 'enterprise', 'grassroots_union')",
            name=op.f("ck_invitation_outcome_audience"),
        ),
        sa.CheckConstraint(
            "not_contacted >= 0 AND refused >= 0 AND ineligible >= 0 AND unknown >= 0",
            name=op.f("ck_invitation_outcome_counts_not_negative"),
        ),
        sa.CheckConstraint(
            "eligible_percent BETWEEN 0 AND 100", name=op.f("ck_invitation_outcome_eligible_percent")
        ),
        _survey("invitation_outcome"),
        _person("invitation_outcome"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_outcome")),
        sa.UniqueConstraint("survey_id", "audience", name=op.f("uq_invitation_outcome_survey_id_audience")),
    )


def _composites() -> None:
    op.create_table(
        "composite",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("weights", _json(), nullable=False),
        sa.Column("missing", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_composite_version_positive")),
        sa.CheckConstraint("missing IN ('renormalise', 'nothing')", name=op.f("ck_composite_missing")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_composite_campaign_id"), ondelete="RESTRICT"
        ),
        _person("composite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composite")),
        sa.UniqueConstraint("campaign_id", "version", name=op.f("uq_composite_campaign_id_version")),
    )


def _json() -> sa.JSON[Any]:
    return sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _survey(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["survey_id"], ["survey.id"], name=op.f(f"fk_{table}_survey_id"), ondelete="RESTRICT"
    )


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["made_by"], ["user_account.id"], name=op.f(f"fk_{table}_made_by"), ondelete="SET NULL"
    )
