"""What an operator does: budgets, retries, pauses; on real parts."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.integration

CSV = """name,website,phone
Harbour Bakery,https://harbour-bakery.demo.test/,
Brightwater Plumbing,https://brightwater-plumbing.demo.test/,
"""


@pytest.fixture
def leads(tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text(CSV)
    return str(file)


def answer(done):
    return json.loads(done.stdout)


def test_budget_stops_buying_and_more_of_it_goes_on(stage, leads, tmp_path):
    stage.start_worker()
    words = ("batch", leads, "--checks", "security,gbp", "--json")
    stopped = stage.cli(*words, "--budget", "0.03")
    assert stopped.returncode == 5, stopped.stderr
    assert "the budget is used up" in stopped.stderr
    (batch,) = stage.rows("SELECT id, spent_usd, reserved_usd FROM batches")
    assert batch["spent_usd"] <= 0.03
    assert batch["reserved_usd"] == pytest.approx(0)
    security = stage.rows("SELECT DISTINCT status FROM check_runs WHERE name = 'security'")
    assert security == [{"status": "completed"}]
    results = tmp_path / "results.json"
    again = stage.cli(*words, "--budget", "1", "--results", str(results))
    assert again.returncode == 0, again.stderr
    assert answer(again)["completed"] == 2
    assert {lead["status"] for lead in json.loads(results.read_text())["leads"]} == {"completed"}
    paid = stage.rows(
        "SELECT count(*) AS n, count(DISTINCT request_key) AS kinds FROM provider_calls"
        " WHERE state = 'answered'"
    )
    assert paid[0]["n"] == paid[0]["kinds"]  # nothing was bought twice


def test_failures_are_listed_and_just_those_sent_again(stage, leads):
    stage.env["LFASSESS_BROWSER"] = "/nowhere/chromium"
    worker = stage.start_worker()
    first = stage.cli("batch", leads, "--checks", "security,visual", "--json")
    assert answer(first)["partial"] == 2
    listed = [json.loads(x) for x in stage.cli("errors", "list", "--json").stdout.splitlines()]
    assert {(x["check"], x["code"]) for x in listed} == {("visual", "tool_missing")}
    stage.kill(worker)
    del stage.env["LFASSESS_BROWSER"]
    stage.start_worker()
    retried = answer(stage.cli("errors", "retry", "--code", "tool_missing", "--json"))
    assert retried == {"checks": 2, "assessments": 2}
    stage.wait_for(stage.all_ended)
    assert stage.cli("errors", "list", "--json").stdout == ""
    assert stage.rows("SELECT DISTINCT attempt_count FROM check_runs WHERE name = 'security'") == [
        {"attempt_count": 1}
    ]


def test_pause_is_told_by_status_and_ended_by_resume(stage, leads):
    stage.start_worker()
    assert stage.cli("pause", "--reason", "price talks").returncode == 0
    submitted = stage.cli("batch", leads, "--checks", "security", "--no-wait")
    assert "price talks" in submitted.stderr
    status = answer(stage.cli("status", "--json"))
    assert status["paused"]["reason"] == "price talks"
    assert status["assessments"]["pending"] == 2
    stage.cli("resume")
    stage.wait_for(stage.all_ended)
    result = answer(stage.cli("status", "--lead", "1", "--json"))["timeline"]
    assert [(t["check"], t["outcome"]) for t in result] == [("security", "succeeded")]
    assert result[0]["worker"]
    assert result[0]["finished_at"]
