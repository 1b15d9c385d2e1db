"""One rule for trying again: pauses with a bound that grows, and an end where somebody waits."""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace

import pytest
from backoff import _sync

from lfassess import reconnect


class AwayError(Exception):
    """What a service that is away raises."""


class Service:
    """Refuses so many times, then answers."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.asked <= self.refusals:
            raise AwayError(f"refusal {self.asked}")
        return "here"


@pytest.fixture
def slept(monkeypatch):
    """What was slept, in seconds; nothing is."""
    pauses = []
    monkeypatch.setattr(_sync, "time", SimpleNamespace(sleep=pauses.append))
    return pauses


def test_pauses_stay_below_a_bound_that_doubles_up_to_four_seconds():
    bounds = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 4.0, 4.0, 4.0]
    for _ in range(50):
        pauses = list(islice(reconnect.pauses(), len(bounds)))
        assert all(0 <= p <= b for p, b in zip(pauses, bounds, strict=True))


def test_two_that_lost_a_service_together_come_back_apart():
    assert list(islice(reconnect.pauses(), 5)) != list(islice(reconnect.pauses(), 5))


def test_a_service_that_comes_back_is_used(slept):
    service = Service(refusals=4)
    assert reconnect.persistently(service, AwayError, within_s=None) == "here"
    assert len(slept) == 4
    assert all(0 <= s <= b for s, b in zip(slept, [0.1, 0.2, 0.4, 0.8], strict=True))


def test_without_an_end_it_is_asked_for_ever_and_never_more_than_four_seconds_apart(slept):
    assert reconnect.persistently(Service(refusals=200), AwayError, within_s=None) == "here"
    assert len(slept) == 200
    assert max(slept) <= reconnect.LONGEST_S


def test_a_caller_who_waits_gets_the_last_error(monkeypatch, slept):
    now = iter([0.0, 0.2, 0.9, 1.1])
    monkeypatch.setattr(reconnect, "time", SimpleNamespace(monotonic=lambda: next(now)))
    with pytest.raises(AwayError, match="refusal 3"):
        reconnect.persistently(Service(refusals=9), AwayError)
    assert len(slept) == 2


def test_what_no_try_can_cure_is_tried_once(slept):
    service = Service(refusals=9)
    with pytest.raises(AwayError, match="refusal 1"):
        reconnect.persistently(service, AwayError, within_s=None, hopeless=lambda _: True)
    assert slept == []


def test_another_error_passes_at_once(slept):
    with pytest.raises(ZeroDivisionError):
        reconnect.persistently(lambda: 1 / 0, AwayError, within_s=None)
    assert slept == []


def test_who_is_told_of_a_pause_may_end_it(slept):
    class LeavingError(Exception):
        pass

    def end(error, pause_s):
        assert str(error) == "refusal 1"
        assert 0 <= pause_s <= reconnect.FIRST_S
        raise LeavingError

    with pytest.raises(LeavingError):
        reconnect.persistently(Service(refusals=9), AwayError, within_s=None, on_pause=end)
    assert slept == []
