"""Schema 0017 takes over what the release before it has stored, work in progress included.

The rows are written as that release wrote them, by the names that its columns had.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from lfassess.assessment.recovery.reconciler import reconcile
from lfassess.db import migrate, revision
from lfassess.db.fragments import FOREVER
from lfassess.db.models import Assessment, CheckRun
from lfassess.db.schema import bring_up_to_date
from lfassess.settings import Settings
from lfassess.statuses import DeferredCode, SkipCode, Status
from tests.support import OrchestratorHarness, six_checks

pytestmark = pytest.mark.integration

BEFORE = "0016"
TOKEN = "7d9c5c0e-8d61-4f8e-9d53-0f2d4d7f6a10"
LATER = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)

_LEADS = """
INSERT INTO leads (id, name, website, country, dedupe_key) OVERRIDING SYSTEM VALUE
SELECT n, 'Lead ' || n, CASE WHEN n <> 3 THEN 'https://lead-' || n || '.test/' END, 'US', n::text
  FROM generate_series(1, 4) n
"""
# 1: completed with 5 of 6; 2: in progress; 3: cancelled before it had a result; 4: not begun.
_ASSESSMENTS = """
INSERT INTO assessments (id, lead_id, status, independent_left, checks_left, started_at,
                         deadline_at, finished_at, completeness, score, grade, summary)
OVERRIDING SYSTEM VALUE VALUES
  (1, 1, 'completed', 0, 0, now(), NULL, now(), '5/6', 71, 'C', '{"areas": {}}'),
  (2, 2, 'in_progress', 4, 5, now(), now() + interval '1 hour', NULL, NULL, NULL, NULL, '{}'),
  (3, 3, 'failed', 0, 0, now(), NULL, now(), '0/6', NULL, NULL, '{"cancelled": true}'),
  (4, 4, 'pending', 5, 6, NULL, NULL, NULL, NULL, NULL, NULL, '{}')
"""
_COLUMNS = (
    "id, assessment_id, lead_id, name, queue, dependent, status, reason, parked, retry_at,"
    " attempt, retries, rescues, replays, lease_token, lease_worker, lease_expires_at,"
    " inconclusive, expires_at, expired_at, released_at"
)


def row(number: int, assessment: int, name: str, status: str, **values: str) -> str:
    """Return the values of one check run, as SQL; what is not named is NULL or 0."""
    known = {
        "id": str(number),
        "assessment_id": str(assessment),
        "lead_id": str(assessment),
        "name": f"'{name}'",
        "queue": "'assessment'",
        "dependent": "true" if name == "llm_analysis" else "false",
        "status": f"'{status}'",
        "attempt": "0",
        "retries": "0",
        "rescues": "0",
        "replays": "0",
        "released_at": "NULL" if name == "llm_analysis" else "now()",
    }
    known |= values
    return f"({', '.join(known.get(column.strip(), 'NULL') for column in _COLUMNS.split(','))})"


CHECKS = [
    row(1, 1, "pagespeed", "completed", attempt="2", retries="1"),
    row(2, 1, "security", "completed", attempt="1", inconclusive="'a bot wall'"),
    row(3, 1, "gbp", "failed", attempt="4", retries="3", rescues="1", replays="2"),
    row(4, 1, "semrush", "completed", attempt="1", expires_at=f"'{LATER}'"),
    row(5, 1, "visual", "completed", attempt="1", expired_at=f"'{LATER}'"),
    row(6, 1, "llm_analysis", "completed", attempt="1"),
    row(
        7, 2, "pagespeed", "in_progress", attempt="1", lease_token=f"'{TOKEN}'",
        lease_worker=f"'{TOKEN}'", lease_expires_at="now() + interval '1 hour'",
    ),
    row(
        8, 2, "security", "pending", parked="'the rate limit of places is reached'",
        retry_at="now() - interval '1 second'",
    ),
    row(
        9, 2, "gbp", "pending", parked="'the batch''s budget is used up'",
        retry_at="'9000-01-01Z'",
    ),
    row(
        10, 2, "semrush", "pending", parked="'semrush is failing (provider_timeout)'",
        retry_at=f"'{LATER}'",
    ),
    row(11, 2, "visual", "skipped", reason="'not wanted'"),
    row(12, 2, "llm_analysis", "pending"),
    row(13, 3, "pagespeed", "skipped", reason="'no website'"),
    row(14, 3, "security", "skipped", reason="'cancelled'"),
    row(15, 3, "semrush", "skipped", reason="'no SEMRUSH_API_KEY is set'"),
    row(16, 3, "llm_analysis", "skipped", reason="'no other check has a result'"),
    row(17, 4, "pagespeed", "pending"),
    row(18, 4, "security", "pending"),
    row(19, 4, "gbp", "pending"),
    row(20, 4, "semrush", "pending"),
    row(21, 4, "visual", "pending"),
    row(22, 4, "llm_analysis", "pending"),
    row(23, 3, "gbp", "skipped", reason="NULL"),
]  # fmt: skip
_ATTEMPTS = """
INSERT INTO attempts (check_run_id, number, worker, outcome, error_code, calls) VALUES
  (1, 1, 'h:1', 'retry', 'provider_timeout', 1), (1, 2, 'h:1', 'succeeded', NULL, 1),
  (7, 1, 'h:1', 'running', NULL, 0), (9, 1, 'h:1', 'parked', 'parked', 1)
