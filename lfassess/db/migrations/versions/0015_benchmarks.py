"""what trade a lead is in, and what an audit's score is compared with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_AREAS = (
    "speed", "security", "accessibility", "search_basics", "search_visibility", "google_profile",
    "first_impression",
)  # fmt: skip
_SCORES = ", ".join(f"(summary #>> '{{areas,{name},score}}')::numeric::smallint" for name in _AREAS)


def upgrade() -> None:
    op.add_column("leads", sa.Column("industry", sa.String(), nullable=True))
    op.add_column("assessments", sa.Column("category", sa.String(), nullable=True))
    op.add_column("assessments", sa.Column("benchmark", JSONB(), nullable=True))
    op.add_column(
        "assessments",
        sa.Column(
            "area_scores",
            sa.ARRAY(sa.SmallInteger()),
            sa.Computed(f"ARRAY[{_SCORES}]", persisted=True),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_assessments_scored",
        "assessments",
        ["scoring_version", "sandbox", "lead_id", "id"],
        postgresql_include=["score", "category", "area_scores"],
        postgresql_where=sa.text("status = 'completed' AND score IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_assessments_scored", "assessments")
    op.drop_column("assessments", "area_scores")
    op.drop_column("assessments", "benchmark")
    op.drop_column("assessments", "category")
    op.drop_column("leads", "industry")
