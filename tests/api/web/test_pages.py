"""What each page shows of real rows, and what its forms do."""

from __future__ import annotations

import json

import pytest

from lfassess.assessment.submit import submit_lead
from lfassess.errors import TargetUnreachableError
from tests.support import make_check, six_checks

pytestmark = pytest.mark.integration

CSV = (
    b"name,website,phone\nHarbour Bakery,https://bakery.test,\nDon's Garage,garage.test,\n,,,oops\n"
)


def failing(message="garage.test does not answer"):
    def fetch(_target, _ctx):
        raise TargetUnreachableError(message, provider="website")

    return fetch


def assessed(bench, name="Harbour Bakery", website="https://bakery.test/"):
    assessment_id, _ = submit_lead(bench.orchestrator, bench.add_lead(name, website))
    bench.drain()
    return assessment_id


@pytest.mark.parametrize(
    "path", ["/", "/batches", "/leads", "/errors", "/review", "/system", "/submit"]
)
def test_pages_work_on_an_empty_store(site, path):
    assert "<h1>" in site.page(path)


def test_overview_counts_and_names_what_ended(site, bench):
    assessment_id = assessed(bench)
    text = site.page("/")
    assert "Harbour Bakery" in text
    assert f'href="/assessments/{assessment_id}"' in text


def test_website_is_submitted_and_its_assessment_shown(site, bench):
    answer = site.post("/submit/website", {"url": "www.bakery.test", "name": "Harbour Bakery"})
    assert answer.status_code == 303
    bench.drain()
    text = site.page(answer.headers["location"])
    assert "6 of 6 checks" in text
    assert "The assessment is on its way." in text


def test_only_the_ticked_checks_run(site, bench):
    site.post("/submit/website", {"url": "bakery.test", "check": ["security", "gbp"]})
    bench.drain()
    ran = bench.rows("SELECT name FROM check_runs WHERE status <> 'skipped' ORDER BY name")
    assert [r["name"] for r in ran] == ["gbp", "security"]


@pytest.mark.parametrize(
    "url", ["", "http://127.0.0.1/", "http://169.254.169.254/latest", "ftp://bakery.test", "a b"]
)
def test_address_that_cannot_be_assessed_is_refused_with_a_reason(site, bench, url):
    answer = site.post("/submit/website", {"url": url})
    assert answer.status_code == 422
    assert "That did not work" in answer.text
    assert bench.rows("SELECT id FROM leads") == []


def test_file_becomes_a_batch_whose_bad_rows_are_listed(site, bench):
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    assert answer.status_code == 303
    text = site.page(answer.headers["location"])
    assert "Harbour Bakery" in text
    assert "1 row of the file could not be used" in text
    bench.drain()
    assert "100 %" in site.page(answer.headers["location"])


def test_same_file_again_goes_on_where_it_was(site, bench):
    first = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    again = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    assert first.headers["location"].split("?")[0] == again.headers["location"].split("?")[0]
    assert len(bench.rows("SELECT id FROM assessments")) == 2


def test_name_of_an_uploaded_file_is_no_path(site, bench):
    site.post("/submit/file", files={"file": ("../../etc/passwd", CSV, "text/csv")})
    assert bench.row("SELECT name FROM batches")["name"] == "passwd"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"colour,size\nred,1\n"])
def test_file_without_leads_is_refused(site, content):
    answer = site.post("/submit/file", files={"file": ("leads.csv", content, "text/csv")})
    assert answer.status_code == 422


def test_file_with_too_many_rows_is_refused(site, bench, monkeypatch):
    monkeypatch.setattr("lfassess.api.web.views.submit.MAX_ROWS", 2)
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    assert answer.status_code == 422
    assert bench.rows("SELECT id FROM leads") == []


def test_budget_is_kept_with_the_batch(site, bench):
    data, files = {"budget": "12.50"}, {"file": ("leads.csv", CSV, "text/csv")}
    answer = site.post("/submit/file", data, files=files)
    assert bench.row("SELECT budget_usd FROM batches")["budget_usd"] == 12.5
    assert "of $12.50" in site.page(answer.headers["location"])


