"""`leads rank` as an operator meets it, on a real store."""

from __future__ import annotations

import csv
import io
import json

import pytest

from lfassess.assessment.completion import rescore, review
from lfassess.assessment.intake.submission import submit_lead
from lfassess.errors import NotFoundError, UsageError

pytestmark = pytest.mark.integration

NO_HTTPS = {"code": "no-https", "severity": "critical", "title": "The site has no HTTPS"}
SLOW = {"code": "slow-largest-paint", "severity": "high", "title": "The main content appears late"}
BUSY = {"reviews": 300, "rating": 4.6, "category": "Plumber", "found": True}


@pytest.fixture
def lfassess(lfassess_leads):
    return lfassess_leads


def audited(harness, name, findings=(), gbp=None, phone="+14155550100"):
    """Return (lead, audit) of an ended audit with these findings and this Google profile."""
    lead = harness.add_lead(name, f"https://{name.lower().replace(' ', '-')}.test/")
    harness.execute("UPDATE leads SET phone = :phone WHERE id = :id", phone=phone, id=lead)
    audit, _ = submit_lead(harness.orchestrator, lead)
    harness.drain()
    of = "WHERE assessment_id = :audit AND name ="
    harness.execute(
        f"UPDATE check_runs SET findings = CAST(:rows AS jsonb) {of} 'security'",
        rows=json.dumps(list(findings)),
        audit=audit,
    )
    harness.execute(
        f"UPDATE check_runs SET metrics = CAST(:made AS jsonb) {of} 'gbp'",
        made=json.dumps(gbp or {}),
        audit=audit,
    )
    # Without evidence a rescore leaves the findings as they are.
    harness.execute(
        "UPDATE check_runs SET evidence = NULL WHERE assessment_id = :audit", audit=audit
    )
    harness.execute("DELETE FROM opportunities WHERE assessment_id = :audit", audit=audit)
    return lead, audit


def ranked(lfassess, *words):
    return [json.loads(line) for line in lfassess("rank", "--json", *words).stdout.splitlines()]


def test_whom_to_call_first_and_with_what(lfassess, harness):
    audited(harness, "Perfect Plumbing", gbp=BUSY)
    audited(harness, "Quiet Garage", [NO_HTTPS])
    neglected, _ = audited(harness, "Busy Plumbing", [NO_HTTPS, SLOW], BUSY)
    audited(harness, "Closed Cafe", [NO_HTTPS], {**BUSY, "status": "CLOSED_PERMANENTLY"})
    shown = lfassess("rank").stdout
    assert shown.index("Busy Plumbing") < shown.index("Quiet Garage")
    assert "300 reviews on Google (4.6 stars); but: The site has no HTTPS, and 1 more" in shown
    assert "Left out: 1 closed for good, says Google, 1 with nothing to fix." in shown
    assert max(map(len, shown.splitlines())) <= 80
    first, second = ranked(lfassess)
    assert (first["rank"], first["lead_id"]) == (1, neglected)
    assert first["opportunity"] > second["opportunity"] > 0
    assert [f["code"] for f in first["findings"]] == ["no-https", "slow-largest-paint"]
    assert first["parts"]["worth"]["reviews"] > 0
    assert second["parts"]["worth"]["reviews"] is None
    assert "connection" in first["opener"]
    assert "Busy Plumbing" in first["email"]


def test_details_show_points_findings_opener_and_email(lfassess, harness):
    audited(harness, "Busy Plumbing", [NO_HTTPS], BUSY)
    shown = lfassess("rank", "--details").stdout
    for words in (
        "need: security",
        "reviews 37.5",
        "traffic value not known",
        "Open with: ",
        "Hello,",
    ):
        assert words in shown


