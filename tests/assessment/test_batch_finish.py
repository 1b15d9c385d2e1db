"""A batch ends with the last of its leads, also when two of them close at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from lfassess.assessment.intake.submission import submit_batch
from lfassess.assessment.recovery import operations
from lfassess.db.commands import assessments, batches
from lfassess.db.commands.assessments import Verdict
from lfassess.db.models import Batch
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration

CLOSING = Verdict(
    status="completed", score=80, grade="B", scoring_version="2",
    checks_completed=6, checks_total=6, sandbox=False, scoring_details={},
)  # fmt: skip


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(settings, database)


@pytest.fixture
def batch_id(harness):
    """A batch of two leads whose checks have all ended, and which nobody has closed yet."""
    for number in range(2):
        harness.add_lead(f"Lead {number}")
    with harness.database.session() as session:
        made, _ = batches.create_from_store(
            session, name="two", only=["new"], max_age_s=60, limit=None
        )
    submit_batch(harness.orchestrator, made, max_age_s=60)
    harness.execute("UPDATE assessments SET status = 'in_progress', open_checks = 0")
    return made


def close(session, assessment_id):
    assert assessments.close(session, assessment_id, CLOSING)
    return batches.finish(session, [assessment_id])


def wait_until_it_waits(harness, other):
    """Wait until the other transaction waits for a lock, or has ended without."""
    waits = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    while not other.done() and not harness.row(waits)["n"]:
        pass


def test_two_last_leads_that_close_at_once_finish_the_batch_once(harness, batch_id):
    first, second = (row["id"] for row in harness.rows("SELECT id FROM assessments ORDER BY id"))

    def close_other():
        with harness.database.session() as session:
            return close(session, second)

    with ThreadPoolExecutor(1) as pool:
        with harness.database.session() as session:
            finished = close(session, first)
            other = pool.submit(close_other)
            wait_until_it_waits(harness, other)
        finished += other.result()
    assert finished == [batch_id]
    assert harness.row("SELECT finished_at IS NOT NULL AS ended FROM batches")["ended"]


def has_ended(harness, batch_id):
    return harness.row("SELECT finished_at FROM batches WHERE id = :id", id=batch_id)["finished_at"]


def test_a_batch_cancelled_before_it_starts_has_ended(harness, batch_id):
    harness.execute("UPDATE assessments SET status = 'pending', started_at = NULL, open_checks = 6")
    assert operations.cancel_batch(harness.orchestrator, batch_id) == 2
    assert has_ended(harness, batch_id)
    assert {r["status"] for r in harness.rows("SELECT status FROM assessments")} == {"failed"}


def test_a_batch_whose_last_waiting_lead_is_cancelled_has_ended(harness, batch_id):
    harness.execute("UPDATE assessments SET status = 'pending', started_at = NULL, open_checks = 6")
    first, second = (r["lead_id"] for r in harness.rows("SELECT lead_id FROM assessments"))
    operations.cancel_lead(harness.orchestrator, first)
    assert not has_ended(harness, batch_id)
    operations.cancel_lead(harness.orchestrator, second)
    assert has_ended(harness, batch_id)


def test_a_batch_cancelled_while_a_check_runs_ends_with_that_check(harness, batch_id):
    harness.execute("UPDATE check_runs SET status = 'in_progress' WHERE name = 'security'")
    operations.cancel_batch(harness.orchestrator, batch_id)
    assert not has_ended(harness, batch_id)
    harness.execute("UPDATE check_runs SET status = 'completed' WHERE name = 'security'")
    harness.execute("UPDATE assessments SET open_checks = 0")
    for row in harness.rows("SELECT id FROM assessments"):
        harness.orchestrator.finalise(row["id"])
    assert has_ended(harness, batch_id)


def test_a_batch_of_leads_assessed_lately_has_ended_when_it_is_submitted(harness, batch_id):
    with harness.database.session() as session:
        for row in harness.rows("SELECT id FROM assessments"):
            close(session, row["id"])
        again = Batch(name="again", options={})
        session.add(again)
        session.flush()
        session.execute(
            text("INSERT INTO batch_leads (batch_id, lead_id) SELECT :id, id FROM leads"),
            {"id": again.id},
        )
        again_id = again.id
    assert submit_batch(harness.orchestrator, again_id, max_age_s=60).reused == 2
    assert has_ended(harness, again_id)


def test_an_open_lead_keeps_the_batch_open(harness, batch_id):
    first = harness.row("SELECT min(id) AS id FROM assessments")["id"]
    with harness.database.session() as session:
        assert close(session, first) == []
    assert harness.row("SELECT finished_at FROM batches")["finished_at"] is None
