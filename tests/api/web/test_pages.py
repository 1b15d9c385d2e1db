"""What each page shows of real rows, and what its forms do."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.assessment.intake.rivals import given
from lfassess.assessment.intake.submission import Rivals, submit_lead
from lfassess.checks.base import Judgement
from tests.api.web.conftest import CSV, assessed, doubtful, failing
from tests.support import make_check, six_checks

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/batches", "/leads", "/leads/rank", "/leads/changed", "/leads/do-not-contact"),
        *("/shares", "/errors", "/review", "/system", "/submit"),
    ],
)
def test_pages_work_on_an_empty_store(site, path):
    assert "<h1>" in site.page(path)


def test_overview_counts_and_names_what_ended(site, harness):
    assessment_id = assessed(harness)
    text = site.page("/")
    assert "Harbour Bakery" in text
    assert f'href="/assessments/{assessment_id}"' in text


def test_website_is_submitted_and_its_assessment_shown(site, harness):
    answer = site.post("/submit/website", {"url": "www.bakery.test", "name": "Harbour Bakery"})
    assert answer.status_code == 303
    harness.drain()
    text = site.page(answer.headers["location"])
    assert "6 of 6 checks" in text
    assert "The assessment is on its way." in text


def test_only_the_ticked_checks_run(site, harness):
    site.post("/submit/website", {"url": "bakery.test", "check": ["security", "gbp"]})
    harness.drain()
    ran = harness.rows("SELECT name FROM check_runs WHERE status <> 'skipped' ORDER BY name")
    assert [r["name"] for r in ran] == ["gbp", "security"]


@pytest.mark.parametrize(
    "url", ["", "http://127.0.0.1/", "http://169.254.169.254/latest", "ftp://bakery.test", "a b"]
)
def test_address_that_cannot_be_assessed_is_refused_with_a_reason(site, harness, url):
    answer = site.post("/submit/website", {"url": url})
    assert answer.status_code == 422
    assert "That did not work" in answer.text
    assert harness.rows("SELECT id FROM leads") == []


def test_file_becomes_a_batch_whose_bad_rows_are_listed(site, harness):
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    assert answer.status_code == 303
    text = site.page(answer.headers["location"])
    assert "Harbour Bakery" in text
    assert "1 row of the file could not be used" in text
    harness.drain()
    assert "100 %" in site.page(answer.headers["location"])


def test_same_file_again_goes_on_where_it_was(site, harness):
    first = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    again = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    assert first.headers["location"].split("?")[0] == again.headers["location"].split("?")[0]
    assert len(harness.rows("SELECT id FROM assessments")) == 2


def test_name_of_an_uploaded_file_is_no_path(site, harness):
    site.post("/submit/file", files={"file": ("../../etc/passwd", CSV, "text/csv")})
    assert harness.row("SELECT name FROM batches")["name"] == "passwd"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"colour,size\nred,1\n"])
def test_file_without_leads_is_refused(site, content):
    answer = site.post("/submit/file", files={"file": ("leads.csv", content, "text/csv")})
    assert answer.status_code == 422


def test_file_with_too_many_rows_is_refused(site, harness, monkeypatch):
    monkeypatch.setattr("lfassess.api.web.views.submit.MAX_ROWS", 2)
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    assert answer.status_code == 422
    assert harness.rows("SELECT id FROM leads") == []


def test_budget_is_stored_with_the_batch(site, harness):
    data, files = {"budget": "12.50"}, {"file": ("leads.csv", CSV, "text/csv")}
    answer = site.post("/submit/file", data, files=files)
    assert harness.row("SELECT budget_usd FROM batches")["budget_usd"] == 12.5
    assert "of $12.50" in site.page(answer.headers["location"])


@pytest.mark.parametrize("budget", ["-1", "nan", "much"])
def test_nonsense_as_a_budget_is_refused(site, harness, budget):
    data, files = {"budget": budget}, {"file": ("leads.csv", CSV, "text/csv")}
    assert site.post("/submit/file", data, files=files).status_code == 422
    assert harness.rows("SELECT id FROM batches") == []


def test_batch_is_filtered_sorted_and_searched(site, harness):
    harness.checks = six_checks(security=failing())
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    batch = answer.headers["location"].split("?")[0]
    harness.drain()
    assert "Harbour Bakery" in site.page(f"{batch}?status=partial")
    assert "No lead fits." in site.page(f"{batch}?status=failed")
    found = site.page(f"{batch}?q=garage&order=-score")
    assert "Garage" in found
    assert "Harbour Bakery" not in found
    assert "No lead fits." in site.page(f"{batch}?q=100%25")


def test_batch_that_reuses_an_assessment_counts_it(site, harness):
    first = CSV.replace(b"Don's Garage,garage.test,\n", b"")
    site.post("/submit/file", files={"file": ("first.csv", first, "text/csv")})
    harness.drain()
    answer = site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    text = site.page(answer.headers["location"])
    assert "1 of 2 done, 0 failed" in text


def test_assessment_shows_failures_attempts_and_evidence(site, harness):
    harness.checks = six_checks(security=failing("garage.test does not answer"))
    assessment_id = assessed(harness)
    harness.execute("""UPDATE check_runs SET evidence = '{"status": 418}' WHERE name = 'gbp'""")
    text = site.page(f"/assessments/{assessment_id}")
    assert "garage.test does not answer" in text
    assert "target_unreachable" in text
    assert "418" in text
    raw = site.get(f"/assessments/{assessment_id}/evidence/gbp.json")
    assert raw.json()["evidence"] == {"status": 418}


def test_an_area_names_what_it_is_made_of_connection_first(site, harness):
    assessment_id = assessed(harness)
    harness.execute(
        "UPDATE assessments SET scoring_details = CAST(:s AS jsonb)",
        s='{"areas": {"security": {"score": 79, "parts": {"connection": 95, "hardening": 30}}}}',
    )
    assert "connection 95, hardening 30" in site.page(f"/assessments/{assessment_id}")


def test_pages_of_an_audit_name_the_address_that_was_assessed(site, harness):
    site.post("/submit/file", files={"file": ("leads.csv", CSV, "text/csv")})
    harness.drain()
    harness.execute("UPDATE assessments SET site_url = 'http://www.answers.test/' WHERE id = 1")
    assert 'href="http://www.answers.test/"' in site.page("/assessments/1")
    for path in ("/", "/batches/1"):
        assert "www.answers.test" in site.page(path)
    assert "answers.test" not in site.page("/leads")


def test_report_opens_with_a_policy_that_runs_nothing(site, harness):
    assessment_id = assessed(harness)
    answer = site.get(f"/assessments/{assessment_id}/report")
    assert answer.status_code == 200
    assert "Harbour Bakery" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "sandbox" in policy


def test_report_of_a_running_assessment_is_not_there_yet(site, harness):
    assessment_id, _ = submit_lead(harness.orchestrator, harness.add_lead())
    assert site.get(f"/assessments/{assessment_id}/report").status_code == 409


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "report.html", "nothing.jpg"]
)
def test_only_pictures_that_are_on_record_are_served(site, harness, name):
    assessment_id = assessed(harness)
    answer = site.get(f"/assessments/{assessment_id}/files/{name}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("stored", "whole", "small"),
    [
        (("desktop.webp", "desktop-fold.jpg"), "desktop.webp", "desktop-fold.jpg"),
        (("desktop.jpg", "desktop-fold.jpg"), "desktop.jpg", "desktop-fold.jpg"),
        (
            ("desktop.jpg", "desktop-fold.jpg", "desktop-thumb.jpg"),
            "desktop.jpg",
            "desktop-thumb.jpg",
        ),
        (("desktop.jpg",), "desktop.jpg", "desktop.jpg"),
    ],
)
def test_an_audit_shows_its_first_screen_and_leads_to_the_whole(
    site, harness, stored, whole, small
):
    own = f"/assessments/{assessed(harness)}"
    for name in stored:
        harness.execute(
            "INSERT INTO artefacts (assessment_id, name, content_type, uri, size)"
            " SELECT max(id), :name, 'image/jpeg', 'x', 1 FROM assessments",
            name=name,
        )
    (link,) = LexborHTMLParser(site.page(own)).css(".shots a")
    assert link.attributes["href"] == f"{own}/files/{whole}"
    assert link.css_first("img").attributes["src"] == f"{own}/files/{small}"


def test_leads_are_found_and_assessed_from_their_page(site, harness):
    lead_id = harness.add_lead("Cedar Dental", "https://cedar.test/")
    harness.add_lead("Harbour Bakery", "https://bakery.test/")
    found = site.page("/leads?q=cedar")
    assert "Cedar Dental" in found
    assert "Harbour Bakery" not in found
    assert "Not assessed yet." in site.page(f"/leads/{lead_id}")
    assert site.post(f"/leads/{lead_id}/assess").status_code == 303


def test_system_shows_queues_workers_and_providers(site, harness):
    assessed(harness)
    submit_lead(harness.orchestrator, harness.add_lead("Waiting"))
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


def test_an_assessment_lists_what_the_business_pays_for_already(site, harness):
    tools = [
        {"name": "Calendly <b>", "category": "booking", "bought": True, "says": None},
        {"name": "Google Ads", "category": "advertising", "says": "Pays for Google Ads, or did."},
        {"name": "nginx", "category": "server", "bought": False, "says": None},
    ]
    reading = replace(
        make_check("onpage"), judge=lambda _: Judgement(metrics={"technologies": tools})
    )
    harness.checks = {**six_checks(), "onpage": reading}
    shown = site.page(f"/assessments/{assessed(harness)}")
    assert "What they use already" in shown
    assert "Calendly &lt;b&gt;" in shown
    assert "Pays for Google Ads, or did." in shown
    assert "<strong>nginx" not in shown


def test_without_tools_nothing_is_said_of_them(site, harness):
    assert "What they use already" not in site.page(f"/assessments/{assessed(harness)}")


def test_checks_named_in_no_list_still_have_a_row(site, harness):
    harness.checks = {**six_checks(), "seventh_check": make_check("seventh_check")}
    assert "Seventh check" in site.page(f"/assessments/{assessed(harness)}")


def test_whom_to_call_first_is_listed_with_a_filter(site, harness):
    assessed(harness)
    harness.execute("UPDATE opportunities SET out = NULL, score = 61, why = 'They wait for you.'")
    page = LexborHTMLParser(site.page("/leads/rank"))
    (row,) = page.css("tbody tr")
    assert "They wait for you." in row.text()
    assert row.css_first("td b").text() == "61"
    assert LexborHTMLParser(site.page("/leads/rank?finding=no-https")).css("tbody .empty")
    asked = LexborHTMLParser(site.page("/leads/rank?finding=no-https")).css_first("[name=finding]")
    assert asked.attributes["value"] == "no-https"


@pytest.mark.parametrize(
    ("number", "country", "shown"),
    [
        ("+12075550142", "US", "(207) 555-0142"),
        ("+49301234567", "DE", "030 1234567"),
        ("+49301234567", "US", "+49 30 1234567"),
    ],
)
def test_whom_to_call_is_shown_with_a_number_as_the_leads_country_writes_it(
    site, harness, number, country, shown
):
    assessed(harness)
    harness.execute("UPDATE opportunities SET out = NULL")
    harness.execute(
        "UPDATE leads SET phone = :number, country = :country", number=number, country=country
    )
    links = LexborHTMLParser(site.page("/leads/rank")).css("tbody a[href^=tel]")
    assert [(a.attributes["href"], a.text()) for a in links] == [(f"tel:{number}", shown)] * 2


def test_leads_that_are_not_worth_a_call_are_counted(site, harness):
    assessed(harness)
    harness.execute("UPDATE opportunities SET out = 'closed'")
    assert "1: Google shows the business as permanently closed." in site.page("/leads/rank")


def test_a_batches_reports_come_in_one_zip(site, harness):
    audit = assessed(harness, "Müller & Söhne")
    harness.execute("INSERT INTO batches (name) VALUES ('May')")
    harness.execute(
        "INSERT INTO batch_leads (batch_id, lead_id, assessment_id)"
        " SELECT b.id, a.lead_id, a.id FROM batches b, assessments a WHERE a.id = :id",
        id=audit,
    )
    batch = harness.row("SELECT id FROM batches")["id"]
    assert f"/batches/{batch}/reports.zip?format=teaser" in site.page(f"/batches/{batch}")
    answer = site.get(f"/batches/{batch}/reports.zip?format=html")
    assert answer.headers["content-disposition"].endswith(f'batch-{batch}-html.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        (name,) = archive.namelist()
        assert name.endswith("-muller-sohne-audit.html")
        assert "Müller" in archive.read(name).decode()
    assert site.get(f"/batches/{batch}/reports.zip?format=exe").status_code == 422
    harness.execute("DELETE FROM batch_leads")
    assert site.get(f"/batches/{batch}/reports.zip").status_code == 404


def test_an_audits_page_says_what_its_report_says(site, harness):
    """A model's summary that begins with another finding than the report is not shown."""
    number = doubtful(harness)
    insights = {"by": "llm", "language": "en", "executive_summary": "The logo is blue.",
                "summary_first": "no-https", "recommendations": []}  # fmt: skip
    stored = "UPDATE check_runs SET metrics = CAST(:m AS jsonb) WHERE name = 'llm_analysis'"
    harness.execute(stored, m=json.dumps({"insights": insights}))
    page = LexborHTMLParser(site.page(f"/assessments/{number}")).css_first("[lang=en].prose").text()
    assert "Fix first: The site has no encryption." in page
    assert "The logo is blue." in page
    insights["summary_first"] = "no-title"
    harness.execute(stored, m=json.dumps({"insights": insights}))
    page = LexborHTMLParser(site.page(f"/assessments/{number}")).css_first("[lang=en].prose").text()
    assert "Fix first: The site has no encryption." in page
    assert "The logo is blue." not in page


def test_competitors_stand_on_a_leads_page_and_have_pages_of_their_own(site, harness):
    beside = Rivals(2, tuple(given(["rolls.org", "facebook.com/joes"], harness.settings)))
    number, _ = submit_lead(harness.orchestrator, harness.add_lead(), rivals=beside)
    while harness.queue and not harness.rows("SELECT id FROM assessments WHERE rival"):
        harness.deliver(harness.queue.popleft())
    assert "being measured" in site.page(f"/assessments/{number}")
    harness.drain()
    page = site.page(f"/assessments/{number}")
    assert "This is a page on a directory or platform" in page
    assert "being measured" not in page
    rival = harness.row("SELECT id FROM assessments WHERE rival")["id"]
    assert f'href="/assessments/{rival}">rolls.org</a>' in page
    own = site.page(f"/assessments/{rival}")
    assert f'Competitor of <a href="/assessments/{number}">Harbour Bakery</a>' in own
    assert "Open the report" not in own
    assert "Run again" not in own