"""


@pytest.fixture
def before(own_database):
    """A database as the release before left it."""
    command.downgrade(migrate.config(own_database), BEFORE)
    with own_database.session() as session:
        for statement in (
            _LEADS,
            _ASSESSMENTS,
            f"INSERT INTO check_runs ({_COLUMNS}) OVERRIDING SYSTEM VALUE VALUES {','.join(CHECKS)}",
            _ATTEMPTS,
            *(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"
                for table in ("leads", "assessments", "check_runs")
            ),
        ):
            session.execute(text(statement))
    return own_database


def everything(database):
    """Return all rows of the tables that the migration changes."""
    with database.session() as session:
        return {
            table: [
                dict(row)
                for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
            ]
            for table in ("assessments", "check_runs", "attempts")
        }


def check_run(database, number):
    with database.session() as session:
        return session.get_one(CheckRun, number)


def test_assessments_count_their_checks(before):
    bring_up_to_date(before)
    with before.session() as session:
        found = [session.get_one(Assessment, n) for n in (1, 2, 3)]
    assert [(a.checks_completed, a.checks_total) for a in found] == [(5, 6), (None, None), (0, 6)]
    assert [a.completeness for a in found] == ["5/6", None, "0/6"]
    assert [a.scoring_details for a in found] == [{"areas": {}}, {}, {"cancelled": True}]
    assert [a.shown_status for a in found] == [
        Status.COMPLETED,
        Status.IN_PROGRESS,
        Status.CANCELLED,
    ]
    assert [(a.open_independent_checks, a.open_checks) for a in found] == [(0, 0), (4, 5), (0, 0)]


@pytest.mark.parametrize(
    ("number", "code", "reason"),
    [
        (11, SkipCode.NOT_SELECTED, "not selected"),
        (13, SkipCode.NO_WEBSITE, "no website"),
        (14, SkipCode.CANCELLED, "cancelled"),
        (15, SkipCode.NOT_CONFIGURED, "no SEMRUSH_API_KEY is set"),
        (16, SkipCode.NO_RESULTS, "no other check has a result"),
        (23, SkipCode.NOT_CONFIGURED, "not configured"),
    ],
)
def test_skipped_checks_have_a_code(before, number, code, reason):
    bring_up_to_date(before)
    run = check_run(before, number)
    assert (run.status, run.skip_code, run.skip_text) == (Status.SKIPPED, code, reason)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("the rate limit of places is reached", DeferredCode.RATE),
        ("4 calls to openai are under way", DeferredCode.CONCURRENCY),
        ("psi''s quota of today is used up", DeferredCode.QUOTA),
        ("semrush is failing (provider_timeout)", DeferredCode.BREAKER),
        ("the batch''s budget is used up", DeferredCode.BUDGET),
        ("The browser was busy with other leads.", DeferredCode.BROWSER),
        ("another branch of the website is having it checked", DeferredCode.BRANCH),
        ("a check of another package waits", DeferredCode.OTHER),
    ],
)
def test_deferred_checks_have_a_code(before, words, code):
    with before.session() as session:
        session.execute(text(f"UPDATE check_runs SET parked = '{words}' WHERE id = 10"))
    bring_up_to_date(before)
    run = check_run(before, 10)
    assert (run.deferred_code, run.next_attempt_at) == (code, LATER)
    assert run.deferred_reason == words.replace("''", "'")


def test_a_check_that_waits_for_a_person_does_so_for_ever(before):
    bring_up_to_date(before)
    assert check_run(before, 9).next_attempt_at == FOREVER
    with before.session() as session:
        stored = session.scalar(text("SELECT next_attempt_at::text FROM check_runs WHERE id = 9"))
    assert stored == "infinity"


def test_counters_and_times_stay_with_their_checks(before):
    bring_up_to_date(before)
    failed = check_run(before, 3)
    counted = (failed.attempt_count, failed.retry_count, failed.lease_losses, failed.requeue_count)
    assert counted == (4, 3, 1, 2)
    assert check_run(before, 2).inconclusive_reason == "a bot wall"
    assert check_run(before, 4).content_expires_at == LATER
    assert check_run(before, 5).content_expired_at == LATER
    assert [check_run(before, n).depends_on_others for n in (1, 6)] == [False, True]
    claimed = check_run(before, 7)
    assert (str(claimed.lease_token), str(claimed.lease_worker_id)) == (TOKEN, TOKEN)


def test_attempts_were_deferred(before):
    bring_up_to_date(before)
    outcomes = [(a["outcome"], a["error_code"]) for a in everything(before)["attempts"]]
    assert outcomes[-1] == ("deferred", "deferred")
    assert ("running", None) in outcomes


def test_downgrading_gives_back_what_there_was(before):
    there = everything(before)
    there["check_runs"][-1]["reason"] = None
    bring_up_to_date(before)
    command.downgrade(migrate.config(before), BEFORE)
    assert everything(before) == there
    assert revision.look(before) == revision.Schema(BEFORE)
    assert bring_up_to_date(before).at == revision.HEAD


def test_work_in_progress_goes_on(before, tmp_path):
    bring_up_to_date(before)
    harness = OrchestratorHarness(Settings(data_dir=tmp_path), before)
    harness.checks = six_checks()
    harness.wait_until_leases_count()
    harness.execute("UPDATE check_runs SET lease_expires_at = now() - interval '1 s' WHERE id = 7")
    harness.execute("UPDATE check_runs SET next_attempt_at = now() WHERE id = 10")
    reconcile(harness.orchestrator, lambda _queue: 0)
    harness.drain()
    statuses = harness.rows(
        "SELECT name, status FROM check_runs WHERE assessment_id = 2 ORDER BY id"
    )
    assert [(r["name"], r["status"]) for r in statuses if r["status"] != "completed"] == [
        ("gbp", "pending"),  # a person must raise the budget
        ("visual", "skipped"),
        ("llm_analysis", "pending"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "skip_code = 'no website'",
        "skip_code = NULL",
        "deferred_code = 'budget'",
        "deferred_code = 'parked', deferred_reason = 'x'",
        "status = 'parked'",
    ],
)
def test_words_that_are_none_are_refused(before, change):
    bring_up_to_date(before)
    with pytest.raises(IntegrityError), before.session() as session:
        session.execute(text(f"UPDATE check_runs SET {change} WHERE id = 11"))
    with pytest.raises(IntegrityError), before.session() as session:
        session.execute(text("UPDATE attempts SET outcome = 'parked'"))
