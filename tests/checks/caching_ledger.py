"""A ledger in memory that keeps answers, as the workers' does in Postgres."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lfassess.checks.base import BilledResponse, Usage


class CachingLedger:
    def __init__(self) -> None:
        self.usage = Usage()
        self.cached: dict[tuple[str, str], dict[str, Any]] = {}
        self.bought: list[str] = []
        self.balances: list[tuple[str, int]] = []

    def note_balance(self, provider: str, units: int) -> None:
        self.balances.append((provider, units))

    def call(self, provider: str, request: str, do: Callable[[], BilledResponse]) -> dict[str, Any]:
        if (provider, request) not in self.cached:
            paid = do()
            self.usage += paid.usage
            self.cached[provider, request] = paid.answer
            self.bought.append(request)
        return self.cached[provider, request]
