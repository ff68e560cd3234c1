"""Participation floors are set by audience.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_AUDIENCES = "audience IN ('workers', 'enterprise', 'grassroots_union')"
_FRONTLINE = "frontline IS NULL OR audience = 'workers'"


def upgrade() -> None:
    # Until now, floors were for workers.
    op.add_column(
        "participation_floor", sa.Column("audience", sa.String(length=20), nullable=False, server_default="workers")
    )
    with op.batch_alter_table("participation_floor") as floor:
        floor.alter_column("audience", existing_type=sa.String(length=20), nullable=False, server_default=None)
        floor.create_check_constraint(op.f("ck_participation_floor_audience"), _AUDIENCES)
        floor.create_check_constraint(op.f("ck_participation_floor_frontline_of_workers"), _FRONTLINE)
        floor.drop_constraint(op.f("uq_participation_floor_survey_id"), type_="unique")
        floor.create_unique_constraint(op.f("uq_participation_floor_survey_id_audience"), ["survey_id", "audience"])


def downgrade() -> None:
    op.execute("DELETE FROM participation_floor WHERE audience <> 'workers'")
    with op.batch_alter_table("participation_floor") as floor:
        floor.drop_constraint(op.f("uq_participation_floor_survey_id_audience"), type_="unique")
        floor.create_unique_constraint(op.f("uq_participation_floor_survey_id"), ["survey_id"])
        floor.drop_constraint(op.f("ck_participation_floor_frontline_of_workers"), type_="check")
        floor.drop_constraint(op.f("ck_participation_floor_audience"), type_="check")
        floor.drop_column("audience")
