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


def test_budget_stops_buying_and_more_of_it_goes_on(environment, leads, tmp_path):
    environment.start_worker()
    words = ("batch", leads, "--checks", "security,gbp", "--json")
    stopped = environment.cli(*words, "--budget", "0.03")
    assert stopped.returncode == 5, stopped.stderr
    assert "the budget is used up" in stopped.stderr
    (batch,) = environment.rows("SELECT id, spent_usd, reserved_usd FROM batches")
    assert batch["spent_usd"] <= 0.03
    assert batch["reserved_usd"] == pytest.approx(0)
    security = environment.rows("SELECT DISTINCT status FROM check_runs WHERE name = 'security'")
    assert security == [{"status": "completed"}]
    results = tmp_path / "results.json"
    again = environment.cli(*words, "--budget", "1", "--results", str(results))
    assert again.returncode == 0, again.stderr
    assert answer(again)["completed"] == 2
    assert {lead["status"] for lead in json.loads(results.read_text())["leads"]} == {"completed"}
    paid = environment.rows(
        "SELECT count(*) AS n, count(DISTINCT request_key) AS kinds FROM provider_calls"
        " WHERE state = 'answered'"
    )
    assert paid[0]["n"] == paid[0]["kinds"]  # nothing was bought twice


def test_failures_are_listed_and_just_those_sent_again(environment, leads):
    environment.env["LFASSESS_BROWSER"] = "/nowhere/chromium"
    worker = environment.start_worker()
    first = environment.cli("batch", leads, "--checks", "security,visual", "--json")
    assert answer(first)["partial"] == 2
    listed = [
        json.loads(x) for x in environment.cli("errors", "list", "--json").stdout.splitlines()
    ]
    assert {(x["check"], x["code"]) for x in listed} == {("visual", "tool_missing")}
    environment.kill(worker)
    del environment.env["LFASSESS_BROWSER"]
    environment.start_worker()
    retried = answer(environment.cli("errors", "retry", "--code", "tool_missing", "--json"))
    assert retried == {"checks": 2, "assessments": 2}
    environment.wait_for(environment.all_ended)
    assert environment.cli("errors", "list", "--json").stdout == ""
    assert environment.rows(
        "SELECT DISTINCT attempt_count FROM check_runs WHERE name = 'security'"
    ) == [{"attempt_count": 1}]


def test_pause_is_told_by_status_and_ended_by_resume(environment, leads):
    environment.start_worker()
    assert environment.cli("pause", "--reason", "price talks").returncode == 0
    submitted = environment.cli("batch", leads, "--checks", "security", "--no-wait")
    assert "price talks" in submitted.stderr
    status = answer(environment.cli("status", "--json"))
    assert status["paused"]["reason"] == "price talks"
    assert status["assessments"]["pending"] == 2
    environment.cli("resume")
    environment.wait_for(environment.all_ended)
    result = answer(environment.cli("status", "--lead", "1", "--json"))["timeline"]
    assert [(t["check"], t["outcome"]) for t in result] == [("security", "succeeded")]
    assert result[0]["worker"]
    assert result[0]["finished_at"]
