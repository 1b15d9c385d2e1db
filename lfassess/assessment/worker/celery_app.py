"""The Celery application."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging

from lfassess import settings_sources
from lfassess.assessment.worker import broker_guard, celery_config
from lfassess.log import configure_logging
from lfassess.paths import Layout
from lfassess.settings import Settings, get_settings

logger = logging.getLogger(__name__)


def create_app(settings: Settings, broker_url: str) -> Celery:
    """Return a Celery application on this broker."""
    app = Celery("assessment_orchestrator")
    app.config_from_object(celery_config.build(settings, broker_url))
    return app


broker_guard.use()


@setup_logging.connect
def _our_logging(loglevel: int | str | None = None, **_kwargs: Any) -> None:
    level = logging.getLevelName(loglevel) if isinstance(loglevel, int) else loglevel
    settings = get_settings()
    configure_logging(level or settings.log_level, settings.log_format)


@celeryd_init.connect
def _say_what_nothing_reads(**_kwargs: Any) -> None:
    """Say which settings are none: a worker that Celery's own command starts reads them, too."""
    for sentence in settings_sources.unknown():
        logger.warning(sentence)


@celeryd_init.connect
def _say_if_nothing_runs(**_kwargs: Any) -> None:
    """Say what starts the embedded servers; the worker itself waits for them."""
    settings = get_settings()
    layout = Layout(settings.data_dir)
    missing = [
        name
        for name, embedded, at in (
            ("Redis", settings.embedded_redis, layout.valkey_socket),
            ("Postgres", settings.embedded_postgres, layout.postgres_socket),
        )
        if embedded and not at.exists()
    ]
    if missing:
        logger.warning(
            "%s: not configured, and none runs here. `lfassess up` starts servers and workers; "
            "`lfassess worker` starts the servers and one worker. This worker waits for them.",
            " and ".join(missing),
        )


def database_url(settings: Settings) -> str:
    """Return where Postgres is: as configured, else the embedded one."""
    return settings.database_url or Layout(settings.data_dir).database_url


def broker_url(settings: Settings) -> str:
    """Return where Redis is: as configured, else the embedded Valkey."""
    return settings.broker_url or Layout(settings.data_dir).broker_url


app = create_app(get_settings(), broker_url(get_settings()))
