"""A batch watched live, over a real connection."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
import uvicorn

from lfassess.api import streams
from lfassess.api.app import create_app
from lfassess.assessment.runtime import Runtime

pytestmark = pytest.mark.integration


class Server(uvicorn.Server):
    """Tells when it listens, and where."""

    def __init__(self, app):
        super().__init__(
            uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1, ws="none")
        )
        self.listening = threading.Event()
        self.thread = threading.Thread(target=self.run)

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.listening.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture
def server(settings, store, monkeypatch):
    monkeypatch.setattr(streams, "POLL_S", 0.05)
    server = Server(create_app(Runtime(settings, store)))
    server.thread.start()
    assert server.listening.wait(20)
    yield server
    server.should_exit = True
    server.thread.join(10)


@pytest.fixture
def batch(harness):
    harness.execute("INSERT INTO batches (name) VALUES ('One')")
    for name in ("alpha", "beta"):
        lead_id = harness.add_lead(name, f"https://{name}.test/")
        assessment_id = harness.orchestrator.coordinate(lead_id)["assessment_id"]
        harness.execute(
            "INSERT INTO batch_leads (batch_id, lead_id, assessment_id) VALUES (1, :l, :a)",
            l=lead_id,
            a=assessment_id,
        )
    return harness


class Watch:
    """Reads events one by one."""

    def __init__(self, server, **headers):
        self.answer = requests.get(
            f"{server.url}/api/v1/batches/1/events", headers=headers, stream=True, timeout=60
        )
        self._lines = self.answer.iter_lines(chunk_size=1, decode_unicode=True)

    def __iter__(self):
        event = {}
        for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                event[name] = value
            elif "data" in event:
                yield {**event, "data": json.loads(event["data"])}
                event = {}
            else:
                event = {}

    def until(self, matches):
        seen = []
        for event in self:
            seen.append(event)
            if matches(event):
                return seen
        pytest.fail(f"the stream ended after {[e['event'] for e in seen]}")

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.answer.close()


def progress(event):
    return event["event"] == "progress"


def end(event):
    return event["event"] == "end"


def test_each_change_is_told_until_the_batch_ends(server, batch):
    with Watch(server) as watch:
        assert watch.answer.headers["Content-Type"].startswith("text/event-stream")
        first = watch.until(progress)[-1]["data"]
        assert (first["leads"], first["in_progress"], first["percentage"]) == (2, 2, 0)
        batch.drain()
        seen = watch.until(end)
    assert seen[-1]["data"]["completed"] == 2
    result = {e["data"]["assessment_id"]: e["data"] for e in seen if e["event"] == "assessment"}
    assert {result[1]["status"], result[2]["status"]} == {"completed"}
    assert result[1]["checks"]["gbp"]["status"] == "completed"


def test_client_that_comes_back_is_told_what_it_missed(server, batch):
    with Watch(server) as watch:
        watch.until(progress)
        batch.deliver(batch.queue.popleft())
        last = watch.until(lambda e: e["event"] == "assessment")[-1]["id"]
    batch.drain()
    with Watch(server, **{"Last-Event-ID": last}) as watch:
        seen = watch.until(end)
    assert {e["data"]["assessment_id"] for e in seen if e["event"] == "assessment"} == {1, 2}


def test_client_that_knows_the_end_is_told_to_stop(server, batch):
    batch.drain()
    with Watch(server) as watch:
        assert watch.until(end)[-1]["id"] == "end"
    with Watch(server, **{"Last-Event-ID": "end"}) as watch:
        assert watch.answer.status_code == 204


def test_silence_is_filled_with_comments(server, batch, monkeypatch):
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.05)
    with Watch(server) as watch:
        for line in watch._lines:
            if line.startswith(":"):
                return
    pytest.fail("no heartbeat came")


def test_streams_are_bounded_and_given_back(server, batch, monkeypatch):
    monkeypatch.setattr("lfassess.api.routes.events._MAX_STREAMS", 1)
    with Watch(server) as watch:
        watch.until(progress)
        assert Watch(server).answer.json()["code"] == "too_many_streams"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with Watch(server) as watch:
            if watch.answer.status_code == 200:
                return
    pytest.fail("a closed stream still counts")


def test_change_that_becomes_visible_late_is_told_and_nothing_twice(batch, store):
    stream = streams.BatchStream(store, 1, streams.start_from(None))
    batch.execute("UPDATE check_runs SET started_at = now(), finished_at = now()")
    assert [e.name for e in stream.poll()[0]] == ["assessment", "assessment", "progress"]
    assert stream.poll() == ([], False)
    batch.execute(
        "UPDATE assessments SET status = 'completed', finished_at = now() - interval '5 seconds',"
        " started_at = now() - interval '9 seconds' WHERE id = 2"
    )
    batch.execute("UPDATE assessments SET created_at = now() - interval '9 seconds' WHERE id = 2")
    batch.execute(
        "UPDATE check_runs SET started_at = NULL, finished_at = NULL WHERE assessment_id = 2"
    )
    events, ended = stream.poll()
    assert [e.name for e in events] == ["assessment", "progress"]
    assert (events[0].data["assessment_id"], events[0].data["status"]) == (2, "completed")
    assert not ended


@pytest.mark.parametrize("junk", [None, "", "end", "x", "1.x", "9" * 17 + ".1", "-1.1"])
def test_last_event_id_that_is_none_of_ours_starts_now(junk):
    assert datetime.now(UTC) - streams.start_from(junk) < timedelta(seconds=5)


def test_going_back_is_bounded():
    assert datetime.now(UTC) - streams.start_from("1.1") < timedelta(minutes=61)
