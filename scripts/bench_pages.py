"""Times the pages over 100,000 assessments, and shows how Postgres answers their slow queries.

Run it on an empty database of its own: python scripts/bench_pages.py postgresql://…/empty
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, text

from lfassess import scoring
from lfassess.api.web.routes import router
from lfassess.assessment.runtime import Runtime
from lfassess.checks.base import MEASURES
from lfassess.db import migrate
from lfassess.db.database import Database
from lfassess.settings import Settings

ASSESSMENTS: Final = 100_000
PAGES: Final = (
    "/",
    "/batches",
    "/batches/1",
    "/batches/1?status=failed",
    "/batches/1?q=Lead+99",
    "/batches/1?order=-score&page=1000",
    "/batches/2",
    "/assessments/50000",
    "/leads",
    "/leads?q=Lead+99",
    "/errors",
    "/errors?since=7d",
    "/errors?code=rate_limited",
    "/review",
    "/system",
    "/submit",
)
_SLOW_S: Final = 0.05

_SEED: Final = """
INSERT INTO leads (name, website, country, dedupe_key)
SELECT 'Lead ' || n, 'https://lead-' || n || '.test/', 'US', n
  FROM generate_series(1, :n) n;
INSERT INTO batches (name, content_hash) VALUES ('spring list.csv', 'a'), ('small list.csv', 'b');
INSERT INTO assessments (lead_id, batch_id, status, open_independent_checks, open_checks,
                         created_at, started_at, finished_at, score, grade, checks_completed,
                         checks_total, scoring_version, scoring_details)
SELECT l.id, CASE WHEN l.id % 10 = 0 THEN 2 ELSE 1 END,
       CASE WHEN l.id > :n - 40 THEN 'in_progress' WHEN l.id > :n - 5000 THEN 'pending'
            WHEN l.id % 97 = 0 THEN 'failed' ELSE 'completed' END,
       0, 0, now() - interval '40 hours',
       CASE WHEN l.id <= :n - 5000 OR l.id > :n - 40
            THEN now() - interval '36 hours' * (1 - l.id::float / :n) - interval '25 seconds' END,
       CASE WHEN l.id <= :n - 5000 THEN now() - interval '36 hours' * (1 - l.id::float / :n) END,
       CASE WHEN l.id <= :n - 5000 THEN l.id % 101 END,
       CASE WHEN l.id <= :n - 5000 THEN 'B' END, CASE WHEN l.id <= :n - 5000 THEN 6 END,
       CASE WHEN l.id <= :n - 5000 THEN 7 END,
       CASE WHEN l.id <= :n - 5000 THEN :version END,
       CASE WHEN l.id <= :n - 5000 THEN CAST(:scoring_details AS jsonb) ELSE '{}' END
  FROM leads l ORDER BY l.id;
INSERT INTO batch_leads (batch_id, lead_id, line, assessment_id)
SELECT batch_id, lead_id, lead_id, id FROM assessments;
INSERT INTO check_runs (assessment_id, lead_id, name, queue, depends_on_others, status,
                        attempt_count, runnable_at, started_at, finished_at, score, findings,
                        metrics, evidence, error_code)
SELECT a.id, a.lead_id, c.name, 'assessment', c.name = 'llm_analysis',
       CASE WHEN a.status IN ('pending', 'in_progress') THEN 'pending'
            WHEN a.status = 'failed' OR (c.name = 'gbp' AND a.id % 31 = 0) THEN 'failed'
            ELSE 'completed' END, 1, a.started_at, a.started_at, a.finished_at, a.score,
       '[{"code": "x", "severity": "low", "title": "t", "evidence": "e", "area": "security"}]',
       CAST(:metrics AS jsonb), jsonb_build_object('page', repeat('evidence ', 50)),
       CASE WHEN a.status = 'failed' OR (c.name = 'gbp' AND a.id % 31 = 0)
            THEN 'provider_timeout' END
  FROM assessments a CROSS JOIN (VALUES ('pagespeed'), ('security'), ('gbp'), ('semrush'),
       ('visual'), ('onpage'), ('llm_analysis')) AS c(name) ORDER BY a.id;
INSERT INTO attempts (check_run_id, number, worker, outcome, started_at, finished_at, provider,
                      error_code, error_message, fingerprint)
