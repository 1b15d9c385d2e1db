"""Reports whose storage was away when their assessments ended are stored when it is back."""

from __future__ import annotations

import logging

import pytest

from lfassess.assessment.completion import reports
from lfassess.assessment.intake.submission import submit_lead
from lfassess.errors import ConfigurationError, StorageError
from tests.s3_server import BUCKET, CREDENTIALS, NOBODY, s3_server
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration


@pytest.fixture
def s3(monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with s3_server() as server:
        yield server


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(settings, database)


def with_storage(harness, url):
    harness.settings = harness.settings.model_copy(
        update={"s3_bucket": BUCKET, "s3_endpoint_url": url}
    )


def assess(harness, leads=1):
    for number in range(leads):
        submit_lead(harness.orchestrator, harness.add_lead(f"Lead {number}"))
    harness.drain()


def make_due(harness):
    harness.execute(
        "UPDATE assessments SET report_due_at = now() - interval '1 second'"
        " WHERE report_due_at IS NOT NULL"
    )


def write_due(harness):
    return reports.write_due(harness.settings, harness.database)


def due(harness):
    return harness.row("SELECT count(*) AS n FROM assessments WHERE report_due_at IS NOT NULL")["n"]


def test_reports_are_stored_when_s3_is_back(harness, s3, caplog):
    with_storage(harness, NOBODY)
    with caplog.at_level(logging.WARNING):
        assess(harness, leads=2)
    ended = harness.rows("SELECT status FROM assessments")
    assert [row["status"] for row in ended] == ["completed", "completed"]
    said = [r for r in caplog.records if "can't be stored" in r.message]
    assert len(said) == 2  # a line for each lead
    assert all(r.exc_info is None for r in caplog.records)
    assert harness.rows("SELECT name FROM artefacts") == []

    s3.create_bucket()
    with_storage(harness, s3.url)
    make_due(harness)
    assert write_due(harness) == 2
    assert s3.keys() == {f"{n}/report.{kind}" for n in (1, 2) for kind in ("html", "json")}
    assert due(harness) == 0
    assert write_due(harness) == 0


def test_storage_that_is_still_away_is_asked_for_one_report_and_later_again(harness, s3):
    with_storage(harness, NOBODY)
    assess(harness, leads=2)
    make_due(harness)
    with pytest.raises(StorageError):
        write_due(harness)
    later = harness.row(
        "SELECT count(*) AS n FROM assessments WHERE report_due_at > now() + interval '20 seconds'"
    )
    assert (due(harness), later["n"]) == (2, 1)


def test_a_bucket_that_is_made_afterwards_gets_them_too(harness, s3):
    with_storage(harness, s3.url)
    assess(harness)
    make_due(harness)
    with pytest.raises(ConfigurationError):
        write_due(harness)
    s3.create_bucket()
    make_due(harness)
    assert write_due(harness) == 1


def test_what_was_stored_at_once_is_not_due(harness):
    assess(harness)
    assert due(harness) == 0
    assert {r["name"] for r in harness.rows("SELECT name FROM artefacts")} == {
        "report.html",
        "report.json",
    }


def test_an_assessment_that_was_taken_up_again_waits_for_its_own_end(harness, s3):
    with_storage(harness, NOBODY)
    assess(harness)
    make_due(harness)
    harness.execute("UPDATE assessments SET status = 'pending'")
    assert write_due(harness) == 0


def test_decisions_made_meanwhile_are_in_the_report(harness, s3):
    with_storage(harness, NOBODY)
    assess(harness)
    s3.create_bucket()
    with_storage(harness, s3.url)
    harness.execute("UPDATE reviews SET state = 'needs_review'")
    make_due(harness)
    assert write_due(harness) == 1
    assert '"draft": true' in _report(harness)


def _report(harness):
    from lfassess.clients.storage import storage_for

    uri = harness.row("SELECT uri FROM artefacts WHERE name = 'report.json'")["uri"]
    return storage_for(harness.settings).get(uri).decode()


def stored_names(harness):
    folder = harness.settings.data_dir / "artefacts"
    rows = {row["name"] for row in harness.rows("SELECT name FROM artefacts")}
    assert rows == {path.name for path in folder.glob("*/*")}
    return rows


def test_reports_that_are_made_when_asked_for_are_not_stored(harness):
    harness.settings = harness.settings.model_copy(update={"store_reports": False})
    assess(harness)
    assert harness.row("SELECT status FROM assessments")["status"] == "completed"
    assert stored_names(harness) == set()
    assert due(harness) == 0


def test_a_stored_report_is_deleted_when_reports_are_no_longer_stored(harness):
    assess(harness)
    assert stored_names(harness) == {"report.html", "report.json"}
    harness.settings = harness.settings.model_copy(update={"store_reports": False})
    harness.execute("UPDATE assessments SET report_due_at = now()")
    assert write_due(harness) == 1
    assert stored_names(harness) == set()
    assert due(harness) == 0
