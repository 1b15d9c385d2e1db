"""A task that only waits; loaded by the tests' workers with `--include waiting`."""

from __future__ import annotations

import os
import time
from functools import cache

import redis
from celery import shared_task


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(os.environ["CELERY_BROKER_URL"])


@shared_task(name="waiting.wait", queue="default")
def wait(seconds: float, run: str) -> None:
    began = time.time()
    time.sleep(seconds)
    _redis().rpush(run, f"{began} {time.time()}")


def submit(tasks: int, seconds: float, run: str) -> float:
    """Send the tasks, wait until all have ended; returns seconds from first start to last end."""
    from lfassess.assessment.worker.celery_app import app

    app.set_default()
    for _ in range(tasks):
        wait.delay(seconds, run)
    while _redis().llen(run) < tasks:
        time.sleep(0.1)
    spans = [[float(at) for at in span.split()] for span in _redis().lrange(run, 0, -1)]
    return max(ended for _, ended in spans) - min(began for began, _ in spans)
