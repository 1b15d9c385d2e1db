"""The Celery application."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import celery
from celery import Celery
from celery.signals import setup_logging
from kombu.transport import redis as kombu_redis

from lfassess import celery_config
from lfassess.log import configure_logging
from lfassess.settings import Settings, get_settings
from lfassess.stack.layout import Layout

logger = logging.getLogger(__name__)


def create_app(settings: Settings, broker_url: str) -> Celery:
    """Return a Celery application on this broker."""
    app = Celery("assessment_orchestrator")
    app.config_from_object(celery_config.build(settings, broker_url))
    return app


def _survive_a_lost_broker() -> None:
    """Keep Celery 5.7.0's worker alive when Redis goes away while a late-ack task runs.

    On a lost connection its consumer gives unacknowledged messages back through a transport that
    is closed already, and the AttributeError ends the worker. Giving nothing back is safe: the
    visibility time-out and the reconciler both redeliver.
    """
    original = kombu_redis.QoS.restore_unacked
    lost: tuple[type[BaseException], ...] = (
        AttributeError,
        OSError,
        *kombu_redis.get_redis_error_classes().connection_errors,
    )

    def restore_unacked(self: Any, client: Any = None) -> Any:
        try:
            return original(self, client)
        except lost:
            logger.warning("Redis went away; unacknowledged messages will be delivered again.")
            return []

    kombu_redis.QoS.restore_unacked = restore_unacked  # type: ignore[method-assign]
    for name in ("ack", "reject"):
        setattr(kombu_redis.QoS, name, _telling_a_lost_connection(getattr(kombu_redis.QoS, name)))


def _telling_a_lost_connection(original: Callable[..., Any]) -> Callable[..., Any]:
    """Let a late answer about a message fail as kombu expects it, and logs it.

    On a channel that is closed already it ends in an AttributeError, which ends the worker.
    """

    def answer(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except AttributeError as e:
            if self.channel.connection is not None:
                raise
            raise ConnectionResetError("Redis went away before its message was answered") from e

    return answer


if celery.__version__ == "5.7.0":
    _survive_a_lost_broker()


@setup_logging.connect
def _our_logging(loglevel: int | str | None = None, **_kwargs: Any) -> None:
    level = logging.getLevelName(loglevel) if isinstance(loglevel, int) else loglevel
    configure_logging(level or get_settings().log_level)


def database_url(settings: Settings) -> str:
    """Return where Postgres is: as configured, else the embedded one."""
    return settings.database_url or Layout(settings.data_dir).database_url


def broker_url(settings: Settings) -> str:
    """Return where Redis is: as configured, else the embedded Valkey."""
    return settings.broker_url or Layout(settings.data_dir).broker_url


app = create_app(get_settings(), broker_url(get_settings()))
