"""Ways in: kiosks, notes on collectors, and invitations whose use leaves no row behind.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added and dropped in place: to copy the table, as batch operations do on SQLite, may lose a CHECK on the way.
    op.add_column("collector", sa.Column("is_kiosk", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("collector", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "open_invitation",
        sa.Column("invitation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_open_invitation_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_open_invitation")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # A deleted row stays in its page, with the number of the transaction that deleted it, until it is
        # vacuumed: here that is due after every single one, at autovacuum's next round (each minute, by default).
        op.execute(
            "ALTER TABLE open_invitation SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, "
            "vacuum_truncate = false)"
        )
    op.execute("INSERT INTO open_invitation (invitation_id) SELECT id FROM invitation WHERE state = 'unused'")


def downgrade() -> None:
    op.execute(
        "UPDATE invitation SET state = 'used' WHERE state = 'unused' "
        "AND id NOT IN (SELECT invitation_id FROM open_invitation)"
    )
    op.drop_table("open_invitation")
    op.drop_column("collector", "note")
    op.drop_column("collector", "is_kiosk")
