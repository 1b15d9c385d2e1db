"""check runs of a website, to be found by its other branches; whose result a check run reused"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("check_runs", sa.Column("site_key", sa.String(), nullable=True))
    op.add_column("check_runs", sa.Column("reused_from", sa.BigInteger(), nullable=True))
    op.add_column("artefacts", sa.Column("check_name", sa.String(), nullable=True))
    op.create_index(
        "ix_check_runs_site_results",
        "check_runs",
        ["site_key", "finished_at"],
        postgresql_where=sa.text(
            "site_key IS NOT NULL AND reused_from IS NULL AND status IN ('completed', 'failed')"
        ),
    )
    op.create_index(
        "ix_check_runs_site_open",
        "check_runs",
        ["site_key"],
        postgresql_where=sa.text(
            "site_key IS NOT NULL AND status IN ('pending', 'in_progress')"
        ),
    )


def downgrade() -> None:
    op.drop_index("ix_check_runs_site_open", "check_runs")
    op.drop_index("ix_check_runs_site_results", "check_runs")
    op.drop_column("artefacts", "check_name")
    op.drop_column("check_runs", "reused_from")
    op.drop_column("check_runs", "site_key")
