"""The Celery application that workers run; it reads the settings when it is first used."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging

from lfassess import settings_sources
from lfassess.assessment.runtime import Runtime
from lfassess.assessment.worker import celery_config
from lfassess.db.database import WORKER
from lfassess.log import configure_logging
from lfassess.paths import Layout
from lfassess.settings import get_settings

logger = logging.getLogger(__name__)


class WorkerApp(Celery):
    """A Celery application and what its tasks work with."""

    @cached_property
    def runtime(self) -> Runtime:
        """This process's runtime.

        Raises:
            ConfigurationError: a setting can't be used.
        """
        return Runtime.of(get_settings(), application=WORKER, broker=self)

    def on_configure(self) -> None:  # type: ignore[override] # a method takes the signal's place
        """Take Celery's settings from ours; Celery calls this when it first needs one of them.

        In place of its signal, whose receivers' errors are logged and forgotten.
        """
        settings = self.runtime.settings
        broker_url = celery_config.broker_url(settings)
        self.config_from_object(celery_config.build(settings, broker_url))


app = WorkerApp(celery_config.PREFIX)


@setup_logging.connect
def _our_logging(loglevel: int | str | None = None, **_kwargs: Any) -> None:
    level = logging.getLevelName(loglevel) if isinstance(loglevel, int) else loglevel
    settings = app.runtime.settings
    configure_logging(level or settings.log_level, settings.log_format)


@celeryd_init.connect
def _say_what_nothing_reads(**_kwargs: Any) -> None:
    """Say which settings are none: a worker that Celery's own command starts reads them, too."""
    for sentence in settings_sources.unknown():
        logger.warning(sentence)


@celeryd_init.connect
def _say_if_nothing_runs(**_kwargs: Any) -> None:
    """Say what starts the embedded servers; the worker itself waits for them."""
    settings = app.runtime.settings
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
