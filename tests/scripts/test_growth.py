"""How a store is made large for measuring."""

from __future__ import annotations

import psycopg
import pytest
from loadtest.growth import copy_finished

from tests.support import OrchestratorHarness, audited, six_checks


@pytest.mark.integration
def test_copies_of_finished_audits_have_all_their_rows(settings, database):
    harness = OrchestratorHarness(settings, database, six_checks())
    samples = [audited(harness, harness.add_lead(f"Lead {n}"), 40 + n) for n in range(2)]
    harness.execute("UPDATE check_runs SET evidence = jsonb_build_object('of', assessment_id)")

    with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as connection:
        copy_finished(connection, samples, 5)

    of = "SELECT evidence->>'of' AS of, count(DISTINCT assessment_id) AS audits, count(*) AS checks"
    copied = harness.rows(f"{of} FROM check_runs GROUP BY 1 ORDER BY 1")
    assert [(row["audits"], row["checks"]) for row in copied] == [(4, 24), (3, 18)]
    assert harness.row("SELECT count(*) AS n, count(DISTINCT dedupe_key) AS keys FROM leads") == {
        "n": 7, "keys": 7,
    }  # fmt: skip
    assert (
        harness.row(
            "SELECT count(*) AS n FROM attempts t JOIN check_runs c ON c.id = t.check_run_id"
        )["n"]
        == 42
    )
    days = harness.row(
        "SELECT max(finished_at) - min(finished_at) AS apart, count(DISTINCT finished_at) AS n"
        "  FROM assessments"
    )
    assert days["n"] == 7
    assert days["apart"].total_seconds() == pytest.approx(6, abs=3)
