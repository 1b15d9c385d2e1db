"""A Valkey that is frozen: commands go on without it, and `doctor` says so."""

from __future__ import annotations

import os
import signal

import pytest

from lfassess import stack
from lfassess.cli.diagnostics import examine
from lfassess.stack import lifecycle
from tests.stack.support import Stack

pytestmark = pytest.mark.integration


@pytest.fixture
def frozen(shared: Stack, monkeypatch: pytest.MonkeyPatch):
    """A stack whose Valkey has been running for long enough and does not answer any more."""
    shared.up()
    monkeypatch.setattr(lifecycle, "_VALKEY_HAS_S", 0.0)
    pid = shared.pid("valkey")
    os.kill(pid, signal.SIGSTOP)
    yield shared
    os.kill(pid, signal.SIGCONT)


def test_commands_go_on_without_it_and_say_so(frozen: Stack):
    said: list[str] = []
    found = stack.ensure_up(frozen.settings, workers=False, on_progress=said.append)
    assert found == stack.endpoints(frozen.settings)
    assert said == ["valkey runs, but does not answer: work goes through Postgres"]


def test_the_doctor_says_so_and_no_longer_when_it_answers(frozen: Stack):
    (redis,) = [f for f in examine(frozen.settings) if f.name == "Redis"]
    assert redis.state == "bad"
    assert "does not answer in time" in redis.detail
    os.kill(frozen.pid("valkey"), signal.SIGCONT)
    (redis,) = [f for f in examine(frozen.settings) if f.name == "Redis"]
    assert (redis.state, redis.detail) == ("ok", "embedded, running")


def test_postgres_that_is_frozen_is_not_done_without(shared: Stack, monkeypatch):
    shared.up()
    monkeypatch.setattr(lifecycle, "_VALKEY_HAS_S", 0.0)
    monkeypatch.setattr(lifecycle, "_SERVERS_WAIT_S", 0.5)
    pid = shared.pid("postgres")
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(lifecycle.ServiceUnreachableError):
            stack.ensure_up(shared.settings, workers=False)
    finally:
        os.kill(pid, signal.SIGCONT)
