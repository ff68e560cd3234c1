"""Opened seals, limits of what looks like proxy filling, and how many interviews were made by whom.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_unsealing()
    _make_proxy_limits()
    _make_interview_count()


def downgrade() -> None:
    op.drop_table("interview_count")
    op.drop_table("proxy_limits")
    op.drop_table("unsealing")


def _refers_to(table: str, column: str, ondelete: str = "RESTRICT", *, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{of}_{column}"), ondelete=ondelete)


def _make_unsealing() -> None:
    op.create_table(
        "unsealing",
        sa.Column("survey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("how IN ('ended', 'closed_early', 'lifted')", name=op.f("ck_unsealing_how")),
        sa.CheckConstraint("ballots >= 0", name=op.f("ck_unsealing_ballots_not_negative")),
        _refers_to("survey", "survey_id", of="unsealing"),
        _refers_to("user_account", "by", "SET NULL", of="unsealing"),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_unsealing")),
    )


def _make_proxy_limits() -> None:
    op.create_table(
        "proxy_limits",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("burst", sa.Integer(), nullable=False),
        sa.Column("identical", sa.Integer(), nullable=False),
        sa.Column("identical_answers", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "version > 0 AND burst > 1 AND identical > 1 AND identical_answers > 0 AND milliseconds >= 0",
            name=op.f("ck_proxy_limits_limits_make_sense"),
        ),
        _refers_to("survey", "survey_id", of="proxy_limits"),
        _refers_to("user_account", "made_by", "SET NULL", of="proxy_limits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy_limits")),
        sa.UniqueConstraint("survey_id", "version", name=op.f("uq_proxy_limits_survey_id_version")),
    )


def _make_interview_count() -> None:
    op.create_table(
        "interview_count",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("interviews", sa.Integer(), nullable=False),
        sa.Column("is_logged", sa.Boolean(), nullable=False),
        sa.CheckConstraint("interviews > 0", name=op.f("ck_interview_count_interviews_positive")),
        _refers_to("survey", "survey_id", of="interview_count"),
        _refers_to("user_account", "user_id", "CASCADE", of="interview_count"),
        sa.PrimaryKeyConstraint("survey_id", "user_id", "day", name=op.f("pk_interview_count")),
    )
