"""leads are distinguished by site and place instead of by site and name"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The application looks leads up by their site and compares places itself, so that these keys need
# only begin with the site and be unique; two leads that would share one are distinguished by their id.
_REWRITE = """
WITH keyed AS (
    SELECT id, CASE WHEN website IS NULL
        THEN '-|' || coalesce(phone, place, '') || '|' || lower(name)
        ELSE replace(regexp_replace(website, '^https?://(www[.])?([^/?#]+).*$', '\\2'), '|', '%7C')
             || '|' || coalesce(place, phone, '') END AS key
      FROM (SELECT id, name, website, phone,
                   nullif(trim(regexp_replace(lower(address), '[^[:alnum:]]+', ' ', 'g')), '') AS place
              FROM leads) AS places
), numbered AS (
    SELECT id, key, row_number() OVER (PARTITION BY key ORDER BY id) AS number FROM keyed
)
UPDATE leads l
   SET dedupe_key = CASE WHEN n.number > 1 THEN left(n.key, 200) || '|#' || n.id
                         WHEN octet_length(n.key) > 1000
                         THEN 'sha256:' || encode(sha256(convert_to(n.key, 'UTF8')), 'hex')
                         ELSE n.key END
  FROM numbered n WHERE l.id = n.id
"""


def upgrade() -> None:
    # Out of the way first, since a new key may be another lead's old one.
    op.execute("UPDATE leads SET dedupe_key = '#' || id")
    op.execute(sa.text(_REWRITE.replace(":", "\\:")))
    op.create_index("ix_leads_site", "leads", [sa.text("split_part(dedupe_key, '|', 1)")])


def downgrade() -> None:
    # The keys stay: the schema before asks of them no more than to be unique.
    op.drop_index("ix_leads_site", table_name="leads")
