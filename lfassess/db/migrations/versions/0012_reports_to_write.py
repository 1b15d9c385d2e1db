"""when to try again to store a report that could not be stored"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "assessments", sa.Column("report_due_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_assessments_report_due",
        "assessments",
        ["report_due_at"],
        postgresql_where=sa.text("report_due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_assessments_report_due", "assessments")
    op.drop_column("assessments", "report_due_at")
