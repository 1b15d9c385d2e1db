"""The Celery application."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from lfassess import broker_guard, celery_config
from lfassess.log import configure_logging
from lfassess.settings import Settings, get_settings
from lfassess.stack.layout import Layout


def create_app(settings: Settings, broker_url: str) -> Celery:
    """Return a Celery application on this broker."""
    app = Celery("assessment_orchestrator")
    app.config_from_object(celery_config.build(settings, broker_url))
    return app


broker_guard.use()


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
