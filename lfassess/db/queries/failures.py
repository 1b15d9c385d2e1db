"""Failures: patterns of them with their states, totals, their course, and the checks behind.

The one read side of `lfassess errors`, `GET /api/v1/errors` and the pages: attempts that ended
within the period count, whatever became of their checks since; checks count once each, as they
stand now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import NOT_OF_A_RIVAL

Trend = Literal["rising", "falling", "steady", "unknown"]
State = Literal["new", "acknowledged", "resolved", "came_back"]
WINDOWS: Final = 8  # equal parts of the period that attempts are counted in
_MARKED: Final = 1.5  # times more, or less, in the second half of the period


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of failure at one check."""

    check: str
    provider: str | None
    code: str
    fingerprint: str
    attempts: int  # failed attempts, those that were retried included
    checks_failed: int  # checks that failed for good, whatever became of them since
    still_failed: int  # checks that are failed now because of it
    leads: int
    first_seen: datetime  # within the period
    last_seen: datetime
    windows: list[int]  # failed attempts in WINDOWS equal parts of the period
    message: str | None  # the latest
    example_leads: list[int]
    state: State
    note: str | None  # of whoever set the state
    share: float = 0.0  # of all attempts of the period
    trend: Trend = "unknown"

    @property
    def id(self) -> str:
        """What commands name it by."""
        return f"{self.check}:{self.fingerprint}"


@dataclass(frozen=True, slots=True)
class Shares:
    """What the failures are a share of."""

    attempts: int
    failed_attempts: int
    checks_ended: int  # and were not sent again since
    checks_failed: int  # for good, whatever became of them since
    still_failed: int  # checks that are failed now
    earlier: int  # attempts in the first half of the period
    later: int  # attempts in the second half


@dataclass(frozen=True, slots=True)
class Report:
    """What failed in a period, worst first; resolved patterns last."""

    since: datetime
    shares: Shares
    patterns: list[Pattern]

    @property
    def failure_share(self) -> float:
        """How many of the checks that have ended are failed, 0 to 1."""
        s = self.shares
        return s.still_failed / s.checks_ended if s.checks_ended else 0.0


def trend(earlier: int, later: int, of_earlier: int, of_later: int) -> Trend:
    """Return how a pattern's share of the attempts has changed from the first half to the second.

    Args:
        earlier: its failed attempts in the first half of the period.
        later: those in the second half.
        of_earlier: all attempts in the first half; without any there is nothing to compare.
        of_later: all attempts in the second half.
    """
    if not of_earlier or not of_later:
        return "unknown"
    before, after = earlier / of_earlier, later / of_later
    if after > before * _MARKED:
        return "rising"
    return "falling" if after * _MARKED < before else "steady"


@dataclass(frozen=True, slots=True)
class FailureFilter:
    """Which failures; None takes any."""

    since: datetime
    batch_id: int | None = None
    check: str | None = None
    code: str | None = None
    fingerprint: str | None = None

    @property
    def names_checks(self) -> bool:
        """Whether check runs must be looked at to tell which failures are meant."""
        return self.batch_id is not None or self.check is not None

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def failed(attempt: str) -> str:
    """Return the condition on attempts of this alias; check runs, which are many, are not asked."""
    return f"""
   {attempt}.error_code IS NOT NULL AND {attempt}.outcome IN ('failed', 'retry', 'lost')
   AND {attempt}.finished_at >= :since
   AND (CAST(:code AS text) IS NULL OR {attempt}.error_code = :code)
   AND (CAST(:fingerprint AS text) IS NULL
        OR COALESCE({attempt}.fingerprint, {attempt}.error_code) = :fingerprint)
"""


