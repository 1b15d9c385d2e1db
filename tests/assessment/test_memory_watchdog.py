"""A worker that grows too big ends warmly, once."""

from __future__ import annotations

import threading

from lfassess.assessment.worker.memory_watchdog import MemoryWatchdog, own_memory_mb


def test_worker_that_has_grown_too_big_is_ended():
    ended, sizes = threading.Event(), iter([100, 200, 300])
    thread = MemoryWatchdog(250, memory_mb=lambda: next(sizes), end=ended.set, every_s=0.001)
    thread.start()
    assert ended.wait(timeout=10)
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_worker_within_its_limit_is_left_alone():
    looked, ends = threading.Semaphore(0), []

    def memory():
        looked.release()
        return 100

    thread = MemoryWatchdog(250, memory_mb=memory, end=lambda: ends.append(1), every_s=0.001)
    thread.start()
    for _ in range(5):
        assert looked.acquire(timeout=10)
    thread.stop()
    thread.join(timeout=10)
    assert ends == []


def test_memory_is_measured_in_megabytes():
    assert 10 < own_memory_mb() < 4_000
