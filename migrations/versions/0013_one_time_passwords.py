"""One-time passwords can be used for a while only.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_DAYS = 3
"""What those that are waiting to be used have left: as long as new ones have."""


def upgrade() -> None:
    op.add_column("user_account", sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True))
    user = sa.table(
        "user_account",
        sa.column("must_change_password", sa.Boolean()),
        sa.column("one_time_until", sa.DateTime(timezone=True)),
    )
    until = datetime.now(UTC) + timedelta(days=_DAYS)
    op.execute(user.update().where(user.c.must_change_password.is_(True)).values(one_time_until=until))


def downgrade() -> None:
    op.drop_column("user_account", "one_time_until")
