"""What is too old to be kept: files of assessments, and answers of providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_OLD_FILES = text("""
SELECT f.id, f.uri FROM artefacts f JOIN assessments a ON a.id = f.assessment_id
 WHERE a.finished_at < :before ORDER BY f.id LIMIT :limit
""")

_FORGET = text("""
UPDATE provider_calls SET answer = NULL
 WHERE provider = :provider AND answer IS NOT NULL AND finished_at < :before
""")


def old_files(session: Session, before: datetime, *, limit: int) -> list[tuple[int, str]]:
    """Return (artefact id, URI) of files whose assessments ended before then, oldest first."""
    rows = session.execute(_OLD_FILES, {"before": before, "limit": limit})
    return [(row.id, row.uri) for row in rows]


def count_old_files(session: Session, before: datetime) -> int:
    """Return how many files belong to assessments that ended before then."""
    statement = text(
        "SELECT count(*) FROM artefacts f JOIN assessments a ON a.id = f.assessment_id"
        " WHERE a.finished_at < :before"
    )
    return int(session.scalar(statement, {"before": before}) or 0)


def forget_files(session: Session, ids: Sequence[int]) -> None:
    """Remove the rows of files that are gone."""
    session.execute(text("DELETE FROM artefacts WHERE id = ANY(:ids)"), {"ids": list(ids)})


def providers_with_answers(session: Session) -> list[str]:
    """Return the providers whose answers are kept."""
    statement = text("SELECT DISTINCT provider FROM provider_calls WHERE answer IS NOT NULL")
    return sorted(session.scalars(statement))


def forget_answers(session: Session, provider: str, before: datetime) -> int:
    """Drop what a provider answered before then; what it cost stays booked. Returns how many."""
    result = session.execute(_FORGET, {"provider": provider, "before": before})
    return int(getattr(result, "rowcount", 0))
