"""Token buckets."""

from __future__ import annotations

from lfassess.api import throttle
from lfassess.api.throttle import Rate, Throttle


def test_each_caller_has_a_bucket_of_its_own():
    limit = Throttle(Rate(per_second=0.01, burst=2))
    assert [limit.take("a") for _ in range(2)] == [0, 0]
    assert 0 < limit.take("a") <= 100
    assert limit.take("b") == 0


def test_tokens_come_back_with_time(monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(throttle.time, "monotonic", lambda: now)
    limit = Throttle(Rate(per_second=0.5, burst=1))
    assert limit.take("a") == 0
    assert limit.take("a") == 2
    now += 2
    assert limit.wait_for("a") == 0
    assert limit.take("a") == 0


def test_full_buckets_are_forgotten(monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(throttle.time, "monotonic", lambda: now)
    monkeypatch.setattr(throttle, "_MOST", 10)
    limit = Throttle(Rate(per_second=1, burst=1))
    for n in range(10):
        limit.take(str(n))
    now += 5
    limit.take("new")
    assert limit._buckets.keys() == {"new"}
