"""Slows callers down: one token bucket for each, in this process."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

# Buckets in memory; full ones are dropped first, then those used longest ago.
_MAX_BUCKETS: Final = 10_000
# Share left after forgetting, so that it is not done for every caller.
_REMAINING_SHARE: Final = 0.9
_WRONG_KEYS_BURST: Final = 20
_WRONG_KEYS_PER_S: Final = 10 / 60
_NETWORK_BITS: Final = 64  # one customer's IPv6 network counts as one address


@dataclass(frozen=True, slots=True)
class Rate:
    """How much one caller may ask for."""

    per_second: float
    burst: int


WRONG_KEYS: Final = Rate(per_second=_WRONG_KEYS_PER_S, burst=_WRONG_KEYS_BURST)


class RateLimiter:
    """Token buckets by name."""

    def __init__(
        self,
        rate: Rate,
        *,
        max_buckets: int = _MAX_BUCKETS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._max_buckets = max_buckets
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # name -> (tokens, when)

    def take(self, name: str) -> float:
        """Take a token; returns 0, or the seconds until there is one."""
        now = self._clock()
        with self._lock:
            tokens = self._tokens(name, now)
            if tokens < 1:
                return (1 - tokens) / self._rate.per_second
            self._buckets.pop(name, None)  # the order is that of use
            self._buckets[name] = (tokens - 1, now)
            if len(self._buckets) > self._max_buckets:
                self._forget(now)
            return 0.0

    def _tokens(self, name: str, now: float) -> float:
        tokens, at = self._buckets.get(name, (float(self._rate.burst), now))
        return min(self._rate.burst, tokens + (now - at) * self._rate.per_second)

    def _forget(self, now: float) -> None:
        remaining = [n for n in self._buckets if self._tokens(n, now) < self._rate.burst]
        self._buckets = {
            n: self._buckets[n] for n in remaining[-int(self._max_buckets * _REMAINING_SHARE) :]
        }


class WrongKeys:
    """Counts wrong keys by the address they come from, the API's and the sign-in page's alike.

    Only a wrong key is ever counted or held up: whoever has the right one is let in, whatever
    others behind the same address did.
    """

    def __init__(self, rate: Rate = WRONG_KEYS) -> None:
        self._limiter = RateLimiter(rate)

    def note(self, request: Request) -> float:
        """Count a wrong key; returns 0, or the seconds until the next one is answered."""
        return self._limiter.take(_network(request.client.host if request.client else ""))


def _network(address: str) -> str:
    """Return who an address belongs to: an IPv4 address as it is, of IPv6 the network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:  # a unix socket
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.IPv6Network((ip, _NETWORK_BITS), strict=False))
