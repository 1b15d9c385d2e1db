"""Keeping, ending and putting back check runs: the statements the fan-in rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, Integer, String, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike
from lfassess.db.fragments import FOREVER_SQL
from lfassess.statuses import OPEN, DeferredCode, Outcome, SkipCode, Status


@dataclass(frozen=True, slots=True)
class FanInResult:
    """What is due after a check run's end."""

    assessment_id: int
    lead_id: int
    open_checks: int
    released: tuple[tuple[str, str], ...]  # (name, queue) of checks this end has set free
    rivals_asked: int = 0  # competitors to be measured beside the lead


# The end of a check, the count of what is left and the release of the dependent checks are one
# statement: whoever ends the last independent check, and nobody else, sees rows released.
# A requeued row that nobody has claimed again ('pending', same token) still takes a late result.
_END = text("""
WITH ended AS (
    UPDATE check_runs
       SET status = :status, skip_code = :skip_code, finished_at = clock_timestamp(),
           score = :score, findings = :findings, metrics = :metrics, evidence = :evidence,
           inconclusive_reason = :inconclusive_reason, sandbox = :sandbox,
           cost_usd = cost_usd + :cost_usd,
           content_expires_at = CAST(:content_expires_at AS timestamptz),
           site_key = COALESCE(:site_key, site_key), reused_from = :reused_from,
           error_code = :error_code, error_message = :error_message,
           lease_token = NULL, lease_worker_id = NULL, lease_expires_at = NULL,
           next_attempt_at = NULL, deferred_code = NULL, deferred_reason = NULL
     WHERE id = :id AND lease_token = :token AND status IN ('in_progress', 'pending')
    RETURNING id, assessment_id, depends_on_others, attempt_count, finished_at
), noted AS (
    UPDATE attempts t
       SET outcome = :outcome, finished_at = ended.finished_at, provider = :provider,
           error_code = :error_code, error_message = :error_message, fingerprint = :fingerprint,
           cost_usd = :cost_usd, calls = :calls
      FROM ended WHERE t.check_run_id = ended.id AND t.number = ended.attempt_count
), counted AS (
    UPDATE assessments a
       SET open_checks = a.open_checks - 1,
           open_independent_checks = a.open_independent_checks
               - CASE WHEN ended.depends_on_others THEN 0 ELSE 1 END
      FROM ended WHERE a.id = ended.assessment_id
    RETURNING a.id, a.lead_id, a.open_checks, a.open_independent_checks, a.rivals_asked,
              ended.depends_on_others
), released AS (
    UPDATE check_runs c SET runnable_at = clock_timestamp(), sent_at = clock_timestamp()
      FROM counted
     WHERE c.assessment_id = counted.id AND c.depends_on_others AND c.status = 'pending'
       AND c.runnable_at IS NULL AND counted.open_independent_checks = 0
       AND NOT counted.depends_on_others
    RETURNING c.name, c.queue
)
SELECT counted.id, counted.lead_id, counted.open_checks, counted.rivals_asked, released.name,
       released.queue
  FROM counted LEFT JOIN released ON true
""").bindparams(
    bindparam("findings", type_=JSONB(none_as_null=True)),
    bindparam("metrics", type_=JSONB(none_as_null=True)),
    bindparam("evidence", type_=JSONB(none_as_null=True)),
    bindparam("skip_code", type_=String()),
    bindparam("site_key", type_=String()),
    bindparam("reused_from", type_=BigInteger()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an attempt failed, and what it cost."""

    error_code: str
    error_message: str
    fingerprint: str
    provider: str | None = None
    cost_usd: float = 0.0
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check that ends stores of itself and of its last attempt; plain JSON values."""

    skip_code: SkipCode | None = None
    score: int | None = None
    findings: list[Any] | None = None
    metrics: dict[str, Any] | None = None
    evidence: dict[str, Any] | None = None
    inconclusive_reason: str | None = None
    content_expires_at: str | None = None  # ISO 8601
    sandbox: bool = False
    error_code: str | None = None
    error_message: str | None = None
    fingerprint: str | None = None
    provider: str | None = None
    cost_usd: float = 0.0
    calls: int = 0
    site_key: str | None = None
    reused_from: int | None = None

    @classmethod
    def of_failure(cls, failure: Failure) -> CheckResult:
        """Return what a check stores that failed for good."""
        return cls(**_columns(failure))


def _columns(record: Failure | CheckResult) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def end(
    session: ConnectionLike,
    *,
    check_run_id: int,
    token: UUID,
    status: Status,
    outcome: Outcome,
    result: CheckResult,
) -> FanInResult | None:
    """End a check run for good; None when the lease is no longer held (someone else goes on)."""
    parameters = {
        "id": check_run_id,
        "token": token,
        "status": status.value,
        "outcome": outcome.value,
        **_columns(result),
    }
    rows = session.execute(_END, parameters).all()
    if not rows:
        return None
    released = tuple((row.name, row.queue) for row in rows if row.name is not None)
    one = rows[0]
    return FanInResult(one.id, one.lead_id, one.open_checks, released, one.rivals_asked)


_RETRY = text("""
WITH back AS (
    UPDATE check_runs
       SET status = 'pending', retry_count = retry_count + 1, sent_at = clock_timestamp(),
           next_attempt_at = clock_timestamp() + make_interval(secs => :delay),
           cost_usd = cost_usd + :cost_usd,
           error_code = :error_code, error_message = :error_message,
           lease_token = NULL, lease_worker_id = NULL, lease_expires_at = NULL
     WHERE id = :id AND lease_token = :token AND status = 'in_progress'
    RETURNING id, attempt_count, queue
), noted AS (
    UPDATE attempts t
       SET outcome = 'retry', finished_at = clock_timestamp(), provider = :provider,
           error_code = :error_code, error_message = :error_message, fingerprint = :fingerprint,
           cost_usd = :cost_usd, calls = :calls
      FROM back WHERE t.check_run_id = back.id AND t.number = back.attempt_count
)
SELECT queue FROM back
""")


def schedule_retry(
    session: ConnectionLike, *, check_run_id: int, token: UUID, delay: float, failure: Failure
) -> str | None:
    """Give the lease back for another try in ``delay`` seconds; the queue, or None if not held."""
    return session.execute(
        _RETRY, {"id": check_run_id, "token": token, "delay": delay, **_columns(failure)}
    ).scalar_one_or_none()


# An attempt that bought nothing was none: it leaves no row and no number behind.
_DEFER = text(f"""
WITH back AS (
    UPDATE check_runs
       SET status = 'pending', deferred_code = :code, deferred_reason = :reason,
           sent_at = NULL, cost_usd = cost_usd + :cost_usd,
           next_attempt_at = COALESCE(clock_timestamp() + make_interval(secs => :wait),
                                      {FOREVER_SQL}),
           attempt_count = attempt_count - CASE WHEN :calls > 0 THEN 0 ELSE 1 END,
           lease_token = NULL, lease_worker_id = NULL, lease_expires_at = NULL
     WHERE id = :id AND lease_token = :token AND status = 'in_progress'
    RETURNING id, attempt_count + CASE WHEN :calls > 0 THEN 0 ELSE 1 END AS number
), noted AS (
    UPDATE attempts t
       SET outcome = 'deferred', finished_at = clock_timestamp(), provider = :provider,
           error_code = 'deferred', error_message = :reason, cost_usd = :cost_usd, calls = :calls
      FROM back WHERE t.check_run_id = back.id AND t.number = back.number AND :calls > 0
), dropped AS (
    DELETE FROM attempts t USING back
     WHERE t.check_run_id = back.id AND t.number = back.number AND :calls = 0
)
SELECT id FROM back
""").bindparams(  # noqa: S608 - constant text, values are bound
    bindparam("calls", type_=Integer()), bindparam("wait", type_=Double())
)


def defer(
    session: Session,
    *,
    check_run_id: int,
    token: UUID,
    wait_s: float | None,
    code: DeferredCode,
    reason: str,
    provider: str | None,
    cost_usd: float,
    calls: int,
) -> bool:
    """Put a check aside for ``wait_s`` seconds, or until somebody acts; no retry is used up."""
    values = {
        "id": check_run_id,
        "token": token,
        "wait": wait_s,
        "code": code.value,
        "reason": reason,
        "provider": provider,
        "cost_usd": cost_usd,
        "calls": calls,
    }
    return session.execute(_DEFER, values).one_or_none() is not None


_RELEASE = text("""
WITH back AS (
    UPDATE check_runs
       SET status = 'pending', sent_at = NULL, attempt_count = attempt_count - 1,
           lease_token = NULL, lease_worker_id = NULL, lease_expires_at = NULL
     WHERE id = :id AND lease_token = :token AND status = 'in_progress'
    RETURNING id, attempt_count + 1 AS number
)
DELETE FROM attempts t USING back WHERE t.check_run_id = back.id AND t.number = back.number
""")


def release(session: ConnectionLike, *, check_run_id: int, token: UUID) -> None:
    """Give a lease back unused: another worker starts again."""
    session.execute(_RELEASE, {"id": check_run_id, "token": token})


_MOVE = text("""
WITH back AS (
    UPDATE check_runs
       SET status = 'pending', queue = :queue, sent_at = clock_timestamp(),
           attempt_count = attempt_count - 1,
           lease_token = NULL, lease_worker_id = NULL, lease_expires_at = NULL
     WHERE id = :id AND lease_token = :token AND status = 'in_progress'
    RETURNING id, attempt_count + 1 AS number
), dropped AS (
    DELETE FROM attempts t USING back WHERE t.check_run_id = back.id AND t.number = back.number
)
SELECT id FROM back
""")


def move(session: ConnectionLike, *, check_run_id: int, token: UUID, queue: str) -> bool:
    """Give a lease back unused, to workers of another queue; False if it is no longer held."""
    values = {"id": check_run_id, "token": token, "queue": queue}
    return session.execute(_MOVE, values).one_or_none() is not None


_RELEASE_ALL = text("""
WITH back AS (
    UPDATE check_runs
       SET status = 'pending', sent_at = clock_timestamp(),
           lease_token = NULL, lease_worker_id = NULL, lease_expires_at = NULL
     WHERE status = 'in_progress' AND lease_worker_id = :worker_id
    RETURNING id, assessment_id, lead_id, name, queue, attempt_count
), noted AS (
    UPDATE attempts t SET outcome = 'released', finished_at = clock_timestamp()
      FROM back WHERE t.check_run_id = back.id AND t.number = back.attempt_count
)
SELECT name, lead_id, assessment_id, queue FROM back
""")


def return_worker_leases(session: Session, *, worker_id: UUID) -> list[tuple[str, int, int, str]]:
    """Give back all that a process works on; returns (name, lead id, assessment id, queue)."""
    rows = session.execute(_RELEASE_ALL, {"worker_id": worker_id})
    return [(r.name, r.lead_id, r.assessment_id, r.queue) for r in rows]


_HEARTBEAT = text("""
UPDATE check_runs SET lease_expires_at = clock_timestamp() + make_interval(secs => :ttl)
 WHERE status = 'in_progress' AND lease_worker_id = :worker_id
""")


def extend_leases(session: ConnectionLike, *, worker_id: UUID, ttl: float) -> None:
    """Keep everything this process works on for another ``ttl`` seconds."""
    session.execute(_HEARTBEAT, {"worker_id": worker_id, "ttl": ttl})


_PRIOR = text("""
SELECT name, status, score, findings, metrics, inconclusive_reason AS inconclusive,
       sandbox FROM check_runs
 WHERE assessment_id = :assessment_id AND NOT depends_on_others
""")


_EVIDENCE = text("""
SELECT name, evidence FROM check_runs
 WHERE assessment_id = :assessment_id AND name = ANY(:names) AND status = 'completed'
   AND evidence IS NOT NULL
""")


def evidence_of(
    session: ConnectionLike, assessment_id: int, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the stored evidence of these checks, by name, as far as they have any."""
    rows = session.execute(_EVIDENCE, {"assessment_id": assessment_id, "names": list(names)})
    return {row.name: row.evidence for row in rows}


_REVISE = text("""
UPDATE check_runs c
   SET score = :score, findings = :findings, metrics = :metrics, evidence = :evidence,
       inconclusive_reason = :inconclusive_reason
  FROM assessments a
 WHERE c.assessment_id = :assessment_id AND c.name = :name AND c.status = 'completed'
   AND a.id = c.assessment_id AND a.status = 'in_progress'
RETURNING c.id
""").bindparams(
    bindparam("findings", type_=JSONB()),
    bindparam("metrics", type_=JSONB()),
    bindparam("evidence", type_=JSONB()),
)


def revise(session: ConnectionLike, assessment_id: int, name: str, result: CheckResult) -> bool:
    """Put another judgement in the place of a check's; False once the assessment has closed."""
    row = {"assessment_id": assessment_id, "name": name, **_columns(result)}
    return session.execute(_REVISE, row).one_or_none() is not None


def prior_results(session: ConnectionLike, assessment_id: int) -> dict[str, dict[str, Any]]:
    """Return what the independent checks have stored, by check name."""
    rows: Sequence[Any] = session.execute(_PRIOR, {"assessment_id": assessment_id}).mappings().all()
    return {row["name"]: {k: v for k, v in row.items() if k != "name"} for row in rows}


@dataclass(frozen=True, slots=True)
class RunOutline:
    """How a check of an assessment stands; ``metrics`` where they were asked for."""

    status: str
    metrics: dict[str, Any] | None

    @property
    def takes_part(self) -> bool:
        return self.status != Status.SKIPPED

    @property
    def ended(self) -> bool:
        return self.status not in OPEN


_OUTLINES = text("""
SELECT name, status, CASE WHEN name = ANY(:metrics_of) THEN metrics END AS metrics
  FROM check_runs WHERE assessment_id = :id ORDER BY id
""")


def outlines(
    session: ConnectionLike, assessment_id: int, *, metrics_of: Sequence[str] = ()
) -> dict[str, RunOutline]:
    """Return how an assessment's checks stand, by name, with the metrics of some of them."""
    rows = session.execute(_OUTLINES, {"id": assessment_id, "metrics_of": list(metrics_of)})
    return {row.name: RunOutline(row.status, row.metrics) for row in rows}
