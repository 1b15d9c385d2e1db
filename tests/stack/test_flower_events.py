"""What Flower makes of the workers' events: every task that it lists has a name."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from lfassess.assessment.worker.celery_app import app
from lfassess.stack.flower import Events

NEW, OLD = "io-1@host", "io-0@host"


@pytest.fixture
def events():
    loop = IOLoop(make_current=False)
    yield Events(app, loop, max_tasks_in_memory=100, max_workers_in_memory=10)
    loop.close()


def event(kind: str, task_id: str, worker: str = NEW, **values: Any) -> dict[str, Any]:
    now = time.time()
    return {
        "type": f"task-{kind}", "uuid": task_id, "hostname": worker, "timestamp": now,
        "local_received": now, "clock": 1, "pid": 7, "utcoffset": 0, **values,
    }  # fmt: skip


@pytest.mark.parametrize("ends", ["started", "succeeded", "failed", "retried", "rejected"])
def test_a_task_received_before_it_was_asked_for_is_counted_not_listed(events, ends):
    events.note(event(ends, "early"))
    events.note(event("received", "late", name="gbp_task"))
    events.note(event(ends, "late"))
    assert [task.name for _, task in events.state.tasks_by_time()] == ["gbp_task"]
    assert events.state.counter[NEW] == {f"task-{ends}": 2, "task-received": 1}


def test_a_task_that_another_worker_takes_over_keeps_its_name(events):
    events.note(event("received", "handed-on", OLD, name="visual_task"))
    events.note(event("started", "handed-on", NEW))
    events.note(event("succeeded", "handed-on", NEW, runtime=1.5))
    ((_, task),) = events.state.tasks_by_time()
    assert (task.name, task.state, task.worker.hostname) == ("visual_task", "SUCCESS", NEW)
