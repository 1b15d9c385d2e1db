"""checks that wait until somebody acts have a date of their own, see db/held.py"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # They were put off by a year; nothing else is put off by half of that.
    op.execute(
        "UPDATE check_runs SET retry_at = '9000-01-01 00:00:00+00'"
        " WHERE status = 'pending' AND parked IS NOT NULL"
        " AND retry_at > now() + interval '180 days'"
    )


def downgrade() -> None:
    """Leave the dates: the release before reads them as it reads its own."""
