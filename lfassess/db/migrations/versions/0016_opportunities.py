"""what ranking made of each lead's newest audit"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opportunities",
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("score", "need", "worth", "reach")
        ),
        sa.Column("out", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("parts", JSONB(), nullable=False),
        sa.Column("codes", ARRAY(sa.String()), nullable=False),
        sa.Column("technologies", ARRAY(sa.String()), nullable=False),
        sa.Column(
            "ranked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("lead_id", name="pk_opportunities"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_opportunities_lead_id_leads", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name="fk_opportunities_assessment_id_assessments",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_opportunities_assessment_id", "opportunities", ["assessment_id"])
    op.create_index(
        "ix_opportunities_order",
        "opportunities",
        [sa.text("score DESC"), sa.text("need DESC"), "lead_id"],
        postgresql_where=sa.text("out IS NULL"),
    )
    for column in ("codes", "technologies"):
        op.create_index(
            f"ix_opportunities_{column}", "opportunities", [column], postgresql_using="gin"
        )


def downgrade() -> None:
    op.drop_table("opportunities")
