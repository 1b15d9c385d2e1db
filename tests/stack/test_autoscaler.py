"""The loop around the decision: looks at Postgres, changes the pool, says why."""

from __future__ import annotations

import logging

import pytest

from lfassess.assessment.intake.submission import submit_lead
from lfassess.errors import ServiceUnreachableError
from lfassess.stack.scaling.autoscaler import Autoscaler, policies
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration


class Rack:
    """A pool whose workers are numbers."""

    def __init__(self, most=None):
        self.counts = {"io": 1, "browser": 1}
        self.limit = most

    def workers(self):
        return dict(self.counts)

    def most(self, kind):
        return self.limit

    def resize(self, kind, count, busy):
        self.counts[kind] = count


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(settings, database)


def work_for_minutes(harness):
    for n in range(60):
        submit_lead(harness.orchestrator, harness.add_lead(website=f"https://{n}.test/"))
    harness.execute("UPDATE check_runs SET queue = 'browser' WHERE name = 'visual'")


def test_grows_with_work_and_shrinks_without_and_says_why(harness, caplog):
    caplog.set_level(logging.INFO)
    rack, clock = Rack(), Clock()
    scaler = Autoscaler(harness.database, rack, policies((1, 8), (1, 4)), clock=clock)
    work_for_minutes(harness)
    scaler.step()
    assert rack.counts == {"io": 1, "browser": 4}  # 240 light checks, 60 browsers' visits
    assert "browser 1 -> 4, grows: 60 waiting" in caplog.text
    harness.execute("UPDATE assessments SET status = 'completed'")
    for _ in range(40):
        clock.now += 5
        scaler.step()
    assert rack.counts == {"io": 1, "browser": 1}
    assert "browser 2 -> 1, shrinks" in caplog.text


def test_never_asks_for_more_than_the_pool_has(harness):
    rack = Rack(most=2)
    work_for_minutes(harness)
    Autoscaler(harness.database, rack, policies((1, 8), (1, 4))).step()
    assert rack.counts["browser"] == 2


def test_goes_on_after_the_pool_was_out_of_reach(harness, caplog):
    rack = Rack()
    rounds = iter([False, True])

    def lost():
        rack.workers = lambda: dict(rack.counts)
        raise ServiceUnreachableError("Nobody answers at gate.sock")

    rack.workers = lost
    work_for_minutes(harness)
    Autoscaler(harness.database, rack, policies((1, 8), (1, 4))).run(lambda _s: next(rounds))
    assert "nothing is changed: Nobody answers" in caplog.text
    assert rack.counts["browser"] == 4
