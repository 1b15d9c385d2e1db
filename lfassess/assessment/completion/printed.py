"""Keeps what the browser has printed lately in memory, by what it was made of."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 32 * 1024 * 1024  # some sixty reports
MAX_AGE_S: Final = 3600.0  # what may be shown no longer is deleted every hour, too


@dataclass(frozen=True, slots=True)
class _Print:
    data: bytes
    made_at: float


class Printed:
    """Prints by the digest of their HTML, which holds all that they show: none can be out of date.

    Args:
        max_bytes: of all together; what was asked for longest ago goes first.
        max_age_s: of each.
        clock: seconds.
    """

    def __init__(
        self,
        *,
        max_bytes: int = MAX_BYTES,
        max_age_s: float = MAX_AGE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_bytes, self._max_age_s, self._clock = max_bytes, max_age_s, clock
        self._prints: OrderedDict[bytes, _Print] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, html: str, how: str, make: Callable[[], bytes]) -> bytes:
        """Return what was printed of the same HTML in the same way, or what ``make`` prints now."""
        key = hashlib.sha256(f"{how}\0{html}".encode()).digest()
        with self._lock:
            self._forget_old()
            if (found := self._prints.get(key)) is not None:
                self._prints.move_to_end(key)
                return found.data
        data = make()
        with self._lock:
            self._prints[key] = _Print(data, self._clock())
            while sum(len(each.data) for each in self._prints.values()) > self._max_bytes:
                self._prints.popitem(last=False)
        return data

    def _forget_old(self) -> None:
        before = self._clock() - self._max_age_s
        for key in [key for key, each in self._prints.items() if each.made_at < before]:
            del self._prints[key]
