"""Slows down whoever guesses."""

from __future__ import annotations

import threading
import time
from collections import deque


class Throttle:
    """Admits nobody for a while after too many failures, whoever they came from."""

    def __init__(self, *, most: int, within_s: float) -> None:
        self._most = most
        self._within_s = within_s
        self._lock = threading.Lock()
        self._failures: deque[float] = deque()

    def admits(self) -> bool:
        """Tell whether another try is allowed now."""
        with self._lock:
            before = time.monotonic() - self._within_s
            while self._failures and self._failures[0] < before:
                self._failures.popleft()
            return len(self._failures) < self._most

    def note(self) -> None:
        """Note a failure."""
        with self._lock:
            self._failures.append(time.monotonic())
