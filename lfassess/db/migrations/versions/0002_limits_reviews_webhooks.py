"""provider calls, pace and breakers, control, reviews, webhooks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "control",
        sa.Column("id", sa.Integer(), server_default="1", nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by_rule", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_control_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control")),
    )
    op.execute("INSERT INTO control DEFAULT VALUES")
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "provider_states",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("day_calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("balance_units", sa.BigInteger(), nullable=True),
        sa.Column("balance_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("openings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_states")),
    )
    op.create_table(
        "finding_overrules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("check_name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_finding_overrules_assessment_id_assessments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_overrules")),
    )
    op.create_index(
        "uq_finding_overrules_finding",
        "finding_overrules",
        ["assessment_id", "check_name", "code"],
        unique=True,
    )
    op.create_table(
        "reviews",
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "reasons", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('needs_review', 'approved', 'issued')", name=op.f("ck_reviews_state")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_reviews_assessment_id_assessments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_state", "reviews", ["state", "assessment_id"], unique=False)
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_webhook_deliveries_assessment_id_assessments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
            name=op.f("fk_webhook_deliveries_batch_id_batches"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_table(
        "provider_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("check_run_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("reserved_usd", sa.Double(), server_default="0", nullable=False),
        sa.Column("cost_usd", sa.Double(), server_default="0", nullable=False),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("units", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_run_id"],
            ["check_runs.id"],
            name=op.f("fk_provider_calls_check_run_id_check_runs"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_calls")),
    )
    op.create_index(
        "ix_provider_calls_answered",
        "provider_calls",
        ["provider", "request_key", "finished_at"],
        unique=False,
        postgresql_where=sa.text("answer IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_provider_calls_check_run_id"), "provider_calls", ["check_run_id"], unique=False
    )
    op.create_index(
        "ix_provider_calls_finished_at", "provider_calls", ["finished_at"], unique=False
    )
    op.create_index(
        "ix_provider_calls_in_flight",
        "provider_calls",
        ["provider", "expires_at"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.add_column("assessments", sa.Column("batch_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "assessments", sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "assessments", sa.Column("max_age_s", sa.Double(), server_default="0", nullable=False)
    )
    op.create_index(
        "ix_assessments_batch_id_status",
        "assessments",
        ["batch_id", "status"],
        unique=False,
        postgresql_include=["started_at", "finished_at"],
    )
    op.create_foreign_key(
        op.f("fk_assessments_batch_id_batches"),
        "assessments",
        "batches",
        ["batch_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.add_column("batches", sa.Column("budget_usd", sa.Double(), nullable=True))
    op.add_column(
        "batches", sa.Column("spent_usd", sa.Double(), server_default="0", nullable=False)
    )
    op.add_column(
        "batches", sa.Column("reserved_usd", sa.Double(), server_default="0", nullable=False)
    )
    op.add_column("batches", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("batches", sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("check_runs", sa.Column("parked", sa.String(), nullable=True))
    op.add_column(
        "check_runs", sa.Column("replays", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "leads",
        sa.Column(
            "pins", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.create_index("ix_check_runs_finished_at", "check_runs", ["finished_at"], unique=False)
    op.create_index(
        "ix_assessments_finished_at",
        "assessments",
        ["finished_at"],
        unique=False,
        postgresql_include=["status"],
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.create_index(
        "ix_attempts_failed_at",
        "attempts",
        ["finished_at"],
        unique=False,
        postgresql_include=["outcome"],
        postgresql_where=sa.text("error_code IS NOT NULL"),
    )
    op.create_index(
        "ix_check_runs_parked",
        "check_runs",
        ["parked", "retry_at"],
        unique=False,
        postgresql_where=sa.text("parked IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_check_runs_parked", table_name="check_runs")
    op.drop_index("ix_attempts_failed_at", table_name="attempts")
    op.drop_index("ix_assessments_finished_at", table_name="assessments")
    op.drop_index("ix_check_runs_finished_at", table_name="check_runs")
    op.drop_column("leads", "pins")
    op.drop_column("check_runs", "replays")
    op.drop_column("check_runs", "parked")
    op.drop_column("batches", "finished_at")
    op.drop_column("batches", "cancelled_at")
    op.drop_column("batches", "reserved_usd")
    op.drop_column("batches", "spent_usd")
    op.drop_column("batches", "budget_usd")
    op.drop_constraint(op.f("fk_assessments_batch_id_batches"), "assessments", type_="foreignkey")
    op.drop_index("ix_assessments_batch_id_status", table_name="assessments")
    op.drop_column("assessments", "max_age_s")
    op.drop_column("assessments", "deadline_at")
    op.drop_column("assessments", "batch_id")
    op.drop_index(
        "ix_provider_calls_in_flight",
        table_name="provider_calls",
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index("ix_provider_calls_finished_at", table_name="provider_calls")
    op.drop_index(op.f("ix_provider_calls_check_run_id"), table_name="provider_calls")
    op.drop_index(
        "ix_provider_calls_answered",
        table_name="provider_calls",
        postgresql_where=sa.text("answer IS NOT NULL"),
    )
    op.drop_table("provider_calls")
    op.drop_index(
        "ix_webhook_deliveries_due",
        table_name="webhook_deliveries",
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.drop_table("webhook_deliveries")
    op.drop_index("ix_reviews_state", table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("uq_finding_overrules_finding", table_name="finding_overrules")
    op.drop_table("finding_overrules")
    op.drop_table("provider_states")
    op.drop_table("idempotency_keys")
    op.drop_table("control")
