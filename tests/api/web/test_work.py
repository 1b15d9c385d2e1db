"""What is done from the pages: run again, send again, cancel, pause, review."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.api.web.conftest import CSV, assessed, doubtful, failing
from tests.support import six_checks

pytestmark = pytest.mark.integration


def test_run_again_opens_a_new_assessment(site, harness):
    assessment_id = assessed(harness)
    answer = site.post(f"/assessments/{assessment_id}/rerun")
    assert answer.status_code == 303
    assert answer.headers["location"] != f"/assessments/{assessment_id}"
    harness.drain()
    assert f"#{assessment_id}" in site.page(answer.headers["location"])


def test_errors_are_drilled_down_and_sent_again(site, harness):
    harness.checks = six_checks(security=failing())
    assessment_id = assessed(harness)
    text = site.page("/errors?code=target_unreachable")
    assert f'href="/assessments/{assessment_id}"' in text
    assert "No failures." in site.page("/errors?code=rate_limited")
    harness.checks = six_checks()
    answer = site.post("/errors/retry", {"code": "target_unreachable"}, form_on="/errors")
    assert "said=retried" in answer.headers["location"]
    harness.drain()
    assert harness.row("SELECT status FROM check_runs WHERE name = 'security'")["status"] == (
        "completed"
    )


def test_a_pattern_has_its_state_its_leads_and_its_own_retry(site, harness):
    harness.checks = six_checks(security=failing())
    assessed(harness)
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


def test_doubtful_audit_is_listed_and_approved(site, harness):
    assessment_id = doubtful(harness)
    assert f"/review/{assessment_id}" in site.page("/review")
    path = f"/assessments/{assessment_id}"
    answer = site.post(f"{path}/approve", {"by": "Ann", "note": "checked by phone"})
    assert answer.headers["location"].startswith("/review")
    assert "by Ann" in site.page(f"/review/{assessment_id}")
    assert "Nothing waits for you." in site.page("/review")
    assert site.post(f"{path}/approve", {"by": "Ben"}).status_code == 422
    assert site.post(f"{path}/issue").status_code == 303
    assert "checked by phone" in site.page("/review?state=issued")


def test_report_is_a_draft_until_somebody_approves(site, harness):
    path = f"/assessments/{doubtful(harness)}"
    assert "DRAFT" in site.page(f"{path}/report")
    site.post(f"{path}/approve", {"by": "Ann"})
    assert "DRAFT" not in site.page(f"{path}/report")


def test_finding_is_dismissed_with_a_note(site, harness):
    assessment_id = doubtful(harness)
    path = f"/assessments/{assessment_id}"
    asked = {"check": "security", "code": "no-https", "by": "Ann"}
    assert site.post(f"{path}/dismiss", {**asked, "note": " "}).status_code == 422
    assert site.post(f"{path}/dismiss", {**asked, "note": "port 8443"}).status_code == 303
    page = LexborHTMLParser(site.page(f"/review/{assessment_id}"))
    left = [node.attributes["value"] for node in page.css("[data-finding] input[name=code]")]
    assert "no-https" not in left
    assert "port 8443" in page.css_first("section[aria-labelledby=h-dismissed]").text()


def test_whoever_reviews_sees_reasons_and_findings_side_by_side(site, harness):
    page = LexborHTMLParser(site.page(f"/review/{doubtful(harness)}"))
    assert "compare name, address and phone" in page.css_first(".bullets").text()
    (finding,) = [node for node in page.css("[data-finding]") if "no-https" in node.text()]
    assert "port 443 is closed" in finding.text()
    assert finding.css_first("form input[name=code]").attributes["value"] == "no-https"


def test_a_review_comes_with_the_end_of_the_audit(site, harness):
    audit = doubtful(harness)
    harness.execute("DELETE FROM reviews")
    assert site.get(f"/review/{audit}").status_code == 409


def test_work_is_paused_and_goes_on(site):
    site.post("/system/pause", {"reason": "bill is due"})
    assert "bill is due" in site.page("/")
    site.post("/system/resume", form_on="/system")
    assert "bill is due" not in site.page("/")


def test_a_file_is_previewed_before_anything_is_stored(site, harness):
    odd = b"Company,Website,Tel\nHarbour,harbour.test,1.31256E+10\nNobody,,\n"
    answer = site.post("/submit/preview", files={"file": ("odd <b>.csv", odd, "text/csv")})
    assert answer.status_code == 200
    assert "website \u2190 Website" in answer.text
    assert "without a website, a name needs" in answer.text
    assert "what a spreadsheet made of a number" in answer.text
    assert "odd &lt;b&gt;.csv" in answer.text
    assert harness.row("SELECT count(*) AS n FROM leads")["n"] == 0
    upload = re.search(r'name="upload" value="([^"]+)"', answer.text)[1]
    data = {"upload": upload, "name": "odd.csv"}
    assert "/batches/" in site.post("/submit/file", data).headers["location"]
    assert harness.row("SELECT name FROM batches")["name"] == "odd.csv"
    assert site.post("/submit/file", data).status_code == 422  # it is gone


def previewed(site, content, name="list.csv", **data):
    """Preview a file; returns (the page, what its form would send)."""
    answer = site.post("/submit/preview", data, files={"file": (name, content, "text/csv")})
    assert answer.status_code == 200
    form = answer.text.partition('action="/submit/file"')[2]
    return answer.text, dict(
        re.findall(r'name="(upload|name|encoding|column)" value="([^"]*)"', form)
    )


def test_a_previewed_file_can_be_read_otherwise(site, harness):
    odd = "Firm,Alias,Site\nCafé Müller,Zum Löwen,mueller.test\n".encode("cp1252")
    page, form = previewed(site, odd, "müller.csv")
    assert "müller.csv was read as Windows-1252" in page
    assert form["upload"] not in re.sub(r'value="[^"]*"', "", page)
    again = {**form, "encoding": "mac_roman", "column": ["name=Alias", ""]}
    page = site.post("/submit/preview", again).text
    assert "name \u2190 Alias" in page
    assert "Caf\u00c8 M\u00b8ller" not in page
    assert "Zum L\u02c6wen" in page
    final = {**form, "encoding": "cp1252", "column": ["name=Alias"]}
    assert site.post("/submit/file", final).status_code == 303
    assert harness.row("SELECT name FROM leads")["name"] == "Zum Löwen"


def test_a_file_that_cannot_be_read_is_named_as_it_was_chosen(site):
    answer = site.post("/submit/preview", files={"file": ("old.xls", b"\xd0\xcf\x11\xe0", "x")})
    assert answer.status_code == 422
    assert "old.xls is an old Excel workbook" in answer.text


def test_columns_can_be_chosen_where_none_is_found(site, harness):
    data = b"Colour,Notes\nVale,vale.c0m\n"
    answer = site.post("/submit/preview", files={"file": ("odd.csv", data, "text/csv")})
    assert answer.status_code == 422
    assert "No column holds websites or business names" in answer.text
    assert "--map" not in answer.text
    assert '<option value="website=Notes">' in answer.text
    upload = re.search(r'name="upload" value="([^"]+)"', answer.text)[1]
    assert upload not in re.sub(r'value="[^"]*"', "", answer.text)
    again = {"upload": upload, "name": "odd.csv", "column": ["name=Colour", "website=Notes"]}
    assert "name \u2190 Colour" in site.post("/submit/preview", again).text


def test_the_encoding_can_be_chosen_where_it_is_unsure(site):
    data = b"name,url\n\xe9,vale.test\n"
    answer = site.post("/submit/preview", files={"file": ("odd.csv", data, "text/csv")})
    assert answer.status_code == 422
    assert "its encoding can&#39;t be determined" in answer.text
    assert "--encoding" not in answer.text
    upload = re.search(r'name="upload" value="([^"]+)"', answer.text)[1]
    again = {"upload": upload, "name": "odd.csv", "encoding": "cp1252"}
    assert site.post("/submit/preview", again).status_code == 200


def test_a_chain_is_shown_with_its_one_website(site, harness):
    chain = "name,website,address\n" + "".join(f"Joe,joes.test,{n} Main St\n" for n in range(3))
    page, form = previewed(site, chain.encode())
    assert "3 leads with 1 different website:" in page
    assert "Import and assess 3 leads" in page
    site.post("/submit/file", form)
    page, _ = previewed(site, chain.encode())
    assert "its batch goes on" in page
    assert "3 leads have an assessment already and are not assessed again" in page


@pytest.mark.parametrize("upload", ["../../etc/passwd", "x" * 32, ""])
def test_only_uploads_that_are_there_can_be_imported(site, upload):
    assert site.post("/submit/file", {"upload": upload}).status_code == 422


def test_an_assessment_shows_its_areas(site, harness):
    page = site.page(f"/assessments/{assessed(harness)}")
    assert '<h2 id="h-areas">Areas</h2>' in page
    assert "First impression" in page


def test_batch_can_be_cancelled(site, harness):
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    batch = answer.headers["location"].split("?")[0]
    assert site.post(f"{batch}/cancel").status_code == 303
    assert harness.row("SELECT cancelled_at FROM batches")["cancelled_at"] is not None
    (lead,) = harness.rows("SELECT min(lead_id) AS id, min(id) AS audit FROM assessments")
    pages = ("/", batch, f"{batch}?status=cancelled", "/leads", f"/leads/{lead['id']}",
             f"/assessments/{lead['audit']}")  # fmt: skip
    for page in pages:
        text = site.page(page)
        assert 's-cancelled">cancelled</span>' in text, page
        assert "s-failed" not in text, page
    assert 's-cancelled">' not in site.page(f"{batch}?status=failed")


def test_ten_million_rows_of_junk_are_refused_on_the_page(site, harness):
    junk = b"url\na.test\n" + b"x,\n" * 10_000_000
    answer = site.post("/submit/preview", files={"file": ("junk.csv", junk, "text/csv")})
    assert answer.status_code == 422
    assert "more than 100,000 rows" in answer.text
    assert harness.rows("SELECT 1 FROM leads") == []
