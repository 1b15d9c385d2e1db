"""states of failure patterns; failures of one cause have one fingerprint"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# As lfassess/assessment/execution/fingerprint.py has it; it was provider:code:digest, "-" for no provider.
_UNITE = sa.text("""
UPDATE attempts SET fingerprint =
       CASE WHEN error_code IN ('browser_busy', 'browser_crashed', 'deadline_exceeded',
                                'worker_lost') THEN error_code
            WHEN error_code IN ('content_refused', 'credential_rejected', 'no_web_page',
                                'provider_timeout', 'provider_unavailable', 'quota_exhausted',
                                'rate_limited', 'target_blocked', 'target_forbidden',
                                'target_too_large') THEN concat_ws(':', provider, error_code)
            ELSE regexp_replace(fingerprint, '^-:', '') END
 WHERE fingerprint IS NOT NULL
""")


def upgrade() -> None:
    op.create_table(
        "failure_states",
        sa.Column("check_name", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('acknowledged', 'resolved')", name=op.f("ck_failure_states_state")
        ),
        sa.PrimaryKeyConstraint("check_name", "fingerprint", name=op.f("pk_failure_states")),
    )
    op.execute(_UNITE)


def downgrade() -> None:
    op.drop_table("failure_states")