@pytest.mark.parametrize("budget", ["-1", "nan", "much"])
def test_nonsense_as_a_budget_is_refused(site, bench, budget):
    data, files = {"budget": budget}, {"file": ("leads.csv", CSV, "text/csv")}
    assert site.post("/submit/file", data, files=files).status_code == 422
    assert bench.rows("SELECT id FROM batches") == []


def test_batch_is_filtered_sorted_and_searched(site, bench):
    bench.checks = six_checks(security=failing())
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    batch = answer.headers["location"].split("?")[0]
    bench.drain()
    assert "Harbour Bakery" in site.page(f"{batch}?status=partial")
    assert "No lead fits." in site.page(f"{batch}?status=failed")
    found = site.page(f"{batch}?q=garage&order=-score")
    assert "Garage" in found
    assert "Harbour Bakery" not in found
    assert "No lead fits." in site.page(f"{batch}?q=100%25")


def test_batch_that_reuses_an_assessment_counts_it(site, bench):
    first = CSV.replace(b"Don's Garage,garage.test,\n", b"")
    site.post("/submit/file", files={"file": ("first.csv", first, "text/csv")})
    bench.drain()
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    text = site.page(answer.headers["location"])
    assert "1 of 2 done, 0 failed" in text


def test_batch_can_be_cancelled(site, bench):
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    batch = answer.headers["location"].split("?")[0]
    assert site.post(f"{batch}/cancel").status_code == 303
    assert bench.row("SELECT cancelled_at FROM batches")["cancelled_at"] is not None


def test_assessment_shows_failures_attempts_and_evidence(site, bench):
    bench.checks = six_checks(security=failing("garage.test does not answer"))
    assessment_id = assessed(bench)
    bench.execute("""UPDATE check_runs SET evidence = '{"status": 418}' WHERE name = 'gbp'""")
    text = site.page(f"/assessments/{assessment_id}")
    assert "garage.test does not answer" in text
    assert "target_unreachable" in text
    assert "418" in text
    raw = site.get(f"/assessments/{assessment_id}/evidence/gbp.json")
    assert raw.json()["evidence"] == {"status": 418}


def test_report_opens_with_a_policy_that_runs_nothing(site, bench):
    assessment_id = assessed(bench)
    answer = site.get(f"/assessments/{assessment_id}/report")
    assert answer.status_code == 200
    assert "Harbour Bakery" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy


def test_report_of_a_running_assessment_is_not_there_yet(site, bench):
    assessment_id, _ = submit_lead(bench.orchestrator, bench.add_lead())
    assert site.get(f"/assessments/{assessment_id}/report").status_code == 409


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "report.html", "nothing.jpg"]
)
def test_only_pictures_that_are_on_record_are_served(site, bench, name):
    assessment_id = assessed(bench)
    answer = site.get(f"/assessments/{assessment_id}/files/{name}")
    assert answer.status_code == 404


def test_run_again_opens_a_new_assessment(site, bench):
    assessment_id = assessed(bench)
    answer = site.post(f"/assessments/{assessment_id}/rerun")
    assert answer.status_code == 303
    assert answer.headers["location"] != f"/assessments/{assessment_id}"
    bench.drain()
    assert f"#{assessment_id}" in site.page(answer.headers["location"])


def test_errors_are_drilled_down_and_sent_again(site, bench):
    bench.checks = six_checks(security=failing())
    assessment_id = assessed(bench)
    text = site.page("/errors?code=target_unreachable")
    assert f'href="/assessments/{assessment_id}"' in text
    assert "No failures." in site.page("/errors?code=rate_limited")
    bench.checks = six_checks()
    answer = site.post("/errors/retry", {"code": "target_unreachable"}, form_on="/errors")
    assert "said=retried" in answer.headers["location"]
    bench.drain()
    assert bench.row("SELECT status FROM check_runs WHERE name = 'security'")["status"] == (
        "completed"
    )


def test_filter_that_is_left_empty_filters_nothing(site):
    assert "No failures." in site.page("/errors?since=1h&batch=&code=")


def test_nothing_to_send_again_is_said(site):
    answer = site.post("/errors/retry", {"code": "rate_limited"})
    assert "There was nothing to send again." in site.page(answer.headers["location"])


