"""competitors that are measured beside a lead"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_COUNTED = ["batch_id", "shown_status"]
_BESIDE = ["started_at", "finished_at"]


def upgrade() -> None:
    for table in ("leads", "assessments"):
        op.add_column(
            table, sa.Column("rival", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    op.add_column(
        "assessments",
        sa.Column("rivals_asked", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.create_table(
        "assessment_rivals",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("bare", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("refused", sa.String(), nullable=True),
        sa.Column("rival_assessment_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_rivals"),
        sa.CheckConstraint(
            "source IN ('given', 'list', 'semrush', 'google')", name="ck_assessment_rivals_source"
        ),
        sa.CheckConstraint(
            "refused IN ('unreadable', 'same_site', 'platform', 'suppressed')",
            name="ck_assessment_rivals_refused",
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name="fk_assessment_rivals_assessment_id_assessments",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rival_assessment_id"],
            ["assessments.id"],
            name="fk_assessment_rivals_rival_assessment_id_assessments",
            ondelete="SET NULL",
        ),
    )
    op.create_index(
        "uq_assessment_rivals_site", "assessment_rivals", ["assessment_id", "site"], unique=True
    )
    op.create_index(
        "ix_assessment_rivals_rival_assessment_id", "assessment_rivals", ["rival_assessment_id"]
    )
    op.create_index("ix_assessments_rival", "assessments", ["id"], postgresql_where=sa.text("rival"))
    # Counting leaves rivals out, and goes on by this index alone.
    op.drop_index("ix_assessments_batch_id_shown_status", "assessments")
    op.create_index(
        "ix_assessments_batch_id_shown_status",
        "assessments",
        _COUNTED,
        postgresql_include=[*_BESIDE, "rival"],
    )


def downgrade() -> None:
    op.drop_index("ix_assessments_batch_id_shown_status", "assessments")
    op.create_index(
        "ix_assessments_batch_id_shown_status", "assessments", _COUNTED, postgresql_include=_BESIDE
    )
    op.execute("DELETE FROM leads WHERE rival")
    op.drop_table("assessment_rivals")
    op.drop_column("assessments", "rivals_asked")
    for table in ("assessments", "leads"):
        op.drop_column(table, "rival")
