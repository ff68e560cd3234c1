"""Batches and invitations keep their place when a collector moves; when surveys closed, were tidied and erased.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH_CHECKS = (
    sa.CheckConstraint("mode IN ('web', 'kiosk', 'paper', 'phone', 'import')", name="ck_batch_mode"),
    sa.CheckConstraint("state IN ('open', 'reconciled')", name="ck_batch_state"),
    sa.CheckConstraint(
        "issued >= 0 AND returned >= 0 AND spoilt >= 0 AND abstained >= 0", name="ck_batch_counts_not_negative"
    ),
    sa.CheckConstraint("returned <= issued", name="ck_batch_returned_within_issued"),
    sa.CheckConstraint("spoilt + abstained <= returned", name="ck_batch_spoilt_within_returned"),
)
_INVITATION_CHECKS = (
    sa.CheckConstraint("state IN ('unused', 'used', 'revoked')", name="ck_invitation_state"),
    sa.CheckConstraint("serial > 0", name="ck_invitation_serial_positive"),
)
"""SQLite's tables are copied for a new reference, and a copy has only the CHECKs that it is told of."""

_SURVEY_MOMENTS = ("closed_at", "tidied_at", "erased_at")


def upgrade() -> None:
    _add_places()
    _fill_places()
    with op.batch_alter_table("batch", table_args=_checks(_BATCH_CHECKS)) as batch:
        batch.alter_column("unit_id", existing_type=sa.Integer(), nullable=False)
    for moment in _SURVEY_MOMENTS:
        op.add_column("survey", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
    _fill_closing()
    _make_tables()


def downgrade() -> None:
    op.drop_table("kept_workbook")
    op.drop_index(op.f("ix_former_place_posting_id"), "former_place")
    op.drop_table("former_place")
    for moment in _SURVEY_MOMENTS:
        op.drop_column("survey", moment)
    with op.batch_alter_table("invitation", table_args=_checks(_INVITATION_CHECKS)) as invitation:
        invitation.drop_index(op.f("ix_invitation_posting_id"))
        invitation.drop_constraint(op.f("fk_invitation_posting_id"), type_="foreignkey")
        invitation.drop_column("posting_id")
    with op.batch_alter_table("batch", table_args=_checks(_BATCH_CHECKS)) as batch:
        for column in ("posting_id", "unit_id"):
            batch.drop_index(op.f(f"ix_batch_{column}"))
            batch.drop_constraint(op.f(f"fk_batch_{column}"), type_="foreignkey")
            batch.drop_column(column)


def _add_places() -> None:
    with op.batch_alter_table("batch", table_args=_checks(_BATCH_CHECKS)) as batch:
        for column, table in (("posting_id", "posting"), ("unit_id", "unit")):
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_batch_{column}"), table, [column], ["id"], ondelete="RESTRICT")
            batch.create_index(op.f(f"ix_batch_{column}"), [column])
    with op.batch_alter_table("invitation", table_args=_checks(_INVITATION_CHECKS)) as invitation:
        invitation.add_column(sa.Column("posting_id", sa.Integer(), nullable=True))
        invitation.create_foreign_key(
            op.f("fk_invitation_posting_id"), "posting", ["posting_id"], ["id"], ondelete="RESTRICT"
        )
        invitation.create_index(op.f("ix_invitation_posting_id"), ["posting_id"])


def _fill_places() -> None:
    """A batch's ballots know where they come from; without any, its collector has to say it."""
    for table, column in (("batch", "posting_id"), ("batch", "unit_id"), ("invitation", "posting_id")):
        op.execute(
            f"UPDATE {table} SET {column} = "  # noqa: S608  # names from the line above
            f"(SELECT collector.{column} FROM collector WHERE collector.id = {table}.collector_id)"
        )
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT batch_id, MIN(posting_id) AS posting_id, MIN(unit_id) AS unit_id FROM response "
            "WHERE batch_id IS NOT NULL GROUP BY batch_id"
        )
    ).mappings()
    for row in found.all():
        connection.execute(
            sa.text("UPDATE batch SET posting_id = :posting_id, unit_id = :unit_id WHERE id = :batch_id"), dict(row)
        )


def _fill_closing() -> None:
    """The audit log knows when a survey was closed by hand; failing that, its closing time has to do."""
    op.execute(
        "UPDATE survey SET closed_at = COALESCE((SELECT MAX(audit_log.at) FROM audit_log "
        "WHERE audit_log.action = 'survey_closed' AND audit_log.subject_kind = 'survey' "
        "AND audit_log.subject_id = CAST(survey.id AS VARCHAR(64))), closes_at, created_at) WHERE state = 'closed'"
    )


def _make_tables() -> None:
    op.create_table(
        "former_place",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name=op.f("fk_former_place_collector_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_former_place_posting_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_place")),
        sa.UniqueConstraint("collector_id", "posting_id", name=op.f("uq_former_place_collector_id_posting_id")),
    )
    op.create_index(op.f("ix_former_place_posting_id"), "former_place", ["posting_id"])
    op.create_table(
        "kept_workbook",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_kept_workbook_survey_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_workbook")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_kept_workbook_survey_id")),
    )


def _checks(checks: tuple[sa.CheckConstraint, ...]) -> tuple[sa.CheckConstraint, ...]:
    """Return copies: a constraint belongs to one table only. PostgreSQL alters in place and needs none."""
    return tuple(sa.CheckConstraint(each.sqltext, name=op.f(str(each.name))) for each in checks)
