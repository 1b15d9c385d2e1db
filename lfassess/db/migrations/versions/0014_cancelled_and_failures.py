"""cancelled assessments have a word of their own; indexes for counting failures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SHOWN = "CASE WHEN status = 'failed' AND summary ? 'cancelled' THEN 'cancelled' ELSE status END"


def upgrade() -> None:
    op.add_column(
        "assessments",
        sa.Column("shown_status", sa.String(), sa.Computed(_SHOWN, persisted=True), nullable=False),
    )
    op.drop_index("ix_assessments_batch_id_status", "assessments")
    op.create_index(
        "ix_assessments_batch_id_shown_status",
        "assessments",
        ["batch_id", "shown_status"],
        postgresql_include=["started_at", "finished_at"],
    )
    op.drop_index("ix_attempts_failures", "attempts")
    op.drop_index("ix_attempts_failed_at", "attempts")
    op.create_index("ix_attempts_finished_at", "attempts", ["finished_at"])
    op.create_index(
        "ix_attempts_unsuccessful",
        "attempts",
        ["finished_at"],
        postgresql_include=[
            "id", "check_run_id", "number", "outcome", "provider", "error_code", "fingerprint",
        ],
        postgresql_where=sa.text("error_code IS NOT NULL OR outcome = 'released'"),
    )  # fmt: skip
    op.drop_index("ix_check_runs_failed", "check_runs")
    op.create_index(
        "ix_check_runs_failed",
        "check_runs",
        ["assessment_id"],
        postgresql_include=["finished_at"],
        postgresql_where=sa.text("status = 'failed'"),
    )
    op.create_index(
        "ix_check_runs_replayed", "check_runs", ["id"], postgresql_where=sa.text("replays > 0")
    )


def downgrade() -> None:
    op.drop_index("ix_check_runs_replayed", "check_runs")
    op.drop_index("ix_check_runs_failed", "check_runs")
    op.create_index(
        "ix_check_runs_failed",
        "check_runs",
        ["assessment_id"],
        postgresql_where=sa.text("status = 'failed'"),
    )
    op.drop_index("ix_attempts_unsuccessful", "attempts")
    op.drop_index("ix_attempts_finished_at", "attempts")
    op.create_index(
        "ix_attempts_failed_at",
        "attempts",
        ["finished_at"],
        postgresql_include=["outcome"],
        postgresql_where=sa.text("error_code IS NOT NULL"),
    )
    op.create_index("ix_attempts_failures", "attempts", ["error_code", "finished_at"])
    op.drop_index("ix_assessments_batch_id_shown_status", "assessments")
    op.create_index(
        "ix_assessments_batch_id_status",
        "assessments",
        ["batch_id", "status"],
        postgresql_include=["started_at", "finished_at"],
    )
    op.drop_column("assessments", "shown_status")
