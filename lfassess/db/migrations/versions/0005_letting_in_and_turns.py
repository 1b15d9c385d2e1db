"""indexes for letting leads in, however many wait; whose turn it is to repair"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("control", sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_assessments_pending",
        "assessments",
        ["priority", "id"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_assessments_sent",
        "assessments",
        ["sent_at"],
        postgresql_where=sa.text("status = 'pending' AND sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_assessments_in_progress",
        "assessments",
        ["id"],
        postgresql_where=sa.text("status = 'in_progress'"),
    )
    op.drop_index("ix_assessments_open", table_name="assessments")


def downgrade() -> None:
    op.create_index(
        "ix_assessments_open",
        "assessments",
        ["priority", "id"],
        postgresql_where=sa.text("status IN ('pending', 'in_progress')"),
    )
    for name in ("in_progress", "sent", "pending"):
        op.drop_index(f"ix_assessments_{name}", table_name="assessments")
    op.drop_column("control", "reconciled_at")
