"""Remembers what the emulated providers were asked."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from dataclasses import asdict, dataclass
from typing import Any, Final

from lfassess.settings import SANDBOX_KEY

_KEPT: Final = 50_000  # calls; the sums go on counting beyond that
_SHOWN_CHARS: Final = 4


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One call to an emulated provider."""

    at: str  # ISO 8601, UTC
    provider: str
    method: str
    path: str
    key_used: str | None  # masked, unless it is the sandbox's own
    status: int | None  # None = the caller got no answer
    cost_units: float  # the provider's own: API units, tokens
    cost_usd: float
    fault: str | None
    lead_hint: str | None


class RequestLog:
    """Keeps the latest calls and the sums over all; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._calls: deque[LoggedRequest] = deque(maxlen=_KEPT)
            self._statuses: dict[str, Counter[str]] = {}
            self._faults: dict[str, Counter[str]] = {}
            self._units: defaultdict[str, float] = defaultdict(float)
            self._usd: defaultdict[str, float] = defaultdict(float)

    def record(self, call: LoggedRequest) -> None:
        with self._lock:
            self._calls.append(call)
            status = "none" if call.status is None else str(call.status)
            self._statuses.setdefault(call.provider, Counter())[status] += 1
            if call.fault:
                self._faults.setdefault(call.provider, Counter())[call.fault] += 1
            self._units[call.provider] += call.cost_units
            self._usd[call.provider] += call.cost_usd

    def requests(self, provider: str | None = None) -> list[dict[str, Any]]:
        """Return the calls, oldest first."""
        with self._lock:
            calls = list(self._calls)
        return [asdict(c) for c in calls if provider in {None, c.provider}]

    def summary(self) -> dict[str, Any]:
        """Return {total, cost_usd, providers: {name: {calls, by_status, faults, cost_...}}}."""
        with self._lock:
            providers = {
                name: {
                    "calls": statuses.total(),
                    "by_status": dict(statuses),
                    "faults": dict(self._faults.get(name, {})),
                    "cost_units": self._units[name],
                    "cost_usd": self._usd[name],
                }
                for name, statuses in self._statuses.items()
            }
        return {
            "total": sum(p["calls"] for p in providers.values()),
            "cost_usd": sum(p["cost_usd"] for p in providers.values()),
            "providers": providers,
        }


def mask_key(key: str | None) -> str | None:
    """Return the key's first letters; a real key that strays into the sandbox stays secret."""
    if key is None or key == SANDBOX_KEY:
        return key
    return key[:_SHOWN_CHARS] + "***"
