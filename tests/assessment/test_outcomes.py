"""A check's end on its way through Redis: what is spooled comes back as it was."""

from __future__ import annotations

import json
from dataclasses import asdict

from lfassess.assessment.execution.completion import CheckOutcome
from lfassess.db.commands.check_runs import CheckResult, Failure
from lfassess.statuses import SkipCode

ENDED = {
    "check_run_id": 7,
    "token": "7d9c5c0e-8d61-4f8e-9d53-0f2d4d7f6a10",
    "assessment_id": 3,
    "lead_id": 2,
    "status": "completed",
    "outcome": "succeeded",
}


def test_a_spooled_outcome_comes_back_whole():
    result = CheckResult(score=80, findings=[{"code": "x"}], cost_usd=0.01, calls=2)
    outcome = CheckOutcome(**ENDED, values=result, pins={"place_id": "p"})
    assert CheckOutcome.from_json(json.loads(json.dumps(asdict(outcome)))) == outcome


def test_one_of_the_release_before_has_defaults_for_what_it_lacks():
    outcome = CheckOutcome.from_json(ENDED | {"values": {"score": 7}})
    assert outcome.values == CheckResult(score=7)


def test_one_of_a_release_before_the_columns_were_renamed_is_read():
    values = {"reason": None, "inconclusive": "a wall", "expires_at": "2026-01-02T03:04:05+00:00"}
    assert CheckOutcome.from_json(ENDED | {"values": values}).values == CheckResult(
        inconclusive_reason="a wall", content_expires_at="2026-01-02T03:04:05+00:00"
    )


def test_one_of_a_release_before_that_was_skipped_has_a_code():
    spooled = ENDED | {"status": "skipped", "values": {"reason": "no other check has a result"}}
    assert CheckOutcome.from_json(spooled).values == CheckResult(skip_code=SkipCode.NO_RESULTS)


def test_a_failure_for_good_is_stored_with_all_it_says():
    failure = Failure(
        error_code="a", error_message="b", fingerprint="c", provider="d", cost_usd=0.5, calls=1
    )
    stored = CheckResult.of_failure(failure)
    assert asdict(failure).items() <= asdict(stored).items()
    assert (stored.score, stored.findings, stored.sandbox) == (None, None, False)
