"""Known totals to weight to, floors of participation, weights of audiences.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_known_total()
    _make_participation_floor()
    _make_composite()


def downgrade() -> None:
    op.drop_table("composite")
    op.drop_table("participation_floor")
    op.drop_table("known_total")


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _refers_to(table: str, column: str, ondelete: str = "RESTRICT", *, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{of}_{column}"), ondelete=ondelete)


def _made() -> list[sa.Column[object]]:
    return [
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
    ]


def _make_known_total() -> None:
    op.create_table(
        "known_total",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("counts", _json(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        *_made(),
        _refers_to("survey", "survey_id", of="known_total"),
        _refers_to("user_account", "made_by", "SET NULL", of="known_total"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_total")),
        sa.UniqueConstraint("survey_id", "question", name=op.f("uq_known_total_survey_id_question")),
    )


def _make_participation_floor() -> None:
    op.create_table(
        "participation_floor",
        sa.Column("survey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("frontline", sa.Integer(), nullable=True),
        sa.Column("frontline_question", sa.String(length=64), nullable=True),
        sa.Column("frontline_codes", _json(), nullable=True),
        *_made(),
        sa.CheckConstraint(
            "members > 0 AND members <= 100", name=op.f("ck_participation_floor_members_in_percent")
        ),
        sa.CheckConstraint(
            "frontline > 0 AND frontline <= 100", name=op.f("ck_participation_floor_frontline_in_percent")
        ),
        sa.CheckConstraint(
            "(frontline IS NULL) = (frontline_question IS NULL)",
            name=op.f("ck_participation_floor_frontline_question_known"),
        ),
        _refers_to("survey", "survey_id", of="participation_floor"),
        _refers_to("user_account", "made_by", "SET NULL", of="participation_floor"),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_participation_floor")),
    )


def _make_composite() -> None:
    op.create_table(
        "composite",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weights", _json(), nullable=False),
        sa.Column("missing", sa.String(length=20), nullable=False),
        *_made(),
        sa.CheckConstraint("missing IN ('withhold', 'renormalise')", name=op.f("ck_composite_missing")),
        _refers_to("campaign", "campaign_id", of="composite"),
        _refers_to("user_account", "made_by", "SET NULL", of="composite"),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_composite")),
    )
