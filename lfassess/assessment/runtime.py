"""What a process works with: made once by a command, the API or a worker, and handed on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Self

from lfassess.db.database import Database
from lfassess.paths import Layout
from lfassess.settings import Settings

if TYPE_CHECKING:
    from celery import Celery

    from lfassess.assessment.execution.enqueue import Message


class Runtime:
    """The settings, the database and the broker of one process.

    Nothing is connected before it is used, and whoever made it ends it: it is a context manager.
    """

    def __init__(
        self, settings: Settings, database: Database, broker: Celery | None = None
    ) -> None:
        """Put together what there is.

        Args:
            settings: of this installation.
            database: where the rows are.
            broker: what takes messages; by default the one of the settings.
        """
        self.settings = settings
        self.database = database
        if broker is not None:
            self.broker = broker

    @classmethod
    def of(
        cls, settings: Settings, *, application: str = "lfassess", broker: Celery | None = None
    ) -> Self:
        """Return the one that the settings name; embedded servers where they name none.

        Args:
            settings: of this installation.
            application: what Postgres shows of this process's connections.
            broker: what takes messages; by default the one of the settings.
        """
        url = settings.database_url or Layout(settings.data_dir).database_url
        return cls(settings, Database(url, application=application), broker)

    @cached_property
    def broker(self) -> Celery:
        """The Celery application that takes messages."""
        from lfassess.assessment.worker import celery_config  # noqa: PLC0415 - Celery: a fifth of a second, which most commands save

        return celery_config.create_app(self.settings, celery_config.broker_url(self.settings))

    def send(self, messages: Iterable[Message]) -> bool:
        """Send the messages; see ``enqueue.send``."""
        from lfassess.assessment.execution import enqueue  # noqa: PLC0415 - imports Celery

        return enqueue.send(messages, self.broker)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self.database.dispose()
        if "broker" in self.__dict__:
            self.broker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
