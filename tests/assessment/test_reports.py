"""Reports whose storage was away when their assessments ended are stored when it is back."""

from __future__ import annotations

import logging

import pytest

from lfassess.assessment.completion import reports, review
from lfassess.assessment.completion.rescore import rescore
from lfassess.assessment.intake.submission import submit_lead
from lfassess.cli import summary
from lfassess.db.commands import assessments
from lfassess.errors import ConfigurationError, StorageError
from tests.s3_server import BUCKET, CREDENTIALS, NOBODY, s3_server
from tests.support import OrchestratorHarness, keeping_reports

pytestmark = pytest.mark.integration


@pytest.fixture
def s3(monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with s3_server() as server:
        yield server


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(keeping_reports(settings), database)


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


def asked_for(harness):
    harness.settings = harness.settings.model_copy(update={"store_reports": False})


def record(harness, assessment_id=1):
    with harness.database.session() as session:
        found = assessments.load(session, assessment_id)
        session.expunge_all()
    return found


def test_reports_that_are_made_when_asked_for_are_not_stored(harness):
    asked_for(harness)
    assess(harness)
    assert harness.row("SELECT status FROM assessments")["status"] == "completed"
    assert stored_names(harness) == set()
    assert due(harness) == 0


def test_a_page_that_somebody_is_told_of_is_written_as_it_is_now(harness):
    asked_for(harness)
    assess(harness)
    harness.execute("UPDATE leads SET name = 'Second name'")
    uri = reports.write_page(harness.settings, harness.database, record(harness))
    assert stored_names(harness) == {"report.html"}
    assert "Second name" in (harness.settings.data_dir / uri).read_text()


def test_a_copy_is_made_of_what_holds_now_and_not_of_what_is_stored(harness):
    assess(harness)
    harness.execute("UPDATE leads SET name = 'Second name'")
    assert b"Second name" in summary.report_bytes(harness.database, record(harness))


@pytest.mark.parametrize("at_each_end", [True, False])
def test_files_of_a_report_are_written_again_when_its_audit_changes(harness, at_each_end):
    assess(harness)
    if not at_each_end:
        asked_for(harness)
    harness.execute("UPDATE reviews SET state = 'needs_review'")
    harness.execute("UPDATE leads SET name = 'Second name'")
    review.approve(harness.database, 1, by="test")
    assert due(harness) == 1
    assert write_due(harness) == 1
    assert stored_names(harness) == {"report.html", "report.json"}
    assert "Second name" in _report(harness)
    assert due(harness) == 0


def test_a_rescored_audit_has_its_files_written_again(harness):
    assess(harness)
    rescore(harness.database, 1, harness.checks)
    assert due(harness) == 1


def test_an_audit_without_files_has_none_written_when_it_changes(harness):
    asked_for(harness)
    assess(harness)
    rescore(harness.database, 1, harness.checks)
    assert due(harness) == 0
