"""Celery's settings; the reasons stand beside those that surprise."""

from __future__ import annotations

from typing import Any

from celery import Celery
from kombu import Exchange, Queue

from lfassess.assessment.worker import broker_guard
from lfassess.paths import Layout
from lfassess.settings import Settings
from lfassess.timings import TIMINGS

PREFIX = "assessment_orchestrator"
COORDINATE = f"{PREFIX}.coordinate_assessment"

QUEUES = ("high_priority", "assessment", "browser", "lighthouse", "llm", "default")


def create_app(settings: Settings, broker_url: str) -> Celery:
    """Return a Celery application on this broker, to send by."""
    app = Celery(PREFIX)
    app.config_from_object(build(settings, broker_url))
    return app


def broker_url(settings: Settings) -> str:
    """Return where Redis is: as configured, else the embedded Valkey."""
    return settings.broker_url or Layout(settings.data_dir).broker_url


def build(settings: Settings, broker_url: str) -> dict[str, Any]:
    """Return the configuration for this broker."""
    broker_guard.use()
    return {
        "broker_url": broker_url,
        "result_backend": settings.result_backend,
        "include": [
            "lfassess.assessment.tasks",
            "lfassess.assessment.worker.background",
            "lfassess.assessment.worker.soft_shutdown",
        ],
        "task_ignore_result": True,
        # The one task whose answer somebody may ask for, where there is a place for answers.
        "task_annotations": {COORDINATE: {"ignore_result": settings.result_backend is None}},
        "task_default_queue": "default",
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        # A message is acknowledged when its work is done: kill -9 gives it back.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        # Checks wait on the network; threads cost little, and a plain `celery worker` does all.
        "worker_pool": "threads",
        "worker_concurrency": 16,
        "worker_enable_prefetch_count_reduction": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        # Redis may be away for hours; the worker is to be there when it comes back.
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # A server that is full or read-only is waited out like one that is away.
        "broker_channel_error_retry": True,
        "worker_consumer": "lfassess.assessment.worker.consumer:Consumer",
        # One try: the row in Postgres is the truth and the reconciler sends again.
        "task_publish_retry": False,
        "broker_transport_options": {
            "visibility_timeout": TIMINGS.visibility,
            # One list for each queue instead of four: what is urgent has a queue of its own.
            "priority_steps": [0],
            # The defaults bring a killed worker's message back after 90 s; these after about 5.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            # Without these a frozen Redis hangs the caller for ever.
            "socket_timeout": 2,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
            # Senders try twice, at once: kombu's defaults wait for seconds in between.
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.1,
        },
        "result_backend_transport_options": {"retry_policy": {"max_retries": 0}},
        "worker_send_task_events": False,
        "task_send_sent_event": False,
    }
