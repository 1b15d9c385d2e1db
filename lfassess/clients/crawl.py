"""Reads several pages of a website politely: few at a time, apart in time, within a limit."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

from lfassess.clients.connection_pool import ConnectionPool
from lfassess.clients.http import USER_AGENT
from lfassess.clients.website import Page, fetch
from lfassess.errors import CheckError, DeadlineExceededError
from lfassess.settings import Settings

AT_ONCE: Final = 2
GAP_S: Final = 0.5  # between two requests to one host
PAGE_S: Final = 8.0
PAGE_BYTES: Final = 1_500_000
# Names itself, and is taken for a search engine by scripts that show those something else.
AS_SEARCH_ENGINE: Final = {"User-Agent": f"{USER_AGENT} compatible; Googlebot/2.1"}

Asked = Page | CheckError
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Reader:
    """Asks for pages; every request waits for its host's turn.

    Connections and threads are reused until it is closed, as by ``with``.
    """

    def __init__(self, settings: Settings, deadline: float, gap_s: float = GAP_S) -> None:
        """Make one.

        Args:
            settings: for the guard and the certificates to trust.
            deadline: time.monotonic() by which all must be done.
            gap_s: seconds between two requests to one host.
        """
        self.requests = 0
        self._settings = settings
        self._deadline = deadline
        self._gap_s = gap_s
        self._next: dict[str, float] = defaultdict(float)
        self._lock = threading.Lock()
        self._connections = ConnectionPool()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="crawl")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._connections.close()

    def left(self) -> float:
        """Return the seconds to the deadline, 0 where there are none."""
        return max(0.0, self._deadline - time.monotonic())

    def ask(
        self,
        url: str,
        *,
        seconds: float = PAGE_S,
        max_bytes: int = PAGE_BYTES,
        method: str = "GET",
        headers: dict[str, str] | None = None,
    ) -> Asked:
        """Return the answer, or why there is none."""
        try:
            self._wait_for_turn(url)
            return fetch(
                url,
                settings=self._settings,
                deadline=min(self._deadline, time.monotonic() + seconds),
                max_bytes=max_bytes,
                headers=headers,
                method=method,
                pool=self._connections,
            )
        except CheckError as e:
            return e

    def side_by_side(
        self, do: Callable[[_Item], _Result], items: Iterable[_Item]
    ) -> Iterator[tuple[_Item, _Result]]:
        """Yield each item with what became of it, two worked on at a time, in their order."""
        jobs = [(item, self._pool.submit(do, item)) for item in items]
        for item, job in jobs:
            yield item, job.result()

    def _wait_for_turn(self, url: str) -> None:
        host = _host(url)
        with self._lock:
            turn = max(self._next[host], time.monotonic())
            if turn >= self._deadline:
                raise DeadlineExceededError("No time was left for the page.", provider="website")
            self._next[host] = turn + self._gap_s
            self.requests += 1
        time.sleep(max(0.0, turn - time.monotonic()))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
