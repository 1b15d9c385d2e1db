"""Whatever speaks of an audit names the address that was assessed; the lead keeps its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from lfassess.api import serializers
from lfassess.assessment.intake.lead_import import upsert_lead
from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks.shared import address
from lfassess.cli import summary
from lfassess.db.commands import assessments, requeue, webhooks
from lfassess.db.queries import failures, listing, overview, progress, reviews
from lfassess.errors import TargetUnreachableError
from lfassess.settings import Settings
from tests.support import OrchestratorHarness, keeping_reports, six_checks

pytestmark = pytest.mark.integration
GIVEN = "https://bakery.test/"
ASSESSED = "http://www.bakery.test/"


def broken(*_):
    raise TargetUnreachableError("It does not answer.", provider="website")


@pytest.fixture
def harness(database, tmp_path, monkeypatch):
    """An audit of a bare domain that answers at www over http alone; one of its checks failed."""
    monkeypatch.setattr(address, "find", lambda *_: ASSESSED)
    harness = OrchestratorHarness(keeping_reports(Settings(data_dir=tmp_path)), database)
    harness.checks = six_checks(security=broken)
    lead, _ = upsert_lead(database, {"website": GIVEN}, default_country="US", bare=True)
    submit_lead(harness.orchestrator, lead)
    harness.drain()
    harness.execute("UPDATE reviews SET state = 'needs_review'")
    return harness


SINCE = datetime.now(UTC) - timedelta(hours=1)
ANY = requeue.RequeueSelection(since=SINCE)
READS = {
    "status": lambda s: progress.assessment_state(s, 1).website,
    "live": lambda s: progress.active_states(s, None)[0].website,
    "overview": lambda s: overview.latest(s, running=1, ended=1)[0]["website"],
    "review page": lambda s: reviews.reviews(s, "needs_review", 1)[0]["website"],
    "review list": lambda s: reviews.listing(s, "needs_review", limit=1)[0]["website"],
    "failed checks": lambda s: requeue.dead_letters(s, ANY, limit=1)[0].website,
    "failures page": lambda s: failures.behind(s, failures.FailureFilter(SINCE), limit=1)[1][0][
        "website"
    ],
    "webhook": lambda s: webhooks.assessment_facts(s, 1)["site"],
    "API list": lambda s: serializers.listed(_first(s)).site,
    "API": lambda s: serializers.assessment(assessments.load(s, 1), None).site,
    "run --json": lambda s: summary.as_json(assessments.load(s, 1), None)["site"],
}


def _first(session):
    return listing.assessments(
        session, before=None, limit=1, status=None, lead_id=None, batch_id=None
    )[0]


@pytest.mark.parametrize("read", READS)
def test_an_audit_names_the_address_that_was_assessed(harness, read):
    with harness.database.session() as session:
        assert READS[read](session) == ASSESSED


def test_the_lead_keeps_what_its_list_said(harness):
    with harness.database.session() as session:
        stored = assessments.load(session, 1)
        result = [
            summary.as_json(stored, None)["lead"]["website"],
            serializers.assessment(stored, None).lead.website,
            serializers.listed(_first(session)).lead.website,
            webhooks.assessment_facts(session, 1)["lead"]["website"],
            listing.lead(session, 1)["website"],
        ]
    assert set(result) == {GIVEN}


def test_the_report_leads_to_the_address_that_was_assessed(harness):
    uri = harness.row("SELECT uri FROM artefacts WHERE name = 'report.json'")["uri"]
    report = harness.settings.data_dir / uri
    business = json.loads(report.read_text())["business"]
    assert (business["website"], business["website_url"]) == ("www.bakery.test", ASSESSED)
    html = report.with_name("report.html").read_text()
    assert f'<a href="{ASSESSED}" rel="noreferrer nofollow">www.bakery.test</a>' in html