_MEMBER = """
   AND (CAST(:batch_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM batch_leads b WHERE b.batch_id = :batch_id
           AND b.assessment_id = c.assessment_id))
"""
OF_CHECK = f"""AND (CAST(:check AS text) IS NULL OR c.name = :check) {_MEMBER}
   AND {NOT_OF_A_RIVAL}
"""
JOIN = "JOIN check_runs c ON c.id = t.check_run_id"
_WINDOW = "LEAST(floor(date_part('epoch', t.finished_at - :since) / :width), :windows - 1)"
_COUNTED = ", ".join(f"count(*) FILTER (WHERE place = {n}) AS in_{n}" for n in range(WINDOWS))
_SUMMED = ", ".join(f"sum(in_{n})" for n in range(WINDOWS))
# First by check run, which takes most of the rows away, then by pattern.
_PATTERNS = text(f"""
SELECT f.*, s.note, (SELECT error_message FROM attempts WHERE id = f.last_id) AS message,
       CASE WHEN s.state IS NULL THEN 'new'
            WHEN s.state = 'resolved' AND f.last_seen > s.changed_at THEN 'came_back'
            ELSE s.state END AS state
  FROM (SELECT c.name AS check, max(t.provider) AS provider, t.error_code AS code, t.fingerprint,
               sum(attempts)::bigint AS attempts,
               count(*) FILTER (WHERE failed_for_good) AS checks_failed,
               count(*) FILTER (WHERE c.status = 'failed' AND last_number = c.attempt_count)
                   AS still_failed,
               count(DISTINCT c.lead_id) AS leads,
               min(first_seen) AS first_seen, max(last_seen) AS last_seen,
               ARRAY[{_SUMMED}]::bigint[] AS windows, max(last_id) AS last_id,
               (array_agg(DISTINCT c.lead_id))[1:5] AS example_leads
          FROM (SELECT check_run_id, error_code, fingerprint, max(provider) AS provider,
                       count(*) AS attempts,
                       bool_or(outcome = 'failed') AS failed_for_good,
                       max(number) AS last_number, max(id) AS last_id,
                       min(finished_at) AS first_seen, max(finished_at) AS last_seen, {_COUNTED}
                  FROM (SELECT t.id, t.check_run_id, t.number, t.provider, t.error_code,
                               t.outcome, t.finished_at,
                               COALESCE(t.fingerprint, t.error_code) AS fingerprint,
                               {_WINDOW} AS place
                          FROM attempts t WHERE {failed("t")}) each
                 GROUP BY check_run_id, error_code, fingerprint) t {JOIN}
         WHERE true {OF_CHECK}
         GROUP BY c.name, t.error_code, t.fingerprint) f
  LEFT JOIN failure_states s ON s.check_name = f.check AND s.fingerprint = f.fingerprint
 ORDER BY COALESCE(s.state = 'resolved' AND f.last_seen <= s.changed_at, false),
          f.still_failed DESC, f.checks_failed DESC, f.attempts DESC, f.check, f.fingerprint
""")  # noqa: S608 - constant text, values are bound

# A few of very many check runs are looked up: reading them all, as Postgres would to be on the safe
# side with a disk that turns, takes twice as long.
_BY_INDEX = text("SET LOCAL random_page_cost = 1.1")

# Of very many attempts only those that did not succeed are looked at; the rest are counted by
# index. A check's end is an attempt's; one that was sent again has had more than one.
_ALL_SHARES = text("""
SELECT later.n + earlier.n - deferred AS attempts, failed_attempts,
       later.n + earlier.n - unsuccessful + failed_ends - again.n AS checks_ended, checks_failed,
       (SELECT count(*) FROM check_runs WHERE status = 'failed' AND finished_at >= :since)
           AS still_failed,
       earlier.n - deferred + deferred_later AS earlier, later.n - deferred_later AS later
  FROM (SELECT count(*) AS n FROM attempts
         WHERE finished_at >= :since AND finished_at < :middle) earlier,
       (SELECT count(*) AS n FROM attempts WHERE finished_at >= :middle) later,
       (SELECT count(*) AS unsuccessful,
               count(*) FILTER (WHERE outcome IN ('failed', 'retry', 'lost')) AS failed_attempts,
               count(*) FILTER (WHERE outcome = 'failed') AS failed_ends,
               count(DISTINCT check_run_id) FILTER (WHERE outcome = 'failed') AS checks_failed,
               count(*) FILTER (WHERE outcome = 'deferred') AS deferred,
               count(*) FILTER (WHERE outcome = 'deferred' AND finished_at >= :middle)
                   AS deferred_later
          FROM attempts
         WHERE (error_code IS NOT NULL OR outcome = 'released') AND finished_at >= :since) t,
       (SELECT count(*) AS n
          FROM check_runs c JOIN attempts t ON t.check_run_id = c.id
         WHERE c.requeue_count > 0 AND t.outcome IN ('succeeded', 'failed')
           AND t.finished_at >= :since
           AND (t.number < c.attempt_count OR c.status IN ('pending', 'in_progress'))) again
""")
_EACH_SHARES = """
SELECT count(*) FILTER (WHERE t.outcome <> 'deferred') AS attempts,
       count(*) FILTER (WHERE t.outcome IN ('failed', 'retry', 'lost')) AS failed_attempts,
       count(*) FILTER (WHERE t.outcome IN ('succeeded', 'failed') AND t.number = c.attempt_count
                          AND c.status NOT IN ('pending', 'in_progress')) AS checks_ended,
       count(DISTINCT c.id) FILTER (WHERE t.outcome = 'failed') AS checks_failed,
       count(*) FILTER (WHERE t.outcome = 'failed' AND t.number = c.attempt_count
                          AND c.status = 'failed') AS still_failed,
       count(*) FILTER (WHERE t.outcome <> 'deferred' AND t.finished_at < :middle) AS earlier,
       count(*) FILTER (WHERE t.outcome <> 'deferred' AND t.finished_at >= :middle) AS later
  FROM check_runs c JOIN attempts t ON t.check_run_id = c.id
 WHERE t.finished_at >= :since AND {which}
"""
_BATCH_SHARES = text(
    _EACH_SHARES.format(
        which="c.assessment_id IN ("
        "SELECT assessment_id FROM batch_leads WHERE batch_id = :batch_id)"
    )
)
# Of competitors, which counting by index alone counts, too: each count is a sum over checks.
_RIVALS_SHARES = text(
    _EACH_SHARES.format(which="c.assessment_id IN (SELECT id FROM assessments WHERE rival)")
)
_HAS_RIVALS = text("SELECT EXISTS (SELECT FROM assessments WHERE rival)")


