"""Redis that refuses or is frozen: submissions are kept, and commands end soon."""

from __future__ import annotations

import os
import signal
import time

import pytest

from lfassess.assessment import enqueue
from lfassess.assessment.enqueue import Message
from lfassess.celery_app import create_app
from lfassess.settings import Settings

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(enqueue, "_pause", enqueue._Pause())


MESSAGE = Message(enqueue.COORDINATE, 1, 1, "high_priority")


def test_refused_submission_is_stored_and_the_command_says_so(stage):
    stage.env["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
    done = stage.cli("run", "https://harbour-bakery.demo.test/", "--checks", "security")
    assert done.returncode == 4
    assert "Redis is out of reach" in done.stderr
    assert "stored" in done.stderr
    assert "Traceback" not in done.stderr
    assert stage.rows("SELECT status FROM assessments") == [{"status": "pending"}]


def test_what_was_stored_starts_when_redis_is_back(stage):
    url = stage.env["CELERY_BROKER_URL"]
    stage.env["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
    stage.cli("run", "https://harbour-bakery.demo.test/", "--checks", "security")
    stage.env["CELERY_BROKER_URL"] = url
    stage.start_worker()
    stage.wait_for(stage.all_ended)


def test_sending_to_a_refused_redis_gives_up_at_once():
    app = create_app(Settings(), "redis://127.0.0.1:1/0")
    try:
        assert not enqueue.send([MESSAGE], app)
    finally:
        app.close()


def test_sending_to_a_frozen_redis_gives_up_within_its_limit(stage):
    app = create_app(Settings(), stage.endpoints.broker_url)
    pid = stage.redis.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert not enqueue.send([MESSAGE], app)
        first = time.monotonic() - began
        assert not enqueue.send([MESSAGE] * 1000, app)
        assert time.monotonic() - began - first < 0.5  # a pause, not a time-out for each
        assert first < 10  # 5 s on a machine that does nothing else
    finally:
        os.kill(pid, signal.SIGCONT)
        app.close()
