"""What fails, and sending it again; leads; pause and resume."""

from __future__ import annotations

import re

import pytest

from lfassess.assessment.recovery import operations
from lfassess.db.commands.requeue import RequeueSelection
from lfassess.errors import CredentialError
from tests.support import OrchestratorHarness, six_checks

pytestmark = pytest.mark.integration

E = "/api/v1/errors"


def refuse(_target, _ctx):
    raise CredentialError("The key was refused.", provider="places")


@pytest.fixture
def failing(settings, store):
    harness = OrchestratorHarness(settings, store, six_checks(gbp=refuse))
    for name in ("Alpha", "Beta"):
        harness.orchestrator.coordinate(harness.add_lead(name, f"https://{name.lower()}.test/"))
    harness.drain()
    return harness


def run_pending(harness):
    for row in harness.rows("SELECT lead_id FROM assessments WHERE status = 'pending'"):
        harness.orchestrator.coordinate(row["lead_id"])
    harness.drain()


def test_patterns_tell_how_often_and_what_to_do(api, failing):
    result = api.get(E).json()
    (pattern,) = result["patterns"]
    assert (pattern["check"], pattern["code"]) == ("gbp", "credential_rejected")
    assert (pattern["attempts"], pattern["leads"], pattern["trend"]) == (2, 2, "unknown")
    assert "doctor" in pattern["advice"]
    assert result["failure_share"] == round(2 / 12, 4)


def test_numbers_agree_before_and_after_a_retry(api, failing):
    before = api.get(E).json()
    (pattern,) = before["patterns"]
    assert (before["checks_failed"], pattern["checks_failed"]) == (2, 2)
    assert (before["still_failed"], pattern["still_failed"]) == (2, 2)
    api.post(f"{E}/retry", json={"check": "gbp", "fingerprint": pattern["fingerprint"]})
    after = api.get(E).json()
    assert (after["checks_failed"], after["patterns"][0]["checks_failed"]) == (2, 2)
    assert (after["still_failed"], after["patterns"][0]["still_failed"]) == (0, 0)
    assert (before["failure_share"], after["failure_share"]) == (round(2 / 12, 4), 0)
    run_pending(failing)  # they fail again: of twelve checks two, each once
    again = api.get(E).json()
    assert (again["checks_ended"], again["checks_failed"], again["still_failed"]) == (12, 2, 2)
    assert again["patterns"][0]["checks_failed"] == 2
    page = " ".join(re.sub("<[^>]+>", "", api.get("/errors").text).split())
    assert "2 of 12 checks have failed (16.7 %)" in page
    overview = " ".join(re.sub("<[^>]+>", " ", api.get("/").text).split())
    assert "Failed checks, 24 h 2" in overview
    failing.checks = six_checks()
    api.post(f"{E}/retry", json={})
    half_way = api.get(E).json()
    assert (half_way["checks_ended"], half_way["still_failed"]) == (
        8,
        0,
    )  # two leads' insights, too
    run_pending(failing)
    healed = api.get(E).json()
    assert (healed["checks_ended"], healed["checks_failed"], healed["still_failed"]) == (12, 2, 0)
    page = " ".join(re.sub("<[^>]+>", "", api.get("/errors").text).split())
    assert "0 of 12 checks have failed (0" in page
    assert "2 more had, and were sent again" in page


def test_numbers_of_a_batch_are_those_of_everything_where_it_is_everything(api, failing):
    failing.execute("INSERT INTO batches (name, content_hash) VALUES ('all', 'h')")
    failing.execute(
        "INSERT INTO batch_leads (batch_id, lead_id, line, assessment_id)"
        " SELECT 1, lead_id, id, id FROM assessments"
    )

    def seen():
        whole, batch = api.get(E).json(), api.get(E, params={"batch_id": 1}).json()
        for found in (whole, batch):
            del found["since"], found["batch_id"]
        return whole, batch

    def send_again():
        operations.retry_failures(failing.orchestrator, RequeueSelection())

    for step in (lambda: None, send_again, failing.drain):
        step()
        whole, batch = seen()
        assert whole == batch
        assert whole["still_failed"] == sum(p["still_failed"] for p in whole["patterns"])