def test_only_leads_with_a_finding_and_only_so_many(lfassess, harness):
    slow, _ = audited(harness, "Slow Shop", [SLOW])
    audited(harness, "Open Shop", [NO_HTTPS])
    (one,) = ranked(lfassess, "--where", "slow-largest-paint")
    assert one["lead_id"] == slow
    assert len(ranked(lfassess, "--top", "1")) == 1
    assert ranked(lfassess, "--where", "slow-largest-paint,no-https") == []
    with pytest.raises(UsageError, match="No check has a finding 'no-htps'") as caught:
        lfassess("rank", "--where", "no-htps")
    assert "no-https" in caught.value.hint


def test_of_equal_leads_the_older_one_goes_first(lfassess, harness):
    leads = [audited(harness, f"Shop {n}", [SLOW])[0] for n in range(3)]
    assert [row["lead_id"] for row in ranked(lfassess)] == leads


def test_a_dismissed_finding_needs_nobody(lfassess, harness, database):
    _, audit = audited(harness, "Slow Shop", [SLOW])
    assert len(ranked(lfassess)) == 1
    review.dismiss(database, audit, "security", SLOW["code"], note="measured at night", by="Ann")
    assert ranked(lfassess) == []


def test_other_rules_rank_again(lfassess, harness, database):
    _, audit = audited(harness, "Slow Shop", [SLOW])
    ranked(lfassess)
    harness.execute("UPDATE opportunities SET version = '0', score = 99")
    assert ranked(lfassess)[0]["opportunity"] < 99
    harness.execute("UPDATE opportunities SET score = 99")
    rescore.rescore(database, audit)
    assert ranked(lfassess)[0]["opportunity"] < 99


def test_csv_is_safe_in_a_spreadsheet(lfassess, harness, tmp_path):
    audited(harness, "=Evil()", [NO_HTTPS], BUSY)
    (row,) = csv.DictReader(io.StringIO(lfassess("rank", "--csv", "-").stdout))
    assert row["name"] == "'=Evil()"
    assert (row["rank"], row["finding_1"], row["finding_2"]) == ("1", "The site has no HTTPS", "")
    assert row["sandbox"] == "no"
    file = tmp_path / "rank.csv"
    assert "1 lead written" in lfassess("rank", "--csv", file).stderr
    assert file.read_text(encoding="utf-8").startswith("rank,lead_id,name")


def test_a_batch_of_its_own(lfassess, harness):
    inside, _ = audited(harness, "Inside", [SLOW])
    audited(harness, "Outside", [NO_HTTPS])
    harness.execute("INSERT INTO batches (name) VALUES ('May')")
    harness.execute(
        "INSERT INTO batch_leads (batch_id, lead_id, line) SELECT id, :lead, 1 FROM batches",
        lead=inside,
    )
    batch = harness.row("SELECT id FROM batches")["id"]
    assert [row["lead_id"] for row in ranked(lfassess, batch)] == [inside]
    with pytest.raises(NotFoundError):
        lfassess("rank", batch + 1)


def test_nobody_to_call_is_said(lfassess):
    assert "No audited lead matches." in lfassess("rank").stdout


def test_the_order_is_held_against_what_was_won(lfassess, harness):
    for name, found, outcome in (
        ("Good", [NO_HTTPS, SLOW], "won"), ("Fair", [SLOW], "lost"), ("Open", [SLOW], "?"),
    ):  # fmt: skip
        lead, _ = audited(harness, name, found, BUSY)
        harness.execute(
            "UPDATE leads SET extra = jsonb_build_object('Outcome', CAST(:said AS text))"
            " WHERE id = :id",
            said=outcome,
            id=lead,
        )
    shown = lfassess("rank", "--evaluate", "Outcome").stdout
    assert "1 won, 1 lost." in shown
    assert "in 100 of 100 pairs" in shown
    assert json.loads(lfassess("rank", "--evaluate", "Outcome", "--json").stdout)["won_in_top"] == 1
    with pytest.raises(UsageError, match="No ranked lead's field 'Result'"):
        lfassess("rank", "--evaluate", "Result")
