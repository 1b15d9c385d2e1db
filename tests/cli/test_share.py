"""`lfassess share`, on a real store."""

from __future__ import annotations

import json

import pytest

from lfassess.assessment.completion import review
from lfassess.assessment.intake.submission import submit_lead
from tests.cli.in_process import lfassess as command
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration


@pytest.fixture
def lfassess(database, servers):
    def run(*words, **env):
        stores = {"DATABASE_URL": database.url, "CELERY_BROKER_URL": servers.broker_url}
        return command("share", *map(str, words), **stores, COLUMNS="80", **env)

    return run


@pytest.fixture
def audit(settings, database):
    harness = OrchestratorHarness(settings, database)
    audit, _ = submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    return audit


@pytest.fixture
def approved(audit, database):
    with database.session() as session:
        draft = review.decided(session, audit).draft
    if draft:
        review.approve(database, audit, by="Ann")
    return audit


def test_a_link_is_made_listed_and_revoked(lfassess, approved):
    made = lfassess(approved, "--days", "7", LFASSESS_PUBLIC_URL="https://audits.example/x/")
    assert made.returncode == 0
    assert made.stdout.startswith("https://audits.example/x/s/")
    assert made.stderr == ""
    (link,) = map(json.loads, lfassess("--list", "--json").stdout.splitlines())
    assert (link["assessment_id"], link["kind"], link["valid"]) == (approved, "report", True)
    assert "revoked" in lfassess("--revoke", link["id"]).stdout
    assert "revoked" in lfassess(approved, "--list").stdout
    again = lfassess("--revoke", link["id"])
    assert (again.returncode, "no link 1 that still works" in again.stderr) == (2, True)


def test_without_a_public_address_it_says_who_can_open_it(lfassess, approved):
    made = lfassess(approved, "--teaser")
    assert "http://127.0.0.1:" in made.stdout
    assert "LFASSESS_PUBLIC_URL" in made.stderr
    assert json.loads(lfassess(approved, "--json").stdout)["days"] == 30


def test_a_draft_and_an_audit_there_is_not_are_refused(lfassess, audit, database):
    with database.session() as session:
        from sqlalchemy import text

        session.execute(text("UPDATE reviews SET state = 'needs_review', decided_at = NULL"))
    refused = lfassess(audit)
    assert refused.returncode == 2
    assert f"lfassess review {audit}" in refused.stderr
    assert lfassess(99).returncode == 2
    assert "There are no links." in lfassess().stdout


def test_a_public_address_that_is_none_is_refused(lfassess):
    refused = lfassess("--list", LFASSESS_PUBLIC_URL="audits.example")
    assert refused.returncode == 3
    assert "LFASSESS_PUBLIC_URL" in refused.stderr
