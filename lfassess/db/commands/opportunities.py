"""Stores what ranking made of an audit, when it ends or changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

_SAVE = text("""
INSERT INTO opportunities (lead_id, assessment_id, version, score, need, worth, reach, out, why,
                           findings, parts, codes, technologies)
SELECT a.lead_id, a.id, :version, :score, :need, :worth, :reach, :out, :why,
       CAST(:findings AS jsonb), CAST(:parts AS jsonb), :codes, :technologies
  FROM assessments a
 WHERE a.id = :assessment_id
   AND NOT EXISTS (SELECT FROM assessments later
                    WHERE later.lead_id = a.lead_id AND later.id > a.id
                      AND later.status = 'completed')
ON CONFLICT (lead_id) DO UPDATE
   SET assessment_id = excluded.assessment_id, version = excluded.version,
       score = excluded.score, need = excluded.need, worth = excluded.worth,
       reach = excluded.reach, out = excluded.out, why = excluded.why,
       findings = excluded.findings, parts = excluded.parts, codes = excluded.codes,
       technologies = excluded.technologies, ranked_at = clock_timestamp()
""")


# Any number will do as long as it is ours; one worker at a time is enough.
_LOCK = 0x1F_2EC1


def is_only_ranking(session: ConnectionLike) -> bool:
    """Take the lock of ranking in the background for this transaction; False: another has it."""
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}))


def save(
    session: ConnectionLike,
    assessment_id: int,
    made: dict[str, Any],
    *,
    codes: Sequence[str],
    technologies: Sequence[str],
) -> None:
    """Store what ranking made of an audit; one that a later audit has replaced is left alone.

    Args:
        session: the open transaction.
        assessment_id: which audit.
        made: {version, score, need, worth, reach, out, why, findings, parts}.
        codes: of all its findings to fix.
        technologies: that its website uses, by name.
    """
    values = {
        **made,
        "assessment_id": assessment_id,
        "findings": json.dumps(made["findings"]),
        "parts": json.dumps(made["parts"]),
        "codes": sorted(set(codes)),
        "technologies": sorted(set(technologies)),
    }
    session.execute(_SAVE, values)
