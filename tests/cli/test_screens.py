"""Screens as they look at 60, 80 and 140 columns, rows of every kind included."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from lfassess.cli import exit_status, overview, summary
from lfassess.cli.batch_screen import BatchScreen
from lfassess.cli.check_table import assessment_table
from lfassess.cli.leads_output import timeline_table
from lfassess.cli.throughput import Rate
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.queries.batch_view import Deferred, Failing, Outcome
from lfassess.settings import get_settings
from tests.cli.factories import NOW, check, situation, state, totals
from tests.cli.golden import WIDTHS, hold
from tests.report.factories.rows import assessment, lead, run

at_each_width = pytest.mark.parametrize("width", WIDTHS)

CHECKS = (
    check("pagespeed", "failed", attempt_count=4, error_code="provider_unavailable",
          error_message="Google answered 500 four times: Lighthouse returned error: ERRORED."),
    check("security", "completed", score=100),
    check("gbp", "skipped", attempt_count=0, started_at=None, skip_text="no GOOGLE_API_KEY is set"),
    check("semrush", inconclusive_reason="The domain ranks for no keyword that SEMrush knows of, so there "
          "is nothing to measure", score=None, sandbox=True),
    check("visual", "in_progress", attempt_count=2),
    check("llm_analysis", "pending", attempt_count=1, deferred_reason="openai allows no more calls today",
          next_attempt_at=NOW + timedelta(minutes=70)),
)  # fmt: skip
WIDE_NAME = "東京ラーメン本店・新宿西口駅前支店 Tokyo Ramen Honten Shinjuku"
LONG_NAME = "The Old Mill Bookshop, Café and Reading Rooms of Upper Brightwater (2009) Ltd"
LEADS = (
    state(*CHECKS, lead_name=LONG_NAME, website=f"https://{'old-mill-books-' * 5}.example/"),
    state(*CHECKS[1:2], check("gbp", score=71), check("visual", score=64), id=2, score=81,
          lead_name=WIDE_NAME, grade="B", status="completed", sandbox=True),
    state(check("pagespeed", "pending", attempt_count=1, error_code="provider_timeout",
                next_attempt_at=NOW + timedelta(seconds=2)), id=3, lead_name="Bob"),
    state(check("security", "failed"), id=4, lead_name="Closed Down", status="failed"),
    state(check("security", "skipped", skip_text="cancelled"), id=5, lead_name="Given Up",
          status="cancelled"),
)  # fmt: skip
HELD_BACK = situation(
    paused="12 of 50 checks failed in the last 10 minutes",
    deferred=(Deferred("openai allows no more calls today", 12, NOW + timedelta(hours=1), False),
              Deferred("the budget is used up", 3, NOW + timedelta(days=365), True)),
    failing=(Failing("psi", "bad_answer", NOW + timedelta(seconds=33)),),
    waiting=1_031,
    workers=0,
    sandbox=True,
    name="leads-from-the-trade-fair-in-november-with-a-long-name.csv",
)  # fmt: skip


@at_each_width
def test_run_and_status_of_a_lead(width):
    attempts = [
        {"started_at": NOW, "finished_at": NOW + timedelta(seconds=9), "check": "pagespeed",
         "number": n, "worker": "worker-host-7:12345", "outcome": outcome, "cost_usd": 0.005,
         "error_code": code, "error_message": message}
        for n, outcome, code, message in (
            (1, "retry", "provider_unavailable", CHECKS[0].error_message),
            (2, "running", None, None),
        )
    ]  # fmt: skip
    shown = assessment_table(LEADS[0], NOW), timeline_table(attempts)
    text = hold("run", width, *shown)
    for row in ("PageSpeed", "Security", "Google Business Profile", "Search visibility"):
        assert row in text


@at_each_width
def test_run_ends_with_a_summary(width):
    finding = {
        "code": "no-https", "severity": "critical", "title": "The website offers no encryption",
        "evidence": "http://old-mill-books.example/ answers and https:// refuses the connection",
    }  # fmt: skip
    runs = [run("security", score=10, findings=[finding]), run("visual", score=80)]
    areas = {"security": {"score": 3}, "first_impression": {"score": 80}}
    stored = AssessmentRecord(lead(), assessment(runs, scoring_details={"areas": areas}), runs, [])
    hold("run-summary", width, *summary.lines(stored, None))


@at_each_width
def test_batch_and_status_of_a_batch(width):
    counts = totals(
        leads=1_500, pending=1_391, in_progress=20, completed=85, failed=4, cancelled=12, deferred=3
    )
    rate = Rate()
    rate.observe(0, at=0.0)
    rate.observe(89, at=60.0)
    screen = BatchScreen(17, counts, LEADS, HELD_BACK, rate, NOW + timedelta(seconds=61), live=True)
    text = hold("batch", width, screen)
    assert "B 81" in text


@at_each_width
def test_batch_ends_with_a_summary(width):
    counts = totals(
        pending=0, in_progress=0, completed=9, cancelled=3, last_finished=NOW + timedelta(minutes=4)
    )
    found = Outcome(
        {"B": 3, "A+": 1, "D": 2, "": 1},
        {"provider_unavailable": 3, "deadline_exceeded": 2, "target_unreachable": 1},
        reports=9, example=41, to_review=2, cut_short=4,
    )  # fmt: skip
    lines = exit_status.summary_lines(17, counts, found)
    text = hold("batch-summary", width, *lines)
    assert text.index("A+ 1") < text.index("B 3") < text.index("no score 1")
    assert "what failed and why: lfassess errors report" in text


def test_a_batch_says_how_reports_are_made_that_are_not_stored(monkeypatch):
    stored, made = (Outcome({}, {}, reports=n, example=41, to_review=0) for n in (9, 0))
    said = exit_status.reports_at(17, made)
    assert said == "made when asked for: lfassess report --batch 17 -o FOLDER"
    assert exit_status.reports_at(17, Outcome({}, {}, reports=0, example=None, to_review=0)) is None
    monkeypatch.setenv("LFASSESS_STORE_REPORTS", "1")
    get_settings.cache_clear()
    assert exit_status.reports_at(17, stored).startswith("9 at ")
    assert exit_status.reports_at(17, made) is None


@at_each_width
def test_status(width):
    answer = {
        "leads": 1_500,
        "assessments": {"pending": 1_391, "in_progress": 20, "completed": 85, "partial": 6,
                        "failed": 4, "cancelled": 12, "cost_usd": 1.5},
        "paused": {"reason": "12 of 50 checks failed in the last 10 minutes"},
        "workers": 3,
        "queues": [{"queue": "assessment", "waiting": 1_031, "running": 20, "deferred": 12,
                    "wait_s": 71.5},
                   {"queue": "browser", "waiting": 3, "running": 2, "deferred": 0,
                    "wait_s": None}],
        "deferred": [{**asdict(d), "next_at": None if d.for_good else d.next_at}
                      for d in HELD_BACK.deferred],
        "providers": [{"provider": "psi", "in_flight": 2, "calls_24h": 12_345, "failed_24h": 61,
                       "cost_24h_usd": 0.0, "quota_left_today": 12_655, "last_error": "bad_answer",
                       "failing_until": NOW + timedelta(seconds=33)},
                      {"provider": "openai", "in_flight": 0, "calls_24h": 99, "failed_24h": 0,
                       "cost_24h_usd": 1.5, "quota_left_today": None, "failing_until": None,
                       "last_error": None}],
        "batches": [{"id": 17, "name": HELD_BACK.name, "leads": 1_500, "created_at": NOW,
                     "cancelled_at": None, "spent_usd": 1.5, "budget_usd": 400.0},
                    {"id": 16, "name": WIDE_NAME, "leads": 3, "created_at": NOW,
                     "cancelled_at": NOW, "spent_usd": 0.0, "budget_usd": None}],
        "stack": [{"name": name, "state": "running"}
                  for name in ("postgres", "valkey", "worker-io-1", "worker-browser-1")],
    }  # fmt: skip
    hold("status", width, *overview.screen(answer))
