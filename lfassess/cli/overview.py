"""`lfassess status` without a batch or lead: an overview."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from lfassess.cli.common import out_console, settings
from lfassess.cli.theme import STATUS_STYLE, seconds
from lfassess.quantities import plural
from lfassess.runtime_hints import worker_command

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lfassess.db.database import Database


_COUNTED: Final = frozenset(
    {"pending", "in_progress", "completed", "partial", "failed", "cancelled", "cost_usd"}
)


def load(database: Database) -> dict[str, Any]:
    """Return the object that `status --json` prints."""
    from lfassess import stack
    from lfassess.db.database import count_connected_workers
    from lfassess.db.queries import progress, system

    with database.session() as session:
        totals = progress.totals(session)
        answer = {
            "leads": totals.leads,
            "assessments": {k: v for k, v in totals.as_json().items() if k in _COUNTED},
            "paused": system.pause(session),
            "workers": count_connected_workers(session),
            "queues": system.queues(session),
            "deferred": system.deferred(session),
            "providers": providers(system.providers(session)),
            "batches": [_batch(batch) for batch in system.newest_batches(session)],
        }
    parts = stack.ps(settings())
    return answer | {
        "stack": [
            {
                "name": p.name,
                "state": p.state,
                "pid": p.pid,
                "rss_mb": p.rss_mb,
                "other_code": p.other_code,
            }
            for p in parts
        ]
    }


def _batch(batch: dict[str, Any]) -> dict[str, Any]:
    return batch | {"spent_usd": round(batch["spent_usd"], 4)}


def providers(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return per provider: calls and cost of 24 hours, what is left of today, the breaker."""
    from lfassess.assessment.execution.rate_limits import limits_of

    now = datetime.now(UTC)
    rows = []
    for name, about in found.items():
        limits, state, day = limits_of(name), about.get("state", {}), about.get("day")
        used = state.get("day_calls", 0) if state.get("day") == limits.today(now) else 0
        open_until = state.get("open_until")
        rows.append(
            {
                "provider": name,
                "in_flight": about.get("in_flight", 0),
                "calls_24h": day.calls if day else 0,
                "failed_24h": day.failed if day else 0,
                "cost_24h_usd": round(day.cost_usd, 4) if day else 0.0,
                "quota_left_today": limits.requests_per_day - used
                if limits.requests_per_day
                else None,
                "failing_until": open_until if open_until and open_until > now else None,
                "last_error": state.get("last_error"),
            }
        )
    return rows


def show(answer: dict[str, Any]) -> None:
    """Print it for people."""
    console = out_console()
    for part in screen(answer):
        console.print(part)


def screen(answer: dict[str, Any]) -> Iterator[RenderableType]:
    """Return what `lfassess status` shows, part by part."""
    from rich.text import Text

    a = answer["assessments"]
    yield Text.assemble(
        (f"{answer['leads']:,}", "bold"),
        f" {'lead' if answer['leads'] == 1 else 'leads'} · assessments: {a['pending']:,} pending, "
        f"{a['in_progress']:,} in progress, ",
        (f"{a['completed']:,} completed", "green"),
        f" ({a['partial']:,} partial), ",
        (f"{a['failed']:,} failed", "red" if a["failed"] else ""),
        f", {a['cancelled']:,} cancelled" if a["cancelled"] else "",
        f" · ${a['cost_usd']:.2f}",
    )
    if answer["paused"]:
        yield Text.assemble(
            ("Paused: ", "bold yellow"),
            f"{answer['paused']['reason']}. Go on with: lfassess resume",
        )
    yield from _queues(answer)
    yield from _providers(answer["providers"])
    yield from _batches(answer["batches"])
    open_work = a["pending"] + a["in_progress"]
    if open_work and not answer["workers"]:
        yield Text.assemble(
            ("No worker ", "bold yellow"),
            f"is connected to Postgres; `{worker_command()}` shows what runs.",
        )
    elif answer["workers"]:
        yield Text(plural(answer["workers"], "worker process", "worker processes"), style="dim")
    running = [p["name"] for p in answer["stack"] if p["state"] == "running"]
    if running:
        yield Text(f"Running here: {', '.join(running)}", style="dim")
    if any(p.get("other_code") for p in answer["stack"]):
        yield Text(
            "lfassess has changed since the workers were started: `lfassess up` replaces them.",
            style="yellow",
        )


def _queues(answer: dict[str, Any]) -> Iterator[RenderableType]:
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns

    if answer["queues"]:
        table = Columns(
            [
                Column("Queue", cut=True),
                Column("Waiting", right=True),
                Column("Running", right=True),
                Column("Deferred", right=True),
                Column("Median wait", right=True),
            ]
        )
        for q in answer["queues"]:
            counts = (f"{q[k]:,}" for k in ("waiting", "running", "deferred"))
            table.add(q["queue"], *counts, seconds(q["wait_s"]))
        yield table
    for each in answer["deferred"]:
        at = "" if each["next_at"] is None else f" (next at {each['next_at']:%Y-%m-%d %H:%M})"
        yield Text(
            f"  {plural(each['checks'], 'check')} deferred: {each['reason']}{at}",
            style=STATUS_STYLE["pending"],
        )


def _providers(rows: list[dict[str, Any]]) -> Iterator[RenderableType]:
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns

    if not rows:
        return
    table = Columns(
        [
            Column("Provider", cut=True),
            Column("Now", right=True),
            Column("Calls 24 h", right=True),
            Column("Failed", right=True),
            Column("USD", right=True),
            Column("Left today", right=True),
        ]
    )
    for r in rows:
        broken = r["failing_until"]
        note = f"failing ({r['last_error']}), next try {broken:%H:%M:%S}" if broken else ""
        table.add(
            r["provider"],
            str(r["in_flight"]),
            f"{r['calls_24h']:,}",
            f"{r['failed_24h']:,}",
            f"{r['cost_24h_usd']:.2f}",
            "" if r["quota_left_today"] is None else f"{r['quota_left_today']:,}",
            notes=(Text(note, style="red"),),
        )
    yield table


def _batches(batches: list[dict[str, Any]]) -> Iterator[RenderableType]:
    from lfassess.cli.columns import Column, Columns

    if not batches:
        return
    table = Columns(
        [
            Column("Batch", right=True),
            Column("Name", cut=True),
            Column("Leads", right=True),
            Column("Created"),
            Column("USD", right=True),
            Column("Budget", right=True, rank=1),
        ]
    )
    for b in batches:
        table.add(
            str(b["id"]),
            b["name"],
            f"{b['leads']:,}",
            f"{b['created_at']:%Y-%m-%d %H:%M}",
            f"{b['spent_usd']:.2f}",
            "" if b["budget_usd"] is None else f"{b['budget_usd']:.2f}",
            notes=("cancelled" if b["cancelled_at"] else "",),
        )
    yield table
