"""Who may not be called or written to: put on the list, taken off it, and marked among leads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

_ADD = text("""
INSERT INTO suppressions (kind, value, note)
SELECT given.kind, given.value, :note
  FROM unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS given(kind, value)
ON CONFLICT (kind, value) DO UPDATE SET note = coalesce(excluded.note, suppressions.note)
RETURNING xmax = 0
""")
_REMOVE = text("""
DELETE FROM suppressions s
 USING unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS given(kind, value)
 WHERE s.kind = given.kind AND s.value = given.value
RETURNING s.kind
""")
# A domain on the list counts for all below it: what is left of a host after each dot is looked up.
_MARK = text("""
WITH lead AS (
    SELECT id, phone, extra, do_not_contact,
           string_to_array(lower(substring(website FROM '//([^/:?#]+)')), '.') AS labels
      FROM leads WHERE CAST(:lead AS bigint) IS NULL OR id = :lead
), meant AS (
    SELECT lead.id,
           EXISTS (SELECT FROM suppressions s WHERE s.kind = 'phone' AND s.value = lead.phone)
           OR EXISTS (SELECT FROM generate_series(1, cardinality(lead.labels)) AS n
                        JOIN suppressions s
                          ON s.kind = 'domain'
                         AND s.value = array_to_string(lead.labels[n:], '.'))
           OR EXISTS (SELECT FROM jsonb_each_text(lead.extra) AS custom
                        JOIN suppressions s
                          ON s.kind = 'email' AND s.value = lower(trim(custom.value))) AS marked
      FROM lead
)
UPDATE leads SET do_not_contact = meant.marked FROM meant
 WHERE leads.id = meant.id AND leads.do_not_contact <> meant.marked
""")

Entries = Sequence[tuple[str, str]]  # (kind, value)


def add(session: ConnectionLike, entries: Entries, *, note: str | None = None) -> int:
    """Put entries on the list and mark the leads they mean; returns how many were new."""
    rows = session.execute(_ADD, {**_columns(entries), "note": note})
    new = sum(bool(row[0]) for row in rows)
    mark(session)
    return new


def remove(session: ConnectionLike, entries: Entries) -> int:
    """Take entries off the list and free the leads they meant; returns how many were on it."""
    found = len(session.execute(_REMOVE, _columns(entries)).all())
    mark(session)
    return found


def mark(session: ConnectionLike, lead_id: int | None = None) -> None:
    """Mark the leads that the list means, and free the others: one, or all."""
    session.execute(_MARK, {"lead": lead_id})


def _columns(entries: Entries) -> dict[str, list[str]]:
    once = list(dict.fromkeys(entries))
    return {"kinds": [kind for kind, _ in once], "values": [value for _, value in once]}
