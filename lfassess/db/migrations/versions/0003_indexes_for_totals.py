"""indexes for the totals over everything"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_check_runs_cost",
        "check_runs",
        ["assessment_id"],
        postgresql_include=["cost_usd"],
        postgresql_where=sa.text("cost_usd > 0"),
    )
    op.create_index(
        "ix_check_runs_failed",
        "check_runs",
        ["assessment_id"],
        postgresql_where=sa.text("status = 'failed'"),
    )


def downgrade() -> None:
    op.drop_index("ix_check_runs_failed", table_name="check_runs")
    op.drop_index("ix_check_runs_cost", table_name="check_runs")
