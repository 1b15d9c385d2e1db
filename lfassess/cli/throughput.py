"""Throughput over the last minutes, for rate and ETA."""

from __future__ import annotations

from collections import deque

_WINDOW_S = 300.0


class Rate:
    """Remembers how many were done when; looks back five minutes."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def observe(self, done: int, at: float) -> None:
        """Note that ``done`` had ended at monotonic time ``at`` (seconds)."""
        if not self._seen or done != self._seen[-1][1]:
            self._seen.append((at, done))
        while len(self._seen) > 2 and at - self._seen[0][0] > _WINDOW_S:  # noqa: PLR2004 - two make a slope
            self._seen.popleft()

    def per_hour(self) -> float | None:
        """Return the rate per hour, or None while nothing has ended."""
        if len(self._seen) < 2:  # noqa: PLR2004 - two make a slope
            return None
        (start, before), (end, after) = self._seen[0], self._seen[-1]
        return (after - before) / (end - start) * 3600 if end > start else None
