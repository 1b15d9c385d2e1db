"""leads whose list named no scheme; the address that answers, once for an assessment"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "leads", sa.Column("bare", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("assessments", sa.Column("site_url", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("assessments", "site_url")
    op.drop_column("leads", "bare")