def doubtful(bench):
    """Return an audit that waits for a person, with one finding."""
    assessment_id = assessed(bench)
    bench.execute(
        "UPDATE check_runs SET findings = CAST(:findings AS jsonb) WHERE name = 'security'",
        findings=json.dumps([FINDING]),
    )
    bench.execute("DELETE FROM reviews")
    bench.execute(
        "INSERT INTO reviews (assessment_id, state, reasons)"
        " VALUES (:id, 'needs_review', '[\"weak-match\"]')",
        id=assessment_id,
    )
    return assessment_id


FINDING = {
    "code": "no-https",
    "severity": "critical",
    "title": "The site has no encryption",
    "evidence": "port 443 is closed",
    "source": "raw",
    "advice_id": "no-https",
}


def test_doubtful_audit_is_listed_and_approved(site, bench):
    assessment_id = doubtful(bench)
    assert f"/assessments/{assessment_id}#review" in site.page("/review")
    path = f"/assessments/{assessment_id}"
    answer = site.post(f"{path}/approve", {"by": "Ann", "note": "checked by phone"})
    assert answer.headers["location"].startswith("/review")
    assert "Decided by Ann" in site.page(path)
    assert "Nothing waits for you." in site.page("/review")
    assert site.post(f"{path}/approve", {"by": "Ben"}).status_code == 422
    assert site.post(f"{path}/issue").status_code == 303
    assert "checked by phone" in site.page("/review?state=issued")


def test_report_is_a_draft_until_somebody_approves(site, bench):
    path = f"/assessments/{doubtful(bench)}"
    assert "DRAFT" in site.page(f"{path}/report")
    site.post(f"{path}/approve", {"by": "Ann"})
    assert "DRAFT" not in site.page(f"{path}/report")


def test_finding_is_overruled_with_a_note(site, bench):
    path = f"/assessments/{doubtful(bench)}"
    asked = {"check": "security", "code": "no-https", "by": "Ann"}
    assert site.post(f"{path}/overrule", {**asked, "note": " "}).status_code == 422
    assert site.post(f"{path}/overrule", {**asked, "note": "port 8443"}).status_code == 303
    assert "Overruled by Ann" in site.page(path)


def test_leads_are_found_and_assessed_from_their_page(site, bench):
    lead_id = bench.add_lead("Cedar Dental", "https://cedar.test/")
    bench.add_lead("Harbour Bakery", "https://bakery.test/")
    found = site.page("/leads?q=cedar")
    assert "Cedar Dental" in found
    assert "Harbour Bakery" not in found
    assert "Not assessed yet." in site.page(f"/leads/{lead_id}")
    assert site.post(f"/leads/{lead_id}/assess").status_code == 303


def test_work_is_paused_and_goes_on(site):
    site.post("/system/pause", {"reason": "bill is due"})
    assert "bill is due" in site.page("/")
    site.post("/system/resume", form_on="/system")
    assert "bill is due" not in site.page("/")


def test_system_shows_queues_workers_and_providers(site, bench):
    assessed(bench)
    submit_lead(bench.orchestrator, bench.add_lead("Waiting"))
    text = site.page("/system")
    for word in ("assessment", "semrush", "psi"):
        assert word in text


@pytest.mark.parametrize(
    "path",
    [
        "/batches/999999",
        "/assessments/999999",
        "/leads/999999",
        "/assessments/999999/report",
        "/assessments/999999/evidence/gbp.json",
        "/static/nothing.css",
    ],
)
def test_what_is_not_there_is_a_404_page(site, path):
    answer = site.get(path)
    assert answer.status_code == 404
    assert "That did not work" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/batches/0",
        "/batches/99999999999999999999",
        "/assessments/x",
        "/leads?page=0",
        "/leads?q=a%00b",
        "/errors?batch=-1",
    ],
)
def test_nonsense_in_the_address_is_refused(site, path):
    assert site.get(path).status_code == 422


def test_checks_named_in_no_list_still_have_a_row(site, bench):
    bench.checks = {**six_checks(), "seventh_check": make_check("seventh_check")}
    assert "seventh check" in site.page(f"/assessments/{assessed(bench)}")
