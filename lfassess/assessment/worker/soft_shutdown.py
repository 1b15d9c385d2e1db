"""Ends a worker soon: what runs gets some seconds, then goes back to the others.

Celery 5.7.0's own soft and cold shutdown end in a NotImplementedError with the threads pool.
SIGTERM stays warm: it waits for what runs, however long.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any, Final

from celery.platforms import EX_OK
from celery.signals import worker_ready, worker_shutting_down
from celery.worker import state

from lfassess.assessment.execution import enqueue
from lfassess.assessment.execution.lease import heartbeat
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.worker.celery_app import app
from lfassess.clients.browser import shutdown
from lfassess.db.commands import check_runs
from lfassess.errors import LfassessError

logger = logging.getLogger(__name__)

_HAND_OVER_S: Final = 5.0  # with Postgres or Redis away; leases run out by themselves


def return_leases() -> int:
    """Give this process's leases back and send their messages; returns how many there were."""
    work = Orchestrator.of(app.runtime)
    with work.runtime.database.session() as session:
        released = check_runs.return_worker_leases(session, worker_id=heartbeat.worker_id)
    work.send(enqueue.check(name, lead, aid, queue) for name, lead, aid, queue in released)
    return len(released)


def _leave() -> None:
    """Hand over and end the process, which may have threads that nobody can end."""
    last = threading.Timer(_HAND_OVER_S, os._exit, [EX_OK])
    last.daemon = True
    last.start()
    try:
        logger.warning(
            "Ordered to end at once: %s checks go back to other workers.", return_leases()
        )
        shutdown()
    except LfassessError as e:
        logger.warning("Nothing could be handed back (%s); leases end by themselves.", e)
    except Exception:
        logger.exception("Nothing could be handed back; leases end by themselves")
    finally:
        os._exit(EX_OK)


def _begin(_number: int, _frame: object) -> None:
    """Take no more work; a second signal leaves at once."""
    first = state.should_stop is None
    setattr(state, "should_stop", EX_OK)  # noqa: B010 - Celery's types know no value but None
    timer = threading.Timer(app.runtime.settings.soft_stop_s if first else 0.0, _leave)
    timer.daemon = True
    timer.start()


@worker_ready.connect
def _install(**_kwargs: Any) -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGQUIT, _begin)


@worker_shutting_down.connect
def _second_interrupt(sig: str = "", **_kwargs: Any) -> None:
    """Let a second Ctrl-C leave at once, in place of Celery's own cold shutdown."""
    if sig == "SIGINT":
        signal.signal(signal.SIGINT, _begin)