def _by_index(session: Session, which: FailureFilter) -> bool:
    """Return whether attempts can be counted without a look at their checks."""
    return not which.names_checks and not session.scalar(_HAS_RIVALS)


def report(session: Session, which: FailureFilter, *, now: datetime) -> Report:
    """Return what failed from ``which.since`` until ``now``.

    Check, code and fingerprint narrow the patterns down, the totals stay those of the period.
    """
    period = now - which.since
    values = {"since": which.since, "batch_id": which.batch_id, "middle": which.since + period / 2}
    session.execute(_BY_INDEX)
    shares = _shares(session, which, values)
    rows = session.execute(
        _PATTERNS,
        {**which.values(), "width": period.total_seconds() / WINDOWS, "windows": WINDOWS},
    )
    found = [
        _placed(Pattern(**{k: v for k, v in row.items() if k != "last_id"}), shares)
        for row in rows.mappings()
    ]
    return Report(which.since, shares, found)


def _shares(session: Session, which: FailureFilter, values: dict[str, Any]) -> Shares:
    if which.batch_id is not None:
        return Shares(**session.execute(_BATCH_SHARES, values).mappings().one())
    counts = dict(session.execute(_ALL_SHARES, values).mappings().one())
    if session.scalar(_HAS_RIVALS):
        beside = session.execute(_RIVALS_SHARES, values).mappings().one()
        counts = {name: n - beside[name] for name, n in counts.items()}
    return Shares(**counts)


def _placed(pattern: Pattern, shares: Shares) -> Pattern:
    half = WINDOWS // 2
    earlier, later = sum(pattern.windows[:half]), sum(pattern.windows[half:])
    return replace(
        pattern,
        share=round(pattern.attempts / shares.attempts, 4) if shares.attempts else 0.0,
        trend=trend(earlier, later, shares.earlier, shares.later),
    )


_OVER_TIME = """
SELECT floor(date_part('epoch', t.finished_at - :since) / :width)::int AS place,
       t.error_code AS code, count(*) AS attempts
  FROM attempts t {source} WHERE {failed} {of_check}
 GROUP BY 1, 2
"""
_ALL_OVER_TIME = text(_OVER_TIME.format(source="", failed=failed("t"), of_check=""))
_SOME_OVER_TIME = text(_OVER_TIME.format(source=JOIN, failed=failed("t"), of_check=OF_CHECK))


def over_time(
    session: Session, which: FailureFilter, *, width: timedelta
) -> list[tuple[int, str, int]]:
    """Return [(place, error code, failed attempts)]; place 0 begins at ``since``."""
    values = {**which.values(), "width": width.total_seconds()}
    query = _ALL_OVER_TIME if _by_index(session, which) else _SOME_OVER_TIME
    return [(row.place, row.code, row.attempts) for row in session.execute(query, values)]


_BEHIND = text(f"""
SELECT c.id AS check_run_id, c.assessment_id, c.name AS check, c.status, l.id AS lead_id, l.name,
       coalesce(a.site_url, l.website) AS website, t.number, t.worker, t.outcome,
       t.finished_at, t.provider, t.error_code, t.error_message, t.fingerprint
  FROM attempts t {JOIN}
  JOIN leads l ON l.id = c.lead_id JOIN assessments a ON a.id = c.assessment_id
 WHERE {failed("t")} {OF_CHECK}
   AND NOT EXISTS (SELECT FROM attempts later
                    WHERE later.check_run_id = t.check_run_id AND later.number > t.number
                      AND {failed("later")})
 ORDER BY t.finished_at DESC LIMIT :limit OFFSET :offset
""")  # noqa: S608 - constant text, values are bound
_HOW_MANY = """
SELECT count(*) FROM (
    SELECT DISTINCT t.check_run_id FROM attempts t {source} WHERE {failed} {of_check}) each
"""
_ALL_HOW_MANY = text(_HOW_MANY.format(source="", failed=failed("t"), of_check=""))
_SOME_HOW_MANY = text(_HOW_MANY.format(source=JOIN, failed=failed("t"), of_check=OF_CHECK))


def behind(
    session: Session, which: FailureFilter, *, limit: int, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """Return (how many check runs, one page of them), latest failure first."""
    values = {**which.values(), "limit": limit, "offset": offset}
    rows = session.execute(_BEHIND, values).mappings()
    how_many = _ALL_HOW_MANY if _by_index(session, which) else _SOME_HOW_MANY
    return int(session.scalar(how_many, values) or 0), [dict(row) for row in rows]
