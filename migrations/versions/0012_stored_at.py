"""When ballots of a file or of paper came to be stored.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INDEX = "ix_response_survey_id_stored_at"
IS_KNOWN = sa.text("stored_at IS NOT NULL")


def upgrade() -> None:
    # No rewriting of a large table: a column without a value, and an index of the rows that have one.
    op.add_column("response", sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(INDEX, "response", ["survey_id", "stored_at"], sqlite_where=IS_KNOWN, postgresql_where=IS_KNOWN)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="response")
    op.drop_column("response", "stored_at")