SELECT c.id, 1, 'host:' || c.id % 4, CASE WHEN c.status = 'failed' THEN 'failed'
       WHEN c.id % 53 = 0 THEN 'retry' ELSE 'succeeded' END,
       c.started_at, c.finished_at, 'places',
       CASE WHEN c.status = 'failed' THEN 'provider_timeout' WHEN c.id % 53 = 0
            THEN 'rate_limited' END, 'It took too long.', 'x:' || c.status
  FROM check_runs c WHERE c.finished_at IS NOT NULL;
INSERT INTO provider_calls (provider, request, request_key, state, expires_at, finished_at,
                            cost_usd, calls)
SELECT 'places', 'GET /v1', id, 'answered', finished_at, finished_at, 0.02, 1
  FROM check_runs WHERE name = 'gbp' AND finished_at IS NOT NULL;
INSERT INTO reviews (assessment_id, state, reasons)
SELECT id, CASE WHEN id % 7 = 0 THEN 'needs_review' ELSE 'approved' END, '["low-coverage"]'
  FROM assessments WHERE status = 'completed';
"""


# What each check of an audit measured, by the area it speaks of.
_MEASURED: Final = {
    "pagespeed": {"speed": 64, "accessibility": 91, "search_basics": 92},
    "security": {"security": 71},
    "gbp": {"google_profile": 85},
    "semrush": {"search_visibility": 40},
    "visual": {"first_impression": 88},
}


def _stored() -> dict[str, object]:
    """Return what the seed binds: a summary as the scoring of today makes it, and metrics."""
    results = {
        check: scoring.Result(next(iter(measured.values())), [], {MEASURES: measured})
        for check, measured in _MEASURED.items()
    }
    made = scoring.assess(results, scoring.load_rules())
    metrics = {MEASURES: _MEASURED["security"], "parts": {"connection": 80, "hardening": 45}}
    return {
        "version": made.version,
        "scoring_details": json.dumps(made.as_summary()),
        "metrics": json.dumps(metrics),
    }


def seed(database: Database, leads: int = ASSESSMENTS) -> None:
    """Fill an empty database: so many leads, assessed within the last day and a half."""
    migrate.upgrade(database)
    with database.session() as session:
        if session.scalar(text("SELECT count(*) FROM leads")):
            return
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in _SEED.split(";\n"):
            if statement.strip():
                session.execute(text(statement), {"n": leads, **_stored()})
    with database.autocommit() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def main() -> None:
    """Seed, time each page, explain what took long."""
    database = Database(sys.argv[1])
    seed(database)
    app = FastAPI()
    folder = Path(tempfile.gettempdir()) / "lfassess-bench-pages"
    app.state.runtime = Runtime(Settings(data_dir=folder), database)
    app.include_router(router)
    client = TestClient(app, base_url="http://127.0.0.1")
    slow = _watch_queries(database)
    for page in PAGES:
        _time(client, page)
    for statement, (seconds, values) in list(slow.items()):  # explaining adds to them
        _explain(database, statement, seconds, values)


def _time(client: TestClient, page: str) -> None:
    taken = []
    for _ in range(7):
        began = time.perf_counter()
        answer = client.get(page)
        taken.append(1000 * (time.perf_counter() - began))
    print(
        f"{page:40} {answer.status_code} median {statistics.median(taken):6.0f} ms, "
        f"longest {max(taken):6.0f} ms, {len(answer.content):7,} bytes"
    )


def _watch_queries(database: Database) -> dict[str, tuple[float, object]]:
    slow: dict[str, tuple[float, object]] = {}
    engine = database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection, cursor, statement, values, context, many):  # noqa: ANN001, ANN202, ARG001, PLR0917 - SQLAlchemy's signature
        context.began = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection, cursor, statement, values, context, many):  # noqa: ANN001, ANN202, ARG001, PLR0917 - SQLAlchemy's signature
        took = time.perf_counter() - context.began
        if took > max(_SLOW_S, slow.get(statement, (0.0, None))[0]):
            slow[statement] = took, values

    return slow


def _explain(database: Database, statement: str, seconds: float, values: object) -> None:
    if statement.startswith("EXPLAIN"):
        return
    print(f"\n--- {1000 * seconds:.0f} ms {statement.strip()[:300]}")
    with database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", values)
        print("\n".join(row[0] for row in plan))


if __name__ == "__main__":
    main()
