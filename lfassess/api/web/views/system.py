"""Workers, queues, providers and their quotas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from starlette.requests import Request
from starlette.responses import Response

from lfassess import stack
from lfassess.api.dependencies import Work
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import new_router
from lfassess.assessment.execution.enqueue import queue_length
from lfassess.assessment.execution.rate_limits import PROVIDERS, limits_of
from lfassess.assessment.worker.celery_config import QUEUES
from lfassess.db.queries import system

router = new_router()


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider as the page shows it."""

    name: str
    in_flight: int
    concurrent: int | None
    per_minute: float | None
    today: int
    per_day: int | None
    balance: int | None  # units left, as the provider last said
    open_until: datetime | None  # its breaker is open
    last_error: str | None
    calls: int  # in the last 24 hours, like the rest
    failed: int
    cost_usd: float


@router.get("/system")
def system_page(request: Request, work: Work) -> Response:
    runtime = work.runtime
    with runtime.database.session() as session:
        waiting = {row["queue"]: row for row in system.queues(session)}
        known = system.providers(session)
        values: dict[str, Any] = {
            "workers": system.workers(session),
            "deferred": system.deferred(session),
            "pause": system.pause(session),
        }
    values |= {
        "providers": [_provider(name, known.get(name, {})) for name in PROVIDERS],
        "queues": [_queue(name, waiting.get(name), runtime.broker) for name in QUEUES],
        "parts": stack.ps(runtime.settings),
    }
    return render(request, "system.html.j2", values)


def _queue(name: str, row: dict[str, Any] | None, broker: Celery) -> dict[str, Any]:
    nothing = {"waiting": 0, "running": 0, "deferred": 0, "oldest": None, "wait_s": None}
    return {**nothing, **(row or {}), "queue": name, "messages": queue_length(name, broker)}


def _provider(name: str, known: dict[str, Any]) -> Provider:
    limits, now = limits_of(name), datetime.now(UTC)
    state, day = known.get("state", {}), known.get("day")
    until = state.get("open_until")
    return Provider(
        name=name,
        in_flight=known.get("in_flight", 0),
        concurrent=limits.concurrent,
        per_minute=limits.requests_per_minute,
        today=state["day_calls"] if state.get("day") == limits.today(now) else 0,
        per_day=limits.requests_per_day,
        balance=state.get("balance_units"),
        open_until=until if until and until > now else None,
        last_error=state.get("last_error"),
        calls=day.calls if day else 0,
        failed=day.failed if day else 0,
        cost_usd=day.cost_usd if day else 0.0,
    )
