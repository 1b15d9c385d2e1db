"""The end of a batch: noted, said to webhooks, and its audits compared with each other."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lfassess.assessment.completion import benchmark, webhooks
from lfassess.db.commands import batches
from lfassess.settings import Settings

logger = logging.getLogger(__name__)


def finish_batches(
    session: Session,
    settings: Settings,
    ended: Sequence[int] = (),
    *,
    batch_id: int | None = None,
) -> None:
    """Note the end of batches that wait for nothing more.

    Args:
        session: the open transaction.
        settings: for webhooks.
        ended: assessments that have just ended, or whose report waits no more.
        batch_id: a batch to look at as well.
    """
    for finished in batches.finish(session, ended, batch_id=batch_id):
        _compare(session, finished)
        webhooks.enqueue_event(session, settings, "batch.completed", batch_id=finished)


def _compare(session: Session, batch_id: int) -> None:
    try:
        with session.begin_nested():
            benchmark.freeze(session, batch_id=batch_id)
    except SQLAlchemyError:
        logger.exception("batch %s: its audits are not compared", batch_id)
