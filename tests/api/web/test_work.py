"""What is done from the pages: run again, send again, cancel, pause, review."""

from __future__ import annotations

import json
import re

import pytest

from tests.api.web.conftest import CSV, assessed, failing
from tests.support import six_checks

pytestmark = pytest.mark.integration


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


def test_a_pattern_has_its_state_its_leads_and_its_own_retry(site, bench):
    bench.checks = six_checks(security=failing())
    assessed(bench)
    text = site.page("/errors")
    assert ">new</span>" in text
    (link,) = re.findall(r'href="(/errors/leads.csv[^"]*)"', text)
    answer = site.get(link.replace("&amp;", "&"))
    assert answer.headers["content-type"].startswith("text/csv")
    assert "target_unreachable" in answer.text.splitlines()[1]
    (what,) = set(re.findall(r'name="what" value="([^"]*)"', text))
    form = {"what": what, "state": "resolved"}
    answer = site.post("/errors/state", form, form_on="/errors")
    text = site.page(answer.headers["location"])
    assert "Resolved: it counts as come back" in text
    assert ">resolved</span>" in text
    fingerprint = what.partition(":")[2]
    site.post("/errors/retry", {"check": "security", "fingerprint": fingerprint})
    assert "Leads (CSV)" not in site.page("/errors")


def test_filter_that_is_left_empty_filters_nothing(site):
    assert "No failures." in site.page("/errors?since=1h&batch=&code=")


def test_nothing_to_send_again_is_said(site):
    answer = site.post("/errors/retry", {"code": "rate_limited"})
    assert "There was nothing to run again." in site.page(answer.headers["location"])


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


def test_finding_is_dismissed_with_a_note(site, bench):
    path = f"/assessments/{doubtful(bench)}"
    asked = {"check": "security", "code": "no-https", "by": "Ann"}
    assert site.post(f"{path}/dismiss", {**asked, "note": " "}).status_code == 422
    assert site.post(f"{path}/dismiss", {**asked, "note": "port 8443"}).status_code == 303
    assert "Dismissed by Ann" in site.page(path)


def test_work_is_paused_and_goes_on(site):
    site.post("/system/pause", {"reason": "bill is due"})
    assert "bill is due" in site.page("/")
    site.post("/system/resume", form_on="/system")
    assert "bill is due" not in site.page("/")


def test_a_file_is_previewed_before_anything_is_stored(site, bench):
    odd = b"Company,Website,Tel\nHarbour,harbour.test,1.31256E+10\nNobody,,\n"
    answer = site.post("/submit/preview", files={"file": ("odd <b>.csv", odd, "text/csv")})
    assert answer.status_code == 200
    assert "website \u2190 Website" in answer.text
    assert "without a website, a name needs" in answer.text
    assert "what a spreadsheet made of a number" in answer.text
    assert "odd &lt;b&gt;.csv" in answer.text
    assert bench.row("SELECT count(*) AS n FROM leads")["n"] == 0
    upload = re.search(r'name="upload" value="([^"]+)"', answer.text)[1]
    data = {"upload": upload, "name": "odd.csv"}
    assert "/batches/" in site.post("/submit/file", data).headers["location"]
    assert bench.row("SELECT name FROM batches")["name"] == "odd.csv"
    assert site.post("/submit/file", data).status_code == 422  # it is gone


@pytest.mark.parametrize("upload", ["../../etc/passwd", "x" * 32, ""])
def test_only_uploads_that_are_there_can_be_imported(site, upload):
    assert site.post("/submit/file", {"upload": upload}).status_code == 422


def test_an_assessment_shows_its_areas(site, bench):
    page = site.page(f"/assessments/{assessed(bench)}")
    assert '<h2 id="h-areas">Areas</h2>' in page
    assert "First impression" in page


def test_batch_can_be_cancelled(site, bench):
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    batch = answer.headers["location"].split("?")[0]
    assert site.post(f"{batch}/cancel").status_code == 303
    assert bench.row("SELECT cancelled_at FROM batches")["cancelled_at"] is not None


def test_ten_million_rows_of_junk_are_refused_on_the_page(site, bench):
    junk = b"url\na.test\n" + b"x,\n" * 10_000_000
    answer = site.post("/submit/preview", files={"file": ("junk.csv", junk, "text/csv")})
    assert answer.status_code == 422
    assert "more than 100,000 rows" in answer.text
    assert bench.rows("SELECT 1 FROM leads") == []
