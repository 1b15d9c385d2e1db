"""Slows callers down: one token bucket for each, in this process."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

_MOST: Final = 10_000  # buckets kept; full ones are forgotten first


@dataclass(frozen=True, slots=True)
class Rate:
    """How much one caller may ask for."""

    per_second: float
    burst: int


class Throttle:
    """Token buckets by name."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # name -> (tokens, when)

    def take(self, name: str) -> float:
        """Take a token; returns 0, or the seconds until there is one."""
        now = time.monotonic()
        with self._lock:
            tokens = self._tokens(name, now)
            if tokens >= 1:
                self._buckets[name] = (tokens - 1, now)
                self._forget_full_ones(now)
                return 0.0
            return (1 - tokens) / self._rate.per_second

    def wait_for(self, name: str) -> float:
        """Return the seconds until there is a token, taking none."""
        with self._lock:
            return max(0.0, (1 - self._tokens(name, time.monotonic())) / self._rate.per_second)

    def _tokens(self, name: str, now: float) -> float:
        tokens, at = self._buckets.get(name, (float(self._rate.burst), now))
        return min(self._rate.burst, tokens + (now - at) * self._rate.per_second)

    def _forget_full_ones(self, now: float) -> None:
        if len(self._buckets) > _MOST:
            kept = [n for n in self._buckets if self._tokens(n, now) < self._rate.burst]
            self._buckets = {n: self._buckets[n] for n in kept}
