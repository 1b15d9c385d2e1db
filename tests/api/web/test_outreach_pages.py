"""Pages of what has changed, of links, and of who may not be contacted."""

from __future__ import annotations

import csv
import io
import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.assessment.intake.submission import submit_lead
from tests.api.web.conftest import FINDING, assessed, doubtful

pytestmark = pytest.mark.integration

DNC = "/leads/do-not-contact"


def rows(text):
    return [row.text(separator=" ") for row in LexborHTMLParser(text).css("tbody tr")]


@pytest.fixture
def changed(harness):
    """Return {name: (earlier audit, later audit, lead)} of one that got worse, one better."""
    audits = {}
    for name, scores in (("Worse Shop", (80, 40)), ("Better", (60, 80))):
        first = assessed(harness, name, f"https://{name[:3].lower()}.test/")
        lead = harness.row("SELECT lead_id FROM assessments WHERE id = :a", a=first)["lead_id"]
        second, _ = submit_lead(harness.orchestrator, lead)
        harness.drain()
        for audit, score in zip((first, second), scores, strict=True):
            harness.execute("UPDATE assessments SET score = :s WHERE id = :a", s=score, a=audit)
        audits[name] = (first, second, lead)
    harness.execute(
        "UPDATE check_runs SET findings = CAST(:f AS jsonb) WHERE name = 'security'"
        " AND assessment_id = :a",
        f=json.dumps([FINDING]),
        a=audits["Worse Shop"][1],
    )
    return audits


def test_changes_are_listed_by_what_matters_with_a_csv_of_the_same(site, changed):
    text = site.page("/leads/changed")
    first, second = rows(text)
    assert "Worse Shop" in first
    assert "Worse" in first
    assert "new: The site has no encryption" in first
    assert "Better" in second
    assert 'href="/leads/changed.csv?since=30d"' in text
    answer = site.get("/leads/changed.csv?since=30d&only=worse")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["name"], row["new"]) == ("Worse Shop", "The site has no encryption")


def test_what_is_listed_is_in_the_address(site, harness, changed):
    assert len(rows(site.page("/leads/changed?only=better"))) == 1
    assert len(rows(site.page("/leads/changed?only=new"))) == 1
    harness.execute("UPDATE assessments SET finished_at = now() - interval '40 days'")
    assert "Nothing has changed" in site.page("/leads/changed?since=30d")
    assert len(rows(site.page("/leads/changed?since=90d"))) == 2
    harness.execute("INSERT INTO batches (name) VALUES ('May'), ('June')")
    may, june = (row["id"] for row in harness.rows("SELECT id FROM batches ORDER BY id"))
    for batch, audit in zip((may, june), changed["Worse Shop"][:2], strict=True):
        harness.execute(
            "INSERT INTO batch_leads (batch_id, lead_id, assessment_id) VALUES (:b, :l, :a)",
            b=batch, l=changed["Worse Shop"][2], a=audit,
        )  # fmt: skip
    text = site.page(f"/leads/changed?since=30d&before={may}&after={june}")
    assert len(rows(text)) == 1
    assert f'href="/leads/changed.csv?before={may}&amp;after={june}"' in text


def test_a_page_that_is_not_all_of_it_says_so(site, changed, monkeypatch):
    assert "More than" not in site.page("/leads/changed")
    monkeypatch.setattr("lfassess.api.web.views.changes._LOOKED_AT", 1)
    text = site.page("/leads/changed")
    assert "More than 1 leads were audited twice" in text
    assert len(rows(text)) == 1
    written = csv.DictReader(io.StringIO(site.get("/leads/changed.csv").text))
    assert len(list(written)) == 2


def test_wrong_comparisons_are_explained(site):
    for query in ("before=1", "only=best", "before=7&after=8", "before=x"):
        assert site.get(f"/leads/changed?{query}").status_code in {404, 422}


def test_the_lists_of_leads_lead_to_each_other(site):
    for path in ("/leads", "/leads/rank", "/leads/changed", "/shares", DNC):
        tree = LexborHTMLParser(site.page(path))
        links = [a.attributes for a in tree.css('nav[aria-label="Leads"] a')]
        assert len(links) == 5
        assert [a["href"] for a in links if a.get("aria-current")] == [path]
        (current,) = tree.css('nav[aria-label="Main"] a[aria-current]')
        assert current.attributes["href"] == "/leads"


def test_entries_are_put_on_the_list_and_taken_off(site, harness):
    assessed(harness, "Shop", "https://www.shop.test/")
    site.post(DNC, {"values": "shop.test\n+1 415 555 0100, ann@mail.test", "note": "asked"})
    text = site.page(DNC)
    assert [row.split()[0] for row in rows(text)] == ["ann@mail.test", "+14155550100", "shop.test"]
    assert harness.row("SELECT do_not_contact AS d FROM leads")["d"]
    assert len(rows(site.page(f"{DNC}?q=MAIL"))) == 1
    written = site.get(f"{DNC}.csv").text.splitlines()
    assert written[0] == "value,kind,note,since"
    assert len(written) == 4
    site.post(f"{DNC}/remove", {"kind": "domain", "value": "shop.test"})
    assert not harness.row("SELECT do_not_contact AS d FROM leads")["d"]


def test_what_means_nobody_is_named_and_the_rest_counts(site):
    answer = site.post(DNC, {"values": "shop.test\nno one"})
    assert answer.status_code == 200
    assert "1 could not be used; 1 put on the list" in " ".join(answer.text.split())
    assert site.post(DNC, {"values": "no one"}).status_code == 422
    assert site.post(DNC, {"values": "  "}).status_code == 422


def test_a_csv_is_imported(site):
    data = b"domain,phone\nshop.test,(415) 555-0100\n"
    answer = site.post(f"{DNC}/import", {}, files={"file": ("list.csv", data, "text/csv")})
    assert answer.status_code == 303
    assert len(rows(site.page(DNC))) == 2
    bad = site.post(f"{DNC}/import", {}, files={"file": ("x.csv", b"\xff\x00", "text/csv")})
    assert bad.status_code == 422


def test_links_of_all_audits_are_listed_and_ended(site, harness):
    audit = doubtful(harness)
    site.post(f"/assessments/{audit}/approve", {"by": "Ann"})
    site.post(f"/assessments/{audit}/share", {"days": "3"})
    (row,) = rows(site.page("/shares"))
    assert "Harbour Bakery" in row
    assert f"report of audit {audit}" in row
    share = harness.row("SELECT id FROM shares")["id"]
    answer = site.post(f"/shares/{share}/revoke")
    assert answer.headers["location"].startswith("/shares")
    assert "No link works" in site.page("/shares")
    assert "revoked" in rows(site.page("/shares?which=all"))[0]


def test_strangers_see_none_of_it(guarded):
    for path in ("/leads/changed", "/leads/changed.csv", "/shares", DNC, f"{DNC}.csv"):
        assert guarded.get(path).status_code == 303
    for path in (DNC, f"{DNC}/import", f"{DNC}/remove", "/shares/1/revoke"):
        assert guarded.client.post(path, follow_redirects=False).status_code in {401, 403, 411}
