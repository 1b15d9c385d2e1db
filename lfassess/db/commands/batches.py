"""Batches and the assessments that serve their leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lfassess.db.database import Database
from lfassess.db.fragments import REPORTS_LEFT
from lfassess.db.models import Batch
from lfassess.errors import AlreadyRunningError, NotFoundError

# A lead that was assessed within max_age keeps that assessment: nothing is bought twice.
_REUSE = text("""
UPDATE batch_leads b SET assessment_id = recent.id
  FROM (SELECT DISTINCT ON (a.lead_id) a.lead_id, a.id FROM assessments a
          JOIN batch_leads m ON m.lead_id = a.lead_id AND m.batch_id = :batch_id
                            AND m.assessment_id IS NULL
         WHERE a.status IN ('pending', 'in_progress')
            OR (a.status = 'completed'
                AND a.finished_at > now() - make_interval(secs => :max_age))
         ORDER BY a.lead_id, a.id DESC) recent
 WHERE b.batch_id = :batch_id AND b.lead_id = recent.lead_id AND b.assessment_id IS NULL
""")

_WAITING = text("""
SELECT lead_id FROM batch_leads WHERE batch_id = :batch_id AND assessment_id IS NULL
 ORDER BY line NULLS LAST, lead_id LIMIT :limit
""")


_TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))")


def reuse_recent(session: Session, batch_id: int, *, max_age_s: float) -> int:
    """Give the batch's leads their open or recent assessments; returns how many."""
    result = session.execute(_REUSE, {"batch_id": batch_id, "max_age": max_age_s})
    return int(getattr(result, "rowcount", 0))


def with_assessment(session: Session, batch_id: int) -> int:
    """Return how many of the batch's leads have an assessment that serves it."""
    query = text("SELECT count(assessment_id) FROM batch_leads WHERE batch_id = :batch_id")
    return int(session.scalar(query, {"batch_id": batch_id}) or 0)


def leads_without_assessment(session: Session, batch_id: int, limit: int | None) -> list[int]:
    """Return the leads of the batch that nothing has been opened for, in file order."""
    return list(session.scalars(_WAITING, {"batch_id": batch_id, "limit": limit}))


@dataclass(frozen=True, slots=True)
class LeadsOfSite:
    """How many leads have this website and country."""

    website: str | None
    country: str
    leads: int


# Ordered by the host's labels from the last to the first, so that those of one domain are together.
_SITES = text("""
SELECT l.website, l.country, count(*) AS leads
  FROM (SELECT lead_id FROM batch_leads WHERE batch_id = :batch_id AND assessment_id IS NULL
         ORDER BY line NULLS LAST, lead_id LIMIT :limit) waiting
  JOIN leads l ON l.id = waiting.lead_id
 GROUP BY l.website, l.country
 ORDER BY translate(reverse(split_part(split_part(l.website, '/', 3), ':', 1)), '.', ' ')
          COLLATE "C"
""")


def waiting_sites(session: Session, batch_id: int, limit: int | None) -> Iterator[LeadsOfSite]:
    """Yield the websites of the leads that nothing has been opened for, by domain."""
    values = {"batch_id": batch_id, "limit": limit}
    rows = session.execute(_SITES, values, execution_options={"yield_per": 1_000})
    return (LeadsOfSite(row.website, row.country, row.leads) for row in rows)


def attach(session: Session, batch_id: int, opened: dict[int, int]) -> None:
    """Note which assessment serves which lead of the batch."""
    session.execute(
        text("""
        UPDATE batch_leads b SET assessment_id = o.assessment_id
          FROM unnest(CAST(:leads AS bigint[]), CAST(:ids AS bigint[])) o(lead_id, assessment_id)
         WHERE b.batch_id = :batch_id AND b.lead_id = o.lead_id
        """),
        {"batch_id": batch_id, "leads": list(opened), "ids": list(opened.values())},
    )


