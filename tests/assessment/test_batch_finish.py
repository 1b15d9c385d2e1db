"""A batch ends with the last of its leads, also when two of them close at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lfassess.assessment.intake.submission import submit_batch
from lfassess.db import assessments, batches
from lfassess.db.session import session_scope
from tests.support import Bench

pytestmark = pytest.mark.integration

CLOSING = {
    "status": "completed", "score": 80, "grade": "B", "scoring_version": "2",
    "completeness": "6/6", "sandbox": False, "summary": {},
}  # fmt: skip


@pytest.fixture
def bench(settings, database_url):
    return Bench(settings, database_url)


@pytest.fixture
def batch_id(bench):
    """A batch of two leads whose checks have all ended, and which nobody has closed yet."""
    for number in range(2):
        bench.add_lead(f"Lead {number}")
    with session_scope(bench.database_url) as session:
        made, _ = batches.create_from_store(
            session, name="two", only=["new"], max_age_s=60, limit=None
        )
    submit_batch(bench.orchestrator, made, max_age_s=60)
    bench.execute("UPDATE assessments SET status = 'in_progress', checks_left = 0")
    return made


def close(session, assessment_id):
    assert assessments.close(session, assessment_id, **CLOSING)
    return batches.finish(session, assessment_id)


def wait_until_it_waits(bench, other):
    """Wait until the other transaction waits for a lock, or has ended without."""
    waits = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    while not other.done() and not bench.row(waits)["n"]:
        pass


def test_two_last_leads_that_close_at_once_finish_the_batch_once(bench, batch_id):
    first, second = (row["id"] for row in bench.rows("SELECT id FROM assessments ORDER BY id"))

    def close_other():
        with session_scope(bench.database_url) as session:
            return close(session, second)

    with ThreadPoolExecutor(1) as pool:
        with session_scope(bench.database_url) as session:
            finished = close(session, first)
            other = pool.submit(close_other)
            wait_until_it_waits(bench, other)
        finished += other.result()
    assert finished == [batch_id]
    assert bench.row("SELECT finished_at IS NOT NULL AS ended FROM batches")["ended"]


def test_an_open_lead_keeps_the_batch_open(bench, batch_id):
    first = bench.row("SELECT min(id) AS id FROM assessments")["id"]
    with session_scope(bench.database_url) as session:
        assert close(session, first) == []
    assert bench.row("SELECT finished_at FROM batches")["finished_at"] is None
