"""what pages count of calls and assessments, in indexes that hold all of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_CALLS = ["provider", "state", "calls", "units", "cost_usd", "error_code"]
_ENDED = sa.text("finished_at IS NOT NULL")


def upgrade() -> None:
    _again("ix_provider_calls_finished_at", "provider_calls", include=_CALLS)
    _again(
        "ix_assessments_finished_at",
        "assessments",
        include=["status", "shown_status", "rival"],
        where=_ENDED,
    )
    op.create_index("ix_assessments_sandbox", "assessments", ["id"], postgresql_where=sa.text("sandbox"))


def downgrade() -> None:
    op.drop_index("ix_assessments_sandbox", "assessments")
    _again("ix_assessments_finished_at", "assessments", include=["status"], where=_ENDED)
    _again("ix_provider_calls_finished_at", "provider_calls", include=[])


def _again(
    name: str, table: str, *, include: list[str], where: sa.TextClause | None = None
) -> None:
    op.drop_index(name, table)
    op.create_index(
        name, table, ["finished_at"], postgresql_include=include, postgresql_where=where
    )
