"""the order of lists' own columns; what filters ask of assessments, in indexes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_custom_fields"),
    )
    op.execute("""
        INSERT INTO custom_fields (name)
        SELECT name FROM (SELECT DISTINCT jsonb_object_keys(extra) AS name FROM leads) known
         ORDER BY name
    """)
    op.create_index(
        "ix_assessments_completed",
        "assessments",
        ["lead_id", "id"],
        postgresql_include=["score", "grade", "scoring_version", "area_scores"],
        postgresql_where=sa.text("status = 'completed'"),
    )
    op.create_index(
        "ix_assessments_newest",
        "assessments",
        ["lead_id", "id"],
        postgresql_include=["shown_status"],
    )


def downgrade() -> None:
    op.drop_index("ix_assessments_newest", "assessments")
    op.drop_index("ix_assessments_completed", "assessments")
    op.drop_table("custom_fields")
