"""Throughput for rate and ETA."""

from __future__ import annotations

from lfassess.cli.throughput import Rate


def test_knows_no_rate_before_something_has_ended():
    rate = Rate()
    rate.observe(0, at=0.0)
    assert rate.per_hour() is None


def test_counts_what_ended_over_the_time_it_took():
    rate = Rate()
    rate.observe(0, at=0.0)
    rate.observe(10, at=36.0)
    assert rate.per_hour() == 1000


def test_forgets_what_is_older_than_five_minutes():
    rate = Rate()
    for done, at in [(0, 0.0), (1000, 100.0), (1001, 460.0), (1002, 820.0)]:
        rate.observe(done, at)
    assert rate.per_hour() == 10
