"""Old files and expired answers go; what is young stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfassess.assessment.retention import prune
from lfassess.assessment.submit import submit_lead
from lfassess.checks.base import Artefact, Fetched, Paid, Usage
from tests.support import Bench, six_checks

pytestmark = pytest.mark.integration
DAY = 86_400.0


def fetch(_target, ctx):
    ctx.ledger.call("places", "a", lambda: Paid({"x": 1}, Usage(calls=1)))
    return Fetched({}, artefacts=(Artefact("desktop.jpg", "image/jpeg", b"picture"),))


@pytest.fixture
def bench(settings, database_url):
    bench = Bench(settings, database_url, checks=six_checks(gbp=fetch))
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.drain()
    return bench


def age(bench, days):
    for table in ("assessments", "provider_calls"):
        bench.execute(
            f"UPDATE {table} SET finished_at = finished_at - make_interval(days => :d)", d=days
        )


def files(bench):
    return [Path(r["uri"]) for r in bench.rows("SELECT uri FROM artefacts")]


def test_files_and_rows_of_old_assessments_go_together(bench):
    paths = files(bench)
    age(bench, 366)
    pruned = prune(bench.settings, bench.database_url, older_than_s=365 * DAY, dry_run=False)
    assert pruned.files == len(paths) >= 3
    assert files(bench) == []
    assert not any(path.exists() for path in paths)


def test_young_files_stay(bench):
    age(bench, 300)
    prune(bench.settings, bench.database_url, older_than_s=365 * DAY, dry_run=False)
    assert all(path.exists() for path in files(bench))


def test_answers_go_by_the_providers_terms_and_stay_booked(bench):
    age(bench, 31)
    pruned = prune(bench.settings, bench.database_url, older_than_s=365 * DAY, dry_run=False)
    assert pruned.answers == 1
    call = bench.row("SELECT answer, calls, state FROM provider_calls")
    assert (call["answer"], call["calls"], call["state"]) == (None, 1, "answered")


def test_dry_run_deletes_nothing(bench):
    age(bench, 400)
    pruned = prune(bench.settings, bench.database_url, older_than_s=365 * DAY, dry_run=True)
    assert pruned.files >= 3
    assert pruned.answers == 1
    assert all(path.exists() for path in files(bench))
    assert bench.row("SELECT answer FROM provider_calls")["answer"] == {"x": 1}
