"""the few leads and assessments that lists leave out, in indexes of their own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_FEW = (
    ("ix_assessments_unfinished", "assessments", "status <> 'completed'"),
    ("ix_leads_do_not_contact", "leads", "do_not_contact"),
)


def upgrade() -> None:
    for name, table, which in _FEW:
        op.create_index(name, table, ["id"], postgresql_where=sa.text(which))


def downgrade() -> None:
    for name, table, _ in reversed(_FEW):
        op.drop_index(name, table)
