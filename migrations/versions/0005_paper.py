"""Paper: what was printed for a batch, what has been keyed of it, and the role of those who only key.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROLES = ("administrator", "organiser", "team_member", "leader")


def upgrade() -> None:
    _hold_roles_to((*_ROLES, "keyer"))
    _make_paper_batch()
    _make_keyed_ballot()


def downgrade() -> None:
    op.drop_table("keyed_ballot")
    op.drop_table("paper_batch")
    op.execute("DELETE FROM role_grant WHERE role = 'keyer'")
    _hold_roles_to(_ROLES)


def _hold_roles_to(roles: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("role_grant") as grants:
        grants.drop_constraint(op.f("ck_role_grant_role"), type_="check")
        grants.create_check_constraint(op.f("ck_role_grant_role"), f"role IN ({listed})")


def _make_paper_batch() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("second_share", sa.Integer(), nullable=False),
        sa.Column("filled_on", sa.Date(), nullable=False),
        sa.Column("keyed_twice", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=False),
        sa.CheckConstraint("copies BETWEEN 1 AND 5000", name=op.f("ck_paper_batch_copies_within")),
        sa.CheckConstraint("second_share BETWEEN 0 AND 100", name=op.f("ck_paper_batch_second_share_within")),
        sa.CheckConstraint(
            "keyed_twice >= 0 AND differing >= 0 AND differing <= compared",
            name=op.f("ck_paper_batch_differing_within_compared"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_paper_batch_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["questionnaire_version.id"],
            name=op.f("fk_paper_batch_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_paper_batch")),
    )


def _make_keyed_ballot() -> None:
    json = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
    )
    op.create_table(
        "keyed_ballot",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("answers", json, nullable=False),
        sa.Column("keyed_by", sa.Integer(), nullable=True),
        sa.Column("keyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('valid', 'spoilt', 'blank')", name=op.f("ck_keyed_ballot_kind")),
        sa.CheckConstraint("serial > 0", name=op.f("ck_keyed_ballot_serial_positive")),
        sa.CheckConstraint("entry BETWEEN 1 AND 3", name=op.f("ck_keyed_ballot_entry_within")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_keyed_ballot_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["keyed_by"], ["user_account.id"], name=op.f("fk_keyed_ballot_keyed_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("batch_id", "serial", "entry", name=op.f("pk_keyed_ballot")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        # A deleted row stays in its page until it is vacuumed: that is due after every single one.
        op.execute(
            "ALTER TABLE keyed_ballot SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
        )