_SELECT_LEADS = text("""
INSERT INTO batch_leads (batch_id, lead_id)
SELECT :batch_id, l.id FROM leads l
  LEFT JOIN LATERAL (SELECT a.shown_status AS status, a.finished_at FROM assessments a
                      WHERE a.lead_id = l.id ORDER BY a.id DESC LIMIT 1) last ON true
 WHERE NOT l.do_not_contact AND NOT l.rival
   AND ((last.status IS NULL AND 'new' = ANY(:only))
        OR (last.status IN ('failed', 'cancelled') AND last.status = ANY(:only))
        OR (last.status = 'completed' AND 'stale' = ANY(:only)
            AND last.finished_at <= now() - make_interval(secs => :max_age)))
 ORDER BY l.id LIMIT :limit
RETURNING lead_id
""")


def create_from_store(
    session: Session, *, name: str, only: Sequence[str], max_age_s: float, limit: int | None
) -> tuple[int, int]:
    """Make a batch of stored leads that may be contacted; returns (batch id, number of leads).

    Args:
        session: the open transaction.
        name: what to call the batch.
        only: which leads: ``new`` (never assessed), ``failed``, ``cancelled``, ``stale`` (older
            than max_age_s).
        max_age_s: age in seconds from which a completed assessment is stale.
        limit: at most so many leads.
    """
    batch = Batch(name=name, options={"only": list(only)})
    session.add(batch)
    session.flush()
    leads = session.execute(
        _SELECT_LEADS.bindparams(bindparam("only")),
        {"batch_id": batch.id, "only": list(only), "max_age": max_age_s, "limit": limit},
    ).all()
    return batch.id, len(leads)


@contextmanager
def only_run(database: Database, only: Sequence[str]) -> Iterator[None]:
    """Be the only one that sends the store's leads of this selection, for the length of a block.

    Postgres lets go of the lock with its connection: a process that dies holds up nobody.

    Raises:
        AlreadyRunningError: another process is at it.
    """
    selection = ",".join(sorted(set(only)))
    key = {"key": f"lfassess batch --from-db --only {selection}"}
    with database.autocommit() as connection:
        if not connection.scalar(_TRY_LOCK, key):
            raise AlreadyRunningError(
                f"Another run of --from-db --only {selection} is under way.",
                hint="This one ends. `lfassess status` shows the other's leads.",
            )
        try:
            yield
        finally:
            with suppress(DBAPIError):  # a connection that is lost holds no lock
                connection.execute(_UNLOCK, key)


def get(session: Session, batch_id: int) -> Batch:
    """Return the batch; raises NotFoundError."""
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFoundError(f"There is no batch {batch_id}.", hint="`lfassess status` lists them.")
    return batch


# Two that close at the same instant would each see the other still open; one waits here until
# the other has committed, and then looks again.
_LOCK_UNFINISHED = text("""
SELECT id FROM batches
 WHERE finished_at IS NULL
   AND (id = :batch_id
        OR id IN (SELECT batch_id FROM batch_leads WHERE assessment_id = ANY(:assessments)))
 ORDER BY id FOR UPDATE
""").bindparams(bindparam("batch_id", None))

# A batch's own assessments are looked at first, by an index; those it shares with others, and
# reports, only when all of these have ended: this is asked at every lead's end.
_FINISH = text(f"""
UPDATE batches SET finished_at = clock_timestamp()
 WHERE finished_at IS NULL
   AND id = ANY(:ids)
   AND CASE
       WHEN EXISTS (SELECT FROM assessments a
                     WHERE a.batch_id = batches.id AND a.shown_status IN ('pending', 'in_progress'))
       THEN false
       ELSE NOT EXISTS (
            SELECT FROM batch_leads b JOIN assessments a ON a.id = b.assessment_id
             WHERE b.batch_id = batches.id AND a.status IN ('pending', 'in_progress'))
        AND NOT EXISTS (SELECT {REPORTS_LEFT} AND m.batch_id = batches.id)
       END
RETURNING id
""")  # noqa: S608 - constant text, values are bound


def finish(
    session: Session, ended: Sequence[int] = (), *, batch_id: int | None = None
) -> list[int]:
    """Note the end of batches with no open assessment, and no report that waits for competitors.

    Args:
        session: the open transaction.
        ended: assessments that have just ended, or wait no more; looks at their batches.
        batch_id: a batch to look at as well.

    Returns:
        Their ids.
    """
    values = {"assessments": list(ended), "batch_id": batch_id}
    ids = list(session.scalars(_LOCK_UNFINISHED, values))
    return list(session.scalars(_FINISH, {"ids": ids})) if ids else []
