"""The rule by which answers from 0 to 10 are read is chosen per survey.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("survey") as survey:
        survey.add_column(sa.Column("nps_rule_id", sa.Integer(), nullable=True))
        survey.create_foreign_key(
            op.f("fk_survey_nps_rule_id"), "metric_rule", ["nps_rule_id"], ["id"], ondelete="RESTRICT"
        )
    table = sa.table("survey", sa.column("nps_rule_id"))
    rule = sa.table("metric_rule", sa.column("id"), sa.column("name"), sa.column("version"))
    shipped = sa.select(rule.c.id).where(rule.c.name == "nps", rule.c.version == 1).scalar_subquery()
    op.execute(table.update().values(nps_rule_id=shipped))


def downgrade() -> None:
    with op.batch_alter_table("survey") as survey:
        survey.drop_constraint(op.f("fk_survey_nps_rule_id"), type_="foreignkey")
        survey.drop_column("nps_rule_id")
