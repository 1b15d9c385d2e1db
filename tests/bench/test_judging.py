"""Pure work: judging large bodies, rendering a report with large pictures, counting down."""

from __future__ import annotations

import json
import random

import pytest

from lfassess.assessment.execution.lease import heartbeat
from lfassess.checks.pagespeed import CHECK as PAGESPEED
from lfassess.checks.security.fetch_page import facts
from lfassess.clients.lighthouse.normal import normal_form
from lfassess.db.commands import check_runs, claims
from lfassess.db.commands.check_runs import CheckResult
from lfassess.report.render import render_html
from lfassess.statuses import Outcome, Status
from tests.checks.pagespeed.lighthouse_result import lhr
from tests.report.factories.bakery import bakery
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.bench


def big_result():
    """A Lighthouse result of 3 MB: most of it is details nobody asked for."""
    result = lhr()
    rows = [
        {"url": f"https://x.example/{n}", "wastedMs": n, "text": "x" * 200} for n in range(9_000)
    ]
    result["audits"]["unused-javascript"] = {
        "id": "unused-javascript", "score": 0.2, "details": {"type": "table", "items": rows},
    }  # fmt: skip
    return result


def test_judging_a_pagespeed_answer_of_3_mb(benchmark):
    text = json.dumps(big_result())
    assert len(text) > 2_000_000

    def judge():
        return PAGESPEED.judge({"source": "psi", "mobile": normal_form(json.loads(text))})

    benchmark(judge)


def test_reading_a_page_of_2_mb(benchmark):
    page = "<p class=x>Some <a href=/y>words</a> and <script src=/z.js></script></p>" * 27_000
    benchmark(lambda: facts(page, secure=True))


def test_report_with_large_pictures(benchmark):
    benchmark.extra_info["goal_s"] = 2.0
    noise = random.Random(1).randbytes(600_000)
    picture = b"\xff\xd8\xff\xe0" + noise
    benchmark(lambda: render_html(bakery({"desktop.jpg": picture, "mobile.jpg": picture}), "A4"))


@pytest.fixture
def bench(settings, database):
    return OrchestratorHarness(settings, database)


def test_end_of_a_check_and_its_countdown(benchmark, bench):
    """One statement: the result, its attempt, the count of what is left, which checks that releases."""
    ids = iter([bench.add_lead(f"Lead {n}") for n in range(60)])

    def claimed():
        lead_id = next(ids)
        assessment_id = bench.orchestrator.coordinate(lead_id)["assessment_id"]
        with bench.database.session() as session:
            claim = claims.claim(
                session,
                heartbeat.worker_identity(),
                lead_id=lead_id,
                assessment_id=assessment_id,
                name="gbp",
            )
        return (claim,), {}

    def end(claim):
        with bench.database.session() as session:
            return check_runs.end(
                session, check_run_id=claim.check_run_id, token=claim.token,
                status=Status.COMPLETED, outcome=Outcome.SUCCEEDED,
                result=CheckResult(findings=[], metrics={}, evidence={}),
            )  # fmt: skip

    ended = benchmark.pedantic(end, setup=claimed, rounds=50)
    assert ended.open_checks == 5
