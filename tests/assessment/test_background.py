"""What runs beside a worker's tasks outlives whatever it meets."""

from __future__ import annotations

import threading

import pytest

from lfassess.assessment.execution import enqueue
from lfassess.assessment.worker import background
from lfassess.db.database import Database
from tests.support import OrchestratorHarness


@pytest.fixture
def harness(settings):
    return OrchestratorHarness(settings, Database("postgresql://nobody@127.0.0.1:1/none"))


class Redis:
    """Stands in for the look at Redis: raises what nobody expected, then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.asked_after_all = threading.Event()

    def trouble(self, _broker):
        if self.errors:
            raise self.errors.pop(0)
        self.asked_after_all.set()


def test_the_thread_that_stands_in_for_redis_survives_an_unexpected_error(
    harness, monkeypatch, caplog
):
    redis = Redis(RuntimeError("no such thing"), ValueError("nor this"))
    monkeypatch.setattr(enqueue, "trouble", redis.trouble)
    thread = background.BrokerFallbackThread(harness.orchestrator, ["assessment"], 1, every_s=0.01)
    thread.start()
    try:
        assert redis.asked_after_all.wait(30)
        assert thread.is_alive()
    finally:
        thread.stop()
        thread.join()
    assert caplog.text.count("No work is done without Redis; it is tried again") == 2


@pytest.mark.parametrize("error", [RuntimeError("no such thing"), OSError("nor this")])
def test_so_it_does_when_the_work_itself_fails(harness, monkeypatch, error):
    redis = Redis()
    thread = background.BrokerFallbackThread(harness.orchestrator, ["assessment"], 1, every_s=0.01)

    def work(_trouble):
        if not again.is_set():
            again.set()
            raise error
        thread.stop()

    again = threading.Event()
    monkeypatch.setattr(
        enqueue, "trouble", lambda broker: redis.trouble(broker) or "is out of reach"
    )
    monkeypatch.setattr(thread, "work", work)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert again.is_set()


def test_worker_that_has_grown_too_big_is_ended():
    ended, sizes = threading.Event(), iter([100, 200, 300])
    thread = background.MemoryWatchdog(
        250, memory_mb=lambda: next(sizes), end=ended.set, every_s=0.001
    )
    thread.start()
    assert ended.wait(timeout=60)
    thread.join(timeout=60)
    assert not thread.is_alive()


def test_worker_within_its_limit_is_left_alone():
    looked, ends = threading.Semaphore(0), []

    def memory():
        looked.release()
        return 100

    thread = background.MemoryWatchdog(
        250, memory_mb=memory, end=lambda: ends.append(1), every_s=0.001
    )
    thread.start()
    for _ in range(5):
        assert looked.acquire(timeout=60)
    thread.stop()
    thread.join(timeout=60)
    assert ends == []


def test_memory_is_measured_in_megabytes():
    assert 10 < background.own_memory_mb() < 4_000
