"""Asking for an assessment, its status and its results."""

from __future__ import annotations

import pytest

from lfassess.checks.base import Area

pytestmark = pytest.mark.integration

A = "/api/v1/assessments"


def finished(harness, **lead):
    lead_id = harness.add_lead(**lead)
    assessment_id = harness.orchestrator.coordinate(lead_id)["assessment_id"]
    harness.drain()
    return assessment_id


def test_website_becomes_a_lead_with_an_open_assessment(api, harness):
    answer = api.post(A, json={"url": "harbour-bakery.example", "name": "Harbour Bakery"})
    assert answer.status_code == 202
    result = answer.json()
    assert answer.headers["Location"] == result["links"]["self"] == f"{A}/{result['assessment_id']}"
    lead = harness.row("SELECT name, website FROM leads WHERE id = :id", id=result["lead_id"])
    assert dict(lead) == {"name": "Harbour Bakery", "website": "https://harbour-bakery.example/"}


def test_open_assessment_is_joined_instead_of_doubled(api, harness):
    lead_id = harness.add_lead()
    first = api.post(A, json={"lead_id": lead_id})
    second = api.post(A, json={"lead_id": lead_id})
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json()["assessment_id"] == first.json()["assessment_id"]
    assert not second.json()["new"]


def test_only_the_checks_that_are_requested_run(api, harness):
    answer = api.post(A, json={"lead_id": harness.add_lead(), "checks": ["security"]})
    status = api.get(answer.json()["links"]["status"]).json()
    requested = {name for name, c in status["checks"].items() if c["status"] != "skipped"}
    assert requested == {"security"}


def test_status_tells_percentage_and_each_check(api, harness):
    lead_id = harness.add_lead()
    harness.orchestrator.coordinate(lead_id)
    harness.deliver(harness.queue.popleft())
    harness.deliver(harness.queue.popleft())
    status = api.get(f"{A}/1/status").json()
    assert (status["status"], status["percentage"]) == ("in_progress", 33)
    assert status["checks"]["pagespeed"]["status"] == "completed"
    assert status["checks"]["llm_analysis"]["status"] == "pending"
    harness.drain()
    status = api.get(f"{A}/1/status").json()
    assert (status["status"], status["percentage"]) == ("completed", 100)
    assert status["score"] == api.get(f"{A}/1").json()["score"] is not None


def test_results_hold_scores_findings_and_costs(api, harness):
    assessment_id = finished(harness)
    harness.execute(
        "UPDATE check_runs SET findings = CAST(:f AS jsonb), cost_usd = 0.5 WHERE name = 'security'",
        f='[{"code": "no-csp", "severity": "high", "title": "No policy", "evidence": "none"}]',
    )
    result = api.get(f"{A}/{assessment_id}").json()
    assert (result["status"], result["completeness"], result["cost_usd"]) == (
        "completed",
        "6/6",
        0.5,
    )
    assert result["lead"]["name"] == "Harbour Bakery"
    assert result["checks"]["security"]["findings"][0]["code"] == "no-csp"
    assert "report.html" in result["artefacts"]
    assert result["review"]["state"] in {"needs_review", "approved"}


def test_results_have_the_owners_areas(api, harness):
    answer = api.get(f"{A}/{finished(harness)}").json()
    assert set(answer["areas"]) == {area.value for area in Area}
    assert answer["areas"]["first_impression"]["score"] is not None
    assert sum(made["weight"] or 0 for made in answer["areas"].values()) == pytest.approx(
        1, abs=0.01
    )


def test_failed_check_tells_why(api, harness):
    assessment_id = finished(harness)
    harness.execute(
        "UPDATE check_runs SET status = 'failed', error_code = 'provider_timeout',"
        " error_message = 'Too slow.' WHERE name = 'gbp'"
    )
    check = api.get(f"{A}/{assessment_id}/status").json()["checks"]["gbp"]
    assert check["error"] == {"code": "provider_timeout", "message": "Too slow."}


def test_cancel_ends_what_waits_and_refuses_what_has_ended(api, harness):
    assessment_id = harness.orchestrator.coordinate(harness.add_lead())["assessment_id"]
    assert api.post(f"{A}/{assessment_id}/cancel").status_code == 200
    ended = finished(harness, name="Other", website="https://other.test/")
    assert api.post(f"{A}/{ended}/cancel").json()["code"] == "assessment_ended"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"lead_id": 1, "url": "https://a.test"}, 422),
        ({"lead_id": "1"}, 422),
        ({"lead_id": 999}, 404),
        ({"url": "http://127.0.0.1/"}, 422),
        ({"url": "ftp://a.test/"}, 422),
        ({"url": "n/a"}, 422),
        ({"url": "a.test", "name": "x" * 301}, 422),
        ({"url": "a.test", "checks": ["horoscope"]}, 422),
        ({"url": "a.test", "surprise": 1}, 422),
    ],
)
def test_request_that_makes_no_sense_is_refused_as_a_problem(api, body, status):
    answer = api.post(A, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_list_comes_in_pages_that_stay_right_while_rows_are_added(api, harness):
    for n in range(5):
        harness.orchestrator.coordinate(
            harness.add_lead(name=f"Lead {n}", website=f"https://{n}.test/")
        )
    first = api.get(A, params={"limit": 2, "status": "in_progress"})
    assert [a["id"] for a in first.json()["items"]] == [5, 4]
    harness.orchestrator.coordinate(harness.add_lead(name="New", website="https://new.test/"))
    seen = [5, 4]
    answer = first
    while answer.json()["next_cursor"]:
        link = answer.links["next"]["url"]
        assert "status=in_progress" in link
        answer = api.get(link)
        seen += [a["id"] for a in answer.json()["items"]]
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "cursor", ["x", "MTow", "MTotMQ", "!!!", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5OTk"]
)
def test_cursor_that_is_none_is_refused(api, cursor):
    assert api.get(A, params={"cursor": cursor}).json()["code"] == "invalid_cursor"


def test_list_narrows_to_a_lead(api, harness):
    finished(harness)
    other = harness.add_lead(name="Other", website="https://other.test/")
    harness.orchestrator.coordinate(other)
    items = api.get(A, params={"lead_id": other}).json()["items"]
    assert [a["lead"]["name"] for a in items] == ["Other"]


def test_competitors_are_measured_beside_a_lead(api, harness):
    body = {"url": "harbour-bakery.example", "rivals": ["rolls.com", "facebook.com/x"]}
    answer = api.post(A, json=body)
    harness.drain()
    rows = harness.rows("SELECT site, refused FROM assessment_rivals ORDER BY position")
    assert [(r["site"], r["refused"]) for r in rows] == [
        ("rolls.com", None), ("facebook.com", "platform"),
    ]  # fmt: skip
    listed = api.get(A).json()["items"]
    assert [each["id"] for each in listed] == [answer.json()["assessment_id"]]


def test_a_competitor_that_is_no_website_is_refused(api, harness):
    answer = api.post(A, json={"url": "harbour-bakery.example", "rivals": ["no website"]})
    assert answer.status_code == 422
    assert "not a website" in answer.json()["detail"]
    assert harness.rows("SELECT * FROM assessments") == []
