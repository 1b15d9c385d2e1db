"""What the live tables say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lfassess.cli import live
from lfassess.cli.batch_screen import BatchScreen, plain_line
from lfassess.cli.check_table import assessment_table
from lfassess.cli.theme import seconds
from lfassess.cli.throughput import Rate
from lfassess.db.fragments import FOREVER
from lfassess.db.queries.batch_view import Deferred, Failing
from lfassess.errors import ServiceUnreachableError
from tests.cli.factories import NOW, check, situation, state, totals
from tests.cli.golden import rendered


def batch(states=(), width=160, of=None, name="", **values):
    screen = BatchScreen(4, totals(**values), states, of or situation(name=name), Rate(), NOW)
    return rendered(screen, width=width)


def test_shows_time_tries_and_score_of_each_check():
    text = rendered(assessment_table(state(check(attempt_count=2, score=87))))
    assert "Harbour Bakery" in text
    row = next(line for line in text.splitlines() if "87" in line)
    assert "4.0s" in row
    assert " 2 " in row


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (check(status="failed", error_code="rate_limited", error_message="Slow down."),
         "rate_limited: Slow down."),
        (check(status="skipped", skip_text="no SEMRUSH_API_KEY"), "skipped: no SEMRUSH_API_KEY"),
        (check(status="pending", error_code="provider_timeout",
               next_attempt_at=NOW + timedelta(seconds=100)), "again in 100 s (provider_timeout)"),
        (check(status="pending", deferred_reason="the budget is used up",
               next_attempt_at=FOREVER), "the budget is used up; until someone acts"),
        (check(inconclusive_reason="a challenge page"), "inconclusive: a challenge page"),
        (check(sandbox=True, reused_from=7), "SANDBOX · reused from lead 7"),
    ],
)  # fmt: skip
def test_says_what_is_the_matter(shown, says):
    assert says in rendered(assessment_table(state(shown), NOW))


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("letters", [10, 70, 400])
def test_a_note_of_any_length_leaves_name_time_tries_and_score(width, letters):
    message = "word " * (letters // 5)
    shown = state(
        check("gbp", "failed", attempt_count=4, error_code="x", error_message=message), check()
    )
    text = rendered(assessment_table(shown, NOW), width=width)
    for row in (
        "✗  Google Business Profile  4.0s      4",
        "✓  Security                 4.0s      1     80",
    ):
        assert row in text
    assert text.count("word") == letters // 5


def test_markup_in_names_is_text():
    text = rendered(assessment_table(state(check(), lead_name="[red]Bob's[/red] Garage")))
    assert "[red]Bob's[/red] Garage" in text


@pytest.mark.parametrize("width", [60, 80, 140])
def test_batch_has_one_line_per_lead_and_a_footer(width):
    leads = [state(check(), lead_name=f"Lead {n}", id=n, grade="A+", score=100) for n in range(3)]
    text = batch(leads, width, name="leads.csv")
    for n in range(3):
        row = next(line for line in text.splitlines() if f"Lead {n}" in line)
        assert row.endswith("A+ 100")
    assert "Batch 4 · 5 of 10 leads · 50 %" in text


def test_footer_counts_rate_and_time_left():
    rate = Rate()
    rate.observe(0, at=0.0)
    rate.observe(5, at=18.0)
    assert plain_line(totals(), rate) == (
        "5/10 leads · completed 4 (1 partial) · failed 1 · running 3 · waiting 2"
        " · 1,000 leads/h · about 18.0s left · $1.50"
    )


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"paused": "price talks"}, "Paused: price talks. No leads start until `lfassess resume`."),
        ({"workers": 0}, "No worker: none is connected to Postgres"),
        ({"failing": (Failing("psi", "bad_answer", NOW + timedelta(seconds=30)),)},
         "Provider: psi is failing (bad_answer), next try in 30.0s"),
        ({"deferred": (Deferred("a quota", 12, NOW + timedelta(seconds=90), False),)},
         "Deferred: 12 checks: a quota; the first goes on in 1m30s"),
        ({"deferred": (Deferred("the budget", 1, NOW + timedelta(days=365), True),)},
         "Deferred: 1 check: the budget; until `lfassess resume --batch 4`."),
        ({"waiting": 31, "running": 7}, "Queue: 7 checks running, 31 waiting for a slot, 2 worker"),
        ({}, "Next: 2 leads to start as others end."),
        ({"sandbox": True}, "SANDBOX"),
    ],
)  # fmt: skip
def test_batch_says_what_holds_it_back_and_what_comes_next(what, says):
    assert says in batch(of=situation(**what), first_started=NOW - timedelta(minutes=1))


@pytest.mark.parametrize(("begun_s", "missing"), [(2, False), (60, True), (None, True)])
def test_workers_that_are_being_started_are_not_called_missing(begun_s, missing):
    begun = None if begun_s is None else NOW - timedelta(seconds=begun_s)
    assert ("No worker" in batch(of=situation(workers=0), first_started=begun)) is missing


def test_advice_names_composes_commands_in_its_containers(monkeypatch):
    monkeypatch.setenv("LFASSESS_COMPOSE", "1")
    assert "docker compose ps -a worker" in batch(of=situation(workers=0), first_started=None)
    late = state(check(status="pending"), status="pending", created_at=NOW - timedelta(minutes=1))
    assert "docker compose ps -a worker" in rendered(assessment_table(late, NOW))


def test_nothing_holds_back_what_has_ended():
    ended = batch(of=situation(workers=0), pending=0, in_progress=0, completed=9)
    assert "No worker" not in ended
    assert "Queue" not in ended


def test_batch_says_how_many_leads_it_does_not_show():
    assert "and 2 more in progress" in batch([state(check())], in_progress=3)


def test_legend_has_words_for_the_signs_that_are_shown():
    deferred = check(
        "gbp", "pending", deferred_reason="a quota", next_attempt_at=NOW + timedelta(seconds=9)
    )
    text = batch([state(check(), deferred)], width=80)
    assert "⏸ deferred" in text
    assert "✗ failed" not in text


def polling(*answers):
    """Return a poll that gives these one after another; errors are raised."""
    left = list(answers)

    def poll():
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return poll


def test_watching_outlasts_a_moment_without_postgres():
    shown = []
    gone = ServiceUnreachableError("gone")
    last = live.until(
        polling(1, gone, 2), lambda s: s == 2, lambda s, away: shown.append((s, away))
    )
    assert last == 2
    assert shown == [(1, False), (1, True), (2, False)]


def test_watching_ends_when_postgres_stays_away():
    gone = ServiceUnreachableError("gone")
    with pytest.raises(ServiceUnreachableError):
        live.until(polling(1, gone), lambda _: False, lambda _s, _a: None, patience_s=0.0)
    with pytest.raises(ServiceUnreachableError):
        live.until(polling(gone), lambda _: False, lambda _s, _a: None)


def test_a_low_screen_shows_fewer_leads():
    low, high = live.rows_that_fit(24), live.rows_that_fit(60)
    assert sum(low.values()) + 14 <= 24
    assert sum(high.values()) == 20


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
    answer = totals(leads=20, not_submitted=10).as_json()
    assert (answer["percentage"], answer["finished_at"]) == (50, None)


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (4.21, "4.2s"), (65, "1m05s"), (7380, "2h03m")]
)
def test_durations_are_short(value, text):
    assert seconds(value) == text