def test_what_ended_within_the_period_counts_whenever_it_began_and_deferrals_never_do(api, failing):
    """The page and the command ask the same function."""
    failing.execute(
        "UPDATE attempts SET started_at = now() - interval '25 hours',"
        " finished_at = now() - interval '23 hours' WHERE error_code IS NOT NULL"
    )
    failing.execute(
        "UPDATE attempts SET outcome = 'deferred' WHERE id = (SELECT max(id) FROM attempts"
        " WHERE error_code IS NOT NULL)"
    )
    (pattern,) = api.get(E).json()["patterns"]
    assert (pattern["attempts"], pattern["checks_failed"]) == (1, 1)
    page = api.get("/errors").text
    assert "checks have failed" in " ".join(re.sub("<[^>]+>", "", page).split())


def test_a_pattern_is_acknowledged_resolved_and_comes_back(api, failing):
    def state():
        return api.get(E).json()["patterns"][0]["state"]

    assert state() == "new"
    result = api.post(f"{E}/state", json={"what": "credential_rejected", "state": "acknowledged"})
    assert result.json()["patterns"] == ["gbp:places:credential_rejected"]
    assert state() == "acknowledged"
    api.post(f"{E}/state", json={"what": "gbp:places:credential_rejected", "state": "resolved"})
    assert state() == "resolved"
    failing.execute("UPDATE attempts SET finished_at = now() + interval '1 s'")
    assert state() == "came_back"


def test_a_state_of_what_never_failed_is_refused(api, failing):
    result = api.post(f"{E}/state", json={"what": "rate_limited", "state": "resolved"})
    assert result.status_code == 404
    result = api.post(f"{E}/state", json={"what": "gbp:places:credential_rejected", "state": "new"})
    assert result.status_code == 422


def test_period_and_batch_narrow(api, failing):
    failing.execute("UPDATE attempts SET finished_at = now() - interval '2 hours'")
    assert api.get(E, params={"since_s": 3600}).json()["patterns"] == []
    assert api.get(E, params={"batch_id": 7}).json()["patterns"] == []


def test_single_failures_come_in_pages(api, failing):
    first = api.get(f"{E}/attempts", params={"limit": 1, "check": "gbp"})
    rest = api.get(first.links["next"]["url"])
    (one,), (two,) = first.json()["items"], rest.json()["items"]
    assert {one["lead_id"], two["lead_id"]} == {1, 2}
    assert one["message"] == "The key was refused."
    assert api.get(f"{E}/attempts", params={"code": "rate_limited"}).json()["items"] == []


def test_failures_are_sent_again_as_narrowly_as_asked(api, failing):
    assert api.post(f"{E}/retry", json={"code": "rate_limited"}).json()["checks"] == 0
    assert api.post(f"{E}/retry", json={"lead_id": 1}).json() == {"checks": 1, "assessments": 1}
    assert api.post(f"{E}/retry", json={"check": "gbp"}).json() == {"checks": 1, "assessments": 1}
    status = api.get("/api/v1/assessments/1/status").json()
    assert status["checks"]["gbp"]["status"] == "pending"


def test_leads_come_in_pages_with_their_newest_assessment(api, failing):
    first = api.get("/api/v1/leads", params={"limit": 1})
    rest = api.get(first.links["next"]["url"]).json()
    assert [first.json()["items"][0]["name"], rest["items"][0]["name"]] == ["Beta", "Alpha"]
    assert rest["items"][0]["status"] == "completed"
    assert rest["items"][0]["score"] is not None
    assert rest["next_cursor"] is None


def test_leads_are_found_by_a_part_of_them(api, failing):
    found = api.get("/api/v1/leads", params={"search": "ALPHA"}).json()["items"]
    assert [lead["name"] for lead in found] == ["Alpha"]
    assert api.get("/api/v1/leads", params={"search": "%"}).json()["items"] == []


def test_one_lead(api, failing):
    assert api.get("/api/v1/leads/1").json()["assessment_id"] == 1
    assert api.get("/api/v1/leads/99").status_code == 404


def test_work_is_paused_and_goes_on(api, harness):
    assert not api.get("/api/v1/work").json()["paused"]
    result = api.post("/api/v1/work/pause", json={"reason": "lunch"}).json()
    assert (result["paused"], result["reason"]) == (True, "lunch")
    assert not api.post("/api/v1/work/resume").json()["paused"]
