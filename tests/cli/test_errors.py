"""What `lfassess errors` says, and its way from report to retry."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from lfassess.cli import errors_output
from lfassess.db.commands.requeue import DeadLetter
from lfassess.db.queries import failures
from lfassess.db.queries.failures import Pattern, Report, Shares, trend
from lfassess.settings import Settings
from tests.cli.factories import NOW
from tests.cli.golden import WIDTHS, hold, rendered

TIMEOUT = Pattern(
    check="llm_analysis", provider="openai", code="provider_unavailable",
    fingerprint="openai:provider_unavailable", attempts=1_204, checks_failed=120, still_failed=97,
    leads=120, first_seen=NOW - timedelta(hours=7), last_seen=NOW,
    windows=[0, 0, 1, 3, 0, 200, 400, 600],
    message="openai answered 503 four times: upstream connect error or disconnect/reset before "
    "headers.", example_leads=[4, 9, 12, 15, 221], state="came_back", note=None, share=0.0821,
    trend="rising",
)  # fmt: skip
LOST = Pattern(
    check="visual", provider=None, code="worker_lost", fingerprint="worker_lost", attempts=1,
    checks_failed=0, still_failed=0, leads=1, first_seen=NOW, last_seen=NOW, windows=[1] + [0] * 7,
    message="Its worker died or stalled.", example_leads=[7], state="acknowledged",
    note="The machine was restarted", share=0.0001,
)  # fmt: skip
FIXED = replace(LOST, check="gbp", code="credential_rejected", state="resolved",
                fingerprint="places:credential_rejected")  # fmt: skip
LETTER = DeadLetter(
    check_run_id=1, assessment_id=1, lead_id=4, lead_name="東京ラーメン本店 Tokyo Ramen Honten",
    website="https://x.example/", check="llm_analysis", code="provider_unavailable",
    message=TIMEOUT.message, fingerprint=TIMEOUT.fingerprint, provider="openai", attempts=4,
    requeue_count=0, failed_at=NOW, replayable=True,
)  # fmt: skip
SHARES = Shares(14_670, 1_206, 4_321, 120, 97, 7_000, 7_670)


@pytest.mark.parametrize("width", WIDTHS)
def test_report(width):
    report = Report(NOW, SHARES, [TIMEOUT, LOST, FIXED])
    text = hold("errors-report", width, *errors_output.screen(report, "24h", 17))
    joined = " ".join(text.replace("\\\n", "").split())
    for words in (
        TIMEOUT.id,
        "came back",
        "rising",
        "120 leads: 4, 9, 12, 15, 221, …",
        f"lfassess errors retry --pattern {TIMEOUT.id} --batch 17",
    ):
        assert words in joined


@pytest.mark.parametrize("width", WIDTHS)
def test_list(width):
    text = hold("errors-list", width, *errors_output.letters_screen([LETTER], 50, {"--code": None}))
    assert "provider_unavailable" in text


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        ({"--code": None, "--batch": None}, "--all"),
        ({"--code": "rate_limited", "--batch": 17}, "--code rate_limited --batch 17"),
        ({"--pattern": "gbp:places:x y"}, "--pattern 'gbp:places:x y'"),
    ],
)
def test_a_list_ends_with_the_command_that_sends_just_these_again(asked, command):
    text = rendered(*errors_output.letters_screen([LETTER], 50, asked))
    assert text.splitlines()[-1].strip() == f"lfassess errors retry {command}"
    old = replace(LETTER, replayable=False)
    assert "retry" not in rendered(*errors_output.letters_screen([old], 50, asked))


def test_report_without_failures_says_so():
    text = rendered(*errors_output.screen(Report(NOW, Shares(9, 0, 9, 0, 0, 4, 5), []), "1h"))
    assert "0 of 9 checks have failed (0.0%)" in text
    assert "No failures." in text


@pytest.mark.parametrize(
    ("counts", "bars"), [([0, 0], ""), ([0, 1, 8], "·▁█"), ([5, 5], "██"), ([1_000, 1, 0], "█▁·")]
)
def test_bars_show_every_failure(counts, bars):
    assert errors_output.spark(counts) == bars


@pytest.mark.parametrize(
    ("earlier", "later", "of_earlier", "of_later", "expected"),
    [
        (0, 9, 0, 100, "unknown"),
        (5, 50, 100, 1_000, "steady"),
        (5, 10, 100, 100, "rising"),
        (0, 1, 100, 100, "rising"),
        (10, 5, 100, 100, "falling"),
        (10, 10, 100, 1_000, "falling"),
        (5, 0, 100, 0, "unknown"),
    ],
)
def test_trend_compares_shares_not_counts(earlier, later, of_earlier, of_later, expected):
    assert trend(earlier, later, of_earlier, of_later) == expected


def test_windows_have_equal_halves():
    assert failures.WINDOWS % 2 == 0


def test_only_what_is_failed_has_a_retry():
    assert errors_output.retry_command(LOST) is None
    assert errors_output.retry_command(TIMEOUT, 17) == (
        "lfassess errors retry --pattern llm_analysis:openai:provider_unavailable --batch 17"
    )


# --- with a database ------------------------------------------------------------------------------


@pytest.fixture
def failed(tmp_path, database, servers):
    """Return the command against two leads whose Google check failed for good."""
    from lfassess.errors import ProviderRejectedError
    from tests.cli import in_process
    from tests.support import OrchestratorHarness, six_checks

    def refuse(_target, _ctx):
        raise ProviderRejectedError("The request is wrong (field x).", provider="places")

    settings = Settings(data_dir=tmp_path / "data")
    harness = OrchestratorHarness(settings, database, six_checks(gbp=refuse))
    for name in ("Alpha", "=Beta"):
        harness.orchestrator.coordinate(
            harness.add_lead(name, f"https://{name.strip('=').lower()}.test/")
        )
    harness.drain()

    def run(*words):
        return in_process.lfassess(
            "errors", *words, DATABASE_URL=database.url, CELERY_BROKER_URL=servers.broker_url,
            LFASSESS_DATA_DIR=str(settings.data_dir),
        )  # fmt: skip

    return run


@pytest.mark.integration
def test_from_report_to_retry(failed, tmp_path):
    (pattern,) = json.loads(failed("report", "--json").stdout)["patterns"]
    assert (pattern["state"], pattern["still_failed"], pattern["leads"]) == ("new", 2, 2)
    assert pattern["retry"] == f"lfassess errors retry --pattern {pattern['id']}"
    assert f"Acknowledged: {pattern['id']}" in failed("ack", "provider_rejected").stdout
    assert f"{pattern['id']}  acknowledged" in failed("report").stdout
    assert "Resolved" in failed("resolve", pattern["id"], "--note", "fixed").stdout
    assert "Nothing since it was resolved" in failed("report").stdout
    file = tmp_path / "leads.csv"
    assert failed("list", "--pattern", pattern["id"], "--csv", str(file)).stdout == ""
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert sorted(row["lead_name"] for row in rows) == ["'=Beta", "Alpha"]
    assert failed("list", "--pattern", pattern["id"], "--csv", "-").stdout.count("\n") == 3
    assert "2 checks of 2 leads" in failed("retry", "--pattern", pattern["id"]).stdout
    after = json.loads(failed("report", "--json").stdout)
    assert (after["checks_failed"], after["still_failed"]) == (2, 0)
    assert after["patterns"][0]["retry"] is None


@pytest.mark.integration
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ack", "gbp:nothing"), "Nothing has failed as 'gbp:nothing'"),
        (("resolve", "rate_limited"), "Nothing has failed as 'rate_limited'"),
        (("list", "--pattern", "gbp"), "not a pattern's id"),
        (("retry", "--pattern", "gbp:x", "--check", "gbp"), "leave --check out"),
        (("retry", "--pattern", "speling:x"), "no check named speling"),
        (("report", "--csv", "/nowhere/x.csv"), "Can't write /nowhere/x.csv"),
    ],
)
def test_what_does_not_fit_is_said(failed, words, says):
    done = failed(*words)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
