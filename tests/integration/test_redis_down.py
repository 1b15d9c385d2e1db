"""Redis that refuses or is frozen: submissions are accepted, and commands end soon."""

from __future__ import annotations

import os
import signal

import pytest
import redis

from lfassess.assessment.execution import enqueue
from lfassess.assessment.execution.enqueue import Message
from lfassess.assessment.worker.celery_config import COORDINATE, create_app
from lfassess.settings import Settings

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _no_pause():
    enqueue.cooldown.end()


MESSAGE = Message(COORDINATE, 1, 1, "high_priority")


def test_refused_submission_is_stored_and_the_command_says_so(environment):
    environment.env["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
    done = environment.cli("run", "https://harbour-bakery.demo.test/", "--checks", "security")
    assert done.returncode == 4
    assert "Redis is out of reach" in done.stderr
    assert "stored" in done.stderr
    assert "Traceback" not in done.stderr
    assert environment.rows("SELECT status FROM assessments") == [{"status": "pending"}]


def test_what_was_stored_starts_when_redis_is_back(environment):
    url = environment.env["CELERY_BROKER_URL"]
    environment.env["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
    environment.cli("run", "https://harbour-bakery.demo.test/", "--checks", "security")
    environment.env["CELERY_BROKER_URL"] = url
    environment.start_worker()
    environment.wait_for(environment.all_ended)


def test_sending_to_a_refused_redis_gives_up_at_once():
    app = create_app(Settings(), "redis://127.0.0.1:1/0")
    try:
        assert not enqueue.send([MESSAGE], app)
    finally:
        app.close()


def test_sending_to_a_frozen_redis_tries_once_and_not_for_each_message(environment, caplog):
    app = create_app(Settings(), environment.endpoints.broker_url)
    pid = environment.redis.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        assert not enqueue.send([MESSAGE], app)
        for _ in range(1000):
            assert not enqueue.send([MESSAGE], app)
        assert caplog.text.count("Redis takes no messages") == 1
    finally:
        os.kill(pid, signal.SIGCONT)
        app.close()


SITE = "https://harbour-bakery.demo.test/"


def set_config(environment, **options):
    for name, value in options.items():
        environment.redis.config_set(name.replace("_", "-"), value)


def refuse_as_full(environment):
    set_config(environment, maxmemory=1)


def refuse_as_replica(environment):
    environment.redis.replicaof("127.0.0.1", "1")


def refuse_without_replicas(environment):
    set_config(environment, min_replicas_to_write=1)


@pytest.fixture
def healing(environment):
    """Make Redis take messages again, also when the test fails."""

    def heal():
        environment.redis.replicaof("NO", "ONE")
        set_config(environment, maxmemory=0, min_replicas_to_write=0)

    yield heal
    heal()


REFUSALS = {
    "is full": refuse_as_full,
    "is a read-only replica": refuse_as_replica,
    "has too few replicas": refuse_without_replicas,
}


@pytest.mark.parametrize(("said", "refuse"), REFUSALS.items(), ids=REFUSALS.keys())
def test_redis_that_refuses_to_write_ends_no_worker_and_holds_no_work_up(
    environment, healing, said, refuse
):
    worker = environment.start_worker()
    environment.wait_for(lambda: "ready" in environment.log_of())
    assert environment.cli("run", SITE, "--checks", "security").returncode == 0
    refuse(environment)
    doctor = environment.cli("doctor")
    done = environment.cli("run", "https://tide-pool-yoga.demo.test/", "--checks", "security")
    assert done.returncode == 0, done.stderr
    assert f"Redis {said}" in done.stderr
    assert said in " ".join((doctor.stdout + doctor.stderr).split())
    assert doctor.returncode == 4
    healing()
    environment.wait_for(lambda: "Redis is back" in environment.log_of())
    assert (
        environment.cli("run", "https://old-mill-books.demo.test/", "--checks", "gbp").returncode
        == 0
    )
    assert worker.poll() is None
    assert "Traceback" not in environment.log_of()
    assert "CRITICAL" not in environment.log_of()
    assert [r["status"] for r in environment.rows("SELECT status FROM assessments")] == [
        "completed"
    ] * 3


def test_malformed_messages_in_every_queue_end_no_worker(environment):
    worker = environment.start_worker()
    environment.wait_for(lambda: "ready" in environment.log_of())
    for queue in ("high_priority", "assessment", "llm"):
        for raw in ("{", "[]", "null", b"\xff\xfe", '{"body": "a", "properties": {}}'):
            environment.redis.lpush(queue, raw)
    environment.wait_for(lambda: environment.log_of().count("Dropped a message") == 15)
    assert environment.cli("run", SITE, "--checks", "security,gbp").returncode == 0
    assert worker.poll() is None
    assert "Traceback" not in environment.log_of()


def test_worker_works_with_a_wrong_password_and_says_so(environment):
    environment.redis.config_set("requirepass", "right")
    try:
        environment.start_worker()
        environment.wait_for(
            lambda: "Redis refuses the user name or the password" in environment.log_of()
        )
        done = environment.cli("run", SITE, "--checks", "security")
    finally:
        client = redis.Redis.from_url(environment.redis_url, password="right")
        client.config_set("requirepass", "")
    assert done.returncode == 0, done.stderr
    assert "the workers take the work straight from Postgres" in done.stderr
    assert environment.all_ended()
