"""how often Lighthouse measures a phone, asked for with an assessment"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessments", sa.Column("lighthouse_runs", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("assessments", "lighthouse_runs")
