"""A thread that does one thing again and again, and outlives whatever that meets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from lfassess.errors import LfassessError
from lfassess.log import OutageLog

logger = logging.getLogger(__name__)


class PeriodicThread(threading.Thread):
    """Calls a function every few seconds until stopped.

    An expected error is an outage: it is logged when it begins and when it is over. Any other is
    logged with its traceback. After both the function is called again.
    """

    def __init__(
        self,
        name: str,
        function: Callable[[], object],
        *,
        every_s: float,
        what: str,
        first_s: float | None = None,
        outage_s: float | None = None,
        expected: type[Exception] = LfassessError,
    ) -> None:
        """Make the thread; ``start`` starts it.

        Args:
            name: the thread's.
            function: False where there was nothing to do, which says nothing of an outage.
            every_s: from the end of one call to the next.
            what: does not happen while the function fails: "No webhooks can be delivered".
            first_s: before the first call; None = ``every_s``.
            outage_s: from one call to the next in an outage; None = ``every_s``.
            expected: what the function raises when something is out of reach.
        """
        super().__init__(name=name, daemon=True)
        self.stopped = threading.Event()
        self._function, self._what, self._expected = function, what, expected
        self._first_s = every_s if first_s is None else first_s
        self._every_s = every_s
        self._outage_s = every_s if outage_s is None else outage_s

    def run(self) -> None:
        outage = OutageLog(logger, self._what)
        wait_s = self._first_s
        while not self.stopped.wait(wait_s):
            try:
                if self._function() is not False:
                    outage.succeeded()
            except self._expected as e:
                outage.failed(e)
            except Exception:
                logger.exception("%s; it is tried again", self._what)
            wait_s = self._outage_s if outage.active else self._every_s

    def stop(self) -> None:
        """Have it end once the call that runs has returned."""
        self.stopped.set()
