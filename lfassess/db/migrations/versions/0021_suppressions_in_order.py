"""entries of the do-not-contact list carry the order they were made in, for pages of the list"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "suppressions", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)
    )
    op.create_unique_constraint("uq_suppressions_id", "suppressions", ["id"])


def downgrade() -> None:
    op.drop_column("suppressions", "id")
