"""Token buckets."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from lfassess.api.rate_limit import Rate, RateLimiter, WrongKeys


def test_each_caller_has_a_bucket_of_its_own():
    limit = RateLimiter(Rate(per_second=0.01, burst=2))
    assert [limit.take("a") for _ in range(2)] == [0, 0]
    assert 0 < limit.take("a") <= 100
    assert limit.take("b") == 0


def test_tokens_come_back_with_time():
    now = 1_000.0
    limit = RateLimiter(Rate(per_second=0.5, burst=1), clock=lambda: now)
    assert limit.take("a") == 0
    assert limit.take("a") == 2
    now += 2
    assert limit.take("a") == 0


def test_full_buckets_are_forgotten():
    now = 1_000.0
    limit = RateLimiter(Rate(per_second=1, burst=1), max_buckets=10, clock=lambda: now)
    for n in range(10):
        limit.take(str(n))
    now += 5
    limit.take("new")
    assert limit._buckets.keys() == {"new"}


def test_what_was_used_longest_ago_is_forgotten_where_no_bucket_is_full():
    limit = RateLimiter(Rate(per_second=0.001, burst=5), max_buckets=10)
    for n in range(11):
        limit.take(str(n))
    assert list(limit._buckets) == [str(n) for n in range(2, 11)]
    for n in range(11, 1_000):
        limit.take(str(n))
    assert len(limit._buckets) <= 10


def asked_from(host):
    client = None if host is None else (host, 4000)
    return Request({"type": "http", "headers": [], "client": client})


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),  # one customer has a whole network
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("testclient", "testclient", True),
        (None, None, True),  # a unix socket
    ],
)
def test_wrong_keys_are_counted_by_whom_an_address_belongs_to(first, second, same):
    wrong_keys = WrongKeys(Rate(per_second=0.001, burst=1))
    assert wrong_keys.note(asked_from(first)) == 0
    assert (wrong_keys.note(asked_from(second)) > 0) is same
