"""Comments: masked words with what was decided about them, themes, and when they were last read.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    _make_theme()
    _make_comment()
    _make_reading()


def downgrade() -> None:
    op.drop_table("comment_reading")
    op.drop_table("comment")
    op.drop_table("comment_theme")


def _refers_to(table: str, column: str, ondelete: str = "RESTRICT", *, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{of}_{column}"), ondelete=ondelete)


def _make_theme() -> None:
    op.create_table(
        "comment_theme",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("campaign", "campaign_id", of="comment_theme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_theme")),
        sa.UniqueConstraint("campaign_id", "name", name=op.f("uq_comment_theme_campaign_id_name")),
    )


def _make_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("themes", _JSON, nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'released', 'held')", name=op.f("ck_comment_state")),
        sa.CheckConstraint("copies >= 0", name=op.f("ck_comment_copies_not_negative")),
        _refers_to("survey", "survey_id", of="comment"),
        _refers_to("user_account", "reviewed_by", "SET NULL", of="comment"),
        sa.PrimaryKeyConstraint("survey_id", "field", "digest", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )


def _make_reading() -> None:
    op.create_table(
        "comment_reading",
        sa.Column("survey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("totals", _JSON, nullable=False),
        sa.Column("left_out", sa.String(length=100), nullable=False),
        sa.CheckConstraint("ballots >= 0 AND waiting >= 0", name=op.f("ck_comment_reading_counts_not_negative")),
        _refers_to("survey", "survey_id", of="comment_reading"),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_comment_reading")),
    )
