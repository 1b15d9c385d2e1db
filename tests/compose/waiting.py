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
    time.sleep(seconds)
    _redis().rpush(run, time.time())


def submit(tasks: int, seconds: float, run: str) -> float:
    """Send the tasks, wait until all have ended; returns the seconds from the first message on."""
    from lfassess.celery_app import app

    app.set_default()
    began = time.time()
    for _ in range(tasks):
        wait.delay(seconds, run)
    while _redis().llen(run) < tasks:
        time.sleep(0.1)
    return max(map(float, _redis().lrange(run, 0, -1))) - began
