"""What is past its time: files of assessments, and providers' content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.queries.listing import STALE_REPORT

# Dependent checks wrote from what the others found; their text goes with it, and so do the trade
# that Google named and the ranking, which says its reviews; `lfassess leads rank` makes another of
# what is left. Scores are our own.
_EXPIRE = text("""
WITH due AS (
    SELECT DISTINCT assessment_id FROM check_runs
     WHERE content_expires_at <= statement_timestamp()
       AND (CAST(:assessment_id AS bigint) IS NULL OR assessment_id = :assessment_id)
), expired AS (
    UPDATE check_runs c
       SET findings = NULL, metrics = NULL, evidence = NULL, inconclusive_reason = :words,
           content_expires_at = NULL, content_expired_at = clock_timestamp()
      FROM due
     WHERE c.assessment_id = due.assessment_id AND c.status = 'completed'
       AND (c.content_expires_at <= statement_timestamp() OR c.depends_on_others)
    RETURNING c.id
), unranked AS (
    DELETE FROM opportunities o USING due WHERE o.assessment_id = due.assessment_id
), nameless AS (
    UPDATE assessments a
       SET category = NULL,
           benchmark = CASE WHEN a.benchmark ->> 'trade' = a.category
                            THEN (a.benchmark || '{"trade": null}') #- '{groups,trade}'
                            ELSE a.benchmark END
     WHERE a.category IS NOT NULL AND a.id IN (
           SELECT assessment_id FROM check_runs
            WHERE name = 'gbp' AND content_expires_at <= statement_timestamp()
              AND assessment_id IN (SELECT assessment_id FROM due))
)
SELECT count(*) FROM expired
""")
_WORDS = "What was found has expired by its source's terms and was deleted; assess the lead again"

_OLD_FILES = f"""
  FROM artefacts f JOIN assessments a ON a.id = f.assessment_id
 WHERE a.finished_at < :before OR ({STALE_REPORT})
"""
_OLD = text(f"SELECT f.id, f.uri {_OLD_FILES} ORDER BY f.id LIMIT :limit")
_COUNT_OLD = text(f"SELECT count(*) {_OLD_FILES}")
_STALE = text(f"""
SELECT f.id, f.uri FROM artefacts f
 WHERE f.assessment_id IN (
       SELECT assessment_id FROM check_runs WHERE content_expired_at IS NOT NULL)
   AND ({STALE_REPORT})
 ORDER BY f.id LIMIT :limit
""")  # noqa: S608 - constant text, values are bound

_FORGET = text("""
UPDATE provider_calls SET answer = NULL
 WHERE provider = :provider AND answer IS NOT NULL AND finished_at < :before
""")


def expire(session: Session, assessment_id: int | None = None) -> int:
    """Delete what providers' terms let us keep no longer, of one assessment or of all.

    Returns:
        Of how many check runs.
    """
    return int(session.scalar(_EXPIRE, {"assessment_id": assessment_id, "words": _WORDS}) or 0)


def old_files(session: Session, before: datetime, *, limit: int) -> list[tuple[int, str]]:
    """Return (artefact id, URI) of files whose assessments ended before then, oldest first.

    Reports that tell what has expired are among them, however young.
    """
    rows = session.execute(_OLD, {"before": before, "limit": limit})
    return [(row.id, row.uri) for row in rows]


def count_old_files(session: Session, before: datetime) -> int:
    """Return how many files ``old_files`` would return without a limit."""
    return int(session.scalar(_COUNT_OLD, {"before": before}) or 0)


def stale_reports(session: Session, *, limit: int) -> list[tuple[int, str]]:
    """Return (artefact id, URI) of stored reports that tell what has expired, oldest first."""
    return [(row.id, row.uri) for row in session.execute(_STALE, {"limit": limit})]


def forget_files(session: Session, ids: Sequence[int]) -> None:
    """Remove the rows of files that are gone."""
    session.execute(text("DELETE FROM artefacts WHERE id = ANY(:ids)"), {"ids": list(ids)})


def providers_with_answers(session: Session) -> list[str]:
    """Return the providers whose responses are cached."""
    statement = text("SELECT DISTINCT provider FROM provider_calls WHERE answer IS NOT NULL")
    return sorted(session.scalars(statement))


def forget_answers(session: Session, provider: str, before: datetime) -> int:
    """Drop what a provider answered before then; what it cost stays booked. Returns how many."""
    result = session.execute(_FORGET, {"provider": provider, "before": before})
    return int(getattr(result, "rowcount", 0))
