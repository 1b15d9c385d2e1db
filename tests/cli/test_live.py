"""What the live tables say."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from lfassess.cli import live
from lfassess.cli.rate import Rate
from lfassess.cli.status import totals_json
from lfassess.cli.style import seconds
from tests.cli.factories import check, state, totals


def rendered(renderable, width=160):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(renderable)
    return console.file.getvalue()


def test_shows_time_tries_and_score_of_each_check():
    text = rendered(live.assessment_table(state(check(attempt=2, score=87))))
    assert "Harbour Bakery" in text
    row = next(line for line in text.splitlines() if "87" in line)
    assert "4.0s" in row
    assert " 2 " in row


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (check(status="failed", error_code="rate_limited", error_message="Slow down."),
         "rate_limited: Slow down."),
        (check(status="skipped", reason="no SEMRUSH_API_KEY"), "skipped: no SEMRUSH_API_KEY"),
        (check(status="pending", error_code="provider_timeout",
               retry_at=datetime.now(UTC) + timedelta(seconds=100)), "again in"),
        (check(inconclusive="a challenge page"), "a challenge page"),
        (check(sandbox=True), "SANDBOX"),
    ],
)  # fmt: skip
def test_says_what_is_the_matter(shown, says):
    assert says in rendered(live.assessment_table(state(shown)))


def test_markup_in_names_is_text():
    text = rendered(live.assessment_table(state(check(), lead_name="[red]Bob's[/red] Garage")))
    assert "[red]Bob's[/red] Garage" in text


def test_batch_has_a_row_per_lead_and_a_footer():
    leads = [state(check(), lead_name=f"Lead {n}", id=n) for n in range(3)]
    text = rendered(live.batch_table(totals(), leads, Rate()))
    assert all(f"Lead {n}" in text for n in range(3))
    assert "leads 5/10" in text


def test_footer_counts_rate_and_eta():
    rate = Rate()
    rate.observe(0, at=0.0)
    rate.observe(5, at=18.0)
    line = live.stats_line(totals(), rate)
    assert line == (
        "leads 5/10 · done 4 · partial 1 · failed 1 · running 3 · left 5 · 1,000/h · ETA 18.0s"
        " · $1.50"
    )


@pytest.mark.parametrize(
    ("checks", "status", "expected"),
    [
        ([check(), check("gbp", "pending")], "in_progress", 50),
        ([check(), check("gbp", "skipped")], "in_progress", 99),
        ([check(), check("gbp", "failed")], "completed", 100),
        ([], "failed", 100),
    ],
)
def test_percentage_is_of_what_was_to_run_and_ends_at_100(checks, status, expected):
    assert state(*checks, status=status).percentage == expected


def test_totals_count_percent_of_what_was_submitted():
    answer = totals_json(totals(leads=20, not_submitted=10))
    assert (answer["percentage"], answer["finished_at"]) == (50, None)


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (4.21, "4.2s"), (65, "1m05s"), (7380, "2h03m")]
)
def test_durations_are_short(value, text):
    assert seconds(value) == text
