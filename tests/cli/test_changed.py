"""`leads changed`, on a real store."""

from __future__ import annotations

import csv
import io
import json

import pytest

from lfassess.errors import NotFoundError, UsageError
from tests.support import audited

pytestmark = pytest.mark.integration

SLOW = {"code": "slow-largest-paint", "severity": "high", "title": "The main content appears late"}


@pytest.fixture
def lfassess(lfassess_leads):
    return lambda *words: lfassess_leads("changed", *words)


@pytest.fixture
def leads(harness):
    """Return a lead that got worse, one that got better, and one that was audited once."""
    worse, better, once = (harness.add_lead(n, f"https://{n}.test/") for n in ("a", "b", "c"))
    audited(harness, worse, 80)
    audited(harness, worse, 60, [SLOW])
    audited(harness, better, 60, [SLOW])
    audited(harness, better, 80)
    audited(harness, once, 10)
    return worse, better, once


def rows(lfassess, *words):
    return [json.loads(line) for line in lfassess("--json", *words).stdout.splitlines()]


def test_worse_comes_first_with_what_is_new_and_fixed(lfassess, leads):
    worse, better, _ = leads
    found = rows(lfassess)
    assert [(row["lead_id"], row["change"]) for row in found] == [
        (worse, "worse"), (better, "better"),
    ]  # fmt: skip
    assert (found[0]["before"], found[0]["after"]) == (80, 60)
    assert [fault["code"] for fault in found[0]["new"]] == ["slow-largest-paint"]
    assert [fault["code"] for fault in found[1]["fixed"]] == ["slow-largest-paint"]
    shown = lfassess().stdout
    assert "new: The main content appears late" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_scores_of_other_rules_are_not_called_the_same(lfassess, leads, harness):
    worse, _, _ = leads
    harness.execute(
        "UPDATE assessments SET scoring_version = '2' WHERE lead_id = :id AND score = 80", id=worse
    )
    found = {row["lead_id"]: row for row in rows(lfassess)}[worse]
    assert (found["change"], found["incomparable"]) == ("changed", "other_rules")
    shown = lfassess().stdout
    assert "Other scoring rules: the scores can't be compared." in shown
    assert "same score" not in shown


def test_only_of_a_time_and_of_a_kind(lfassess, leads, harness):
    worse, better, _ = leads
    assert [row["lead_id"] for row in rows(lfassess, "--only", "better")] == [better]
    harness.execute(
        "UPDATE assessments SET finished_at = now() - interval '40 days' WHERE lead_id = :id",
        id=better,
    )
    assert [row["lead_id"] for row in rows(lfassess, "--since", "30d")] == [worse]
    with pytest.raises(UsageError, match="not 'best'"):
        lfassess("--only", "best")


def test_two_batches_are_held_against_each_other(lfassess, leads, harness):
    worse, _, _ = leads
    harness.execute("INSERT INTO batches (name) VALUES ('May'), ('June')")
    harness.execute(
        "INSERT INTO batch_leads (batch_id, lead_id, assessment_id)"
        " SELECT row_number() OVER (ORDER BY a.id) + (SELECT min(id) - 1 FROM batches), lead_id, id"
        " FROM assessments a WHERE lead_id = :id",
        id=worse,
    )
    may, june = (row["id"] for row in harness.rows("SELECT id FROM batches ORDER BY id"))
    (row,) = rows(lfassess, "--batch", may, "--batch", june)
    assert (row["lead_id"], row["change"]) == (worse, "worse")
    (row,) = rows(lfassess, "--batch", june, "--batch", may)
    assert row["change"] == "better"
    with pytest.raises(UsageError, match="--batch goes twice"):
        lfassess("--batch", may)
    with pytest.raises(NotFoundError):
        lfassess("--batch", may, "--batch", june + 1)


def test_csv_and_an_empty_answer(lfassess, leads, harness):
    first, _ = csv.DictReader(io.StringIO(lfassess("--csv", "-").stdout))
    assert (first["change"], first["new"]) == ("worse", "The main content appears late")
    harness.execute("DELETE FROM assessments")
    assert "Nothing has changed" in lfassess().stdout
