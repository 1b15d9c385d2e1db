"""content of providers that may be stored for some time only"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("expires_at", "expired_at"):
        op.add_column("check_runs", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE check_runs SET expires_at = finished_at + interval '30 days'"
        " WHERE name = 'gbp' AND status = 'completed'"
    )
    op.create_index(
        "ix_check_runs_expires_at",
        "check_runs",
        ["expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_check_runs_expires_at", table_name="check_runs")
    for name in ("expired_at", "expires_at"):
        op.drop_column("check_runs", name)
