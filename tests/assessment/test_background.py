"""What runs beside a worker's tasks outlives whatever it meets."""

from __future__ import annotations

import threading

import pytest

from lfassess.assessment.execution import enqueue
from lfassess.assessment.worker import background


class Redis:
    """Stands in for the look at Redis: raises what nobody expected, then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.asked_after_all = threading.Event()

    def trouble(self):
        if self.errors:
            raise self.errors.pop(0)
        self.asked_after_all.set()


def test_the_thread_that_stands_in_for_redis_survives_an_unexpected_error(monkeypatch, caplog):
    redis = Redis(RuntimeError("no such thing"), ValueError("nor this"))
    monkeypatch.setattr(enqueue, "trouble", redis.trouble)
    monkeypatch.setattr(background, "_EVERY_S", 0.01)
    thread = background.BrokerFallbackThread(["assessment"], 1)
    thread.start()
    try:
        assert redis.asked_after_all.wait(30)
        assert thread.is_alive()
    finally:
        thread.stop()
        thread.join()
    assert caplog.text.count("Work without Redis failed; it will be tried again") == 2


@pytest.mark.parametrize("error", [RuntimeError("no such thing"), OSError("nor this")])
def test_so_it_does_when_the_work_itself_fails(monkeypatch, error):
    redis = Redis()
    thread = background.BrokerFallbackThread(["assessment"], 1)

    def work(_trouble):
        if not again.is_set():
            again.set()
            raise error
        thread.stop()

    again = threading.Event()
    monkeypatch.setattr(enqueue, "trouble", lambda: redis.trouble() or "is out of reach")
    monkeypatch.setattr(background, "_EVERY_S", 0.01)
    monkeypatch.setattr(thread, "_work", work)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert again.is_set()
